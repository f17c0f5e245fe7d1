// The few ways in which the script touches a page.

/** Gives the focus to what the page has to say first, unless somebody began to type before the script came. */
export function leadTo(element: HTMLElement | undefined): void {
  const field = document.activeElement;
  const isText = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
  if (!isText || field.value === field.defaultValue) element?.focus();
}

/** The element that fits the selector and the type. */
export function find<T extends Element>(root: ParentNode, selector: string, type: new () => T): T | undefined {
  const found = root.querySelector(selector);
  return found instanceof type ? found : undefined;
}

/** Happens to a piece of a page that came later than the page: it wants what scripts add. */
export const PIECE = "haoma:piece";

/** When the page began to come, by `Date.now()`: what it says of time counts from there, however late its script is. */
export function answeredAt(): number {
  const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const [began, now] = [page?.responseStart ?? 0, performance.now()];
  // some browsers tell none, or one that cannot be: then it counts from here
  return Date.now() - (began > 0 && began < now ? now - began : 0);
}

/** Says something to screen readers, once. */
export function announce(text: string): void {
  const live = document.querySelector("[data-live]");
  if (live) live.textContent = text;
}

/** Marks a form as on its way, so that a second tap does nothing until the answer is there. */
export function holdWhileSending(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset["sending"]) {
      event.preventDefault();
      return;
    }
    form.dataset["sending"] = "yes";
    const button = event.submitter ?? form.querySelector("button[type=submit]");
    button?.setAttribute("aria-busy", "true");
  });
}

/** A page that comes back from the browser's memory is usable again. Once for the page: its forms come and go. */
export function freeOnReturn(): void {
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) {
      delete form.dataset["sending"];
      form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
    }
  });
}
