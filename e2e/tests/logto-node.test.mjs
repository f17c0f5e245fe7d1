// A foreign client: `@logto/node` from npm, unchanged; its five steps are in five-steps.test.mjs.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { startHarness } from "../lib/harness.mjs";
import { Session, walk } from "../lib/headless.mjs";
import { logtoApplication } from "../lib/logto.mjs";
import { mainland } from "../lib/numbers.mjs";

const harness = await startHarness();
after(() => harness.stop());

test("first_screen and login_hint arrive at the page", async () => {
  const { client, been, redirectUri } = logtoApplication(harness, "web-client");
  const session = new Session(harness);
  await client.signIn({ redirectUri, firstScreen: "register", loginHint: "+8613800138000" });
  const { url, answer } = await session.follow(been.pop());
  assert.equal(url.pathname, "/register");
  assert.match(await answer.text(), /value="[^"]*138 ?0013 ?8000"/);
});

test("a callback with another state is refused by the SDK, and an error keeps code and message", async () => {
  const { client, been, redirectUri } = logtoApplication(harness, "web-client");
  await client.signIn({ redirectUri });
  const callback = await walk(new Session(harness), been.pop(), mainland());
  callback.searchParams.set("code", "nonsense");
  await assert.rejects(client.handleSignInCallback(callback.href), (error) => {
    assert.equal(error.code, "oidc.invalid_grant");
    assert.ok(error.message);
    return true;
  });
});
