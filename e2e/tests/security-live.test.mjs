// The security page keeps itself up to date while somebody looks at it, and leaves alone what they have in their hands.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isAccessible } from "../lib/accessible.mjs";
import { wrong } from "../lib/codes.mjs";
import { press } from "../lib/console.mjs";
import { eventually } from "../lib/eventually.mjs";
import { ask, token } from "../lib/management.mjs";
import { mainland } from "../lib/numbers.mjs";
import { openStage } from "../lib/stage.mjs";

const { harness, visit, administer } = await openStage();
const PAGE = `${harness.haoma}/console/security`;
/** An alarm comes within ten seconds, and the page looks every five, or after ten times as long as its last answer took. */
const SOON = { timeout: 120_000 };

/** Somebody whose number is blocked asks for a code. */
async function isRefused() {
  const number = mainland();
  await ask(harness, "POST", "security/sending-rules", { type: "block", kind: "number", value: number.plus });
  await visit(async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask(number.national);
    await visitor.phone.says("error-request-sending-blocked");
  });
}

/** The row of what was refused for that, with so many of it in the day. */
function row({ page, words }, count) {
  const row = page.locator("[data-piece=refused] tbody tr").filter({ hasText: words.text("refused-blocked-number") });
  return row.filter({ hasText: new RegExp(`\\D${count}\\s*$`) });
}

/** How many were refused for that in the day, as far as the page knows. */
async function count({ page, words }) {
  const row = page.locator("[data-piece=refused] tbody tr").filter({ hasText: words.text("refused-blocked-number") });
  return (await row.count()) === 0 ? 0 : Number(/\d+\s*$/.exec(await row.textContent())[0]);
}

/** What the page says of itself. */
function says({ page, words }, key) {
  return page.locator("[data-fresh]").filter({ hasText: words.match(key) });
}

/** A sprayer guesses at codes of some numbers, by a program. */
async function isSprayed() {
  const headers = { authorization: `Bearer ${await token(harness)}`, "content-type": "application/json" };
  for (let numbers = 0; numbers < 6; numbers += 1) {
    const number = mainland();
    await ask(harness, "POST", "verification-codes", { phone: number.full });
    const code = await harness.code(number.full);
    for (let turn = 1; turn <= 5; turn += 1) {
      const body = JSON.stringify({ phone: number.full, verificationCode: wrong(code, turn) });
      const answer = await fetch(`${harness.haoma}/api/verification-codes/verify`, { method: "POST", headers, body });
      assert.equal(answer.status, 400, await answer.text());
    }
  }
}

test("what is refused meanwhile appears without a reload, and an open form keeps what was chosen in it", async () => {
  await visit((person) => person.askFor(mainland()));
  await administer({ width: 360, height: 740 }, async (admin) => {
    const { page, words } = admin;
    await page.goto(PAGE);
    await says(admin, "console-watch-fresh").waitFor();
    await page.evaluate(() => { globalThis.isTheSame = true; });
    const country = page.locator("[data-piece=countries]");
    const sent = (so) => country.getByText(words.match("console-security-sent", { count: so })).first();
    const before = await count(admin);
    const texted = (await harness.messages()).length;
    await sent(texted).waitFor(SOON);
    const form = country.locator(".confirm").first();
    await form.locator("summary").click();
    await form.locator("input[value='30']").check();
    // what the form stands beside changes, too
    await visit((person) => person.askFor(mainland()));
    for (const more of [1, 2]) {
      await isRefused();
      await row(admin, before + more).waitFor(SOON);
    }
    assert.ok(await form.locator("input[value='30']").isChecked());
    assert.ok(await form.evaluate((details) => details.open && details.contains(document.activeElement)), "with the focus in it");
    await isAccessible(page);
    await press(admin, "console-cancel");
    await page.keyboard.press("Shift+Tab");
    await sent(texted + 1).waitFor(SOON);
    assert.ok(await page.evaluate(() => globalThis.isTheSame), "it is the same page all the time");
  });
});

test("it looks only while it is seen and until somebody says stop, and goes on when they say so", async () => {
  await administer({ clock: true, language: "zh-CN" }, async (admin) => {
    const { page } = admin;
    // no time passes but what the test lets pass: a page that waits long for an answer looks less often
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 30_000);
    await page.goto(PAGE);
    await says(admin, "console-watch-fresh").waitFor();
    let looks = 0;
    page.on("request", (request) => { looks += Number(Boolean(request.headers()["x-haoma-watching"])); });
    const asOf = async () => /\d+:\d+:\d+/.exec(await page.locator("[data-fresh]").innerText())[0];
    const looksAfter = async (what) => {
      const before = await asOf();
      await what();
      await eventually("it is newer", async () => (await asOf()) !== before);
    };
    const isSeen = (state) => page.evaluate((given) => {
      Object.defineProperty(document, "visibilityState", { get: () => given, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, state);
    await looksAfter(() => page.clock.runFor(5_000));
    await isSeen("hidden");
    await page.clock.runFor(60_000);
    assert.equal(looks, 1, "nobody sees it");
    await looksAfter(() => isSeen("visible"));
    await press(admin, "console-watch-pause");
    await says(admin, "console-watch-paused").waitFor();
    await page.clock.runFor(60_000);
    assert.equal(looks, 2, "it stays as it is");
    await looksAfter(() => press(admin, "console-watch-go"));
    // a session that is over is not asked about again
    await page.context().clearCookies();
    await page.clock.runFor(5_000);
    await says(admin, "console-watch-over").waitFor();
    await page.clock.runFor(60_000);
    assert.equal(looks, 4);
  });
});

test("readers hear of a new alarm, once, and of nothing else", async () => {
  await administer({}, async (admin) => {
    const { page, words } = admin;
    await page.goto(PAGE);
    await says(admin, "console-watch-fresh").waitFor();
    await page.evaluate(() => {
      const live = document.querySelector("[data-live]");
      globalThis.heard = [];
      new MutationObserver(() => globalThis.heard.push(live.textContent)).observe(live, { childList: true });
    });
    await isSprayed();
    await page.locator("[data-piece=alarms] .notice.bad").waitFor(SOON);
    const before = await count(admin);
    await isRefused();
    await row(admin, before + 1).waitFor(SOON);
    const heard = await page.evaluate(() => globalThis.heard);
    assert.equal(heard.length, 1, heard.join("\n"));
    assert.ok(heard[0].startsWith(words.text("console-alarm-wrong-codes")), heard[0]);
    assert.equal(await page.locator("[aria-live], [role=status], [role=alert]").count(), 1, "no counter is read out");
    await isAccessible(page);
  });
});
