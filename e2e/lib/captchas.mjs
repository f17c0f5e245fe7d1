// How somebody comes to the page with a captcha: their country had what it gets without one. The tests and the photographer share it.
import { mainland } from "./numbers.mjs";

/** After it the counter of a country begins anew. */
const SIX_HOURS = 6 * 3_600_000 + 1_000;

/** A country that has had what it gets without a captcha; `visit` lets somebody do something. */
export async function busyCountry(harness, visit) {
  await harness.advance(SIX_HOURS);
  for (let n = 0; n < 2; n += 1) {
    await visit(async (visitor) => {
      await visitor.begin();
      await visitor.phone.ask(mainland().national);
      await visitor.code.shown();
    });
  }
}

/** Asks for a code and meets the captcha. */
export async function meetsCaptcha(visitor, number) {
  await visitor.begin();
  await visitor.phone.ask(number.national);
  await visitor.page.locator("form[data-form=captcha]").waitFor();
}

/** The box can be opened. */
export async function captchaReady({ page, words }) {
  await page.locator("[data-live]").filter({ hasText: words.match("captcha-ready") }).waitFor({ state: "attached" });
}

/** Lets the provider's script come to nothing while `during` runs. */
export async function withoutCaptchaScript({ page }, harness, during) {
  const scripts = `${harness.simulator}/captcha/**`;
  await page.route(scripts, (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await during();
  await page.unroute(scripts);
}
