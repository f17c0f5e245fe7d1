// The set-up of a connector: Enter in the number sends the test message, which is told while it happens; its receipt is asked for by
// itself; fields that depend on others come and go.
import { find } from "./dom";

/** Milliseconds before each question for the receipt. */
const PAUSES = [3000, 4000, 6000, 9000, 13000, 20000];

/** Wires up the form, if the page has it. */
export function connectorWizard(): void {
  const form = find(document, "form[data-wizard]", HTMLFormElement);
  if (!form) return;
  dependent(form);
  const report = find(form, "#report", HTMLElement);
  const send = find(form, "[data-send]", HTMLButtonElement);
  if (!report || !send) return;
  find(form, "#trial_phone", HTMLInputElement)?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    send.click();
  });
  const receipt = asking(form, report);
  receipt.begin();
  let isPlain = false;
  form.addEventListener("submit", (event) => {
    receipt.stop();
    if (event.submitter !== send || isPlain) return;
    event.preventDefault();
    // the guard against a second press looks at this, too
    if (send.hasAttribute("aria-busy")) return;
    send.setAttribute("aria-busy", "true");
    void tell(form, report).then((isTold) => {
      send.removeAttribute("aria-busy");
      if (isTold) return receipt.begin();
      isPlain = true;
      form.requestSubmit(send);
    });
  }, { capture: true });
}

/** Sends the message and shows what happens as it happens; false when the page itself has to say why nothing was sent. */
async function tell(form: HTMLFormElement, report: HTMLElement): Promise<boolean> {
  const answer = await post(form, { action: "send", live: "yes" });
  if (answer && answer.status < 500 && !answer.headers.get("content-type")?.startsWith("text/event-stream")) return false;
  const reader = answer?.ok ? answer.body?.getReader() : undefined;
  if (!reader) return lost(report);
  settled(form);
  report.replaceChildren();
  report.scrollIntoView({ block: "nearest" });
  const text = new TextDecoder();
  let rest = "";
  let told = 0;
  for (;;) {
    const part = await reader.read().catch(() => undefined);
    if (!part) return lost(report);
    rest += text.decode(part.value, { stream: !part.done });
    const events = rest.split("\n\n");
    rest = events.pop() ?? "";
    events.forEach((event) => show(form, report, markup(event)));
    told += events.length;
    if (part.done) return told > 1 || lost(report);
  }
}

/** What was wrong before is not any more: the message is on its way. */
function settled(form: HTMLFormElement): void {
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  form.querySelectorAll(".error").forEach((error) => error.remove());
  document.querySelector("[data-summary]")?.remove();
}

/** What an event holds. */
function markup(event: string): Document {
  const lines = event.split("\n").map((line) => line.replace(/^data: ?/, ""));
  return new DOMParser().parseFromString(lines.join("\n"), "text/html");
}

/** The connection broke, which says nothing of the message. */
function lost(report: HTMLElement): true {
  const told = document.createElement("p");
  told.className = "notice warn";
  told.textContent = report.dataset["lost"] ?? "";
  report.append(told);
  return true;
}

/** Brings the report up to date: steps that say the same stay, so that readers hear only what is new. */
function show(form: HTMLFormElement, report: HTMLElement, page: Document): void {
  const told = find(page, ".report", HTMLElement);
  if (!told) return;
  const list = find(report, ".report", HTMLElement);
  if (list) {
    const steps = [...told.children];
    list.toggleAttribute("data-waits", told.hasAttribute("data-waits"));
    [...list.children].slice(steps.length).forEach((step) => step.remove());
    steps.forEach((step, place) => {
      const shown = list.children[place];
      if (!shown) list.append(document.adoptNode(step));
      else if (shown.textContent !== step.textContent) shown.replaceWith(document.adoptNode(step));
    });
  } else report.replaceChildren(document.adoptNode(told));
  const button = find(page, "[data-receipt]", HTMLElement)?.parentElement;
  find(report, "[data-receipt]", HTMLElement)?.parentElement?.remove();
  if (button) report.append(document.adoptNode(button));
  const sealed = find(page, "input[name=pending]", HTMLInputElement);
  const pending = find(form, "input[name=pending]", HTMLInputElement);
  if (sealed && pending) pending.value = sealed.value;
}

/** Asks for the receipt while it is awaited and somebody looks. */
function asking(form: HTMLFormElement, report: HTMLElement): { begin(): void; stop(): void } {
  let asked = 0;
  let pause: number | undefined;
  let isAsking = false;
  /** Counts the messages: an answer about one before is not shown. */
  let round = 0;
  const waits = (): boolean => find(report, "[data-waits]", HTMLElement) !== undefined;
  const soon = (): void => {
    const after = PAUSES[asked];
    if (pause !== undefined || isAsking || after === undefined || !waits() || document.hidden) return;
    pause = window.setTimeout(() => void ask(), after);
  };
  const stop = (): void => {
    clearTimeout(pause);
    pause = undefined;
    asked = PAUSES.length;
    round += 1;
  };
  const ask = async (): Promise<void> => {
    pause = undefined;
    // whoever looks elsewhere is asked for when they are back
    if (document.hidden) return;
    asked += 1;
    isAsking = true;
    const mine = round;
    const answer = await post(form, { action: "receipt" });
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text().catch(() => ""), "text/html") : undefined;
    isAsking = false;
    if (mine !== round) return soon();
    if (answer && !answer.ok && answer.status < 500) return stop();
    if (page) show(form, report, page);
    soon();
  };
  document.addEventListener("visibilitychange", soon);
  return {
    stop,
    begin: () => {
      asked = 0;
      soon();
    },
  };
}

/** The form as it is, with a button that nobody pressed; undefined when the server cannot be reached. */
function post(form: HTMLFormElement, more: Readonly<Record<string, string>>): Promise<Response | undefined> {
  const body = new URLSearchParams();
  new FormData(form).forEach((value, name) => typeof value === "string" && body.append(name, value));
  Object.entries(more).forEach(([name, value]) => body.append(name, value));
  return fetch(form.getAttribute("action") ?? "", { method: "POST", body }).catch(() => undefined);
}

/** Shows and hides the fields that depend on others, in their order: a hidden field holds nothing. */
function dependent(form: HTMLFormElement): void {
  const parts = [...form.querySelectorAll<HTMLElement>("[data-when]")];
  const judge = (): void => parts.forEach((part) => {
    const wanted = JSON.parse(part.dataset["when"] ?? "[]") as readonly (readonly [string, string])[];
    part.toggleAttribute("data-off", !wanted.every(([name, value]) => held(form, name) === value));
  });
  if (parts.length > 0) form.addEventListener("input", judge);
}

/** What a field holds, as text; undefined when it is hidden itself. */
function held(form: HTMLFormElement, name: string): string | undefined {
  const field = form.elements.namedItem(name);
  if (!(field instanceof HTMLElement) || field.closest("[data-off]")) return undefined;
  if (field instanceof HTMLInputElement && field.type === "checkbox") return String(field.checked);
  return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : undefined;
}
