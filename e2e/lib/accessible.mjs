// What every page must be: free of faults that axe knows, light and dark, and no wider than the window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
/** What looks at colours; the other rules find the same in the dark. */
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
/** The narrowest window that anybody has, and a desk. */
const WIDTHS = [320, 1280];

/** WCAG 2.2 AA as far as a program can tell, and no scrolling sideways in any window. The dark, which is
 *  the same in every language, can be left out. */
export async function isAccessible(page, { dark = true } = {}) {
  await page.emulateMedia({ colorScheme: "light" });
  await isFreeOf(page, WCAG, "light");
  if (dark) {
    await page.emulateMedia({ colorScheme: "dark" });
    await isFreeOf(page, COLOURS, "dark");
  }
  await fits(page);
}

async function isFreeOf(page, runOnly, colorScheme) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(async (rules) => {
    const options = { runOnly: rules, resultTypes: ["violations"], iframes: false };
    const { violations } = await globalThis.axe.run(document, options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }, runOnly);
  assert.deepEqual(found, [], `${colorScheme} ${page.url()}`);
}

/** No scrolling sideways, and nothing that reaches out of its panel. */
export async function fits(page) {
  const before = page.viewportSize();
  for (const width of [before.width, ...WIDTHS.filter((other) => other !== before.width)]) {
    if (width !== page.viewportSize().width) await page.setViewportSize({ ...before, width });
    const found = await page.evaluate(() => {
      const boxes = [document.documentElement, ...document.querySelectorAll("main, main .panel, main .confirm > form")];
      const wide = boxes.filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 1);
      return wide.map((box) => `${box.scrollWidth - box.clientWidth} px out of ${box.cloneNode().outerHTML}`);
    });
    assert.deepEqual(found, [], `at ${width} px: ${page.url()}`);
  }
  await page.setViewportSize(before);
}
