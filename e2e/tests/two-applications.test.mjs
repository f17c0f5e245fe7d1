// Two applications in one real browser, which neither disturb nor forget each other. Both are the guide's Express program.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { eventually } from "../lib/eventually.mjs";
import { example, register } from "../lib/examples.mjs";
import { mainland } from "../lib/numbers.mjs";
import { authorization, discover, openid } from "../lib/openid.mjs";
import { freePort, startProgram } from "../lib/program.mjs";
import { openStage } from "../lib/stage.mjs";

const MINUTE = 61_000;
const { harness, visit } = await openStage();
// a browser keeps cookies by the name of a host, whatever its port
const [shop, library] = await Promise.all([openApplication("localhost"), openApplication("127.0.0.1")]);

/** The program at a host of its own, and a listener beside it for what Haoma tells it. */
async function openApplication(host) {
  const heard = [];
  const listener = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    heard.push(new URLSearchParams(Buffer.concat(parts).toString()).get("logout_token"));
    response.end();
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const base = `http://${host}:${await freePort()}`;
  const { id, environment } = await register(harness, "Traditional", base, {
    callback: `${base}/logto/sign-in-callback`,
    signedOut: base,
    backchannelLogoutUri: `http://127.0.0.1:${listener.address().port}/signed-out`,
  });
  const program = startProgram(process.execPath, ["app.mjs"], { cwd: example("express"), environment });
  await program.says(/ready at/);
  after(async () => {
    await program.end();
    listener.close();
    listener.closeAllConnections();
  });
  const link = ({ page }, name) => page.getByRole("link", { name, exact: true });
  return {
    id,
    heard,
    open: ({ page }) => page.goto(base),
    async begin(visitor) {
      await this.open(visitor);
      await link(visitor, "Sign in").click();
    },
    async signOut(visitor) {
      await this.open(visitor);
      await link(visitor, "Sign out").click();
      // the SDK sends no id_token_hint, so Haoma asks the person
      await visitor.message.confirmSignOut();
      await link(visitor, "Sign in").waitFor();
    },
    /** Waits for the page of somebody who is signed in. */
    async signedIn(visitor, number) {
      await visitor.page.waitForURL(`${base}/`);
      await link(visitor, "Sign out").waitFor();
      await visitor.page.getByText(number.plus, { exact: true }).waitFor();
    },
    async signedOut(visitor) {
      await this.open(visitor);
      await link(visitor, "Sign in").waitFor();
    },
    /** Whether its tokens still open user info; it forgets the person otherwise. */
    knows: async ({ page }) => (await page.request.get(`${base}/me`)).status() === 200,
    base,
  };
}

/** Lets somebody use both applications. */
const visitBoth = (options, play) => visit(options, (visitor) => {
  for (const { base } of [shop, library]) visitor.allowed.add(base);
  return play(visitor);
});

/** The whole way at one application. */
async function signIn(visitor, application, number) {
  await application.begin(visitor);
  await visitor.phone.ask(number.national);
  await visitor.code.shown();
  await visitor.code.enter(await harness.code(number.full));
  await application.signedIn(visitor, number);
}

for (const javaScript of [true, false]) {
  for (const who of ["one person", "two people"]) {
    test(`${who} at two applications, a step of each in turn, arrive at both (JavaScript ${javaScript ? "on" : "off"})`, async () => {
      const first = mainland();
      const second = who === "one person" ? first : mainland();
      await visitBoth({ javaScript }, async (visitor) => {
        const [left, right] = [visitor.page, await visitor.context.newPage()];
        await shop.begin(visitor);
        await visitor.phone.shown();
        await library.begin(visitor.use(right));
        await visitor.phone.shown();
        await visitor.use(left).phone.ask(first.national);
        await visitor.code.shown();
        const code = await harness.code(first.full);
        // another message to the same number has to wait
        await harness.advance(MINUTE);
        await visitor.use(right).phone.ask(second.national);
        await visitor.code.shown();
        await visitor.use(left).code.enter(code);
        await shop.signedIn(visitor, first);
        await visitor.use(right).code.enter(await harness.code(second.full));
        await library.signedIn(visitor, second);
        assert.equal(await library.knows(visitor), true);
        await shop.open(visitor.use(left));
        await shop.signedIn(visitor, first);
      });
    });
  }
}

test("who is signed in at one application comes into the other without a code", async () => {
  const number = mainland();
  await visitBoth({}, async (visitor) => {
    await signIn(visitor, shop, number);
    await library.begin(visitor);
    await library.signedIn(visitor, number);
    assert.equal((await harness.messages(number.full)).length, 1);
  });
});

test("prompt=none gets a code where somebody is signed in and was there before, else login_required or consent_required", async () => {
  const number = mainland();
  const client = await discover(harness, "web-client");
  await visitBoth({}, async (visitor) => {
    const silently = () => signsIn({ prompt: "none" });
    const signsIn = async (more) => {
      const { url, checks } = await authorization(client, { scope: "openid phone", ...more });
      const page = await visitor.context.newPage();
      // that page stays on its way to an application that is not there
      const callback = await visitor.calledBack(client.application, () => page.goto(url.href).catch(() => undefined));
      return openid.authorizationCodeGrant(client.config, callback, checks);
    };
    await assert.rejects(silently(), { error: "login_required" });
    await signIn(visitor, shop, number);
    await assert.rejects(silently(), { error: "consent_required" }, "nobody was there yet");
    await signsIn();
    const tokens = await silently();
    assert.equal(tokens.claims().phone_number, number.plus);
    await shop.signOut(visitor);
    await assert.rejects(silently(), { error: "login_required" });
  });
});

test("signing out of one application signs out of all, and the others hear it", async () => {
  const number = mainland();
  await visitBoth({}, async (visitor) => {
    await signIn(visitor, shop, number);
    await library.begin(visitor);
    await library.signedIn(visitor, number);
    await visitor.demo.open();
    await visitor.demo.signIn();
    await visitor.demo.signedIn();
    const before = [shop, library].map(({ heard }) => heard.length);
    await visitor.demo.signOut();
    await visitor.demo.signedOut();
    const told = await Promise.all([shop, library].map((application, index) =>
      eventually("a logout token", () => application.heard[before[index]])));
    const claims = await Promise.all(told.map(read));
    assert.deepEqual(claims.map(({ iss }) => iss), Array(2).fill(`${harness.haoma}/oidc`));
    assert.deepEqual(claims.map(({ aud }) => aud), [shop.id, library.id]);
    assert.equal(new Set(claims.map(({ sub }) => sub)).size, 1, "of the same person");
    assert.ok(claims.every(({ sid, events }) => sid && events["http://schemas.openid.net/event/backchannel-logout"]));
    for (const application of [shop, library]) {
      assert.equal(await application.knows(visitor), false, "its tokens are dead");
      await application.signedOut(visitor);
      await application.begin(visitor);
      await visitor.phone.shown();
    }
  });
});

/** What a token says that Haoma signed. */
async function read(token) {
  const [header, payload, signature] = token.split(".");
  const { kid } = JSON.parse(Buffer.from(header, "base64url"));
  const { keys } = await (await fetch(`${harness.haoma}/oidc/jwks`)).json();
  const key = createPublicKey({ key: keys.find((one) => one.kid === kid), format: "jwk" });
  const signed = Buffer.from(`${header}.${payload}`);
  assert.ok(verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url")), "signed by Haoma");
  return JSON.parse(Buffer.from(payload, "base64url"));
}

for (const [from, over] of [["sign-in", "register"], ["register", "sign-in"]]) {
  for (const known of [true, false]) {
    test(`from ${from} to ${over} and back, then ${known ? "in with a number that is known" : "registered with a new number"}`, async () => {
      const [passing, number] = [mainland(), mainland()];
      const before = known ? await visitBoth({}, async (visitor) => {
        await visitor.signInWith(number);
        return visitor.demo.subject();
      }) : undefined;
      await harness.advance(MINUTE);
      const client = await discover(harness, "web-client");
      const { url, checks } = await authorization(client, { first_screen: from });
      await visitBoth({}, async (visitor) => {
        const { page } = visitor;
        const go = async (screen) => {
          const target = new URL(page.url());
          target.pathname = `/${screen}`;
          await page.goto(target.href);
          await visitor.phone.shown();
        };
        await page.goto(url.href);
        await visitor.phone.shown();
        assert.equal(new URL(page.url()).pathname, `/${from}`);
        await visitor.phone.ask(passing.national);
        await visitor.code.shown();
        await go(over);
        await go(from);
        await visitor.phone.ask(number.national);
        await visitor.code.shown();
        const callback = await visitor.calledBack(client.application, async () => visitor.code.enter(await harness.code(number.full)));
        const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
        assert.equal(tokens.claims().phone_number, number.plus);
        if (known) assert.equal(tokens.claims().sub, before, "the same person");
      });
    });
  }
}
