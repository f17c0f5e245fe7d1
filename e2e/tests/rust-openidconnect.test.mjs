// A foreign client: the crate `openidconnect` from crates.io, unchanged, as the guide's own program uses it.
import { after } from "node:test";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { button, cookieBefore, example, link, openWebApplication } from "../lib/examples.mjs";
import { fiveSteps } from "../lib/five-steps.mjs";
import { startHarness, TARGET } from "../lib/harness.mjs";

// a package of its own, with dependencies of its own; what was built stays beside what else is built
const folder = `${TARGET}/examples`;
await promisify(execFile)("cargo", ["build", "--quiet", "--locked", "--target-dir", folder], { cwd: example("rust") });

const harness = await startHarness();
const application = await openWebApplication(harness, {
  run: () => ({ command: `${folder}/debug/haoma-example-rust`, given: [], cwd: example("rust") }),
  ready: /ready at/,
  routes: { signIn: link("/sign-in"), signOut: button("/sign-out") },
});
after(async () => {
  await application.close();
  await harness.stop();
});

fiveSteps("openidconnect (Rust)", harness, () => application);

cookieBefore("openidconnect (Rust)", harness, application, { path: "/sign-in", name: "session" });
