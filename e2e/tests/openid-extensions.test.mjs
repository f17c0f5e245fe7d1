// What `openid-client` can do beyond the plain road: requests sent ahead, answers as a form, asking what a token is worth.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { Session, walk } from "../lib/headless.mjs";
import { authorization, discover, openid } from "../lib/openid.mjs";
import { mainland } from "../lib/numbers.mjs";

/** How long the name of a request that was sent ahead counts. */
const LIFE = 61_000;

const { harness, visit } = await openStage();

test("a request that was sent ahead is walked through, and its name works for a while", async () => {
  const client = await discover(harness, "web-client");
  const { url: plain, checks } = await authorization(client);
  const url = await openid.buildAuthorizationUrlWithPAR(client.config, plain.searchParams);
  assert.deepEqual([...url.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const callback = await walk(new Session(harness), url, mainland());
  const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
  assert.equal(tokens.claims().acr, "urn:haoma:acr:phone");
  const again = await new Session(harness).follow(url);
  assert.equal(again.url.pathname, "/sign-in", "a reload does not use it up");
  await harness.advance(LIFE);
  const late = await new Session(harness).request(url);
  assert.equal((await late.json()).error, "invalid_request_uri");
});

test("a server asks what a token is worth", async () => {
  const client = await discover(harness, "web-client");
  const { url, checks } = await authorization(client);
  const tokens = await openid.authorizationCodeGrant(client.config, await walk(new Session(harness), url, mainland()), checks);
  const access = await openid.tokenIntrospection(client.config, tokens.access_token);
  assert.deepEqual([access.active, access.sub, access.client_id], [true, tokens.claims().sub, "web-client"]);
  const refresh = await openid.tokenIntrospection(client.config, tokens.refresh_token);
  assert.deepEqual([refresh.active, refresh.token_type], [true, undefined]);
  await openid.tokenRevocation(client.config, tokens.refresh_token);
  assert.deepEqual(await openid.tokenIntrospection(client.config, tokens.access_token), { active: false });
});

for (const javaScript of [true, false]) {
  test(`the browser posts the answer to the application, ${javaScript ? "by itself" : "by a button without JavaScript"}`, async () => {
    const number = mainland();
    const client = await discover(harness, "web-client");
    const [redirect] = client.application.redirect_uris;
    const { origin } = new URL(redirect);
    const { url, checks } = await authorization(client, { response_mode: "form_post" });
    await visit({ javaScript }, async (visitor) => {
      visitor.allowed.add(origin);
      const predicate = (request) => request.url().startsWith(`${origin}/`);
      const called = visitor.context.waitForEvent("request", { predicate, timeout: 120_000 });
      await visitor.page.goto(url.href);
      await visitor.phone.ask(number.national);
      await visitor.code.shown();
      await visitor.code.enter(await harness.code(number.full));
      if (!javaScript) {
        // the page before has a button of that name, too
        await visitor.message.says("form-post-title");
        await visitor.message.button("going-link").click();
      }
      const request = await called;
      assert.deepEqual([request.method(), request.url()], ["POST", redirect]);
      const headers = { "content-type": "application/x-www-form-urlencoded" };
      const callback = new Request(redirect, { method: "POST", headers, body: request.postData() });
      const tokens = await openid.authorizationCodeGrant(client.config, callback, checks);
      assert.equal(tokens.claims().phone_number, number.plus);
    });
  });
}
