// The whole way of an administrator with the keyboard alone: nothing here clicks, fills or sets the focus.
import { test } from "node:test";
import { openStage } from "../lib/stage.mjs";
import { button, link, PASSWORD } from "../lib/console.mjs";
import { Keyboard } from "../lib/keyboard.mjs";
import { mainland } from "../lib/numbers.mjs";
import { totp } from "../lib/totp.mjs";

const { harness, visit } = await openStage({ empty: true });
const NAME = "hanmeimei";
const ACCOUNT = { id: "LTAIdemoHaoma", secret: "demo-secret-for-the-simulator-only" };

test("with the keyboard alone: from the one-time link to phone sign-in, and back in with a second step", { timeout: 120_000 }, async () => {
  const oneTimeLink = await harness.link(NAME);
  await visit({ width: 1280 }, async (visitor) => {
    const keyboard = new Keyboard(visitor);
    await visitor.page.goto(oneTimeLink);
    await keyboard.type(PASSWORD);
    await keyboard.enter();
    await visitor.page.waitForURL(/\/console$/);
    await setUp(visitor, keyboard);
    await switchOn(visitor, keyboard);
    const key = await addSecondStep(visitor, keyboard);
    await comeBack(visitor, keyboard, key);
  });
});

/** From the overview to a connector that is saved. */
async function setUp(visitor, keyboard) {
  const { page, words } = visitor;
  await keyboard.press(page.getByRole("region", { name: words.text("console-next") }).getByRole("link").first());
  await keyboard.press(page.getByRole("listitem").filter({ hasText: words.text("console-can-look") }).getByRole("link"));
  await keyboard.write(page.locator("#accessKeyId"), ACCOUNT.id);
  await keyboard.write(page.locator("#accessKeySecret"), ACCOUNT.secret);
  await keyboard.press(page.locator("summary").filter({ hasText: words.text("console-more-settings") }));
  await keyboard.write(page.locator("#endpoint"), harness.simulator);
  await keyboard.press(button(visitor, "console-account-look"));
  await keyboard.choose(page.locator("select#signName"), /号码演示/);
  for (const [use, code] of [["SignIn", /SMS_100000001/], ["Register", /SMS_100000002/], ["Generic", /SMS_100000003/]]) {
    await keyboard.choose(page.locator(`select[name="templates.${use}.mainland"]`), code);
  }
  await keyboard.write(page.getByLabel(words.text("console-trial-phone"), { exact: true }), mainland().national);
  await keyboard.enter();
  await page.getByText(words.text("console-report-accepted")).waitFor();
  await keyboard.press(button(visitor, "console-save-and-done"));
  await hears(visitor, "console-connector-saved");
}

/** Waits for the word that something was done, which has the focus: that is how it is heard. */
async function hears({ page, words }, key) {
  await page.locator(":focus").filter({ hasText: words.match(key) }).waitFor();
}

/** From the connector to people who may sign in. */
async function switchOn(visitor, keyboard) {
  const { page, words } = visitor;
  await keyboard.press(link(visitor, "console-connector-enable"));
  await keyboard.turn(page.getByRole("switch", { name: words.text("console-experience-sign-in-methods"), exact: true }));
  await keyboard.press(button(visitor, "console-experience-save"));
  await hears(visitor, "console-experience-saved");
}

/** Sets the second step up; gives the key that an authenticator app keeps. */
async function addSecondStep(visitor, keyboard) {
  const { page, words } = visitor;
  await keyboard.press(page.getByRole("navigation").getByRole("link", { name: words.text("console-account"), exact: true }));
  await keyboard.press(button(visitor, "console-second-set-up"));
  // the page before has a field for it, too
  await page.getByRole("heading", { name: words.text("console-prove-title"), exact: true }).waitFor();
  await keyboard.write(page.getByLabel(words.text("console-field-current-password"), { exact: true }), PASSWORD);
  await keyboard.enter();
  const key = await page.locator(".secret code").innerText();
  await keyboard.write(page.getByLabel(words.text("console-second-confirm"), { exact: true }), totp(key, harness.now()));
  await keyboard.enter();
  await hears(visitor, "console-second-set");
  return key;
}

/** Signs out, and in again with password and code. */
async function comeBack(visitor, keyboard, key) {
  const { page, words } = visitor;
  await keyboard.press(page.getByRole("button", { name: words.text("console-sign-out"), exact: true }).last());
  await keyboard.write(page.getByLabel(words.text("console-field-name"), { exact: true }), NAME);
  await keyboard.write(page.getByLabel(words.text("console-field-password"), { exact: true }), PASSWORD);
  await keyboard.enter();
  await page.waitForURL(/sign-in\/second/);
  // a code works once
  await harness.advance(60_000);
  await keyboard.write(page.getByLabel(words.text("console-field-code"), { exact: true }), totp(key, harness.now()));
  await keyboard.enter();
  await page.waitForURL(/\/console$/);
}
