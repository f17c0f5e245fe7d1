//! How things are: what to do first, and what was counted.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::applications;

use super::administrator::Signed;
use super::shell::shell;
use crate::app::App;
use crate::error::api::ApiError;
use crate::experience::readiness::{Gap, gaps};
use crate::management::query::Query;
use crate::statistics::{Counted, Day};
use crate::views::console::chart::{Chart, Data, Unit, number};
use crate::views::console::messages::exact;
use crate::views::console::overview::{Figure, NextStep, OverviewPage, Stage};
use crate::views::console::parts::{Head, Link, Notice, Tabs, Tone};
use crate::views::console::shell::Section;
use crate::web::i18n::Lang;

const HERE: Section = Section::Overview;
/// Days of a range.
const RANGES: [i64; 2] = [7, 30];

/// `GET /console`.
pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let lang = signed.visit.lang;
    let asked = query.one("days").and_then(|text| text.parse().ok());
    let range = asked.filter(|days| RANGES.contains(days)).unwrap_or(RANGES[0]);
    let counted = app.statistics.last(&app.db, range, signed.now).await?;
    let gaps = steps(&app, lang).await?;
    let is_fresh = gaps.is_empty() && counted.days.iter().all(|day| day.sign_ins == 0);
    let page = OverviewPage {
        shell: shell(&app, &signed, HERE, &path(range)),
        head: Head::new(lang.t(HERE.key())),
        ready: is_fresh.then(|| ready(&app, lang)),
        gaps,
        ranges: ranges(lang, range),
        figures: figures(lang, &counted),
        charts: charts(lang, &counted.days),
        funnel: funnel(lang, &counted.days),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

fn path(range: i64) -> String {
    if range == RANGES[0] {
        HERE.path().to_owned()
    } else {
        format!("{}?days={range}", HERE.path())
    }
}

/// What is missing before people can sign in, and where it is done.
async fn steps(app: &App, lang: Lang) -> Result<Vec<NextStep>, ApiError> {
    let in_use = app.connector.load_full();
    let connector = in_use.as_ref().as_ref().map(|in_use| &*in_use.connector);
    let experience = app.experience.load();
    let found = gaps(&experience, connector);
    drop(experience);
    let mut steps: Vec<_> = found.iter().map(|gap| step(lang, gap)).collect();
    let kinds = ["Native", "SPA", "Traditional"].map(str::to_owned).into();
    let sign_people_in = applications::Filter { kinds, ..applications::Filter::default() };
    if applications::count(&app.db, &sign_people_in).await? == 0 {
        let text = lang.t("console-next-no-application").into_owned();
        steps.push(NextStep { text, link: link(lang, Section::Applications) });
    }
    Ok(steps)
}

fn step(lang: Lang, gap: &Gap) -> NextStep {
    let section = match gap {
        Gap::NoConnector | Gap::NoTemplate { .. } => Section::Connectors,
        Gap::AsksForMore | Gap::PhoneOff => Section::SignInExperience,
    };
    NextStep { text: gap.message(lang), link: link(lang, section) }
}

fn link(lang: Lang, section: Section) -> Link {
    Link::new(lang.t(section.key()), section.path())
}

fn ready(app: &App, lang: Lang) -> Notice {
    let mut told = Notice::new(Tone::Good, lang.t("console-ready"));
    if app.settings.demo_inbox.is_some() {
        told.link = Some(Link::new(lang.t("console-ready-demo"), "/demo-app"));
    }
    told
}

fn ranges(lang: Lang, range: i64) -> Tabs {
    let tab = |days: i64| {
        let text = lang.t1("console-range", "count", days).into_owned();
        (Link::new(text, path(days)), days == range)
    };
    Tabs { label: lang.t("console-ranges").into_owned(), all: RANGES.map(tab).into() }
}

fn sum(days: &[Day], of: impl Fn(&Day) -> i64) -> i64 {
    days.iter().map(of).sum()
}

fn figures(lang: Lang, counted: &Counted) -> Vec<Figure> {
    let days = &counted.days;
    let all = [
        ("users", counted.users),
        ("registrations", sum(days, |day| day.registrations)),
        ("sign-ins", sum(days, |day| day.sign_ins)),
        ("accepted", sum(days, |day| day.accepted)),
        ("failed", sum(days, |day| day.failed)),
        ("open", sum(days, |day| day.open)),
    ];
    let figure = |(key, count): (&str, i64)| Figure {
        term: lang.t(&format!("console-figure-{key}")).into_owned(),
        count: number(count),
    };
    // messages without an outcome are worth a word only when there are some
    all.into_iter().filter(|(key, count)| *key != "open" || *count > 0).map(figure).collect()
}

fn charts(lang: Lang, days: &[Day]) -> Vec<Chart> {
    let t = |key: &str| lang.t(&format!("console-figure-{key}")).into_owned();
    let one = |id: &'static str, of: fn(&Day) -> i64| {
        let series = [(t(id), "plain")];
        let days = days.iter().map(|day| (name(day), vec![of(day)])).collect();
        Chart::of(lang, Data { id, title: t(id), series: &series, days, unit: Unit::Things })
    };
    let both = [(t("accepted"), "plain"), (t("failed"), "bad")];
    let messages = Data {
        id: "messages",
        title: lang.t("console-messages").into_owned(),
        series: &both,
        days: days.iter().map(|day| (name(day), vec![day.accepted, day.failed])).collect(),
        unit: Unit::Things,
    };
    vec![
        one("sign-ins", |day| day.sign_ins),
        one("registrations", |day| day.registrations),
        Chart::of(lang, messages),
        conversion(lang, days),
    ]
}

/// How many of the codes that went out came back right, day by day.
fn conversion(lang: Lang, days: &[Day]) -> Chart {
    let title = || lang.t("console-figure-conversion").into_owned();
    let rate = |day: &Day| percent(day.verified, day.sent).map(|rate| rate.min(100));
    let whole = percent(sum(days, |day| day.verified), sum(days, |day| day.sent));
    let sentence = match whole {
        Some(percent) => lang.t1("console-figure-conversion-all", "percent", percent.min(100)),
        None => lang.t("console-figure-conversion-none"),
    };
    let data = Data {
        id: "conversion",
        title: title(),
        series: &[(title(), "plain")],
        days: days.iter().map(|day| (name(day), rate(day).into_iter().collect())).collect(),
        unit: Unit::Percent(sentence.into_owned()),
    };
    Chart::of(lang, data)
}

/// A part of a whole, rounded; `None` where there is no whole.
fn percent(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 100 + whole / 2) / whole.max(1))
}

/// A day as people read it: `11-22`.
fn name(day: &Day) -> String {
    exact(day.begin).chars().skip("2026-".len()).take("11-22".len()).collect()
}

fn funnel(lang: Lang, days: &[Day]) -> Vec<Stage> {
    let sent = sum(days, |day| day.sent);
    let all = [
        ("sent", sent),
        ("verified", sum(days, |day| day.verified)),
        ("signed-in", sum(days, |day| day.sign_ins)),
    ];
    let stage = |(key, count): (&str, i64)| Stage {
        term: lang.t(&format!("console-funnel-{key}")).into_owned(),
        count: number(count),
        percent: percent(count, sent),
    };
    all.into_iter().map(stage).collect()
}
