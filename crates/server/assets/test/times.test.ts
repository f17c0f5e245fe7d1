import assert from "node:assert/strict";
import { test } from "node:test";
import { clockTime, countdown, secondsLeft } from "../src/times";

test("a countdown never goes below zero and never skips its last second", () => {
  assert.deepEqual([61_000, 60_001, 1, 0, -5].map((ms) => secondsLeft(ms, 0)), [61, 61, 1, 0, 0]);
  assert.deepEqual([58, 0, 65, 725].map(countdown), ["0:58", "0:00", "1:05", "12:05"]);
});

test("a time of another day says which day", () => {
  const now = new Date(2026, 10, 22, 9, 0);
  assert.equal(clockTime(new Date(2026, 10, 22, 15, 42), now, "en"), "15:42");
  assert.match(clockTime(new Date(2026, 10, 23, 1, 5), now, "en"), /Nov 23.*01:05/);
  assert.equal(clockTime(new Date(2026, 10, 22, 15, 42), now, "zh-CN"), "15:42");
});
