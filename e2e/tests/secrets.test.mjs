// Security statements 10 and 60: nothing secret in the database beyond what must be, nothing secret in any log line.
import { test } from "node:test";
import assert from "node:assert/strict";
import { chance, codesIn, distinctCodes, hidden } from "../lib/canaries.mjs";
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

test("s60: a whole run at TRACE prints no code, full number, secret, cookie or token", { timeout: 300_000 }, async (t) => {
  const harness = await startHarness({ log: "trace" });
  t.after(() => harness.stop());
  const run = new Run(harness);
  await run.everything();
  await run.browser();
  // Without the colours, which must not hide what stands between them.
  const log = (await harness.stop()).replace(/\x1b\[[0-9;]*m/g, "");
  for (const word of ["verification-code/verify", "/oidc/token", "/sign-in/verify", "/demo-app", "message settled", "TRACE"]) {
    assert.ok(log.includes(word), `the log is the whole one: ${word}`);
  }
  assert.deepEqual(hidden(log, run.canaries()), []);
  // The time of a line ends in six digits of its own.
  const lines = log.replace(/^\S*\d{4}-\d\d-\d\dT[\d:.]+Z/gm, "");
  run.assertNoCodes(lines);
});

test("s10: a dump of the database, write-ahead log included, holds no issued code and no other secret", { timeout: 300_000 }, async (t) => {
  const harness = await startHarness();
  t.after(() => harness.stop());
  const run = new Run(harness);
  await run.everything();
  const dump = await harness.dump();
  assert.ok(dump.includes("audit_events") && dump.length > 20_000, "the dump is the whole one");
  // Numbers have places of their own; the id of an interaction must be there and is worth nothing without its signature.
  const belongs = new Set(["number", "cookie _interaction_resume"]);
  assert.deepEqual(hidden(dump, run.canaries().filter(({ what }) => !belongs.has(what))), []);
  run.assertNoCodes(dump);
  run.assertNumbersInTheirPlace(await harness.tables());
});

test("the scanner finds what it looks for", () => {
  assert.deepEqual(hidden("a=secret-value&", [{ what: "x", value: "secret-value" }]), ["x"]);
  assert.deepEqual(hidden(encodeURIComponent("a b/secret"), [{ what: "y", value: "a b/secret" }]), ["y"], "also percent-encoded");
  assert.deepEqual([...codesIn("x123456y 1234567 x000001", ["123456", "234567", "000001"])], ["123456", "000001"]);
  assert.equal(distinctCodes("1 123456 123456 654321a"), 2);
});

/** Walks every road of a sign-in and remembers everything that must stay secret. */
class Run {
  constructor(harness) {
    this.harness = harness;
    this.numbers = [];
    this.secrets = [];
    this.roads = new Map();
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
      await this.harness.advance(2 * MINUTE);
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
    await this.harness.advance(61_000);
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
    await this.harness.advance(5 * MINUTE + 1000);
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
    await visitor.demo.signOut();
    await visitor.demo.signedOut();
    await visitor.close();
  }

  /** Everything that must not be seen, with what it is. */
  canaries() {
    const { info } = this.harness;
    const configured = [
      ["AccessKey secret", info.connector.accessKeySecret],
      ["server key", info.serverKey],
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
