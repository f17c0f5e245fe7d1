// The console's page of the sign-in experience: what an administrator changes, sees in the preview, and people meet afterwards.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isAccessible } from "../lib/accessible.mjs";
import { button, press } from "../lib/console.mjs";
import { openStage } from "../lib/stage.mjs";

const PATH = "/console/sign-in-experience";
const { harness, visit, administer } = await openStage();

test("the preview follows what is typed, in both languages, light and dark, and leaves no trace in the browser's history", async () => {
  await open({ width: 1280 }, async ({ page }) => {
    const before = await page.evaluate(() => history.length);
    await line(page, "branding.name").fill("Tea");
    await frame(page).getByText("Tea", { exact: true }).waitFor();
    await page.locator("#theme").selectOption("dark");
    await frame(page).locator("html[data-theme=dark]").waitFor();
    const ground = await frame(page).locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
    assert.equal(ground, "rgb(22, 27, 26)", "dark on a light device");
    await page.locator("#lang").selectOption("zh-CN");
    await frame(page).locator("html[lang=zh-CN]").waitFor();
    await page.locator("#page").selectOption("code");
    await frame(page).locator("form[data-form=code]").waitFor();
    const width = () => frame(page).locator("html").evaluate((html) => html.clientWidth);
    assert.ok((await width()) < 576, "as on a phone");
    await page.locator("#size").selectOption("wide");
    assert.ok((await width()) > 800, "as on a computer");
    assert.equal(await page.evaluate(() => history.length), before);
    await page.locator(".colour input[type=color]").first().fill("#1677ff");
    assert.equal(await line(page, "color.primaryColor").inputValue(), "#1677ff");
    await frame(page).locator("link[href*='theme-1677ff']").waitFor({ state: "attached" });
  });
});

test("nothing in the preview can be pressed, and whatever it tries to send goes nowhere", async () => {
  const calls = await harness.sendCalls();
  await open({}, async (admin) => {
    const { page } = admin;
    // a sign-in is under way in the same browser: its cookies are there
    const tab = await admin.context.newPage();
    await admin.use(tab).begin();
    const body = frame(page).locator("body");
    await body.waitFor();
    await body.evaluate(() => document.querySelector("#phone").focus());
    assert.equal(await body.evaluate(() => document.activeElement.tagName), "BODY", "nothing takes the focus");
    const sent = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
    await body.evaluate(() => {
      const form = document.querySelector("form");
      form.action = "/sign-in";
      form.querySelector("#phone").value = "13800138000";
      form.submit();
    });
    await page.locator("#page").selectOption("code");
    await frame(page).locator("form[data-form=code]").waitFor();
    assert.deepEqual(sent.map((url) => new URL(url).pathname), [`${PATH}/preview`]);
    assert.equal(await harness.sendCalls(), calls);
    const refused = admin.problems.splice(0);
    assert.ok(refused.length === 1 && refused[0].includes("sandboxed"), refused.join());
  });
});

test("countries are searched, and only those that are allowed can be shown first", async () => {
  await open({ language: "zh-CN", width: 360 }, async (admin) => {
    const { page, words } = admin;
    const shown = () => page.locator("[data-countries] li:visible").count();
    await page.locator("#country-search").fill("法国");
    await page.locator("[data-countries] li:visible").first().waitFor();
    assert.equal(await shown(), 1);
    const first = page.locator("#phoneRegions-default");
    assert.equal(await first.locator("option[value=FR]").count(), 0);
    await page.locator("[data-countries] li:visible input").check();
    await page.locator("#country-search").fill("+886");
    assert.equal(await shown(), 1);
    await first.selectOption("FR");
    await press(admin, "console-experience-save");
    await page.getByText(words.text("console-experience-saved")).waitFor();
    assert.equal(await first.inputValue(), "FR");
  });
});

test("the sign-in experience works with the keyboard alone and without JavaScript", async () => {
  await open({ javaScript: false }, async (admin) => {
    const { page, words } = admin;
    const { keyboard } = page;
    await admin.tabTo(line(page, "branding.name"));
    await keyboard.type("Tea");
    await admin.tabTo(page.locator("#page"));
    await keyboard.press("ArrowDown");
    await admin.tabTo(button(admin, "console-experience-preview-show"));
    await keyboard.press("Enter");
    await frame(page).getByText("Tea", { exact: true }).waitFor();
    await frame(page).locator("form[data-form=code]").waitFor();
    await admin.tabTo(line(page, "branding.name"));
    await keyboard.press("Enter");
    await page.getByText(words.text("console-experience-saved")).waitFor();
    assert.equal(await line(page, "branding.name").inputValue(), "Tea");
  });
});

for (const [language, width] of [["en", 1280], ["zh-CN", 320]]) {
  test(`in ${language} at ${width} px what is refused is kept, and people meet what is saved`, async () => {
    await open({ language, width, height: 720 }, async (admin) => {
      const { page, words } = admin;
      await line(page, "branding.name").fill(`Tea & ${language}`);
      await line(page, "color.primaryColor").fill("yellow");
      await line(page, "verificationCodePolicy.expirationDuration").fill("601");
      await press(admin, "console-experience-save");
      await page.locator("[data-code='code-life']").waitFor();
      assert.match(await page.locator("[data-summary]").innerText(), new RegExp(words.text("rule-not-a-color")));
      assert.equal(await line(page, "branding.name").inputValue(), `Tea & ${language}`, "what was typed is kept");
      await frame(page).getByText(`Tea & ${language}`).waitFor();

      const told = page.locator(".colour [role=status]").first();
      await line(page, "color.primaryColor").fill("#1677FF");
      await told.getByText(words.match("console-experience-moved", { chosen: "#1677ff" })).waitFor();
      await line(page, "color.primaryColor").fill("#0b6b58");
      await told.getByText(words.match("console-experience-readable")).waitFor();
      await line(page, "color.primaryColor").fill("#ffd400");
      const moved = words.match("console-experience-moved", { chosen: "#ffd400", ratio: "1.3" });
      await told.getByText(moved).waitFor();
      const before = await told.innerText();
      await line(page, "verificationCodePolicy.expirationDuration").fill("120");
      await press(admin, "console-experience-save");
      await page.getByText(words.text("console-experience-saved")).waitFor();
      assert.equal(await page.locator("#color-primaryColor-hint").innerText(), before, "the script says what the server says");
      await isAccessible(page);
    });
    await visit({ language }, async (person) => {
      await person.begin();
      await person.page.getByText(`Tea & ${language}`).waitFor();
    });
  });
}

/** Lets an administrator do something on the page. */
function open(options, story) {
  return administer(options, async (admin) => {
    await admin.page.goto(harness.haoma + PATH);
    return story(admin);
  });
}

const line = (page, name) => page.locator(`[name='${name}']`);
// while a new one is drawn, the old one stays
const frame = (page) => page.locator(".preview-frame iframe:only-child:not(.coming)").contentFrame();
