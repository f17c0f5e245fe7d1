// The phone page: a number that names its country chooses it.
import { type Country, readInternational } from "./countries";
import { find, holdWhileSending } from "./dom";
import { countryPicker } from "./picker";

/** Wires the page up, if it is the phone page. */
export function phonePage(): void {
  const form = find(document, "form[data-form=phone]", HTMLFormElement);
  const input = find(document, "#phone", HTMLInputElement);
  if (!form || !input) return;
  holdWhileSending(form);
  const picker = countryPicker(form, input);
  const countries = picker?.countries ?? only(form);
  const chosen = (): string => picker?.chosen() ?? countries[0]?.region ?? "";
  const read = () => readInternational(input.value, countries, chosen());
  // While typing only the country follows; the text, and the caret in it, stay as they are.
  input.addEventListener("input", () => {
    const found = read();
    if (found && found.country.region !== chosen()) picker?.choose(found.country.region);
  });
  // Once typed or pasted, the code stands in one place only.
  const settle = (): void => {
    const found = read();
    if (!found || found.rest === "") return;
    picker?.choose(found.country.region);
    input.value = found.rest;
  };
  input.addEventListener("change", settle);
  input.addEventListener("paste", () => setTimeout(settle, 0));
}

/** The one country of a page without picker. */
function only(form: HTMLFormElement): Country[] {
  const region = find(form, "input[name=country]", HTMLInputElement)?.value;
  const code = find(form, "#prefix", HTMLElement)?.dataset["code"];
  return region && code ? [{ region, code, name: region, also: "" }] : [];
}
