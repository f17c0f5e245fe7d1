// One's own account and the question of consent, with the keyboard alone and as a screen reader hears them: nothing here clicks.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { Keyboard } from "../lib/keyboard.mjs";
import { mainland } from "../lib/numbers.mjs";
import { authorization, discover, openid } from "../lib/openid.mjs";

const MINUTE = 61_000;
const { harness, visit } = await openStage();

/** Waits for the word that something was done, which has the focus: that is how it is heard. */
async function hears({ page, words }, key) {
  const note = page.getByRole("status").filter({ hasText: words.text(key) });
  await note.and(page.locator(":focus")).waitFor();
}

/** What a control is called, and what is said about it besides. */
const heard = (locator) => locator.evaluate((element) => {
  const about = (element.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
  const texts = about.map((id) => document.getElementById(id).innerText);
  return [element.getAttribute("aria-label") ?? element.innerText, ...texts].join("; ");
});

for (const language of ["en", "zh-CN"]) {
  test(`an account with the keyboard alone, in ${language}: a name, devices, an application, each done and heard`, async () => {
    const number = mainland();
    await visit({ language, width: 360, height: 740 }, async (visitor) => {
      const { account, words } = visitor;
      const keyboard = new Keyboard(visitor);
      await visitor.signInWith(number);
      for (let other = 0; other < 2; other += 1) {
        await harness.advance(5 * MINUTE);
        await visit({ language: "en" }, (there) => there.signInWith(number));
      }
      await account.open();
      await keyboard.write(account.name, "Lin");
      await keyboard.enter();
      await hears(visitor, "account-note-name-saved");

      const buttons = account.lines("account-sessions").getByRole("button");
      const names = await Promise.all((await buttons.all()).map(heard));
      assert.equal(names.length, 3);
      assert.equal(new Set(names).size, 3, `told apart by ear: ${names}`);
      for (const button of await buttons.all()) {
        const [name, seen] = [await button.getAttribute("aria-label"), await button.innerText()];
        assert.ok(name.includes(seen), `${name} is called by voice as it is written: ${seen}`);
      }
      await keyboard.press(buttons.nth(1));
      await hears(visitor, "account-note-session-ended");
      assert.equal(await buttons.count(), 2);
      await keyboard.press(account.button("account-sessions-end-others"));
      await hears(visitor, "account-note-others-ended");

      const access = account.lines("account-applications").getByRole("button");
      assert.ok((await access.getAttribute("aria-label")).includes(await access.innerText()));
      await keyboard.press(access);
      await hears(visitor, "account-note-access-ended");
      await account.section("account-applications").getByText(words.text("account-applications-none")).waitFor();
    });
  });
}

test("another number with the keyboard alone: every step says which it is, and can be left", async () => {
  const [old, fresh] = [mainland(), mainland()];
  await visit({ width: 360, height: 740 }, async (visitor) => {
    const { account, page, phone, words } = visitor;
    const keyboard = new Keyboard(visitor);
    const step = async (number, key) => {
      await account.step(key);
      await page.getByRole("main").getByText(words.match("account-step", { step: number })).waitFor();
    };
    const cancel = page.getByRole("link", { name: words.text("account-cancel"), exact: true });
    await visitor.signInWith(old);
    await harness.advance(MINUTE);
    await account.open();
    await keyboard.press(account.changeNumber);
    await step(1, "account-prove-title");
    await keyboard.press(cancel);
    await account.shown();
    await keyboard.press(account.changeNumber);
    await keyboard.press(account.button("get-code"));
    await step(1, "code-title");
    await keyboard.type(await harness.code(old.full));
    await keyboard.enter();
    await step(2, "account-new-title");
    await keyboard.press(cancel);
    await account.shown();
    await page.goBack();
    await step(2, "account-new-title");
    await keyboard.write(phone.field, fresh.national);
    await keyboard.enter();
    await step(2, "code-title");
    await keyboard.type(await harness.code(fresh.full));
    await keyboard.enter();
    await step(3, "account-finish-title");
    await keyboard.turn(account.others);
    assert.equal(await account.others.isChecked(), false);
    await keyboard.press(account.button("account-finish-go"));
    await hears(visitor, "account-note-phone-changed-told");
  });
});

for (const answer of ["deny", "allow"]) {
  test(`consent with the keyboard alone: what is asked stands before the answer, which is to ${answer}`, async () => {
    const number = mainland();
    const client = await discover(harness, "partner-client");
    const { url, checks } = await authorization(client);
    await visit({ width: 360, height: 740 }, async (visitor) => {
      const { consent, page, words } = visitor;
      const keyboard = new Keyboard(visitor);
      await page.goto(url.href);
      await keyboard.write(visitor.phone.field, number.national);
      await keyboard.enter();
      await visitor.code.shown();
      await keyboard.type(await harness.code(number.full));
      await keyboard.enter();
      await consent.allow.waitFor();
      await consent.whole();
      assert.match(await page.title(), /Partner Ltd/, "the first that is heard");
      const main = await page.getByRole("main").ariaSnapshot();
      const places = ["scope-openid", "scope-profile", "scope-phone", "scope-offline-access", "consent-allow", "consent-deny"].map((key) => {
        const place = main.indexOf(`"${words.text(key)}"`);
        assert.ok(place > 0, `${key} is heard: ${main}`);
        return place;
      });
      assert.deepEqual(places, places.toSorted((left, right) => left - right), main);
      const callback = await visitor.calledBack(client.application, () => keyboard.press(consent[answer]));
      const exchanged = openid.authorizationCodeGrant(client.config, callback, checks);
      if (answer === "deny") await assert.rejects(exchanged, { error: "access_denied" });
      else assert.equal((await exchanged).claims().phone_number, number.plus);
    });
  });
}
