// A foreign client: `openid-client` from npm, unchanged.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { Session, walk } from "../lib/headless.mjs";
import { authorization, discover, openid } from "../lib/openid.mjs";
import { mainland } from "../lib/numbers.mjs";

const { harness, visit } = await openStage();

for (const id of ["web-client", "spa-client"]) {
  test(`${id} takes back what it was given`, async () => {
    const client = await discover(harness, id);
    const { url, checks } = await authorization(client);
    const callback = await walk(new Session(harness), url, mainland());
    const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
    await openid.tokenRevocation(client.config, tokens.refresh_token);
    await assert.rejects(openid.refreshTokenGrant(client.config, tokens.refresh_token), { error: "invalid_grant" });
    await assert.rejects(openid.fetchUserInfo(client.config, tokens.access_token, tokens.claims().sub));
  });
}

test("the right person comes back at the second sign-in, and sign-out ends the session", async () => {
  const number = mainland();
  const client = await discover(harness, "web-client");
  const session = new Session(harness);
  const first = await authorization(client);
  const tokens = await openid.authorizationCodeGrant(client.config, await walk(session, first.url, number), first.checks);
  const again = await authorization(client, { prompt: "none", scope: "openid" });
  const silent = await session.follow(again.url);
  const second = await openid.authorizationCodeGrant(client.config, silent.url, again.checks);
  assert.equal(second.claims().sub, tokens.claims().sub);
  const [after] = client.application.post_logout_redirect_uris;
  const end = openid.buildEndSessionUrl(client.config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: after, state: "bye" });
  const page = await session.request(end);
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1];
  const left = xsrf ? await session.form("/oidc/session/end/confirm", { xsrf, logout: "yes" }) : page;
  assert.equal(left.headers.get("location"), `${after}?state=bye`);
  const gone = await authorization(client, { prompt: "none", scope: "openid" });
  const { url } = await session.follow(gone.url);
  await assert.rejects(openid.authorizationCodeGrant(client.config, url, gone.checks), { error: "login_required" });
});

test("a code is spent once, and using it twice revokes what it gave", async () => {
  const client = await discover(harness, "spa-client");
  const { url, checks } = await authorization(client);
  const callback = await walk(new Session(harness), url, mainland());
  const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
  await assert.rejects(openid.authorizationCodeGrant(client.config, callback, checks), { error: "invalid_grant" });
  await assert.rejects(openid.fetchUserInfo(client.config, tokens.access_token, tokens.claims().sub));
});

test("a refresh token used again after its grace revokes the family", async () => {
  const client = await discover(harness, "spa-client");
  const { url, checks } = await authorization(client);
  const first = await openid.authorizationCodeGrant(client.config, await walk(new Session(harness), url, mainland()), checks);
  const second = await openid.refreshTokenGrant(client.config, first.refresh_token);
  assert.notEqual(second.refresh_token, first.refresh_token, "a public client's token rotates");
  await harness.advance(11_000);
  await assert.rejects(openid.refreshTokenGrant(client.config, first.refresh_token), { error: "invalid_grant" });
  await assert.rejects(openid.refreshTokenGrant(client.config, second.refresh_token), { error: "invalid_grant" });
});

test("in the browser: from the application's address through the pages and back", async () => {
  const number = mainland();
  const client = await discover(harness, "web-client");
  const { url, checks } = await authorization(client);
  await visit(async (visitor) => {
    const callback = await visitor.calledBack(client.application, async () => {
      await visitor.page.goto(url.href);
      await visitor.phone.ask(number.national);
      await visitor.code.shown();
      await visitor.code.enter(await harness.code(number.full));
    });
    const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
    assert.equal(tokens.claims().phone_number, number.plus);
  });
});

for (const javaScript of [true, false]) {
  test(`an application of somebody else asks first, and takes no for an answer (JavaScript ${javaScript ? "on" : "off"})`, async () => {
    const client = await discover(harness, "partner-client");
    const [refuses, agrees] = [mainland(), mainland()];
    const signIn = async (visitor, url, number, button) => {
      await visitor.page.goto(url.href);
      await visitor.phone.ask(number.national);
      await visitor.code.shown();
      await visitor.code.enter(await harness.code(number.full));
      await visitor.consent[button].waitFor();
      assert.match(await visitor.consent.heading.innerText(), /Partner Ltd/);
      await visitor.consent[button].click();
    };
    await visit({ javaScript }, async (visitor) => {
      const { url, checks } = await authorization(client);
      const callback = await visitor.calledBack(client.application, () => signIn(visitor, url, refuses, "deny"));
      await assert.rejects(openid.authorizationCodeGrant(client.config, callback, checks), { error: "access_denied" });
    });
    await visit({ javaScript }, async (visitor) => {
      const { url, checks } = await authorization(client);
      const callback = await visitor.calledBack(client.application, () => signIn(visitor, url, agrees, "allow"));
      const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
      assert.equal(tokens.claims().phone_number, agrees.plus);
    });
  });
}
