// The product as an operator starts it: `haoma serve` on an empty folder, and the simulated SMS service beside it.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

/** Starts both; `console` is the one-time link for the first administrator, `lines` is everything the server logs. */
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
    lines: server.lines,
    end: () => Promise.all([server.end(), simulator.end()]),
  };
}

function start(parts) {
  const child = spawn(process.env.HAOMA_BIN, parts, { stdio: ["ignore", "pipe", "pipe"] });
  const lines = [];
  const ended = once(child, "close");
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes) => lines.push(bytes.toString()));
  const says = async (pattern) => {
    for (;;) {
      const found = pattern.exec(lines.join(""));
      if (found) return found;
      if (child.exitCode !== null) throw new Error(`haoma ${parts[0]} ended with ${child.exitCode}: ${lines.join("")}`);
      await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), ended]);
    }
  };
  const end = async () => {
    child.kill("SIGINT");
    await ended;
  };
  return { says, end, lines };
}

/** A port that nobody listens on, a moment ago at least. */
async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
