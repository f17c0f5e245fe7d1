// The sign-in experience of the console: the preview follows what is typed, countries are searched, colours are picked.
import { judge } from "./contrast";
import { type Country, matches, search } from "./countries";
import { find } from "./dom";

/** Milliseconds without a key until the preview is drawn anew, and a colour is judged. */
const DRAW_AFTER = 500;

/** Wires up the form, where there is one. */
export function experiencePage(): void {
  const form = find(document, "form[data-experience]", HTMLFormElement);
  if (!form) return;
  preview(form);
  form.querySelectorAll<HTMLElement>("[data-colour]").forEach(colour);
  countries(form);
}

/** Draws the preview from the form, some time after the last change. */
function preview(form: HTMLFormElement): void {
  const button = find(form, "[data-preview]", HTMLButtonElement);
  const place = find(form, ".preview-frame", HTMLElement);
  if (!button || !place) return;
  let drawn = 0;
  let pause = 0;
  const draw = (): void => {
    drawn += 1;
    const { action } = form;
    form.action = button.formAction;
    form.target = nextFrame(place, `preview-${drawn}`);
    // unlike a press of the button this tells nobody that the form is on its way
    form.submit();
    form.action = action;
    form.target = "";
  };
  const soon = (): void => {
    clearTimeout(pause);
    pause = window.setTimeout(draw, DRAW_AFTER);
  };
  button.hidden = true;
  form.addEventListener("input", soon);
  form.addEventListener("submit", () => clearTimeout(pause));
  if ("draft" in form.dataset) draw();
}

/** A new frame of this name, which takes the place of the others when it is drawn: no flicker, and nothing to go back through. */
function nextFrame(place: HTMLElement, name: string): string {
  const before = find(place, "iframe", HTMLIFrameElement);
  const frame = document.createElement("iframe");
  frame.name = name;
  frame.title = before?.title ?? "";
  frame.className = "coming";
  place.append(frame);
  // only now: an empty frame is loaded as soon as it stands there
  frame.addEventListener("load", () => {
    while (frame.previousElementSibling) frame.previousElementSibling.remove();
    frame.className = "";
  });
  return name;
}

/** The browser's own way to pick a colour, beside the field. */
function colour(place: HTMLElement): void {
  const picker = find(place, "input[type=color]", HTMLInputElement);
  const line = find(place, "input:not([type=color])", HTMLInputElement);
  if (!picker || !line) return;
  const show = (): void => {
    if (/^#[0-9a-f]{6}$/i.test(line.value)) picker.value = line.value;
  };
  show();
  picker.hidden = false;
  const told = telling(place, line);
  line.addEventListener("input", () => {
    show();
    told();
  });
  picker.addEventListener("input", () => {
    line.value = picker.value;
    told();
  });
}

/** Says whether the colour can be read, some time after the last change: what the server says when it is saved. */
function telling(place: HTMLElement, line: HTMLInputElement): () => void {
  const said = find(place, "[role=status]", HTMLElement);
  const before = find(place, ".field .hint", HTMLElement);
  const { grounds = "", softness = "", towards = "" } = place.dataset;
  const { moved = "", readable = "" } = place.parentElement?.dataset ?? {};
  let pause = 0;
  const say = (): void => {
    const chosen = line.value.trim().toLowerCase();
    const verdict = judge(chosen, { grounds: grounds.split(" "), softness: Number(softness), towards });
    before?.remove();
    if (!said) return;
    const text = verdict?.used === chosen ? readable : moved;
    said.textContent = verdict ? text.replace("{chosen}", chosen).replace("{ratio}", verdict.ratio).replace("{used}", verdict.used) : "";
  };
  return () => {
    clearTimeout(pause);
    pause = window.setTimeout(say, DRAW_AFTER);
  };
}

/** Searches the list. */
function countries(form: HTMLFormElement): void {
  const list = find(form, "[data-countries]", HTMLElement);
  const more = list && find(list, "details", HTMLDetailsElement);
  const filter = find(form, "[data-filter]", HTMLElement);
  const input = filter && find(filter, "input", HTMLInputElement);
  const said = filter && find(filter, "[role=status]", HTMLElement);
  if (!list || !more || !filter || !input || !said) return;
  const rows = [...list.querySelectorAll("li")].flatMap((row) => read(row) ?? []);
  filter.hidden = false;
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    const found = search(rows.map(({ country }) => country), input.value);
    rows.forEach(({ row, country }) => (row.hidden = !found.includes(country)));
    more.open = input.value.trim() !== "";
    said.textContent = input.value.trim() === "" ? "" : matches(found.length, filter.dataset);
  });
  // Enter in a search box would send the form
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  offer(form, rows);
}

/** The list box of the country shown first has the countries that are ticked, and the one that is chosen in any case. */
function offer(form: HTMLFormElement, rows: readonly Row[]): void {
  const select = find(form, "select[name='phoneRegions.default']", HTMLSelectElement);
  if (!select) return;
  const fill = (): void => {
    const chosen = select.value;
    const offered = rows.filter(({ box, country }) => box.checked || country.region === chosen);
    select.replaceChildren(...offered.map(({ country, label }) => new Option(label, country.region, false, country.region === chosen)));
  };
  rows.forEach(({ box }) => box.addEventListener("change", fill));
}

/** A country of the list. */
interface Row {
  readonly row: HTMLElement;
  readonly box: HTMLInputElement;
  readonly label: string;
  readonly country: Country;
}

/** Reads `China +86`. */
function read(row: HTMLElement): Row | undefined {
  const box = find(row, "input", HTMLInputElement);
  const label = row.textContent?.trim() ?? "";
  const [, name = "", code = ""] = /^(.*) \+([0-9]+)$/.exec(label) ?? [];
  return box && { row, box, label, country: { region: box.value, code, name, also: row.dataset["also"] ?? "" } };
}
