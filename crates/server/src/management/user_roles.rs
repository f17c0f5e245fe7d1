//! `/api/users/{id}/roles`: which roles a user has (wire contract C.5).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::RoleId;
use haoma_store::user_roles as store;
use serde_json::{Value, json};

use super::caller::Manager;
use super::paging::Paging;
use super::path::At;
use super::role_body::{self, shown};
use super::roles::check_kinds;
use super::users::find;
use crate::app::App;
use crate::error::api::{ApiError, Code, codes};
use crate::web::json::Json as Body;

const KEY: &str = "User.Roles.Updated";
/// Which roles a user can have, and what others are refused with.
const OF_USERS: (&str, Code) = ("User", codes::USER_ROLE_TYPE);

/// `GET /api/users/{id}/roles`: all of them, or a page when one is asked for.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
    paging: Paging,
) -> Result<Response, ApiError> {
    let user = find(&app, &id).await?.id;
    let found = store::list(&app.db, &user, paging.window_or_all()).await?;
    let items: Vec<_> = found.iter().map(shown).collect();
    if !paging.is_asked() {
        return Ok(Json(items).into_response());
    }
    let all = store::names(&app.db, &user).await?;
    let counted = i64::try_from(all.len()).unwrap_or(i64::MAX);
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/users/{id}/roles`: 201; roles the user has already stay.
pub async fn give(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let roles = role_body::ids(body, "roleIds")?;
    let user = find(&app, &id).await?.id;
    check_kinds(&app, &roles, OF_USERS).await?;
    let event = manager.event(&app, KEY, Some(&user), &json!({ "roleIds": roles }));
    let added = store::add(&app.db, &user, &roles, &event).await?;
    Ok((StatusCode::CREATED, Json(json!({ "roleIds": roles, "addedRoleIds": added }))))
}

/// `PUT /api/users/{id}/roles`: these and no others.
pub async fn replace(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let roles = role_body::replacing(body)?;
    let user = find(&app, &id).await?.id;
    check_kinds(&app, &roles, OF_USERS).await?;
    let event = manager.event(&app, KEY, Some(&user), &json!({ "roleIds": roles }));
    store::replace(&app.db, &user, &roles, &event).await?;
    Ok(Json(json!({ "roleIds": roles })))
}

/// `DELETE /api/users/{id}/roles/{role}`.
pub async fn take(
    State(app): State<App>,
    manager: Manager,
    At((id, role)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    let user = super::users::parse(&id)?;
    let role = RoleId::parse(&role).map_err(|e| gone().because(e))?;
    let event = manager.event(&app, KEY, Some(&user), &json!({ "removedRoleIds": [role] }));
    let taken = store::take(&app.db, &user, &role, &event).await?;
    if taken { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}
