//! `/api/resources`: APIs that access tokens are made for (wire contract C.7; RFC 8707).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::ResourceId;
use haoma_store::audit::Event;
use haoma_store::resources::{self, Changes, MANAGEMENT_API, Resource};
use haoma_store::scopes;
use serde_json::{Value, json};

use super::caller::Manager;
use super::paging::Paging;
use super::path::At;
use super::query::Query;
use super::resource_body::{self, shown, shown_scope};
use crate::app::App;
use crate::error::api::{ApiError, Code, codes};
use crate::web::json::Json as Body;

/// `GET /api/resources`: all of them, or a page when one is asked for.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    query: Query,
    paging: Paging,
) -> Result<Response, ApiError> {
    let with_scopes = query.one("includeScopes") == Some("true");
    let window = paging.window_or_all();
    let found = resources::list(&app.db, window).await?;
    let scopes = if with_scopes { scopes::list_all(&app.db).await? } else { vec![] };
    let item = |resource: &Resource| {
        let own = scopes.iter().filter(|scope| scope.resource_id == resource.id);
        shown(resource, with_scopes.then(|| own.map(shown_scope).collect()))
    };
    let items: Vec<_> = found.iter().map(item).collect();
    if !paging.is_asked() {
        return Ok(Json(items).into_response());
    }
    let counted = resources::count(&app.db).await?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/resources`: 201.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let id = ResourceId::generate(manager.now, &app.entropy);
    let resource = resource_body::new(body, id, manager.now)?;
    let event = event(&app, &manager, "Resource.Created", &resource.id);
    if !resources::create(&app.db, &resource, &event).await? {
        return Err(ApiError::new(codes::RESOURCE_IN_USE));
    }
    Ok((StatusCode::CREATED, Json(shown(&resource, Some(vec![])))))
}

/// `GET /api/resources/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(shown(&find(&app, &id).await?, None)))
}

/// `PATCH /api/resources/{id}`.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let changes = resource_body::changes(body)?;
    let id = own(&id, codes::MANAGEMENT_API_FIXED)?;
    if changes == Changes::default() {
        return Ok(Json(shown(&find(&app, id.as_str()).await?, None)));
    }
    let event = event(&app, &manager, "Resource.Data.Updated", &id);
    let changed = resources::change(&app.db, &id, &changes, &event).await?;
    Ok(Json(shown(&changed.ok_or_else(gone)?, None)))
}

/// `PATCH /api/resources/{id}/is-default`: one at most is.
pub async fn set_default(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let is_default = resource_body::is_default(body)?;
    let id = own(&id, codes::MANAGEMENT_API_FIXED)?;
    let event = event(&app, &manager, "Resource.Data.Updated", &id);
    let changed = resources::set_default(&app.db, &id, is_default, &event).await?;
    app.clients.forget_all();
    Ok(Json(shown(&changed.ok_or_else(gone)?, None)))
}

/// `DELETE /api/resources/{id}`: with its scopes; tokens that were made for it live to their end.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let id = own(&id, codes::MANAGEMENT_API_STAYS)?;
    let event = event(&app, &manager, "Resource.Deleted", &id);
    let deleted = resources::delete(&app.db, &id, &event).await?;
    app.clients.forget_all();
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}

/// A resource by what the address calls it.
pub(super) async fn find(app: &App, id: &str) -> Result<Resource, ApiError> {
    resources::find(&app.db, &parse(id)?).await?.ok_or_else(gone)
}

/// What cannot be an id is as unknown as any other.
pub(super) fn parse(id: &str) -> Result<ResourceId, ApiError> {
    ResourceId::parse(id).map_err(|e| gone().because(e))
}

/// A resource that may be changed: not the management API, whose refusal says `why`.
pub(super) fn own(id: &str, why: Code) -> Result<ResourceId, ApiError> {
    if id == MANAGEMENT_API {
        return Err(ApiError::new(why));
    }
    parse(id)
}

fn gone() -> ApiError {
    ApiError::new(codes::ENTITY_NOT_EXISTS)
}

/// An audit event about a resource; who did it is in `application_id`.
fn event(app: &App, manager: &Manager, key: &str, id: &ResourceId) -> Event {
    manager.event(app, key, None, &json!({ "targetResourceId": id }))
}
