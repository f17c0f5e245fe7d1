//! `/api/roles/{id}/scopes`: what a role opens (wire contract C.7).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::ScopeId;
use haoma_store::Told;
use haoma_store::resources::Resource;
use haoma_store::role_scopes;
use haoma_store::scopes::Scope;
use serde_json::{Value, json};

use super::caller::Manager;
use super::paging::Paging;
use super::path::At;
use super::resource_body;
use super::role_body;
use super::roles::{check_scopes, event, find, given, parse};
use super::telling;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::json::Json as Body;

/// `GET /api/roles/{id}/scopes`: all of them, or a page when one is asked for.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
    paging: Paging,
) -> Result<Response, ApiError> {
    let role = find(&app, &id).await?;
    let found = role_scopes::list(&app.db, &role.id, paging.window_or_all()).await?;
    let items: Vec<_> = found.iter().map(shown).collect();
    if !paging.is_asked() {
        return Ok(Json(items).into_response());
    }
    let counted = role_scopes::count(&app.db, &role.id).await?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/roles/{id}/scopes`: 201 with every scope that the role has now.
pub async fn give(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Vec<Value>>), ApiError> {
    let scopes = role_body::ids(body, "scopeIds")?;
    let role = find(&app, &id).await?;
    check_scopes(&app, &role, &scopes).await?;
    let payload = json!({ "scopeIds": scopes });
    let event = event(&app, &manager, "Role.Scopes.Updated", &role.id, &payload);
    let asked = ("POST", "/roles/:id/scopes", 201);
    let told = telling::scopes_of(&app, (&event, &role.id, None), asked);
    let told = Told::new(&event, &told);
    let outcome = role_scopes::give(&app.db, &role.id, &scopes, told).await?;
    given(outcome, codes::ROLE_SCOPE_EXISTS, "scopeIds")?;
    let all = role_scopes::list(&app.db, &role.id, (i64::MAX, 0)).await?;
    Ok((StatusCode::CREATED, Json(all.iter().map(shown).collect())))
}

/// `DELETE /api/roles/{id}/scopes/{scope}`: gone from every token at its next refresh.
pub async fn take(
    State(app): State<App>,
    manager: Manager,
    At((id, scope)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    let role = parse(&id)?;
    let scope = ScopeId::parse(&scope).map_err(|e| gone().because(e))?;
    let payload = json!({ "scopeIds": [scope] });
    let event = event(&app, &manager, "Role.Scopes.Updated", &role, &payload);
    let asked = ("DELETE", "/roles/:id/scopes/:scopeId", 204);
    let told = telling::scopes_of(&app, (&event, &role, Some(&scope)), asked);
    let told = Told::new(&event, &told);
    let taken = role_scopes::take(&app.db, &role, &scope, told).await?;
    if taken { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}

fn shown((scope, resource): &(Scope, Resource)) -> Value {
    let mut shown = resource_body::shown_scope(scope);
    if let Some(members) = shown.as_object_mut() {
        members.insert("resource".to_owned(), resource_body::shown(resource, None));
    }
    shown
}
