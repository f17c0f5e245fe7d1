// Looking for secrets in large texts.

/** The kinds of secret that stand in a text, in any of the ways in which secrets get into texts. */
export function hidden(text, canaries) {
  const found = canaries.filter(({ value }) => spellings(value).some((spelling) => text.includes(spelling)));
  return [...new Set(found.map(({ what }) => what))];
}

/** As it is, percent-encoded or decoded, as HTML or JSON write it, in groups of four, in hexadecimal, in Base64. */
export function spellings(value) {
  const bytes = Buffer.from(value);
  const all = [value, encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2), percent(bytes), html(value), JSON.stringify(value).slice(1, -1)];
  all.push(value.replace(/(.{4})(?=.)/g, "$1 "), bytes.toString("hex"), bytes.toString("hex").toUpperCase(), ...base64(bytes));
  try {
    all.push(decodeURIComponent(value));
  } catch {
    // No percent-encoding, then.
  }
  // A key that is written in hexadecimal can get about as the bytes it means.
  if (/^([0-9a-f]{2}){16,}$/i.test(value)) {
    const meant = Buffer.from(value, "hex");
    all.push(value.toUpperCase(), meant.toString("latin1"), ...base64(meant));
  }
  return [...new Set(all)];
}

/** In Base64 a text looks different at each of three places in what is around it; what its neighbours change is left out. */
function base64(bytes) {
  const all = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64").replace(/=+$/, "");
    const last = (before + bytes.length) % 3 ? -1 : undefined;
    return text.slice(before ? before + 1 : 0, last);
  });
  return [...all, ...all.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))];
}

const percent = (bytes) => [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");
const html = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#x27;");

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
