// What most test files want: one harness, one browser, visitors that are checked when they leave.
import { after } from "node:test";
import { startHarness } from "./harness.mjs";
import { startBrowser, Visitor, WINDOW } from "./browser.mjs";
import { enter } from "./console.mjs";

/** Starts both; they end with the test file. */
export async function openStage(options = {}) {
  const [harness, browser] = await Promise.all([startHarness(options), startBrowser()]);
  after(async () => {
    await browser.close();
    await harness.stop();
  });
  const profiles = new Profiles(browser, harness);
  /** Lets somebody with a fresh profile do something. */
  const visit = async (given, story) => {
    const [visitorOptions, play] = story ? [given, story] : [{}, given];
    const visitor = await profiles.take(visitorOptions);
    let told;
    try {
      told = await play(visitor);
    } catch (error) {
      error.message += `\nat ${visitor.page.url()}`;
      await visitor.context.close();
      throw error;
    }
    await profiles.giveBack(visitor, visitorOptions);
    return told;
  };
  let owners = 0;
  /** Lets a new owner do something, who just came into the console. */
  const administer = (visitorOptions, play) => visit(visitorOptions, async (visitor) => {
    owners += 1;
    await enter(visitor, await harness.link(`owner-${owners}`));
    return play(visitor);
  });
  return { harness, browser, visit, administer };
}

/** Profiles that were used and are empty again: a new one costs a browser window, and most of the time of a short visit. */
class Profiles {
  #idle = new Map();

  constructor(browser, harness) {
    Object.assign(this, { browser, harness });
  }

  async take(options) {
    const visitor = options.clock ? undefined : this.#idle.get(kind(options))?.pop();
    if (!visitor) return Visitor.open(this.browser, this.harness, options);
    const { width, height } = { ...WINDOW, ...options };
    await visitor.page.setViewportSize({ width, height });
    return visitor;
  }

  /** Whose clock was set has no profile to give back. */
  async giveBack(visitor, options) {
    if (options.clock) return visitor.close();
    await visitor.leave(options.colorScheme ?? "light");
    this.#idle.set(kind(options), [...(this.#idle.get(kind(options)) ?? []), visitor]);
  }
}

const kind = ({ language = "en", colorScheme = "light", javaScript = true }) => [language, colorScheme, javaScript].join();
