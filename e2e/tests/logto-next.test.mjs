// A foreign client: `@logto/next` from npm, unchanged, in the guide's own Next.js application.
import { after } from "node:test";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { example, location, openWebApplication } from "../lib/examples.mjs";
import { fiveSteps } from "../lib/five-steps.mjs";
import { startHarness } from "../lib/harness.mjs";

const NEXT = example("node_modules/next/dist/bin/next");
const quiet = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
await promisify(execFile)(process.execPath, [NEXT, "build"], { cwd: example("next"), env: quiet });

const harness = await startHarness();

/** Presses the button of the page as a browser without script does. */
async function press(browser) {
  const page = await (await browser.request("/")).text();
  const body = new FormData();
  for (const [, name, value = ""] of page.matchAll(/<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?/g)) {
    body.append(name, value.replaceAll("&quot;", '"').replaceAll("&amp;", "&"));
  }
  const headers = { origin: browser.harness.haoma };
  return location(await browser.request("/", { method: "POST", headers, body }));
}

const application = await openWebApplication(harness, {
  run: (port) => ({ command: process.execPath, given: [NEXT, "start", "--hostname", "127.0.0.1", "--port", String(port)], cwd: example("next") }),
  ready: /Ready in/,
  signedOutPath: "",
  routes: { signIn: press, signOut: press },
});
after(async () => {
  await application.close();
  await harness.stop();
});

fiveSteps("@logto/next", harness, () => application);
