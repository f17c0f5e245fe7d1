// What the pages say, from the product's own locale files: a better sentence breaks no test, a missing one does.
import { readFileSync } from "node:fs";

const LOCALES = new URL("../../crates/server/locales/", import.meta.url);
const FORMS = /^\s*\*?\[\w+\]\s*(.+)$/;

/** The texts of one language, by key. */
export class Words {
  #texts = new Map();

  constructor(language) {
    this.language = language;
    let key;
    for (const line of readFileSync(new URL(`${language}.ftl`, LOCALES), "utf8").split("\n")) {
      const start = /^([a-z][\w-]*)\s*=\s*(.*)$/.exec(line);
      if (start) {
        key = start[1];
        this.#texts.set(key, start[2] ? [start[2]] : []);
      } else if (FORMS.test(line) && key) {
        this.#texts.get(key).push(FORMS.exec(line)[1]);
      }
    }
  }

  /** A text without variables, exactly. */
  text(key) {
    const [only] = this.#forms(key);
    if (only.includes("{")) throw new Error(`${key} has variables: use match()`);
    return only;
  }

  /** A text with its variables filled in by anything, or by what is given. */
  match(key, given = {}) {
    const forms = this.#forms(key).map((form) =>
      form.split(/(\{\s*\$\w+\s*\})/).map((part) => piece(part, given)).join(""),
    );
    return new RegExp(forms.join("|"));
  }

  #forms(key) {
    const forms = this.#texts.get(key);
    if (!forms?.length) throw new Error(`${this.language}.ftl has no ${key}`);
    return forms;
  }
}

// Isolating marks may stand around a variable.
const piece = (part, given) => {
  const name = /^\{\s*\$(\w+)\s*\}$/.exec(part)?.[1];
  if (!name) return quote(part);
  return name in given ? `[\\u2066-\\u2069]*${quote(String(given[name]))}[\\u2066-\\u2069]*` : ".+";
};
const quote = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
