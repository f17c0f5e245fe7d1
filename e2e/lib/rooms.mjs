// Every page of the console, by the route it stands under, and how to get there. The tests of all pages and the photographer
// share them. `{names}` in a path are ids of `lib/seed.mjs`; a room is in the used Haoma, or in the `empty` one.
import { button, enter, invite, letPasswordsGoStale, link, press, proven, PASSWORD, signIn } from "./console.mjs";
import { mainland } from "./numbers.mjs";
import { totp } from "./totp.mjs";

const SIMULATED = { id: "LTAIdemoHaoma", secret: "demo-secret-for-the-simulator-only" };
const TEMPLATES = [["SignIn", "SMS_100000001"], ["Register", "SMS_100000002"], ["Generic", "SMS_100000003"]];

/** What is refused as soon as it is asked for. */
const answers = (status, room) => ({ ...room, status });
/** What an owner finds at an address, having done something there. */
const at = (path, then) => ({ who: "owner", path, then });
/** The same where nothing has happened yet. */
const empty = (path, then) => ({ who: "owner", path, then, where: "empty" });
/** What somebody finds who is not signed in. */
const outside = (path, then) => ({ who: "nobody", path, then });

/** Opens everything that is folded away. */
const unfold = ({ page }) => page.evaluate(() => document.querySelectorAll("main details").forEach((folded) => (folded.open = true)));
/** The articles of the reference are alike: one language has all of them, and the other a few, whose colours are looked at. */
const reference = async (visitor) => {
  if (visitor.language !== "en") await visitor.page.evaluate(() => [...document.querySelectorAll("main article")].slice(3, -3).forEach((article) => article.remove()));
  await unfold(visitor);
};
/** Opens the last thing that asks before it is done. */
const confirm = ({ page }) => page.locator(".confirm > summary").last().click();
/** Sends a form as it is, and waits for what is wrong with it. */
const refused = (key, fields = {}) => async (visitor) => {
  for (const [name, value] of Object.entries(fields)) await visitor.page.locator(`[name='${name}']`).first().fill(value);
  await press(visitor, key);
  await visitor.page.locator("main [data-code]").first().waitFor();
};

/** Asks for the opposite of a rule that is there. */
const standing = async ({ page, words }) => {
  await page.locator("[name=type][value=block]").check();
  await page.locator("#kind").selectOption("network");
  await page.locator("#value").fill("2001:db8:4a2f:9c00::/56");
  await page.getByRole("button", { name: words.text("console-rule-save") }).click();
  await page.locator("button[name=replaces]").waitFor();
};

/** Types the account of the simulator into a wizard, and has it looked at. */
async function look(visitor, { harness }, secret = SIMULATED.secret) {
  const { page, words } = visitor;
  await page.locator("#accessKeyId").fill(SIMULATED.id);
  await page.locator("#accessKeySecret").fill(secret);
  await page.getByText(words.text("console-more-settings")).click();
  await page.locator("#endpoint").fill(harness.simulator);
  await press(visitor, "console-account-look");
  await page.locator("#found .notice").waitFor();
}

/** Chooses among what was found. */
async function choose(visitor, world) {
  await look(visitor, world);
  await visitor.page.locator("select#signName").selectOption("号码演示");
  for (const [use, code] of TEMPLATES) await visitor.page.locator(`[name='templates.${use}.mainland']`).selectOption(code);
  await unfold(visitor);
}

/** Sends a message with what is on the page. */
async function send(visitor, number) {
  await visitor.page.locator("#trial_phone").fill(number);
  await press(visitor, "console-trial-send");
  await visitor.page.locator(".report").waitFor();
}

/** To the page of the second step, as somebody who just set it up. */
async function second(visitor, { harness, name }) {
  const who = name("second");
  await enter(visitor, await harness.link(who));
  await visitor.page.goto(`${harness.haoma}/console/account`);
  await press(visitor, "console-second-set-up");
  await proven(visitor);
  const key = await visitor.page.locator(".secret code").innerText();
  await visitor.page.locator("#code").fill(totp(key, harness.now()));
  await press(visitor, "console-second-go");
  await visitor.page.getByText(visitor.words.text("console-second-set")).waitFor();
  await visitor.context.clearCookies();
  await visitor.page.goto(`${harness.haoma}/console/sign-in`);
  await signIn(visitor, who);
  await visitor.page.waitForURL(/sign-in\/second/);
}

const WIZARD = "/console/connectors/new/aliyun-short-message-service";

/** Route, then name of the page, then the way there. */
export const ROOMS = {
  "/console": {
    overview: at("/console"),
    "overview of 30 days": at("/console?days=30", unfold),
    "first overview": empty("/console"),
  },
  "/console/": { "overview with a slash": at("/console/") },
  "/console/sign-in": {
    "console sign-in": outside("/console/sign-in"),
    "console sign-in refused": outside("/console/sign-in", refused("console-sign-in", { name: "nobody", password: PASSWORD })),
  },
  "/console/sign-in/second": {
    "second step": outside(undefined, second),
    "second step refused": outside(undefined, async (visitor, world) => {
      await second(visitor, world);
      await refused("console-sign-in", { code: "000000" })(visitor);
    }),
  },
  "/console/welcome/{token}": {
    welcome: outside(undefined, async ({ page }, { harness, name }) => page.goto(await harness.link(name("newcomer")))),
    "weak password": outside(undefined, async (visitor, { harness, name }) => {
      await visitor.page.goto(await harness.link(name("careless")));
      await refused("console-welcome-go", { password: "password1234" })(visitor);
    }),
    "spent one-time link": answers(410, outside("/console/welcome/spent")),
  },
  "/console/account": {
    account: at("/console/account"),
    "account refused": at("/console/account", refused("console-password-change", { current_password: "wrong", new_password: "short" })),
    "step-up": at("/console/account", async (visitor, { harness }) => {
      await letPasswordsGoStale(harness);
      await press(visitor, "console-second-set-up");
      await visitor.page.getByRole("heading", { name: visitor.words.text("console-prove-title") }).waitFor();
    }),
    "second factor set-up": at("/console/account", async (visitor) => {
      await press(visitor, "console-second-set-up");
      await proven(visitor);
      await visitor.page.locator(".qr").waitFor();
    }),
  },
  "/console/test-numbers": {
    "test numbers": at("/console/test-numbers", unfold),
    "first test numbers": empty("/console/test-numbers"),
    "test number refused": at("/console/test-numbers", refused("console-test-number-make-go", { phone: "12" })),
    "test number with its code": at("/console/test-numbers", async (visitor) => {
      await visitor.page.locator("#phone").fill(mainland().national);
      await visitor.page.locator("#owner").fill("Han Mei, App Store review");
      await press(visitor, "console-test-number-make-go");
      await proven(visitor);
      await visitor.page.locator(".code-block").waitFor();
    }),
  },
  "/console/hooks": {
    "web-hooks": at("/console/hooks"),
    "first web-hooks": empty("/console/hooks"),
  },
  "/console/hooks/new": {
    "new web-hook": at("/console/hooks/new"),
    "new web-hook refused": at("/console/hooks/new", refused("console-hook-create", { url: "https://10.0.0.1/", retries: "99" })),
  },
  "/console/hooks/{id}": {
    "web-hook": at("/console/hooks/{hook}", confirm),
    "web-hook with a new key": at("/console/hooks/{hook}", async (visitor) => {
      await visitor.page.locator(".confirm > summary").first().click();
      await press(visitor, "console-hook-key-renew-go");
      await proven(visitor);
      await visitor.page.locator(".code-block").waitFor();
    }),
    "web-hook tried out in vain": at("/console/hooks/{hook}", async (visitor) => {
      await press(visitor, "console-hook-test-go");
      await visitor.page.locator("main .notice.bad").waitFor();
    }),
  },
  "/console/hooks/{id}/deliveries": {
    "web-hook deliveries": at("/console/hooks/{hook}/deliveries", confirm),
    "web-hook deliveries given up": at("/console/hooks/{hook}/deliveries?state=failed"),
    "web-hook without deliveries": at("/console/hooks/{quiet}/deliveries"),
  },
  "/console/hooks/{id}/deliveries/{delivery}": {
    "web-hook delivery": at("/console/hooks/{hook}/deliveries/{delivery}"),
  },
  "/console/connectors": {
    "connector gallery": at("/console/connectors"),
    "first connector gallery": empty("/console/connectors"),
  },
  "/console/connectors/new/{factory}": {
    "wizard of Aliyun": empty(WIZARD, unfold),
    "wizard of Aliyun refused": empty(WIZARD, refused("console-save-and-done")),
    "wizard of number verification": empty("/console/connectors/new/aliyun-short-message-auth-service", unfold),
    "wizard of HTTP": empty("/console/connectors/new/http-sms", unfold),
    "wizard in the place of another": at("/console/connectors/new/http-sms"),
    "live check": empty(WIZARD, choose),
    "live check refused": empty(WIZARD, async (visitor, world) => {
      await look(visitor, world, "wrong-secret-of-the-simulated-key");
      await visitor.page.getByText("SignatureDoesNotMatch").first().waitFor();
    }),
    "test report": at(WIZARD, async (visitor, world) => {
      await choose(visitor, world);
      await send(visitor, world.number().national);
      await visitor.page.getByText(visitor.words.text("console-report-accepted")).waitFor();
    }),
    "test report refused": at(WIZARD, async (visitor, world) => {
      await choose(visitor, world);
      await press(visitor, "console-by-hand");
      for (const [use] of TEMPLATES) await visitor.page.locator(`input[name='templates.${use}.mainland']`).fill("SMS_300000001");
      await send(visitor, world.number().national);
      await visitor.page.getByText("isv.SMS_TEMPLATE_ILLEGAL").first().waitFor();
    }),
  },
  "/console/connectors/{id}": {
    connector: at("/console/connectors/{connector}", unfold),
    "connector deletion": at("/console/connectors/{connector}", confirm),
  },
  "/console/connectors/{id}/versions": { "connector versions": at("/console/connectors/{connector}/versions") },
  "/console/connectors/{id}/versions/{version}": {
    "connector comparison": at("/console/connectors/{connector}/versions/{version}", confirm),
    "connector version in use": at("/console/connectors/{connector}/versions/3"),
  },
  "/console/administrators": {
    administrators: at("/console/administrators", unfold),
    "administrator refused": at("/console/administrators", async (visitor) => {
      await visitor.page.locator("#name").fill("li lei");
      await press(visitor, "console-add-go");
      await proven(visitor);
      await visitor.page.locator("main [data-code]").waitFor();
    }),
    "administrator invited": at("/console/administrators", async (visitor, { name }) => {
      await visitor.page.locator("#name").fill(name("colleague"));
      await press(visitor, "console-add-go");
      await proven(visitor);
      await visitor.page.locator(".secret code").waitFor();
    }),
  },
  "/console/applications": {
    applications: at("/console/applications"),
    "no application fits": at("/console/applications?q=zzzz"),
    "first applications": empty("/console/applications"),
  },
  "/console/applications/new": {
    "kinds of applications": at("/console/applications/new"),
    "new application": at("/console/applications/new", (visitor) => link(visitor, "console-kind-traditional").click()),
    "new application refused": at("/console/applications/new", async (visitor) => {
      await link(visitor, "console-kind-traditional").click();
      await refused("console-app-create", { redirect_uris: "https://*.example.com/cb" })(visitor);
    }),
  },
  "/console/applications/{id}": {
    application: at("/console/applications/{application}"),
    "application of somebody else": at("/console/applications/partner-client"),
    "application deletion": at("/console/applications/{application}", confirm),
    service: at("/console/applications/{service}", unfold),
  },
  "/console/applications/{id}/guide": {
    guide: at("/console/applications/{application}/guide"),
    "guide of a page": at("/console/applications/spa-client/guide"),
    "guide of an app": at("/console/applications/{native}/guide"),
    "guide of a service": at("/console/applications/{service}/guide"),
  },
  "/console/applications/{id}/secrets": {
    secrets: at("/console/applications/{application}/secrets", unfold),
    "new secret": at("/console/applications/{application}/secrets", async (visitor, { name }) => {
      await visitor.page.locator("form.narrow [name=name]").fill(name("rotated"));
      await press(visitor, "console-secret-make-go");
      await proven(visitor);
      await visitor.page.locator(".code-block code").waitFor();
    }),
  },
  "/console/users": {
    users: at("/console/users"),
    "users who fit": at("/console/users", async (visitor) => {
      await visitor.page.locator("#q").fill("13810");
      await button(visitor, "console-filter-go").click();
      await visitor.page.waitForURL(/find=/);
    }),
    "no user fits": at("/console/users", async (visitor) => {
      await visitor.page.locator("#q").fill("zzzz");
      await button(visitor, "console-filter-go").click();
      await visitor.page.locator(".empty").waitFor();
    }),
    "first users": empty("/console/users"),
  },
  "/console/users/new": {
    "new user": at("/console/users/new"),
    "new user refused": at("/console/users/new", refused("console-user-create", { phone: "12345" })),
  },
  "/console/users/{id}": {
    user: at("/console/users/{user}"),
    "number of a user": at("/console/users/{user}", async (visitor) => {
      await press(visitor, "console-user-show-number");
      await visitor.page.getByText(/\+86 ?138/).first().waitFor();
    }),
    "user refused": at("/console/users/{user}", refused("console-save", { username: "1 2", custom_data: "{" })),
    "user deletion": at("/console/users/{user}", confirm),
    "locked user": at("/console/users/{locked}"),
    "user who is guessed at": at("/console/users/{guessed}", unfold),
  },
  "/console/users/{id}/access": {
    "access of a user": at("/console/users/{user}/access", unfold),
    "access of nobody": at("/console/users/{locked}/access"),
  },
  "/console/users/{id}/activity": { "activity of a user": at("/console/users/{user}/activity") },
  "/console/sign-in-experience": {
    "sign-in experience": at("/console/sign-in-experience", unfold),
    "sign-in experience refused": at("/console/sign-in-experience", refused("console-experience-save", {
      "color.primaryColor": "yellow", "verificationCodePolicy.expirationDuration": "601",
    })),
    "first sign-in experience": empty("/console/sign-in-experience"),
  },
  "/console/sign-in-experience/preview": { preview: at("/console/sign-in-experience/preview?page=code") },
  "/console/messages": {
    messages: at("/console/messages"),
    "no message fits": at("/console/messages?status=delivered&to=2020-01-01"),
    "first messages": empty("/console/messages"),
  },
  "/console/messages/{id}": {
    message: at("/console/messages/{accepted}", confirm),
    "message refused": at("/console/messages/{refused}"),
    "message unknown": at("/console/messages/{unknown}"),
  },
  "/console/audit-log": {
    "audit log": at("/console/audit-log"),
    "no event fits": at("/console/audit-log?user=zzzz"),
  },
  "/console/audit-log/{id}": {
    "audit event": at("/console/audit-log/{event}"),
    "audit event of a failure": at("/console/audit-log/{failure}", unfold),
  },
  "/console/security": {
    security: at("/console/security", unfold),
    "first security": empty("/console/security"),
  },
  "/console/security/rules": {
    "blocked and let through": at("/console/security/rules", confirm),
    "rule refused": at("/console/security/rules", refused("console-rule-save", { value: "+86 138 0013 80", reason: "13800138000" })),
    "rule that stands": at("/console/security/rules", standing),
    "first rules": empty("/console/security/rules"),
  },
  "/console/settings": { settings: at("/console/settings", unfold) },
  "/console/api": { "API reference": { ...at("/console/api", reference), colours: "zh-CN" } },
  "/console/_components": { components: at("/console/_components", unfold) },
  "/console/{*rest}": {
    "console not found": answers(404, at("/console/nothing-here")),
    "no such application": answers(404, at("/console/applications/nothing")),
    forbidden: outside(undefined, async (visitor, { harness, owner, name }) => {
      await enter(visitor, await invite(await owner(), name("viewer"), "viewer"));
      await visitor.page.goto(`${harness.haoma}/console/administrators`);
      await visitor.page.getByText(visitor.words.text("console-forbidden")).waitFor();
    }),
  },
};
