// Writes ../locales/countries.tsv: region, English name, Chinese name, name in its own language.
// The names are CLDR's, as this Node's ICU carries them. Run by hand when Node's ICU is renewed.
import { writeFileSync } from "node:fs";

const names = (lang) => new Intl.DisplayNames([lang], { type: "region", fallback: "none" });
const english = names("en");
const chinese = names("zh-Hans");
const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
const skipped = new Set(["EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "DG", "CP", "EA", "IC", "CQ"]);

const own = (region) => {
  const language = new Intl.Locale(`und-${region}`).maximize();
  const tag = language.script && language.language === "zh" ? `zh-${language.script}` : language.language;
  return names(tag).of(region) ?? english.of(region);
};

const rows = letters
  .flatMap((a) => letters.map((b) => a + b))
  .filter((region) => !skipped.has(region) && english.of(region) !== undefined)
  .filter((region) => new Intl.Locale(`und-${region}`).maximize().region === region)
  .map((region) => [region, english.of(region), chinese.of(region), own(region)].join("\t"));

writeFileSync(new URL("../locales/countries.tsv", import.meta.url), `${rows.join("\n")}\n`);
