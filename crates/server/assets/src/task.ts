// The script of the page on which this device solves a small task: a worker looks for it, the page tells how far it is and sends the form.
import { announce, find } from "./dom";
import { solveForPage } from "./solver";

/** Wires the page up. The worker runs this same script, which the browser has already. */
function taskPage(): void {
  const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : undefined;
  const form = find(document, "form[data-form=task]", HTMLFormElement);
  const solution = form && find(form, "input[name=solution]", HTMLInputElement);
  const part = form && find(form, "[data-scripted]", HTMLElement);
  const bar = form && find(form, "progress", HTMLProgressElement);
  if (!form || !solution || !part || !bar || !script) return;
  part.hidden = false;
  const said = find(part, "#task-said", HTMLElement);
  const tell = (text: string): void => {
    if (said) said.textContent = text;
    announce(text);
  };
  announce(said?.textContent ?? "");
  const difficulty = Number(form.dataset["difficulty"]);
  const worker = start(script);
  if (!worker) return tell(form.dataset["failed"] ?? "");
  let isHalf = false;
  worker.onmessage = (event: MessageEvent<Found>) => {
    const { tried, found } = event.data;
    // half of all tasks are done by the mean of tries, and none is ever more than nearly done before it is
    bar.value = found === undefined ? 100 * (1 - Math.exp(-tried / 2 ** difficulty)) : 100;
    if (!isHalf && bar.value > 50) {
      isHalf = true;
      if (found === undefined) tell(form.dataset["half"] ?? "");
    }
    if (found === undefined) return;
    worker.terminate();
    solution.value = String(found);
    tell(form.dataset["done"] ?? "");
    form.requestSubmit ? form.requestSubmit() : form.submit();
  };
  worker.onerror = () => tell(form.dataset["failed"] ?? "");
  worker.postMessage({ challenge: form.dataset["challenge"] ?? "", difficulty });
}

function start(script: string): Worker | undefined {
  try {
    return new Worker(script);
  } catch {
    return undefined;
  }
}

/** What the worker says: after every batch how many it tried, and at the end what it found. */
interface Found {
  readonly tried: number;
  readonly found?: number;
}

// the worker has no document
if (typeof document === "undefined") solveForPage();
else taskPage();
