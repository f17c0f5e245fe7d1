// The console as an administrator meets it, and an administrator who needs no browser.
import assert from "node:assert/strict";
import { Session } from "./headless.mjs";
import { whole } from "./whole.mjs";

/** The password of every administrator. */
export const PASSWORD = "seven green kettles";
/** How long a password counts for what is dangerous, and a little more. */
const STALE = 11 * 60_000;

/** Presses the button of this text. */
export function press(visitor, key) {
  return button(visitor, key).click();
}

/** The button of this text in the page's main part. */
export function button({ page, words }, key) {
  return page.getByRole("main").getByRole("button", { name: words.text(key), exact: true });
}

/** The link of this text in the page's main part. */
export function link({ page, words }, key) {
  return page.getByRole("main").getByRole("link", { name: words.text(key), exact: true });
}

/** Chooses a password at the end of a one-time link, and arrives in the console. */
export async function enter(visitor, oneTimeLink) {
  await visitor.page.goto(oneTimeLink);
  await visitor.page.locator("#password").fill(PASSWORD);
  await press(visitor, "console-welcome-go");
  await visitor.page.waitForURL(/\/console$/);
}

/** Comes back with name and password; whether the console opens then is another question. */
export async function signIn({ page, ...visitor }, name) {
  await page.locator("#name").fill(name);
  await page.locator("#password").fill(PASSWORD);
  await press({ page, ...visitor }, "console-sign-in");
}

/** Gives the password again, if the page asks for it before it does what was asked. */
export async function proven({ page, words }) {
  await whole(page);
  const asked = page.getByRole("heading", { name: words.text("console-prove-title"), exact: true });
  if ((await asked.count()) === 0) return;
  await page.locator("#current_password").fill(PASSWORD);
  await press({ page, words }, "console-continue");
}

/** Everybody has to give the password again for what is dangerous. */
export function letPasswordsGoStale(harness) {
  return harness.advance(STALE);
}

/** An owner without a browser. */
export async function owner(harness, name) {
  const session = new Session(harness);
  const { pathname } = new URL(await harness.link(name));
  const answer = await session.form(pathname, { password: PASSWORD });
  assert.equal(answer.headers.get("location"), "/console", await answer.text());
  return session;
}

/** The one-time link of a new administrator with a role, made by an owner. */
export async function invite(session, name, role) {
  const page = await (await session.form("/console/administrators", { name, role, current_password: PASSWORD })).text();
  return /http:[^<\s]+\/console\/welcome\/[^<\s]+/.exec(page)[0];
}
