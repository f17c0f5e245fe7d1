// A web-hook from the console's side and from the receiver's: made, told, down, up again, told again, deleted.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { isAccessible } from "../lib/accessible.mjs";
import { enter, link, press, proven } from "../lib/console.mjs";
import { eventually } from "../lib/eventually.mjs";
import { ask } from "../lib/management.mjs";
import { mainland } from "../lib/numbers.mjs";
import { openStage } from "../lib/stage.mjs";

const { harness, administer, visit } = await openStage();

/** A program on this machine that keeps what it hears. */
class Receiver {
  heard = [];
  status = 200;

  async listen() {
    this.server = createServer(async (request, response) => {
      const parts = [];
      for await (const part of request) parts.push(part);
      this.heard.push({ headers: request.headers, body: Buffer.concat(parts).toString() });
      response.writeHead(this.status).end("what the shop says");
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}/hooks`;
    after(() => {
      this.server.close();
      this.server.closeAllConnections();
    });
    return this;
  }

  /** Waits until so much was heard of an event; gives the last of it. */
  hears(event, count = 1) {
    return eventually(`${count} times ${event}`, () => {
      const all = this.heard.filter(({ body }) => JSON.parse(body).event === event);
      return all.length >= count && all.at(-1);
    });
  }

  /** Waits until so much was heard in all. */
  async hearsInAll(count) {
    await eventually(`${count} requests in all`, () => this.heard.length >= count);
  }
}

/** Makes a hook in the console; its signing key. */
async function makes(admin, name, url, events) {
  const { page } = admin;
  await page.goto(`${harness.haoma}/console/hooks`);
  await link(admin, "console-hook-add").click();
  await page.locator("#name").fill(name);
  await page.locator("#url").fill(url);
  for (const event of events) await page.locator(`[name='events'][value='${event}']`).check();
  await page.locator("#headers").fill("X-Shop: corner\nAuthorization: Bearer of-the-corner-shop");
  await page.locator("#retries").fill("0");
  await page.locator("#allowPrivateAddresses").check();
  await press(admin, "console-hook-create");
  await proven(admin);
  return page.locator(".code-block code").innerText();
}

test("an administrator makes a web-hook, tries it out, and is told of a sign-in at 360 px, also after the receiver was down", async () => {
  const receiver = await new Receiver().listen();
  await administer({ width: 360, height: 740 }, async (admin) => {
    const { page, words } = admin;
    const key = await makes(admin, "Corner Shop", receiver.url, ["PostRegister", "User.Created"]);
    assert.equal(key.length, 32);
    await isAccessible(page);
    await press(admin, "console-hook-test-go");
    await page.locator("main .notice.good").filter({ hasText: words.text("console-hook-test-good") }).waitFor();
    const sample = await receiver.hears("PostRegister");
    assert.equal(await page.getByText(key).count(), 0, "the key was shown once");
    assert.equal(sample.headers["x-shop"], "corner");

    await visit({}, (person) => person.signInWith(mainland()));
    const told = await receiver.hears("PostRegister", 2);
    assert.equal(told.headers["logto-signature-sha-256"], createHmac("sha256", key).update(told.body).digest("hex"));
    assert.match(JSON.parse(told.body).user.primaryPhone, /^86\d{11}$/);

    receiver.status = 503;
    await visit({}, (person) => person.signInWith(mainland()));
    await receiver.hears("PostRegister", 3);
    for (const minutes of [2, 7, 40, 160, 480, 1300]) {
      const before = receiver.heard.length;
      await harness.advance(minutes * 60_000);
      // an answer that is noted after the clock was moved is repeated that much later
      await eventually("two more tries", async () => {
        if (receiver.heard.length >= before + 2) return true;
        await harness.advance(20 * 60_000);
        return false;
      });
    }
    receiver.status = 200;
    // a day later the administrator has to sign in again
    const here = page.url().replace(/\/test$/, "");
    await admin.context.clearCookies();
    await enter(admin, await harness.link("a-day-later"));
    await page.goto(here);
    await page.locator(".tabs").getByRole("link", { name: words.text("console-hook-deliveries"), exact: true }).click();
    await eventually("both are noted as failed", async () => {
      await page.reload();
      return (await page.locator(".badge.bad").count()) === 2;
    });
    await isAccessible(page);
    const failed = receiver.heard.length;
    await page.locator(".confirm > summary").first().click();
    await press(admin, "console-hook-replay-all-go");
    await page.locator(".notice.good").filter({ hasText: words.text("console-hook-replaying") }).waitFor();
    await receiver.hearsInAll(failed + 2);
    await eventually("no delivery that failed", async () => {
      await page.reload();
      return (await page.locator(".badge.bad").count()) === 0;
    });
    await page.getByRole("main").getByRole("table").getByRole("link").first().click();
    await press(admin, "console-hook-replay");
    await receiver.hearsInAll(failed + 3);
    const ids = receiver.heard.slice(-3).map(({ headers }) => headers["idempotency-key"]);
    assert.equal(new Set(ids).size, 2, "what is sent again is recognised");

    await page.locator("a.back").click();
    await page.locator(".tabs").getByRole("link").first().click();
    await page.locator(".confirm > summary").last().click();
    await press(admin, "console-hook-delete-go");
    await page.locator(".notice.good").filter({ hasText: words.text("console-hook-deleted") }).waitFor();
    assert.deepEqual(await ask(harness, "GET", "hooks"), []);
  });
});

test("a web-hook is made with the keyboard alone and without JavaScript, and every mistake is told at its place", async () => {
  await administer({ javaScript: false, language: "zh-CN" }, async (admin) => {
    const { page } = admin;
    const { keyboard } = page;
    await page.goto(`${harness.haoma}/console/hooks/new`);
    await admin.tabTo(page.locator("#url"));
    await keyboard.type("https://192.168.1.1/");
    await keyboard.press("Enter");
    for (const id of ["name-error", "url-error", "events-error"]) await page.locator(`#${id}`).waitFor();
    await admin.tabTo(page.locator("#name"));
    await keyboard.type("Shop");
    await page.locator("#url").fill("https://shop.example.com/");
    await admin.tabTo(page.locator("#event-postsignin"));
    await keyboard.press("Space");
    await admin.tabTo(page.locator("#retries"));
    await keyboard.press("Enter");
    await page.locator(".code-block").waitFor();
  });
});
