//! What holds for the whole server: a page to read, with the key of the configuration that changes each thing.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::limits;
use haoma_core::policy::{CodePolicy, GuessPolicy, SendPolicy};
use haoma_core::role::Right;
use haoma_store::Engine;
use haoma_store::signing_keys::{self, State as KeyState, StoredKey};

use super::administrator::Signed;
use super::shell::shell;
use super::{links, session};
use crate::app::App;
use crate::captcha::Provider;
use crate::error::api::ApiError;
use crate::views::console::chart::number;
use crate::views::console::lists::{Cell, Table};
use crate::views::console::parts::{Badge, Code, Head, Notice, Tone};
use crate::views::console::settings::{Part, SettingsPage};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::web::i18n::Lang;
use crate::{jobs, seal};

const HERE: Section = Section::Settings;

/// One setting: what it is, its value, and where it is changed.
#[derive(Clone)]
struct Setting(&'static str, String, By);

/// Where a setting is changed.
#[derive(Clone)]
enum By {
    /// A key of the configuration.
    Key(&'static str),
    /// A key of the configuration, or the sign-in experience, which counts for more.
    KeyOrExperience(&'static str),
    /// Nowhere.
    Fixed,
}

/// `GET /console/settings`.
pub(super) async fn show(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    page(&app, &signed, None).await
}

/// `POST /console/settings/sealing`: reads every sealed text until one is under an older key. For whoever rotates keys, and not by a
/// link that anybody can have them follow.
pub(super) async fn look(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Administer)?;
    let is_left = seal::is_anything_left(&app.db, &app.keys.seal).await?;
    let (tone, key) = if is_left {
        (Tone::Warn, "console-sealing-left")
    } else {
        (Tone::Good, "console-sealing-clean")
    };
    page(&app, &signed, Some(Notice::new(tone, signed.visit.lang.t(key)))).await
}

async fn page(app: &App, signed: &Signed, looked: Option<Notice>) -> Result<Response, ApiError> {
    let lang = signed.visit.lang;
    let keys = signing_keys::list(&app.db).await?;
    let page = SettingsPage {
        shell: shell(app, signed, HERE, HERE.path()),
        head: Head {
            lead: Some(lang.t("console-settings-lead").into_owned()),
            ..Head::new(lang.t(HERE.key()))
        },
        looked,
        parts: vec![
            part(lang, "server", server(app, lang)),
            part(lang, "codes", codes(&app.codes(), lang)),
            part(lang, "limits", message_limits(&app.limits(), lang)),
            part(lang, "places", [places(&app.limits(), lang), captcha(app, lang)].concat()),
            part(lang, "budget", budget(&app.limits(), lang)),
            part(lang, "guesses", guesses(&app.settings.guesses, lang)),
            part(lang, "administrators", administrators(lang)),
            part(lang, "retention", retention(lang)),
            part(lang, "sealing", sealing(app, lang)),
        ],
        signing: signing(signed, &keys),
        can_look: signed.who.role.may(Right::Administer) && app.keys.seal.has_older(),
        rotate: Code {
            label: lang.t("console-sealing-rotate").into_owned(),
            text: "haoma keys rotate".to_owned(),
            has_lines: false,
        },
    };
    Ok(signed.draw(app, StatusCode::OK, &page))
}

fn part(lang: Lang, id: &'static str, settings: Vec<Setting>) -> Part {
    let t = |key: &str| lang.t(key).into_owned();
    let row = |Setting(key, value, by): Setting| {
        let by = match by {
            By::Key(key) => Cell::Key(key.to_owned(), None),
            By::KeyOrExperience(key) => Cell::Key(key.to_owned(), Some(t("setting-or-experience"))),
            By::Fixed => Cell::Soft(t("setting-fixed")),
        };
        vec![Cell::Text(t(&format!("setting-{key}"))), Cell::Text(value), by]
    };
    let title = t(&format!("settings-{id}"));
    let columns = ["setting-column", "setting-value", "setting-by"].map(t);
    let rows = settings.into_iter().map(row).collect();
    let table = Table { caption: title.clone(), columns: columns.into(), rows };
    Part { id, lead: t(&format!("settings-{id}-lead")), title, table }
}

fn server(app: &App, lang: Lang) -> Vec<Setting> {
    let database = match app.db.engine() {
        Engine::Sqlite(_) => "SQLite",
        Engine::Postgres(_) => "PostgreSQL",
    };
    let trusted: Vec<_> = app.settings.trusted_proxies.iter().map(ToString::to_string).collect();
    let proxies =
        if trusted.is_empty() { lang.t("setting-none").into_owned() } else { trusted.join(", ") };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let mode =
        if app.settings.demo_inbox.is_some() { "setting-demo" } else { "setting-production" };
    vec![
        Setting("endpoint", app.settings.url(""), By::Key("endpoint")),
        Setting("issuer", app.settings.issuer(), By::Key("endpoint")),
        Setting("trusted-proxies", proxies, By::Key("trusted_proxies")),
        Setting("database", database.to_owned(), By::Key("database.url")),
        Setting("mode", lang.t(mode).into_owned(), By::Fixed),
        Setting("version", version, By::Fixed),
    ]
}

fn codes(codes: &CodePolicy, lang: Lang) -> Vec<Setting> {
    let tries = lang.t1("setting-tries", "count", codes.max_retry_attempts).into_owned();
    vec![
        Setting(
            "code-life",
            duration(lang, codes.expiration_duration),
            By::KeyOrExperience("codes.expirationDuration"),
        ),
        Setting("code-tries", tries, By::KeyOrExperience("codes.maxRetryAttempts")),
    ]
}

fn message_limits(limits: &SendPolicy, lang: Lang) -> Vec<Setting> {
    let [first, second, later] = limits.cooldown_secs.map(|secs| duration(lang, secs));
    let count = |n| messages(lang, n);
    let numbers = lang.t1("setting-numbers", "count", limits.numbers_per_interaction).into_owned();
    vec![
        Setting("cooldown-first", first, By::KeyOrExperience("limits.cooldown_secs[0]")),
        Setting("cooldown-second", second, By::KeyOrExperience("limits.cooldown_secs[1]")),
        Setting("cooldown-later", later, By::KeyOrExperience("limits.cooldown_secs[2]")),
        Setting("hour", count(limits.per_number_hour), By::Key("limits.per_number_hour")),
        Setting("day", count(limits.per_number_day), By::Key("limits.per_number_day")),
        Setting("walk", count(limits.per_interaction), By::Key("limits.per_interaction")),
        Setting("walk-numbers", numbers, By::Key("limits.numbers_per_interaction")),
        Setting("provider", count(limits.provider_hour), By::Key("limits.provider_hour")),
    ]
}

/// Messages from one place, or to one country, that nobody verified.
fn places(limits: &SendPolicy, lang: Lang) -> Vec<Setting> {
    let count = |n| messages(lang, n);
    let countries = match limits.countries_per_address_day {
        0 => lang.t("setting-no-limit").into_owned(),
        n => lang.t1("setting-countries", "count", n).into_owned(),
    };
    let of_pair = limits.per_number_and_network_day;
    vec![
        Setting("number-network", count(of_pair), By::Key("limits.per_number_and_network_day")),
        Setting("address", count(limits.per_address_day), By::Key("limits.per_address_day")),
        Setting("network", count(limits.per_network_day), By::Key("limits.per_network_day")),
        Setting("countries-other", countries, By::Key("limits.countries_per_address_day")),
        Setting(
            "country",
            count(limits.per_country_unverified),
            By::Key("limits.per_country_unverified"),
        ),
    ]
}

/// The captcha where work helps no more.
fn captcha(app: &App, lang: Lang) -> Vec<Setting> {
    let Some(captcha) = &app.settings.captcha else {
        return vec![Setting("captcha", lang.t("setting-none").into_owned(), By::Key("captcha"))];
    };
    let Provider::Aliyun(scene) = &captcha.provider;
    let name = format!("Aliyun Captcha 2.0 · {} · {}", scene.scene_id, scene.region.as_str());
    let when_down = format!("setting-captcha-{}", captcha.when_down.as_str());
    let when_down = lang.t(&when_down).into_owned();
    vec![
        Setting("captcha", name, By::Key("captcha")),
        Setting("captcha-down", when_down, By::Key("captcha.when_down")),
    ]
}

fn budget(limits: &SendPolicy, lang: Lang) -> Vec<Setting> {
    let count = |n| messages(lang, n);
    let patience = lang.t1("setting-milliseconds", "count", limits.patience_ms).into_owned();
    vec![
        Setting("budget-hour", count(limits.budget_hour), By::Key("limits.budget_hour")),
        Setting("budget-day", count(limits.budget_day), By::Key("limits.budget_day")),
        Setting("money-hour", money(lang, limits.money_hour), By::Key("limits.money_hour")),
        Setting("money-day", money(lang, limits.money_day), By::Key("limits.money_day")),
        Setting("patience", patience, By::Key("limits.patience_ms")),
    ]
}

fn guesses(policy: &GuessPolicy, lang: Lang) -> Vec<Setting> {
    let count = |n: i64| match n {
        0 => lang.t("setting-no-limit").into_owned(),
        n => lang.t1("setting-tries", "count", n).into_owned(),
    };
    let address = count(policy.per_address_minute);
    let step = |(tries, secs): (i64, i64)| {
        let tries = lang.t1("setting-tries", "count", tries);
        format!("{tries} / {}", duration(lang, secs))
    };
    let network = limits::STAIR.into_iter().map(step).collect::<Vec<_>>();
    let network = network.join(" · ");
    vec![
        Setting("guesses-hour", count(policy.per_number_hour), By::Key("guesses.per_number_hour")),
        Setting("guesses-day", count(policy.per_number_day), By::Key("guesses.per_number_day")),
        Setting(
            "guesses-in-a-row",
            count(policy.per_number_in_a_row),
            By::Key("guesses.per_number_in_a_row"),
        ),
        Setting("guesses-network", network, By::Fixed),
        Setting("guesses-address", address, By::Key("guesses.per_address_minute")),
    ]
}

fn messages(lang: Lang, count: i64) -> String {
    match count {
        0 => lang.t("setting-no-limit").into_owned(),
        n => lang.t1("setting-messages", "count", n).replace(&n.to_string(), &number(n)),
    }
}

/// An amount in the currency that the prices are in.
pub(super) fn money(lang: Lang, units: i64) -> String {
    match units {
        0 => lang.t("setting-no-limit").into_owned(),
        n => format!("{}.{:02}", number(n / 10_000), n % 10_000 / 100),
    }
}

fn administrators(lang: Lang) -> Vec<Setting> {
    let stair = |stair: &[(u32, i64)]| {
        let one = |(count, minutes): &(u32, i64)| {
            let tries = lang.t1("setting-tries", "count", *count);
            format!("{tries} / {}", duration(lang, minutes * 60))
        };
        stair.iter().rev().map(one).collect::<Vec<_>>().join(" · ")
    };
    let guesses_second = stair(&[(limits::SECOND_FACTOR_PER_DAY, 24 * 60)]);
    vec![
        Setting("idle", duration(lang, session::IDLE), By::Fixed),
        Setting("session", duration(lang, session::LIFE), By::Fixed),
        Setting("link", duration(lang, links::LIFE), By::Fixed),
        Setting("guesses", stair(&limits::PASSWORD_GUESSES), By::Fixed),
        Setting("guesses-second", guesses_second, By::Fixed),
        Setting("guesses-at-all", stair(&limits::PASSWORD_GUESSES_AT_ALL), By::Fixed),
    ]
}

fn retention(lang: Lang) -> Vec<Setting> {
    let days = |count: i64| lang.t1("setting-days", "count", count).into_owned();
    vec![
        Setting("kept-messages", days(jobs::MESSAGE_DAYS), By::Fixed),
        Setting("kept-events", days(jobs::AUDIT_DAYS), By::Fixed),
        Setting("kept-codes", days(jobs::CODE_DAYS), By::Fixed),
    ]
}

fn sealing(app: &App, lang: Lang) -> Vec<Setting> {
    let given = app.settings.sealing;
    let current = if given.current { "sealing_key" } else { "server_key" };
    let mut older = vec![];
    if given.previous {
        older.push("previous_sealing_key");
    }
    if given.current {
        older.push("server_key");
    }
    let none = || lang.t("setting-none").into_owned();
    let older = if older.is_empty() { none() } else { older.join(", ") };
    vec![
        Setting("seals", current.to_owned(), By::Key("sealing_key")),
        Setting("opens", older, By::Key("previous_sealing_key")),
    ]
}

fn signing(signed: &Signed, keys: &[StoredKey]) -> Table {
    let lang = signed.visit.lang;
    let row = |key: &StoredKey| {
        let (tone, state) = match key.state {
            KeyState::Next => (Tone::Plain, "key-next"),
            KeyState::Current => (Tone::Good, "key-current"),
            KeyState::Previous => (Tone::Plain, "key-previous"),
        };
        vec![
            Cell::Code(key.id.clone()),
            Cell::Badges(vec![Badge::new(tone, lang.t(state))]),
            Cell::Text(key.algorithm.clone()),
            Cell::Moment(Moment::of(lang, key.created_at, signed.now)),
        ]
    };
    let columns = ["key-id", "key-state", "key-algorithm", "key-made"];
    Table {
        caption: lang.t("console-signing").into_owned(),
        columns: columns.map(|key| lang.t(key).into_owned()).into(),
        rows: keys.iter().map(row).collect(),
    }
}

/// In the largest unit that fits without a rest.
fn duration(lang: Lang, secs: i64) -> String {
    let (key, count) = match secs {
        0 => return lang.t("setting-no-pause").into_owned(),
        secs if secs % 3600 == 0 => ("setting-hours", secs / 3600),
        secs if secs % 60 == 0 => ("setting-minutes", secs / 60),
        secs => ("setting-seconds", secs),
    };
    lang.t1(key, "count", count).into_owned()
}
