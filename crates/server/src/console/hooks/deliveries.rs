//! What a hook was told: the list, and telling again what was given up.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::hook_deliveries::{Delivery, State as Became};
use haoma_store::hook_lists::{self, Health};
use haoma_store::hooks::Hook;
use haoma_store::keyset::{Page, Place};
use serde_json::json;

use super::parts::trouble;
use super::{HERE, head, path, tabs};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::listing::{Address, SIZE, beyond, place};
use crate::console::shell::shell;
use crate::error::api::ApiError;
use crate::hooks::saving;
use crate::management::hooks::{find, health};
use crate::management::query::Query;
use crate::views::console::fields::{Choice, Choices};
use crate::views::console::hooks::DeliveriesPage;
use crate::views::console::lists::{Cell, Empty, Filter, Table};
use crate::views::console::messages::exact;
use crate::views::console::parts::{Badge, Confirm, Fact, Link, Tone};
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

/// `GET /console/hooks/{id}/deliveries`.
pub(in crate::console) async fn list(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    query: Query,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (hook, _) = find(&app, &id).await?;
    let is_failed = query.one("state") == Some(Became::Failed.as_str());
    let place = place(&query);
    let found = hook_lists::list(&app.db, &hook.id, is_failed, &place, SIZE).await?;
    let health = health(&app, &hook.id, signed.now).await?;
    let has_failed = hook_lists::has_failed(&app.db, &hook.id).await?;
    let address = Address::new(format!("{}/deliveries", path(&hook.id)));
    let address = address.and("state", if is_failed { Became::Failed.as_str() } else { "" });
    let page = page(&app, &signed, &hook, (&found, &place, &address), (health, has_failed));
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

/// `POST /console/hooks/{id}/replay`: everything that was given up is tried again.
pub(in crate::console) async fn replay_all(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (hook, _) = find(&app, &id).await?;
    let event =
        |count| signed.event(&app, "Hook.Replayed", &json!({ "hookId": hook.id, "count": count }));
    saving::replay_failed(&app, &hook.id, event).await?;
    let there = format!("{}/deliveries", path(&hook.id));
    Ok(Done::good("console-hook-replaying").on(&app, &there))
}

fn page(
    app: &App,
    signed: &Signed,
    hook: &Hook,
    (found, place, address): (&Page<Delivery>, &Place, &Address),
    (health, has_failed): (Health, bool),
) -> DeliveriesPage {
    let lang = signed.visit.lang;
    let can_replay = has_failed && hook.is_enabled && signed.who.role.may(Right::Write);
    let is_narrow = address.is_narrow();
    let is_empty = found.items.is_empty();
    let end = if is_narrow { "none-failed" } else { "none" };
    let nothing = || Empty {
        title: lang.t(&format!("console-hook-deliveries-{end}")).into_owned(),
        lead: lang.t(&format!("console-hook-deliveries-{end}-lead")).into_owned(),
        action: None,
    };
    DeliveriesPage {
        shell: shell(app, signed, HERE, &address.at(place)),
        head: head(lang, hook),
        tabs: tabs(lang, hook, "/deliveries"),
        facts: facts(lang, health),
        replay: can_replay.then(|| replay(lang, hook)),
        filter: (is_narrow || !is_empty).then(|| bar(lang, hook, is_narrow)),
        table: table(signed, hook, &found.items),
        pager: address.pager(found, place),
        empty: is_empty.then(|| beyond(lang, found, place).unwrap_or_else(nothing)),
    }
}

fn facts(lang: Lang, health: Health) -> Vec<Fact> {
    let all =
        [("delivered", health.delivered), ("pending", health.pending), ("failed", health.failed)];
    let fact = |(key, count): (&str, i64)| {
        let term = lang.t(&format!("console-hook-became-{key}")).into_owned();
        Fact::new(term, Cell::Number(count.to_string()))
    };
    all.map(fact).to_vec()
}

fn replay(lang: Lang, hook: &Hook) -> Confirm {
    Confirm {
        ask: lang.t("console-hook-replay-all").into_owned(),
        text: lang.t("console-hook-replay-all-what").into_owned(),
        action: format!("{}/replay", path(&hook.id)),
        is_calm: true,
        go: lang.t("console-hook-replay-all-go").into_owned(),
        ..Confirm::default()
    }
}

fn bar(lang: Lang, hook: &Hook, is_used: bool) -> Filter {
    let chosen = if is_used { Became::Failed.as_str() } else { "" };
    let states = vec![
        Choice::new("", lang.t("console-filter-any"), chosen),
        Choice::new(Became::Failed.as_str(), lang.t("console-hook-became-failed"), chosen),
    ];
    Filter {
        path: format!("{}/deliveries", path(&hook.id)),
        search: None,
        choices: vec![Choices::new("state", lang.t("console-hook-delivery-state"), states)],
        fields: vec![],
        is_used,
    }
}

fn table(signed: &Signed, hook: &Hook, items: &[Delivery]) -> Table {
    let lang = signed.visit.lang;
    let columns = ["time", "event", "state", "tries", "answer"];
    let row = |one: &Delivery| {
        let href = format!("{}/deliveries/{}", path(&hook.id), one.id);
        let ago = Moment::of(lang, one.created_at, signed.now).text;
        let last = match (&one.last_error, one.last_tried_at) {
            (Some(error), _) => Cell::Text(trouble(lang, error)),
            (None, Some(_)) => {
                one.last_status.map_or(Cell::Nothing, |status| Cell::Code(status.to_string()))
            }
            (None, None) => Cell::Nothing,
        };
        vec![
            Cell::LinkAnd(Link::new(exact(one.created_at), href), ago),
            Cell::Code(one.event.clone()),
            Cell::Badges(vec![became(lang, one)]),
            Cell::Number(one.tries.to_string()),
            last,
        ]
    };
    Table {
        caption: lang.t("console-hook-deliveries").into_owned(),
        columns: columns
            .map(|name| lang.t(&format!("console-hook-delivery-{name}")).into_owned())
            .into(),
        rows: items.iter().map(row).collect(),
    }
}

/// What became of a delivery.
pub(super) fn became(lang: Lang, one: &Delivery) -> Badge {
    let tone = match one.state {
        Became::Delivered => Tone::Good,
        Became::Failed => Tone::Bad,
        Became::Pending if one.last_error.is_some() => Tone::Warn,
        Became::Pending => Tone::Plain,
    };
    Badge::new(tone, lang.t(&format!("console-hook-became-{}", one.state.as_str())))
}
