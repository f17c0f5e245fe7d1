// Every page of the console, in both languages, light and dark: accessible, narrow enough, nothing blocked or foreign.
import { after, test } from "node:test";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { isAccessible } from "../lib/accessible.mjs";
import { startBrowser } from "../lib/browser.mjs";
import { ROOMS } from "../lib/rooms.mjs";
import { openTour } from "../lib/tour.mjs";

/** Every route of the console, as a test of the server keeps them. */
const ROUTES = new URL("../../crates/server/tests/it/console_routes.txt", import.meta.url);
/** Shown for every address that nothing stands at, which is no route of that list. */
const NOWHERE = "/console/{*rest}";

const browser = await startBrowser();
const tour = await openTour(browser);
after(() => browser.close());

test("every page of the console is a room", () => {
  const lines = readFileSync(ROUTES, "utf8").split("\n");
  const routes = lines.map((line) => /^GET (\S+):/.exec(line)?.[1]).filter(Boolean);
  assert.ok(routes.length > 25, "the list was read");
  assert.deepEqual(Object.keys(ROOMS).sort(), [...routes, NOWHERE].sort());
});

for (const [language, width] of [["en", 1280], ["zh-CN", 320]]) {
  for (const [route, rooms] of Object.entries(ROOMS)) {
    test(`${route} in ${language} is accessible (WCAG 2.2 AA) and fits 320 px`, async (t) => {
      for (const [name, room] of Object.entries(rooms)) {
        await t.test(name, () => tour.lead(room, { language, width, height: 800 }, async ({ page }) => {
          assert.equal(await page.locator("html").getAttribute("lang"), language);
          await isAccessible(page, { dark: language === "en" });
        }));
      }
    });
  }
}

test("nothing was blocked, nothing failed, and nobody else was asked", () => tour.close());
