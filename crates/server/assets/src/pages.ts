// The script of the hosted pages. Every page works without it; it adds comfort.
import { addressFields } from "./addresses";
import { codePage } from "./code-form";
import { consolePage, consolePiece } from "./console";
import { answeredAt, find, freeOnReturn, holdWhileSending, leadTo, PIECE } from "./dom";
import { experiencePage } from "./experience";
import { phonePage } from "./phone-form";
import { clockTime } from "./times";
import { connectorWizard } from "./wizard";

/** Waits as clock times: "in 12 minutes" becomes "at 15:42". */
function waits(): void {
  document.querySelectorAll<HTMLElement>("[data-until]").forEach((said) => {
    const now = new Date();
    const at = new Date(answeredAt() + Number(said.dataset["until"]));
    if (Number(said.dataset["until"]) < 90_000) return;
    said.textContent = (said.dataset["text"] ?? "").replace("{time}", clockTime(at, now, document.documentElement.lang));
  });
}

/** Seconds since 1970 as a date on the person's clock. */
function moments(piece: ParentNode): void {
  piece.querySelectorAll<HTMLElement>("[data-epoch]").forEach((said) => {
    const at = new Date(Number(said.dataset["epoch"]) * 1000);
    const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });
    said.title = said.textContent ?? "";
    said.textContent = format.format(at);
  });
}

/** The first field that is wrong gets the focus; a page that answered a form is reloaded as a plain visit. */
function afterAnswer(): void {
  leadTo(find(document, "[aria-invalid=true]", HTMLElement));
  if (document.querySelector("[role=alert]")) history.replaceState(null, "", location.href);
}

/** What a page gets whole, and a piece that came later than it. */
function wire(piece: ParentNode): void {
  moments(piece);
  piece.querySelectorAll<HTMLFormElement>("form[data-form=once]").forEach(holdWhileSending);
}

document.addEventListener(PIECE, ({ target }) => {
  if (!(target instanceof Element)) return;
  consolePiece(target);
  wire(target);
});
freeOnReturn();
afterAnswer();
phonePage();
codePage();
consolePage();
addressFields();
connectorWizard();
experiencePage();
waits();
find(document, "form[data-form=go]", HTMLFormElement)?.submit();
wire(document);
