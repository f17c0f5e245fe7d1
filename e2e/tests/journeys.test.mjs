// The main job in a real browser, through the demo application.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { mainland } from "../lib/numbers.mjs";
import { wrong } from "../lib/codes.mjs";
import { keepScriptBack } from "../lib/whole.mjs";

const MINUTE = 60_000;
const { harness, visit } = await openStage();

test("a new number is registered, and the same number signs in again", async () => {
  const number = mainland();
  const first = await visit(async (visitor) => {
    await visitor.signInWith(number);
    return visitor.demo.subject();
  });
  await harness.advance(MINUTE);
  const again = await visit(async (visitor) => {
    await visitor.signInWith(number);
    return visitor.demo.subject();
  });
  assert.equal(again, first, "the same person");
  const [second, initial, ...more] = await harness.messages(number.full);
  assert.deepEqual([initial.usage, second.usage, more.length], ["SignIn", "SignIn", 0], "one message each time");
});

test("the application learns the number, and that it is verified", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.signInWith(number);
    const claims = await visitor.demo.claims();
    assert.equal(claims.phone_number, number.plus);
    assert.equal(claims.phone_number_verified, "true");
  });
});

test("a wrong code says how many tries are left, and the right one still works", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    await visitor.code.enter(wrong(code));
    const said = await visitor.code.says("error-verification-code-code-mismatch");
    assert.match(said, visitor.words.match("attempts-left", { count: 4 }));
    assert.equal(await visitor.code.field.inputValue(), wrong(code), "what was typed is kept");
    await visitor.code.enter(code);
    await visitor.demo.signedIn();
  });
});

test("a refused code is not sent a second time", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    await visitor.code.enter(wrong(code));
    const said = await visitor.code.says("error-verification-code-code-mismatch");
    await visitor.code.submit.click();
    assert.equal(await visitor.code.error.innerText(), said, "no try was used up");
    await visitor.code.enter(code);
    await visitor.demo.signedIn();
  });
});

test("five wrong codes end a code, and a new one signs in", async () => {
  const number = mainland();
  await visit({ clock: true }, async (visitor) => {
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    for (let tries = 1; tries <= 5; tries += 1) {
      await visitor.code.enter(wrong(code, tries));
      await visitor.code.says("error-verification-code-code-mismatch");
      await visitor.code.errorIsAbout(wrong(code, tries));
    }
    assert.match(await visitor.code.error.innerText(), visitor.words.match("attempts-none"));
    await isOver(visitor);
    await visitor.code.enter(code);
    await visitor.code.says("error-verification-code-exceed-max-try");
    await isOver(visitor);
    await visitor.pass(MINUTE + 1000);
    await visitor.code.button("resend-new").click();
    await visitor.code.sentAgain();
    const fresh = await harness.code(number.full);
    assert.notEqual(fresh, code);
    await visitor.code.enter(fresh);
    await visitor.demo.signedIn();
  });
});

test("a second message is refused inside the cooldown, and carries the same code after it", async () => {
  const number = mainland();
  await visit({ clock: true }, async (visitor) => {
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    await visitor.code.resend.and(visitor.page.locator(":disabled")).waitFor();
    assert.match(await visitor.code.resend.innerText(), visitor.words.match("resend-in"), "says when");
    await visitor.code.resend.evaluate((button) => button.form.requestSubmit());
    const said = await visitor.code.refusedResend();
    assert.match(said, /\d+ seconds|at \d/, "says when");
    assert.equal((await harness.messages(number.full)).length, 1, "nothing was sent");
    await visitor.pass(MINUTE);
    await visitor.code.resend.click();
    await visitor.code.sentAgain();
    const codes = (await harness.messages(number.full)).map((message) => JSON.parse(message.templateParam).code);
    assert.deepEqual(codes, [code, code]);
    await visitor.code.enter(code);
    await visitor.demo.signedIn();
  });
});

test("an expired code is refused, and a new one signs in", async () => {
  const number = mainland();
  await visit({ clock: true }, async (visitor) => {
    await visitor.askFor(number);
    const old = await harness.code(number.full);
    await visitor.pass(5 * MINUTE + 1000);
    await visitor.page.getByText(visitor.words.text("code-gone")).first().waitFor();
    await visitor.code.enter(old);
    await visitor.code.says("error-verification-code-expired");
    await visitor.code.resend.click();
    await visitor.code.sentAgain();
    const fresh = await harness.code(number.full);
    assert.notEqual(fresh, old);
    await visitor.code.enter(fresh);
    await visitor.demo.signedIn();
  });
});

test("a pasted message gives its code, which goes off by itself", async () => {
  for (const around of [(code) => `【号码演示】您正在登录，验证码是${code}，10分钟内有效。`, (code) => ` your code: ${code.slice(0, 3)} ${code.slice(3)} `]) {
    const number = mainland();
    await visit(async (visitor) => {
      await visitor.askFor(number);
      await visitor.code.paste(around(await harness.code(number.full)));
      await visitor.demo.signedIn();
    });
  }
});

test("a code of which a part was typed before the script came stays as it was typed", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    const { page, code } = visitor;
    await visitor.begin();
    const comes = await keepScriptBack(page);
    await visitor.phone.ask(number.national);
    await code.submit.waitFor();
    const right = await harness.code(number.full);
    await code.field.pressSequentially(right.slice(0, 3));
    await comes();
    await page.keyboard.type(right.slice(3));
    await code.submit.click();
    await visitor.demo.signedIn();
  });
});

test("the wait counts from when the page came, however late its script is", async () => {
  const late = 30;
  await visit(async (visitor) => {
    await visitor.page.addInitScript((seconds) => {
      const now = performance.now.bind(performance);
      performance.now = () => now() + seconds * 1000;
    }, late);
    await visitor.askFor(mainland());
    const said = await visitor.code.resend.innerText();
    assert.match(said, /0:\d\d/);
    assert.ok(Number(/0:(\d\d)/.exec(said)[1]) <= 60 - late, said);
  });
});

test("the number can be changed on the code page", async () => {
  const [mistyped, meant] = [mainland(), mainland()];
  await visit(async (visitor) => {
    await visitor.askFor(mistyped);
    await visitor.code.change.click();
    await visitor.phone.shown();
    await visitor.phone.ask(meant.national);
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(meant.full));
    await visitor.demo.signedIn();
  });
});

test("reload and back never send a message", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.askFor(number);
    const { page } = visitor;
    for (const step of ["reload", "goBack", "reload", "goForward", "reload"]) {
      await page[step]({ waitUntil: "load" });
    }
    assert.equal((await harness.messages(number.full)).length, 1);
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(number.full));
    await visitor.demo.signedIn();
    await page.goBack({ waitUntil: "load" });
    await page.goBack({ waitUntil: "load" });
    assert.equal((await harness.messages(number.full)).length, 1, "nor after signing in");
  });
});

test("a double click sends one message", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.begin();
    await visitor.phone.field.fill(number.national);
    await visitor.phone.submit.dblclick();
    await visitor.code.shown();
    assert.equal((await harness.messages(number.full)).length, 1);
    await visitor.code.enter(await harness.code(number.full));
    await visitor.demo.signedIn();
  });
});

test("of two tabs the newer one arrives, and the older one says what to do", async () => {
  const [left, right] = [mainland(), mainland()];
  await visit(async (visitor) => {
    const { page: first, context } = visitor;
    await visitor.askFor(left);
    const second = await context.newPage();
    await visitor.use(second).begin();
    await visitor.phone.ask(right.national);
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(right.full));
    await visitor.demo.signedIn();
    assert.equal((await visitor.demo.claims()).phone_number, right.plus);
    // The older tab belongs to a sign-in that the newer one replaced: it says so, and how to go on.
    visitor.use(first);
    await visitor.code.enter(await harness.code(left.full));
    await visitor.message.says("unknown-session-title");
    assert.equal((await harness.messages(left.full)).length, 1);
  });
});

test("signing out asks again for a number", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.signInWith(number);
    await visitor.demo.signOut();
    await visitor.demo.signedOut();
    await visitor.demo.signIn();
    await visitor.phone.shown();
  });
});

test("somebody who is signed in is not asked again", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.signInWith(number);
    const subject = await visitor.demo.subject();
    const tab = await visitor.context.newPage();
    await tab.goto(`${harness.haoma}/demo-app/sign-in`);
    await visitor.use(tab).demo.signedIn();
    assert.equal(await visitor.demo.subject(), subject);
    assert.equal((await harness.messages(number.full)).length, 1);
  });
});

/** The page of a code that is guessed out: it promises nothing, and its main button gets another one, once the pause is over. */
async function isOver({ page, words, code }) {
  assert.equal(await page.getByText(words.match("code-life")).count(), 0, "no word of how long the code works");
  await code.resend.and(page.locator(":disabled.primary")).waitFor();
  assert.match(await code.resend.innerText(), words.match("resend-in"), "says when");
  assert.equal(await code.submit.and(page.locator(".primary")).count(), 0, "one main button");
}
