//! How people sign in, and what the pages look like.
mod controls;
#[cfg(test)]
pub(crate) mod samples;

use askama::Template;
use haoma_core::policy::{CodePolicy, SendPolicy};

use crate::experience::pages::preview::Page;
use crate::experience::readiness::Gap;
use crate::experience::rules::Broken;
use crate::experience::typed::{self, Typed, line};
use crate::views::console::fields::{Choice, Choices, Tick, Wrong};
use crate::views::console::parts::{Badge, Head, Link, Notice, Tabs, Tone};
use crate::views::console::shell::{Section, Shell};
use crate::views::frame::{Framed, Ground};
use crate::views::phone::Country;
use crate::web::i18n::Lang;

/// `/console/sign-in-experience`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sign_in_experience.html")]
pub struct SignInExperiencePage {
    /// What surrounds it.
    pub shell: Shell,
    /// What the form holds.
    pub typed: Typed,
    /// The rules it breaks.
    pub broken: Vec<Broken>,
    /// What is missing before people can sign in, as it is stored.
    pub gaps: Vec<Gap>,
    /// Whether a new account would need more than a number.
    pub needs_more: bool,
    /// What holds where nothing is typed.
    pub otherwise: Otherwise,
    /// Every country, the allowed ones first.
    pub countries: Vec<Country>,
    /// What differs from what somebody stored who was faster.
    pub others: Option<Vec<String>>,
    /// Whether this administrator may change anything.
    pub can_save: bool,
    /// Whether it holds more than what is stored.
    pub is_draft: bool,
    /// Whether people may see and change their own account, as it is stored: a form of its own, because it is no part of the document.
    pub account: Tick,
}

/// What the configuration file says of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Otherwise {
    /// How codes live.
    pub codes: CodePolicy,
    /// How often messages go out.
    pub limits: SendPolicy,
}

/// The parts of the page, in their order.
const PARTS: [&str; 5] = ["open", "countries", "look", "terms", "codes"];

/// The fields that can be wrong, in their order.
const FIELDS: [&str; 16] = [
    typed::PHONE,
    line::ELSEWHERE,
    typed::ALLOWED,
    line::DEFAULT_COUNTRY,
    line::NAME,
    line::LOGO,
    line::DARK_LOGO,
    line::ICON,
    line::ACCENT,
    line::DARK_ACCENT,
    line::LANGUAGE,
    line::TERMS,
    line::PRIVACY,
    line::LIFE,
    line::GUESSES,
    line::COOLDOWN,
];

/// The switch of the account page.
pub fn account(lang: Lang, is_open: bool) -> Tick {
    let tick = Tick::new("account", lang.t("console-account-center-switch"), is_open);
    tick.hint(lang.t("console-account-center-hint"))
}

impl Framed for SignInExperiencePage {
    fn has_error(&self) -> bool {
        !self.broken.is_empty() || self.others.is_some()
    }
}

impl SignInExperiencePage {
    fn lang(&self) -> Lang {
        self.shell.lang
    }

    fn t(&self, key: &str) -> String {
        self.lang().t(key).into_owned()
    }

    /// The top of the page: whether anybody can sign in.
    pub fn head(&self) -> Head {
        let badge = match self.gaps.as_slice() {
            [] => Badge::new(Tone::Good, self.t("console-experience-open")),
            gaps if gaps.contains(&Gap::PhoneOff) || gaps.contains(&Gap::NoConnector) => {
                Badge::new(Tone::Bad, self.t("console-experience-closed"))
            }
            _ => Badge::new(Tone::Warn, self.t("console-experience-partly")),
        };
        Head {
            lead: Some(self.t("console-experience-lead")),
            badges: vec![badge],
            ..Head::new(self.t(Section::SignInExperience.key()))
        }
    }

    /// What is missing.
    pub fn banner(&self) -> Option<Notice> {
        if self.gaps.is_empty() {
            return None;
        }
        let sends = |gap: &Gap| matches!(gap, Gap::NoConnector | Gap::NoTemplate { .. });
        let link = Link::new(self.t("console-connectors"), Section::Connectors.path());
        Some(Notice {
            list: self.gaps.iter().map(|gap| gap.message(self.lang())).collect(),
            link: self.gaps.iter().any(sends).then_some(link),
            ..Notice::new(Tone::Warn, self.t("console-experience-missing"))
        })
    }

    /// That somebody else was faster.
    pub fn conflict(&self) -> Option<Notice> {
        let others = self.others.as_ref()?;
        let mut list: Vec<_> = others.iter().filter_map(|path| self.member(path)).collect();
        list.dedup();
        Some(Notice {
            list,
            link: Some(Link::new(
                self.t("console-experience-stored"),
                Section::SignInExperience.path(),
            )),
            ..Notice::new(Tone::Bad, self.t("console-experience-overtaken"))
        })
    }

    /// What people call a member of the document.
    fn member(&self, path: &str) -> Option<String> {
        let key = label_key(path);
        self.lang().has(&key).then(|| self.t(&key))
    }

    /// The parts of the page.
    pub fn tabs(&self) -> Tabs {
        let link = |part: &str| {
            Link::new(self.t(&format!("console-experience-part-{part}")), format!("#{part}"))
        };
        let all = PARTS.into_iter().chain(["preview"]).map(|part| (link(part), false)).collect();
        Tabs { label: self.t("console-experience-parts"), all }
    }

    /// What is wrong, in the order of the page.
    pub fn wrongs(&self) -> Vec<Wrong> {
        let wrong = |name: &&str| {
            let label = self.t(&label_key(name));
            self.problem(name).map(|problem| Wrong { id: id(name), label, problem })
        };
        FIELDS.iter().filter_map(wrong).collect()
    }

    /// Which page the preview shows.
    pub fn previews(&self) -> Vec<Choices> {
        let choices = |name: &str, options: Vec<(&str, String)>| {
            let first = options.first().map_or("", |(value, _)| *value);
            let options =
                options.iter().map(|(value, label)| Choice::new(*value, label, first)).collect();
            Choices::new(name, self.t(&format!("console-experience-preview-{name}")), options)
        };
        let word = |value: &str| self.t(&format!("console-experience-preview-{value}"));
        let langs = [self.lang()]
            .into_iter()
            .chain(Lang::ALL.into_iter().filter(|one| *one != self.lang()));
        vec![
            choices("page", Page::ALL.map(|page| (page.as_str(), word(page.as_str()))).to_vec()),
            choices("lang", langs.map(|lang| (lang.tag(), lang.own_name().to_owned())).collect()),
            choices("theme", Ground::ALL.map(|one| (one.as_str(), word(one.as_str()))).to_vec()),
            choices("size", ["small", "wide"].map(|size| (size, word(size))).to_vec()),
        ]
    }
}

/// The key of what people call a member.
fn label_key(name: &str) -> String {
    format!("console-experience-{}", kebab(name))
}

/// The field that a member of the document is typed into.
fn field_of(key_path: &'static str) -> &'static str {
    if key_path.starts_with("signUp.") { typed::PHONE } else { key_path }
}

/// An id of the page: `color.primaryColor` is `color-primaryColor`.
fn id(name: &str) -> String {
    name.replace('.', "-")
}

/// A part of a key: `color.primaryColor` is `color-primary-color`.
fn kebab(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        match c {
            '.' => key.push('-'),
            upper if upper.is_ascii_uppercase() => {
                key.push('-');
                key.push(upper.to_ascii_lowercase());
            }
            other => key.push(other),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experience::rules::{self, Rule};
    use crate::experience::settings::SignInExperience;

    #[test]
    fn every_rule_finds_its_field() {
        let some = || Some("?".to_owned());
        let mut document = SignInExperience::default();
        document.sign_up.identifiers = vec!["phone".to_owned(), "phone".to_owned()];
        document.branding.logo_url = some();
        document.branding.dark_logo_url = some();
        document.branding.favicon = some();
        document.branding.name = Some(String::new());
        "?".clone_into(&mut document.color.primary_color);
        "?".clone_into(&mut document.color.dark_primary_color);
        "?".clone_into(&mut document.language_info.fallback_language);
        document.terms_of_use_url = some();
        document.privacy_policy_url = some();
        document.unknown_session_redirect_url = some();
        document.verification_code_policy.expiration_duration = Some(0);
        document.verification_code_policy.max_retry_attempts = Some(0);
        document.verification_code_policy.resend_cooldown = Some(0);
        let mut found = rules::broken(&document, false);
        document.phone_regions.allowed.clear();
        found.extend(rules::broken(&document, false));
        for broken in &found {
            assert!(FIELDS.contains(&field_of(broken.key_path)), "{broken:?}");
        }
        let missed = Rule::ALL.iter().filter(|rule| found.iter().all(|one| one.rule != **rule));
        let missed: Vec<_> = missed.collect();
        let others = [Rule::NeedsConnector, Rule::NeedsPhoneSignIn, Rule::DefaultNotAllowed];
        assert_eq!(missed, others.iter().collect::<Vec<_>>(), "these name the switch and the list");
    }
}
