// Whether an accent can be read, by the rule of the server (`views/theme.rs`; WCAG 2.2, 1.4.3). A test of the pages compares the two.

/** What text needs against its ground. */
const READABLE = 4.5;

/** What an accent stands on. */
export interface Rule {
  /** `#rrggbb` of each ground but the accent's own; the first is the surface. */
  readonly grounds: readonly string[];
  /** Percent of the surface in the accent's own soft ground. */
  readonly softness: number;
  /** What an accent is moved towards until it can be read. */
  readonly towards: string;
}

/** What becomes of an accent. */
export interface Verdict {
  /** The accent of the pages; the chosen one where that can be read. */
  readonly used: string;
  /** The contrast of the chosen one with the ground where it is least, such as `1.3`. */
  readonly ratio: string;
}

type Rgb = readonly number[];

/** Judges `#rrggbb`; nothing for anything else. */
export function judge(accent: string, rule: Rule): Verdict | undefined {
  const chosen = parse(accent);
  const [grounds, towards] = [rule.grounds.flatMap((ground) => [parse(ground) ?? []]), parse(rule.towards)];
  const [surface] = grounds;
  if (!chosen || !surface || !towards) return undefined;
  const least = (one: Rgb): number => Math.min(...[mix(one, surface, rule.softness), ...grounds].map((ground) => contrast(one, ground)));
  let used = chosen;
  for (let percent = 1; percent <= 100 && least(used) < READABLE; percent += 1) used = mix(chosen, towards, percent);
  // rounded down: 4.46 is not enough and must not look like it
  return { used: write(used), ratio: (Math.floor(least(chosen) * 10) / 10).toFixed(1) };
}

function parse(text: string): Rgb | undefined {
  const [, hex = ""] = /^#([0-9a-f]{6})$/i.exec(text) ?? [];
  return hex === "" ? undefined : [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

function write(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** The first colour with `percent` of the second in it. */
function mix(one: Rgb, other: Rgb, percent: number): Rgb {
  return one.map((part, at) => Math.floor((part * (100 - percent) + (other[at] ?? 0) * percent + 50) / 100));
}

/** From 1 to 21. */
function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** From 0 to 1. */
function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
