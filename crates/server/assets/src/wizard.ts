// The set-up of a connector: Enter in the number sends the test message, and its receipt is asked for by itself.
import { find } from "./dom";

/** Milliseconds between two questions, and how many are asked. */
const PAUSE = 3000;
const MOST = 10;

/** Wires up the form, if the page has it. */
export function connectorWizard(): void {
  const form = find(document, "form[data-wizard]", HTMLFormElement);
  if (!form) return;
  const phone = find(form, "#trial_phone", HTMLInputElement);
  const send = find(form, "[data-send]", HTMLButtonElement);
  phone?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    send?.click();
  });
  if (find(form, "[data-waits]", HTMLElement)) setTimeout(() => void ask(form, MOST), PAUSE);
}

/** Asks once, shows what came, and asks again while the receipt is not there. */
async function ask(form: HTMLFormElement, left: number): Promise<void> {
  const button = find(form, "[data-receipt]", HTMLButtonElement);
  if (left === 0 || !button || document.hidden) return;
  const body = new URLSearchParams();
  new FormData(form).forEach((value, name) => typeof value === "string" && body.append(name, value));
  body.append("action", "receipt");
  const answer = await fetch(form.getAttribute("action") ?? "", { method: "POST", body }).catch(() => undefined);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const told = find(page, ".report > li:last-child", HTMLElement);
  const shown = find(form, ".report > li:last-child", HTMLElement);
  if (!told || !shown) return;
  if (told.textContent !== shown.textContent) shown.replaceWith(document.adoptNode(told));
  if (find(page, "[data-waits]", HTMLElement)) setTimeout(() => void ask(form, left - 1), PAUSE);
  else button.hidden = true;
}
