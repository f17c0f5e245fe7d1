// Leads somebody through the rooms of the console: a Haoma that was used for a week, an empty one, and an owner in each. And, for whoever
// asks for it, through one with a captcha.
import assert from "node:assert/strict";
import { startHarness } from "./harness.mjs";
import { Visitor } from "./browser.mjs";
import { enter, owner } from "./console.mjs";
import { mainland } from "./numbers.mjs";
import { seed } from "./seed.mjs";

/** Starts both. */
export async function openTour(browser) {
  const [used, empty] = await Promise.all([startHarness(), startHarness({ empty: true })]);
  const ids = await seed(used);
  return new Tour(browser, { used: new World(used, ids), empty: new World(empty, {}) });
}

/** One Haoma, and what the ways to its rooms need. */
class World {
  #named = 0;
  #owner;

  constructor(harness, ids) {
    Object.assign(this, { harness, ids, number: mainland });
  }

  /** A name nobody has. */
  name(word) {
    this.#named += 1;
    return `${word}-${this.#named}`;
  }

  /** An owner without a browser. */
  async owner() {
    return owner(this.harness, this.name("owner"));
  }

  /** An address, with the ids that stand in it by name. */
  address(path) {
    return this.harness.haoma + path.replaceAll(/\{(\w+)\}/g, (_whole, name) => this.ids[name]);
  }
}

class Tour {
  #owners = new Map();

  constructor(browser, worlds) {
    Object.assign(this, { browser, worlds });
  }

  /** Lets somebody go to a room and look; whoever is signed in stays so for the next. */
  async lead(room, options, story) {
    const world = await this.#world(room.where ?? "used");
    const isOwner = room.who === "owner";
    const visitor = isOwner ? await this.#ownerOf(world, options) : await Visitor.open(this.browser, world.harness, options);
    try {
      if (room.path) {
        const answer = await visitor.page.goto(world.address(room.path));
        assert.equal(answer.status(), room.status ?? 200, room.path);
      }
      await room.then?.(visitor, { harness: world.harness, number: world.number, name: (word) => world.name(word), owner: () => world.owner() });
      await story(visitor);
    } finally {
      if (!isOwner) await visitor.close();
    }
  }

  /** Ends everything; whatever the guards of the visitors noticed fails the test. */
  async close() {
    const worlds = Object.values(this.worlds);
    try {
      for (const visitor of this.#owners.values()) await visitor.close();
    } finally {
      await Promise.all(worlds.map(({ harness }) => harness.stop()));
    }
  }

  async #world(name) {
    if (name === "captcha") this.worlds.captcha ??= new World(await startHarness({ captcha: true }), {});
    return this.worlds[name];
  }

  async #ownerOf(world, options) {
    const key = `${world.harness.haoma} ${options.language}`;
    if (!this.#owners.has(key)) {
      const visitor = await Visitor.open(this.browser, world.harness, options);
      await enter(visitor, await world.harness.link(world.name("owner")));
      this.#owners.set(key, visitor);
    }
    return this.#owners.get(key);
  }
}
