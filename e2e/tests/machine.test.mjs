// A service with a token of its own: the guide's program lists users through the management API.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { example } from "../lib/examples.mjs";
import { startHarness } from "../lib/harness.mjs";
import { ask } from "../lib/management.mjs";
import { mainland } from "../lib/numbers.mjs";
import { startProgram } from "../lib/program.mjs";

const harness = await startHarness();
after(() => harness.stop());

test("the guide's program lists users", async () => {
  const number = mainland();
  await ask(harness, "POST", "users", { primaryPhone: number.full, name: "Lin" });
  const { id, secret } = harness.application("robot");
  const environment = {
    HAOMA_ENDPOINT: harness.haoma,
    HAOMA_ISSUER: `${harness.haoma}/oidc`,
    HAOMA_RESOURCE: "https://default.logto.app/api",
    HAOMA_CLIENT_ID: id,
    HAOMA_CLIENT_SECRET: secret,
  };
  const program = startProgram(process.execPath, ["users.mjs"], { cwd: example("machine"), environment });
  assert.match(await program.done(), new RegExp(`primaryPhone: '${number.full}'`));
});
