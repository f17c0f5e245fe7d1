// What every page must be: free of faults that axe knows, light and dark, and no wider than the window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { whole } from "./whole.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
/** What looks at colours, which takes most of the time; the other rules find the same in the dark. */
const COLOURS = ["color-contrast", "link-in-text-block"];
/** The narrowest window that anybody has, and a desk. */
const WIDTHS = [320, 1280];

/**
 * WCAG 2.2 AA as far as a program can tell, light and dark, and no scrolling sideways in any window. The colours, which are the
 * same in every language, can be left out.
 */
export async function isAccessible(page, { colours = true } = {}) {
  await whole(page);
  const without = Object.fromEntries(COLOURS.map((rule) => [rule, { enabled: false }]));
  await isFreeOf(page, { runOnly: WCAG, rules: without });
  for (const colorScheme of colours ? ["light", "dark"] : []) {
    await page.emulateMedia({ colorScheme });
    await isFreeOf(page, { runOnly: { type: "rule", values: COLOURS } }, colorScheme);
  }
  await fits(page);
}

async function isFreeOf(page, rules, colorScheme = "any colours") {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const found = await page.evaluate(async (given) => {
    const options = { ...given, resultTypes: ["violations"], iframes: false, preload: false };
    const { violations } = await globalThis.axe.run(document, options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }, rules);
  assert.deepEqual(found, [], `${colorScheme} ${page.url()}`);
}

/** No scrolling sideways, and nothing that reaches out of its panel. */
export async function fits(page) {
  await whole(page);
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
