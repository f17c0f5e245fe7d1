// A program beside the tests, such as the server of an application.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { within } from "./eventually.mjs";

/** Seconds in which a program has said what it is waited for. */
const PATIENCE = 120;

/** Starts a program; `says` waits for what it prints, `end` ends it. */
export function startProgram(command, given, { cwd, environment = {} } = {}) {
  const child = spawn(command, given, { cwd, stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...environment } });
  const lines = [];
  const text = () => lines.join("");
  const ended = once(child, "close");
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => lines.push(bytes.toString()));
  const said = async (pattern) => {
    for (;;) {
      const found = pattern.exec(text());
      if (found) return found;
      if (child.exitCode !== null || child.signalCode) throw new Error(`${command} ended with ${child.exitCode ?? child.signalCode}: ${text()}`);
      await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), ended]);
    }
  };
  const says = (pattern) => within(PATIENCE, `${command} says ${pattern}, and said`, said(pattern), text);
  const writes = (line) => child.stdin.write(`${line}\n`);
  /** What it printed, once it has ended by itself. */
  const done = async () => {
    child.stdin.end();
    const [code] = await ended;
    if (code !== 0) throw new Error(`${command} ended with ${code}: ${text()}`);
    return text();
  };
  const end = async (signal = "SIGTERM") => {
    child.kill(signal);
    await ended;
  };
  return { says, writes, done, end, text };
}

/** A port that nobody listens on, a moment ago at least. */
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
