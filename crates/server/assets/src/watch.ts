// The script of a page that shows what goes on: its pieces are fetched again every few seconds, while somebody can see them and until they say stop.
import { announce, answeredAt, find, PIECE } from "./dom";

/** Milliseconds between two looks. */
const EVERY = 5_000;
/** The same where answers take long: so many times as long as the last one, for a server that is busy. */
const TIMES = 10;
/** Milliseconds that an answer may take. */
const PATIENCE = 10_000;

/** How it stands; each is a sentence of the page's. */
type State = "fresh" | "paused" | "late" | "over";

/** Watches, where the page wants it; before other scripts change anything of it. */
function watchedPage(): void {
  const bar = find(document, "[data-watch]", HTMLElement);
  const said = bar && find(bar, "[data-fresh]", HTMLElement);
  const button = bar && find(bar, "button", HTMLButtonElement);
  if (!bar || !said || !button) return;
  new Watch(said, button).begin();
  bar.hidden = false;
}

class Watch {
  private state: State = "fresh";
  private asOf = new Date(answeredAt());
  private timer = 0;
  private pause = EVERY;
  private isLooking = false;
  /** The pieces as they came from the server, by name. */
  private readonly drawn = new Map<string, string>();
  /** Alarms that the page showed or that were said. */
  private known = alarms(document);

  constructor(
    private readonly said: HTMLElement,
    private readonly button: HTMLButtonElement,
  ) {}

  begin(): void {
    for (const piece of pieces(document)) this.drawn.set(name(piece), piece.outerHTML);
    this.button.addEventListener("click", () => this.pauseOrGoOn());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.look();
      else clearTimeout(this.timer);
    });
    this.stands("fresh");
  }

  private pauseOrGoOn(): void {
    const isPaused = this.state === "paused";
    this.button.textContent = (isPaused ? this.button.dataset["pause"] : this.button.dataset["go"]) ?? "";
    this.stands(isPaused ? "fresh" : "paused");
    if (isPaused) void this.look();
  }

  /** Says how it stands, and comes back if it is to. Readers hear of new alarms, and when nobody looks any more. */
  private stands(state: State): void {
    const hasStopped = state !== this.state && (state === "late" || state === "over");
    this.state = state;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" }).format(this.asOf);
    this.said.textContent = (this.said.dataset[state] ?? "").replace("{time}", time);
    if (hasStopped) announce(this.said.textContent);
    if (state === "over" && document.activeElement === this.button) {
      this.said.tabIndex = -1;
      this.said.focus();
    }
    this.button.hidden = state === "over";
    clearTimeout(this.timer);
    if (this.isOn()) this.timer = window.setTimeout(() => void this.look(), this.pause);
  }

  private isOn(): boolean {
    return this.state !== "paused" && this.state !== "over" && document.visibilityState === "visible";
  }

  private async look(): Promise<void> {
    if (this.isLooking || !this.isOn()) return;
    this.isLooking = true;
    const since = performance.now();
    const found = await fetched();
    // a machine that slept meanwhile is no busy server
    this.pause = Math.max(EVERY, TIMES * Math.min(PATIENCE, performance.now() - since));
    this.isLooking = false;
    // whoever said stop meanwhile reads what is there
    if (this.state === "paused") return;
    if (typeof found === "string") return this.stands(found);
    this.asOf = new Date();
    this.renew(found);
    this.tell(found);
    this.stands("fresh");
  }

  private renew(found: Document): void {
    for (const old of pieces(document)) {
      const fresh = pieces(found).find((piece) => name(piece) === name(old));
      if (!fresh || this.drawn.get(name(old)) === fresh.outerHTML || isInUse(old)) continue;
      this.drawn.set(name(old), fresh.outerHTML);
      const piece = document.adoptNode(fresh);
      old.replaceWith(piece);
      piece.dispatchEvent(new Event(PIECE, { bubbles: true }));
    }
  }

  /** Says the alarms that were not on at the last look. */
  private tell(found: Document): void {
    const on = alarms(found);
    const added = [...on].filter(([alarm]) => !this.known.has(alarm));
    this.known = on;
    if (added.length > 0) announce(added.map(([, text]) => text).join(" "));
  }
}

/** The page as it is now, or how it stands without it. It says that nobody asked for it, so that a page left open keeps no session alive. */
async function fetched(): Promise<Document | State> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(location.href, {
      headers: { "x-haoma-watching": "1" },
      redirect: "manual",
      cache: "no-store",
      signal: patience.signal,
    });
    // the way to the sign-in page
    if (answer.type === "opaqueredirect") return "over";
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : "late";
  } catch {
    return "late";
  } finally {
    clearTimeout(timer);
  }
}

function pieces(page: Document): HTMLElement[] {
  return [...page.querySelectorAll<HTMLElement>("[data-piece]")];
}

function name(piece: HTMLElement): string {
  return piece.dataset["piece"] ?? "";
}

/** The alarms of a page by their names, with what they say. */
function alarms(page: Document): Map<string, string> {
  const list = page.querySelector<HTMLElement>("[data-alarms]");
  const names = (list?.dataset["alarms"] ?? "").split(" ").filter((one) => one !== "");
  const texts = [...(list?.querySelectorAll("li") ?? [])].map((line) => line.textContent ?? "");
  return new Map(names.map((one, n) => [one, texts[n] ?? ""]));
}

/** Whether somebody has their hands on it: the focus, the mouse, something unfolded or marked. It is renewed when they let go. */
function isInUse(piece: HTMLElement): boolean {
  const marked = getSelection();
  const isMarked = marked !== null && !marked.isCollapsed && marked.containsNode(piece, true);
  const isOpen = piece.querySelector("details[open]") !== null;
  return isOpen || isMarked || piece.contains(document.activeElement) || piece.matches(":active");
}

watchedPage();
