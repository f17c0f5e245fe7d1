// Looking for secrets in large texts.

/** The kinds of secret that stand in a text, as they are or percent-encoded or decoded. */
export function hidden(text, canaries) {
  const found = canaries.filter(({ value }) => spellings(value).some((spelling) => text.includes(spelling)));
  return [...new Set(found.map(({ what }) => what))];
}

function spellings(value) {
  const all = [value, encodeURIComponent(value)];
  try {
    all.push(decodeURIComponent(value));
  } catch {
    // No percent-encoding, then.
  }
  return all;
}

/** Which codes stand in a text as six digits of their own, not inside longer numbers. */
export function codesIn(text, codes) {
  const wanted = new Set(codes);
  return new Set(tokens(text).filter((token) => wanted.has(token)));
}

/** How many different six-digit tokens a text holds. */
export function distinctCodes(text) {
  return new Set(tokens(text)).size;
}

/** How likely it is that two of `looked` random codes are among `present` different tokens by chance. */
export function chance(present, looked) {
  const each = present / 1_000_000;
  return 1 - (1 - each) ** looked - looked * each * (1 - each) ** (looked - 1);
}

const tokens = (text) => text.match(/(?<![0-9])[0-9]{6}(?![0-9])/g) ?? [];
