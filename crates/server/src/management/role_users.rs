//! `/api/roles/{id}/users`: which users have a role (wire contract C.7).
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::UserId;
use haoma_store::user_roles;
use serde_json::{Value, json};

use super::caller::Manager;
use super::paging::Paging;
use super::path::At;
use super::role_body;
use super::roles::{event, find, given, parse};
use super::user_body::shown;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::json::Json as Body;

/// `GET /api/roles/{id}/users`: a page.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
    paging: Paging,
) -> Result<Response, ApiError> {
    let role = find(&app, &id).await?;
    let found = user_roles::members(&app.db, &role.id, paging.window()).await?;
    let counted = user_roles::count(&app.db, &role.id, paging.count_to()).await?;
    let items = found.iter().map(shown).collect::<Result<_, _>>()?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/roles/{id}/users`: 201.
pub async fn give(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    const KEY: &str = "userIds";
    let ids = role_body::ids(body, KEY)?;
    let role = find(&app, &id).await?;
    if role.kind != "User" {
        return Err(ApiError::new(codes::USER_ROLE_TYPE));
    }
    let payload = json!({ KEY: ids });
    let event = event(&app, &manager, "Role.Users.Updated", &role.id, &payload);
    let outcome = user_roles::give(&app.db, &role.id, &ids, &event).await?;
    given(outcome, codes::ROLE_USER_EXISTS, KEY)?;
    Ok(StatusCode::CREATED)
}

/// `DELETE /api/roles/{id}/users/{user}`.
pub async fn take(
    State(app): State<App>,
    manager: Manager,
    At((id, user)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    let role = parse(&id)?;
    let user = UserId::parse(&user).map_err(|e| gone().because(e))?;
    let payload = json!({ "userIds": [user] });
    let event = event(&app, &manager, "Role.Users.Updated", &role, &payload);
    let taken = user_roles::take(&app.db, &user, &role, &event).await?;
    if taken { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}
