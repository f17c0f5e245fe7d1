// The script of the page with a captcha: loads the provider's script, opens its box by our button, and sends what it hands over.
import { announce, find } from "./dom";

/** After so many milliseconds without a box the page offers to go on without one. */
const PATIENCE_MS = 15_000;

/** What Aliyun's script is told. */
interface Options {
  readonly SceneId: string;
  readonly mode: "popup";
  readonly element: string;
  readonly button: string;
  readonly language: string;
  readonly success: (handedOver: string) => void;
  readonly fail: () => void;
  readonly onError: () => void;
  readonly getInstance: () => void;
}

declare global {
  interface Window {
    AliyunCaptchaConfig?: { region: string; prefix: string };
    initAliyunCaptcha?: (options: Options) => void;
  }
}

function captchaPage(): void {
  const form = find(document, "form[data-form=captcha]", HTMLFormElement);
  const token = form && find(form, "input[name=captcha_token]", HTMLInputElement);
  const part = form && find(form, "[data-scripted]", HTMLElement);
  const button = form && find(form, "#captcha-open", HTMLButtonElement);
  const said = form && find(form, "#captcha-said", HTMLElement);
  const without = form && find(form, "[data-lost]", HTMLElement);
  if (!form || !token || !part || !button || !said || !without) return;
  const given = (name: string): string => form.dataset[name] ?? "";
  const tell = (text: string): void => {
    said.textContent = text;
    announce(text);
  };
  part.hidden = false;
  announce(said.textContent ?? "");

  let isOver = false;
  const offerOther = (): void => {
    without.hidden = false;
    announce(without.querySelector("p")?.textContent ?? "");
  };
  const lost = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(patience);
    const hadFocus = part.contains(document.activeElement);
    part.hidden = true;
    offerOther();
    if (hadFocus) without.querySelector("button")?.focus();
  };
  // a slow network may bring the box later all the same
  const patience = setTimeout(offerOther, PATIENCE_MS);
  const ready = (): void => {
    clearTimeout(patience);
    if (isOver) return;
    button.disabled = false;
    tell(given("ready"));
  };
  const success = (handedOver: string): void => {
    if (isOver) return;
    isOver = true;
    token.value = handedOver;
    tell(given("done"));
    button.disabled = true;
    form.requestSubmit ? form.requestSubmit() : form.submit();
  };
  const begin = (): void => {
    if (!window.initAliyunCaptcha) return lost();
    window.initAliyunCaptcha({
      SceneId: given("scene"),
      mode: "popup",
      element: "#captcha-place",
      button: "#captcha-open",
      language: given("language"),
      success,
      fail: () => tell(given("again")),
      onError: lost,
      getInstance: ready,
    });
  };

  window.AliyunCaptchaConfig = { region: given("region"), prefix: given("prefix") };
  const script = document.createElement("script");
  script.src = given("script");
  script.addEventListener("load", begin);
  script.addEventListener("error", lost);
  document.head.append(script);
}

captchaPage();
