// Somebody who has a keyboard and nothing else: Tab to a control, then what one types there.
import assert from "node:assert/strict";

/** More options than any list of ours has. */
const MOST_OPTIONS = 300;

/** The hands of a visitor. */
export class Keyboard {
  constructor(visitor) {
    this.visitor = visitor;
  }

  get #keys() {
    return this.visitor.page.keyboard;
  }

  /** Types into whatever has the focus, which a page may give a moment after it came. */
  async type(text) {
    await this.visitor.page.locator(":focus").waitFor();
    await this.#keys.type(text);
  }

  /** Sends what has the focus. */
  async enter() {
    await this.#keys.press("Enter");
  }

  /** Goes to a button, a link or something folded, and presses it. */
  async press(locator) {
    await this.visitor.tabTo(locator);
    await this.enter();
  }

  /** Goes to a field and writes over what it holds. */
  async write(locator, text) {
    await this.visitor.tabTo(locator);
    await this.#keys.press("Control+A");
    await this.type(text);
  }

  /** Goes to a box or a switch and turns it. */
  async turn(locator) {
    await this.visitor.tabTo(locator);
    await this.#keys.press("Space");
  }

  /** Goes to a list and moves down to an option. */
  async choose(locator, pattern) {
    await this.visitor.tabTo(locator);
    for (let presses = 0; presses < MOST_OPTIONS; presses += 1) {
      if (pattern.test(await locator.evaluate((list) => list.selectedOptions[0]?.text ?? ""))) return;
      await this.#keys.press("ArrowDown");
    }
    assert.fail(`no option ${pattern} in ${locator}`);
  }
}
