// A foreign client: Authlib from PyPI, unchanged, as the guide's own program uses it.
import { after } from "node:test";
import { button, cookieBefore, example, link, openWebApplication } from "../lib/examples.mjs";
import { fiveSteps } from "../lib/five-steps.mjs";
import { startHarness } from "../lib/harness.mjs";
import { PYTHON } from "../lib/python.mjs";

const harness = await startHarness();
const application = await openWebApplication(harness, {
  run: (port) => ({ command: PYTHON, given: ["-m", "flask", "run", "--port", String(port)], cwd: example("authlib") }),
  ready: /Running on/,
  routes: { signIn: link("/sign-in"), signOut: button("/sign-out") },
});
after(async () => {
  await application.close();
  await harness.stop();
});

fiveSteps("Authlib", harness, () => application);
cookieBefore("Authlib", harness, application, { path: "/sign-in", name: "session" });
