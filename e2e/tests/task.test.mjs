// A message that costs a small task: the person watches it, and the code arrives.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { isAccessible } from "../lib/accessible.mjs";
import { mainland } from "../lib/numbers.mjs";

const { harness, visit } = await openStage();

/** A number that strangers have asked for as often as is free at once. */
async function busyNumber() {
  const number = mainland();
  for (let n = 0; n < 3; n += 1) {
    await visit(async (visitor) => {
      await visitor.begin();
      await visitor.phone.ask(number.national);
      await visitor.code.shown();
    });
    await harness.advance(61_000);
  }
  return number;
}

/** Workers of this page do nothing, so that there is time to look. */
const standStill = () => {
  globalThis.Worker = class { postMessage() {} terminate() {} };
};

for (const language of ["en", "zh-CN"]) {
  test(`the device works while the person watches, and the code arrives (${language})`, async () => {
    const number = await busyNumber();
    const before = (await harness.messages(number.full)).length;
    await visit({ language, width: 360, height: 780 }, async (visitor) => {
      await visitor.begin();
      await visitor.phone.ask(number.national);
      await visitor.code.shown({ afterTask: true });
      assert.equal((await harness.messages(number.full)).length, before + 1);
      await visitor.code.enter(await harness.code(number.full));
      await visitor.demo.signedIn();
    });
  });

  test(`the page with the task says what goes on to everybody (${language})`, async () => {
    const number = await busyNumber();
    await visit({ language }, async (visitor) => {
      await visitor.page.addInitScript(standStill);
      await visitor.begin();
      await visitor.phone.ask(number.national);
      await visitor.page.locator("form[data-form=task]").waitFor();
      await isAccessible(visitor.page);
      const bar = visitor.page.getByRole("progressbar", { name: visitor.words.match("task-running") });
      await bar.waitFor();
      assert.match(await visitor.page.locator("[data-live]").textContent(), visitor.words.match("task-running"));
      await visitor.page.keyboard.press("Tab");
      await visitor.page.getByRole("link", { name: visitor.words.match("task-back") }).press("Enter");
      await visitor.page.locator("#phone").waitFor();
    });
  });
}

test("without JavaScript nobody waits for what cannot come", async () => {
  const number = await busyNumber();
  await visit({ javaScript: false }, async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask(number.national);
    await visitor.page.getByText(visitor.words.match("task-without-script")).waitFor();
    assert.equal(await visitor.page.getByRole("progressbar").count(), 0, "nothing seems to go on");
  });
  // one of them has left then
  await harness.advance(4 * 3_600_000);
  await visit({ javaScript: false }, async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask(number.national);
    await visitor.code.shown();
  });
});
