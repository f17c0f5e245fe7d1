//! What holds for the whole server: a page to read, with the key of the configuration that changes each thing.
mod in_force;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::limits;
use haoma_core::policy::CodePolicy;
use haoma_core::role::Right;
use haoma_store::Engine;
use haoma_store::signing_keys::{self, State as KeyState, StoredKey};

use self::in_force::{InForce, captcha};
use super::administrator::Signed;
use super::shell::shell;
use super::{links, session};
use crate::app::App;
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

/// One setting: what it is, its value, what that means, and where it is changed.
#[derive(Clone)]
struct Setting {
    key: &'static str,
    value: String,
    more: Option<String>,
    by: By,
}

/// Where a setting is changed.
#[derive(Clone)]
enum By {
    /// A key of the configuration.
    Key(&'static str),
    /// A key of the configuration, or the sign-in experience, which counts for more.
    KeyOrExperience(&'static str),
    /// With what stands above it.
    Above,
    /// Nowhere.
    Fixed,
}

impl Setting {
    const fn new(key: &'static str, value: String, by: By) -> Self {
        Self { key, value, more: None, by }
    }

    fn meaning(self, more: Option<String>) -> Self {
        Self { more, ..self }
    }
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
    let in_force = InForce::of(app, lang);
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
            part(lang, "limits", in_force.messages()),
            part(
                lang,
                "places",
                [in_force.places(), captcha(app, lang), in_force.captchas()].concat(),
            ),
            part(lang, "budget", in_force.budget()),
            part(lang, "guesses", in_force.guesses()),
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
    let row = |Setting { key, value, more, by }: Setting| {
        let by = match by {
            By::Above => Cell::Soft(t("setting-above")),
            By::Key(key) => Cell::Key(key.to_owned(), None),
            By::KeyOrExperience(key) => Cell::Key(key.to_owned(), Some(t("setting-or-experience"))),
            By::Fixed => Cell::Soft(t("setting-fixed")),
        };
        let value = match more {
            Some(more) => Cell::Two(value, more),
            None => Cell::Text(value),
        };
        vec![Cell::Text(t(&format!("setting-{key}"))), value, by]
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
        Setting::new("endpoint", app.settings.url(""), By::Key("endpoint")),
        Setting::new("issuer", app.settings.issuer(), By::Key("endpoint")),
        Setting::new("trusted-proxies", proxies, By::Key("trusted_proxies")),
        Setting::new("database", database.to_owned(), By::Key("database.url")),
        Setting::new("mode", lang.t(mode).into_owned(), By::Fixed),
        Setting::new("version", version, By::Fixed),
    ]
}

fn codes(codes: &CodePolicy, lang: Lang) -> Vec<Setting> {
    let tries = lang.t1("setting-tries", "count", codes.max_retry_attempts).into_owned();
    vec![
        Setting::new(
            "code-life",
            duration(lang, codes.expiration_duration),
            By::KeyOrExperience("codes.expirationDuration"),
        ),
        Setting::new("code-tries", tries, By::KeyOrExperience("codes.maxRetryAttempts")),
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
        Setting::new("idle", duration(lang, session::IDLE), By::Fixed),
        Setting::new("session", duration(lang, session::LIFE), By::Fixed),
        Setting::new("link", duration(lang, links::LIFE), By::Fixed),
        Setting::new("guesses", stair(&limits::PASSWORD_GUESSES), By::Fixed),
        Setting::new("guesses-second", guesses_second, By::Fixed),
        Setting::new("guesses-at-all", stair(&limits::PASSWORD_GUESSES_AT_ALL), By::Fixed),
    ]
}

fn retention(lang: Lang) -> Vec<Setting> {
    let days = |count: i64| lang.t1("setting-days", "count", count).into_owned();
    vec![
        Setting::new("kept-messages", days(jobs::MESSAGE_DAYS), By::Fixed),
        Setting::new("kept-events", days(jobs::AUDIT_DAYS), By::Fixed),
        Setting::new("kept-codes", days(jobs::CODE_DAYS), By::Fixed),
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
        Setting::new("seals", current.to_owned(), By::Key("sealing_key")),
        Setting::new("opens", older, By::Key("previous_sealing_key")),
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
