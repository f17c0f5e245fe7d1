// The management API, asked as a program asks it: with a token of the robot.
import assert from "node:assert/strict";

const RESOURCE = "https://default.logto.app/api";

/** A token for everything. */
export async function token(harness) {
  const { id, secret } = harness.application("robot");
  const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
  const body = new URLSearchParams({ grant_type: "client_credentials", resource: RESOURCE, scope: "all" });
  const answer = await fetch(`${harness.haoma}/oidc/token`, { method: "POST", headers, body });
  return (await answer.json()).access_token;
}

/** Asks something that must succeed; gives the answer's body. */
export async function ask(harness, method, path, body) {
  const headers = { authorization: `Bearer ${await token(harness)}`, "content-type": "application/json" };
  const answer = await fetch(`${harness.haoma}/api/${path}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}
