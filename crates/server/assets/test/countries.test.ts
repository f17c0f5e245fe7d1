import assert from "node:assert/strict";
import { test } from "node:test";
import { readInternational, search } from "../src/countries";

const countries = [
  { region: "CN", name: "China", also: "中国", code: "86" },
  { region: "HK", name: "Hong Kong SAR China", also: "中國香港特別行政區", code: "852" },
  { region: "DE", name: "Germany", also: "Deutschland", code: "49" },
  { region: "CI", name: "Côte d’Ivoire", also: "", code: "225" },
  { region: "US", name: "United States", also: "", code: "1" },
  { region: "CA", name: "Canada", also: "", code: "1" },
];
const read = (typed: string, chosen = "CN") => {
  const found = readInternational(typed, countries, chosen);
  return found && [found.country.region, found.rest];
};

test("a number that names its country chooses it", () => {
  assert.deepEqual(read("+86 138 0013 8000", "US"), ["CN", "138 0013 8000"]);
  assert.deepEqual(read("008613800138000", "US"), ["CN", "13800138000"]);
  assert.deepEqual(read("＋８５２ 5123 4567"), ["HK", "5123 4567"]);
  assert.deepEqual(read("+4 9 1511234"), ["DE", "1511234"]);
  assert.deepEqual(read("+1 (201) 555-0123", "CA"), ["CA", "(201) 555-0123"]);
  assert.deepEqual(read("+1 201 555 0123"), ["US", "201 555 0123"]);
});

test("a number that does not, or names one that is not allowed, chooses nothing", () => {
  for (const typed of ["13800138000", "", "+", "00", "+33 6 12 34 56 78", "0138"]) {
    assert.equal(read(typed), undefined, typed);
  }
});

test("a country is found by any of its names, its letters and its code", () => {
  const first = (query: string) => search(countries, query)[0]?.region;
  assert.equal(first("deut"), "DE");
  assert.equal(first("cote"), "CI");
  assert.equal(first("hk"), "HK");
  assert.equal(first("+852"), "HK");
  assert.equal(first("49"), "DE");
  assert.equal(first("中国"), "CN");
  assert.equal(first("states"), "US");
  assert.deepEqual(search(countries, "1").map((c) => c.region), ["US", "CA"]);
  assert.equal(search(countries, "zzz").length, 0);
  assert.equal(search(countries, " ").length, countries.length);
});
