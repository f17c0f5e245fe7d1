// What the person sees, and what is paid, when the provider has trouble.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { hongKong, mainland } from "../lib/numbers.mjs";

const { harness, visit } = await openStage();

/** Asks for a code and expects the sentence under `key`, on whichever page it stands. */
async function refused(visitor, number, key) {
  await visitor.begin();
  await visitor.phone.ask(number.national);
  await visitor.page.getByText(visitor.words.match(key)).first().waitFor();
}

test("the provider is down: nothing was sent, and trying again works", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await harness.withoutSimulator(() => refused(visitor, number, "error-connector-unreachable"));
    assert.equal((await harness.messages(number.full)).length, 0);
    await harness.advance(61_000);
    await visitor.phone.ask(number.national);
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(number.full));
    await visitor.demo.signedIn();
  });
});

for (const [what, kind] of [
  ["never answers", "silent"],
  ["hangs up", "drop_after_read"],
  ["answers nonsense", "garbage_body"],
  ["sent the message and never answers", "accept_then_silent"],
]) {
  test(`the provider ${what}: the person is told the message may come, and it is asked for once`, async () => {
    const number = mainland();
    const before = await harness.sendCalls();
    await visit(async (visitor) => {
      await harness.withFault({ kind }, () => refused(visitor, number, "code-unclear"));
      assert.equal(await harness.sendCalls(), before + 1, "one call");
      const arrived = (await harness.messages(number.full)).length;
      assert.equal(arrived, kind === "accept_then_silent" ? 1 : 0);
      await visitor.page.reload();
      assert.equal(await harness.sendCalls(), before + 1, "a reload asks for nothing");
      if (arrived === 1) {
        await visitor.code.enter(await harness.code(number.full));
        await visitor.demo.signedIn();
      }
    });
  });
}

test("the provider answers 503: the person is told, and it is asked for once", async () => {
  const number = mainland();
  const before = await harness.sendCalls();
  await visit(async (visitor) => {
    await harness.withFault({ kind: "status", status: 503 }, async () => {
      await visitor.begin();
      await visitor.phone.ask(number.national);
      await visitor.page.getByText(visitor.words.match("code-unclear"))
        .or(visitor.page.getByText(visitor.words.match("error-connector-unreachable")))
        .or(visitor.page.getByText(visitor.words.match("error-connector-general"))).first().waitFor();
    });
  });
  assert.equal(await harness.sendCalls(), before + 1);
});

for (const [what, change] of [
  ["an unapproved signature", (seed) => { for (const signature of seed.signatures) signature.status = "in_review"; }],
  ["a rejected template", (seed) => { for (const template of seed.templates) template.status = "rejected"; }],
  ["a wrong AccessKey secret", (seed) => { seed.accounts[0].accessKeySecret = "another"; }],
  ["an unknown AccessKey id", (seed) => { seed.accounts[0].accessKeyId = "LTAIanother"; }],
  ["an account in arrears", (seed) => { seed.accounts[0].outOfService = true; }],
  ["templates of the wrong region", (seed) => {
    for (const template of seed.templates) template.region = template.region === "mainland" ? "international" : "mainland";
  }],
]) {
  test(`${what}: the person hears it is our trouble, and the provider is asked once`, async () => {
    // that the others are the same abroad is said by the requests of `refusals.test.mjs`
    for (const number of /region/.test(what) ? [mainland(), hongKong()] : [mainland()]) {
      const before = await harness.sendCalls();
      await visit(async (visitor) => {
        await harness.withSeed(change, async () => {
          await visitor.begin();
          await visitor.phone.ask(number.plus);
          // An operator calls a number abroad wrong when the template is for the mainland only.
          const misled = /region/.test(what) && !number.full.startsWith("86");
          await visitor.phone.says(misled ? "error-connector-invalid-request-parameters" : "error-connector-general");
        });
      });
      assert.equal(await harness.sendCalls(), before + 1);
      assert.equal((await harness.messages(number.full)).length, 0);
    }
  });
}

test("the operator's own limit: the person is told to wait", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await harness.withFault({ kind: "code", code: "isv.BUSINESS_LIMIT_CONTROL" }, () =>
      refused(visitor, number, "error-connector-rate-limit-exceeded"));
  });
  assert.equal((await harness.messages(number.full)).length, 0);
});

test("a number the operator does not know: the person is told to check it", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await harness.withFault({ kind: "code", code: "isv.MOBILE_NUMBER_ILLEGAL" }, () =>
      refused(visitor, number, "error-connector-invalid-request-parameters"));
  });
  assert.equal((await harness.messages(number.full)).length, 0);
});
