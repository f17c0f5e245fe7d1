// One's own account in the browser: number, name, devices, applications. Looks and accessibility are in looks.test.mjs by the scenes.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isAccessible } from "../lib/accessible.mjs";
import { openStage } from "../lib/stage.mjs";
import { authorization, discover } from "../lib/openid.mjs";
import { mainland } from "../lib/numbers.mjs";
import { wrong } from "../lib/codes.mjs";

const MINUTE = 61_000;
const { harness, visit } = await openStage();

for (const language of ["en", "zh-CN"]) {
  for (const javaScript of [true, false]) {
    test(`a number is changed step by step, in ${language}, ${javaScript ? "with" : "without"} scripts, at 360 px`, async () => {
      const [old, fresh] = [mainland(), mainland()];
      await visit({ language, javaScript, width: 360, height: 740 }, async (visitor) => {
        const check = () => (javaScript ? isAccessible(visitor.page, { colours: language === "en" }) : undefined);
        const { account, code, phone, page, words } = visitor;
        await visitor.signInWith(old);
        await harness.advance(MINUTE);
        await account.open();
        await account.shown();
        assert.match(await account.number.innerText(), /^\+86 138\*{4}\d{4}$/);
        await check();
        await account.prove();
        await check();
        const right = await harness.code(old.full);
        await code.enter(wrong(right));
        const said = await code.says("error-verification-code-code-mismatch");
        assert.match(said, words.match("attempts-left", { count: 4 }));
        await code.enter(right);
        await account.step("account-new-title");
        await check();
        await phone.ask(fresh.national);
        await account.step("code-title");
        await code.enter(await harness.code(fresh.full));
        await account.step("account-finish-title");
        assert.ok(await account.others.isChecked(), "the safe choice is made beforehand");
        await check();
        await account.button("account-finish-go").click();
        await account.notes("account-note-phone-changed-told");
        assert.ok((await account.number.innerText()).endsWith(fresh.national.slice(-4)));
        await check();
        const usage = (await harness.messages(old.full)).map((message) => message.usage);
        assert.equal(usage.length, 3, "the sign-in's code, the proof's, and what the old number is told");
        assert.ok(usage.includes("PhoneChanged"));
        await page.goto(`${harness.haoma}/account/phone/finish`);
        await account.step("account-prove-title");
      });
      await harness.advance(MINUTE);
      await visit({ language }, async (visitor) => {
        await visitor.signInWith(fresh);
      });
    });
  }
}

test("who is not signed in signs in and comes back to the page", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.account.open();
    await visitor.phone.shown();
    await visitor.phone.ask(number.national);
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(number.full));
    await visitor.account.shown();
    assert.equal(new URL(visitor.page.url()).pathname, "/account");
    assert.equal(await visitor.account.lines("account-sessions").count(), 1);
  });
});

test("a name is kept, and applications learn it", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    const { account, demo } = visitor;
    await visitor.signInWith(number);
    await account.open();
    await account.name.fill("<b>王小明</b>");
    await account.button("account-name-save").click();
    await account.notes("account-note-name-saved");
    assert.equal(await account.name.inputValue(), "<b>王小明</b>");
    await demo.open();
    await demo.signInAgain();
    assert.equal((await demo.claims()).name, "<b>王小明</b>");
  });
});

test("other devices are signed out, one and all, and an application loses its access", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    await visitor.signInWith(number);
    for (const _device of ["tablet", "laptop"]) {
      await harness.advance(5 * MINUTE);
      await visit({ language: "zh-CN" }, (other) => other.signInWith(number));
    }
    const { url } = await authorization(await discover(harness, "partner-client"));
    await visitor.page.goto(url.href);
    await visitor.consent.allow.waitFor();
    await visitor.calledBack({ redirect_uris: [url.searchParams.get("redirect_uri")] }, () => visitor.consent.allow.click());
    // that page is still on its way to an application that is not there
    visitor.use(await visitor.context.newPage());
    await endsEverything(visitor);
  });
});

/** Three devices and an application of others, ended one after the other. */
async function endsEverything({ account, message, phone, words }) {
  await account.open();
  assert.equal(await account.lines("account-sessions").count(), 3);
  const current = account.lines("account-sessions").first();
  await current.getByText(words.text("account-session-current")).waitFor();
  await account.lines("account-sessions").nth(1).getByRole("button").click();
  await account.notes("account-note-session-ended");
  assert.equal(await account.lines("account-sessions").count(), 2);
  await account.button("account-sessions-end-others").click();
  await account.notes("account-note-others-ended");
  assert.equal(await account.lines("account-sessions").count(), 1);
  const partner = account.lines("account-applications").filter({ hasText: "Partner Ltd" });
  await partner.getByRole("button").click();
  await account.notes("account-note-access-ended");
  assert.equal(await partner.count(), 0);
  await account.lines("account-sessions").first().getByRole("button").click();
  await message.says("signed-out-title");
  await account.open();
  await phone.shown();
}
