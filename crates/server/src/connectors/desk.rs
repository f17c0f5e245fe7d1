//! The error desk: what codes mean to the people who meet them: Aliyun's, statuses of HTTP, operators' receipts, and our own
//! words for what no code tells. The texts are in `desk.toml`, embedded.
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::web::i18n::Lang;

/// The entry of receipts whose reason the desk does not know.
const UNKNOWN_RECEIPT: &str = "unknown";

/// Everything the desk knows.
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

/// Where the codes of an entry come from. An operator may use any text, also one that means something else elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Source {
    /// An answer, or its absence.
    #[default]
    Answer,
    /// A receipt.
    Receipt,
}

/// What the desk has on some codes.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The codes, without `isv.`, `isp.` and `biz.`; a trailing `*` is a family by its beginning.
    pub codes: Vec<String>,
    /// Who has to act.
    pub who: Actor,
    /// The page where to act, or to read more, if there is one that helps.
    pub link: Option<String>,
    #[serde(default)]
    of: Source,
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
    DESK.entries.get(DESK.answers.find(bare)?)
}

/// What the desk has on the reason a receipt gives. Operators have codes that nobody lists, so there is always something.
pub fn find_receipt(code: &str) -> Option<&'static Entry> {
    let receipts = &DESK.receipts;
    DESK.entries.get(receipts.find(code).or_else(|| receipts.find(UNKNOWN_RECEIPT))?)
}

/// [`find_receipt`], in one language: the entry and its words.
pub fn explain_receipt(code: &str, lang: Lang) -> Option<(&'static Entry, &'static Words)> {
    find_receipt(code).map(|entry| (entry, entry.words(lang)))
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
    answers: Codes,
    receipts: Codes,
}

/// Entries, by code and by the beginning of a family's codes.
#[derive(Default)]
struct Codes {
    exact: HashMap<String, usize>,
    families: Vec<(String, usize)>,
}

impl Codes {
    fn add(&mut self, code: &str, index: usize) {
        match code.strip_suffix('*') {
            Some(start) => self.families.push((start.to_owned(), index)),
            None => drop(self.exact.insert(code.to_owned(), index)),
        }
    }

    fn find(&self, code: &str) -> Option<usize> {
        let family = || self.families.iter().find(|(start, _)| code.starts_with(start.as_str()));
        self.exact.get(code).copied().or_else(|| family().map(|(_, index)| *index))
    }
}

impl Desk {
    fn of(file: File) -> Self {
        let (mut answers, mut receipts) = (Codes::default(), Codes::default());
        for (index, entry) in file.entry.iter().enumerate() {
            let codes = match entry.of {
                Source::Answer => &mut answers,
                Source::Receipt => &mut receipts,
            };
            for code in &entry.codes {
                codes.add(code, index);
            }
        }
        Self { entries: file.entry, answers, receipts }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use aliyun_sms::{RECEIPT_CODES, Who, known_codes};

    use super::*;
    use crate::connectors::kit::Trouble;

    /// Statuses that an endpoint of one's own may answer with.
    const STATUSES: [&str; 10] = ["1*", "3*", "401", "403", "404", "405", "408", "429", "4*", "5*"];

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
    fn every_trouble_status_and_receipt_is_explained() {
        for code in Trouble::ALL.map(Trouble::as_str).into_iter().chain(STATUSES) {
            let entry = find(&code.replace('*', "99")).unwrap_or_else(|| panic!("{code}"));
            assert!(entry.codes.iter().any(|one| one == code), "{code} itself");
        }
        let unknown = find_receipt(UNKNOWN_RECEIPT);
        for code in RECEIPT_CODES {
            let entry = find_receipt(&code.replace('*', "0999")).unwrap();
            assert!(entry.codes.iter().any(|one| one == code), "{code} itself");
        }
        assert!(unknown.is_some_and(|entry| find_receipt("SOMETHING:NEW") == Some(entry)));
        assert_eq!(find_receipt("500"), unknown, "an operator's 500 is no status of HTTP");
    }

    #[test]
    fn the_desk_explains_no_code_that_nobody_has_and_none_twice() {
        let answers = known_codes().iter().map(|facts| facts.code);
        let troubles = Trouble::ALL.into_iter().map(Trouble::as_str);
        let answers: HashSet<_> = answers.chain(troubles).chain(STATUSES).collect();
        let receipts: HashSet<_> = RECEIPT_CODES.iter().copied().chain([UNKNOWN_RECEIPT]).collect();
        let mut seen = HashSet::new();
        for entry in entries() {
            let is_receipt = entry.of == Source::Receipt;
            for code in &entry.codes {
                let known = if is_receipt { &receipts } else { &answers };
                assert!(known.contains(code.as_str()), "{code}");
                assert!(seen.insert((is_receipt, code)), "{code} twice");
            }
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
            let is_address = |link: &String| link.starts_with("https://");
            assert!(entry.link.as_ref().is_none_or(is_address), "{:?}", entry.codes);
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
