// What an administrator does about abuse: sees it, blocks where they see it, lets somebody through, ends the lock of a number.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isAccessible } from "../lib/accessible.mjs";
import { button, link, press } from "../lib/console.mjs";
import { wrong } from "../lib/codes.mjs";
import { ask } from "../lib/management.mjs";
import { mainland } from "../lib/numbers.mjs";
import { openStage } from "../lib/stage.mjs";
import { whole } from "../lib/whole.mjs";

const { harness, visit, administer } = await openStage();

/** Types a number on the sign-in page, and reads what it says. */
const isKeptOut = (number) => visit(async (visitor) => {
  await visitor.begin();
  await visitor.phone.ask(number.national);
  await visitor.phone.says("error-request-sending-blocked");
});

test("an administrator blocks a number where they see it at 360 px, sees it refused, and unblocks it", async () => {
  const number = mainland();
  await visit((person) => person.askFor(number));
  await harness.advance(61_000);
  await administer({ width: 360, height: 740 }, async (admin) => {
    const { page, words } = admin;
    await page.goto(`${harness.haoma}/console/messages`);
    await page.getByRole("row").getByRole("link").first().click();
    const asks = page.locator(".confirm", { hasText: words.text("console-block-number") });
    await asks.locator("summary").click();
    const message = page.url();
    await isAccessible(page);
    await asks.getByRole("button", { name: words.text("console-block-go"), exact: true }).click();
    await page.locator(".notice.good").filter({ hasText: words.text("console-rule-blocked") }).waitFor();
    await isAccessible(page);
    const before = (await harness.messages()).length;
    await isKeptOut(number);
    assert.equal((await harness.messages()).length, before, "nothing went out");

    await page.goto(message);
    await asks.locator("summary").click();
    await page.getByRole("radio", { name: words.text("console-rule-always") }).check();
    await asks.getByRole("button", { name: words.text("console-block-go"), exact: true }).click();
    await page.getByText(words.text("console-rule-there-longer")).waitFor();
    await isAccessible(page);
    assert.ok(!(await page.content()).includes(number.national), "not even where the form is sent again");
    await page.getByRole("button", { name: words.text("console-rule-replace") }).click();
    await page.locator(".notice.good").filter({ hasText: words.text("console-rule-blocked") }).waitFor();
    await page.locator(".rows > li").filter({ hasText: words.text("console-rule-always") }).waitFor();
    await whole(page);
    assert.equal(await page.locator(".confirm").count(), 1, "one rule");

    await page.goto(`${harness.haoma}/console/security`);
    await page.getByRole("row").filter({ hasText: words.text("refused-blocked-number") }).waitFor();
    await isAccessible(page);
    await link(admin, "refused-blocked-number").click();
    await page.waitForURL(/key=Refused\.blocked_number/);
    assert.equal(await page.getByRole("row").count(), 2, "the heading, and one event however often it was refused");

    await page.goto(`${harness.haoma}/console/security/rules`);
    await page.locator(".confirm > summary").first().click();
    await press(admin, "console-rule-unblock");
    await page.locator(".notice.good").filter({ hasText: words.text("console-rule-deleted") }).waitFor();
    await visit((person) => person.askFor(number));
    assert.ok(!(await page.content()).includes(number.national), "no page holds the number");
  });
});

test("a rule is made with the keyboard alone and without JavaScript, in Chinese, and every mistake is told at its place", async () => {
  const number = mainland();
  await administer({ javaScript: false, language: "zh-CN" }, async (admin) => {
    const { page, words } = admin;
    await page.goto(`${harness.haoma}/console/security/rules`);
    await page.locator("#kind").selectOption("prefix");
    await admin.tabTo(page.locator("#value"));
    await page.keyboard.type(number.plus.slice(0, -2));
    await page.locator("#reason").fill(number.national);
    await page.keyboard.press("Enter");
    for (const id of ["value-error", "reason-error"]) await page.locator(`#${id}`).waitFor();
    await page.locator("#value").fill(number.plus.slice(0, -4));
    await page.locator("#reason").fill("工单 4711");
    await page.keyboard.press("Enter");
    await page.locator(".notice.good").filter({ hasText: words.text("console-rule-blocked") }).waitFor();
    await isKeptOut(number);
    await page.locator("input[name='type'][value='allow']").check();
    await page.locator("#value").fill(number.plus);
    await page.keyboard.press("Enter");
    await page.locator(".notice.good").filter({ hasText: words.text("console-rule-allowed") }).waitFor();
    await visit((person) => person.askFor(number));
  });
  // the numbers of these tests begin alike
  for (const { id } of await ask(harness, "GET", "security/sending-rules")) await ask(harness, "DELETE", `security/sending-rules/${id}`);
});

test("an administrator ends the lock that somebody's guesses put on a number", async () => {
  const number = mainland();
  const { id } = await ask(harness, "POST", "users", { primaryPhone: number.full, name: "Guo Jing" });
  for (let walks = 0; walks < 2; walks += 1) {
    await visit(async (guesser) => {
      await guesser.askFor(number);
      const code = await harness.code(number.full);
      for (let turn = 1; turn <= 4; turn += 1) {
        await guesser.code.enter(wrong(code, turn));
        await guesser.code.errorIsAbout(wrong(code, turn));
      }
    });
    await harness.advance(61_000);
  }
  await administer({}, async (admin) => {
    const { page, words } = admin;
    await page.goto(`${harness.haoma}/console/users/${id}`);
    await page.locator(".notice.warn").waitFor();
    await isAccessible(page);
    await page.locator(".confirm > summary", { hasText: words.text("console-user-wrong-forget") }).click();
    await press(admin, "console-user-wrong-forget-go");
    await page.locator(".notice.good").filter({ hasText: words.text("console-user-wrong-forgotten") }).waitFor();
    assert.equal(await button(admin, "console-user-wrong-forget-go").count(), 0);
  });
});
