//! What is watched over all numbers together, and whom it alarms: wrong codes as one series, budgets, breakers of countries; and a
//! captcha that nobody judges. Each alarm is
//! an event of the audit log, once for as long as its cause lasts, whichever node sees it first.
use std::time::Duration;

use haoma_core::limits::{self, Charge, Count};
use haoma_core::phone::Region;
use haoma_core::time::Timestamp;
use haoma_store::{Result, limits as counters, statistics};
use serde_json::{Value, json};

use crate::app::App;
use crate::captcha::Down;
use crate::own_events::By;

/// How often it is looked: an alarm comes well within a minute.
pub const PAUSE: Duration = Duration::from_secs(10);

/// The window over which wrong codes are counted.
const WINDOW_SECS: i64 = 60;
/// Fewer wrong codes in it are people who mistype.
const FEW_WRONG: i64 = 20;
/// So long one alarm stands for what goes on.
const QUIET_SECS: i64 = 3600;
/// Shares of a budget that are told of, in hundredths.
const STEPS: [i64; 3] = [50, 80, 100];
/// Countries that are looked at.
const MOST_COUNTRIES: i64 = 500;

/// How the keys of alarms begin.
pub const KEYS: &str = "Alarm.";

/// Looks once at everything.
///
/// # Errors
/// The database's; what was not told is told at the next look.
pub async fn run(app: &App) -> Result<()> {
    let now = app.clock.now();
    wrong_codes(app, now).await?;
    budgets(app, now).await?;
    countries(app, now).await
}

/// One guess at each of ten thousand numbers is none too many for any number, and shows here.
async fn wrong_codes(app: &App, now: Timestamp) -> Result<()> {
    let (right, wrong) = statistics::codes(&app.db, now.plus_secs(-WINDOW_SECS)).await?;
    if !is_spraying(right, wrong) {
        return Ok(());
    }
    let payload = json!({ "wrong": wrong, "right": right, "seconds": WINDOW_SECS });
    raise(app, ("WrongCodes", "wrong_codes"), now.plus_secs(QUIET_SECS), &payload, now).await
}

/// Whether so many wrong codes are more than people mistype: one of ten does.
const fn is_spraying(right: i64, wrong: i64) -> bool {
    wrong >= FEW_WRONG && wrong * 4 > right
}

async fn budgets(app: &App, now: Timestamp) -> Result<()> {
    for budget in watched_budgets(app, now) {
        let Some((count, ends)) = counters::find(&app.db, &budget.bucket).await? else { continue };
        let Some(step) = reached(&budget, count).filter(|_| ends > now) else { continue };
        let kind = budget.kind.as_str();
        let payload = json!({
            "budget": kind, "percent": step, "used": count.hits, "of": budget.max, "until": ends,
        });
        raise(app, ("Budget", &format!("{kind}:{step}")), ends, &payload, now).await?;
    }
    Ok(())
}

/// What all messages may be and cost, and how many captchas may be asked about where there are any.
pub(crate) fn watched_budgets(app: &App, now: Timestamp) -> Vec<Charge> {
    let policy = app.limits();
    let captchas = limits::all_captchas(&policy, now).filter(|_| app.settings.captcha.is_some());
    limits::budgets(&policy, now).into_iter().chain(captchas).collect()
}

/// The highest step that a budget has reached.
fn reached(budget: &Charge, count: Count) -> Option<i64> {
    let max = i64::from(budget.max.get());
    STEPS.into_iter().rev().find(|step| count.hits.saturating_mul(100) >= max.saturating_mul(*step))
}

/// A country in which messages cost a challenge now.
async fn countries(app: &App, now: Timestamp) -> Result<()> {
    let policy = app.limits();
    if policy.per_country_unverified <= 0 {
        return Ok(());
    }
    let listed = counters::list(&app.db, limits::COUNTRIES, now, MOST_COUNTRIES).await?;
    for (name, count, ends) in listed {
        let place = name.strip_prefix(limits::COUNTRIES).unwrap_or_default();
        let Ok(region) = Region::parse(place) else { continue };
        let max = limits::unverified_of_country(&policy, app.settings.prices.of(region));
        if !is_tripped(max, count) {
            continue;
        }
        let payload = json!({
            "country": place, "unverified": count.hits, "verified": count.verified, "until": ends,
        });
        raise(app, ("Country", &format!("country:{place}")), ends, &payload, now).await?;
    }
    Ok(())
}

/// Nobody says whether captchas were passed. What fails here is told by whoever meets it next.
pub(crate) async fn captcha_down(app: &App, why: &Down, now: Timestamp) {
    let payload = json!({ "reason": why.to_string() });
    let told = raise(app, ("Captcha", "captcha"), now.plus_secs(QUIET_SECS), &payload, now).await;
    if let Err(error) = told {
        tracing::error!(%error, "an alarm was not stored");
    }
}

const fn is_tripped(max: i64, count: Count) -> bool {
    count.hits * 2 >= max + count.verified / 2
}

async fn raise(
    app: &App,
    (key, name): (&str, &str),
    until: Timestamp,
    payload: &Value,
    now: Timestamp,
) -> Result<()> {
    let event = By::Watch.event(&format!("{KEYS}{key}"), payload, (&app.entropy, now));
    if counters::tell_once(&app.db, (&format!("alarm:{name}"), until), &event).await? {
        tracing::warn!(alarm = key, %payload, "alarm");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_mistype_are_no_alarm() {
        for (right, wrong, wanted) in
            [(0, 19, false), (0, 20, true), (80, 20, false), (79, 20, true), (1_000, 150, false)]
        {
            assert_eq!(is_spraying(right, wrong), wanted, "{right} right, {wrong} wrong");
        }
    }

    #[test]
    fn the_highest_step_of_a_budget_is_told() {
        let budget = &limits::budgets(&haoma_core::policy::SendPolicy::default(), Timestamp(0))[0];
        let steps = [0, 2_499, 2_500, 3_999, 4_000, 4_999, 5_000]
            .map(|hits| reached(budget, Count { hits, verified: 0 }));
        assert_eq!(steps, [None, None, Some(50), Some(50), Some(80), Some(80), Some(100)]);
    }

    #[test]
    fn a_country_is_told_of_from_where_its_messages_cost_a_challenge() {
        let count = |hits, verified| Count { hits, verified };
        assert!(!is_tripped(200, count(99, 0)) && is_tripped(200, count(100, 0)));
        assert!(!is_tripped(200, count(349, 1_000)) && is_tripped(200, count(350, 1_000)));
    }
}
