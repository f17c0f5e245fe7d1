// Numbers with a fixed code: made by an administrator, used by a reviewer, gone; and nobody reads the code anywhere.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isAccessible } from "../lib/accessible.mjs";
import { codesIn } from "../lib/canaries.mjs";
import { wrong } from "../lib/codes.mjs";
import { press, proven } from "../lib/console.mjs";
import { startHarness } from "../lib/harness.mjs";
import { experience, Session } from "../lib/headless.mjs";
import { ask } from "../lib/management.mjs";
import { mainland } from "../lib/numbers.mjs";
import { authorization, discover } from "../lib/openid.mjs";
import { openStage } from "../lib/stage.mjs";

const { harness, administer, visit } = await openStage();

/** Adds one on its page; its code, as the page shows it once. */
async function adds(admin, number) {
  const { page } = admin;
  await page.goto(`${harness.haoma}/console/test-numbers`);
  await page.locator("#phone").fill(number.national);
  await page.locator("#owner").fill("Han Mei, App Store review");
  await page.locator("select#days").selectOption("30");
  await press(admin, "console-test-number-make-go");
  await proven(admin);
  return page.locator(".code-block code").innerText();
}

for (const language of ["en", "zh-CN"]) {
  test(`a reviewer signs in with the fixed code and no message is sent, and it ends at once (${language})`, async () => {
    const number = mainland();
    const sent = await harness.sendCalls();
    await administer({ language, width: 360, height: 740 }, async (admin) => {
      const { page, words } = admin;
      const code = await adds(admin, number);
      assert.match(code, /^[0-9]{6}$/);
      await isAccessible(page);
      const banner = page.getByRole("note");
      for (const path of ["/console", "/console/users", "/console/test-numbers"]) {
        await page.goto(harness.haoma + path);
        await banner.waitFor();
        assert.equal(await page.getByText(code).count(), 0, `the code is shown once: ${path}`);
      }
      await isAccessible(page);

      await visit({ language }, async (reviewer) => {
        await reviewer.askFor(number);
        await reviewer.code.enter(wrong(code));
        await reviewer.page.locator("[data-code='verification_code.code_mismatch']").waitFor();
        await reviewer.code.enter(code);
        await reviewer.demo.signedIn();
      });
      assert.deepEqual([(await harness.messages(number.full)).length, (await harness.sendCalls()) - sent], [0, 0]);

      await page.reload();
      await page.locator("details.more > summary").first().click();
      await page.locator(".confirm:not(.calm) > summary").first().click();
      await isAccessible(page);
      await press(admin, "console-test-number-delete-go");
      await page.locator(".notice.good").filter({ hasText: words.text("console-test-number-deleted") }).waitFor();
      assert.equal(await banner.count(), 0);
    });
  });
}

test("every mistake is told at its place, also that somebody may have the number, without JavaScript", async () => {
  const taken = mainland();
  await visit({}, (person) => person.signInWith(taken));
  await administer({ language: "zh-CN", javaScript: false }, async (admin) => {
    const { page } = admin;
    await page.goto(`${harness.haoma}/console/test-numbers`);
    await press(admin, "console-test-number-make-go");
    for (const id of ["phone-error", "owner-error"]) await page.locator(`#${id}`).waitFor();
    await page.locator("#phone").fill(taken.national);
    await page.locator("#owner").fill("韩梅");
    await press(admin, "console-test-number-make-go");
    await proven(admin);
    await page.locator("main [data-code='test_number.was_texted']").waitFor();
    assert.equal(await page.locator("#owner").inputValue(), "韩梅", "what was typed stays");
  });
});

test("s10, s60: neither the log at TRACE nor a dump of the database tells a fixed code or its number", async (t) => {
  const other = await startHarness({ log: "trace" });
  let log;
  t.after(() => log ?? other.stop());
  const [codes, numbers] = [[], []];
  for (let n = 0; n < 3; n += 1) {
    const number = mainland();
    const { code } = await ask(other, "POST", "test-numbers", { phone: number.full, owner: "review", expiresInDays: 1 });
    const session = new Session(other);
    const { url } = await authorization(await discover(other, "web-client"));
    await experience.begin(session, url);
    const { verificationId } = await experience.send(session, number.full);
    const refused = await experience.verify(session, number.full, verificationId, wrong(code));
    assert.equal((await refused.json()).code, "verification_code.code_mismatch");
    assert.equal((await experience.verify(session, number.full, verificationId, code)).status, 200);
    await experience.identify(session, verificationId);
    codes.push(code, wrong(code));
    numbers.push(number);
  }
  const dump = (await other.dump()).toString("latin1");
  log = (await other.stop()).replace(/\x1b\[[0-9;]*m/g, "").replace(/^\S*\d{4}-\d\d-\d\dT[\d:.]+Z/gm, "");
  assert.ok(log.includes("a test number: nothing sent") && dump.includes("TestNumber.Created"), "they are the whole ones");
  for (const [what, text] of [["log", log], ["dump", dump]]) {
    const found = codesIn(text, codes);
    assert.ok(found.size < 2, `one may be chance, two are a leak: ${found.size} in the ${what}`);
  }
  for (const number of numbers) assert.ok(!log.includes(number.national), "no number in the log");
});
