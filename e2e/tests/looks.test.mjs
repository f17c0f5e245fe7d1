// Every page in both languages, light and dark: accessible, narrow enough, light enough, nothing blocked or foreign.
import { test } from "node:test";
import assert from "node:assert/strict";
import { isAccessible } from "../lib/accessible.mjs";
import { openStage } from "../lib/stage.mjs";
import { SCENES } from "../lib/scenes.mjs";
import { authorization, discover } from "../lib/openid.mjs";
import { mainland } from "../lib/numbers.mjs";
import { wrong } from "../lib/codes.mjs";

const stage = await openStage();
const { harness, visit } = stage;
const MOST_BYTES = 30 * 1024;

for (const [name, arrive] of Object.entries({ ...SCENES, "opened country list": openPicker })) {
  for (const language of ["en", "zh-CN"]) {
    test(`${name} in ${language} is accessible (WCAG 2.2 AA) and fits 320 px`, async () => {
      await visit({ language, width: 320, height: 640 }, async (visitor) => {
        await arrive(visitor, stage);
        assert.equal(await visitor.page.locator("html").getAttribute("lang"), language);
        await isAccessible(visitor.page, { colours: language === "en" });
      });
    });
  }
}

async function openPicker(visitor) {
  await visitor.begin();
  await visitor.phone.country.click();
  await visitor.phone.countrySearch.waitFor();
}

test("markup, style and script of a page weigh 30 KB at most", async () => {
  for (const name of ["phone page", "code page", "demo application", "signed in"]) {
    await visit(async (visitor) => {
      const answers = [];
      await SCENES[name](visitor, stage);
      visitor.page.on("requestfinished", (request) => {
        if (["document", "stylesheet", "script"].includes(request.resourceType())) answers.push(request);
      });
      const devtools = await visitor.context.newCDPSession(visitor.page);
      await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
      await visitor.page.reload({ waitUntil: "load" });
      const sizes = await Promise.all(answers.map((request) => request.sizes()));
      const total = sizes.reduce((sum, { responseBodySize }) => sum + responseBodySize, 0);
      assert.ok(answers.length >= 3, "markup, style and script");
      assert.ok(total <= MOST_BYTES, `${name}: ${total} bytes`);
    });
  }
});

test("a whole sign-in with the keyboard alone", async () => {
  const number = mainland();
  await visit(async (visitor) => {
    const { keyboard } = visitor.page;
    await visitor.demo.open();
    await visitor.tabTo(visitor.demo.signInButton);
    await keyboard.press("Enter");
    await visitor.phone.shown();
    await visitor.tabTo(visitor.phone.country);
    await keyboard.press("Enter");
    await keyboard.type("hong");
    await keyboard.press("Enter");
    await visitor.phone.countryIs(/\+852$/);
    await keyboard.press("Shift+Tab");
    await keyboard.press("Enter");
    await keyboard.press("Escape");
    await visitor.phone.countryIs(/\+852$/);
    await keyboard.press("Enter");
    await keyboard.type("86");
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowUp");
    await keyboard.press("Enter");
    await visitor.phone.countryIs(/\+86$/);
    await visitor.tabTo(visitor.phone.field);
    await keyboard.type(number.national);
    await keyboard.press("Enter");
    await visitor.code.shown();
    const focused = visitor.code.field.and(visitor.page.locator(":focus"));
    await focused.waitFor();
    const code = await harness.code(number.full);
    await keyboard.type(wrong(code));
    await keyboard.press("Enter");
    await visitor.code.says("error-verification-code-code-mismatch");
    await focused.waitFor();
    await keyboard.press("Control+A");
    await keyboard.type(code);
    await keyboard.press("Enter");
    await visitor.demo.signedIn();
    await visitor.tabTo(visitor.demo.signOutButton);
    await keyboard.press("Enter");
    await visitor.demo.signedOut();
  });
});

test("the pages speak Chinese to somebody who reads Chinese, and the language can be changed", async () => {
  const number = mainland();
  await visit({ language: "zh-CN" }, async (visitor) => {
    await visitor.askFor(number);
    const main = await visitor.page.getByRole("main").innerText();
    assert.match(main, /验证码/);
    const code = await harness.code(number.full);
    await visitor.code.enter(wrong(code));
    await visitor.code.says("error-verification-code-code-mismatch");
    await visitor.code.enter(code);
    await visitor.demo.signedIn();
  });
  await visit({ language: "zh-CN" }, async (visitor) => {
    await visitor.begin();
    await visitor.page.getByRole("link", { name: "English" }).click();
    await visitor.page.getByRole("button", { name: "Get code", exact: true }).waitFor();
  });
});

test("ui_locales of the application wins over the browser", async () => {
  const { url } = await authorization(await discover(harness, "spa-client"), { ui_locales: "fr en" });
  await visit({ language: "zh-CN" }, async (visitor) => {
    await visitor.page.goto(url.href);
    await visitor.page.getByRole("button", { name: "Get code", exact: true }).waitFor();
  });
});

test("the code field is one field that phones fill by themselves", async () => {
  await visit(async (visitor) => {
    await visitor.askFor(mainland());
    const attributes = await visitor.code.field.evaluate((input) => ({
      type: input.type, mode: input.inputMode, complete: input.autocomplete, count: document.querySelectorAll("form input:not([type=hidden])").length,
    }));
    assert.deepEqual(attributes, { type: "text", mode: "numeric", complete: "one-time-code", count: 1 });
  });
});

test("the wait until another message is announced once, not every second", async () => {
  await visit({ clock: true }, async (visitor) => {
    const { page } = visitor;
    await visitor.begin();
    // from here on no time passes but what the test lets pass
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 30_000);
    await visitor.phone.ask(mainland().national);
    await visitor.code.shown();
    await visitor.countAnnouncements();
    await page.clock.runFor(50_000);
    assert.deepEqual(await visitor.announcements(), []);
    await page.clock.runFor(11_000);
    assert.deepEqual(await visitor.announcements(), [visitor.words.text("resend-ready")], "its end is");
  });
});

test("a search in the country list says how many are left, once the person stops typing", async () => {
  for (const [language, typed, found, one] of [["en", "ch", /^\d+ countries/, "hong kong"], ["zh-CN", "8", /^有 \d+ 个/, "香港"]]) {
    await visit({ clock: true, language }, async (visitor) => {
      const { page, words, phone } = visitor;
      await visitor.begin();
      await phone.country.click();
      await phone.countrySearch.waitFor();
      await visitor.countAnnouncements();
      // from here on no time passes but what the test lets pass, however busy the machine is
      await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 30_000);
      const search = async (text) => {
        await phone.countrySearch.fill("");
        for (const letter of text) {
          await page.keyboard.type(letter);
          await page.clock.runFor(300);
        }
        assert.equal((await visitor.announcements()).length, said, `nothing while typing ${text}`);
        await page.clock.runFor(1000);
        said += 1;
        return (await visitor.announcements()).at(-1);
      };
      let said = 0;
      const several = await search(typed);
      assert.match(several, found);
      assert.match(several, words.match("country-matches", { count: await page.getByRole("option").count() }));
      assert.match(await search(one), language === "en" ? /^1 country or region matches/ : /^有 1 个/);
      assert.equal(await search("zzzz"), words.text("country-none"));
      await page.keyboard.press("Backspace");
      await page.keyboard.press("Escape");
      await page.clock.runFor(2000);
      assert.equal((await visitor.announcements()).length, said, "a closed list says nothing");
    });
  }
});

test("an answer that refuses something says so in the title of the tab", async () => {
  for (const [language, start] of [["en", /^Error: /], ["zh-CN", /^错误：/]]) {
    await visit({ language }, async (visitor) => {
      await visitor.begin();
      assert.doesNotMatch(await visitor.page.title(), start);
      await visitor.phone.ask("12345");
      await visitor.phone.says("error-user-invalid-phone");
      assert.match(await visitor.page.title(), start);
      await visitor.phone.ask(mainland().national);
      await visitor.code.shown();
      assert.doesNotMatch(await visitor.page.title(), start);
    });
  }
});

test("a link that opens a tab is heard with that", async () => {
  for (const [language, words] of [["en", "(opens in a new tab)"], ["zh-CN", "（在新标签页打开）"]]) {
    await visit({ language }, async (visitor) => {
      await visitor.begin();
      const links = visitor.page.locator("a[target=_blank]");
      assert.ok((await links.count()) > 0, "the demo has its inbox");
      assert.equal(await visitor.page.getByRole("link", { name: words }).count(), await links.count());
    });
  }
});

test("a code that expires on an open page makes another one the main button", async () => {
  await visit({ clock: true }, async (visitor) => {
    const { page, words, code } = visitor;
    await visitor.askFor(mainland());
    await code.submit.and(page.locator(".primary")).waitFor();
    await page.clock.runFor(301_000);
    await page.getByText(words.text("code-gone")).first().waitFor();
    await page.getByRole("button", { name: words.text("resend-new"), exact: true }).and(page.locator(".primary")).waitFor();
    assert.equal(await code.submit.and(page.locator(".primary")).count(), 0, "one main button");
  });
});

test("tips open by themselves when nothing arrives", async () => {
  await visit({ clock: true }, async (visitor) => {
    await visitor.askFor(mainland());
    const tip = visitor.page.getByText(visitor.words.text("tips-folder"));
    assert.equal(await tip.isVisible(), false);
    await visitor.page.clock.runFor(21_000);
    await tip.waitFor();
  });
});
