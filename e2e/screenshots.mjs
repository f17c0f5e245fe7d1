// Photographs every page: node screenshots.mjs OUTDIR [SCENE…]. In en and zh-CN, light and dark, phone and desktop.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startBrowser, Visitor } from "./lib/browser.mjs";
import { startHarness } from "./lib/harness.mjs";
import { SCENES } from "./lib/scenes.mjs";

const [, , folder, ...wanted] = process.argv;
if (!folder) {
  console.error("usage: node screenshots.mjs OUTDIR [SCENE…]");
  process.exit(2);
}
const unknown = wanted.filter((name) => !Object.hasOwn(SCENES, name));
if (unknown.length > 0) {
  console.error(`no scene is called ${unknown.map((name) => `"${name}"`).join(", ")}; there are:`);
  console.error(Object.keys(SCENES).map((name) => `  ${name}`).join("\n"));
  process.exit(1);
}
await mkdir(folder, { recursive: true });
const [harness, browser] = await Promise.all([startHarness(), startBrowser()]);
let failures = 0;
try {
  for (const [name, arrive] of Object.entries(SCENES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const language of ["en", "zh-CN"]) await photograph(name, arrive, language);
  }
} finally {
  await browser.close();
  await harness.stop();
}
process.exitCode = failures > 0 ? 1 : 0;

/** One arrival, four photographs. */
async function photograph(name, arrive, language) {
  const visitor = await Visitor.open(browser, harness, { language });
  const file = (rest) => join(folder, `${name.replaceAll(" ", "-")}.${language}.${rest}.png`);
  try {
    await arrive(visitor, { harness, browser });
    for (const [width, height] of [[360, 780], [1280, 800]]) {
      for (const colorScheme of ["light", "dark"]) {
        await visitor.page.setViewportSize({ width, height });
        await visitor.page.emulateMedia({ colorScheme });
        await visitor.page.screenshot({ path: file(`${colorScheme}.${width}`), animations: "disabled" });
      }
    }
    console.log(`${name} (${language})`);
  } catch (error) {
    failures += 1;
    console.error(`${name} (${language}): ${error.message}`);
    await visitor.page.screenshot({ path: file("failed") });
  } finally {
    await visitor.context.close();
  }
}
