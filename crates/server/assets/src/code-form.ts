// The code page: paste, autofill, WebOTP, submit when complete, countdown, tips.
import { findCode, onlyCode } from "./digits";
import { announce, answeredAt, find, holdWhileSending } from "./dom";
import { countdown, secondsLeft } from "./times";

interface OtpCredential extends Credential {
  readonly code: string;
}

/** Wires the page up, if it is the code page. */
export function codePage(): void {
  const form = find(document, "form[data-form=code]", HTMLFormElement);
  const input = find(document, "#code", HTMLInputElement);
  if (!form || !input) return;
  // not what somebody typed before this script came
  if (input.value !== "" && input.value === form.dataset["refused"]) input.select();
  fill(form, input);
  holdWhileSending(form);
  void webOtp(form, input);
  life();
  resend();
  tips();
}

/** Typing waits for the button; a code that arrives in one piece goes off by itself, once, and never when it was refused before. */
function fill(form: HTMLFormElement, input: HTMLInputElement): void {
  const refused = form.dataset["refused"] ?? "";
  let before = input.value;
  let sent = "";
  input.addEventListener("input", (event) => {
    const kept = onlyCode(input.value);
    if (kept !== input.value) input.value = kept;
    const typed = kept.length - before.length === 1 || isKeystroke(event);
    const arrived = kept.length === 6 && kept !== before && !typed;
    before = kept;
    if (arrived) submitOnce(kept);
  });
  input.addEventListener("paste", (event) => {
    const code = findCode(event.clipboardData?.getData("text") ?? "");
    if (code === undefined) return;
    event.preventDefault();
    input.value = code;
    before = code;
    submitOnce(code);
  });
  form.addEventListener("submit", (event) => {
    if (input.value.length === 6 && input.value === refused) {
      event.preventDefault();
      input.focus();
      input.select();
      const said = document.querySelector("#code-error span");
      if (said?.textContent) announce(said.textContent);
    }
  });
  const submitOnce = (code: string): void => {
    if (code === refused || code === sent) return;
    sent = code;
    form.requestSubmit();
  };
}

/** One key, or a deletion, as opposed to text that arrives in one piece. */
function isKeystroke(event: Event): boolean {
  if (!(event instanceof InputEvent)) return false;
  return event.data?.length === 1 || event.inputType.startsWith("delete");
}

/** Reads the code from an SMS that ends in "@domain #code", where the browser can. */
async function webOtp(form: HTMLFormElement, input: HTMLInputElement): Promise<void> {
  if (!("OTPCredential" in window)) return;
  const stop = new AbortController();
  form.addEventListener("submit", () => stop.abort());
  const options = { otp: { transport: ["sms"] }, signal: stop.signal } as CredentialRequestOptions;
  try {
    const found = (await navigator.credentials.get(options)) as OtpCredential | null;
    if (!found?.code) return;
    input.value = onlyCode(found.code);
    form.requestSubmit();
  } catch {
    // Refused, timed out or aborted: the person types the code.
  }
}

/** Says so when the code stops working: then another one is the way on, as on a page that is drawn later. */
function life(): void {
  const said = find(document, "#code-life", HTMLElement);
  const millis = Number(said?.dataset["life"] ?? 0);
  if (!said || millis <= 0) return;
  const end = answeredAt() + millis;
  const timer = setInterval(() => {
    if (secondsLeft(end, Date.now()) > 0) return;
    clearInterval(timer);
    const text = said.dataset["gone"] ?? "";
    said.textContent = text;
    announce(text);
    document.querySelector("form[data-form=code] button")?.classList.remove("primary");
    const form = find(document, "form[data-form=resend]", HTMLFormElement);
    const button = form && find(form, "button", HTMLButtonElement);
    if (!form || !button) return;
    button.classList.replace("plain", "primary");
    button.classList.add("wide");
    form.dataset["label"] = form.dataset["again"] ?? "";
    if (!button.disabled) button.textContent = form.dataset["label"];
  }, 1000);
}

/** Counts down on the button; readers hear the wait once and its end once. */
function resend(): void {
  const form = find(document, "form[data-form=resend]", HTMLFormElement);
  const button = form && find(form, "button", HTMLButtonElement);
  if (!form || !button) return;
  holdWhileSending(form);
  const wait = Number(form.dataset["wait"] ?? 0);
  if (wait <= 0) return;
  form.dataset["label"] = button.textContent ?? "";
  const said = form.querySelector("[data-wait-said]");
  announce(said?.textContent ?? "");
  said?.remove();
  button.disabled = true;
  const end = answeredAt() + wait * 1000;
  const tick = (): boolean => {
    const left = secondsLeft(end, Date.now());
    button.disabled = left > 0;
    button.textContent =
      left > 0 ? (form.dataset["waitText"] ?? "").replace("{time}", countdown(left)) : (form.dataset["label"] ?? "");
    return left === 0;
  };
  tick();
  const timer = setInterval(() => {
    if (!tick()) return;
    clearInterval(timer);
    announce(form.dataset["ready"] ?? "");
  }, 1000);
}

/** After a while without a code, what to do is shown without being asked for. */
function tips(): void {
  const details = find(document, "[data-tips]", HTMLDetailsElement);
  if (!details) return;
  setTimeout(() => {
    details.open = true;
  }, Number(details.dataset["tips"]) * 1000);
}
