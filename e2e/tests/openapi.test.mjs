// A foreign client: Schemathesis from PyPI reads the document, asks whatever it allows and forbids, and judges every answer.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startHarness } from "../lib/harness.mjs";
import { Session, walk } from "../lib/headless.mjs";
import { ask, token } from "../lib/management.mjs";
import { mainland } from "../lib/numbers.mjs";
import { authorization, discover, openid } from "../lib/openid.mjs";
import { PYTHON } from "../lib/python.mjs";

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL("../sdk/", import.meta.url));
const CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"];
/** People who are signed in: each session and each grant can be ended once. */
const VISITS = 12;

const harness = await startHarness();
after(() => harness.stop());

test("no answer is a server error, undocumented, or of another shape than documented", async () => {
  const folder = await mkdtemp(join(tmpdir(), "haoma-schemathesis-"));
  const answered = join(folder, "answered");
  const given = [
    "-m", "schemathesis.cli", "--config-file", `${FOLDER}schemathesis.toml`, "run", `${harness.haoma}/api/swagger.json`,
    "--header", `Authorization: Bearer ${await token(harness)}`,
    "--checks", CHECKS.join(","), "--max-examples", "20", "--generation-deterministic",
    "--continue-on-failure", "--no-color",
  ];
  const env = { ...process.env, SCHEMATHESIS_HOOKS: "real_ids", PYTHONPATH: FOLDER, PYTHONDONTWRITEBYTECODE: "1", HAOMA_ASKED: JSON.stringify(await asked(answered)) };
  const told = await run(PYTHON, given, { cwd: folder, env, timeout: 300_000, maxBuffer: 1 << 26 }).catch((error) => error);
  const well = new Set((await readFile(answered, "utf8")).trim().split("\n"));
  await rm(folder, { recursive: true });
  assert.equal(told.code ?? 0, 0, told.stdout || String(told));
  assert.match(told.stdout, /passed/);
  assert.deepEqual((await byId()).filter((operation) => !well.has(operation)), [], "everything was found by a real id");
});

/** What is asked about: ids, and where the hook notes what was answered well. */
async function asked(answered) {
  const visits = [];
  const client = await discover(harness, "web-client");
  for (let visit = 0; visit < VISITS; visit += 1) {
    const number = mainland();
    const { url, checks } = await authorization(client);
    await openid.authorizationCodeGrant(client.config, await walk(new Session(harness), url, number), checks);
    const [{ id }] = await ask(harness, "GET", `users?search=${number.full}`);
    const { sessions: [session] } = await ask(harness, "GET", `users/${id}/sessions`);
    const { grants: [grant] } = await ask(harness, "GET", `users/${id}/grants`);
    visits.push({ id, session: session.payload.uid, grant: grant.id });
  }
  const [{ id: log }] = await ask(harness, "GET", "logs?page_size=1");
  const connector = { connectorId: "aliyun-short-message-service", config: harness.info.connector };
  return { api: `${harness.haoma}/api`, token: await token(harness), answered, visits, log, connector };
}

/** Every operation that reads or deletes something by its id. */
async function byId() {
  const { paths } = await (await fetch(`${harness.haoma}/api/swagger.json`)).json();
  const all = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`));
  return all.filter((operation) => /^(GET|DELETE) .*\{/.test(operation));
}
