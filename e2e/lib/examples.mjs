// The programs of the guides, each started as its guide says, as a client of the five steps.
import { test } from "node:test";
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { openClock } from "./clock.mjs";
import { Session, walk } from "./headless.mjs";
import { ask } from "./management.mjs";
import { mainland } from "./numbers.mjs";
import { freePort, startProgram } from "./program.mjs";

/** A folder of `examples/`. */
export const example = (name) => fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));

/** An application of Haoma for a program at `base` with the addresses its guide names, and the environment the guide asks for. */
export async function register(harness, type, base, { callback, signedOut, backchannelLogoutUri }) {
  const oidcClientMetadata = { redirectUris: [callback], postLogoutRedirectUris: [signedOut].filter(Boolean), backchannelLogoutUri };
  const body = { name: "Example", type, oidcClientMetadata };
  const { id, secret } = await ask(harness, "POST", "applications", body);
  return {
    id,
    environment: {
      HAOMA_ENDPOINT: harness.haoma,
      HAOMA_ISSUER: `${harness.haoma}/oidc`,
      HAOMA_CLIENT_ID: id,
      HAOMA_CLIENT_SECRET: secret ?? "",
      HAOMA_BASE_URL: base,
      HAOMA_REDIRECT_URI: callback,
      SESSION_SECRET: "a secret of the example, long enough",
    },
  };
}

/**
 * A web application that runs beside the tests.
 *
 * `run(environment, port, clock)` gives the command, its arguments and its folder; `ready` is what the program prints when it listens.
 * `routes` says how a browser signs in and out: `signIn(browser)` and `signOut(browser)` give the address it is sent to.
 */
export async function openWebApplication(harness, { run, ready, callbackPath = "/callback", signedOutPath = "/", routes }) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const clock = await openClock(harness);
  const [callback, signedOut] = [`${base}${callbackPath}`, `${base}${signedOutPath}`];
  const { environment } = await register(harness, "Traditional", base, { callback, signedOut });
  const { command, given, cwd } = run(port);
  const program = startProgram(command, given, { cwd, environment: { ...environment, ...clock.environment } });
  await program.says(ready);
  const browser = new Session({ haoma: base });
  const answered = async (asking, statuses) => {
    const answer = await asking;
    assert.ok(statuses.includes(answer.status), `the application answers ${answer.status}: ${program.text()}`);
    return answer;
  };
  return {
    afterwards: signedOut,
    signIn: () => routes.signIn(browser),
    signOut: () => routes.signOut(browser),
    callback: async (url) => {
      assert.equal(url.origin, base, `came back to ${url}`);
      const answer = await browser.request(url);
      assert.ok(answer.status >= 300 && answer.status < 400, `the callback answers ${answer.status}: ${program.text()}`);
    },
    person: async () => {
      const answer = await answered(browser.request("/me"), [200, 401]);
      return answer.status === 200 ? answer.json() : undefined;
    },
    later: (milliseconds) => clock.later(milliseconds),
    close: async () => {
      await program.end();
      await clock.remove();
    },
  };
}

/** Nobody who had a browser's cookie before the sign-in is signed in by it afterwards; `path` begins, `name` is the cookie's. */
export function cookieBefore(application, harness, { afterwards }, { path, name }) {
  test(`${application}: a cookie that somebody knew before the sign-in opens nothing after it`, async () => {
    const { origin } = new URL(afterwards);
    const browser = new Session({ haoma: origin });
    const url = await link(path)(browser);
    const known = browser.cookie(name);
    assert.ok(known, "there is one while the person is away");
    await browser.request(await walk(new Session(harness), url, mainland()));
    assert.equal((await browser.request("/me")).status, 200);
    const answer = await fetch(`${origin}/me`, { headers: { cookie: `${name}=${known}` } });
    assert.equal(answer.status, 401);
  });
}

/** Follows a link that leads to Haoma. */
export const link = (path) => async (browser) => location(await browser.request(path));

/** Presses a button that leads to Haoma. */
export const button = (path) => async (browser) => location(await browser.form(path, {}));

/** Where an answer leads. */
export async function location(answer) {
  const found = answer.headers.get("location");
  assert.ok(found, `${answer.status} leads nowhere: ${await answer.text()}`);
  return found;
}
