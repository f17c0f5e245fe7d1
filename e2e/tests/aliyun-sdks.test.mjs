// Foreign clients of the simulator: Aliyun's own SDKs and the older signature, each as a process of its own.
import { test, after } from "node:test";
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startHarness } from "../lib/harness.mjs";
import { hongKong, mainland } from "../lib/numbers.mjs";
import { PYTHON } from "../lib/python.mjs";

const run = promisify(execFile);
const FOLDER = fileURLToPath(new URL("../sdk/", import.meta.url));
const harness = await startHarness();
after(() => harness.stop());

for (const [client, program, script] of [
  ["@alicloud/dysmsapi20170525", process.execPath, "send.mjs"],
  ["alibabacloud_dysmsapi20170525", PYTHON, "send.py"],
  ["the V1 form of Logto's connector", process.execPath, "v1_form.mjs"],
]) {
  test(`${client} sends through the simulator, at home and abroad`, async () => {
    for (const [number, template] of [[mainland(), "SMS_100000003"], [hongKong(), "SMS_200000003"]]) {
      const phone = template.startsWith("SMS_1") ? number.national : number.full;
      const outcome = await send(program, script, phone, { HAOMA_SMS_TEMPLATE_CODE: template });
      assert.equal(outcome.code, "OK");
      const [message] = await harness.messages(number.full);
      assert.equal(message.templateCode, template);
      assert.equal(message.bizId, outcome.bizId);
    }
  });

  test(`${client} hears that its secret is wrong`, async () => {
    const number = mainland();
    const outcome = await send(program, script, number.national, {}, "not-the-secret").catch((error) => JSON.parse(error.stdout));
    assert.equal(outcome.ok, false);
    assert.match(String(outcome.code), /SignatureDoesNotMatch|IncompleteSignature/);
    assert.deepEqual(await harness.messages(number.full), []);
  });
}

async function send(program, script, phone, environment, secret) {
  const { accessKeyId, accessKeySecret } = harness.info.connector;
  const endpoint = new URL(harness.simulator).host;
  const given = [FOLDER + script, endpoint, accessKeyId, secret ?? accessKeySecret, phone];
  const { stdout } = await run(program, given, { env: { ...process.env, ...environment }, timeout: 60_000 });
  return JSON.parse(stdout);
}
