// The product as an operator starts it: `haoma serve` on an empty folder, and the simulated SMS service beside it.
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, startProgram } from "./program.mjs";

/** Starts both; `console` is the one-time link for the first administrator, `text` gives everything the server logged. */
export async function startServer(folder, { log = "info", more = "" } = {}) {
  const [port, simulatorPort] = [await freePort(), await freePort()];
  const file = join(folder, "haoma.toml");
  const key = randomBytes(32).toString("hex");
  await writeFile(file, `listen = "127.0.0.1:${port}"\nserver_key = "${key}"\n[database]\nurl = "sqlite:${join(folder, "haoma.db")}"\n[log]\nfilter = "${log}"\n${more}`);
  const simulator = start(["sim", "--listen", `127.0.0.1:${simulatorPort}`]);
  const server = start(["serve", "--config", file]);
  await simulator.says(/http:\S+/);
  const [link] = await server.says(/http:\S+\/console\/welcome\/\S+/);
  await server.says(/ ready /);
  return {
    haoma: `http://127.0.0.1:${port}`,
    simulator: `http://127.0.0.1:${simulatorPort}`,
    console: link,
    text: server.text,
    end: () => Promise.all([server.end("SIGINT"), simulator.end("SIGINT")]),
  };
}

const start = (parts) => startProgram(process.env.HAOMA_BIN, parts);
