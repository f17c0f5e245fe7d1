//! Who did what: the list, one event, and what an event is called.
use askama::Template;

use crate::refusals::KEYS;
use crate::views::console::lists::{Empty, Filter, Pager, Table};
use crate::views::console::parts::{Code, Confirm, Fact, Head, Notice};
use crate::views::console::security;
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::web::i18n::Lang;

/// `/console/audit-log`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/audit_log.html")]
pub struct AuditLogPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// What the list is narrowed by.
    pub filter: Filter,
    /// That only a part was searched.
    pub cut: Option<Notice>,
    /// The events.
    pub table: Table,
    /// Instead of a table of nothing.
    pub empty: Option<Empty>,
    /// The pages beside this one.
    pub pager: Pager,
    /// What narrows the list, for the form that exports it.
    pub kept: Vec<(String, String)>,
    /// Events of a file at most.
    pub most: usize,
}

/// `/console/audit-log/{id}`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/audit_event.html")]
pub struct AuditEventPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// What is known of it.
    pub facts: Vec<Fact>,
    /// Keeping messages from where it came from, for who may.
    pub block: Option<Confirm>,
    /// What it tells besides, as JSON.
    pub payload: Option<Code>,
}

impl Framed for AuditLogPage {
    fn has_error(&self) -> bool {
        self.filter.fields.iter().any(|one| one.problem.is_some())
    }
}

impl Framed for AuditEventPage {}

/// What events begin with, in the order in which people look for them.
pub const GROUPS: [&str; 21] = [
    "Interaction",
    "Account",
    "ExchangeTokenBy",
    "RevokeToken",
    "RevokeGrants",
    "Session",
    "VerificationCode",
    "User",
    "Application",
    "Connector",
    "SignInExperience",
    "Message",
    "Administrator",
    "SigningKey",
    "SealingKey",
    "AuditLog",
    "Resource",
    "Scope",
    "Role",
    "SendingRule",
    "Refused",
];

/// What a kind of event is called; one that has no name of its own keeps its key.
pub fn name(lang: Lang, key: &str) -> String {
    if let Some(reason) = key.strip_prefix(KEYS).and_then(|rest| rest.strip_prefix('.')) {
        return lang.t1("event-refused", "reason", security::reason(lang, reason)).into_owned();
    }
    let name = format!("event-{}", key.replace('.', "-"));
    if lang.has(&name) { lang.t(&name).into_owned() } else { key.to_owned() }
}

/// What a group of events is called.
pub fn group_name(lang: Lang, group: &str) -> String {
    lang.t(&format!("event-group-{group}")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_a_name_in_both_languages_and_an_unknown_one_keeps_its_key() {
        assert_eq!(name(Lang::En, "Interaction.SignIn.Submit"), "Sign-in completed");
        assert_eq!(name(Lang::ZhCn, "Interaction.SignIn.Submit"), "登录完成");
        assert_eq!(name(Lang::En, "Somebody.Elses.Event"), "Somebody.Elses.Event");
        for group in GROUPS {
            for lang in Lang::ALL {
                assert!(!group_name(lang, group).starts_with("event-group"), "{group}");
            }
        }
    }

    /// Every literal of the source that is a key of an event.
    fn keys(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                keys(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let source = std::fs::read_to_string(&path).unwrap();
                let code = source.split("#[cfg(test)]").next().unwrap();
                let literals = code.split('"').filter(|text| text.contains('.'));
                let is_key = |text: &&str| {
                    let group = text.split('.').next().unwrap_or_default();
                    GROUPS.contains(&group)
                        && text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'.')
                };
                found.extend(literals.filter(is_key).map(ToOwned::to_owned));
            }
        }
    }

    #[test]
    fn every_event_has_a_name_in_both_languages() {
        let mut found = vec![];
        keys(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 30, "{found:?}");
        for key in found {
            for lang in Lang::ALL {
                assert_ne!(name(lang, &key), key, "{}", lang.tag());
            }
        }
    }
}
