// What people type as their number.
import { test } from "node:test";
import assert from "node:assert/strict";
import { experience, Session } from "../lib/headless.mjs";
import { authorization, discover } from "../lib/openid.mjs";
import { openStage } from "../lib/stage.mjs";
import { american, hongKong, mainland } from "../lib/numbers.mjs";

const { harness, visit } = await openStage();

test("a pasted number of another country switches the country", async () => {
  const number = hongKong();
  await visit(async (visitor) => {
    await visitor.begin();
    await visitor.phone.paste(`+852 ${number.national.slice(0, 4)} ${number.national.slice(4)}`);
    await visitor.phone.countryIs(/852/);
    await visitor.phone.submit.click();
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(number.full));
    await visitor.demo.signedIn();
    assert.equal((await visitor.demo.claims()).phone_number, number.plus);
  });
});

test("a country is found by name, by letters and by code", async () => {
  const number = american();
  await visit(async (visitor) => {
    await visitor.begin();
    for (const [typed, expected] of [["united states", /\+1$/], ["香港", /\+852$/], ["GB", /\+44$/], ["+49", /\+49$/], ["1", /\+1$/]]) {
      await visitor.phone.chooseCountry(typed);
      await visitor.phone.countryIs(expected);
    }
    await visitor.phone.ask(number.national);
    await visitor.code.shown();
    assert.equal((await harness.messages(number.full)).length, 1);
  });
});

test("one number, however it is written", async () => {
  const { national } = mainland();
  const spelled = [
    `+86 ${national}`, `0086${national}`, `${national.slice(0, 3)}-${national.slice(3, 7)}-${national.slice(7)}`,
    `(${national.slice(0, 3)}) ${national.slice(3)}`, [...national].map((d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)).join(""),
  ];
  const client = await discover(harness, "spa-client");
  await visit(async (visitor) => {
    for (const text of spelled) {
      await visitor.page.goto((await authorization(client)).url.href);
      await visitor.phone.ask(text);
      await visitor.code.shown();
      assert.match(await visitor.page.getByRole("main").innerText(), /\+86/);
      await harness.advance(61 * 60_000);
    }
  });
  assert.equal((await harness.messages(`86${national}`)).length, spelled.length);
});

const REFUSED = [
  ["an empty number", "", "error-phone-empty"],
  ["a malformed number", "12345", "error-user-invalid-phone"],
  ["words instead of a number", "hello", "error-user-invalid-phone"],
  ["a landline", "010 5888 8888", "error-user-phone-cannot-receive-sms"],
  ["a number of a country that is not allowed", "+33 6 12 34 56 78", "error-user-phone-country-not-allowed"],
  ["a number of a region that shares its code with an allowed one", "+1 416 555 0123", "error-user-phone-country-not-allowed"],
];

for (const javaScript of [true, false]) {
  test(`what is no number of ours is refused with a sentence, kept, and costs nothing (JavaScript ${javaScript ? "on" : "off"})`, async (t) => {
    const before = await harness.sendCalls();
    const { url } = await authorization(await discover(harness, "spa-client"));
    await visit({ javaScript }, async (visitor) => {
      for (const [what, typed, key] of REFUSED) {
        await t.test(what, async () => {
          await visitor.page.goto(url.href);
          await visitor.phone.ask(typed);
          await visitor.phone.says(key);
          const { field } = visitor.phone;
          assert.equal(await field.getAttribute("aria-invalid"), "true");
          assert.ok((await field.inputValue()).replace(/\D/g, "").endsWith(typed.replace(/\D/g, "").slice(-8)), "kept");
          await field.and(visitor.page.locator(":focus")).waitFor();
        });
      }
    });
    assert.equal(await harness.sendCalls(), before);
  });
}

test("too many messages to one number are refused with the wait, and nothing more is sent", async () => {
  const number = mainland();
  const client = await discover(harness, "spa-client");
  for (let count = 0; count < 3; count += 1) {
    const session = new Session(harness);
    await experience.begin(session, (await authorization(client)).url);
    await experience.send(session, number.full);
    await harness.advance(5 * 60_000 + 1000);
  }
  // the fourth costs a small task, and the fifth is kept for a browser the number signed in in before
  await visit(async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask(number.national);
    await visitor.code.shown({ afterTask: true });
  });
  await harness.advance(5 * 60_000 + 1000);
  await visit(async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask(number.national);
    await visitor.phone.says("error-request-message-rate-limited");
    assert.match(await visitor.phone.error.innerText(), /\d/, "says when");
  });
  assert.equal((await harness.messages(number.full)).length, 4);
});

test("a number asked for a moment ago in another browser is refused with the wait", async () => {
  const number = mainland();
  await visit((visitor) => visitor.askFor(number));
  await visit(async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask(number.national);
    await visitor.phone.says("error-request-cooldown");
    assert.match(await visitor.phone.error.innerText(), /\d/);
  });
  assert.equal((await harness.messages(number.full)).length, 1);
});

test("one sign-in texts two numbers at most", async () => {
  const before = (await harness.messages()).length;
  await visit(async (visitor) => {
    await visitor.askFor(mainland());
    await visitor.code.change.click();
    await visitor.phone.ask(mainland().national);
    await visitor.code.shown();
    await visitor.code.change.click();
    await visitor.phone.ask(mainland().national);
    await visitor.phone.says("error-session-too-many-messages");
  });
  assert.equal((await harness.messages()).length, before + 2);
});
