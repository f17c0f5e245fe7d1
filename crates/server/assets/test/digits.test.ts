import assert from "node:assert/strict";
import { test } from "node:test";
import { findCode, onlyCode } from "../src/digits";

test("a code is found in whatever was pasted", () => {
  for (const text of [
    "123456", " 123456 ", "123 456", "123-456", "１２３４５６", "code is 123 456", "G-123456 is your code.",
    "【Haoma】您的验证码123456，5分钟内有效", "验证码：123456。", "1 2 3 4 5 6",
  ]) {
    assert.equal(findCode(text), "123456", text);
  }
});

test("what is no code of six digits is not taken for one", () => {
  for (const text of ["", "12345", "1234567", "order 12345678", "12a456", "call 13800138000"]) {
    assert.equal(findCode(text), undefined, text);
  }
});

test("leading zeros stay", () => {
  assert.equal(findCode("code 000123"), "000123");
});

test("while typing only digits stay, six at most", () => {
  assert.equal(onlyCode("12a"), "12");
  assert.equal(onlyCode("12345678"), "123456");
  assert.equal(onlyCode("１２"), "12");
});
