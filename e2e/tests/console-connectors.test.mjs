// The set-up of a connector with a real browser: what is told while a message is under way, and pages nobody sees in other tests.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAccessible } from "../lib/accessible.mjs";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { missing } from "../lib/demo.mjs";
import { startServer } from "../lib/server.mjs";

const PASSWORD = "seven green kettles";
const SECRET = "demo-secret-for-the-simulator-only";
/** Where pictures are kept, if somebody wants to look at them. */
const PICTURES = process.env.HAOMA_PICTURES;
const skip = missing();

for (const [language, width] of [["en", 1280], ["zh-CN", 360]]) {
  test(`a test message in ${language} at ${width} px is told while it is sent, its receipt when somebody looks, and versions are compared`, { skip, timeout: 300_000 }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "haoma-connectors-"));
    const browser = await startBrowser();
    const server = await startServer(folder);
    t.after(async () => {
      await browser.close();
      await server.end();
      await rm(folder, { recursive: true });
    });
    const admin = await Visitor.open(browser, server, { language, width, height: 800 });
    const { page, words } = admin;
    const look = lookAt(page, `${language}-${width}`);
    await page.goto(server.console);
    await page.locator("#password").fill(PASSWORD);
    await press(admin, "console-welcome-go");
    await page.waitForURL(/\/console$/);

    await page.goto(`${server.haoma}/console/connectors/new/aliyun-short-message-service`);
    await page.getByText(words.text("console-paste"), { exact: true }).click();
    const pasted = { connectorId: "aliyun-short-message-service", config: { signName: "号码演示", appId: "1", templates: [{ usageType: "Other", templateCode: "SMS_1" }] } };
    await page.locator("#pasted").fill(JSON.stringify(pasted));
    await press(admin, "console-paste-go");
    await page.locator("#templates-error").waitFor();
    await look("pasted");
    await page.locator("#accessKeyId").fill("LTAIdemoHaoma");
    await page.locator("#accessKeySecret").fill(SECRET);
    await page.getByText(words.text("console-more-settings")).click();
    await page.locator("#endpoint").fill(server.simulator);
    await page.locator("[name='templates.SignIn.mainland']").fill("SMS_100000001");
    await page.locator("#trial_usage").selectOption("SignIn");

    await fault(server, { kind: "delay_ms", ms: 3000, times: 1, action: "SendSms" });
    await page.locator("#trial_phone").fill("138 0013 8000");
    await page.locator("#trial_phone").press("Enter");
    await page.getByText(words.text("console-report-under-way")).waitFor();
    assert.equal(await page.locator(".error").count(), 0, "what was wrong is told no longer");
    assert.equal(await page.getByText(words.text("console-report-accepted")).count(), 0, "not yet");
    await visible(page, false);
    await look("under-way");
    await page.getByText(words.text("console-report-accepted")).waitFor();
    await page.getByText(words.text("console-report-waits")).waitFor();
    const asked = page.waitForRequest((request) => request.postData()?.includes("action=receipt") ?? false, { timeout: 60_000 });
    await visible(page, true);
    await asked;
    await page.getByText(words.text("console-report-delivered")).waitFor({ timeout: 60_000 });
    assert.equal(await page.locator(".report > li").count(), 4, "with the steps before it");
    assert.equal(await page.locator("[data-receipt]").count(), 0, "there is nothing left to ask");
    await look("delivered");

    await press(admin, "console-save-and-done");
    await page.getByText(words.text("console-connector-saved")).waitFor();
    await press(admin, "console-account-look");
    await page.locator("select#signName").waitFor();
    for (const lists of await page.locator("#found summary").all()) await lists.click();
    await page.locator("[name='templates.SignIn.mainland']").selectOption("SMS_100000002");
    await look("looked");
    await press(admin, "console-save-and-done");
    await page.getByText(words.text("console-connector-saved")).waitFor();
    await page.locator("details.confirm summary").click();
    await look("delete");
    await page.getByRole("navigation", { name: words.text("console-connectors") }).getByRole("link", { name: words.text("console-versions") }).click();
    await look("versions");
    await page.getByRole("link", { name: words.match("console-version-compare-n", { version: 1 }) }).click();
    await page.getByText("SMS_100000002").waitFor();
    await look("compared");
    await page.goto(`${server.haoma}/console/connectors/new/http-sms`);
    await look("replaces");
    await admin.close();
  });
}

/** Whether the tab can be seen, as the page is told. */
function visible(page, isVisible) {
  return page.evaluate((is) => {
    Object.defineProperty(document, "hidden", { value: !is, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isVisible);
}

async function fault({ simulator }, one) {
  const answer = await fetch(`${simulator}/_sim/faults`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(one) });
  assert.ok(answer.ok, await answer.text());
}

/** The page as it is: free of faults, and kept as pictures by day and by night if somebody wants to look. */
function lookAt(page, run) {
  let pictures = 0;
  return async (name) => {
    await isAccessible(page);
    if (!PICTURES) return;
    await mkdir(PICTURES, { recursive: true });
    pictures += 1;
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: join(PICTURES, `${run}-${String(pictures).padStart(2, "0")}-${name}-${colorScheme}.png`), fullPage: true });
    }
    await page.emulateMedia({ colorScheme: "light" });
  };
}

/** Presses the button of this text. */
function press(visitor, key) {
  return visitor.page.getByRole("main").getByRole("button", { name: visitor.words.text(key), exact: true }).click();
}
