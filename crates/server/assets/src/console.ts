// Comforts of the console: the menu of small screens, copying, taking back what was unfolded.
import { find, leadTo } from "./dom";

/** Wires up what the page has of it. */
export function consolePage(): void {
  menu();
  consolePiece(document);
  leadTo(find(document, "[data-summary]", HTMLElement));
}

/** Wires up what a piece of a page has of it. */
export function consolePiece(piece: ParentNode): void {
  piece.querySelectorAll<HTMLElement>("[data-copy]").forEach(copying);
  piece.querySelectorAll<HTMLButtonElement>("[data-close]").forEach(closing);
}

/** Opens and closes the navigation; Escape closes it and gives the focus back. */
function menu(): void {
  const button = find(document, "[data-menu]", HTMLButtonElement);
  if (!button) return;
  const isOpen = (): boolean => button.getAttribute("aria-expanded") === "true";
  const open = (yes: boolean): void => button.setAttribute("aria-expanded", String(yes));
  button.addEventListener("click", () => open(!isOpen()));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    open(false);
    button.focus();
  });
}

/** Shows the button and copies the code beside it. */
function copying(block: HTMLElement): void {
  const button = find(block, "button.copy", HTMLButtonElement);
  const code = find(block, "code", HTMLElement);
  const label = button && find(button, "span", HTMLElement);
  const said = find(block, "[role=status]", HTMLElement);
  if (!button || !code || !label || !said) return;
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", () => {
    void copy(code).then((done) => {
      if (!done) return;
      label.textContent = said.textContent = button.dataset["copied"] ?? "";
      setTimeout(() => {
        label.textContent = before;
        said.textContent = "";
      }, 2000);
    });
  });
}

/** Browsers without the clipboard (plain http to another machine) copy what is selected; it stays selected in any case. */
async function copy(code: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(code.textContent ?? "");
    return true;
  } catch {
    getSelection()?.selectAllChildren(code);
    return document.execCommand("copy");
  }
}

/** Folds a confirmation again. */
function closing(button: HTMLButtonElement): void {
  const details = button.closest("details");
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!details) return;
    details.open = false;
    details.querySelector("summary")?.focus();
  });
}
