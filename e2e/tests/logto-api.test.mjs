// A foreign client: `@logto/api` from npm, unchanged, as a machine-to-machine application that may manage.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { createManagementApi } from "@logto/api/management";
import { startHarness } from "../lib/harness.mjs";
import { mainland } from "../lib/numbers.mjs";

const harness = await startHarness();
after(() => harness.stop());

const { id: clientId, secret: clientSecret } = harness.application("robot");
const apiIndicator = "https://default.logto.app/api";
const { apiClient: api, clientCredentials } = createManagementApi("default", { clientId, clientSecret, baseUrl: harness.haoma, apiIndicator });

const ALIYUN = "aliyun-short-message-service";

/** What a call that must succeed answers. */
async function ok(calling, status = 200) {
  const { data, error, response } = await calling;
  assert.equal(response.status, status, JSON.stringify(error));
  return data;
}

/** Status and code of a call that must not. */
async function refused(calling) {
  const { error, response } = await calling;
  assert.ok(error, `${response.status} is no refusal`);
  return `${response.status} ${error.code}`;
}

const at = (id) => ({ params: { path: { id } } });

test("the token says that it is for everything", async () => {
  assert.equal((await clientCredentials.getAccessToken()).scope, "all");
});

test("connectors are listed, tried, created, changed and deleted", async () => {
  const kinds = await ok(api.GET("/api/connector-factories"));
  assert.ok(kinds.some(({ id, type }) => id === ALIYUN && type === "Sms"));
  const [before] = await ok(api.GET("/api/connectors"));
  assert.equal(before.connectorId, ALIYUN);
  const config = { ...harness.info.connector };
  const number = mainland();
  const path = { factoryId: ALIYUN };
  await ok(api.POST("/api/connectors/{factoryId}/test", { params: { path }, body: { phone: number.full, config } }), 204);
  assert.equal(await harness.code(number.full), "000000");
  const made = await ok(api.POST("/api/connectors", { body: { connectorId: ALIYUN, config } }));
  assert.notEqual(made.id, before.id, "a new one replaces the old");
  assert.notEqual(made.config.accessKeySecret, config.accessKeySecret, "secrets are not shown");
  const changed = await ok(api.PATCH("/api/connectors/{id}", { ...at(made.id), body: { config: { ...made.config, timeoutMs: 1500 } } }));
  assert.equal(changed.config.timeoutMs, 1500);
  assert.deepEqual(await ok(api.GET("/api/connectors/{id}", at(made.id))), changed);
  const wrong = { connectorId: ALIYUN, config: { ...config, templates: [] } };
  assert.equal(await refused(api.POST("/api/connectors", { body: wrong })), "400 connector.invalid_config");
  const person = mainland();
  await ok(api.POST("/api/verification-codes", { body: { phone: person.full } }), 204);
  const verificationCode = await harness.code(person.full);
  await ok(api.POST("/api/verification-codes/verify", { body: { phone: person.full, verificationCode } }), 204);
  await ok(api.DELETE("/api/connectors/{id}", at(made.id)), 204);
  assert.deepEqual(await ok(api.GET("/api/connectors")), []);
  assert.equal(await refused(api.POST("/api/verification-codes", { body: { phone: mainland().full } })), "501 connector.not_found");
  await ok(api.POST("/api/connectors", { body: { connectorId: ALIYUN, config } }));
});

test("applications and their secrets are listed, created, changed and deleted", async () => {
  const body = { name: "Shop", type: "Traditional", oidcClientMetadata: { redirectUris: ["https://shop.example.test/callback"], postLogoutRedirectUris: [] } };
  const made = await ok(api.POST("/api/applications", { body }));
  assert.equal(made.type, "Traditional");
  const all = await ok(api.GET("/api/applications"));
  assert.ok(all.some(({ id }) => id === made.id) && all.some(({ id }) => id === "robot"));
  const changed = await ok(api.PATCH("/api/applications/{id}", { ...at(made.id), body: { name: "Shop 2" } }));
  assert.deepEqual([changed.name, changed.oidcClientMetadata], ["Shop 2", body.oidcClientMetadata]);
  const secret = await ok(api.POST("/api/applications/{id}/secrets", { ...at(made.id), body: { name: "second", expiresAt: null } }), 201);
  assert.ok(secret.value.length >= 32);
  const secrets = await ok(api.GET("/api/applications/{id}/secrets", at(made.id)));
  assert.deepEqual(secrets.map(({ name }) => name).sort(), ["Default secret", "second"]);
  await ok(api.DELETE("/api/applications/{id}", at(made.id)), 204);
  assert.equal(await refused(api.GET("/api/applications/{id}", at(made.id))), "404 entity.not_exists_with_id");
});

test("users are listed, created, changed and deleted", async () => {
  const number = mainland();
  const made = await ok(api.POST("/api/users", { body: { primaryPhone: number.full, username: "lin", name: "林", password: "not-kept" } }));
  assert.deepEqual([made.primaryPhone, made.hasPassword], [number.full, false]);
  const { data, response } = await api.GET("/api/users", { params: { query: { search: `%${number.full}%` } } });
  assert.deepEqual([data.map(({ id }) => id), response.headers.get("total-number")], [[made.id], "1"]);
  const user = { params: { path: { userId: made.id } } };
  const changed = await ok(api.PATCH("/api/users/{userId}", { ...user, body: { name: "Lin" } }));
  assert.equal(changed.name, "Lin");
  assert.equal((await ok(api.PATCH("/api/users/{userId}/is-suspended", { ...user, body: { isSuspended: true } }))).isSuspended, true);
  assert.equal(await refused(api.POST("/api/users", { body: { primaryPhone: number.full } })), "422 user.phone_already_in_use");
  await ok(api.DELETE("/api/users/{userId}", user), 204);
  assert.equal(await refused(api.GET("/api/users/{userId}", user)), "404 entity.not_found");
});

test("the sign-in experience is read and changed", async () => {
  const before = await ok(api.GET("/api/sign-in-exp"));
  assert.equal(before.id, "default");
  const after = await ok(api.PATCH("/api/sign-in-exp", { body: { termsOfUseUrl: "https://example.test/new" } }));
  assert.deepEqual(after, { ...before, termsOfUseUrl: "https://example.test/new" });
});

test("what was done is in the log", async () => {
  const logs = await ok(api.GET("/api/logs", { params: { query: { applicationId: "robot", page_size: 100 } } }));
  const keys = new Set(logs.map(({ key }) => key));
  for (const key of ["Connector.Created", "Connector.Deleted", "Application.Created", "User.Deleted", "SignInExperience.Updated"]) {
    assert.ok(keys.has(key), key);
  }
  const { totalUserCount } = await ok(api.GET("/api/dashboard/users/total"));
  assert.equal(totalUserCount, 0);
});
