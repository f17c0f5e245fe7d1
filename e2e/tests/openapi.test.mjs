// A foreign client: Schemathesis from PyPI reads the document, asks whatever it allows and forbids, and judges every answer.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createManagementApi } from "@logto/api/management";
import { startHarness } from "../lib/harness.mjs";

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL("../sdk/", import.meta.url));
const VENV = `${FOLDER}.venv/bin/python`;
const PYTHON = process.env.HAOMA_E2E_PYTHON ?? (existsSync(VENV) ? VENV : "python3");
const CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"];

const harness = await startHarness();
after(() => harness.stop());

async function token() {
  const { id: clientId, secret: clientSecret } = harness.application("robot");
  const { clientCredentials } = createManagementApi("default", { clientId, clientSecret, baseUrl: harness.haoma });
  return (await clientCredentials.getAccessToken()).value;
}

test("no answer is a server error, undocumented, or of another shape than documented", async () => {
  const folder = await mkdtemp(join(tmpdir(), "haoma-schemathesis-"));
  const given = [
    "-m", "schemathesis.cli", "--config-file", `${FOLDER}schemathesis.toml`, "run", `${harness.haoma}/api/swagger.json`,
    "--header", `Authorization: Bearer ${await token()}`,
    "--checks", CHECKS.join(","), "--max-examples", "20", "--generation-deterministic",
    "--continue-on-failure", "--no-color",
  ];
  const told = await run(PYTHON, given, { cwd: folder, timeout: 300_000, maxBuffer: 1 << 26 }).catch((error) => error);
  await rm(folder, { recursive: true });
  assert.equal(told.code ?? 0, 0, told.stdout || String(told));
  assert.match(told.stdout, /passed/);
});
