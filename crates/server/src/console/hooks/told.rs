//! One thing a hook was told, or was to be told.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::DeliveryId;
use haoma_core::role::Right;
use haoma_store::hook_deliveries::{Delivery, State as Became};
use haoma_store::hook_lists;
use haoma_store::hooks::Hook;
use serde_json::json;

use super::deliveries::became;
use super::parts::trouble;
use super::{HERE, path};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::hooks::saving;
use crate::management::hooks::find;
use crate::views::console::hooks::DeliveryPage;
use crate::views::console::lists::Cell;
use crate::views::console::messages::exact;
use crate::views::console::parts::{Fact, Head, Link};
use crate::views::moment::Moment;
use crate::web::i18n::Lang;

/// `GET /console/hooks/{id}/deliveries/{delivery}`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let (hook, one) = found(&app, &id, &delivery).await?;
    let lang = signed.visit.lang;
    let here = there(&hook, &one.id);
    let is_over = one.state != Became::Pending;
    let can_replay = is_over && hook.is_enabled && signed.who.role.may(Right::Write);
    let list = format!("{}/deliveries", path(&hook.id));
    let page = DeliveryPage {
        shell: shell(&app, &signed, HERE, &here),
        head: Head {
            back: Some(Link::new(hook.name.as_str(), list)),
            badges: vec![became(lang, &one)],
            ..Head::new(one.event.as_str())
        },
        about: lang.t(&format!("console-hook-is-{}", one.state.as_str())).into_owned(),
        replay: can_replay.then(|| format!("{here}/replay")),
        facts: facts(&signed, &one),
    };
    Ok(signed.draw(&app, StatusCode::OK, &page))
}

/// `POST /console/hooks/{id}/deliveries/{delivery}/replay`.
pub(in crate::console) async fn replay(
    State(app): State<App>,
    signed: Signed,
    Path((id, delivery)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let (hook, one) = found(&app, &id, &delivery).await?;
    let payload = json!({ "hookId": hook.id, "deliveryId": one.id });
    let event = signed.event(&app, "Hook.Replayed", &payload);
    saving::replay(&app, &hook.id, &one.id, &event).await?;
    Ok(Done::good("console-hook-replaying").on(&app, &there(&hook, &one.id)))
}

async fn found(app: &App, id: &str, delivery: &str) -> Result<(Hook, Delivery), ApiError> {
    let gone = || ApiError::new(codes::NOT_FOUND);
    let (hook, _) = find(app, id).await?;
    let delivery = DeliveryId::parse(delivery).map_err(|e| gone().because(e))?;
    let one = hook_lists::find(&app.db, &hook.id, &delivery).await?.ok_or_else(gone)?;
    Ok((hook, one))
}

fn there(hook: &Hook, delivery: &DeliveryId) -> String {
    format!("{}/deliveries/{delivery}", path(&hook.id))
}

fn facts(signed: &Signed, one: &Delivery) -> Vec<Fact> {
    let lang = signed.visit.lang;
    let t = |key: &str| lang.t(&format!("console-hook-delivery-{key}")).into_owned();
    let moment = |at| Cell::Moment(Moment::of(lang, at, signed.now));
    let status = one.last_status.map_or(Cell::Nothing, |status| Cell::Code(status.to_string()));
    let mut facts = vec![
        Fact::new(t("time"), moment(one.created_at)),
        Fact::new(t("tries"), Cell::Number(one.tries.to_string())),
        Fact::new(t("last"), one.last_tried_at.map_or(Cell::Nothing, moment)),
        Fact::new(t("status"), status),
    ];
    facts.extend(one.last_error.as_ref().map(|error| why(lang, error)));
    if let Some(at) = one.next_at.filter(|_| one.state == Became::Pending) {
        facts.push(Fact::new(t("next"), Cell::Text(exact(at))));
    }
    facts.push(Fact::code(t("id"), one.id.as_str()));
    facts
}

fn why(lang: Lang, error: &str) -> Fact {
    Fact::new(lang.t("console-hook-delivery-why"), Cell::Text(trouble(lang, error)))
}
