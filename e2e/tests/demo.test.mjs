// The first five minutes with the product: `haoma demo` as it is shipped, a browser, and a second start.
import { test } from "node:test";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBrowser, Visitor } from "../lib/browser.mjs";
import { missing, startDemo } from "../lib/demo.mjs";
import { mainland } from "../lib/numbers.mjs";

test("the demo lets a new number in, and the same account after signing out and after a restart", { skip: missing(), timeout: 180_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "haoma-demo-"));
  const browser = await startBrowser();
  let demo;
  t.after(async () => {
    await browser.close();
    await demo?.kill();
    await rm(folder, { recursive: true });
  });
  const number = mainland();

  demo = await startDemo(folder);
  const visitor = await Visitor.open(browser, demo);
  await visitor.askFor(number);
  const code = await readInSecondTab(visitor, number, 1);
  // Signing in again takes another message, which this number gets when the countdown is over.
  await visitor.code.mayAskAgain();
  await visitor.code.enter(code);
  const registered = await visitor.demo.claims();
  assert.equal(registered.phone_number, number.plus);
  assert.equal(registered.phone_number_verified, "true");

  await visitor.demo.signOut();
  await visitor.demo.signedOut();
  await visitor.askFor(number);
  await visitor.code.enter(await readInSecondTab(visitor, number, 2));
  assert.equal(await visitor.demo.subject(), registered.sub, "the same number is the same account");
  await endsWell(demo);

  demo = await startDemo(folder);
  visitor.moveTo(demo);
  await visitor.demo.open();
  await visitor.demo.signInAgain();
  const { sub, iss } = await visitor.demo.claims();
  assert.equal(sub, registered.sub, "the account and its session outlive a restart");
  assert.equal(iss, `${demo.haoma}/oidc`, "and it is the new server that says so");
  await visitor.close();
  await endsWell(demo);
});

async function endsWell(demo) {
  assert.deepEqual(await demo.interrupt(), { status: 0, complaints: "" });
}

/** The code in the inbox, when this number has received so many messages. */
async function readInSecondTab(visitor, number, count) {
  const application = visitor.page;
  const tab = await visitor.context.newPage();
  visitor.use(tab);
  await visitor.inbox.open();
  const code = await visitor.inbox.newestCode(number, count);
  await tab.close();
  visitor.use(application);
  return code;
}
