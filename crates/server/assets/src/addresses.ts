// Addresses of an application: the server judges them while they are typed, with the rules it will save them by.

/** Milliseconds without a key until the server is asked. */
const PAUSE = 400;
/** What is typed, and the rule for it. */
const RULES = { redirect_uris: "redirect", post_logout_uris: "redirect", origins: "origin" };

/** Wires up the fields that are there. */
export function addressFields(): void {
  for (const [id, rule] of Object.entries(RULES)) {
    const field = document.getElementById(id);
    if (field instanceof HTMLTextAreaElement) checking(field, rule);
  }
}

function checking(field: HTMLTextAreaElement, rule: string): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void check(field, rule), PAUSE);
  });
}

/** Asks, and says what came of it unless something else was typed meanwhile; without an answer the form tells when it is sent. */
async function check(field: HTMLTextAreaElement, rule: string): Promise<void> {
  const text = field.value;
  try {
    const body = new URLSearchParams({ rule, text });
    const answer = await fetch("/console/applications/check", { method: "POST", body });
    if (!answer.ok || answer.redirected || field.value !== text) return;
    const { problem } = (await answer.json()) as { problem: string | null };
    say(field, problem ?? "");
  } catch {
    return;
  }
}

/** Beside the field, where the server would draw it. */
function say(field: HTMLTextAreaElement, problem: string): void {
  const id = `${field.id}-error`;
  let line = document.getElementById(id);
  if (!line) {
    line = document.createElement("p");
    line.id = id;
    line.setAttribute("role", "alert");
    field.after(line);
  }
  line.className = problem ? "error" : "";
  const words = document.createElement("span");
  words.textContent = problem;
  line.replaceChildren(words);
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  field.setAttribute("aria-describedby", (problem ? [id, ...others] : others).join(" "));
  if (problem) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
