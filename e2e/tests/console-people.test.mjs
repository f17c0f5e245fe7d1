// The rooms of the console for applications and users: from the first application to a user who is locked out.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAccessible } from "../lib/accessible.mjs";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { missing, startDemo } from "../lib/demo.mjs";

const PASSWORD = "seven green kettles";
const skip = missing();

for (const language of ["en", "zh-CN"]) {
  test(`an administrator in ${language} registers an application and reads its guide; every page is accessible at 320 px`, { skip, timeout: 240_000 }, async (t) => {
    const { admin, page, words } = await enter(t, { language, width: 320, height: 640 });
    await page.goto(new URL("/console/applications", page.url()).href);
    await isAccessible(page);
    await page.getByRole("main").getByRole("link", { name: words.text("console-app-add") }).click();
    await isAccessible(page);
    await page.getByRole("link", { name: words.text("console-kind-traditional") }).click();
    await page.locator("#redirect_uris").fill("https://*.example.com/cb");
    await page.locator("#redirect_uris-error").filter({ hasText: words.match("uri-wildcard") }).waitFor();
    await press(admin, "console-app-create");
    await page.locator("[data-code='guard.invalid_input']").first().waitFor();
    assert.equal(await page.locator("#redirect_uris").inputValue(), "https://*.example.com/cb", "what was typed is kept");
    await isAccessible(page);
    await page.locator("#name").fill("Corner Shop");
    await page.locator("#redirect_uris").fill("https://shop.example.com/callback");
    await press(admin, "console-app-create");
    const secret = await page.locator(".code-block code").innerText();
    assert.equal(secret.length, 32);
    await isAccessible(page);
    await page.reload();
    await page.getByRole("link", { name: words.text("console-app-guide"), exact: true }).click();
    for (const stack of await page.locator(".tabs").nth(1).getByRole("link").all()) {
      const response = await page.request.get(new URL(await stack.getAttribute("href"), page.url()).href);
      assert.equal(response.status(), 200);
    }
    assert.match(await page.locator("main").innerText(), /https:\/\/shop\.example\.com/);
    await isAccessible(page);
    await page.getByRole("link", { name: words.text("console-app-tab"), exact: true }).click();
    await isAccessible(page);
    await page.locator(".confirm summary").last().click();
    await isAccessible(page);
    await press(admin, "console-app-delete-go");
    await page.locator(".notice.good").filter({ hasText: words.text("console-app-deleted") }).waitFor();
    await admin.close();
  });

  test(`an administrator in ${language} finds a user by number, looks at the number, locks and deletes them; no number stands in an address`, { skip, timeout: 240_000 }, async (t) => {
    const { admin, page, words } = await enter(t, { language, width: 320, height: 640 });
    const addresses = [];
    page.on("request", (request) => addresses.push(request.url()));
    await page.goto(new URL("/console/users", page.url()).href);
    await isAccessible(page);
    await page.getByRole("main").getByRole("link", { name: words.text("console-user-add") }).click();
    await page.locator("#phone").fill("138 0013 8000");
    await page.locator("#name").fill("韩梅梅");
    await isAccessible(page);
    await press(admin, "console-user-create");
    await page.getByRole("heading", { name: /韩梅梅/ }).waitFor();
    await isAccessible(page);
    assert.doesNotMatch(await page.locator("main").innerText(), /13800138000/);
    await press(admin, "console-user-show-number");
    assert.match(await page.locator(".facts").innerText(), /\+8613800138000/);
    await page.locator("a.back").click();
    await page.locator("#q").fill("38000");
    await page.locator("form.filter button").click();
    await page.waitForURL(/find=/);
    await isAccessible(page);
    await page.locator("#q").fill("138 0013 8000");
    await page.keyboard.press("Enter");
    await page.waitForURL(/users\/[a-z0-9]+$/);
    for (const tab of ["console-user-access", "console-user-activity", "console-user-tab"]) {
      await page.locator(".tabs").getByRole("link", { name: words.text(tab), exact: true }).click();
      await isAccessible(page);
    }
    await page.locator(".confirm summary").first().click();
    await isAccessible(page);
    await press(admin, "console-user-lock-go");
    await page.locator("h1 .badge.bad").waitFor();
    await press(admin, "console-user-unlock");
    await page.locator("h1 .badge.good").waitFor();
    await page.locator(".confirm summary").last().click();
    await press(admin, "console-user-delete-go");
    await page.locator(".empty").waitFor();
    assert.deepEqual(addresses.filter((address) => /38000|0013/.test(decodeURIComponent(address))), []);
    await admin.close();
  });
}

test("both rooms work with the keyboard alone, and without JavaScript", { skip, timeout: 240_000 }, async (t) => {
  const { admin, page, words } = await enter(t, { javaScript: false });
  const { keyboard } = page;
  await page.goto(new URL("/console/applications/new", page.url()).href);
  await admin.tabTo(page.getByRole("link", { name: words.text("console-kind-spa") }));
  await keyboard.press("Enter");
  await page.locator("#name").waitFor();
  await admin.tabTo(page.locator("#name"));
  await keyboard.type("Corner Shop");
  await keyboard.press("Enter");
  await page.waitForURL(/\/guide$/);
  await page.goto(new URL("/console/users/new", page.url()).href);
  await admin.tabTo(page.locator("#username"));
  await keyboard.type("hanmeimei");
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: /hanmeimei/ }).waitFor();
  await admin.tabTo(page.locator(".confirm summary").first());
  await keyboard.press("Enter");
  await keyboard.press("Tab");
  await keyboard.press("Enter");
  await page.locator("h1 .badge.bad").waitFor();
  await admin.close();
});

/** The console of a demo of its own, as its owner. */
async function enter(t, options) {
  const folder = await mkdtemp(join(tmpdir(), "haoma-people-"));
  const browser = await startBrowser();
  const demo = await startDemo(folder);
  t.after(async () => {
    await browser.close();
    await demo.kill();
    await rm(folder, { recursive: true });
  });
  const admin = await Visitor.open(browser, demo, options);
  await admin.page.goto(demo.console);
  await admin.page.locator("#password").fill(PASSWORD);
  await press(admin, "console-welcome-go");
  await admin.page.waitForURL(/\/console(\/account)?$/);
  return { admin, page: admin.page, words: admin.words };
}

/** Presses the button of this text. */
function press(visitor, key) {
  return visitor.page.getByRole("main").getByRole("button", { name: visitor.words.text(key), exact: true }).click();
}
