import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { leadingZeros, sha256 } from "../src/sha256";
import { search } from "../src/solver";

const hex = (words: Int32Array): string => [...words].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");

test("the hash is that of everybody else, at every length up to three blocks", () => {
  for (let length = 0; length < 192; length++) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 7 + length) % 90))).join("");
    assert.equal(hex(sha256(text)), createHash("sha256").update(text).digest("hex"), `${length} characters`);
  }
});

test("zeros are counted in bits, over words", () => {
  assert.equal(leadingZeros(Int32Array.of(0, 1, -1)), 63);
  assert.equal(leadingZeros(Int32Array.of(-1)), 0);
  assert.equal(leadingZeros(Int32Array.of(0x00010000)), 15);
});

test("the number that is found solves the task, and none before it does", () => {
  const found = search("12.1700000000000.tag", 12, 0, 100_000);
  assert.ok(found !== undefined);
  const zeros = (n: number): number => leadingZeros(sha256(`12.1700000000000.tag.${n}`));
  assert.ok(zeros(found) >= 12);
  for (let n = 0; n < found; n++) assert.ok(zeros(n) < 12);
  assert.equal(search("12.1700000000000.tag", 12, 0, found), undefined);
});
