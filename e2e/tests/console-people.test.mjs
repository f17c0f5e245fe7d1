// The rooms of the console for applications and users: from the first application to a user who is locked out.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isAccessible } from "../lib/accessible.mjs";
import { link, press } from "../lib/console.mjs";
import { openStage } from "../lib/stage.mjs";
import { keepScriptBack, whole } from "../lib/whole.mjs";

const { harness, administer } = await openStage();

test("an administrator registers an application at 320 px and reads its guide", async () => {
  await administer({ width: 320, height: 640 }, async (admin) => {
    const { page, words } = admin;
    await page.goto(`${harness.haoma}/console/applications`);
    await link(admin, "console-app-add").click();
    await link(admin, "console-kind-traditional").click();
    // a script looks at what is typed
    await whole(page);
    await page.locator("#redirect_uris").fill("https://*.example.com/cb");
    await page.locator("#redirect_uris-error").filter({ hasText: words.match("uri-wildcard") }).waitFor();
    await isAccessible(page);
    await press(admin, "console-app-create");
    await page.locator("[data-code='guard.invalid_input']").first().waitFor();
    assert.equal(await page.locator("#redirect_uris").inputValue(), "https://*.example.com/cb", "what was typed is kept");
    await page.locator("#name").fill("Corner Shop");
    await page.locator("#redirect_uris").fill("https://shop.example.com/callback");
    await press(admin, "console-app-create");
    const secret = await page.locator(".code-block code").innerText();
    assert.equal(secret.length, 32);
    await isAccessible(page);
    await page.reload();
    await link(admin, "console-app-guide").click();
    await page.locator(".tabs").nth(1).waitFor();
    await whole(page);
    for (const stack of await page.locator(".tabs").nth(1).getByRole("link").all()) {
      const response = await page.request.get(new URL(await stack.getAttribute("href"), page.url()).href);
      assert.equal(response.status(), 200);
    }
    assert.match(await page.locator("main").innerText(), /https:\/\/shop\.example\.com/);
    await link(admin, "console-app-tab").click();
    await page.locator(".confirm summary").last().click();
    await press(admin, "console-app-delete-go");
    await page.locator(".notice.good").filter({ hasText: words.text("console-app-deleted") }).waitFor();
  });
});

test("a refused form leads to what is wrong; whoever began to type before the script came goes on where they were", async () => {
  await administer({}, async (admin) => {
    const { page } = admin;
    const isRefused = async () => {
      await page.goto(`${harness.haoma}/console/users/new`);
      await page.locator("#phone").fill("12");
      const comes = await keepScriptBack(page);
      await press(admin, "console-user-create");
      await page.locator("#phone[aria-invalid=true]").waitFor();
      return comes;
    };
    await (await isRefused())();
    await page.locator("#phone:focus").waitFor();
    const comes = await isRefused();
    await page.locator("#name").pressSequentially("Li ");
    await comes();
    await page.keyboard.type("Lei");
    assert.equal(await page.locator("#name").inputValue(), "Li Lei");
  });
});

test("an administrator finds a user by number at 320 px, looks at the number, locks and deletes them; no number stands in an address", async () => {
  await administer({ language: "zh-CN", width: 320, height: 640 }, async (admin) => {
    const { page, words } = admin;
    const addresses = [];
    page.on("request", (request) => addresses.push(request.url()));
    await page.goto(`${harness.haoma}/console/users`);
    await link(admin, "console-user-add").click();
    await page.locator("#phone").fill("138 0013 8000");
    await page.locator("#name").fill("韩梅梅");
    await press(admin, "console-user-create");
    await page.getByRole("heading", { name: /韩梅梅/ }).waitFor();
    assert.doesNotMatch(await page.locator("main").innerText(), /13800138000/);
    await press(admin, "console-user-show-number");
    await page.locator(".facts").filter({ hasText: "+8613800138000" }).waitFor();
    await page.locator("a.back").click();
    await page.locator("#q").fill("38000");
    await page.locator("form.filter button").click();
    await page.waitForURL(/find=/);
    await page.locator("#q").fill("138 0013 8000");
    await page.keyboard.press("Enter");
    await page.waitForURL(/users\/[a-z0-9]+$/);
    for (const tab of ["console-user-access", "console-user-activity", "console-user-tab"]) {
      await page.locator(".tabs").getByRole("link", { name: words.text(tab), exact: true }).click();
    }
    await page.locator(".confirm summary").first().click();
    await press(admin, "console-user-lock-go");
    await page.locator("h1 .badge.bad").waitFor();
    await press(admin, "console-user-unlock");
    await page.locator("h1 .badge.good").waitFor();
    await page.locator(".confirm summary").last().click();
    await press(admin, "console-user-delete-go");
    await page.locator(".empty").waitFor();
    assert.deepEqual(addresses.filter((address) => /38000|0013/.test(decodeURIComponent(address))), []);
  });
});

test("both rooms work with the keyboard alone, and without JavaScript", async () => {
  await administer({ javaScript: false }, async (admin) => {
    const { page, words } = admin;
    const { keyboard } = page;
    await page.goto(`${harness.haoma}/console/applications/new`);
    await admin.tabTo(page.getByRole("link", { name: words.text("console-kind-spa") }));
    await keyboard.press("Enter");
    await page.locator("#name").waitFor();
    await admin.tabTo(page.locator("#name"));
    await keyboard.type("Corner Shop");
    await keyboard.press("Enter");
    await page.waitForURL(/\/guide$/);
    await page.goto(`${harness.haoma}/console/users/new`);
    await admin.tabTo(page.locator("#username"));
    await keyboard.type("hanmeimei");
    await keyboard.press("Enter");
    await page.getByRole("heading", { name: /hanmeimei/ }).waitFor();
    await admin.tabTo(page.locator(".confirm summary").first());
    await keyboard.press("Enter");
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    await page.locator("h1 .badge.bad").waitFor();
  });
});
