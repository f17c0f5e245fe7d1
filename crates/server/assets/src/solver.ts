// The worker behind the task: the first number such that the SHA-256 of "challenge.number" begins with so many zero bits.
import { leadingZeros, sha256 } from "./sha256";

/** Tries between two words to the page. */
const BATCH = 20_000;

/** The first solution from a number on, among so many. */
export function search(challenge: string, difficulty: number, from: number, count: number): number | undefined {
  for (let n = from; n < from + count; n++) {
    if (leadingZeros(sha256(`${challenge}.${n}`)) >= difficulty) return n;
  }
  return undefined;
}

/** Answers the page until the task is solved. */
export function solveForPage(): void {
  self.onmessage = (event: MessageEvent<{ challenge: string; difficulty: number }>) => {
    const { challenge, difficulty } = event.data;
    for (let tried = 0; ; tried += BATCH) {
      const found = search(challenge, difficulty, tried, BATCH);
      self.postMessage({ tried: tried + BATCH, found });
      if (found !== undefined) return;
    }
  };
}
