//! The error desk: what Aliyun's codes mean to the people who meet them. The texts are in `desk.toml`, embedded.
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::web::i18n::Lang;

/// Everything the desk knows, by code and by the beginning of a family's codes.
static DESK: LazyLock<Desk> = LazyLock::new(|| {
    // that the embedded file reads is tested; without it there are only codes
    Desk::of(toml::from_str::<File>(include_str!("desk.toml")).unwrap_or_default())
});

/// Who can put an error right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Whoever looks after the connector and the provider's account.
    Administrator,
    /// The person who signs in.
    EndUser,
    /// The provider, or a carrier.
    Aliyun,
    /// The people who write Haoma.
    Haoma,
}

/// What the desk has on some codes.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The codes, without `isv.`, `isp.` and `biz.`; a trailing `*` is a family by its beginning.
    pub codes: Vec<String>,
    /// Who has to act.
    pub who: Actor,
    /// The page where to act, or to read more.
    pub link: String,
    en: Words,
    #[serde(rename = "zh-CN")]
    zh_cn: Words,
}

/// An entry in one language.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Why it happens.
    pub cause: String,
    /// What to do.
    pub fix: String,
}

impl Entry {
    /// The words in one language.
    pub fn words(&self, lang: Lang) -> &Words {
        match lang {
            Lang::En => &self.en,
            Lang::ZhCn => &self.zh_cn,
        }
    }
}

/// What the desk has on a code, with or without its prefix; exact codes come before families.
pub fn find(code: &str) -> Option<&'static Entry> {
    let bare = ["isv.", "isp.", "biz."].iter().find_map(|p| code.strip_prefix(p)).unwrap_or(code);
    let desk = &*DESK;
    let family = || desk.families.iter().find(|(start, _)| bare.starts_with(start.as_str()));
    let index = desk.exact.get(bare).copied().or_else(|| family().map(|(_, index)| *index))?;
    desk.entries.get(index)
}

/// [`find`], in one language: the entry and its words.
pub fn explain(code: &str, lang: Lang) -> Option<(&'static Entry, &'static Words)> {
    find(code).map(|entry| (entry, entry.words(lang)))
}

/// Every entry, in the order of the file.
pub fn entries() -> &'static [Entry] {
    &DESK.entries
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    entry: Vec<Entry>,
}

struct Desk {
    entries: Vec<Entry>,
    exact: HashMap<String, usize>,
    families: Vec<(String, usize)>,
}

impl Desk {
    fn of(file: File) -> Self {
        let (mut exact, mut families) = (HashMap::new(), vec![]);
        for (index, entry) in file.entry.iter().enumerate() {
            for code in &entry.codes {
                match code.strip_suffix('*') {
                    Some(start) => families.push((start.to_owned(), index)),
                    None => drop(exact.insert(code.clone(), index)),
                }
            }
        }
        Self { entries: file.entry, exact, families }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use aliyun_sms::{Who, known_codes};

    use super::*;

    fn english(code: &str) -> &'static str {
        explain(code, Lang::En).map_or("", |(_, words)| words.cause.as_str())
    }

    #[test]
    fn every_code_that_aliyun_has_is_explained() {
        for facts in known_codes() {
            let entry = find(facts.code).unwrap_or_else(|| panic!("{}", facts.code));
            assert!(entry.codes.iter().any(|code| code == facts.code), "{} itself", facts.code);
            let who = match facts.who {
                Who::Person => Actor::EndUser,
                // of what only time mends, the administrator can ask for a higher limit
                Who::Operator | Who::Nobody => Actor::Administrator,
                Who::Developer => Actor::Haoma,
                Who::Provider => Actor::Aliyun,
            };
            assert_eq!(entry.who, who, "{}", facts.code);
        }
    }

    #[test]
    fn the_desk_explains_no_code_that_aliyun_does_not_have_and_none_twice() {
        let known: HashSet<_> = known_codes().iter().map(|facts| facts.code).collect();
        let mut seen = HashSet::new();
        for code in entries().iter().flat_map(|entry| &entry.codes) {
            assert!(known.contains(code.as_str()), "{code}");
            assert!(seen.insert(code), "{code} twice");
        }
    }

    #[test]
    fn every_entry_has_its_words_in_both_languages_and_a_link() {
        assert!(!entries().is_empty(), "the file reads");
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for entry in entries() {
            let (en, zh_cn) = (entry.words(Lang::En), entry.words(Lang::ZhCn));
            for text in [&en.cause, &en.fix] {
                assert!(text.ends_with('.') && text.len() > 10, "{:?}: {text}", entry.codes);
            }
            for text in [&zh_cn.cause, &zh_cn.fix] {
                assert!(is_chinese(text) && text.ends_with('。'), "{:?}: {text}", entry.codes);
            }
            assert!(entry.link.starts_with("https://"), "{:?}", entry.codes);
        }
    }

    #[test]
    fn a_code_is_found_with_and_without_its_prefix() {
        for code in ["RAM_PERMISSION_DENY", "isv.RAM_PERMISSION_DENY", "isp.RAM_PERMISSION_DENY"] {
            assert!(english(code).contains("may not do this"), "{code}");
        }
        assert_eq!(find("biz.FREQUENCY"), find("FREQUENCY"));
        assert_eq!(find("isv.SOMETHING_NEW"), None);
    }

    #[test]
    fn a_family_explains_what_has_no_entry_of_its_own() {
        assert!(english("MissingTemplateCode").contains("absent or empty"));
        assert!(english("MissingSecurityToken").contains("temporary key"), "exact before family");
        assert!(english("InvalidOutId").contains("names which"));
        assert!(english("Throttling.Other").contains("in a second"));
    }
}
