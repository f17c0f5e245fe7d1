// Waits for what other programs do, and says what did not happen when that takes too long.
import assert from "node:assert/strict";

/** Milliseconds between two looks. */
const PAUSE = 50;

/** Looks again and again until there is something to give; fails after so many seconds. */
export async function eventually(what, look, seconds = 60) {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    assert.ok(performance.now() < end, `waited ${seconds} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

/** The same for something that is under way already; `details` tells what is known of it by then. */
export async function within(seconds, what, promise, details = () => "") {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${seconds} s in vain: ${what} ${details()}`)), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
