// What the console tells of what happened: found by number, exported, looked at on a phone, with the keyboard, without JavaScript.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAccessible } from "../lib/accessible.mjs";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { missing, startDemo } from "../lib/demo.mjs";

const PASSWORD = "seven green kettles";
const NUMBER = "13800138000";
const PAGES = ["", "?days=30", "/messages", "/messages?from=nonsense", "/audit-log", "/settings"];
const skip = missing();

for (const language of ["en", "zh-CN"]) {
  test(`an administrator in ${language} finds out at 320 px what became of a message; every page is accessible and no address holds the number`, { skip, timeout: 180_000 }, async (t) => {
    const { demo, open } = await openDemo(t);
    const admin = await open({ language, width: 320, height: 640 });
    const { page, words } = admin;
    const addresses = [];
    page.on("request", (request) => addresses.push(request.url()));
    await enter(admin, demo);

    const person = await open({ language });
    await person.askFor({ national: NUMBER });
    await person.close();

    await page.goto(`${demo.haoma}/console/messages`);
    await page.locator("#search-number").fill("138 0013 8000");
    await press(admin, "console-messages-search");
    await page.waitForURL(/number=/);
    await page.getByRole("row").getByRole("link").first().click();
    await page.getByText(words.text("console-message-meant")).waitFor();
    await isAccessible(page);
    const ask = page.getByRole("button", { name: words.text("console-message-ask") });
    if (await ask.count()) {
      await ask.click();
      await page.getByRole("main").locator(".notice").waitFor();
      await isAccessible(page);
    }
    for (const path of PAGES) {
      await page.goto(`${demo.haoma}/console${path}`);
      for (const summary of await page.locator("main summary").all()) await summary.click();
      await isAccessible(page);
    }
    await page.goto(`${demo.haoma}/console/api`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
    // the rest of this long page is alike, and axe would take a minute for it
    await page.evaluate(() => [...document.querySelectorAll("main article")].slice(3, -3).forEach((article) => article.remove()));
    for (const summary of await page.locator("main article summary").all()) await summary.click();
    await isAccessible(page);
    assert.ok(!addresses.some((address) => address.includes("38001")), "the number is in no address");
    await admin.close();
  });
}

test("the audit log is narrowed and taken along with the keyboard alone and without JavaScript", { skip, timeout: 120_000 }, async (t) => {
  const { demo, open } = await openDemo(t);
  const admin = await open({ javaScript: false });
  const { page } = admin;
  await enter(admin, demo);
  await page.goto(`${demo.haoma}/console/audit-log`);
  await admin.tabTo(page.locator("#key"));
  await page.keyboard.type(admin.words.text("event-group-Administrator"));
  await page.keyboard.press("Tab");
  await admin.tabTo(page.getByRole("button", { name: admin.words.text("console-filter-go"), exact: true }));
  await page.keyboard.press("Enter");
  await page.waitForURL(/key=Administrator/);
  const rows = await page.getByRole("row").count();
  assert.ok(rows > 2, `${rows}`);
  const csv = page.getByRole("button", { name: admin.words.text("console-audit-export-csv") });
  await admin.tabTo(csv);
  const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  assert.match(file.suggestedFilename(), /^audit-log-.*\.csv$/);
  const text = await readFile(await file.path(), "utf8");
  assert.equal(text.trimEnd().split("\r\n").length, rows, "the heading and the same events");
  await admin.close();
});

/** A demo of its own, and people to look at it. */
async function openDemo(t) {
  const folder = await mkdtemp(join(tmpdir(), "haoma-records-"));
  const browser = await startBrowser();
  const demo = await startDemo(folder);
  t.after(async () => {
    await browser.close();
    await demo.kill();
    await rm(folder, { recursive: true });
  });
  return { demo, open: (options) => Visitor.open(browser, demo, options) };
}

/** Comes in through the link of the demo. */
async function enter(admin, demo) {
  await admin.page.goto(demo.console);
  await admin.page.locator("#password").fill(PASSWORD);
  await press(admin, "console-welcome-go");
  await admin.page.waitForURL("**/console");
}

/** Presses the button of this text. */
function press(visitor, key) {
  return visitor.page.getByRole("main").getByRole("button", { name: visitor.words.text(key), exact: true }).click();
}
