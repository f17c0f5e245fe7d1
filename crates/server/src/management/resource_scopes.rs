//! `/api/resources/{id}/scopes`: what may be done with an API resource (wire contract C.7).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::hooks::HookEvent;
use haoma_core::ids::{ResourceId, ScopeId};
use haoma_store::Told;
use haoma_store::audit::Event;
use haoma_store::scopes::{self, Changes, Kept, Scope};
use serde_json::{Value, json};

use super::caller::Manager;
use super::paging::Paging;
use super::path::At;
use super::resource_body::{self, shown_scope};
use super::resources::{find, own};
use super::telling;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::json::Json as Body;

/// `GET /api/resources/{id}/scopes`: all of them, or a page when one is asked for.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
    paging: Paging,
) -> Result<Response, ApiError> {
    let resource = find(&app, &id).await?;
    let found = scopes::list(&app.db, &resource.id, paging.window_or_all()).await?;
    let items: Vec<_> = found.iter().map(shown_scope).collect();
    if !paging.is_asked() {
        return Ok(Json(items).into_response());
    }
    let counted = scopes::count(&app.db, &resource.id).await?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/resources/{id}/scopes`: 201.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    // what is wrong with the body is told even where the resource is not there
    let (name, description) = resource_body::new_scope(body)?;
    let resource_id = own(&id, codes::MANAGEMENT_API_FIXED)?;
    let (id, created_at) = (ScopeId::generate(manager.now, &app.entropy), manager.now);
    let scope = Scope { id, resource_id, name, description, created_at };
    let event = event(&app, &manager, "Scope.Created", (&scope.resource_id, &scope.id));
    let asked = ("POST", "/resources/:resourceId/scopes", 201);
    let about = (&event, &scope.resource_id, &scope.id);
    let told = telling::scope(&app, HookEvent::ScopeCreated, about, asked);
    let kept = done(scopes::create(&app.db, &scope, Told::new(&event, &told)).await?)?;
    Ok((StatusCode::CREATED, Json(shown_scope(&kept))))
}

/// `PATCH /api/resources/{id}/scopes/{scope}`.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At((id, scope)): At<(String, String)>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let changes = resource_body::scope_changes(body)?;
    if changes == Changes::default() {
        return Err(ApiError::new(codes::NOTHING_TO_CHANGE));
    }
    let (resource, scope) = place(&id, &scope)?;
    let event = event(&app, &manager, "Scope.Data.Updated", (&resource, &scope));
    let asked = ("PATCH", "/resources/:resourceId/scopes/:scopeId", 200);
    let about = (&event, &resource, &scope);
    let told = telling::scope(&app, HookEvent::ScopeDataUpdated, about, asked);
    let told = Told::new(&event, &told);
    let kept = scopes::change(&app.db, (&resource, &scope), &changes, told).await?;
    Ok(Json(shown_scope(&done(kept)?)))
}

/// `DELETE /api/resources/{id}/scopes/{scope}`: from every role, too.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At((id, scope)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let (resource, scope) = place(&id, &scope)?;
    let event = event(&app, &manager, "Scope.Deleted", (&resource, &scope));
    let asked = ("DELETE", "/resources/:resourceId/scopes/:scopeId", 204);
    let about = (&event, &resource, &scope);
    let told = telling::scope(&app, HookEvent::ScopeDeleted, about, asked);
    if scopes::delete(&app.db, (&resource, &scope), Told::new(&event, &told)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::new(codes::ENTITY_NOT_EXISTS))
    }
}

/// A scope that may be changed.
fn place(resource: &str, scope: &str) -> Result<(ResourceId, ScopeId), ApiError> {
    let resource = own(resource, codes::MANAGEMENT_API_FIXED)?;
    let scope = ScopeId::parse(scope);
    Ok((resource, scope.map_err(|e| ApiError::new(codes::ENTITY_NOT_EXISTS).because(e))?))
}

fn done(kept: Kept) -> Result<Scope, ApiError> {
    match kept {
        Kept::Done(scope) => Ok(scope),
        Kept::NameTaken => Err(ApiError::new(codes::SCOPE_NAME_EXISTS)),
        Kept::Gone => Err(ApiError::new(codes::ENTITY_NOT_EXISTS)),
    }
}

fn event(
    app: &App,
    manager: &Manager,
    key: &str,
    (resource, scope): (&ResourceId, &ScopeId),
) -> Event {
    let payload = json!({ "targetResourceId": resource, "targetScopeId": scope });
    manager.event(app, key, None, &payload)
}
