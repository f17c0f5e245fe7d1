// What most test files want: one harness, one browser, visitors that are checked when they leave.
import { after } from "node:test";
import { startHarness } from "./harness.mjs";
import { startBrowser, Visitor } from "./browser.mjs";
import { enter } from "./console.mjs";

/** Starts both; they end with the test file. */
export async function openStage(options = {}) {
  const [harness, browser] = await Promise.all([startHarness(options), startBrowser()]);
  after(async () => {
    await browser.close();
    await harness.stop();
  });
  /** Lets somebody with a fresh profile do something. */
  const visit = async (given, story) => {
    const [visitorOptions, play] = story ? [given, story] : [{}, given];
    const visitor = await Visitor.open(browser, harness, visitorOptions);
    let told;
    try {
      told = await play(visitor);
    } catch (error) {
      error.message += `\nat ${visitor.page.url()}`;
      await visitor.context.close();
      throw error;
    }
    await visitor.close();
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
