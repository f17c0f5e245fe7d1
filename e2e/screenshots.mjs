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
await mkdir(folder, { recursive: true });
const [harness, browser] = await Promise.all([startHarness(), startBrowser()]);
let failures = 0;
try {
  for (const [name, arrive] of Object.entries(SCENES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const language of ["en", "zh-CN"]) {
      for (const colorScheme of ["light", "dark"]) {
        for (const [width, height] of [[360, 780], [1280, 800]]) {
          const file = `${name.replaceAll(" ", "-")}.${language}.${colorScheme}.${width}.png`;
          await photograph(join(folder, file), arrive, { language, colorScheme, width, height });
        }
      }
    }
  }
} finally {
  await browser.close();
  await harness.stop();
}
process.exitCode = failures > 0 ? 1 : 0;

async function photograph(path, arrive, options) {
  const visitor = await Visitor.open(browser, harness, options);
  try {
    await arrive(visitor, { harness, browser });
    await visitor.page.screenshot({ path, animations: "disabled" });
    console.log(path);
  } catch (error) {
    failures += 1;
    console.error(`${path}: ${error.message}`);
    await visitor.page.screenshot({ path: path.replace(/\.png$/, ".failed.png") });
  } finally {
    await visitor.context.close();
  }
}
