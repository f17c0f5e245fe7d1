// A native app with pages of its own: the guide's program talks to the Experience API and keeps its tokens itself.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { openClock } from "../lib/clock.mjs";
import { example, register } from "../lib/examples.mjs";
import { fiveSteps } from "../lib/five-steps.mjs";
import { startHarness } from "../lib/harness.mjs";
import { mainland } from "../lib/numbers.mjs";
import { startProgram } from "../lib/program.mjs";
import { Haoma } from "../../examples/native/haoma.mjs";

const harness = await startHarness();
const clock = await openClock(harness);
const REDIRECT = "com.example.app://callback";
const { id, environment } = await register(harness, "Native", "com.example.app://home", { callback: REDIRECT });
after(async () => {
  await clock.remove();
  await harness.stop();
});

fiveSteps("the Experience API", harness, () => {
  const haoma = new Haoma({ endpoint: harness.haoma, clientId: id, redirectUri: REDIRECT });
  return {
    signIn: () => undefined,
    callback: () => undefined,
    person: () => haoma.userInfo(),
    signOut: () => haoma.signOut(),
    later: (milliseconds) => clock.later(milliseconds),
    browser: {
      walk: async (_url, number) => {
        await haoma.begin();
        await haoma.sendCode(number.full);
        await haoma.enterCode(await harness.code(number.full));
      },
      leave: () => undefined,
    },
  };
});

test("a code that was sent goes on working where another one is asked for too early", async () => {
  const number = mainland();
  const haoma = new Haoma({ endpoint: harness.haoma, clientId: id, redirectUri: REDIRECT });
  await haoma.begin();
  await haoma.sendCode(number.full);
  await assert.rejects(haoma.resend(), { code: "request.message_rate_limited", status: 429 });
  await haoma.enterCode(await harness.code(number.full));
  assert.equal((await haoma.userInfo()).phone_number, number.plus);
  await haoma.signOut();
});

test("the code of another message works, too", async () => {
  const number = mainland();
  const haoma = new Haoma({ endpoint: harness.haoma, clientId: id, redirectUri: REDIRECT });
  await haoma.begin();
  const first = await haoma.sendCode(number.full);
  await clock.later(first.resend_at - first.server_now);
  await haoma.resend();
  assert.equal((await harness.messages(number.full)).length, 2);
  await haoma.enterCode(await harness.code(number.full));
  assert.equal((await haoma.userInfo()).phone_number, number.plus);
  await haoma.signOut();
});

test("the guide's program signs somebody in at the terminal", async () => {
  const number = mainland();
  const program = startProgram(process.execPath, ["main.mjs"], { cwd: example("native"), environment });
  await program.says(/Phone number/);
  program.writes(number.full);
  await program.says(/Code/);
  program.writes("");
  await program.says(/[Ww]ait|again/);
  program.writes(await harness.code(number.full));
  assert.match(await program.done(), new RegExp(`phone_number: '\\${number.plus}'`));
});
