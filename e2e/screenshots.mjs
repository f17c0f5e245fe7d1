// Photographs every page: node screenshots.mjs OUTDIR [SCENE…]. In en and zh-CN, light and dark, phone and desktop.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startBrowser } from "./lib/browser.mjs";
import { ROOMS } from "./lib/rooms.mjs";
import { CAPTCHA_SCENES, SCENES } from "./lib/scenes.mjs";
import { openTour } from "./lib/tour.mjs";

/** What is below is not photographed. */
const TALLEST = 6000;

const everything = {
  ...Object.fromEntries(Object.entries(SCENES).map(([name, then]) => [name, { who: "nobody", then }])),
  ...Object.fromEntries(Object.entries(CAPTCHA_SCENES).map(([name, then]) => [name, { who: "nobody", where: "captcha", then }])),
  ...Object.assign({}, ...Object.values(ROOMS)),
};
const [, , folder, ...wanted] = process.argv;
if (!folder) {
  console.error("usage: node screenshots.mjs OUTDIR [SCENE…]");
  process.exit(2);
}
const unknown = wanted.filter((name) => !Object.hasOwn(everything, name));
if (unknown.length > 0) {
  console.error(`no scene is called ${unknown.map((name) => `"${name}"`).join(", ")}; there are:`);
  console.error(Object.keys(everything).map((name) => `  ${name}`).join("\n"));
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const browser = await startBrowser();
const tour = await openTour(browser);
let failures = 0;
try {
  for (const name of wanted.length > 0 ? wanted : Object.keys(everything)) {
    for (const language of ["en", "zh-CN"]) await photograph(name, language);
  }
  await tour.close();
} finally {
  await browser.close();
}
process.exitCode = failures > 0 ? 1 : 0;

/** One arrival, four photographs. */
async function photograph(name, language) {
  try {
    await tour.lead(everything[name], { language }, async ({ page }) => {
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const height = Math.min(TALLEST, await page.evaluate(() => document.documentElement.scrollHeight));
        for (const colorScheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme });
          const path = join(folder, `${name.replaceAll(" ", "-")}.${language}.${colorScheme}.${width}.png`);
          await page.screenshot({ path, animations: "disabled", fullPage: true, clip: { x: 0, y: 0, width, height: Math.max(height, 800) } });
        }
      }
    });
    console.log(`${name} (${language})`);
  } catch (error) {
    failures += 1;
    console.error(`${name} (${language}): ${error.message}`);
  }
}
