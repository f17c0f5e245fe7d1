// A sign-in without a browser: a cookie jar of our own, redirects by hand, the Experience API.
import assert from "node:assert/strict";

/** A browser's memory, and everything it ever held. */
export class Session {
  #cookies = new Map();

  constructor(harness) {
    this.harness = harness;
    this.seen = [];
  }

  /** A request to Haoma with the cookies that fit; redirects are given back, not followed. */
  async request(target, { headers = {}, ...options } = {}) {
    const url = new URL(target, this.harness.haoma);
    const cookie = this.#header(url);
    const all = cookie ? { ...headers, cookie } : headers;
    const answer = await fetch(url, { ...options, headers: all, redirect: "manual" });
    answer.headers.getSetCookie().forEach((line) => this.#keep(line));
    return answer;
  }

  /** The same with a JSON body. */
  json(method, path, body) {
    const headers = { "content-type": "application/json" };
    return this.request(path, { method, headers, body: body && JSON.stringify(body) });
  }

  /** The same with a form, as a browser posts it. */
  form(path, fields) {
    const headers = { origin: this.harness.haoma, "sec-fetch-site": "same-origin" };
    return this.request(path, { method: "POST", headers, body: new URLSearchParams(fields) });
  }

  /** The value of a cookie. */
  cookie(name) {
    return [...this.#cookies.values()].find((cookie) => cookie.name === name)?.value;
  }

  /** Follows redirects on Haoma until they lead away, or end; gives the last address. */
  async follow(target) {
    let url = new URL(target, this.harness.haoma);
    for (let hops = 0; hops < 12 && url.origin === this.harness.haoma; hops += 1) {
      const answer = await this.request(url);
      const location = answer.headers.get("location");
      if (!location) return { url, answer };
      url = new URL(location, url);
    }
    return { url };
  }

  #header(url) {
    const fits = [...this.#cookies.values()].filter(({ path }) => url.pathname === path || url.pathname.startsWith(path.replace(/\/?$/, "/")));
    return fits.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  #keep(line) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    const given = Object.fromEntries(attributes.map((attribute) => attribute.split("=")).map(([key, text]) => [key.toLowerCase(), text ?? ""]));
    const path = given.path ?? "/";
    if (given["max-age"] === "0" || value === "") this.#cookies.delete(`${name} ${path}`);
    else this.#cookies.set(`${name} ${path}`, { name, value, path });
    if (value) this.seen.push({ name, value });
  }
}

/** The stages of the Experience API, each checked. */
export const experience = {
  async begin(session, authorizationUrl, event = "SignIn") {
    const { url, answer } = await session.follow(authorizationUrl);
    assert.match(url.pathname, /^\/(sign-in|register)$/, await answer?.text());
    await ok(session.json("PUT", "/api/experience", { interactionEvent: event }), 204);
  },
  async send(session, phone, event = "SignIn") {
    const identifier = { type: "phone", value: phone };
    const answer = await ok(session.json("POST", "/api/experience/verification/verification-code", { identifier, interactionEvent: event }), 200);
    return answer.json();
  },
  verify(session, phone, verificationId, code) {
    const identifier = { type: "phone", value: phone };
    return session.json("POST", "/api/experience/verification/verification-code/verify", { identifier, verificationId, code });
  },
  /** Signs in, or registers when the number is new. */
  async identify(session, verificationId) {
    const found = await session.json("POST", "/api/experience/identification", { verificationId });
    if (found.status === 204) return "SignIn";
    assert.equal((await found.json()).code, "user.user_not_exist");
    await ok(session.json("PUT", "/api/experience/interaction-event", { interactionEvent: "Register" }), 204);
    await ok(session.json("POST", "/api/experience/identification", { verificationId }), 201);
    return "Register";
  },
  async submit(session) {
    const answer = await ok(session.json("POST", "/api/experience/submit"), 200);
    return (await answer.json()).redirectTo;
  },
};

/** The whole walk from the authorization address to the callback address. */
export async function walk(session, authorizationUrl, number) {
  await experience.begin(session, authorizationUrl);
  const { verificationId } = await experience.send(session, number.full);
  const code = await session.harness.code(number.full);
  await ok(experience.verify(session, number.full, verificationId, code), 200);
  await experience.identify(session, verificationId);
  const { url, answer } = await session.follow(await experience.submit(session));
  assert.notEqual(url.origin, session.harness.haoma, `stopped at ${url.pathname}: ${await answer?.text()}`);
  return url;
}

async function ok(asked, status) {
  const answer = await asked;
  assert.equal(answer.status, status, answer.status === status ? "" : await answer.clone().text());
  return answer;
}
