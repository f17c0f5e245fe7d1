//! `/api/applications/{id}/roles`: which roles a service has (wire contract C.6).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::{ClientId, RoleId};
use haoma_oidc::client::ApplicationKind;
use haoma_store::application_roles as store;
use haoma_store::audit::Event;
use serde_json::{Value, json};

use super::applications::{self, find, parse};
use super::caller::Manager;
use super::paging::Paging;
use super::path::At;
use super::role_body::{self, shown};
use super::roles::{check_kinds, given};
use crate::app::App;
use crate::error::api::{ApiError, Code, codes};
use crate::web::json::Json as Body;

/// Which roles a service can have, and what others are refused with.
const OF_SERVICES: (&str, Code) = ("MachineToMachine", codes::APPLICATION_ROLE_TYPE);

/// `GET /api/applications/{id}/roles`: all of them, or a page when one is asked for.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
    paging: Paging,
) -> Result<Response, ApiError> {
    let id = service(&app, &id).await?;
    let all = store::list(&app.db, &id, (i64::MAX, 0)).await?;
    if !paging.is_asked() {
        return Ok(Json(all.iter().map(shown).collect::<Vec<_>>()).into_response());
    }
    let found = store::list(&app.db, &id, paging.window()).await?;
    let counted = i64::try_from(all.len()).unwrap_or(i64::MAX);
    Ok(paging.answer(&app, paging.total(counted), found.iter().map(shown).collect()))
}

/// `POST /api/applications/{id}/roles`: 201.
pub async fn give(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    let roles = role_body::ids(body, "roleIds")?;
    let id = service(&app, &id).await?;
    check_kinds(&app, &roles, OF_SERVICES).await?;
    let event = event(&app, &manager, &id, &json!({ "roleIds": roles }));
    let outcome = store::add(&app.db, &id, &roles, &event).await?;
    given(outcome, codes::ROLE_APPLICATION_EXISTS, "roleIds")?;
    Ok(StatusCode::CREATED)
}

/// `PUT /api/applications/{id}/roles`: these and no others.
pub async fn replace(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    let roles = role_body::replacing(body)?;
    let id = service(&app, &id).await?;
    check_kinds(&app, &roles, OF_SERVICES).await?;
    let event = event(&app, &manager, &id, &json!({ "roleIds": roles }));
    let outcome = store::replace(&app.db, &id, &roles, &event).await?;
    given(outcome, codes::ROLE_APPLICATION_EXISTS, "roleIds")?;
    Ok(StatusCode::OK)
}

/// `DELETE /api/applications/{id}/roles/{role}`.
pub async fn take(
    State(app): State<App>,
    manager: Manager,
    At((id, role)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    let id = parse(&id)?;
    let role = RoleId::parse(&role).map_err(|e| gone().because(e))?;
    let event = event(&app, &manager, &id, &json!({ "removedRoleIds": [role] }));
    let taken = store::take(&app.db, &id, &role, &event).await?;
    if taken { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}

/// An application that can have roles: a service.
async fn service(app: &App, id: &str) -> Result<ClientId, ApiError> {
    let application = find(app, id).await?;
    if application.kind != ApplicationKind::MachineToMachine.as_str() {
        return Err(ApiError::new(codes::INVALID_APPLICATION_TYPE));
    }
    Ok(application.id)
}

fn event(app: &App, manager: &Manager, id: &ClientId, more: &Value) -> Event {
    applications::event(app, manager, "Application.Roles.Updated", id, more)
}
