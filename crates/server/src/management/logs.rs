//! `/api/logs`: who did what (wire contract C.8).
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use haoma_core::ids::AuditId;
use haoma_core::time::Timestamp;
use haoma_store::audit::{self, Event, Filter};
use serde_json::{Value, json};

use super::application_body::stored;
use super::caller::Manager;
use super::input::Problems;
use super::paging::Paging;
use super::path::At;
use super::query::Query;
use crate::app::App;
use crate::error::api::{ApiError, codes};

/// Longer than any id or key of ours.
const MOST_TEXT: usize = 128;

/// `GET /api/logs`: a page, newest first.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    query: Query,
    paging: Paging,
) -> Result<Response, ApiError> {
    let filter = filter(&query)?;
    let found = audit::list(&app.db, &filter, paging.window()).await?;
    let counted = audit::count(&app.db, &filter, paging.count_to()).await?;
    let items = found.iter().map(shown).collect::<Result<_, _>>()?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `GET /api/logs/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_EXISTS);
    let id = AuditId::parse(&id).map_err(|e| gone().because(e))?;
    let found = audit::find(&app.db, &id).await?;
    Ok(Json(shown(&found.ok_or_else(gone)?)?))
}

fn filter(query: &Query) -> Result<Filter, ApiError> {
    let mut problems = Problems::default();
    let mut text = |name: &str| {
        let text = query.one(name)?;
        if text.is_empty() || text.len() > MOST_TEXT || text.contains('\0') {
            problems.add(name, "must be text of 1 to 128 characters");
        }
        Some(text.to_owned())
    };
    let (user_id, application_id, key) = (text("userId"), text("applicationId"), text("logKey"));
    let mut moment = |name: &str| {
        let moment = query.one(name)?.parse().ok().filter(|millis| *millis >= 0);
        if moment.is_none() {
            problems.add(name, "must be milliseconds since 1970");
        }
        moment.map(Timestamp)
    };
    let (from, to) = (moment("start_time"), moment("end_time"));
    problems.check()?;
    if from.zip(to).is_some_and(|(from, to)| from > to) {
        return Err(ApiError::new(codes::INVALID_TIME_WINDOW));
    }
    Ok(Filter { user_id, application_id, key, from, to })
}

/// How an event is shown: what it tells of itself, and around it what is known of every event.
fn shown(event: &Event) -> Result<Value, ApiError> {
    let mut payload = stored(&event.payload)?;
    let result = if event.error.is_some() { "Error" } else { "Success" };
    payload.insert("key".to_owned(), json!(event.key));
    payload.insert("result".to_owned(), json!(result));
    let known = [
        ("error", &event.error),
        ("ip", &event.ip),
        ("userAgent", &event.user_agent),
        ("userId", &event.user_id),
        ("applicationId", &event.application_id),
        ("sessionId", &event.session_id),
        ("interactionId", &event.interaction_id),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            payload.insert(name.to_owned(), json!(value));
        }
    }
    Ok(json!({
        "tenantId": "default", "id": event.id, "key": event.key, "payload": payload, "createdAt": event.at,
    }))
}
