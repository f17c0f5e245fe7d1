// The product as somebody tries it: `haoma demo`, with nothing of the harness around it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { within } from "./eventually.mjs";

/** The lines that say where the demo application, the inbox and the console are. */
const ADDRESSES = { haoma: /^ *Demo application +(http:\S+)$/, simulator: /^ *SMS inbox +(http:\S+)$/, console: /^ *Console +(http:\S+)/ };

/** Why there is nothing to start, if so. Where everything must be tested, that is an error instead. */
export function missing() {
  if (process.env.HAOMA_BIN) return false;
  if (process.env.CI) throw new Error("HAOMA_BIN is not set: it names the `haoma` binary");
  return "HAOMA_BIN is not set: build `haoma` and name the binary to run this";
}

/** Starts it on free ports and waits for what it announces; `log` are the lines it complains with. */
export async function startDemo(folder, { log = "warn" } = {}) {
  const binary = process.env.HAOMA_BIN;
  if (!existsSync(binary)) throw new Error(`${binary} is missing: cargo build --package haoma`);
  const child = spawn(binary, ["demo", "--data", folder, "--listen", "127.0.0.1:0", "--sim-listen", "127.0.0.1:0", "--log", log], { stdio: ["ignore", "pipe", "pipe"] });
  const complaints = [];
  child.stderr.on("data", (bytes) => complaints.push(bytes));
  const ended = once(child, "close");
  const found = await within(60, "the demo's addresses", announced(child.stdout), () => Buffer.concat(complaints));
  if (!found) throw new Error(`the demo ended with ${(await ended)[0]}: ${Buffer.concat(complaints)}`);
  return new Demo({ child, ended, complaints, ...found });
}

/** The origins that are announced, and the console's whole address, which may be a one-time link; nothing when the demo ends before. */
async function announced(stream) {
  const found = {};
  for await (const line of createInterface({ input: stream })) {
    for (const [name, pattern] of Object.entries(ADDRESSES)) {
      const address = pattern.exec(line)?.[1];
      if (address) found[name] = name === "console" ? address : new URL(address).origin;
    }
    if (Object.keys(found).length === Object.keys(ADDRESSES).length) return found;
  }
  return undefined;
}

class Demo {
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Ctrl-C; gives the exit code, or the name of the signal that killed it, and what it complained about. */
  async interrupt() {
    this.child.kill("SIGINT");
    const [code, signal] = await this.ended;
    return { status: code ?? signal, complaints: Buffer.concat(this.complaints).toString() };
  }

  /** Ends it whatever it does, if it still runs. */
  async kill() {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}
