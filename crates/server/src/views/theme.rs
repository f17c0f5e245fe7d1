//! A brand's colours as a stylesheet of their own, with contrast checked (WCAG 2.2, 1.4.3).
//!
//! The colours are in the file's name, so the answer needs no database and may be kept for good.
use std::fmt;

/// The accent of `assets/css/tokens.css`; a brand with these needs no stylesheet of its own.
const OWN: Theme = Theme { light: Rgb([0x0b, 0x6b, 0x58]), dark: Rgb([0x5c, 0xc9, 0xae]) };
const WHITE: Rgb = Rgb([255, 255, 255]);
const INK: Rgb = Rgb([0x0a, 0x14, 0x12]);
/// The surface in the dark, as in `tokens.css`.
const NIGHT: Rgb = Rgb([0x16, 0x1b, 0x1a]);
/// What accents stand on besides the surface and their own soft ground, as in `tokens.css`: the canvas and what is sunken.
const DAY_GROUNDS: [Rgb; 2] = [Rgb([0xf3, 0xf6, 0xf5]), Rgb([0xf5, 0xf8, 0xf7])];
const NIGHT_GROUNDS: [Rgb; 2] = [Rgb([0x0d, 0x11, 0x10]), Rgb([0x11, 0x16, 0x15])];
/// What text needs against its ground.
const READABLE: f64 = 4.5;

/// The accents of a brand, on light and on dark ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    light: Rgb,
    dark: Rgb,
}

/// An accent that could not be read as it was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// `#rrggbb` as chosen.
    pub chosen: String,
    /// `#rrggbb` as the pages have it.
    pub used: String,
    /// The contrast of the chosen one with the ground where it is least, such as `1.4`.
    pub ratio: String,
}

/// What an accent has to be read on, for the script of the console, which says the same while one is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `#rrggbb` of each ground but the accent's own, with spaces between.
    pub grounds: String,
    /// Percent of the first ground in the accent's own soft ground.
    pub softness: u16,
    /// `#rrggbb` that an accent is moved towards until it can be read.
    pub towards: String,
}

/// A colour of sRGB.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Rgb([u8; 3]);

impl Theme {
    /// Reads `#rrggbb` twice; anything else is our own colour.
    pub fn new(light: &str, dark: &str) -> Self {
        let read = |text: &str| text.strip_prefix('#').and_then(Rgb::parse);
        Self { light: read(light).unwrap_or(OWN.light), dark: read(dark).unwrap_or(OWN.dark) }
    }

    /// Where its stylesheet is; `None` when the common one says the same.
    pub fn href(self) -> Option<String> {
        (self != OWN).then(|| format!("/assets/theme-{}-{}.css", self.light, self.dark))
    }

    /// Reads the last part of [`Self::href`].
    pub fn from_file_name(name: &str) -> Option<Self> {
        let (light, dark) = name.strip_prefix("theme-")?.strip_suffix(".css")?.split_once('-')?;
        Some(Self { light: Rgb::parse(light)?, dark: Rgb::parse(dark)? })
    }

    /// The stylesheet. An accent too pale (or too dark) to read is moved until it can be read.
    pub fn css(self) -> String {
        let (light, dark) = (DAY.readable(self.light), NIGHTLY.readable(self.dark));
        let day = accents(light, light.mix(INK, 22), DAY.soft(light));
        let night = accents(dark, dark.mix(WHITE, 22), NIGHTLY.soft(dark));
        format!(
            ":root{{{day}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{night}}}}}\
             :root[data-theme=dark]{{{night}}}"
        )
    }

    /// What was changed of the accents, on light and on dark ground.
    pub fn moved(self) -> (Option<Moved>, Option<Moved>) {
        (Moved::of(self.light, &DAY), Moved::of(self.dark, &NIGHTLY))
    }

    /// What accents are measured by, on light and on dark ground.
    pub fn rules() -> (Rule, Rule) {
        (Rule::of(&DAY), Rule::of(&NIGHTLY))
    }
}

/// What accents stand on, by day or by night.
struct Grounds {
    surface: Rgb,
    others: [Rgb; 2],
    /// How much of the surface is in the soft ground of an accent.
    softness: u16,
    /// What an accent is moved towards until it can be read.
    towards: Rgb,
}

const DAY: Grounds = Grounds { surface: WHITE, others: DAY_GROUNDS, softness: 91, towards: INK };
const NIGHTLY: Grounds =
    Grounds { surface: NIGHT, others: NIGHT_GROUNDS, softness: 82, towards: WHITE };

impl Grounds {
    /// The ground made of the accent itself, such as that of the current page in a list of links.
    fn soft(&self, accent: Rgb) -> Rgb {
        accent.mix(self.surface, self.softness)
    }

    /// The contrast with the ground where it is least.
    fn contrast(&self, accent: Rgb) -> f64 {
        let grounds = [self.surface, self.soft(accent)].into_iter().chain(self.others);
        grounds.map(|ground| accent.contrast(ground)).fold(f64::INFINITY, f64::min)
    }

    /// The nearest mixture that can be read on every ground.
    fn readable(&self, accent: Rgb) -> Rgb {
        let mut steps = (0..=100).map(|percent| accent.mix(self.towards, percent));
        steps.find(|one| self.contrast(*one) >= READABLE).unwrap_or(self.towards)
    }
}

impl Rule {
    fn of(grounds: &Grounds) -> Self {
        let [canvas, sunken] = grounds.others;
        Self {
            grounds: format!("#{} #{canvas} #{sunken}", grounds.surface),
            softness: grounds.softness,
            towards: format!("#{}", grounds.towards),
        }
    }
}

impl Moved {
    fn of(chosen: Rgb, grounds: &Grounds) -> Option<Self> {
        let used = grounds.readable(chosen);
        // rounded down: 4.46 is not enough and must not look like it
        let ratio = (grounds.contrast(chosen) * 10.0).floor() / 10.0;
        (chosen != used).then(|| Self {
            chosen: format!("#{chosen}"),
            used: format!("#{used}"),
            ratio: format!("{ratio:.1}"),
        })
    }
}

fn accents(accent: Rgb, strong: Rgb, soft: Rgb) -> String {
    let on = if accent.contrast(WHITE) >= READABLE { WHITE } else { INK };
    format!("--accent:#{accent};--accent-strong:#{strong};--accent-soft:#{soft};--on-accent:#{on}")
}

impl Rgb {
    /// Six hexadecimal digits.
    fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 6 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let value = u32::from_str_radix(text, 16).ok().filter(|_| is_hex)?;
        let [_, r, g, b] = value.to_be_bytes();
        Some(Self([r, g, b]))
    }

    /// This colour with `percent` of another in it.
    fn mix(self, other: Self, percent: u16) -> Self {
        let part = |mine: u8, theirs: u8| {
            let sum = u16::from(mine) * (100 - percent) + u16::from(theirs) * percent;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        let (Self([r, g, b]), Self([red, green, blue])) = (self, other);
        Self([part(r, red), part(g, green), part(b, blue)])
    }

    /// From 1 to 21 (WCAG 2.2, contrast ratio).
    fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// From 0 to 1 (WCAG 2.2, relative luminance).
    fn luminance(self) -> f64 {
        let Self([r, g, b]) = self;
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([r, g, b]) = self;
        write!(f, "{r:02x}{g:02x}{b:02x}")
    }
}

impl fmt::Debug for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brand_can_be_read_in_both_themes() {
        let brands = [
            "#ffffff", "#000000", "#ffd400", "#0b6b58", "#1677ff", "#ff4d4f", "#777777", "#767676",
        ];
        for brand in brands {
            let css = Theme::new(brand, brand).css();
            let (day, night) = css.split_once("@media").unwrap();
            for (css, grounds) in [(day, &DAY), (night, &NIGHTLY)] {
                let value = |name: &str| {
                    let (_, rest) = css.split_once(&format!("--{name}:#")).unwrap();
                    Rgb::parse(rest.get(..6).unwrap()).unwrap()
                };
                let (accent, soft) = (value("accent"), value("accent-soft"));
                for ground in
                    [grounds.surface, soft, value("on-accent")].iter().chain(&grounds.others)
                {
                    assert!(
                        accent.contrast(*ground) >= READABLE,
                        "{brand} as {accent} on {ground}"
                    );
                }
                assert!(value("accent-strong").contrast(value("on-accent")) >= READABLE, "{brand}");
            }
        }
    }

    #[test]
    fn an_accent_that_was_moved_is_told_with_its_contrast() {
        let (light, dark) = Theme::new("#ffd400", "#ffd400").moved();
        let light = light.unwrap();
        assert_eq!((light.chosen.as_str(), light.ratio.as_str()), ("#ffd400", "1.3"));
        let used = Rgb::parse(light.used.strip_prefix('#').unwrap()).unwrap();
        assert!(DAY.contrast(used) >= READABLE);
        assert_eq!(dark, None, "yellow can be read at night");
        assert_eq!(OWN.moved(), (None, None));
        let nearly = Theme::new("#767676", "#5cc9ae").moved().0.unwrap();
        assert_eq!(nearly.ratio, "4.0", "4.54 on white, but 4.09 on its own soft ground");
    }

    #[test]
    fn a_theme_travels_in_its_name_and_nothing_else_does() {
        let theme = Theme::new("#1677FF", "#69b1ff");
        let href = theme.href().unwrap();
        assert_eq!(href, "/assets/theme-1677ff-69b1ff.css");
        assert_eq!(Theme::from_file_name(href.strip_prefix("/assets/").unwrap()), Some(theme));
        assert_eq!(Theme::new("red", "").href(), None);
        for name in [
            "theme-1677ff.css",
            "theme-+677ff-69b1ff.css",
            "theme-1677ff-69b1f}.css",
            "theme--.css",
        ] {
            assert_eq!(Theme::from_file_name(name), None, "{name}");
        }
    }

    #[test]
    fn the_common_stylesheet_has_our_own_accents() {
        let css = include_str!("../../assets/css/tokens.css");
        for accent in [OWN.light, OWN.dark] {
            assert!(css.contains(&format!("--accent: #{accent};")), "{accent}");
        }
        assert!(css.contains(&format!("--surface: #{NIGHT};")));
        for (day, night, name) in [(0, 0, "canvas"), (1, 1, "sunken")] {
            for ground in [DAY_GROUNDS[day], NIGHT_GROUNDS[night]] {
                assert!(css.contains(&format!("--{name}: #{ground};")), "{name} {ground}");
            }
        }
        let night = |from: &str| {
            let (_, rest) = css.split_once(from).unwrap();
            let lines = rest.split('}').next().unwrap().lines().map(str::trim);
            lines.filter(|line| line.starts_with("--")).collect::<Vec<_>>()
        };
        let device = night(":root:not([data-theme=\"light\"]) {");
        assert_eq!(device, night(":root[data-theme=\"dark\"] {"));
        assert!(device.len() > 15);
    }
}
