// Debian's Chromium, and a visitor who notices what a person would not: blocked scripts, script errors, foreign hosts.
import { existsSync } from "node:fs";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { Words } from "./words.mjs";
import { whole } from "./whole.mjs";
import { AccountPage, CodePage, ConsentPage, DemoPage, InboxPage, MessagePage, PhonePage } from "./pages.mjs";

const CHROMIUM = process.env.HAOMA_CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** More stops of the Tab key than any page has before the last of its controls. */
const MOST_STOPS = 200;

/** Starts the browser with a fresh profile. */
export async function startBrowser() {
  if (!existsSync(CHROMIUM)) throw new Error(`no Chromium at ${CHROMIUM}: set HAOMA_CHROMIUM`);
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath: CHROMIUM, args: [...FLAGS, ...asRoot] });
}

/** The window of a visitor who asked for no other. */
export const WINDOW = { width: 1024, height: 800 };

/** One person with one browser profile. */
export class Visitor {
  /** Opens a profile; `allowed` are the origins a page may ask. */
  static async open(browser, harness, options = {}) {
    const { language = "en", colorScheme = "light", javaScript = true, width, height } = { ...WINDOW, ...options };
    const context = await browser.newContext({
      locale: language === "en" ? "en-US" : language,
      colorScheme,
      javaScriptEnabled: javaScript,
      viewport: { width, height },
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(15_000);
    const visitor = new Visitor(context, harness, language);
    if (options.clock) await context.clock.install();
    await visitor.#watch(javaScript);
    visitor.use(await context.newPage());
    return visitor;
  }

  constructor(context, harness, language) {
    Object.assign(this, { context, harness, language, words: new Words(language), problems: [], violations: [] });
    this.allowed = new Set([harness.haoma, harness.simulator]);
    // what a script of somebody else may write into the console
    this.expected = undefined;
  }

  /** Makes a tab the one the page objects look at. */
  use(page) {
    this.page = page;
    const parts = [page, this.words, this.harness];
    this.demo = new DemoPage(...parts);
    this.phone = new PhonePage(...parts);
    this.code = new CodePage(...parts);
    this.consent = new ConsentPage(...parts);
    this.account = new AccountPage(...parts);
    this.message = new MessagePage(...parts);
    this.inbox = new InboxPage(...parts);
    return this;
  }

  /** The servers came back at other addresses; what the browser keeps for this machine it shows them too. */
  moveTo(harness) {
    this.harness = harness;
    for (const origin of [harness.haoma, harness.simulator]) this.allowed.add(origin);
    this.use(this.page);
  }

  /** From the application to the phone page. */
  async begin() {
    await this.demo.open();
    await this.demo.signIn();
    await this.phone.shown();
  }

  /** From the application to the code page. */
  async askFor(number) {
    await this.begin();
    await this.phone.ask(number.national);
    await this.code.shown();
  }

  /** The whole way, with the right code at once. */
  async signInWith(number) {
    await this.askFor(number);
    await this.code.enter(await this.harness.code(number.full));
    await this.demo.signedIn();
  }

  /** Time passes, for the servers and for the scripts of the page (needs `clock: true`). */
  async pass(milliseconds) {
    await this.harness.advance(milliseconds);
    await this.page.clock.fastForward(milliseconds);
  }

  /** The address at which an application that is not there is called back, once `act` has led to it. */
  async calledBack(application, act) {
    const { origin } = new URL(application.redirect_uris[0]);
    this.allowed.add(origin);
    const predicate = (request) => request.url().startsWith(`${origin}/`);
    // `act` may be a whole sign-in
    const called = this.context.waitForEvent("request", { predicate, timeout: 120_000 });
    await Promise.all([called, act()]);
    return new URL((await called).url());
  }

  /** Presses Tab until an element has the focus. */
  async tabTo(locator) {
    await locator.waitFor({ state: "attached" });
    await whole(this.page);
    for (let presses = 0; presses < MOST_STOPS; presses += 1) {
      if (await locator.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`not reached with Tab: ${locator}`);
  }

  /** Counts from now on what the code page says to screen readers by itself. */
  async countAnnouncements() {
    await this.page.evaluate(() => {
      globalThis.announcements = [];
      const live = document.querySelector("[aria-live]");
      new MutationObserver(() => globalThis.announcements.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true });
    });
  }

  /** What was said since. */
  announcements() {
    return this.page.evaluate(() => globalThis.announcements);
  }

  /** Ends the visit and forgets it, so that the next visitor has the profile as if it were fresh; what the guards noticed fails the test. */
  async leave(colorScheme) {
    // a page may still be on its way to an application that is not there
    const used = this.context.pages();
    const page = await this.context.newPage();
    for (const other of used) await other.close();
    await this.context.clearCookies();
    await this.context.clearPermissions();
    await page.emulateMedia({ colorScheme });
    this.use(page).#judge();
  }

  /** Ends the visit; whatever the guards noticed fails the test. */
  async close() {
    await this.context.close();
    this.#judge();
  }

  #judge() {
    assert.deepEqual(this.violations, [], "content security policy");
    assert.deepEqual(this.problems, [], "errors in the browser");
  }

  async #watch(javaScript) {
    this.context.on("page", (page) => {
      page.on("pageerror", (error) => this.problems.push(`script error: ${error.message}`));
      page.on("console", (message) => this.#console(message));
      page.on("request", (request) => this.#request(request));
    });
    if (!javaScript) return;
    await this.context.exposeBinding("haomaViolation", (_source, what) => this.violations.push(what));
    await this.context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        globalThis.haomaViolation(`${event.violatedDirective} ${event.blockedURI} on ${location.pathname}`);
      });
    });
  }

  #console(message) {
    const text = message.text();
    if (/Content.Security.Policy/i.test(text)) this.violations.push(text);
    // A refused form is an answer with an error status, which Chromium notes as well.
    else if (message.type() === "error" && !/Failed to load resource/.test(text) && !this.expected?.test(text)) this.problems.push(text);
  }

  #request(request) {
    const url = new URL(request.url());
    if (["data:", "blob:", "about:"].includes(url.protocol)) return;
    if (!this.allowed.has(url.origin)) this.problems.push(`a request to ${url.origin}`);
  }
}
