// Every state of a page that somebody can meet, and how to get there. The looks tests and the photographer share them.
import { mainland } from "./numbers.mjs";
import { wrong } from "./codes.mjs";
import { authorization, discover } from "./openid.mjs";
import { busyCountry, captchaReady, meetsCaptcha, withoutCaptchaScript } from "./captchas.mjs";

/** Name to journey: `(visitor, {harness})`, ending on the page. */
export const SCENES = {
  "demo application": (visitor) => visitor.demo.open(),

  "phone page": (visitor) => visitor.begin(),

  "register page": async (visitor, { harness }) => {
    const { url } = await authorization(await discover(harness, "web-client"), { first_screen: "register" });
    await visitor.page.goto(url.href);
    await visitor.phone.shown();
  },

  "malformed number": async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask("12345");
    await visitor.phone.says("error-user-invalid-phone");
  },

  "country not allowed": async (visitor) => {
    await visitor.begin();
    await visitor.phone.ask("+33 6 12 34 56 78");
    await visitor.phone.says("error-user-phone-country-not-allowed");
  },

  "asked a moment ago": async (visitor) => {
    const number = mainland();
    await visitor.askFor(number);
    await visitor.begin();
    await visitor.phone.ask(number.national);
    await visitor.phone.says("error-request-cooldown");
  },

  "provider refuses": async (visitor, { harness }) => {
    await visitor.begin();
    await harness.withFault({ kind: "code", code: "isv.SMS_SIGNATURE_ILLEGAL", times: 1 }, async () => {
      await visitor.phone.ask(mainland().national);
      await visitor.phone.says("error-connector-general");
    });
  },

  "code page": (visitor) => visitor.askFor(mainland()),

  "outcome unknown": async (visitor, { harness }) => {
    await visitor.begin();
    await harness.withFault({ kind: "drop_after_read", times: 1 }, async () => {
      await visitor.phone.ask(mainland().national);
      await visitor.page.getByText(visitor.words.match("code-unclear")).first().waitFor();
    });
  },

  "wrong code": async (visitor, { harness }) => {
    const number = mainland();
    await visitor.askFor(number);
    await visitor.code.enter(wrong(await harness.code(number.full)));
    await visitor.code.says("error-verification-code-code-mismatch");
  },

  "no tries left": async (visitor, { harness }) => {
    const number = mainland();
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    for (let tries = 1; tries <= 5; tries += 1) {
      await visitor.code.enter(wrong(code, tries));
      await visitor.code.errorIsAbout(wrong(code, tries));
    }
    await visitor.code.enter(wrong(code, 6));
    await visitor.code.says("error-verification-code-exceed-max-try");
  },

  "expired code": async (visitor, { harness }) => {
    const number = mainland();
    await visitor.askFor(number);
    const code = await harness.code(number.full);
    await harness.advance(5 * 60_000 + 1000);
    await visitor.code.enter(code);
    await visitor.code.says("error-verification-code-expired");
  },

  "sent again": async (visitor, { harness }) => {
    const number = mainland();
    await visitor.askFor(number);
    await harness.advance(61_000);
    await visitor.page.reload();
    await visitor.code.resend.click();
    await visitor.code.sentAgain();
  },

  consent: async (visitor, { harness }) => {
    const number = mainland();
    const { url } = await authorization(await discover(harness, "partner-client"));
    await visitor.page.goto(url.href);
    await visitor.phone.ask(number.national);
    await visitor.code.shown();
    await visitor.code.enter(await harness.code(number.full));
    await visitor.consent.allow.waitFor();
  },

  "own account": async (visitor, { harness }) => {
    await opens(visitor, harness);
  },

  "account before a change": async (visitor, { harness }) => {
    await opens(visitor, harness);
    await visitor.account.changeNumber.click();
    await visitor.account.step("account-prove-title");
  },

  "account code": async (visitor, { harness }) => {
    await opens(visitor, harness);
    await visitor.account.prove();
  },

  "account new number": async (visitor, { harness }) => {
    await proves(visitor, harness);
  },

  "account last question": async (visitor, { harness }) => {
    const fresh = mainland();
    await proves(visitor, harness);
    await visitor.phone.ask(fresh.national);
    await visitor.account.step("code-title");
    await visitor.code.enter(await harness.code(fresh.full));
    await visitor.account.step("account-finish-title");
  },

  "unknown session": async (visitor, { harness }) => {
    await visitor.page.goto(`${harness.haoma}/sign-in`);
    await visitor.message.says("unknown-session-title");
  },

  "not found": async (visitor, { harness }) => {
    await visitor.page.goto(`${harness.haoma}/nothing-here`);
    await visitor.message.says("not-found-title");
  },

  "signed in": (visitor) => visitor.signInWith(mainland()),

  "inbox": async (visitor) => {
    await visitor.askFor(mainland());
    await visitor.inbox.open();
    await visitor.inbox.messages.first().waitFor();
  },

  "empty inbox": async (visitor) => {
    await visitor.inbox.open("?phone=4915100000000");
    await visitor.page.locator("#empty:not([hidden])").waitFor();
  },
};

/** The same, where a captcha is configured and everything is soon full. */
export const CAPTCHA_SCENES = {
  "captcha": (visitor, { harness }) => asked(visitor, harness),

  "captcha opened": async (visitor, { harness }) => {
    await asked(visitor, harness);
    await visitor.page.getByRole("button", { name: visitor.words.match("captcha-open") }).click();
    await visitor.page.getByRole("dialog").getByRole("checkbox").waitFor();
  },

  "captcha not passed": async (visitor, { harness }) => {
    await asked(visitor, harness);
    await visitor.page.locator("input[name=captcha_token]").evaluate((input) => {
      input.value = "made up";
      input.form.submit();
    });
    await visitor.page.locator("[data-code='session.captcha_failed']").waitFor();
    await captchaReady(visitor);
  },

  "captcha lost": (visitor, { harness }) => withoutCaptchaScript(visitor, harness, async () => {
    await asked(visitor, harness, ({ page, words }) => page.getByText(words.match("captcha-lost")).first().waitFor());
  }),
};

/** Asks for one message more than the country gets without a captcha, and has the page loaded. */
async function asked(visitor, harness, loaded = captchaReady) {
  await busyCountry(harness, (story) => story(visitor));
  await meetsCaptcha(visitor, mainland());
  await loaded(visitor);
}

/** Signs in, and opens the page of one's own account; gives the number. */
async function opens(visitor, harness) {
  const number = mainland();
  await visitor.signInWith(number);
  await harness.advance(61_000);
  await visitor.account.open();
  await visitor.account.shown();
  return number;
}

/** The number they have, proved. */
async function proves(visitor, harness) {
  const number = await opens(visitor, harness);
  await visitor.account.prove();
  await visitor.code.enter(await harness.code(number.full));
  await visitor.account.step("account-new-title");
  return number;
}
