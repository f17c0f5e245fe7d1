//! One of every page that tells what happened and what holds.
use haoma_core::usage_type::UsageType;
use haoma_store::messages::Status;

use super::audit_log::{AuditEventPage, AuditLogPage, name};
use super::chart::{Chart, Data, Unit};
use super::fields::Field;
use super::lists::{Cell, Empty, Filter, Pager, Table};
use super::messages::{
    Event, MessagePage, MessagesPage, Verdict, grouped, status_badge, status_key, took, usage_name,
};
use super::overview::{Figure, NextStep, OverviewPage, Stage};
use super::parts::{Code, Fact, Head, Link, Notice, Tabs, Tone};
use super::samples::shell;
use super::settings::{Part, SettingsPage};
use super::shell::Section;
use crate::views::problem::Problem;
use crate::views::samples::{NASTY, Sample, draw};
use crate::web::i18n::Lang;

pub(super) fn all(lang: Lang) -> Vec<Sample> {
    let list = messages(lang);
    let wrong = Problem::of_page(lang, "filter.not_a_day", "error-filter-not-a-day");
    let empty = Empty {
        title: t(lang, "console-messages-none-fit"),
        lead: t(lang, "console-messages-none-fit-lead"),
        action: None,
    };
    let refused = MessagesPage {
        number: list.number.clone().wrong(Some(wrong)),
        empty: Some(empty),
        ..list.clone()
    };
    vec![
        ("console-overview", draw(&overview(lang))),
        ("console-messages", draw(&list)),
        ("console-messages-wrong", draw(&refused)),
        ("console-message", draw(&message(lang))),
        ("console-audit-log", draw(&audit_log(lang))),
        ("console-audit-event", draw(&audit_event(lang))),
        ("console-settings", draw(&settings(lang))),
    ]
}

fn t(lang: Lang, key: &str) -> String {
    lang.t(key).into_owned()
}

fn overview(lang: Lang) -> OverviewPage {
    let series =
        [(t(lang, "console-figure-accepted"), "plain"), (t(lang, "console-figure-failed"), "bad")];
    let days = (1..=30).map(|n| (format!("11-{n:02}"), vec![n * 7, n % 4])).collect();
    let data = Data {
        id: "messages",
        title: t(lang, "console-messages"),
        series: &series,
        days,
        unit: Unit::Things,
    };
    let to = |section: Section| Link::new(lang.t(section.key()), section.path());
    let range = Link::new(lang.t1("console-range", "count", 7), "/console");
    OverviewPage {
        shell: shell(lang, Section::Overview),
        head: Head::new(t(lang, "console-overview")),
        gaps: vec![NextStep { text: t(lang, "gap-no-connector"), link: to(Section::Connectors) }],
        ready: Some(Notice::good(lang, "console-ready")),
        ranges: Tabs { label: t(lang, "console-ranges"), all: vec![(range, true)] },
        figures: vec![Figure { term: t(lang, "console-figure-users"), count: "12,345".to_owned() }],
        charts: vec![Chart::of(lang, data)],
        funnel: vec![Stage {
            term: t(lang, "console-funnel-sent"),
            count: "120".to_owned(),
            percent: Some(100),
        }],
    }
}

fn messages(lang: Lang) -> MessagesPage {
    let row = |status: Status| {
        vec![
            Cell::Link(Link::new("2026-11-22 00:00:30", "/console/messages/m")),
            Cell::Text(grouped("+86 138****8000")),
            Cell::Text(usage_name(lang, UsageType::SignIn)),
            Cell::Badges(vec![status_badge(lang, status)]),
            Cell::Code(NASTY.to_owned()),
        ]
    };
    let columns = ["time", "to", "use", "status", "code"];
    let path = "/console/messages".to_owned();
    MessagesPage {
        shell: shell(lang, Section::Messages),
        head: Head::new(t(lang, "console-messages")),
        number: Field::new("number", t(lang, "console-messages-number")).holding(NASTY),
        filter: Filter { path: path.clone(), is_used: true, ..Filter::default() },
        cut: Some(Notice::new(Tone::Plain, t(lang, "console-list-cut"))),
        table: Table {
            caption: t(lang, "console-messages"),
            columns: columns.map(|one| t(lang, &format!("console-messages-{one}"))).into(),
            rows: Status::ALL.map(row).into(),
        },
        empty: None,
        pager: Pager { newer: Some(path), older: None },
    }
}

fn message(lang: Lang) -> MessagePage {
    let status = Status::Unknown;
    let title = lang.t1("console-message-title", "number", grouped("+86 138****8000")).into_owned();
    MessagePage {
        shell: shell(lang, Section::Messages),
        head: Head { badges: vec![status_badge(lang, status)], ..Head::new(title) },
        about: t(lang, &format!("{}-about", status_key(status))),
        facts: vec![Fact::code(t(lang, "console-message-request"), NASTY)],
        timeline: vec![Event {
            at: "2026-11-22 00:00:30.007".to_owned(),
            since: Some(took(lang, 150)),
            text: t(lang, &format!("{}-event", status_key(status))),
        }],
        verdict: Some(Verdict {
            code: NASTY.to_owned(),
            cause: t(lang, "console-message-no-trace"),
            who: t(lang, "console-desk-administrator"),
            fix: t(lang, "console-message-no-answer"),
            link: Some(Link::new(t(lang, "console-desk-link"), "https://example.com/")),
        }),
        ask: Some("/console/messages/m/receipt".to_owned()),
        block: vec![super::security_samples::block(lang)],
    }
}

fn audit_log(lang: Lang) -> AuditLogPage {
    let link = Link::new(name(lang, "Interaction.SignIn.Submit"), "/console/audit-log/e");
    AuditLogPage {
        shell: shell(lang, Section::AuditLog),
        head: Head::new(t(lang, "console-audit-log")),
        filter: Filter::default(),
        cut: None,
        table: Table {
            caption: t(lang, "console-audit-log"),
            columns: vec![t(lang, "console-audit-event"), t(lang, "console-audit-who")],
            rows: vec![vec![Cell::Link(link), Cell::Code(NASTY.to_owned())]],
        },
        empty: None,
        pager: Pager::default(),
        kept: vec![("user".to_owned(), NASTY.to_owned())],
        most: 20_000,
    }
}

fn audit_event(lang: Lang) -> AuditEventPage {
    AuditEventPage {
        shell: shell(lang, Section::AuditLog),
        head: Head::new(name(lang, "Interaction.SignIn.Submit")),
        facts: vec![Fact::new(t(lang, "console-audit-program"), Cell::Text(NASTY.to_owned()))],
        block: Some(super::security_samples::block(lang)),
        payload: Some(Code {
            label: t(lang, "console-audit-payload"),
            text: NASTY.to_owned(),
            has_lines: true,
        }),
    }
}

fn settings(lang: Lang) -> SettingsPage {
    let row = vec![
        Cell::Text(t(lang, "setting-hour")),
        Cell::Text(lang.t1("setting-messages", "count", 5).into_owned()),
        Cell::Key("limits.per_number_hour".to_owned(), None),
    ];
    let table = Table {
        caption: t(lang, "settings-limits"),
        columns: ["setting-column", "setting-value", "setting-by"].map(|key| t(lang, key)).into(),
        rows: vec![row],
    };
    let part = |id: &'static str| Part {
        id,
        title: t(lang, "settings-sealing"),
        lead: t(lang, "settings-sealing-lead"),
        table: table.clone(),
    };
    SettingsPage {
        shell: shell(lang, Section::Settings),
        head: Head::new(t(lang, "console-settings")),
        looked: Some(Notice::good(lang, "console-sealing-clean")),
        parts: vec![part("limits"), part("sealing")],
        signing: table.clone(),
        can_look: true,
        rotate: Code {
            label: t(lang, "console-sealing-rotate"),
            text: "haoma keys rotate".to_owned(),
            has_lines: false,
        },
    }
}
