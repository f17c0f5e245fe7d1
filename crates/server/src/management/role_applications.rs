//! `/api/roles/{id}/applications`: which services have a role (wire contract C.7).
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::ClientId;
use haoma_store::application_roles;
use serde_json::{Value, json};

use super::application_body::shown;
use super::caller::Manager;
use super::paging::Paging;
use super::path::At;
use super::role_body;
use super::roles::{event, find, given, parse};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::json::Json as Body;

/// `GET /api/roles/{id}/applications`: a page.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
    paging: Paging,
) -> Result<Response, ApiError> {
    let role = find(&app, &id).await?;
    let found = application_roles::members(&app.db, &role.id, paging.window()).await?;
    let counted = application_roles::count(&app.db, &role.id).await?;
    let items = found.iter().map(|one| shown(one).map(Value::Object)).collect::<Result<_, _>>()?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/roles/{id}/applications`: 201.
pub async fn give(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    const KEY: &str = "applicationIds";
    let ids = role_body::ids(body, KEY)?;
    let role = find(&app, &id).await?;
    if role.kind != "MachineToMachine" {
        return Err(ApiError::new(codes::APPLICATION_ROLE_TYPE));
    }
    let payload = json!({ KEY: ids });
    let event = event(&app, &manager, "Role.Applications.Updated", &role.id, &payload);
    let outcome = application_roles::give(&app.db, &role.id, &ids, &event).await?;
    given(outcome, codes::ROLE_APPLICATION_EXISTS, KEY)?;
    Ok(StatusCode::CREATED)
}

/// `DELETE /api/roles/{id}/applications/{application}`.
pub async fn take(
    State(app): State<App>,
    manager: Manager,
    At((id, application)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    let role = parse(&id)?;
    let application = ClientId::parse(&application).map_err(|e| gone().because(e))?;
    let payload = json!({ "applicationIds": [application] });
    let event = event(&app, &manager, "Role.Applications.Updated", &role, &payload);
    let taken = application_roles::take(&app.db, &application, &role, &event).await?;
    if taken { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}
