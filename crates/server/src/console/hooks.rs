//! Web-hooks: who is told what happened. One of them, and what it was told, are in the folder.
mod deliveries;
mod form;
mod one;
mod parts;
mod told;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use haoma_core::ids::HookId;
use haoma_core::role::Right;
use haoma_store::hook_lists::Health;
use haoma_store::hooks::{self, Hook};

use super::administrator::Signed;
use super::shell::shell;
use crate::app::App;
use crate::error::api::ApiError;
use crate::hooks::saving::Wanted;
use crate::management::hooks::health;
use crate::views::console::hooks::HooksPage;
use crate::views::console::lists::{Cell, Empty, Table};
use crate::views::console::parts::{Badge, Head, Link, Tabs, Tone};
use crate::views::console::shell::Section;
use crate::web::i18n::Lang;

const HERE: Section = Section::Hooks;
const NEW: &str = "/console/hooks/new";

/// Its pages.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/console/hooks", get(list).post(one::create))
        .route("/console/hooks/new", get(one::show_new))
        .route("/console/hooks/{id}", get(one::show).post(one::save))
        .route("/console/hooks/{id}/test", post(one::test))
        .route("/console/hooks/{id}/key", post(one::new_key))
        .route("/console/hooks/{id}/delete", post(one::delete))
        .route("/console/hooks/{id}/replay", post(deliveries::replay_all))
        .route("/console/hooks/{id}/deliveries", get(deliveries::list))
        .route("/console/hooks/{id}/deliveries/{delivery}", get(told::show))
        .route("/console/hooks/{id}/deliveries/{delivery}/replay", post(told::replay))
}

/// `GET /console/hooks`.
async fn list(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let lang = signed.visit.lang;
    let t = |key: &str| lang.t(key).into_owned();
    let found = hooks::list(&app.db).await?;
    let mut rows = vec![];
    for hook in &found {
        let health = health(&app, &hook.id, signed.now).await?;
        rows.push(row(&app, lang, hook, health)?);
    }
    let can_write = signed.who.role.may(Right::Write);
    let add = can_write.then(|| Link::new(t("console-hook-add"), NEW));
    let columns =
        ["console-hook-name", "console-hook-state", "console-hook-events", "console-hook-health"];
    let page = HooksPage {
        shell: shell(&app, &signed, HERE, HERE.path()),
        head: Head {
            lead: Some(t("console-hooks-lead")),
            primary: add.clone().filter(|_| !found.is_empty()),
            ..Head::new(t(HERE.key()))
        },
        table: Table { caption: t(HERE.key()), columns: columns.map(t).to_vec(), rows },
        empty: found.is_empty().then(|| Empty {
            title: t("console-hooks-none"),
            lead: t("console-hooks-none-lead"),
            action: add,
        }),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

fn row(app: &App, lang: Lang, hook: &Hook, health: Health) -> Result<Vec<Cell>, ApiError> {
    let wanted = Wanted::of(app, hook)?;
    let count = wanted.events.len();
    Ok(vec![
        Cell::LinkAnd(Link::new(wanted.name, path(&hook.id)), host(&wanted.config.url)),
        Cell::Badges(vec![enabled(lang, hook.is_enabled)]),
        Cell::Text(lang.t1("console-hook-events-count", "count", count).into_owned()),
        Cell::Badges(vec![fares(lang, health)]),
    ])
}

/// The host of an address; the rest may hold a token.
fn host(url: &str) -> String {
    let url = url::Url::parse(url).ok();
    url.as_ref().and_then(url::Url::host_str).unwrap_or_default().to_owned()
}

fn enabled(lang: Lang, is_enabled: bool) -> Badge {
    let (tone, key) = if is_enabled {
        (Tone::Good, "console-hook-enabled")
    } else {
        (Tone::Plain, "console-hook-disabled")
    };
    Badge::new(tone, lang.t(key))
}

/// How a hook fares, in a few words.
fn fares(lang: Lang, health: Health) -> Badge {
    let counted = |key: &str, count: i64| lang.t1(key, "count", count).into_owned();
    match health {
        Health { failed, .. } if failed > 0 => {
            Badge::new(Tone::Bad, counted("console-hook-failed-count", failed))
        }
        // tried, and not there yet
        Health { tried, delivered, .. } if tried > delivered => {
            Badge::new(Tone::Warn, counted("console-hook-late-count", tried - delivered))
        }
        Health { delivered, .. } if delivered > 0 => {
            Badge::new(Tone::Good, counted("console-hook-delivered-count", delivered))
        }
        _ => Badge::new(Tone::Plain, lang.t("console-hook-quiet")),
    }
}

/// Where the page of a hook is.
fn path(id: &HookId) -> String {
    format!("{}/{id}", HERE.path())
}

/// The top of each page of a hook.
fn head(lang: Lang, hook: &Hook) -> Head {
    Head {
        back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
        badges: vec![enabled(lang, hook.is_enabled)],
        ..Head::new(hook.name.as_str())
    }
}

/// Its pages; `here` is what the address of this one ends with.
fn tabs(lang: Lang, hook: &Hook, here: &str) -> Tabs {
    let all = [("", "console-settings"), ("/deliveries", "console-hook-deliveries")];
    let tab = |(end, key): (&str, &str)| {
        (Link::new(lang.t(key), format!("{}{end}", path(&hook.id))), end == here)
    };
    Tabs { label: hook.name.clone(), all: all.map(tab).to_vec() }
}
