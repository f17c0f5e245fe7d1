// The console's page of the sign-in experience: what an administrator changes, sees in the preview, and people meet afterwards.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAccessible } from "../lib/accessible.mjs";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { missing, startDemo } from "../lib/demo.mjs";

const PASSWORD = "seven green kettles";
const PATH = "/console/sign-in-experience";
const skip = missing();

for (const [language, width] of [["en", 1280], ["zh-CN", 320]]) {
  test(`the sign-in experience in ${language} at ${width} px is accessible as it is, refused and saved, and people meet what was saved`, { skip, timeout: 120_000 }, async (t) => {
    const { demo, open } = await openDemo(t);
    const admin = await enters(open, demo, { language, width, height: 720 });
    const { page, words } = admin;
    await isAccessible(page);

    await line(page, "branding.name").fill("Tea & Co");
    await line(page, "color.primaryColor").fill("yellow");
    await line(page, "verificationCodePolicy.expirationDuration").fill("601");
    await press(admin, "console-experience-save");
    await page.locator("[data-code='code-life']").waitFor();
    assert.match(await page.locator("[data-summary]").innerText(), new RegExp(words.text("rule-not-a-color")));
    assert.equal(await line(page, "branding.name").inputValue(), "Tea & Co", "what was typed is kept");
    await frame(page).getByText("Tea & Co").waitFor();
    await isAccessible(page);

    await line(page, "color.primaryColor").fill("#ffd400");
    await line(page, "verificationCodePolicy.expirationDuration").fill("120");
    await press(admin, "console-experience-save");
    await page.getByText(words.text("console-experience-saved")).waitFor();
    assert.match(await page.locator("#color-primaryColor-hint").innerText(), words.match("console-experience-moved", { ratio: "1.3" }));
    await isAccessible(page);

    const person = await open({ language });
    await person.begin();
    await person.page.getByText("Tea & Co").waitFor();
    await Promise.all([admin.close(), person.close()]);
  });
}

test("the preview follows what is typed, in both languages, light and dark, and leaves no trace in the browser's history", { skip, timeout: 120_000 }, async (t) => {
  const { demo, open } = await openDemo(t);
  const admin = await enters(open, demo, { width: 1280 });
  const { page } = admin;
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
  await admin.close();
});

test("nothing in the preview can be pressed, and whatever it tries to send goes nowhere", { skip, timeout: 120_000 }, async (t) => {
  const { demo, open } = await openDemo(t);
  const admin = await enters(open, demo, {});
  const { page } = admin;
  // a sign-in is under way in the same browser: its cookies are there
  const tab = await admin.context.newPage();
  await tab.goto(`${demo.haoma}/demo-app`);
  await tab.getByRole("main").getByRole("button").or(tab.getByRole("main").getByRole("link")).first().click();
  await tab.waitForURL("**/sign-in**");
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
  const { messages } = await (await fetch(`${demo.simulator}/_sim/messages?limit=5`)).json();
  assert.deepEqual(messages, []);
  const refused = admin.problems.splice(0);
  assert.ok(refused.length === 1 && refused[0].includes("sandboxed"), refused.join());
  await admin.close();
});

test("countries are searched, and only those that are allowed can be shown first", { skip, timeout: 120_000 }, async (t) => {
  const { demo, open } = await openDemo(t);
  const admin = await enters(open, demo, { language: "zh-CN", width: 360 });
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
  await admin.close();
});

test("the sign-in experience works with the keyboard alone and without JavaScript", { skip, timeout: 120_000 }, async (t) => {
  const { demo, open } = await openDemo(t);
  const admin = await enters(open, demo, { javaScript: false });
  const { page, words } = admin;
  const { keyboard } = page;
  await line(page, "branding.name").focus();
  await keyboard.type("Tea");
  await page.locator("#page").focus();
  await keyboard.press("ArrowDown");
  await page.getByRole("button", { name: words.text("console-experience-preview-show") }).focus();
  await keyboard.press("Enter");
  await frame(page).getByText("Tea", { exact: true }).waitFor();
  await frame(page).locator("form[data-form=code]").waitFor();
  await line(page, "branding.name").focus();
  await keyboard.press("Enter");
  await page.getByText(words.text("console-experience-saved")).waitFor();
  assert.equal(await line(page, "branding.name").inputValue(), "Tea");
  await admin.close();
});

/** An administrator who came through the link and opened the page. */
async function enters(open, demo, options) {
  const admin = await open(options);
  await admin.page.goto(demo.console);
  await admin.page.locator("#password").fill(PASSWORD);
  await press(admin, "console-welcome-go");
  await admin.page.waitForURL("**/console");
  await admin.page.goto(`${demo.haoma}${PATH}`);
  return admin;
}

const line = (page, name) => page.locator(`[name='${name}']`);
// while a new one is drawn, the old one stays
const frame = (page) => page.locator(".preview-frame iframe").last().contentFrame();

/** Presses the button of this text. */
function press(visitor, key) {
  return visitor.page.getByRole("main").getByRole("button", { name: visitor.words.text(key), exact: true }).click();
}

/** A demo of its own, and people to look at it. */
async function openDemo(t) {
  const folder = await mkdtemp(join(tmpdir(), "haoma-experience-"));
  const browser = await startBrowser();
  const demo = await startDemo(folder);
  t.after(async () => {
    await browser.close();
    await demo.kill();
    await rm(folder, { recursive: true });
  });
  return { demo, open: (options) => Visitor.open(browser, demo, options) };
}
