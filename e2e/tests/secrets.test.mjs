// Security statements 10, 58 and 60: nothing secret in the database beyond what must be, nothing secret in any log line, nothing
// secret in what an owner is answered, but once where it is made.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { chance, codesIn, distinctCodes, hidden, spellings } from "../lib/canaries.mjs";
import { missing } from "../lib/demo.mjs";
import { startHarness } from "../lib/harness.mjs";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { experience, Session, walk } from "../lib/headless.mjs";
import { authorization, discover, openid } from "../lib/openid.mjs";
import { hongKong, mainland } from "../lib/numbers.mjs";
import { wrong } from "../lib/codes.mjs";

const MINUTE = 60_000;
/** People who walk each road: one coincidence of six digits among them is chance, two are a leak. */
const WALKERS = 4;
/** The same in the browser, which takes longer: two, because one code alone would pass for chance. */
const VISITORS = 2;
/** Numbers have places of their own; the id of an interaction must be stored, and is worth nothing without its signature. */
const isNowhere = ({ what }) => !["number", "cookie _interaction_resume"].includes(what);
// The command that makes administrators.
const skip = missing();

test("s58, s60: a whole run at TRACE, administrators' and people's, tells no code, full number, secret, cookie or token", { skip, timeout: 600_000 }, async (t) => {
  const harness = await startHarness({ log: "trace" });
  t.after(() => harness.stop());
  const run = new Run(harness);
  await run.administration();
  await run.everything();
  await run.browser();
  await run.owners();
  run.assertNothingIsTold();
  const tables = await harness.tables();
  // Without the colours, which must not hide what stands between them.
  const log = (await harness.stop()).replace(/\x1b\[[0-9;]*m/g, "");
  for (const word of ["verification-code/verify", "/oidc/token", "/sign-in/verify", "/account/phone/verify", "/demo-app", "/console/connectors/new/{factory}", "/api/connectors", "message settled", "TRACE"]) {
    assert.ok(log.includes(word), `the log is the whole one: ${word}`);
  }
  assert.deepEqual(hidden(log, run.planted(tables)), ["planted"], "what may be in the log is found there");
  assert.deepEqual(hidden(log, run.canaries()), []);
  // The time of a line ends in six digits of its own.
  const lines = log.replace(/^\S*\d{4}-\d\d-\d\dT[\d:.]+Z/gm, "");
  run.assertNoCodes(lines);
});

test("s10, s58: a dump of the database, write-ahead log included, holds no issued code and no other secret", { skip, timeout: 600_000 }, async (t) => {
  const harness = await startHarness();
  t.after(() => harness.stop());
  const run = new Run(harness);
  await run.administration();
  await run.everything();
  const dump = await harness.dump();
  const tables = await harness.tables();
  assert.ok(dump.includes("audit_events") && dump.length > 20_000, "the dump is the whole one");
  assert.deepEqual(hidden(dump, run.planted(tables)), ["planted"], "what may be in the database is found there");
  assert.deepEqual(hidden(dump, run.canaries().filter(isNowhere)), []);
  run.assertNoCodes(dump);
  run.assertNumbersInTheirPlace(tables);
});

test("the scanner finds what it looks for, however it is written", () => {
  const value = `a "secret" & Ü/+?${"x".repeat(5)}`;
  const canary = [{ what: "x", value }];
  const bytes = Buffer.from(value);
  const jwt = (part) => Buffer.from(JSON.stringify({ part })).toString("base64url");
  const ways = [
    `a=${value}&`, encodeURIComponent(value), new URLSearchParams({ value }).toString(), JSON.stringify({ value }),
    bytes.toString("hex"), bytes.toString("hex").toUpperCase(), `<td>a &quot;secret&quot; &amp; Ü/+?xxxxx</td>`,
    ...["", "1", "12", "123"].flatMap((before) => ["base64", "base64url"].map((way) => Buffer.from(`${before}${value}after`).toString(way))),
  ];
  for (const way of ways) assert.deepEqual(hidden(`before ${way} after`, canary), ["x"], way);
  assert.deepEqual(hidden(jwt("plain-secret-value"), [{ what: "y", value: "plain-secret-value" }]), ["y"], "in a part of a JWT");
  const key = "00ff10".repeat(8);
  for (const way of [key, key.toUpperCase(), Buffer.from(key, "hex").toString("base64"), Buffer.from(key, "hex").toString("latin1")]) {
    assert.deepEqual(hidden(`before ${way} after`, [{ what: "key", value: key }]), ["key"], "a key in hexadecimal, and the bytes it means");
  }
  assert.deepEqual(hidden("ABCD EFGH IJ", [{ what: "seed", value: "ABCDEFGHIJ" }]), ["seed"], "as a person reads it off");
  assert.deepEqual(hidden("before another after", canary), []);
  assert.ok(spellings("twenty characters ok").every((spelling) => spelling.length >= 20), "no spelling is short enough to be chance");
  assert.deepEqual([...codesIn("x123456y 1234567 x000001", ["123456", "234567", "000001"])], ["123456", "000001"]);
  assert.equal(distinctCodes("1 123456 123456 654321a"), 2);
});

/** Walks every road of a sign-in and of an administrator, and remembers everything that must stay secret. */
class Run {
  constructor(harness) {
    this.harness = harness;
    this.numbers = [];
    this.secrets = [];
    this.roads = new Map();
    /** What an owner was answered: where, the text, the secrets that this one answer shows. */
    this.answers = [];
    this.ahead = 0;
  }

  /** An owner comes in, sets up connectors, applications and colleagues, in the console and by the API. */
  async administration() {
    this.admin = this.#session();
    await this.#welcome();
    await this.#secondFactor();
    await this.#connectors();
    await this.#programs();
    await this.#colleagues();
  }

  /** Every page there is, and every answer of the API, as an owner sees them when there is something to see. */
  async owners() {
    const pages = new Set(["/console", "/console/account", "/console/administrators", "/console/api", "/console/settings", "/console/sign-in-experience", "/console/sign-in-experience/preview"]);
    for (const list of ["connectors", "applications", "users", "messages", "audit-log"]) {
      const html = await this.#page(`/console/${list}`);
      pages.add(`/console/${list}`);
      for (const [, href] of html.matchAll(new RegExp(`href="(/console/${list}/[^"?]+)"`, "g"))) pages.add(href);
    }
    for (const page of [...pages]) {
      const html = await this.#page(page);
      // One more step: the tabs and the versions.
      for (const [, href] of html.matchAll(/href="(\/console\/(?:connectors|applications|users)\/[^"?]+)"/g)) {
        if (!pages.has(href)) pages.add(href), await this.#page(href);
      }
    }
    assert.ok(pages.size > 30, `${pages.size} pages`);
    await this.#submit("/console/settings/sealing", {});
    for (const format of ["csv", "jsonl"]) await this.#submit("/console/audit-log/export", { format });
    await this.#program();
    assert.ok(this.answers.length > 60, `${this.answers.length} answers`);
  }

  async #welcome() {
    const { info, haoma } = this.harness;
    const env = { ...process.env, HAOMA_SERVER_KEY: info.serverKey, HAOMA_SEALING_KEY: info.sealingKey, HAOMA_DATABASE_URL: info.databaseUrl, HAOMA_ENDPOINT: haoma, HAOMA_LISTEN: new URL(haoma).host };
    const { stdout } = await promisify(execFile)(process.env.HAOMA_BIN, ["admin", "create", "li"], { env });
    const link = new URL(/http:\S+\/console\/welcome\/\S+/.exec(stdout)[0]).pathname;
    this.#secret("one-time link", link.split("/").at(-1));
    await this.#page(link, { shows: ["one-time link"] });
    this.password = this.#made("password");
    // The page asks again at the same address.
    await this.#submit(link, { password: "password1234" }, { status: 422, shows: ["one-time link"] });
    await this.#submit(link, { password: this.password }, { status: 303 });
    await this.#page(link, { status: 410, shows: ["one-time link"] });
  }

  async #secondFactor() {
    const page = await this.#submit("/console/account/second", { current_password: this.password }, { shows: ["seed of the second factor"] });
    const seed = /class="secret"><code>([^<]+)</.exec(page)[1].replaceAll(" ", "");
    this.#secret("seed of the second factor", seed);
    const sealed = field(page, "sealed");
    await this.#submit("/console/account/second/confirm", { sealed, code: wrong(this.#totp(seed)) }, { status: 401, shows: ["seed of the second factor"] });
    await this.#submit("/console/account/second/confirm", { sealed, code: this.#totp(seed) }, { status: 303 });
    await this.#submit("/console/sign-out", {}, { status: 303 });
    await this.#pass(MINUTE);
    await this.#submit("/console/sign-in", { name: "li", password: this.#made("mistyped password") }, { status: 401 });
    await this.#submit("/console/sign-in", { name: "li", password: this.password }, { status: 303 });
    await this.#submit("/console/sign-in/second", { code: wrong(this.#totp(seed)) }, { status: 401 });
    await this.#submit("/console/sign-in/second", { code: this.#totp(seed) }, { status: 303 });
    await this.#page("/console/account");
  }

  /** Typed wrong, tried, saved, edited after the password was asked for again; another kind in between. */
  async #connectors() {
    const { accessKeyId, accessKeySecret, signName, endpoint } = this.harness.info.connector;
    const aliyun = "/console/connectors/new/aliyun-short-message-service";
    const typed = { accessKeyId, signName, endpoint, "templates.SignIn.mainland": "SMS_100000001", "templates.SignIn.outside": "SMS_200000001",
      "templates.Register.mainland": "SMS_100000002", "templates.Register.outside": "SMS_200000002", "templates.Generic.mainland": "SMS_100000003", "templates.Generic.outside": "SMS_200000003" };
    const trial = { action: "send", trial_phone: this.#number(mainland()).plus, trial_usage: "Generic" };
    const mistyped = this.#made("mistyped AccessKey secret");
    for (const step of [{ action: "look" }, trial]) {
      assert.match(await this.#submit(aliyun, { ...typed, accessKeySecret: mistyped, ...step }), /SignatureDoesNotMatch/);
    }
    const http = "/console/connectors/new/http-sms";
    const own = { endpoint: "https://sms.example.test/send", authorization: `Bearer ${this.#made("authorization of http-sms")}`, signingKey: this.#made("signing key of http-sms") };
    await this.#submit(http, { ...own, ...trial });
    await this.#submit(http, { ...own, action: "save" }, { status: 303 });
    await this.#page("/console/connectors");
    await this.#submit(aliyun, { ...typed, accessKeySecret, action: "look" });
    const sent = await this.#submit(aliyun, { ...typed, accessKeySecret, ...trial });
    const saved = await this.#submit(aliyun, { ...typed, pending: field(sent, "pending"), action: "save" }, { status: 303 });
    const path = saved.location;
    const page = await this.#page(path);
    // Another secret, when it is long ago that the password was given.
    await this.#pass(11 * MINUTE);
    const other = this.#made("other AccessKey secret");
    const asked = await this.#submit(path, { ...fields(page), ...typed, accessKeySecret: other, action: "save" }, { status: 403 });
    assert.match(asked, /name="current_password"/);
    const again = { ...fields(asked), current_password: this.#made("mistyped password at the door") };
    await this.#submit(path, again, { status: 403 });
    await this.#submit(path, { ...again, current_password: this.password }, { status: 303 });
    await this.#page(path);
    for (const part of ["versions", "versions/1", "versions/2"]) await this.#page(`${path}/${part}`);
    await this.#submit(`${path}/versions/1/restore`, {}, { status: 303 });
  }

  /** Applications that keep secrets; one of them manages. */
  async #programs() {
    const made = async (type) => {
      const page = await this.#submit("/console/applications", { type, name: `Planted ${type}`, redirect_uris: "https://planted.example.test/callback" }, { shows: [`secret of a ${type}`] });
      this.#secret(`secret of a ${type}`, shown(page));
      return /href="(\/console\/applications\/[^"/]+)(?:\/[^"]*)?"/g.exec(page.slice(page.indexOf("<main")).replace(/href="\/console\/applications\/new[^"]*"/g, ""))[1];
    };
    const shop = await made("Traditional");
    const more = await this.#submit(`${shop}/secrets`, { name: "blue", life: "30" }, { shows: ["second secret"] });
    this.#secret("second secret", shown(more));
    for (const part of ["", "/guide", "/secrets"]) await this.#page(shop + part);
    const robot = await made("MachineToMachine");
    await this.#submit(`${robot}/management`, { allow: "yes" }, { status: 303 });
    this.robot = { id: robot.split("/").at(-1), secret: this.secrets.findLast(([what]) => what === "secret of a MachineToMachine")[1] };
    await this.#program();
  }

  /** What a program asks that may manage, with a fresh token; a connector of its own comes and goes. */
  async #program() {
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: this.robot.id, client_secret: this.robot.secret, resource: "https://default.logto.app/api", scope: "all" });
    const answer = await fetch(`${this.harness.haoma}/oidc/token`, { method: "POST", body: form });
    const { access_token: token } = this.#told("/oidc/token", await answer.text(), ["token of a program"], JSON.parse);
    this.#secret("token of a program", token);
    const ask = async (method, path, body, { status = 200, shows = [] } = {}) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await fetch(this.harness.haoma + path, { method, headers, body: body && JSON.stringify(body) });
      const text = this.#told(`${method} ${path}`, await answer.text(), shows);
      assert.equal(answer.status, status, `${method} ${path}: ${text}`);
      return text && JSON.parse(text);
    };
    for (const list of ["connectors", "applications", "users", "connector-factories"]) {
      for (const { id } of await ask("GET", `/api/${list}`)) await ask("GET", `/api/${list}/${id}`);
    }
    for (const one of ["sign-in-exp", "logs", "dashboard/users/total", "dashboard/users/new", "status"]) await ask("GET", `/api/${one}`, undefined, { status: one === "status" ? 204 : 200 });
    const [{ config, connectorId }] = await ask("GET", "/api/connectors");
    const { accessKeySecret, signName, endpoint, accessKeyId } = this.harness.info.connector;
    const temporary = { accessKeyId, signName, endpoint, templates: config.templates, accessKeySecret: this.#made("temporary AccessKey secret"), securityToken: this.#made("security token") };
    const { id } = await ask("POST", "/api/connectors", { connectorId, config: temporary });
    await ask("GET", `/api/connectors/${id}`);
    await ask("PATCH", `/api/connectors/${id}`, { config: temporary });
    await ask("POST", `/api/connectors/${connectorId}/test`, { phone: this.#number(mainland()).full, config: temporary }, { status: 400 });
    await this.#page(`/console/connectors/${id}`);
    await this.#page(`/console/connectors/${id}/versions/2`);
    await ask("POST", "/api/connectors", { connectorId, config: { ...config, accessKeySecret } });
    const application = await ask("POST", "/api/applications", { name: "By program", type: "Traditional" }, { shows: ["secret by program"] });
    this.#secret("secret by program", application.secret);
    const second = await ask("POST", `/api/applications/${application.id}/secrets`, { name: "second" }, { status: 201, shows: ["second secret by program"] });
    this.#secret("second secret by program", second.value);
    await ask("GET", `/api/applications/${application.id}/secrets`);
    await ask("DELETE", `/api/applications/${application.id}`, undefined, { status: 204 });
  }

  /** A colleague is let in, and let in again. */
  async #colleagues() {
    const name = "han";
    const links = [await this.#submit("/console/administrators", { name, role: "owner", current_password: this.password }, { shows: ["link of a colleague"] })];
    const id = /administrators\/([^/"]+)\/link/.exec(links[0].slice(links[0].lastIndexOf(name)))?.[1] ?? /administrators\/([^/"]+)\/link/.exec(links[0])[1];
    links.push(await this.#submit(`/console/administrators/${id}/link`, { current_password: this.password }, { shows: ["link of a colleague"] }));
    for (const page of links) this.#secret("link of a colleague", /\/console\/welcome\/([^<"\s]+)/.exec(page)[1]);
  }

  /** A page of the console. */
  async #page(path, { status = 200, shows = [] } = {}) {
    const answer = await this.admin.request(path, { headers: { accept: "text/html" } });
    const text = this.#told(`GET ${path}`, await answer.text(), shows);
    assert.equal(answer.status, status, `${path}: ${words(text)}`);
    return text;
  }

  /** A form of the console; the page it answers with, or where it leads. */
  async #submit(path, sent, { status = 200, shows = [] } = {}) {
    const answer = await this.admin.form(path, sent);
    const text = this.#told(`POST ${path}`, await answer.text(), shows);
    assert.equal(answer.status, status, `${path}: ${words(text)}`);
    const location = answer.headers.get("location");
    if (location) this.#told(`where POST ${path} leads`, location, shows);
    return location ? { location } : text;
  }

  #told(where, text, shows, read = (same) => same) {
    this.answers.push({ where, text, shows });
    return read(text);
  }

  /** What was made or typed is in no answer but the one that shows it; numbers stand where people manage users. */
  assertNothingIsTold() {
    const canaries = this.canaries().filter(isNowhere);
    const planted = [{ what: "planted", value: "Planted Traditional" }];
    assert.ok(this.answers.filter(({ text }) => hidden(text, planted).length).length > 3, "what may be in answers is found there");
    for (const { where, text, shows } of this.answers) {
      assert.deepEqual(hidden(text, canaries).filter((what) => !shows.includes(what)), [], where);
    }
    for (const kind of new Set(this.answers.flatMap(({ shows }) => shows))) {
      const one = canaries.filter(({ what }) => what === kind);
      const showing = this.answers.filter(({ text, shows }) => shows.includes(kind) && hidden(text, one).length);
      assert.ok(showing.length > 0, `the scanner finds "${kind}" in the answer that shows it`);
    }
  }

  /** What may be everywhere: the ids of the messages that were sent. */
  planted(tables) {
    return tables.messages.map(({ id }) => ({ what: "planted", value: id }));
  }

  #totp(seed) {
    const step = Buffer.alloc(8);
    step.writeBigUInt64BE(BigInt(Math.floor((Date.now() + this.ahead) / 30_000)));
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    const bits = [...seed].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
    const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
    const mac = createHmac("sha1", key).update(step).digest();
    const code = String((mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff) % 1_000_000).padStart(6, "0");
    this.roads.set("second factor", [...new Set([...(this.roads.get("second factor") ?? []), code])]);
    return code;
  }

  /** A secret that somebody makes up; it is remembered. */
  #made(what) {
    const value = `${randomBytes(18).toString("base64url")}`;
    this.#secret(what, value);
    return value;
  }

  async #pass(milliseconds) {
    this.ahead += milliseconds;
    await this.harness.advance(milliseconds);
  }

  async everything() {
    this.clients = [await discover(this.harness, "web-client"), await discover(this.harness, "spa-client")];
    for (let walker = 0; walker < WALKERS; walker += 1) {
      await this.#straight(walker);
      await this.#detours(walker);
      await this.#abandoned(walker);
    }
  }

  /** Register, sign in again, refresh, user info, sign out. */
  async #straight(walker) {
    const client = this.clients[walker % this.clients.length];
    const number = this.#number(walker % 2 ? hongKong() : mainland());
    for (const road of ["register", "sign in"]) {
      const session = this.#session();
      const { url, checks } = await authorization(client);
      const callback = await walk(session, url, number);
      await this.#issued(road, number);
      this.#secret("authorization code", callback.searchParams.get("code"));
      const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
      const user = await openid.fetchUserInfo(client.config, tokens.access_token, tokens.claims().sub);
      assert.equal(user.phone_number, number.plus);
      const fresh = await openid.refreshTokenGrant(client.config, tokens.refresh_token);
      for (const given of [tokens, fresh]) this.#tokens(given);
      await this.#signOut(session, tokens);
      await openid.tokenRevocation(client.config, fresh.refresh_token ?? tokens.refresh_token);
      await this.#pass(2 * MINUTE);
    }
  }

  /** Wrong code, resend, right code; used twice. */
  async #detours(walker) {
    const number = this.#number(mainland());
    const session = this.#session();
    const { url } = await authorization(this.clients[walker % this.clients.length]);
    await experience.begin(session, url);
    let { verificationId } = await experience.send(session, number.full);
    const code = await this.#issued("wrong code, resend", number);
    const mistaken = await experience.verify(session, number.full, verificationId, wrong(code));
    assert.equal((await mistaken.json()).code, "verification_code.code_mismatch");
    const early = await session.json("POST", "/api/experience/verification/verification-code", { identifier: { type: "phone", value: number.full }, interactionEvent: "SignIn" });
    assert.equal(early.status, 429);
    await this.#pass(61_000);
    ({ verificationId } = await experience.send(session, number.full));
    for (const status of [200, 400]) {
      assert.equal((await experience.verify(session, number.full, verificationId, code)).status, status);
    }
    await experience.identify(session, verificationId);
    await session.follow(await experience.submit(session));
  }

  /** A code that expires and is typed all the same; a malformed number; a form instead of the API. */
  async #abandoned(walker) {
    const number = this.#number(mainland());
    const session = this.#session();
    const { url } = await authorization(this.clients[walker % this.clients.length]);
    await experience.begin(session, url);
    const { verificationId } = await experience.send(session, number.full);
    const code = await this.#issued("expired", number);
    const garbled = await session.request("/api/experience/verification/verification-code/verify", {
      method: "POST", headers: { "content-type": "application/json" }, body: `{"code":"${code}","identifier":{"value":"${number.full}"`,
    });
    assert.equal(garbled.status, 400);
    await this.#pass(5 * MINUTE + 1000);
    const late = await experience.verify(session, number.full, verificationId, code);
    assert.equal((await late.json()).code, "verification_code.expired");
  }

  /** The same through the pages, in a real browser. */
  async browser() {
    const browser = await startBrowser();
    try {
      for (let visitor = 0; visitor < VISITORS; visitor += 1) await this.#visit(browser);
    } finally {
      await browser.close();
    }
  }

  async #visit(browser) {
    const visitor = await Visitor.open(browser, this.harness);
    const number = this.#number(mainland());
    await visitor.askFor(number);
    const code = await this.#issued("in the browser", number);
    await visitor.code.enter(wrong(code));
    await visitor.code.says("error-verification-code-code-mismatch");
    (await visitor.context.cookies()).forEach((cookie) => this.#cookie(cookie));
    await visitor.code.enter(code);
    await visitor.demo.signedIn();
    (await visitor.context.cookies()).forEach((cookie) => this.#cookie(cookie));
    await this.#changeOfNumber(visitor, number);
    (await visitor.context.cookies()).forEach((cookie) => this.#cookie(cookie));
    await visitor.demo.open();
    await visitor.demo.signOut();
    await visitor.demo.signedOut();
    await visitor.close();
  }

  /** Another number, proved like the old one. */
  async #changeOfNumber(visitor, old) {
    const fresh = this.#number(mainland());
    await this.#pass(61_000);
    await visitor.account.open();
    await visitor.account.prove();
    await visitor.code.enter(await this.#issued("proof of the old number", old));
    await visitor.account.step("account-new-title");
    (await visitor.context.cookies()).forEach((cookie) => this.#cookie(cookie));
    await visitor.phone.ask(fresh.national);
    await visitor.account.step("code-title");
    await visitor.code.enter(await this.#issued("the new number", fresh));
    await visitor.account.step("account-finish-title");
    await visitor.account.button("account-finish-go").click();
    // the old number is told where the connector saved last has a template for it
    await visitor.page.waitForURL(/note=phone-changed/);
  }

  /** Everything that must not be seen, with what it is. */
  canaries() {
    const { info } = this.harness;
    const configured = [
      ["AccessKey secret", info.connector.accessKeySecret],
      ["server key", info.serverKey],
      ["sealing key", info.sealingKey],
      ...info.applications.filter(({ secret }) => secret).map(({ id, secret }) => [`secret of ${id}`, secret]),
    ];
    for (const session of this.sessions ?? []) session.seen.forEach((cookie) => this.#cookie(cookie));
    const numbers = this.numbers.map(({ national }) => ["number", national]);
    return [...configured, ...numbers, ...this.secrets].map(([what, value]) => ({ what, value }));
  }

  /** On no road do the codes of two people show up: one may, by chance, where other six digits stand. */
  assertNoCodes(text) {
    const many = distinctCodes(text);
    for (const [road, codes] of this.roads) {
      const found = codesIn(text, codes);
      assert.ok(chance(many, codes.length) < 1e-3, `${many} six-digit tokens drown what we look for`);
      assert.ok(found.size < 2, `${found.size} of ${codes.length} codes of the road "${road}" are readable`);
    }
  }

  /** A full number stands in its account, and in a sign-in under way, which is purged; elsewhere it is masked or sealed. */
  assertNumbersInTheirPlace(tables) {
    for (const table of ["messages", "audit_events"]) assert.ok(tables[table].length >= this.numbers.length, `${table} was read`);
    const places = new Set();
    for (const [table, rows] of Object.entries(tables)) {
      for (const [column, value] of rows.flatMap(Object.entries)) {
        if (this.numbers.some(({ national }) => String(value).includes(national))) places.add(`${table}.${column}`);
      }
    }
    assert.deepEqual([...places].sort(), ["interactions.experience", "users.phone"]);
  }

  async #signOut(session, tokens) {
    const page = await session.request(`/oidc/session/end?id_token_hint=${tokens.id_token}`);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1];
    if (!xsrf) return;
    this.#secret("form token", xsrf);
    await session.form("/oidc/session/end/confirm", { xsrf, logout: "yes" });
  }

  #session() {
    const session = new Session(this.harness);
    (this.sessions ??= []).push(session);
    return session;
  }

  #number(number) {
    this.numbers.push(number);
    return number;
  }

  async #issued(road, number) {
    const code = await this.harness.code(number.full);
    this.roads.set(road, [...(this.roads.get(road) ?? []), code]);
    return code;
  }

  #tokens({ access_token, refresh_token, id_token }) {
    this.#secret("access token", access_token);
    this.#secret("id token", id_token);
    if (refresh_token) this.#secret("refresh token", refresh_token);
  }

  // Cookies that hold an application's name, a language, a country or nothing at all are no secrets.
  #cookie({ name, value }) {
    if (!["_logto", "_country"].includes(name) && value !== "%7B%7D") this.#secret(`cookie ${name}`, value);
  }

  #secret(what, value) {
    assert.ok(value?.length >= 16, `${what} is long enough to be looked for`);
    this.secrets.push([what, value]);
  }
}

/** What a person reads of a page, for whoever reads why a test failed. */
const words = (html) => html.slice(html.indexOf("<main")).replace(/<svg[^]*?<\/svg>|<[^>]*>/g, " ").replace(/\s+/g, " ").slice(0, 1000);

/** The value of a hidden field. */
const field = (html, name) => fields(html)[name];

/** Every hidden field of a page. */
function fields(html) {
  const found = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(found.map(([, name, value]) => [name, unescape(value)]));
}

/** The secret that a page shows once. */
const shown = (html) => /class="code-block[^]*?<code[^>]*>([^<]+)</.exec(html)[1];

const unescape = (text) => text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|amp|lt|gt|quot);/gi, (whole, decimal, hex) => {
  if (decimal) return String.fromCodePoint(decimal);
  if (hex) return String.fromCodePoint(parseInt(hex, 16));
  return { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' }[whole.toLowerCase()];
});
