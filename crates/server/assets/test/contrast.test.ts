import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../src/contrast";

// as `views/theme.rs` has them
const day = { grounds: ["#ffffff", "#f3f6f5", "#f5f8f7"], softness: 91, towards: "#0a1412" };
const night = { grounds: ["#161b1a", "#0d1110", "#111615"], softness: 82, towards: "#ffffff" };

test("an accent that cannot be read is moved, and its contrast is told rounded down", () => {
  const yellow = judge("#ffd400", day);
  assert.equal(yellow?.ratio, "1.3");
  assert.notEqual(yellow?.used, "#ffd400");
  assert.equal(judge(yellow?.used ?? "", day)?.used, yellow?.used, "it is moved far enough");
  assert.equal(judge("#767676", day)?.ratio, "4.0", "4.54 on white, but 4.09 on its own soft ground");
  assert.equal(judge("#ffffff", day)?.ratio, "1.0");
});

test("an accent that can be read stays", () => {
  assert.equal(judge("#FFD400", night)?.used, "#ffd400");
  assert.equal(judge("#0b6b58", day)?.used, "#0b6b58");
  assert.equal(judge("#5cc9ae", night)?.used, "#5cc9ae");
});

test("what is no colour is not judged", () => {
  for (const typed of ["", "#fff", "yellow", "#ffd4000", "ffd400"]) assert.equal(judge(typed, day), undefined, typed);
});
