// From an empty database to somebody who registers, exactly as the guided steps say, with a real browser and the simulated provider.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { enter, link, press } from "../lib/console.mjs";
import { missing } from "../lib/demo.mjs";
import { startServer } from "../lib/server.mjs";

const SECRET = "demo-secret-for-the-simulator-only";
const WRONG = "wrong-secret-of-the-simulated-key";
const NUMBER = "138 0013 8000";
const CALLBACK = "http://127.0.0.1:9/callback";
const USES = [["SignIn", "SMS_100000001"], ["Register", "SMS_100000002"], ["Generic", "SMS_100000003"]];
const IN_REVIEW = "SMS_300000001";
const SECTIONS = ["overview", "connectors", "applications", "users", "messages", "audit-log", "settings", "api", "administrators", "account"];
const skip = missing();

for (const [language, width] of [["en", 1280], ["zh-CN", 360]]) {
  test(`an administrator in ${language} at ${width} px goes from an empty database to the first person who registers`, { skip, timeout: 300_000 }, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "haoma-journey-"));
    const browser = await startBrowser();
    const more = `[[applications]]\nid = "shop"\nname = "Shop"\ntype = "SPA"\nredirect_uris = ["${CALLBACK}"]\n`;
    const server = await startServer(folder, { log: "trace", more });
    t.after(async () => {
      await browser.close();
      await server.end();
      await rm(folder, { recursive: true });
    });
    const admin = await Visitor.open(browser, server, { language, width, height: 800 });
    await enter(admin, server.console);
    await toTheForm(admin);
    await failsWithTheWrongSecret(admin, server);
    await chooses(admin);
    await sends(admin, server);
    await press(admin, "console-save-and-done");
    await admin.page.getByText(admin.words.text("console-connector-saved")).waitFor();
    const html = await admin.page.content();
    assert.ok(!html.includes(SECRET) && !html.includes(WRONG), "no secret in the page");

    const person = await Visitor.open(browser, server, { language, width: 360, height: 740 });
    await person.page.goto(authorize(server));
    assert.equal(await person.phone.field.count(), 0, "nothing changes for people before it is switched on");
    await switchesOn(admin);
    await registers(person, server);
    for (const section of SECTIONS) await goes(admin, section);
    await admin.close();
    await person.close();
    await keepsSecrets(server, folder);
  });
}

/** By the links that the pages offer: what is missing, the service that can be looked at, its steps. */
async function toTheForm({ page, words }) {
  await page.getByRole("region", { name: words.text("console-next") }).getByRole("link").first().click();
  await page.getByRole("listitem").filter({ hasText: words.text("console-can-look") }).getByRole("link").click();
  await page.locator("details.guide-step").nth(7).locator("summary").click();
  await page.getByText("dysms:GetSmsTemplate").waitFor();
}

/** Neither looking at the account nor a message gets anywhere, and both say why. */
async function failsWithTheWrongSecret(admin, server) {
  const { page, words } = admin;
  await page.locator("#accessKeyId").fill("LTAIdemoHaoma");
  await page.locator("#accessKeySecret").fill(WRONG);
  await page.getByText(words.text("console-more-settings")).click();
  await page.locator("#endpoint").fill(server.simulator);
  await press(admin, "console-account-look");
  await page.locator("#found").getByText("SignatureDoesNotMatch").first().waitFor();
  await page.locator("#signName").fill("号码演示");
  for (const [use, code] of USES) await page.locator(`[name="templates.${use}.mainland"]`).fill(code);
  await page.locator("#accessKeySecret").fill(WRONG);
  await send(admin);
  await page.locator(".report").getByText("SignatureDoesNotMatch").first().waitFor();
}

/** With the right secret the account is read, and what is in it is offered. */
async function chooses(admin) {
  const { page } = admin;
  await page.locator("#accessKeySecret").fill(SECRET);
  await press(admin, "console-account-look");
  await page.locator("select#signName").selectOption("号码演示");
  for (const lists of await page.locator("#found summary").all()) await lists.click();
  for (const [use, code] of USES) await page.locator(`[name="templates.${use}.mainland"]`).selectOption(code);
}

/** A template in review is refused, an approved one arrives, and a second message in the same minute is one too many. */
async function sends(admin, server) {
  const { page, words } = admin;
  const template = page.locator("input[name='templates.SignIn.mainland']");
  await press(admin, "console-by-hand");
  await page.locator("#trial_usage").selectOption("SignIn");
  await template.fill(IN_REVIEW);
  await send(admin);
  await page.getByText("isv.SMS_TEMPLATE_ILLEGAL").first().waitFor();
  await template.fill(USES[0][1]);
  // the provider counts by calendar minutes: its clock stands still, however long the machine takes
  const { now_ms: now } = await (await fetch(`${server.simulator}/_sim/clock`)).json();
  await setClock(server, { now_ms: now });
  await send(admin);
  await page.getByText(words.text("console-report-accepted")).waitFor();
  await setClock(server, { now_ms: now + 2000 });
  await page.getByText(words.text("console-report-delivered")).waitFor({ timeout: 30_000 });
  await setClock(server, { now_ms: now });
  await send(admin);
  await page.getByText("isv.BUSINESS_LIMIT_CONTROL").first().waitFor();
  await setClock(server, { system: true });
}

async function send(admin) {
  await admin.page.locator("#trial_phone").fill(NUMBER);
  await press(admin, "console-trial-send");
  await admin.page.locator(".report").waitFor();
}

async function switchesOn(admin) {
  await link(admin, "console-connector-enable").click();
  await admin.page.locator('[name="signIn.methods"]').check();
  await press(admin, "console-experience-save");
  await admin.page.getByText(admin.words.text("console-experience-saved")).waitFor();
}

async function registers(person, server) {
  await person.page.goto(authorize(server));
  await person.phone.ask("139 0013 9000");
  await person.code.shown();
  const called = await person.calledBack({ redirect_uris: [CALLBACK] }, async () => person.code.enter(await code(server, "13900139000")));
  assert.ok(called.searchParams.get("code"), "the application gets its code");
}

/** By the navigation, which is folded away on a phone. */
async function goes({ page, words }, section) {
  const menu = page.getByRole("button", { name: words.text("console-menu"), exact: true });
  if (await menu.isVisible()) await menu.click();
  const name = words.text(`console-${section}`);
  await page.getByRole("navigation", { name: words.text("console-nav") }).getByRole("link", { name, exact: true }).click();
  await page.waitForURL(section === "overview" ? /\/console$/ : `**/console/${section}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
}

/** No secret stands in the log or in the database, and no number but where an account has it. */
async function keepsSecrets(server, folder) {
  const log = server.text();
  assert.ok(log.includes("/console/connectors/new/{factory}"), "the log is the whole one");
  const database = await readFile(join(folder, "haoma.db"), "latin1");
  for (const secret of [SECRET, WRONG, "13900139000", "13800138000", NUMBER]) {
    assert.ok(!log.includes(secret), `${secret} in the log`);
    assert.ok(!database.includes(secret) || secret.startsWith("139"), `${secret} in the database`);
  }
}

/** Where an application sends people to sign in. */
function authorize({ haoma }) {
  const query = new URLSearchParams({
    client_id: "shop", redirect_uri: CALLBACK, response_type: "code", scope: "openid phone", state: "state",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256",
  });
  return `${haoma}/oidc/auth?${query}`;
}

/** The code in the newest message to a phone. */
async function code({ simulator }, phone) {
  const { messages: [newest] } = await (await fetch(`${simulator}/_sim/messages?phone=${phone}`)).json();
  return JSON.parse(newest.templateParam).code;
}

async function setClock({ simulator }, clock) {
  const answer = await fetch(`${simulator}/_sim/clock`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(clock) });
  assert.equal(answer.status, 200);
}
