// A foreign client: `@logto/node` from npm, unchanged, with adapters as its documentation describes them.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import logto from "@logto/node";
import { startHarness } from "../lib/harness.mjs";
import { Session, walk } from "../lib/headless.mjs";
import { mainland } from "../lib/numbers.mjs";

const LogtoClient = logto.default ?? logto;
const harness = await startHarness();
after(() => harness.stop());

/** An application on Logto's SDK: storage in memory, navigation noted down. */
function application(id) {
  const { secret, redirect_uris: [redirectUri], post_logout_redirect_uris: [afterwards] } = harness.application(id);
  const kept = new Map();
  const storage = {
    getItem: async (key) => kept.get(key) ?? null,
    setItem: async (key, value) => void kept.set(key, value),
    removeItem: async (key) => void kept.delete(key),
  };
  const been = [];
  const config = { endpoint: harness.haoma, appId: id, appSecret: secret, scopes: ["phone"] };
  const client = new LogtoClient(config, { storage, navigate: async (url) => void been.push(url) });
  return { client, been, redirectUri, afterwards };
}

for (const id of ["web-client", "spa-client"]) {
  test(`${id} signs in, reads user info, refreshes and signs out`, async () => {
    const number = mainland();
    const session = new Session(harness);
    const { client, been, redirectUri, afterwards } = application(id);
    await client.signIn({ redirectUri });
    const callback = await walk(session, been.pop(), number);
    await client.handleSignInCallback(callback.href);
    assert.equal(await client.isAuthenticated(), true);
    const claims = await client.getIdTokenClaims();
    assert.equal(claims.phone_number, number.plus);
    assert.equal((await client.fetchUserInfo()).sub, claims.sub);
    const before = await client.getAccessToken();
    await client.clearAccessToken();
    const fresh = await client.getAccessToken();
    assert.notEqual(fresh, before, "came through the refresh token");
    assert.equal((await client.fetchUserInfo()).phone_number, number.plus);
    await client.signOut(afterwards);
    assert.equal(await client.isAuthenticated(), false);
    const page = await session.request(been.pop());
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1];
    assert.ok(xsrf, "the sign-out page asks");
    const left = await session.form("/oidc/session/end/confirm", { xsrf, logout: "yes" });
    assert.equal(left.headers.get("location"), afterwards);
  });
}

test("first_screen and login_hint arrive at the page", async () => {
  const { client, been, redirectUri } = application("web-client");
  const session = new Session(harness);
  await client.signIn({ redirectUri, firstScreen: "register", loginHint: "+8613800138000" });
  const { url, answer } = await session.follow(been.pop());
  assert.equal(url.pathname, "/register");
  assert.match(await answer.text(), /value="[^"]*138 ?0013 ?8000"/);
});

test("a callback with another state is refused by the SDK, and an error keeps code and message", async () => {
  const { client, been, redirectUri } = application("web-client");
  await client.signIn({ redirectUri });
  const callback = await walk(new Session(harness), been.pop(), mainland());
  callback.searchParams.set("code", "nonsense");
  await assert.rejects(client.handleSignInCallback(callback.href), (error) => {
    assert.equal(error.code, "oidc.invalid_grant");
    assert.ok(error.message);
    return true;
  });
});
