/** A code that is not the right one; a different one for every `turn`. */
export function wrong(code, turn = 1) {
  return String((Number(code) + turn * 111_111) % 1_000_000).padStart(6, "0");
}
