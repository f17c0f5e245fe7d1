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
    /// The contrast of the chosen one with its ground, such as `1.4`.
    pub ratio: String,
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
        let (light, dark) = (self.by_day(), self.by_night());
        let day = accents(light, light.mix(INK, 22), light.mix(WHITE, 91));
        let night = accents(dark, dark.mix(WHITE, 22), dark.mix(NIGHT, 82));
        format!(
            ":root{{{day}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{night}}}}}\
             :root[data-theme=dark]{{{night}}}"
        )
    }

    /// What was changed of the accents, on light and on dark ground.
    pub fn moved(self) -> (Option<Moved>, Option<Moved>) {
        let light = Moved::of(self.light, self.by_day(), WHITE);
        (light, Moved::of(self.dark, self.by_night(), NIGHT))
    }

    fn by_day(self) -> Rgb {
        self.light.readable_on(WHITE, INK)
    }

    fn by_night(self) -> Rgb {
        self.dark.readable_on(NIGHT, WHITE)
    }
}

impl Moved {
    fn of(chosen: Rgb, used: Rgb, ground: Rgb) -> Option<Self> {
        // rounded down: 4.46 is not enough and must not look like it
        let ratio = (chosen.contrast(ground) * 10.0).floor() / 10.0;
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

    /// The nearest mixture with `towards` that can be read on `ground`.
    fn readable_on(self, ground: Self, towards: Self) -> Self {
        let steps = (0..=100).map(|percent| self.mix(towards, percent));
        steps.into_iter().find(|c| c.contrast(ground) >= READABLE).unwrap_or(towards)
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
        for brand in ["#ffffff", "#000000", "#ffd400", "#0b6b58", "#1677ff", "#ff4d4f", "#777777"] {
            let theme = Theme::new(brand, brand);
            let light = theme.light.readable_on(WHITE, INK);
            let dark = theme.dark.readable_on(NIGHT, WHITE);
            assert!(light.contrast(WHITE) >= READABLE, "{brand}");
            assert!(dark.contrast(NIGHT) >= READABLE, "{brand}");
            for accent in [light, dark] {
                let on = if accent.contrast(WHITE) >= READABLE { WHITE } else { INK };
                assert!(accent.contrast(on) >= READABLE, "{brand}");
            }
        }
    }

    #[test]
    fn an_accent_that_was_moved_is_told_with_its_contrast() {
        let (light, dark) = Theme::new("#ffd400", "#ffd400").moved();
        let light = light.unwrap();
        assert_eq!((light.chosen.as_str(), light.ratio.as_str()), ("#ffd400", "1.4"));
        assert!(
            Rgb::parse(light.used.strip_prefix('#').unwrap()).unwrap().contrast(WHITE) >= READABLE
        );
        assert_eq!(dark, None, "yellow can be read at night");
        assert_eq!(OWN.moved(), (None, None));
        let nearly = Theme::new("#777777", "#5cc9ae").moved().0.unwrap();
        assert_eq!(nearly.ratio, "4.4", "4.48 is not 4.5");
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
