//! `POST /api/hooks/{id}/test`: something that never happened, sent to where a hook may be reached (wire contract C.9).
use axum::extract::State;
use axum::http::StatusCode;
use futures_util::future::join_all;
use haoma_core::ids::{DeliveryId, HookId};
use haoma_core::time::Timestamp;
use serde_json::{Value, json};

use super::caller::Manager;
use super::hook_body;
use super::hooks::{find, found_or_judged};
use super::path::At;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::hooks::body::sample;
use crate::hooks::config::HookConfig;
use crate::hooks::sending::{Came, MOST_SHOWN, post};
use crate::web::json::Json as Body;

/// Sends one sample of each event, once, to the address in the body, signed with the hook's key.
pub async fn send(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    let (hook, stored) = found_or_judged(find(&app, &id).await, |nothing| {
        hook_body::test(body.clone(), &nothing.config, manager.role).map(drop)
    })?;
    let (events, config) = hook_body::test(body, &stored.config, manager.role)?;
    let payload = json!({ "hookId": hook.id, "events": events });
    let event = manager.event(&app, "Hook.Tested", None, &payload);
    app.db.write(haoma_store::audit::record(&event)).await?;
    let asked = events.iter().map(|event| one(&app, &hook.id, (event, &config), manager.now));
    let is_shown = config.shows_answers_to(manager.role);
    match join_all(asked).await.iter().find_map(|came| refusal(came, is_shown)) {
        None => Ok(StatusCode::NO_CONTENT),
        Some(refusal) => Err(refusal),
    }
}

/// Sends one sample.
pub(crate) async fn one(
    app: &App,
    hook: &HookId,
    (event, config): (&str, &HookConfig),
    now: Timestamp,
) -> Came {
    let id = DeliveryId::generate(now, &app.entropy);
    let body = sample(event, (hook, &id), now);
    post(config, id.as_str(), body, MOST_SHOWN).await
}

/// What somebody hears whose hook was not reached, or did not answer well, with what it said where that may be shown.
fn refusal(came: &Came, is_shown: bool) -> Option<ApiError> {
    let error = came.error.as_ref()?;
    Some(match came.status {
        Some(status) => ApiError::new(codes::HOOK_ANSWERED_BADLY).with_data(json!({
            "responseStatus": status.as_u16(),
            "responseBody": is_shown.then(|| String::from_utf8_lossy(&came.body)),
        })),
        None => ApiError::new(codes::HOOK_NOT_REACHED).with_data(json!({ "message": error })),
    })
}
