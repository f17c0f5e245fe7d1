//! One of every page about what is refused, and of the parts that stand on others.
use haoma_core::sending_rules::{Effect, Kind};

use super::fields::{Choice, Choices, Field};
use super::lists::{Cell, Pager, Table};
use super::overview::Figure;
use super::parts::{Again, Badge, Confirm, Head, Link, Notice, Tabs, Tone};
use super::samples::shell;
use super::security::{Line, ReplacePage, RuleForm, RulesPage, SecurityPage, reason};
use super::shell::Section;
use crate::views::problem::Problem;
use crate::views::samples::{NASTY, Sample, draw};
use crate::web::i18n::Lang;

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let rules = rules(lang);
    let mut wrong = rules.clone();
    if let Some(form) = &mut wrong.form {
        let problem = |key: &str| Some(Problem::of_page(lang, "guard.invalid_input", key));
        form.value.problem = problem("console-rule-value-wrong-prefix");
        form.reason.problem = problem("console-rule-reason-wrong");
    }
    vec![
        ("console-security", draw(&security(lang))),
        ("console-security-rules", draw(&rules)),
        ("console-security-rules-wrong", draw(&wrong)),
        ("console-security-replace", draw(&replace(lang))),
    ]
}

fn t(lang: Lang, key: &str) -> String {
    lang.t(key).into_owned()
}

/// A button that blocks.
pub(super) fn block(lang: Lang) -> Confirm {
    let days = vec![Choice::new("7", lang.t1("console-rule-days", "count", 7), "7")];
    Confirm {
        ask: t(lang, "console-block-network"),
        of: Some(NASTY.to_owned()),
        text: lang.t1("console-block-network-what", "name", NASTY).into_owned(),
        action: "/console/security/rules".to_owned(),
        fields: vec![("value".to_owned(), NASTY.to_owned())],
        choice: Some(Choices::new("days", t(lang, "console-rule-lasts"), days)),
        is_calm: true,
        go: t(lang, "console-block-go"),
        ..Confirm::default()
    }
}

fn tabs(lang: Lang) -> Tabs {
    let tab = |key: &str, path: &str| Link::new(t(lang, key), path);
    let now = (tab("console-security-now", "/console/security"), true);
    let rules = (tab("console-rules", "/console/security/rules"), false);
    Tabs { label: t(lang, "console-security"), all: vec![now, rules] }
}

fn security(lang: Lang) -> SecurityPage {
    let columns = |names: &[&str]| names.iter().map(|one| t(lang, one)).collect();
    let number = |text: &str| Cell::Number(text.to_owned());
    let line = |name: &str, id: &str| Line {
        name: name.to_owned(),
        is_code: true,
        badges: vec![Badge::new(Tone::Bad, t(lang, "console-security-tripped"))],
        reason: None,
        text: lang.t1("console-security-refused-count", "count", "1,234").into_owned(),
        deed: Some(Confirm {
            choice: block(lang).choice.map(|choice| choice.id(id)),
            ..block(lang)
        }),
    };
    SecurityPage {
        shell: shell(lang, Section::Security),
        head: Head::new(t(lang, "console-security")),
        tabs: tabs(lang),
        alarms: Notice::bad(lang, "console-alarm-wrong-codes"),
        alarm_names: "wrong_codes".to_owned(),
        figures: vec![Figure {
            term: t(lang, "console-security-sent-hour"),
            count: "1,234".to_owned(),
        }],
        budgets: Table {
            caption: t(lang, "console-security-budgets"),
            columns: columns(&["console-security-budget", "console-security-used"]),
            rows: vec![vec![Cell::Text(t(lang, "setting-budget-hour")), number("800")]],
        },
        countries: vec![line(NASTY, "one")],
        refused: Table {
            caption: t(lang, "console-security-refused"),
            columns: columns(&["console-security-why", "console-security-last-hour"]),
            rows: vec![vec![Cell::Text(reason(lang, "address")), number("12")]],
        },
        none_refused: None,
        pager: Pager::default(),
        origins: vec![line("203.0.113.7", "two")],
    }
}

fn rule(lang: Lang) -> Line {
    Line {
        name: "+86\u{a0}138\u{a0}****\u{a0}8000".to_owned(),
        badges: vec![Badge::new(Tone::Good, t(lang, "console-rule-is-allowed"))],
        reason: Some(NASTY.to_owned()),
        text: t(lang, "console-rule-always"),
        ..Line::default()
    }
}

fn replace(lang: Lang) -> ReplacePage {
    let blocked = Badge::new(Tone::Bad, t(lang, "console-rule-is-blocked"));
    ReplacePage {
        shell: shell(lang, Section::Security),
        head: Head::new(t(lang, "console-rule-there-title")),
        tabs: tabs(lang),
        told: Notice::new(Tone::Warn, t(lang, "console-rule-there-blocks")),
        there: vec![rule(lang)],
        instead: vec![Line { badges: vec![blocked], ..rule(lang) }],
        again: Again::new("/console/security/rules", [("value", NASTY)]),
        replaces: NASTY.to_owned(),
        is_gain: false,
        back: "/console/security/rules",
    }
}

fn rules(lang: Lang) -> RulesPage {
    let deed = Some(Confirm { choice: None, ..block(lang) });
    let line = Line { deed, ..rule(lang) };
    let effects = [Effect::Block, Effect::Allow].map(|one| {
        Choice::new(one.as_str(), t(lang, &format!("console-rule-{}", one.as_str())), "block")
    });
    let kinds = Kind::ALL.map(|one| {
        Choice::new(one.as_str(), t(lang, &format!("console-rule-kind-{}", one.as_str())), "prefix")
    });
    let days = vec![Choice::new("7", lang.t1("console-rule-days", "count", 7), "7")];
    RulesPage {
        shell: shell(lang, Section::Security),
        head: Head::new(t(lang, "console-security")),
        tabs: tabs(lang),
        rules: vec![line],
        empty: None,
        pager: Pager::default(),
        form: Some(RuleForm {
            effect: Choices::new("type", t(lang, "console-rule-effect"), effects.to_vec()),
            kind: Choices::new("kind", t(lang, "console-rule-kind"), kinds.to_vec()),
            value: Field::new("value", t(lang, "console-rule-value")).holding(NASTY),
            lasts: Choices::new("days", t(lang, "console-rule-lasts"), days),
            reason: Field::new("reason", t(lang, "console-rule-reason")).optional(),
        }),
    }
}
