// A foreign client: `@logto/express` from npm, unchanged, as the guide's own program uses it.
import { after } from "node:test";
import { cookieBefore, example, link, openWebApplication } from "../lib/examples.mjs";
import { fiveSteps } from "../lib/five-steps.mjs";
import { startHarness } from "../lib/harness.mjs";

const harness = await startHarness();
const application = await openWebApplication(harness, {
  run: () => ({ command: process.execPath, given: ["app.mjs"], cwd: example("express") }),
  ready: /ready at/,
  callbackPath: "/logto/sign-in-callback",
  signedOutPath: "",
  routes: { signIn: link("/logto/sign-in"), signOut: link("/logto/sign-out") },
});
after(async () => {
  await application.close();
  await harness.stop();
});

fiveSteps("@logto/express", harness, () => application);
cookieBefore("@logto/express", harness, application, { path: "/logto/sign-in", name: "connect.sid" });
