// One clock for Haoma and for a client: both go ahead together.
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A clock that agrees with Haoma's. */
export async function openClock(harness) {
  const folder = await mkdtemp(join(tmpdir(), "haoma-clock-"));
  const clock = new Clock(harness, folder);
  await clock.later(0);
  return clock;
}

class Clock {
  #ahead = 0;

  constructor(harness, folder) {
    Object.assign(this, { harness, folder, file: join(folder, "ahead") });
  }

  /** What a Node or Python program needs in its environment to have this clock. */
  get environment() {
    return { HAOMA_AHEAD: this.file, NODE_OPTIONS: `--import=${here("ahead.mjs")}`, PYTHONPATH: here("ahead") };
  }

  /** Gives this very process the clock. */
  async wear() {
    process.env.HAOMA_AHEAD = this.file;
    await import("./ahead.mjs");
  }

  /** Time passes for both. */
  async later(milliseconds) {
    this.#ahead += milliseconds;
    if (milliseconds > 0) await this.harness.advance(milliseconds);
    // renamed into its place, so that nobody reads half a number
    await writeFile(`${this.file}.new`, String(this.#ahead));
    await rename(`${this.file}.new`, this.file);
  }

  remove() {
    return rm(this.folder, { recursive: true });
  }
}
