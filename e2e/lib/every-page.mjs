// Every page of the console in one language: accessible, narrow enough, nothing blocked or foreign. A test file for each language.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isAccessible } from "./accessible.mjs";
import { startBrowser } from "./browser.mjs";
import { ROOMS } from "./rooms.mjs";
import { openTour } from "./tour.mjs";

/** Every route of the console, as a test of the server keeps them. */
const ROUTES = new URL("../../crates/server/tests/it/console_routes.txt", import.meta.url);
/** Shown for every address that nothing stands at, which is no route of that list. */
const NOWHERE = "/console/{*rest}";

/** Fails where a route of the console has no room. */
export function everyRouteIsARoom() {
  const lines = readFileSync(ROUTES, "utf8").split("\n");
  const routes = lines.map((line) => /^GET (\S+):/.exec(line)?.[1]).filter(Boolean);
  assert.ok(routes.length > 25, "the list was read");
  assert.deepEqual(Object.keys(ROOMS).sort(), [...routes, NOWHERE].sort());
}

/** Registers the tests. */
export async function everyPage(language, width) {
  const browser = await startBrowser();
  const tour = await openTour(browser);
  after(() => browser.close());
  for (const [route, rooms] of Object.entries(ROOMS)) {
    test(`${route} in ${language} is accessible (WCAG 2.2 AA) and fits 320 px`, async (t) => {
      for (const [name, room] of Object.entries(rooms)) {
        await t.test(name, () => tour.lead(room, { language, width, height: 800 }, async ({ page }) => {
          assert.equal(await page.locator("html").getAttribute("lang"), language);
          await isAccessible(page, { colours: (room.colours ?? "en") === language });
        }));
      }
    });
  }
  test("nothing was blocked, nothing failed, and nobody else was asked", () => tour.close());
}
