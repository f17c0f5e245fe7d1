//! The messages that were sent, and one of them.
use askama::Template;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::messages::Status;

use crate::views::console::fields::Field;
use crate::views::console::lists::{Empty, Filter, Pager, Table};
use crate::views::console::parts::{Badge, Confirm, Fact, Head, Link, Notice, Tone};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::web::i18n::Lang;

/// `/console/messages`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/messages.html")]
pub struct MessagesPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// The number to search for.
    pub number: Field,
    /// What the list is narrowed by.
    pub filter: Filter,
    /// That only a part was searched.
    pub cut: Option<Notice>,
    /// The messages.
    pub table: Table,
    /// Instead of a table of nothing.
    pub empty: Option<Empty>,
    /// The pages beside this one.
    pub pager: Pager,
}

/// `/console/messages/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/message.html")]
pub struct MessagePage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// What its state means.
    pub about: String,
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// What happened, in order.
    pub timeline: Vec<Event>,
    /// What the provider said, in words.
    pub verdict: Option<Verdict>,
    /// Where the form goes that asks the provider, for who may and where it can help.
    pub ask: Option<String>,
    /// Keeping messages from the number or its country, for who may.
    pub block: Vec<Confirm>,
}

/// Something that happened to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// To the millisecond.
    pub at: String,
    /// Since the one before.
    pub since: Option<String>,
    /// What.
    pub text: String,
}

/// What a code of the provider means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The code.
    pub code: String,
    /// Why it happens.
    pub cause: String,
    /// Who has to act.
    pub who: String,
    /// What to do.
    pub fix: String,
    /// Where to act, or to read more.
    pub link: Option<Link>,
}

impl Framed for MessagesPage {
    fn has_error(&self) -> bool {
        self.number.problem.is_some() || self.filter.fields.iter().any(|one| one.problem.is_some())
    }
}

impl Framed for MessagePage {}

/// A state, as a badge.
pub fn status_badge(lang: Lang, status: Status) -> Badge {
    Badge::new(tone(status), lang.t(&status_key(status)))
}

/// The key of a state's name.
pub fn status_key(status: Status) -> String {
    format!("message-status-{}", status.as_str().replace('_', "-"))
}

const fn tone(status: Status) -> Tone {
    match status {
        Status::Pending => Tone::Plain,
        Status::Accepted | Status::Delivered => Tone::Good,
        Status::NotSent | Status::Unknown => Tone::Warn,
        Status::Refused | Status::Undelivered => Tone::Bad,
    }
}

/// What a use is called.
pub fn usage_name(lang: Lang, usage_type: UsageType) -> String {
    lang.t(&format!("message-for-{}", usage_type.as_str())).into_owned()
}

/// A masked number in groups, on one line: `+86 138 **** 8000`.
pub fn grouped(masked: &str) -> String {
    masked.replace("****", " **** ").replace(' ', "\u{a0}")
}

/// A moment in UTC to the second, on one line.
pub fn exact(at: Timestamp) -> String {
    moment(at).strftime("%Y-%m-%d\u{a0}%H:%M:%S").to_string()
}

/// The same within a sentence: a line ends neither within the day nor within the time.
pub fn in_words(at: Timestamp) -> String {
    moment(at).strftime("%Y-\u{2060}%m-\u{2060}%d %H:%M\u{a0}UTC").to_string()
}

/// A moment in UTC, to the millisecond.
pub fn exact_millis(at: Timestamp) -> String {
    moment(at).strftime("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// How long something took.
pub fn took(lang: Lang, millis: i64) -> String {
    match millis.max(0) {
        0..=9_999 => lang.t1("console-took-millis", "count", millis.max(0)).into_owned(),
        millis => lang.t1("console-took-seconds", "count", millis / 1000).into_owned(),
    }
}

fn moment(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_use_has_a_name_in_both_languages() {
        for lang in Lang::ALL {
            for status in Status::ALL {
                let key = status_key(status);
                assert!(lang.has(&key) && lang.has(&format!("{key}-about")), "{key}");
            }
            for usage_type in UsageType::ALL {
                assert!(!usage_name(lang, usage_type).starts_with("message-for-"), "{usage_type}");
            }
        }
    }

    #[test]
    fn moments_are_exact() {
        assert_eq!(exact(Timestamp(1_795_305_630_007)), "2026-11-22\u{a0}00:00:30");
        assert_eq!(exact_millis(Timestamp(1_795_305_630_007)), "2026-11-22 00:00:30.007");
        assert_eq!(grouped("+86 138****8000"), "+86\u{a0}138\u{a0}****\u{a0}8000");
    }
}
