// What every client must get through: registration, sign-in, token refresh, user info, sign-out; and a session that ends
// elsewhere, of which it only hears when it asks. Told once; a client's own file says how it does each.
import { test } from "node:test";
import assert from "node:assert/strict";
import { Session, walk } from "./headless.mjs";
import { ask } from "./management.mjs";
import { mainland } from "./numbers.mjs";

const MINUTE = 60_000;

/**
 * Leads a new person through a client that `open` opens. It has
 * - `signIn()`: begins, and gives the address that the person's browser is sent to;
 * - `callback(url)`: the browser comes back;
 * - `person()`: what user info says, asked anew; nothing when nobody is signed in;
 * - `signOut()`: gives the address that the browser is sent to, which comes back to `afterwards`;
 * - `later(milliseconds)`: time passes for Haoma and the client;
 * - `browser`, where it is a real one: `walk(url, number)`, `leave(url)`. Without, the person's side is plain HTTP.
 */
export function fiveSteps(name, harness, open) {
  test(`${name}: registration, sign-in, token refresh, user info, sign-out`, async () => {
    const client = await open();
    const browser = client.browser ?? headless(harness);
    const number = mainland();

    assert.equal(await owner(harness, number), undefined, "nobody has the number yet");
    await client.callback(await browser.walk(await client.signIn(), number));
    const registered = await owner(harness, number);
    assert.ok(registered, "registration made a user");
    assert.equal((await client.person()).sub, registered);
    await signsOut(client, browser);

    // another message to the same number has to wait
    await client.later(2 * MINUTE);
    await client.callback(await browser.walk(await client.signIn(), number));
    assert.equal((await client.person()).sub, registered, "the same person comes back");

    // an access token lives for an hour
    const before = await refreshes(harness);
    await client.later(61 * MINUTE);
    const person = await client.person();
    assert.deepEqual([person.sub, person.phone_number, person.phone_number_verified], [registered, number.plus, true]);
    assert.equal(await refreshes(harness), before + 1, "a refresh token was exchanged");
    await signsOut(client, browser);
  });

  test(`${name}: whose session ended elsewhere is forgotten, and signs in again`, async () => {
    const client = await open();
    const browser = client.browser ?? headless(harness);
    const number = mainland();
    const signIn = async () => client.callback(await browser.walk(await client.signIn(), number));

    await signIn();
    const { sub } = await client.person();
    await endSessions(harness, sub);
    assert.equal(await client.person(), undefined, "its access token is refused");
    assert.equal(await client.person(), undefined, "nothing is left to ask with");

    await client.later(2 * MINUTE);
    await signIn();
    assert.equal((await client.person()).sub, sub, "the same person comes back");
    await endSessions(harness, sub);
    await client.later(61 * MINUTE);
    assert.equal(await client.person(), undefined, "its refresh token is refused");
    assert.equal(await client.person(), undefined, "nothing is left to ask with");
  });
}

/** What somebody does who signs this device out from another one, or an administrator for them. */
async function endSessions(harness, user) {
  const { sessions } = await ask(harness, "GET", `users/${user}/sessions`);
  assert.equal(sessions.length, 1, "signed in once");
  for (const { payload } of sessions) await ask(harness, "DELETE", `users/${user}/sessions/${payload.jti}`);
}

async function signsOut(client, browser) {
  const left = await browser.leave(await client.signOut());
  assert.equal(plain(left), plain(client.afterwards), "came back from signing out");
  assert.equal(await client.person(), undefined, "the client forgot who was there");
}

/** An address without the state that a client may send along. */
function plain(address) {
  if (!address) return address;
  const url = new URL(address);
  url.searchParams.delete("state");
  return url.href;
}

/** A browser that is nothing but cookies. */
export function headless(harness) {
  const session = new Session(harness);
  return {
    session,
    walk: (url, number) => walk(session, url, number),
    leave: (url) => leave(session, url),
  };
}

/** Ends the session as the sign-out page does; gives the address that comes after it. */
export async function leave(session, url) {
  const page = await session.request(url);
  const xsrf = page.status === 200 ? /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1] : undefined;
  const left = xsrf ? await session.form("/oidc/session/end/confirm", { xsrf, logout: "yes" }) : page;
  assert.ok(left.status < 400, `sign-out answers ${left.status}`);
  return left.headers.get("location");
}

/** The id of whoever has a number. */
async function owner(harness, number) {
  const [found] = await ask(harness, "GET", `users?search.primaryPhone=${number.full}&mode.primaryPhone=exact`);
  return found?.id;
}

/** How often a refresh token was exchanged in this run. */
async function refreshes(harness) {
  const logs = await ask(harness, "GET", "logs?logKey=ExchangeTokenBy.RefreshToken&page_size=100");
  return logs.filter(({ payload }) => payload.result === "Success").length;
}
