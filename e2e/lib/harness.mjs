// A running Haoma with its simulator, started for one test file; every handle the tests have on it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { within } from "./eventually.mjs";

export const TARGET = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
const BINARY = process.env.HAOMA_E2E_BIN ?? `${TARGET}/debug/haoma-e2e`;

/** Starts the harness and waits for its line of addresses. */
export async function startHarness({ log = process.env.HAOMA_LOG ?? "warn", empty = false, captcha = false } = {}) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: cargo build --package haoma-e2e`);
  const child = spawn(BINARY, ["--log", log, ...(empty ? ["--empty"] : []), ...(captcha ? ["--captcha"] : [])], { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, RUST_BACKTRACE: "0" } });
  const output = { stdout: [], stderr: [] };
  child.stdout.on("data", (bytes) => output.stdout.push(bytes));
  child.stderr.on("data", (bytes) => output.stderr.push(bytes));
  const ended = once(child, "close");
  const first = Promise.race([firstLine(child.stdout), ended.then(() => undefined)]);
  const addresses = await within(60, "the harness's addresses", first, () => Buffer.concat(output.stderr));
  if (!addresses) throw new Error(`the harness ended: ${Buffer.concat(output.stderr)}`);
  const { haoma, simulator, control } = JSON.parse(addresses);
  const info = await (await fetch(`${control}/info`)).json();
  return new Harness({ child, ended, output, haoma, simulator, control, info, firstLine: addresses });
}

async function firstLine(stream) {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}

class Harness {
  #ahead = 0;

  constructor(parts) {
    Object.assign(this, parts);
  }

  /** An application of the run, by its id. */
  application(id) {
    return this.info.applications.find((application) => application.id === id);
  }

  /** Moves the clocks of Haoma and the simulator. */
  async advance(milliseconds) {
    await post(`${this.control}/clock`, { advance_ms: milliseconds });
    this.#ahead += milliseconds;
  }

  /** What time it is for Haoma. */
  now() {
    return Date.now() + this.#ahead;
  }

  /** A one-time link for an owner, as `haoma admin create NAME` prints it. */
  async link(name) {
    const answer = await post(`${this.control}/administrator`, { name });
    return (await answer.json()).link;
  }

  /** What a phone received, newest first; without a number, everything that was sent. */
  async messages(phone) {
    const query = phone ? `?phone=${phone}&limit=500` : "?limit=500";
    const answer = await fetch(`${this.simulator}/_sim/messages${query}`);
    return (await answer.json()).messages;
  }

  /** The code in the newest message to a phone. */
  async code(phone) {
    const [newest] = await this.messages(phone);
    if (!newest) throw new Error(`no message to ${phone}`);
    return JSON.parse(newest.templateParam).code;
  }

  /** How often the provider was called to send. */
  async sendCalls() {
    const answer = await fetch(`${this.simulator}/_sim/requests`);
    return (await answer.json()).byAction.SendSms ?? 0;
  }

  /** Lets something go wrong at the provider while `during` runs. */
  async withFault(fault, during) {
    await post(`${this.simulator}/_sim/faults`, { times: null, ...fault });
    try {
      return await during();
    } finally {
      await fetch(`${this.simulator}/_sim/faults`, { method: "DELETE" });
    }
  }

  /** Changes what the provider knows (keys, signatures, templates) while `during` runs. */
  async withSeed(change, during) {
    const before = await (await fetch(`${this.simulator}/_sim/seed`)).json();
    const changed = structuredClone(before);
    change(changed);
    await put(`${this.simulator}/_sim/seed`, changed);
    try {
      return await during();
    } finally {
      await put(`${this.simulator}/_sim/seed`, before);
    }
  }

  /** Nobody answers at the provider's address while `during` runs. */
  async withoutSimulator(during) {
    await post(`${this.control}/simulator/stop`);
    try {
      return await during();
    } finally {
      await post(`${this.control}/simulator/start`);
    }
  }

  /** Every byte the database holds. */
  async dump() {
    const answer = await fetch(`${this.control}/dump`);
    if (!answer.ok) throw new Error(await answer.text());
    return Buffer.from(await answer.arrayBuffer()).toString("latin1");
  }

  /** Every table with its rows, each an object of its columns. */
  async tables() {
    const answer = await fetch(`${this.control}/tables`);
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  /** Ends the run; gives what it wrote, without the line of addresses that the harness itself prints. */
  async stop() {
    this.child.stdin.end();
    const [code] = await this.ended;
    const stdout = Buffer.concat(this.output.stdout).toString().replace(`${this.firstLine}\n`, "");
    const stderr = Buffer.concat(this.output.stderr).toString();
    if (code !== 0) throw new Error(`the harness ended with ${code}: ${stderr.slice(-2000)}`);
    return stdout + stderr;
  }
}

const send = async (method, url, body) => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
  return answer;
};
const post = (url, body) => send("POST", url, body);
const put = (url, body) => send("PUT", url, body);
