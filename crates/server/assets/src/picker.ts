// The country picker: the page's select, shown as a searchable list box (WAI-ARIA combobox pattern).
import { type Country, matches, search } from "./countries";
import { find } from "./dom";

/** Milliseconds without a key until the number of matches is said. */
const SAY_AFTER = 700;

/** What the phone field needs of the picker. */
export interface Picker {
  readonly countries: readonly Country[];
  chosen(): string;
  choose(region: string): void;
}

/** Turns the select into a list box; undefined when only one country is allowed. */
export function countryPicker(form: HTMLFormElement, phone: HTMLInputElement): Picker | undefined {
  const select = find(form, "#country", HTMLSelectElement);
  const button = find(form, ".picker-button", HTMLButtonElement);
  if (!select || !button) return undefined;
  const countries = [...select.options].map(read);
  const choose = (region: string): void => {
    select.value = region;
    const country = countries.find((one) => one.region === region);
    if (country) show(button, country);
  };
  form.classList.add("enhanced");
  choose(select.value);
  const anchor = button.closest(".picker") ?? form;
  let close: (() => void) | undefined;
  button.addEventListener("click", () => {
    if (close) return close();
    close = openPanel(anchor, button, countries, select.value, (region, next) => {
      close = undefined;
      if (region !== undefined) choose(region);
      if (next === "button") (region === undefined ? button : phone).focus();
    });
  });
  return { countries, chosen: () => select.value, choose };
}

function read(option: HTMLOptionElement): Country {
  const { code = "", name = "", also = "" } = option.dataset;
  return { region: option.value, code, name, also };
}

function show(button: HTMLButtonElement, country: Country): void {
  const [mark, code] = button.querySelectorAll("span");
  if (mark) mark.textContent = country.region;
  if (code) code.textContent = `+${country.code}`;
  const label = button.dataset["label"] ?? "";
  button.setAttribute("aria-label", label.replace("{name}", country.name).replace("{code}", country.code));
}

type Done = (region: string | undefined, focus: "button" | "elsewhere") => void;

/** Opens the list below the anchor; returns what closes it. */
function openPanel(
  anchor: Element,
  button: HTMLButtonElement,
  countries: readonly Country[],
  chosen: string,
  done: Done,
): () => void {
  const panel = element("div", { class: "picker-panel", role: "dialog", "aria-label": button.dataset["title"] ?? "" });
  const box = element("div", { class: "picker-search" });
  const input = element("input", {
    class: "input", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", enterkeyhint: "done",
    "aria-expanded": "true", "aria-controls": "countries", "aria-autocomplete": "list",
    "aria-label": button.dataset["search"] ?? "", placeholder: button.dataset["search"] ?? "",
  });
  const list = element("ul", { class: "picker-list", role: "listbox", id: "countries", "aria-label": button.dataset["title"] ?? "" });
  const none = element("p", { class: "picker-none" });
  const live = element("p", { class: "unseen", role: "status", "aria-live": "polite" });
  box.append(input);
  panel.append(box, list, none, live);
  let found: Country[] = [];
  let active = 0;
  let pause = 0;

  const point = (to: number): void => {
    active = Math.max(0, Math.min(found.length - 1, to));
    [...list.children].forEach((row, place) => row.classList.toggle("active", place === active));
    const row = list.children[active];
    if (row) {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const draw = (): void => {
    found = search(countries, input.value);
    list.replaceChildren(...found.map((country) => row(country, country.region === chosen)));
    list.hidden = found.length === 0;
    none.hidden = found.length > 0;
    none.textContent = found.length > 0 ? "" : (button.dataset["none"] ?? "");
    point(input.value === "" ? found.findIndex((country) => country.region === chosen) : 0);
  };
  // Once the person stops typing; at every key it would talk over the letters.
  const say = (): void => {
    clearTimeout(pause);
    pause = window.setTimeout(() => {
      live.textContent = matches(found.length, button.dataset);
    }, SAY_AFTER);
  };
  const finish: Done = (region, focus) => {
    clearTimeout(pause);
    document.removeEventListener("pointerdown", outside);
    panel.remove();
    button.setAttribute("aria-expanded", "false");
    done(region, focus);
  };
  const outside = (event: Event): void => {
    if (event.target instanceof Node && !panel.contains(event.target) && !button.contains(event.target)) finish(undefined, "elsewhere");
  };

  input.addEventListener("input", () => {
    draw();
    say();
  });
  panel.addEventListener("keydown", (event) => {
    const moves: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + 6, PageUp: active - 6 };
    const to = moves[event.key];
    if (to !== undefined) point(to);
    else if (event.key === "Enter") finish(found[active]?.region, "button");
    else if (event.key === "Escape") finish(undefined, "button");
    else if (event.key === "Tab") return finish(undefined, "button");
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const hit = event.target instanceof Element ? event.target.closest("li") : null;
    if (hit) finish(hit.dataset["region"], "button");
  });
  document.addEventListener("pointerdown", outside);
  button.setAttribute("aria-expanded", "true");
  anchor.append(panel);
  draw();
  panel.scrollIntoView({ block: "nearest" });
  input.focus();
  return () => finish(undefined, "button");
}

function row(country: Country, isChosen: boolean): HTMLElement {
  const item = element("li", { role: "option", id: `country-${country.region}`, "aria-selected": String(isChosen), "data-region": country.region });
  const mark = element("span", { class: "region", "aria-hidden": "true" });
  mark.textContent = country.region;
  const name = element("span", {});
  name.textContent = country.name;
  const code = element("span", {});
  code.textContent = `+${country.code}`;
  item.append(mark, name, code);
  return item;
}

function element<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, string>): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
}
