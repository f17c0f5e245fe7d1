//! `/api/security/sending-rules`: whom messages are kept from, and whom they are let through to. Logto has no such thing.
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::SendingRuleId;
use haoma_store::sending_rules as store;
use serde_json::Value;

use super::caller::{Manager, Who};
use super::paging::Paging;
use super::path::At;
use super::sending_rule_body::{self, shown};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::sending_rules::{self, whatever};
use crate::web::json::Json as Body;

/// `GET /api/security/sending-rules`: a page, newest first.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    paging: Paging,
) -> Result<Response, ApiError> {
    let found = store::list_from(&app.db, paging.window()).await?;
    let counted = store::count(&app.db).await?;
    Ok(paging.answer(&app, paging.total(counted), found.iter().map(shown).collect()))
}

/// `POST /api/security/sending-rules`: in the place of one about the same.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let wanted = sending_rule_body::read(body, None, manager.now)?;
    let Who::Application(by) = &manager.who;
    let event = |key: &'static str, payload: &Value| manager.event(&app, key, None, payload);
    let by = (by.as_str(), manager.now);
    match sending_rules::save(&app, wanted, by, whatever, event).await? {
        Ok(stored) => Ok((StatusCode::CREATED, Json(shown(&stored)))),
        Err(never) => match never {},
    }
}

/// `GET /api/security/sending-rules/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    let found = store::find(&app.db, &parse(&id)?).await?;
    let found = found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_EXISTS))?;
    Ok(Json(shown(&found)))
}

/// `DELETE /api/security/sending-rules/{id}`.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let event = |key: &'static str, payload: &Value| manager.event(&app, key, None, payload);
    sending_rules::delete(&app, &parse(&id)?, event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What cannot be an id is as unknown as any other.
pub(crate) fn parse(id: &str) -> Result<SendingRuleId, ApiError> {
    SendingRuleId::parse(id).map_err(|e| ApiError::new(codes::ENTITY_NOT_EXISTS).because(e))
}
