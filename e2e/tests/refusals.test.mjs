// Requests nobody's browser would make by itself: each gets a clear, stable code, and nothing is sent or lost.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { startHarness } from "../lib/harness.mjs";
import { experience, Session, walk } from "../lib/headless.mjs";
import { authorization, discover } from "../lib/openid.mjs";
import { hongKong, mainland } from "../lib/numbers.mjs";

const harness = await startHarness();
after(() => harness.stop());
const client = await discover(harness, "spa-client");

/** An authorization request with something changed; `undefined` leaves a parameter out. */
async function request(changes) {
  const { url } = await authorization(client);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return new Session(harness).request(url);
}

for (const [what, changes, code] of [
  ["an unknown client", { client_id: "nobody" }, "oidc.invalid_client"],
  ["no client", { client_id: undefined }, "oidc.invalid_request"],
  ["a wrong redirect URI", { redirect_uri: "https://evil.example/callback" }, "oidc.invalid_redirect_uri"],
  ["a redirect URI with something behind it", { redirect_uri: "https://spa-client.example.test/callback/more" }, "oidc.invalid_redirect_uri"],
  ["a redirect URI in other case", { redirect_uri: "https://spa-client.example.test/Callback" }, "oidc.invalid_redirect_uri"],
  ["a redirect URI with a user", { redirect_uri: "https://spa-client.example.test@evil.example/callback" }, "oidc.invalid_redirect_uri"],
  ["a script as redirect URI", { redirect_uri: "javascript:alert(1)" }, "oidc.invalid_redirect_uri"],
]) {
  test(`${what} is refused without a redirect`, async () => {
    const answer = await request(changes);
    assert.equal(answer.status, 400);
    assert.equal(answer.headers.get("location"), null);
    const body = await answer.json();
    assert.equal(body.code, code);
    assert.ok(body.message, "a sentence");
  });
}

for (const [what, changes, error] of [
  ["missing PKCE", { code_challenge: undefined, code_challenge_method: undefined }, "invalid_request"],
  ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
  ["the implicit flow", { response_type: "token" }, "unsupported_response_type"],
  ["prompt=none without a session", { prompt: "none" }, "login_required"],
  ["an unknown resource", { resource: "https://api.example.test" }, "invalid_target"],
]) {
  test(`${what} goes back to the application as an error`, async () => {
    const answer = await request(changes);
    const back = new URL(answer.headers.get("location"));
    assert.equal(back.origin, "https://spa-client.example.test");
    assert.equal(back.searchParams.get("error"), error);
    assert.ok(back.searchParams.get("state"), "with the state");
    assert.equal(back.searchParams.get("iss"), `${harness.haoma}/oidc`);
  });
}

for (const [what, phone, status, code] of [
  ["a number with letters", "86138x0138000", 400, "guard.invalid_input"],
  ["an empty number", "", 400, "guard.invalid_input"],
  ["a number that is none", "8612345", 422, "user.invalid_phone"],
  ["a number of a country that is not allowed", "33612345678", 422, "user.phone_country_not_allowed"],
]) {
  test(`${what} costs nothing and has a stable code`, async () => {
    const session = new Session(harness);
    await experience.begin(session, (await authorization(client)).url);
    const before = await harness.sendCalls();
    const body = { identifier: { type: "phone", value: phone }, interactionEvent: "SignIn" };
    const answer = await session.json("POST", "/api/experience/verification/verification-code", body);
    const refusal = await answer.json();
    assert.deepEqual([answer.status, refusal.code], [status, code]);
    assert.ok(refusal.message);
    assert.equal(await harness.sendCalls(), before);
  });
}

for (const [what, fault, code, seed] of [
  ["an unapproved signature", undefined, "connector.general", (known) => { for (const signature of known.signatures) signature.status = "in_review"; }],
  ["a wrong AccessKey", undefined, "connector.general", (known) => { known.accounts[0].accessKeySecret = "another"; }],
  ["a template of the wrong region", undefined, undefined, (known) => { for (const template of known.templates) template.region = template.region === "mainland" ? "international" : "mainland"; }],
  ["a silent provider", { kind: "silent" }, "connector.outcome_unknown"],
  ["a provider that is down", "down", "connector.unreachable"],
]) {
  test(`${what} has a stable code and is asked once`, async () => {
    for (const number of [mainland(), hongKong()]) {
      const session = new Session(harness);
      await experience.begin(session, (await authorization(client)).url);
      const before = await harness.sendCalls();
      const body = { identifier: { type: "phone", value: number.full }, interactionEvent: "SignIn" };
      const ask = () => session.json("POST", "/api/experience/verification/verification-code", body);
      const answer = seed ? await harness.withSeed(seed, ask) : fault === "down" ? await harness.withoutSimulator(ask) : await harness.withFault(fault, ask);
      const refusal = await answer.json();
      // An operator calls a number abroad wrong when the template is for the mainland only.
      const expected = code ?? (number.full.startsWith("86") ? "connector.general" : "connector.invalid_request_parameters");
      assert.equal(refusal.code, expected);
      assert.ok(refusal.message && answer.status >= 400);
      assert.equal(await harness.sendCalls(), before + (fault === "down" ? 0 : 1));
      assert.deepEqual(await harness.messages(number.full), []);
    }
  });
}

test("s39: a form or an API call of another site is refused, and sends nothing", async () => {
  const session = new Session(harness);
  await experience.begin(session, (await authorization(client)).url);
  const page = await (await session.request("/sign-in?app_id=spa-client")).text();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)[1];
  const before = await harness.sendCalls();
  const form = new URLSearchParams({ csrf, country: "CN", phone: mainland().national });
  for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }, { origin: "null" }, { "sec-fetch-site": "same-site" }]) {
    const answers = [
      await session.request("/sign-in?app_id=spa-client", { method: "POST", headers, body: form }),
      await session.request("/api/experience", { method: "PUT", headers: { ...headers, "content-type": "application/json" }, body: '{"interactionEvent":"SignIn"}' }),
    ];
    assert.deepEqual(answers.map((answer) => answer.status), [403, 403], JSON.stringify(headers));
  }
  for (const wrong of ["", "AAAA", `${csrf}x`]) {
    const answer = await session.form("/sign-in?app_id=spa-client", { csrf: wrong, country: "CN", phone: mainland().national });
    assert.equal(answer.status, 403);
  }
  assert.equal(await harness.sendCalls(), before);
});

test("s40: no GET sends a message or changes a sign-in", async () => {
  const session = new Session(harness);
  const number = mainland();
  await experience.begin(session, (await authorization(client)).url);
  const { verificationId } = await experience.send(session, number.full);
  const before = await harness.sendCalls();
  const paths = [
    "/", "/sign-in", "/register", "/sign-in/verify", "/register/verify", "/sign-in/resend", "/register/resend", "/consent", "/unknown-session",
    "/demo-app", "/api/experience", "/api/experience/submit", "/api/experience/identification", "/api/experience/verification/verification-code",
    "/api/experience/verification/verification-code/verify", "/api/experience/interaction", "/oidc/token", "/oidc/session/end/confirm",
  ];
  for (const path of paths) {
    for (const query of ["?app_id=spa-client", `?app_id=spa-client&phone=${number.full}&country=CN&code=000000&verificationId=${verificationId}`]) {
      for (const method of ["GET", "HEAD"]) {
        const answer = await session.request(path + query, { method });
        assert.ok(answer.status < 500, `${method} ${path}: ${answer.status}`);
      }
    }
  }
  assert.equal(await harness.sendCalls(), before);
  const code = await harness.code(number.full);
  assert.equal((await experience.verify(session, number.full, verificationId, code)).status, 200, "the sign-in goes on");
});

test("s41, s42, s47, s48: every page has its headers", async () => {
  const session = new Session(harness);
  await experience.begin(session, (await authorization(client)).url);
  await experience.send(session, mainland().full);
  for (const path of ["/sign-in", "/register", "/sign-in/verify", "/unknown-session", "/nothing", "/demo-app", "/api/experience/interaction", "/oidc/session/end"]) {
    const { headers, status } = await session.request(`${path}?app_id=spa-client`);
    const at = `${path} (${status})`;
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /frame-ancestors 'none'/, at);
    for (const part of ["object-src 'none'", "base-uri 'none'", "form-action 'self'"]) assert.ok(policy.includes(part), `${at}: ${part}`);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval/, at);
    assert.match(headers.get("x-frame-options") ?? "", /DENY/, at);
    assert.equal(headers.get("x-content-type-options"), "nosniff", at);
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin", at);
    assert.ok(headers.get("referrer-policy") && headers.get("permissions-policy"), at);
    assert.match(headers.get("cache-control") ?? "", /no-store/, at);
    assert.equal(headers.get("logto-core-request-id")?.length, 16, at);
  }
});

test("s43, s44: cookies are HttpOnly and Lax, and the session is a new one after every sign-in", async () => {
  const number = mainland();
  const sessions = [];
  for (let time = 0; time < 2; time += 1) {
    const session = new Session(harness);
    const lines = [];
    const { request: plain } = session;
    session.request = async (...given) => {
      const answer = await plain.apply(session, given);
      lines.push(...answer.headers.getSetCookie());
      return answer;
    };
    await walk(session, (await authorization(client)).url, number);
    sessions.push(session.cookie("_session"));
    for (const line of lines) {
      if (!/^_logto(\.sig)?=/.test(line)) assert.match(line, /; HttpOnly/i, line.split("=")[0]);
      assert.match(line, /; SameSite=Lax/i);
    }
    assert.ok(session.cookie("_session.sig"));
    await harness.advance(61_000);
  }
  assert.notEqual(sessions[0], sessions[1]);
  assert.ok(sessions[0].length >= 22, "128 bits at least");
});

test("a cookie with a wrong signature is no cookie", async () => {
  const session = new Session(harness);
  await experience.begin(session, (await authorization(client)).url);
  const begin = async (signature) => {
    const cookie = `_browser=${session.cookie("_browser")}; _interaction=${session.cookie("_interaction")}; _interaction.sig=${signature}`;
    const body = JSON.stringify({ interactionEvent: "SignIn" });
    return fetch(`${harness.haoma}/api/experience`, { method: "PUT", headers: { cookie, "content-type": "application/json" }, body });
  };
  assert.equal((await begin(session.cookie("_interaction.sig"))).status, 204, "the true one is taken");
  const answer = await begin("A".repeat(43));
  assert.equal(answer.status, 400);
  assert.equal((await answer.json()).code, "session.not_found");
});

test("s13: a code works only in the sign-in that asked for it", async () => {
  const number = mainland();
  const [asked, other] = [new Session(harness), new Session(harness)];
  for (const session of [asked, other]) await experience.begin(session, (await authorization(client)).url);
  const { verificationId } = await experience.send(asked, number.full);
  const code = await harness.code(number.full);
  assert.equal((await experience.verify(other, number.full, verificationId, code)).status, 404);
  assert.equal((await experience.verify(asked, number.full, verificationId, code)).status, 200);
});

test("s19: a second message inside the cooldown is 429 with Retry-After and resend_at", async () => {
  const number = mainland();
  const session = new Session(harness);
  await experience.begin(session, (await authorization(client)).url);
  const sent = await experience.send(session, number.full);
  for (const field of ["resend_at", "expires_at", "attempts_left", "server_now"]) assert.equal(typeof sent[field], "number", field);
  const body = { identifier: { type: "phone", value: number.full }, interactionEvent: "SignIn" };
  const refused = await session.json("POST", "/api/experience/verification/verification-code", body);
  assert.equal(refused.status, 429);
  const said = await refused.json();
  assert.equal(said.code, "request.message_rate_limited");
  assert.equal(said.resend_at, sent.resend_at);
  const wait = Number(refused.headers.get("retry-after"));
  assert.ok(wait > 0 && wait <= 60, `${wait}`);
});
