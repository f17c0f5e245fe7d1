//! Which language a page is written in, and its sentences. The texts are in `locales/`, embedded and parsed once.
use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

type Bundle = FluentBundle<FluentResource>;

const EN: &str = include_str!("../../locales/en.ftl");
const ZH_CN: &str = include_str!("../../locales/zh-CN.ftl");

/// The first text behind those of the hosted pages.
const END_OF_PAGES: &str = "demo-badge =";

static BUNDLES: LazyLock<[Bundle; 2]> =
    LazyLock::new(|| [bundle(Lang::En, EN), bundle(Lang::ZhCn, ZH_CN)]);

/// A language the pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    ZhCn,
}

/// A run of a sentence, so that a page can mark up what stands inside a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// A link.
    Link {
        /// What is read.
        text: String,
        /// Where it leads.
        href: String,
    },
    /// A phone number, read left to right in every language.
    Number(String),
}

impl Piece {
    /// What is read.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Number(text) | Self::Link { text, .. } => text,
        }
    }
}

impl Lang {
    /// Every language, in the order the language switch shows them.
    pub const ALL: [Self; 2] = [Self::En, Self::ZhCn];

    /// The tag of `<html lang>` and `Content-Language` (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::ZhCn => "zh-CN",
        }
    }

    /// What its readers call it.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::ZhCn => "简体中文",
        }
    }

    /// What stands between two sentences.
    pub const fn between_sentences(self) -> &'static str {
        match self {
            Self::En => " ",
            Self::ZhCn => "",
        }
    }

    /// Reads one tag of any variant: `zh-Hans-SG`, `en_GB`. Traditional Chinese is served Simplified, nearer than English.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "zh" => Some(Self::ZhCn),
            _ => None,
        }
    }

    /// `ui_locales` (OpenID Connect Core 3.1.2.1, best first), then `Accept-Language` (RFC 9110, 12.5.4), then the default.
    pub fn choose(ui_locales: Option<&str>, accept_language: Option<&str>, default: Self) -> Self {
        let asked = ui_locales.and_then(|tags| tags.split_whitespace().find_map(Self::from_tag));
        asked.or_else(|| accept_language.and_then(Self::from_accept_language)).unwrap_or(default)
    }

    /// The readable tag with the highest weight; of equals the first.
    fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for item in header.split(',').take(32) {
            let (tag, weight) = item.split_once(';').unwrap_or((item, ""));
            let weight =
                weight.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.trim().parse().ok());
            if let (Some(lang), Some(weight)) = (Self::from_tag(tag), weight)
                && weight > best.map_or(0.0, |(most, _)| most)
            {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// The text of a key. A key nobody wrote gives the key itself, so that a mistake is seen and no page breaks.
    pub fn t(self, key: &str) -> Cow<'_, str> {
        self.format(key, None)
    }

    /// The text of a key with one variable.
    pub fn t1<'a, V: Into<FluentValue<'a>>>(
        self,
        key: &'a str,
        name: &'a str,
        value: V,
    ) -> Cow<'a, str> {
        let mut args = FluentArgs::with_capacity(1);
        args.set(name, value);
        self.format(key, Some(&args))
    }

    /// The text of a key with several numbers.
    pub fn t_numbers(self, key: &str, numbers: &[(&str, usize)]) -> String {
        let mut args = FluentArgs::with_capacity(numbers.len());
        for (name, number) in numbers {
            args.set(*name, *number);
        }
        self.format(key, Some(&args)).into_owned()
    }

    /// A sentence some of whose variables are marked up.
    pub fn pieces(self, key: &str, marked: &[(&str, Piece)]) -> Vec<Piece> {
        let mut args = FluentArgs::with_capacity(marked.len());
        for (name, _) in marked {
            args.set(*name, format!("\u{1}{name}\u{1}"));
        }
        let sentence = self.format(key, Some(&args));
        let piece = |part: &str| match marked.iter().find(|(name, _)| *name == part) {
            Some((_, piece)) => piece.clone(),
            None => Piece::Text(part.to_owned()),
        };
        sentence.split('\u{1}').filter(|part| !part.is_empty()).map(piece).collect()
    }

    /// The keys of what people read before and while they sign in, with the variables of each, in the order of the file.
    pub fn page_keys(self) -> Vec<(&'static str, Vec<&'static str>)> {
        let text = match self {
            Self::En => EN,
            Self::ZhCn => ZH_CN,
        };
        let mut found: Vec<(&str, Vec<&str>)> = vec![];
        let lines = text.lines().take_while(|line| !line.starts_with(END_OF_PAGES));
        for line in lines.filter(|line| !line.starts_with('#')) {
            let is_key = !line.starts_with([' ', '}']);
            if let Some((name, _)) = line.split_once(" =").filter(|_| is_key) {
                found.push((name, vec![]));
            }
            let Some((_, variables)) = found.last_mut() else { continue };
            for name in line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next()) {
                if !variables.contains(&name) {
                    variables.push(name);
                }
            }
        }
        found
    }

    /// The text of a key with each variable as `{{name}}`, for programs that fill them in.
    pub fn with_placeholders(self, key: &str, variables: &[&str]) -> String {
        let mut args = FluentArgs::with_capacity(variables.len());
        for name in variables {
            args.set(*name, format!("{{{{{name}}}}}"));
        }
        self.format(key, Some(&args)).into_owned()
    }

    /// Whether the key exists.
    pub fn has(self, key: &str) -> bool {
        self.bundle().has_message(key)
    }

    fn bundle(self) -> &'static Bundle {
        let [en, zh_cn] = &*BUNDLES;
        match self {
            Self::En => en,
            Self::ZhCn => zh_cn,
        }
    }

    fn format<'a>(self, key: &'a str, args: Option<&FluentArgs<'a>>) -> Cow<'a, str> {
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return Cow::Borrowed(key);
        };
        // A missing variable is shown by its name; the tests compare keys and variables of both languages.
        Cow::Owned(bundle.format_pattern(pattern, args, &mut vec![]).into_owned())
    }
}

/// Parses the texts, so that the first person does not wait for it.
pub fn warm() {
    LazyLock::force(&BUNDLES);
}

fn bundle(lang: Lang, text: &str) -> Bundle {
    let plurals: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![plurals]);
    // The languages served read left to right, so values need no isolating marks.
    bundle.set_use_isolating(false);
    // Broken entries are left out and seen by the test that compares the languages.
    let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(partial, _)| partial);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Every key of a file with the variables it uses.
    fn keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
        assert!(FluentResource::try_new(text.to_owned()).is_ok(), "the file parses without errors");
        let mut found = BTreeMap::new();
        let mut key = String::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =").filter(|_| !line.starts_with([' ', '}']))
            {
                name.clone_into(&mut key);
                assert!(
                    found.insert(key.clone(), BTreeSet::new()).is_none(),
                    "{key} is written twice"
                );
            }
            let variables =
                line.split("{ $").skip(1).filter_map(|rest| rest.split([' ', '}']).next());
            found
                .entry(key.clone())
                .or_insert_with(BTreeSet::new)
                .extend(variables.map(str::to_owned));
        }
        found.remove("");
        found
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let (en, zh) = (keys(EN), keys(ZH_CN));
        assert!(en.len() > 100, "{}", en.len());
        assert_eq!(en, zh);
        for key in en.keys() {
            assert!(Lang::En.has(key) && Lang::ZhCn.has(key), "{key}");
        }
    }

    #[test]
    fn a_template_uses_no_key_that_does_not_exist() {
        let known = keys(EN);
        let mut seen = 0;
        for text in sources(&[concat!(env!("CARGO_MANIFEST_DIR"), "/templates")]) {
            for call in [".t(\"", ".t1(\"", ".pieces(\""] {
                for rest in text.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    assert!(known.contains_key(key), "{key}");
                    seen += 1;
                }
            }
        }
        assert!(seen > 20, "{seen}");
    }

    fn sources(folders: &[&str]) -> Vec<String> {
        let mut texts = vec![];
        let mut waiting: Vec<_> = folders.iter().map(std::path::PathBuf::from).collect();
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                waiting.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            } else {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
        texts
    }

    #[test]
    fn the_application_is_asked_first_then_the_browser() {
        let choose = |ui, accept| Lang::choose(ui, accept, Lang::En);
        assert_eq!(choose(Some("fr zh-CN en"), Some("en")), Lang::ZhCn);
        assert_eq!(choose(Some("fr"), Some("zh-TW,zh;q=0.9,en;q=0.8")), Lang::ZhCn);
        assert_eq!(choose(None, Some("de, en;q=0.7, zh-Hans;q=0.9")), Lang::ZhCn);
        assert_eq!(
            choose(None, Some("zh;q=0, en;q=0.1")),
            Lang::En,
            "a weight of zero means never"
        );
        assert_eq!(Lang::choose(None, Some("fr, *;q=0.5"), Lang::ZhCn), Lang::ZhCn);
        assert_eq!(choose(Some("\u{0}"), Some(";;q=,=")), Lang::En);
    }

    #[test]
    fn counted_things_are_written_as_people_write_them() {
        assert_eq!(Lang::En.t1("attempts-left", "count", 1), "You have 1 try left.");
        assert_eq!(Lang::En.t1("attempts-left", "count", 3), "You have 3 tries left.");
        assert_eq!(Lang::ZhCn.t1("attempts-left", "count", 3), "还可以尝试 3 次。");
        assert_eq!(Lang::En.t("no-such-key"), "no-such-key");
    }

    #[test]
    fn a_link_inside_a_sentence_stays_where_the_language_puts_it() {
        let terms = Piece::Link {
            text: "《用户协议》".to_owned(),
            href: "https://a.example/<x>".to_owned(),
        };
        let pieces = Lang::ZhCn.pieces("agree-terms", &[("terms", terms.clone())]);
        assert_eq!(pieces, [Piece::Text("我已阅读并同意".to_owned()), terms]);
    }
}
