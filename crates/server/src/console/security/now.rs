//! What is sent and refused now: figures of the last hour and day, budgets, countries, and from where it is asked.
use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::limits::{self, Charge, Count, LimitKind};
use haoma_core::phone::Region;
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_store::limits as counters;
use haoma_store::refusals::{self as store, Refused};
use haoma_store::statistics;

use super::block::{of_address, of_country};
use super::{HERE, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::settings::money;
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::experience::pages::countries;
use crate::limit_table::{self, Limit, Policies};
use crate::management::query::Query;
use crate::refusals::{self, CHALLENGE, USUAL};
use crate::views::console::chart::number;
use crate::views::console::lists::{Cell, Empty, Pager, Table};
use crate::views::console::messages::in_words;
use crate::views::console::overview::Figure;
use crate::views::console::parts::{Badge, Head, Link, Notice, Tone};
use crate::views::console::security::{Line, SecurityPage, reason};
use crate::watch::watched_budgets;
use crate::web::i18n::Lang;

const HOUR_SECS: i64 = 60 * 60;
const DAY_SECS: i64 = 24 * HOUR_SECS;
/// Reasons and countries of one page.
const SIZE: i64 = 25;
const PAGE: usize = 25;
/// Countries and addresses that are shown: the most frequent.
const MOST_LINES: i64 = 20;
/// Alarms that are shown.
const MOST_ALARMS: i64 = 50;
/// Messages of any country that are looked at.
const MOST_COUNTRIES: i64 = 500;
/// How the counters of alarms begin, each of which is on until it ends.
const ALARMS: &str = "alarm:";

/// `GET /console/security`.
pub(super) async fn show(
    State(app): State<App>,
    signed: Signed,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    store_now(&app).await;
    let lang = signed.visit.lang;
    let since =
        Since { hour: signed.now.plus_secs(-HOUR_SECS), day: signed.now.plus_secs(-DAY_SECS) };
    let sent = statistics::regions(&app.db, since.hour, MOST_COUNTRIES).await?;
    let page = query.one("page").and_then(|page| page.parse::<i64>().ok()).unwrap_or(1);
    let page = page.clamp(1, 1_000);
    let refused = store::list(&app.db, since.day, (SIZE + 1, (page - 1) * SIZE)).await?;
    let has_more = i64::try_from(refused.len()).unwrap_or(0) > SIZE;
    let shown = refused.get(..refused.len().min(PAGE)).unwrap_or_default();
    let hour = store::list(&app.db, since.hour, (i64::MAX, 0)).await?;
    let href = |page: i64| format!("{}?page={page}", HERE.path());
    let (alarms, alarm_names) = alarms(&app, &signed).await?;
    let view = SecurityPage {
        shell: shell(&app, &signed, HERE, HERE.path()),
        head: Head {
            lead: Some(lang.t("console-security-lead").into_owned()),
            others: vec![Link::new(lang.t("console-security-refresh"), HERE.path())],
            ..Head::new(lang.t(HERE.key()))
        },
        tabs: tabs(lang, HERE.path()),
        alarms,
        alarm_names,
        figures: figures(&app, lang, &since, &sent).await?,
        budgets: budgets(&app, &signed).await?,
        countries: countries_of(&app, &signed, &sent).await?,
        refused: table(lang, shown, &hour),
        none_refused: shown.is_empty().then(|| Empty {
            title: lang.t("console-security-none-refused").into_owned(),
            lead: lang.t("console-security-none-refused-lead").into_owned(),
            action: None,
        }),
        pager: Pager {
            newer: (page > 1).then(|| href(page - 1)),
            older: has_more.then(|| href(page + 1)),
        },
        origins: origins(&app, &signed, since.hour).await?,
    };
    Ok(signed.draw(&app, StatusCode::OK, &view))
}

/// What this node counted a moment ago is shown, too. It is work of its own: what was taken to be stored is not lost with somebody who
/// closes the page. Where it cannot be stored the page is a few seconds late.
async fn store_now(app: &App) {
    let node = app.clone();
    match app.work.spawn(async move { refusals::store(&node).await }).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "refusals are not stored yet"),
        Err(error) => tracing::error!(%error, "refusals were not stored to the end"),
    }
}

/// The last hour, and the last day.
struct Since {
    hour: Timestamp,
    day: Timestamp,
}

/// The alarms that are on, each until its cause ends, and their names.
async fn alarms(app: &App, signed: &Signed) -> Result<(Notice, String), ApiError> {
    let lang = signed.visit.lang;
    let on = counters::list(&app.db, ALARMS, signed.now, MOST_ALARMS).await?;
    if on.is_empty() {
        return Ok((Notice::good(lang, "console-security-no-alarm"), String::new()));
    }
    let name = |name: &str| name.strip_prefix(ALARMS).unwrap_or_default().to_owned();
    let names: Vec<_> = on.iter().map(|(of, ..)| name(of)).collect();
    let line = |(of, _, until): &(String, Count, Timestamp)| {
        let name = alarm(lang, &name(of));
        let until = lang.t1("console-rule-until", "until", in_words(*until));
        format!("{name} · {until}")
    };
    let text = lang.t1("console-security-alarms", "count", on.len());
    let all = Link::new(lang.t("console-security-alarms-all"), "/console/audit-log?key=Alarm.");
    let list = on.iter().map(line).collect();
    let notice = Notice { list, link: Some(all), ..Notice::new(Tone::Bad, text) };
    Ok((notice, names.join(" ")))
}

/// What an alarm is about, by the name of its counter: `wrong_codes`, `country:VN`, `budget_hour:80`.
fn alarm(lang: Lang, name: &str) -> String {
    let (what, more) = name.split_once(':').unwrap_or((name, ""));
    match (what, Region::parse(more)) {
        ("captcha", _) => lang.t("console-alarm-captcha").into_owned(),
        ("wrong_codes", _) => lang.t("console-alarm-wrong-codes").into_owned(),
        ("country", Ok(region)) => {
            lang.t1("console-alarm-country", "name", countries::name(lang, region)).into_owned()
        }
        (budget, _) => format!("{}{}%", colon(lang, &budget_name(lang, budget)), more),
    }
}

fn colon(lang: Lang, name: &str) -> String {
    format!("{name}{}", lang.t("console-colon"))
}

/// A budget by the kind of its counter, as the settings call it.
fn budget_name(lang: Lang, kind: &str) -> String {
    lang.t(&format!("setting-{}", kind.replace('_', "-"))).into_owned()
}

async fn figures(
    app: &App,
    lang: Lang,
    since: &Since,
    sent: &[(String, i64)],
) -> Result<Vec<Figure>, ApiError> {
    let day = statistics::regions(&app.db, since.day, MOST_COUNTRIES).await?;
    let sum = |all: &[(String, i64)]| all.iter().map(|(_, count)| count).sum::<i64>();
    let figure = |key: &str, count: i64| Figure {
        term: lang.t(&format!("console-security-{key}")).into_owned(),
        count: number(count),
    };
    Ok(vec![
        figure("sent-hour", sum(sent)),
        figure("sent-day", sum(&day)),
        figure("refused-hour", store::sum(&app.db, since.hour, CHALLENGE).await?),
        figure("refused-day", store::sum(&app.db, since.day, CHALLENGE).await?),
    ])
}

async fn budgets(app: &App, signed: &Signed) -> Result<Table, ApiError> {
    let lang = signed.visit.lang;
    let mut rows = vec![];
    let (limits, guesses) = (app.limits(), app.settings.guesses);
    let all = limit_table::all(&Policies { codes: app.codes(), limits, guesses });
    for budget in watched_budgets(app, signed.now) {
        let found = counters::find(&app.db, &budget.bucket).await?;
        let living = found.filter(|(_, ends)| *ends > signed.now);
        let heights = all.iter().find(|limit| limit.limit == budget.kind.as_str());
        rows.push(budget_row(lang, (&budget, heights), living));
    }
    let columns = ["budget", "used", "of", "fill", "anew"];
    Ok(Table {
        caption: lang.t("console-security-budgets").into_owned(),
        columns: columns.map(|one| lang.t(&format!("console-security-{one}")).into_owned()).into(),
        rows,
    })
}

fn budget_row(
    lang: Lang,
    (budget, heights): (&Charge, Option<&Limit>),
    living: Option<(Count, Timestamp)>,
) -> Vec<Cell> {
    let is_money = budget.kind.as_str().starts_with("money");
    let shown = |n: i64| if is_money { in_currency(lang, n) } else { number(n) };
    let most = i64::from(budget.max.get());
    let used = living.map_or(0, |(count, _)| count.hits);
    let percent = used.saturating_mul(100) / most.max(1);
    let tone = match percent {
        ..50 => Tone::Good,
        50..80 => Tone::Plain,
        80..100 => Tone::Warn,
        _ => Tone::Bad,
    };
    let mut badges = vec![Badge::new(tone, format!("{percent}%"))];
    badges.extend(heights.and_then(|heights| meaning(lang, (budget.kind, heights), used)));
    vec![
        Cell::Text(budget_name(lang, budget.kind.as_str())),
        Cell::Number(shown(used)),
        Cell::Number(shown(most)),
        Cell::Badges(badges),
        living.map_or(Cell::Nothing, |(_, ends)| Cell::Soft(in_words(ends))),
    ]
}

/// What it means for people that so much of a budget is used: it ends earlier for those of whom less is known.
fn meaning(lang: Lang, (kind, heights): (LimitKind, &Limit), used: i64) -> Option<Badge> {
    let is_full = |height: Option<i64>| height.is_some_and(|height| used >= height);
    let badge = |tone, key: &str| Some(Badge::new(tone, lang.t(key)));
    match () {
        // messages go on without
        () if kind == LimitKind::CaptchaHour => {
            badge(Tone::Bad, "console-security-unasked").filter(|_| is_full(heights.most))
        }
        () if is_full(heights.most) => badge(Tone::Bad, "console-security-spent"),
        () if is_full(heights.solved) => badge(Tone::Bad, "console-security-kept"),
        () if is_full(heights.stranger) => badge(Tone::Warn, "console-security-working"),
        () => None,
    }
}

/// Nothing is `0.00` here, not "no limit" as among the settings.
fn in_currency(lang: Lang, units: i64) -> String {
    if units == 0 { "0.00".to_owned() } else { money(lang, units) }
}

/// Countries that are texted, and those whose breaker counts, the busiest first.
async fn countries_of(
    app: &App,
    signed: &Signed,
    sent: &[(String, i64)],
) -> Result<Vec<Line>, ApiError> {
    let listed = counters::list(&app.db, limits::COUNTRIES, signed.now, MOST_COUNTRIES).await?;
    let mut all: BTreeMap<Region, (i64, Option<(Count, Timestamp)>)> = BTreeMap::new();
    for (name, count) in sent {
        let Ok(region) = Region::parse(name) else { continue };
        all.entry(region).or_default().0 = *count;
    }
    for (name, count, ends) in listed {
        let place = name.strip_prefix(limits::COUNTRIES).and_then(|rest| rest.split(':').next());
        let Ok(region) = Region::parse(place.unwrap_or_default()) else { continue };
        all.entry(region).or_default().1 = Some((count, ends));
    }
    let mut all: Vec<_> = all.into_iter().collect();
    let unverified =
        |breaker: &Option<(Count, Timestamp)>| breaker.map_or(0, |(count, _)| count.hits);
    all.sort_by_key(|(_, (sent, breaker))| std::cmp::Reverse((unverified(breaker), *sent)));
    all.truncate(usize::try_from(MOST_LINES).unwrap_or_default());
    let line = |(region, (sent, breaker))| country(app, signed, region, (sent, breaker));
    Ok(all.into_iter().map(line).collect())
}

fn country(
    app: &App,
    signed: &Signed,
    region: Region,
    (sent, breaker): (i64, Option<(Count, Timestamp)>),
) -> Line {
    let lang = signed.visit.lang;
    let max = limits::unverified_of_country(&app.limits(), app.settings.prices.of(region));
    let mut text = vec![lang.t1("console-security-sent", "count", number(sent)).into_owned()];
    let mut badges = vec![];
    if let Some((count, ends)) = breaker.filter(|(count, _)| max > 0 && count.hits > 0) {
        let room = max.saturating_add(count.verified / 2);
        let open = format!("{} / {}", number(count.hits), number(room));
        text.push(lang.t1("console-security-unverified", "count", open).into_owned());
        // a captcha takes those who pass it as far again
        let has_more = app.settings.captcha.is_some() && count.hits < room.saturating_mul(2);
        if count.hits >= room && has_more {
            badges.push(Badge::new(Tone::Warn, lang.t("console-security-checking")));
        } else if count.hits >= room {
            badges.push(Badge::new(Tone::Bad, lang.t("console-security-tripped")));
        } else if count.hits * 2 >= room {
            badges.push(Badge::new(Tone::Warn, lang.t("console-security-working")));
        }
        if !badges.is_empty() {
            text.push(lang.t1("console-rule-until", "until", in_words(ends)).into_owned());
        }
    }
    Line {
        name: countries::name(lang, region),
        badges,
        text: text.join(" · "),
        deed: of_country(signed, region),
        ..Line::default()
    }
}

/// What was refused in the day, with how much of it in the hour. Where the audit log tells of it, the reason leads there.
fn table(lang: Lang, day: &[Refused], hour: &[Refused]) -> Table {
    let recent: BTreeMap<_, _> =
        hour.iter().map(|one| ((&one.reason, &one.place), one.hits)).collect();
    let row = |one: &Refused| {
        let words = reason(lang, &one.reason);
        let href = format!("/console/audit-log?key={}.{}", refusals::KEYS, one.reason);
        let is_told = !USUAL.contains(&one.reason.as_str());
        let place = Region::parse(&one.place);
        let place = place.map_or(one.place.clone(), |region| countries::name(lang, region));
        vec![
            if is_told { Cell::Link(Link::new(words, href)) } else { Cell::Text(words) },
            Cell::Text(place),
            Cell::Number(number(recent.get(&(&one.reason, &one.place)).copied().unwrap_or(0))),
            Cell::Number(number(one.hits)),
        ]
    };
    let columns = ["why", "country", "last-hour", "last-day"];
    Table {
        caption: lang.t("console-security-refused").into_owned(),
        columns: columns.map(|one| lang.t(&format!("console-security-{one}")).into_owned()).into(),
        rows: day.iter().map(row).collect(),
    }
}

/// From where it was asked for what was refused in the last hour.
async fn origins(app: &App, signed: &Signed, since: Timestamp) -> Result<Vec<Line>, ApiError> {
    let lang = signed.visit.lang;
    let found = store::list_origins(&app.db, since, MOST_LINES).await?;
    let line = |one: Refused| Line {
        is_code: true,
        text: lang.t1("console-security-refused-count", "count", number(one.hits)).into_owned(),
        deed: of_address(signed, &one.place),
        name: one.place,
        ..Line::default()
    };
    Ok(found.into_iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_says_for_whom_it_has_ended() {
        let all = limit_table::all(&Policies::default());
        let said = |kind: LimitKind, used| {
            let heights = all.iter().find(|limit| limit.limit == kind.as_str()).unwrap();
            meaning(Lang::En, (kind, heights), used).map(|badge| badge.text)
        };
        for (kind, used, key) in [
            (LimitKind::BudgetHour, 2_999, None),
            (LimitKind::BudgetHour, 3_000, Some("console-security-working")),
            (LimitKind::BudgetHour, 3_999, Some("console-security-working")),
            (LimitKind::BudgetHour, 4_000, Some("console-security-kept")),
            (LimitKind::BudgetHour, 5_000, Some("console-security-spent")),
            (LimitKind::CaptchaHour, 999, None),
            (LimitKind::CaptchaHour, 1_000, Some("console-security-unasked")),
        ] {
            let wanted = key.map(|key| Lang::En.t(key).into_owned());
            assert_eq!(said(kind, used), wanted, "{kind:?} {used}");
        }
    }
}
