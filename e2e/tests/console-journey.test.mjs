// From an empty database to somebody who registers, exactly as the guided steps say, with a real browser and the simulated provider.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAccessible } from "../lib/accessible.mjs";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { missing } from "../lib/demo.mjs";
import { startServer } from "../lib/server.mjs";

const PASSWORD = "seven green kettles";
const SECRET = "demo-secret-for-the-simulator-only";
const WRONG = "wrong-secret-of-the-simulated-key";
const CALLBACK = "http://127.0.0.1:9/callback";
/** Where pictures of every page are kept, if somebody wants to look at them. */
const PICTURES = process.env.HAOMA_PICTURES;
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
    const { page, words } = admin;
    const look = lookAt(page, `${language}-${width}`);

    await page.goto(server.console);
    await look("welcome");
    await page.locator("#password").fill(PASSWORD);
    await press(admin, "console-welcome-go");
    await page.waitForURL(/\/console$/);
    await look("overview-empty");

    await page.goto(`${server.haoma}/console/connectors`);
    await look("gallery");
    await page.getByRole("listitem").filter({ hasText: words.text("console-can-look") }).getByRole("link").click();
    await look("guide");
    await page.locator("details.guide-step").nth(7).locator("summary").click();
    await page.getByText("dysms:GetSmsTemplate").waitFor();

    await page.locator("#accessKeyId").fill("LTAIdemoHaoma");
    await page.locator("#accessKeySecret").fill(WRONG);
    await page.getByText(words.text("console-more-settings")).click();
    await page.locator("#endpoint").fill(server.simulator);
    await press(admin, "console-account-look");
    await page.getByText("SignatureDoesNotMatch").first().waitFor();
    await look("wrong-secret");
    await page.locator("#accessKeySecret").fill(SECRET);
    await press(admin, "console-account-look");
    await page.locator("select#signName").selectOption("号码演示");
    for (const lists of await page.locator("#found summary").all()) await lists.click();
    for (const [use, code] of [["SignIn", "SMS_100000001"], ["Register", "SMS_100000002"], ["Generic", "SMS_100000003"]]) {
      await page.locator(`[name="templates.${use}.mainland"]`).selectOption(code);
    }
    await look("looked");

    const send = async (number) => {
      await page.locator("#trial_phone").fill(number);
      await press(admin, "console-trial-send");
      await page.locator(".report").waitFor();
    };
    await press(admin, "console-by-hand");
    await page.locator("input[name='templates.SignIn.mainland']").fill("SMS_300000001");
    await send("138 0013 8000");
    await page.getByText("isv.SMS_TEMPLATE_ILLEGAL").first().waitFor();
    await look("template-in-review");
    await page.locator("input[name='templates.SignIn.mainland']").fill("SMS_100000001");
    await send("138 0013 8000");
    await page.getByText(words.text("console-report-accepted")).waitFor();
    await look("sent");
    await page.getByText(words.text("console-report-delivered")).waitFor({ timeout: 30_000 });
    await look("delivered");
    // whether a minute is over already depends on how fast the machine is
    const limit = { kind: "code", code: "isv.BUSINESS_LIMIT_CONTROL", times: 1 };
    await fetch(`${server.simulator}/_sim/faults`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(limit) });
    await send("138 0013 8000");
    await page.getByText("isv.BUSINESS_LIMIT_CONTROL").first().waitFor();
    await look("over-its-limit");

    await press(admin, "console-save-and-done");
    await page.getByText(words.text("console-connector-saved")).waitFor();
    await look("saved");
    const html = await page.content();
    assert.ok(!html.includes(SECRET) && !html.includes(WRONG), "no secret in the page");

    const person = await Visitor.open(browser, server, { language, width: 360, height: 740 });
    person.allowed.add(new URL(CALLBACK).origin);
    await person.page.goto(authorize(server));
    assert.equal(await person.phone.field.count(), 0, "nothing changes for people before it is switched on");

    await page.getByRole("link", { name: words.text("console-connector-enable") }).click();
    await look("experience-closed");
    await page.locator('[name="signIn.methods"]').check();
    await press(admin, "console-experience-save");
    await page.getByText(words.text("console-experience-saved")).waitFor();
    await look("experience-open");

    await person.page.goto(authorize(server));
    await person.phone.ask("139 0013 9000");
    await person.code.shown();
    const called = person.context.waitForEvent("request", (request) => request.url().startsWith(CALLBACK));
    await person.code.enter(await code(server, "13900139000"));
    assert.ok(new URL((await called).url()).searchParams.get("code"), "the application gets its code");

    for (const path of ["/console", "/console/connectors", "/console/messages", "/console/audit-log", "/console/settings", "/console/administrators", "/console/account"]) {
      await page.goto(server.haoma + path);
      await look(path.slice(9) || "overview");
    }
    await Promise.all([admin.close(), person.context.close()]);

    const log = server.lines.join("");
    assert.ok(log.includes("/console/connectors/new/{factory}"), "the log is the whole one");
    const database = await readFile(join(folder, "haoma.db"), "latin1");
    for (const secret of [SECRET, WRONG, "13900139000", "13800138000", "138 0013 8000"]) {
      assert.ok(!log.includes(secret), `${secret} in the log`);
      assert.ok(!database.includes(secret) || secret.startsWith("139"), `${secret} in the database`);
    }
  });
}

/** The page as it is: free of faults, and kept as a picture if somebody wants to look. */
function lookAt(page, run) {
  let pictures = 0;
  return async (name) => {
    await isAccessible(page);
    if (!PICTURES) return;
    await mkdir(PICTURES, { recursive: true });
    pictures += 1;
    await page.emulateMedia({ colorScheme: pictures % 2 ? "light" : "dark" });
    await page.screenshot({ path: join(PICTURES, `${run}-${String(pictures).padStart(2, "0")}-${name}.png`), fullPage: true });
  };
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

/** Presses the button of this text. */
function press(visitor, key) {
  return visitor.page.getByRole("main").getByRole("button", { name: visitor.words.text(key), exact: true }).click();
}
