// What the console tells of what happened: found by number, exported, with the keyboard, without JavaScript.
import { test } from "node:test";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { isAccessible } from "../lib/accessible.mjs";
import { press } from "../lib/console.mjs";
import { openStage } from "../lib/stage.mjs";

const NUMBER = "13800138000";
const { harness, visit, administer } = await openStage();

test("an administrator finds out at 320 px what became of a message, and no address holds the number", async () => {
  await visit((person) => person.askFor({ national: NUMBER }));
  await administer({ language: "zh-CN", width: 320, height: 640 }, async (admin) => {
    const { page, words } = admin;
    const addresses = [];
    page.on("request", (request) => addresses.push(request.url()));
    await page.goto(`${harness.haoma}/console/messages`);
    await page.locator("#search-number").fill("138 0013 8000");
    await press(admin, "console-messages-search");
    await page.waitForURL(/number=/);
    await isAccessible(page);
    await page.getByRole("row").getByRole("link").first().click();
    await page.getByText(words.text("console-message-meant")).waitFor();
    await press(admin, "console-message-ask");
    await page.getByRole("main").locator(".notice").waitFor();
    await isAccessible(page);
    assert.ok(!addresses.some((address) => address.includes("38001")), "the number is in no address");
  });
});

test("the audit log is narrowed and taken along with the keyboard alone and without JavaScript", async () => {
  await administer({ javaScript: false }, async (admin) => {
    const { page, words } = admin;
    await page.goto(`${harness.haoma}/console/audit-log`);
    await admin.tabTo(page.locator("#key"));
    await page.keyboard.type(words.text("event-group-Administrator"));
    await page.keyboard.press("Tab");
    await admin.tabTo(page.getByRole("button", { name: words.text("console-filter-go"), exact: true }));
    await page.keyboard.press("Enter");
    await page.waitForURL(/key=Administrator/);
    const rows = await page.getByRole("row").count();
    assert.ok(rows > 2, `${rows}`);
    const csv = page.getByRole("button", { name: words.text("console-audit-export-csv") });
    await admin.tabTo(csv);
    const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.match(file.suggestedFilename(), /^audit-log-.*\.csv$/);
    const text = await readFile(await file.path(), "utf8");
    assert.equal(text.trimEnd().split("\r\n").length, rows, "the heading and the same events");
  });
});
