//! `/api/hooks`: who is told what happened here (wire contract C.9).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::HookId;
use haoma_core::time::Timestamp;
use haoma_store::hook_deliveries::{Delivery, State as Became};
use haoma_store::hook_lists::{self, Health};
use haoma_store::hooks::{self as store, Hook};
use serde_json::{Value, json};

use super::caller::Manager;
use super::hook_body::{self, shown};
use super::paging::Paging;
use super::path::At;
use super::query::Query;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::hooks::saving::{self, Wanted};
use crate::web::json::Json as Body;

/// Seconds that the health of a hook looks back: a day.
pub(crate) const HEALTH_SECS: i64 = 24 * 60 * 60;

/// `GET /api/hooks`: all of them, or a page when one is asked for; with how they fare, perhaps.
pub async fn list(
    State(app): State<App>,
    manager: Manager,
    query: Query,
    paging: Paging,
) -> Result<Response, ApiError> {
    let found = store::list(&app.db).await?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let (size, from) = if paging.is_asked() { paging.window() } else { (i64::MAX, 0) };
    let number = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
    let with_health = query.one("includeExecutionStats") == Some("true");
    let mut items = vec![];
    // few: the list is cut here
    for hook in found.iter().skip(number(from)).take(number(size)) {
        let mut item = shown(hook, &Wanted::of(&app, hook)?, false);
        if let Some(item) = item.as_object_mut().filter(|_| with_health) {
            let health = health(&app, &hook.id, manager.now).await?;
            let stats = json!({ "successCount": health.delivered, "requestCount": health.tried });
            item.insert("executionStats".to_owned(), stats);
        }
        items.push(item);
    }
    if paging.is_asked() {
        return Ok(paging.answer(&app, paging.total(count), items));
    }
    Ok(Json(items).into_response())
}

/// How a hook fared in the last day.
///
/// # Errors
/// The database's.
pub(crate) async fn health(app: &App, id: &HookId, now: Timestamp) -> Result<Health, ApiError> {
    Ok(hook_lists::health(&app.db, id, now.plus_secs(-HEALTH_SECS)).await?)
}

/// `POST /api/hooks`. The signing key is in this answer, and whole in no other but that of a new one (security statement 58).
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let wanted = hook_body::new(body, manager.role)?;
    let id = HookId::generate(manager.now, &app.entropy);
    let payload = json!({ "hookId": id, "events": wanted.events });
    let event = manager.event(&app, "Hook.Created", None, &payload);
    let (hook, wanted) = saving::create(&app, id, wanted, &event).await?;
    Ok((StatusCode::CREATED, Json(shown(&hook, &wanted, true))))
}

/// `GET /api/hooks/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    let (hook, wanted) = find(&app, &id).await?;
    Ok(Json(shown(&hook, &wanted, false)))
}

/// `PATCH /api/hooks/{id}`: each given member replaces the stored one as a whole.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let (stored, before) = found_or_judged(find(&app, &id).await, |nothing| {
        hook_body::change(body.clone(), nothing, manager.role).map(drop)
    })?;
    let wanted = hook_body::change(body, &before, manager.role)?;
    let fields = hook_body::differences(&before, &wanted);
    if fields.is_empty() {
        return Ok(Json(shown(&stored, &before, false)));
    }
    let payload = json!({ "hookId": stored.id, "fields": fields });
    let event = manager.event(&app, "Hook.Updated", None, &payload);
    let hook = saving::change(&app, &stored, &wanted, &event).await?;
    Ok(Json(shown(&hook, &wanted, false)))
}

/// `PATCH /api/hooks/{id}/signing-key`: what is sent from now on is signed with a new key, which is in this answer only.
pub async fn new_key(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    let (stored, mut wanted) = find(&app, &id).await?;
    wanted.config.signing_key = crate::hooks::config::new_key(&app.entropy);
    let payload = json!({ "hookId": stored.id });
    let event = manager.event(&app, "Hook.SigningKey.Updated", None, &payload);
    let hook = saving::change(&app, &stored, &wanted, &event).await?;
    Ok(Json(shown(&hook, &wanted, true)))
}

/// `DELETE /api/hooks/{id}`: it is told nothing more, also not what was still to be told.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let id = parse(&id)?;
    let event = manager.event(&app, "Hook.Deleted", None, &json!({ "hookId": id }));
    saving::delete(&app, &id, &event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/hooks/{id}/recent-logs`: what was sent in the last day, newest first.
pub async fn recent_logs(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    paging: Paging,
) -> Result<Response, ApiError> {
    let (hook, _) = find(&app, &id).await?;
    let since = manager.now.plus_secs(-HEALTH_SECS);
    let found = hook_lists::list_tried(&app.db, &hook.id, since, paging.window()).await?;
    let counted = health(&app, &hook.id, manager.now).await?.tried;
    let items = found.iter().map(logged).collect();
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// A delivery as an entry of the log. What was sent is not in it: it holds numbers.
fn logged(delivery: &Delivery) -> Value {
    let is_good = delivery.last_error.is_none();
    let mut payload = json!({
        "key": format!("TriggerHook.{}", delivery.event),
        "result": if is_good { "Success" } else { "Error" },
        "hookId": delivery.hook_id,
        "state": delivery.state.as_str(),
        "tries": delivery.tries,
    });
    let more = [
        ("error", delivery.last_error.as_ref().map(|error| json!(error))),
        ("response", delivery.last_status.map(|status| json!({ "statusCode": status }))),
        (
            "nextTryAt",
            delivery.next_at.filter(|_| delivery.state == Became::Pending).map(|at| json!(at)),
        ),
    ];
    if let Some(payload) = payload.as_object_mut() {
        payload
            .extend(more.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    json!({
        "tenantId": "default", "id": delivery.id, "key": format!("TriggerHook.{}", delivery.event),
        "payload": payload, "createdAt": delivery.created_at,
    })
}

/// A hook by what the address calls it.
pub(crate) async fn find(app: &App, id: &str) -> Result<(Hook, Wanted), ApiError> {
    let found = store::find(&app.db, &parse(id)?).await?;
    let hook = found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_EXISTS))?;
    let wanted = Wanted::of(app, &hook)?;
    Ok((hook, wanted))
}

/// A hook that was found; where there is none, what is wrong with the body is said first.
pub(super) fn found_or_judged(
    found: Result<(Hook, Wanted), ApiError>,
    judge: impl FnOnce(&Wanted) -> Result<(), ApiError>,
) -> Result<(Hook, Wanted), ApiError> {
    if found.is_err() {
        judge(&hook_body::nothing())?;
    }
    found
}

/// What cannot be an id is as unknown as any other.
pub(crate) fn parse(id: &str) -> Result<HookId, ApiError> {
    HookId::parse(id).map_err(|e| ApiError::new(codes::ENTITY_NOT_EXISTS).because(e))
}
