// Which country a number belongs to, and which countries a search finds. Pure functions.
import { asciiDigits } from "./digits";

/** A row of the country picker. */
export interface Country {
  readonly region: string;
  readonly name: string;
  readonly also: string;
  readonly code: string;
}

/** A number that names its country: where it belongs, and what follows the country code. */
export interface International {
  readonly country: Country;
  readonly rest: string;
}

/** Reads "+86 138…" or "0086 138…". Of countries that share a code the chosen one wins, then the first. */
export function readInternational(
  typed: string,
  countries: readonly Country[],
  chosen: string,
): International | undefined {
  const plain = asciiDigits(typed).replace(/＋/g, "+").trim();
  const start = /^(?:\+|00)\s*/.exec(plain);
  if (!start) return undefined;
  const rest = plain.slice(start[0].length);
  const matching = countries.filter((country) => startsWithCode(rest, country.code) !== undefined);
  const longest = Math.max(0, ...matching.map((country) => country.code.length));
  const best = matching.filter((country) => country.code.length === longest);
  const country = best.find((one) => one.region === chosen) ?? best[0];
  if (!country) return undefined;
  return { country, rest: startsWithCode(rest, country.code) ?? "" };
}

/** What follows the code's digits, whatever stands between them; undefined when the digits differ. */
function startsWithCode(text: string, code: string): string | undefined {
  let matched = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (matched === code.length) return text.slice(i).replace(/^[\s().-]+/, (gap) => (gap.includes("(") ? "(" : ""));
    const c = text.charAt(i);
    if (/[\s().-]/.test(c)) continue;
    if (c !== code.charAt(matched)) return undefined;
    matched += 1;
  }
  return matched === code.length ? "" : undefined;
}

const fold = (text: string): string =>
  text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();

/** Countries a search finds: by name, by their own and English names, by region letters, by code; best first. */
export function search(countries: readonly Country[], query: string): Country[] {
  const wanted = fold(query);
  if (wanted === "") return [...countries];
  const digits = asciiDigits(wanted).replace(/^(?:\+|00)/, "");
  const byCode = /^[0-9]+$/.test(digits);
  const rank = (country: Country): number => {
    if (byCode) return country.code === digits ? 0 : country.code.startsWith(digits) ? 1 : 9;
    if (country.region.toLowerCase() === wanted) return 0;
    const names = [country.name, ...country.also.split("|")].map(fold);
    if (names.some((name) => name.startsWith(wanted))) return 1;
    if (names.some((name) => name.split(/[\s-]+/).some((word) => word.startsWith(wanted)))) return 2;
    return names.some((name) => name.includes(wanted)) ? 3 : 9;
  };
  return countries
    .map((country, place) => ({ country, place, rank: rank(country) }))
    .filter((found) => found.rank < 9)
    .sort((a, b) => a.rank - b.rank || a.place - b.place)
    .map((found) => found.country);
}

/** How many countries a search left, in the page's words. */
export function matches(count: number, words: DOMStringMap): string {
  const sentence = count === 0 ? words["none"] : count === 1 ? words["one"] : words["many"];
  return (sentence ?? "").replace("{count}", String(count));
}
