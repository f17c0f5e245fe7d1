// Where a small task helps no more: a captcha of a third party, which the person passes with the keyboard, and the code arrives.
import { test } from "node:test";
import assert from "node:assert/strict";
import { openStage } from "../lib/stage.mjs";
import { isAccessible } from "../lib/accessible.mjs";
import { mainland } from "../lib/numbers.mjs";
import { busyCountry, captchaReady, meetsCaptcha, withoutCaptchaScript } from "../lib/captchas.mjs";
import { CAPTCHA_SCENES } from "../lib/scenes.mjs";

const { harness, visit, administer } = await openStage({ captcha: true });

for (const language of ["en", "zh-CN"]) {
  test(`a captcha is passed with the keyboard, and the code arrives (${language})`, async () => {
    await busyCountry(harness, visit);
    const number = mainland();
    await visit({ language }, async (visitor) => {
      const { page, words } = visitor;
      await meetsCaptcha(visitor, number);
      assert.equal((await harness.messages(number.full)).length, 0);
      const open = page.getByRole("button", { name: words.match("captcha-open") });
      await captchaReady(visitor);
      await isAccessible(page);
      await visitor.tabTo(open);
      await page.keyboard.press("Enter");
      const box = page.getByRole("dialog").getByRole("checkbox");
      await box.waitFor();
      await isAccessible(page, { colours: false });
      await page.keyboard.press("Escape");
      await box.waitFor({ state: "detached" });
      await visitor.tabTo(open);
      await page.keyboard.press("Enter");
      await box.waitFor();
      await visitor.tabTo(box);
      await page.keyboard.press("Space");
      await visitor.code.shown();
      assert.equal((await harness.messages(number.full)).length, 1);
      await visitor.code.enter(await harness.code(number.full));
      await visitor.demo.signedIn();
    });
  });

  test(`where the captcha cannot be loaded the page says so and goes on without (${language})`, async () => {
    await busyCountry(harness, visit);
    const number = mainland();
    await visit({ language }, async (visitor) => {
      const { page, words } = visitor;
      await withoutCaptchaScript(visitor, harness, async () => {
        await meetsCaptcha(visitor, number);
        await page.getByText(words.match("captcha-lost")).first().waitFor();
        await isAccessible(page);
        const skip = page.getByRole("button", { name: words.match("captcha-skip") });
        await visitor.tabTo(skip);
        await page.keyboard.press("Enter");
        await page.locator("[data-code='request.message_rate_limited']").waitFor();
      });
      assert.equal((await harness.messages(number.full)).length, 0, "nothing is opened by it");
    });
  });
}

test("a captcha that nobody judges lets nobody through, and the console says so", async () => {
  await busyCountry(harness, visit);
  const number = mainland();
  await harness.withFault({ kind: "status", status: 503, action: "VerifyIntelligentCaptcha" }, () => visit(async (visitor) => {
    const { page, words } = visitor;
    await meetsCaptcha(visitor, number);
    await page.getByRole("button", { name: words.match("captcha-open"), disabled: false }).click();
    await page.getByRole("dialog").getByRole("checkbox").click();
    await page.locator("[data-code='request.message_rate_limited']").waitFor();
    assert.equal((await harness.messages(number.full)).length, 0);
  }));
  await administer({}, async ({ page, words }) => {
    await page.goto(`${harness.haoma}/console/security`);
    await page.getByText(words.match("console-alarm-captcha")).waitFor();
    await page.goto(`${harness.haoma}/console/settings`);
    await page.getByText("Aliyun Captcha 2.0").waitFor();
  });
});

test("without JavaScript the page says what to do", async () => {
  await busyCountry(harness, visit);
  await visit({ javaScript: false }, async (visitor) => {
    await meetsCaptcha(visitor, mainland());
    await visitor.page.getByText(visitor.words.match("captcha-without-script")).waitFor();
    assert.equal(await visitor.page.getByRole("button", { name: visitor.words.match("captcha-open") }).count(), 0, "nothing to press in vain");
  });
});

for (const [name, arrive] of Object.entries(CAPTCHA_SCENES)) {
  for (const language of ["en", "zh-CN"]) {
    test(`${name} in ${language} is accessible (WCAG 2.2 AA) and fits 320 px`, async () => {
      await visit({ language, width: 320, height: 640 }, async (visitor) => {
        await arrive(visitor, { harness });
        assert.equal(await visitor.page.locator("html").getAttribute("lang"), language);
        // the box is its provider's
        await isAccessible(visitor.page, { colours: language === "en" && name !== "captcha opened" });
      });
    });
  }
}
