// A foreign client: `@logto/browser` and the `@logto/client` under it from npm, unchanged, in Chromium, as the guide's own page
// uses them.
import { after } from "node:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { example, register } from "../lib/examples.mjs";
import { fiveSteps } from "../lib/five-steps.mjs";
import { freePort, startProgram } from "../lib/program.mjs";
import { openStage } from "../lib/stage.mjs";
import { Visitor } from "../lib/browser.mjs";

const { harness, browser } = await openStage();
const folder = await mkdtemp(join(tmpdir(), "haoma-spa-"));
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const { environment } = await register(harness, "SPA", base, { callback: `${base}/callback`, signedOut: `${base}/` });
const given = { cwd: example("spa"), environment: { ...environment, HAOMA_DIST: folder } };
await startProgram(process.execPath, ["build.mjs"], given).done();
const server = startProgram(process.execPath, ["serve.mjs"], given);
await server.says(/ready at/);
const visitor = await Visitor.open(browser, harness, { clock: true });
visitor.allowed.add(base);
// the SDK writes down what it is refused
visitor.expected = /^Logto requester error: \[status=40[01]\]/;
const { page } = visitor;
const press = (name) => page.getByRole("button", { name, exact: true }).click();
const shown = (name) => page.getByRole("button", { name, exact: true }).waitFor();
after(async () => {
  await visitor.close();
  await server.end();
  await rm(folder, { recursive: true });
});

fiveSteps("@logto/client in Chromium", harness, () => ({
  afterwards: `${base}/`,
  later: (milliseconds) => visitor.pass(milliseconds),
  signIn: async () => {
    await page.goto(base);
    await press("Sign in");
    await visitor.phone.shown();
  },
  callback: () => shown("Sign out"),
  person: async () => {
    await page.goto(base);
    await shown(/^Sign (in|out)$/);
    if (!(await page.getByRole("button", { name: "Sign out" }).isVisible())) return undefined;
    await press("Ask who I am");
    const answer = page.locator("#answer:not(:empty)");
    const gone = page.getByRole("button", { name: "Sign in", exact: true });
    await answer.or(gone).waitFor();
    return (await gone.isVisible()) ? undefined : JSON.parse(await answer.innerText());
  },
  signOut: async () => {
    await press("Sign out");
    // the SDK sends no id_token_hint, so Haoma asks the person
    await visitor.message.confirmSignOut();
    await shown("Sign in");
  },
  browser: {
    walk: async (_url, number) => {
      await visitor.phone.ask(number.national);
      await visitor.code.shown();
      await visitor.code.enter(await harness.code(number.full));
    },
    leave: () => page.url(),
  },
}));
