// What every page must be: free of faults that axe knows, light and dark, and no wider than the window.
import assert from "node:assert/strict";
import axe from "axe-core";

const WCAG = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] };
/** What looks at colours; the other rules find the same in the dark. */
const COLOURS = { type: "rule", values: ["color-contrast", "link-in-text-block"] };
/** The narrowest window that anybody has, and a desk. */
const WIDTHS = [320, 1280];

/** WCAG 2.2 AA as far as a program can tell, and no scrolling sideways in any window. */
export async function isAccessible(page) {
  await page.emulateMedia({ colorScheme: "light" });
  await isFreeOf(page, WCAG, "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await isFreeOf(page, COLOURS, "dark");
  await fits(page);
}

async function isFreeOf(page, runOnly, colorScheme) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (rules) => {
    const options = { runOnly: rules, resultTypes: ["violations"], iframes: false };
    const { violations } = await globalThis.axe.run(document, options);
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  }, runOnly);
  assert.deepEqual(found, [], `${colorScheme} ${page.url()}`);
}

/** No scrolling sideways. */
export async function fits(page) {
  const before = page.viewportSize();
  for (const width of new Set([...WIDTHS, before.width])) {
    await page.setViewportSize({ ...before, width });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px: ${page.url()}`);
  }
  await page.setViewportSize(before);
}
