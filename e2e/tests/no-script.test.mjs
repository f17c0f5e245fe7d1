// Everything a person needs works with JavaScript off.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { hongKong, mainland } from "../lib/numbers.mjs";
import { wrong } from "../lib/codes.mjs";

const { harness, visit } = await openStage();
const plain = { javaScript: false };

test("register and sign in again without JavaScript", async () => {
  const number = mainland();
  const subjects = [];
  for (const _time of ["register", "sign in"]) {
    await visit(plain, async (visitor) => {
      await visitor.signInWith(number);
      subjects.push(await visitor.demo.subject());
      await visitor.demo.signOut();
      await visitor.demo.signedOut();
    });
    await harness.advance(61_000);
  }
  assert.equal(subjects[0], subjects[1]);
});

test("wrong code then right code without JavaScript", async () => {
  const number = mainland();
  await visit(plain, async (visitor) => {
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    await visitor.code.enter(wrong(code));
    await visitor.code.says("error-verification-code-code-mismatch");
    await visitor.code.enter(code);
    await visitor.demo.signedIn();
  });
});

test("a resend inside the cooldown says when, and works after it, without JavaScript", async () => {
  const number = mainland();
  await visit(plain, async (visitor) => {
    await visitor.askFor(number);
    await visitor.code.resend.click();
    const said = await visitor.code.refusedResend();
    assert.match(said, /\d/, "says when");
    assert.equal((await harness.messages(number.full)).length, 1);
    await harness.advance(61_000);
    await visitor.code.resend.click();
    await visitor.code.sentAgain();
    assert.equal((await harness.messages(number.full)).length, 2);
    await visitor.code.enter(await harness.code(number.full));
    await visitor.demo.signedIn();
  });
});

test("the country is a plain list without JavaScript", async () => {
  const number = hongKong();
  await visit(plain, async (visitor) => {
    await visitor.begin();
    await visitor.phone.countrySelect.selectOption("HK");
    await visitor.phone.ask(number.national);
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(number.full));
    await visitor.demo.signedIn();
  });
});

test("a code with spaces and words around it is understood without JavaScript", async () => {
  const number = mainland();
  await visit(plain, async (visitor) => {
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    await visitor.code.field.fill(`code is ${code.slice(0, 3)} ${code.slice(3)}`);
    await visitor.code.submit.click();
    await visitor.demo.signedIn();
  });
});

test("signing out without a token asks first, without JavaScript", async () => {
  await visit(plain, async (visitor) => {
    await visitor.signInWith(mainland());
    await visitor.page.goto(`${harness.haoma}/oidc/session/end`);
    await visitor.message.confirmSignOut();
    await visitor.message.says("signed-out-title");
    await visitor.page.goto(`${harness.haoma}/demo-app/sign-in`);
    await visitor.phone.shown();
  });
});
