// Signing in from pages of one's own, as a native app does: the Experience API, and a code with PKCE.
import { createHash, randomBytes } from "node:crypto";

const base64url = (bytes) => bytes.toString("base64url");

export class Haoma {
  #cookies = new Map();
  #verifier;
  #state;
  #identifier;
  #verificationId;
  #tokens;

  constructor({ endpoint, clientId, redirectUri }) {
    Object.assign(this, { endpoint, clientId, redirectUri });
  }

  /** Begins signing in: once, however many codes are asked for. After `session.not_found` it took too long: begin anew. */
  async begin() {
    this.#verifier = base64url(randomBytes(32));
    this.#state = base64url(randomBytes(16));
    const url = new URL(`${this.endpoint}/oidc/auth`);
    url.search = new URLSearchParams({
      client_id: this.clientId,
      redirect_uri: this.redirectUri,
      response_type: "code",
      scope: "openid profile phone offline_access",
      prompt: "consent",
      state: this.#state,
      code_challenge: base64url(createHash("sha256").update(this.#verifier).digest()),
      code_challenge_method: "S256",
    });
    await this.#ask(url);
    await this.#api("PUT", "", { interactionEvent: "SignIn" });
  }

  /**
   * Sends a code to a number, such as 8613800138000. Tells when it expires, and when another may be asked for. Where that is
   * refused, as when it is too early, a code that was sent before goes on working.
   */
  async sendCode(phone) {
    const identifier = { type: "phone", value: phone };
    const sent = await this.#api("POST", "/verification/verification-code", { identifier, interactionEvent: "SignIn" });
    this.#identifier = identifier;
    this.#verificationId = sent.verificationId;
    return sent;
  }

  /** Sends another message to the same number. */
  resend() {
    return this.sendCode(this.#identifier.value);
  }

  /** Signs in with the code that arrived; registers whom nobody knows yet. */
  async enterCode(code) {
    const verificationId = this.#verificationId;
    await this.#api("POST", "/verification/verification-code/verify", {
      identifier: this.#identifier,
      verificationId,
      code,
    });
    try {
      await this.#api("POST", "/identification", { verificationId });
    } catch (error) {
      if (error.code !== "user.user_not_exist") throw error;
      await this.#api("PUT", "/interaction-event", { interactionEvent: "Register" });
      await this.#api("POST", "/identification", { verificationId });
    }
    const { redirectTo } = await this.#api("POST", "/submit");
    const callback = await this.#follow(redirectTo);
    if (callback.searchParams.get("state") !== this.#state) throw new Error("an answer to another request");
    await this.#exchange({
      grant_type: "authorization_code",
      code: callback.searchParams.get("code"),
      redirect_uri: this.redirectUri,
      code_verifier: this.#verifier,
    });
  }

  /** Who is signed in; `undefined` for nobody, or no more. An access token that has died is replaced. */
  async userInfo() {
    if (!this.#tokens) return undefined;
    const ask = () =>
      fetch(`${this.endpoint}/oidc/me`, { headers: { authorization: `Bearer ${this.#tokens.access_token}` } });
    let answer = await ask();
    if (answer.status === 401) {
      try {
        await this.#exchange({ grant_type: "refresh_token", refresh_token: this.#tokens.refresh_token });
      } catch (error) {
        if (error.code !== "oidc.invalid_grant") throw error;
        // the session was ended elsewhere, or access was taken back
        this.#tokens = undefined;
        return undefined;
      }
      answer = await ask();
    }
    return accepted(answer);
  }

  /** Ends the session and everything it gave. */
  async signOut() {
    if (!this.#tokens) return;
    const url = new URL(`${this.endpoint}/oidc/session/end`);
    url.search = new URLSearchParams({ client_id: this.clientId, id_token_hint: this.#tokens.id_token });
    this.#tokens = undefined;
    const answer = await this.#ask(url);
    if (answer.status >= 400) throw new Error(`not signed out: ${answer.status}`);
    this.#cookies.clear();
  }

  async #exchange(parameters) {
    const body = new URLSearchParams({ client_id: this.clientId, ...parameters });
    const answer = await fetch(`${this.endpoint}/oidc/token`, { method: "POST", body });
    this.#tokens = { ...this.#tokens, ...(await accepted(answer)) };
  }

  async #api(method, path, body) {
    const headers = { "content-type": "application/json", "logto-app-id": this.clientId };
    const url = `${this.endpoint}/api/experience${path}`;
    return accepted(await this.#ask(url, { method, headers, body: body && JSON.stringify(body) }));
  }

  /** Goes where Haoma leads until that is the app itself. */
  async #follow(address) {
    let url = new URL(address);
    while (!url.href.startsWith(this.redirectUri)) {
      const location = (await this.#ask(url)).headers.get("location");
      if (!location) throw new Error(`no way on at ${url.pathname}`);
      url = new URL(location, url);
    }
    return url;
  }

  /** With cookies, which platforms' own HTTP clients keep by themselves. */
  async #ask(url, { headers = {}, ...options } = {}) {
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await fetch(url, { ...options, headers: { ...headers, cookie }, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.#cookies.set(name, value);
    }
    return answer;
  }
}

/** The answer's JSON; every refusal has a code and a sentence. */
async function accepted(answer) {
  const text = await answer.text();
  const body = text ? JSON.parse(text) : undefined;
  if (!answer.ok) throw Object.assign(new Error(body.message), { code: body.code, status: answer.status });
  return body;
}
