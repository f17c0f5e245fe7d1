//! `/api/roles`: what users or services are allowed together (wire contract C.7).
use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::hooks::HookEvent;
use haoma_core::ids::RoleId;
use haoma_store::Told;
use haoma_store::audit::Event;
use haoma_store::role_scopes::{self, Given};
use haoma_store::roles::{self, Changes, Filter, Kept, Role};
use serde_json::{Value, json};

use super::caller::Manager;
use super::input::Problems;
use super::paging::Paging;
use super::path::At;
use super::query::{self, Query};
use super::role_body::{self, shown};
use super::telling;
use crate::app::App;
use crate::error::api::{ApiError, Code, codes};
use crate::web::json::Json as Body;

/// `GET /api/roles`: all of them, or a page when one is asked for.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    query: Query,
    paging: Paging,
) -> Result<Response, ApiError> {
    let mut problems = Problems::default();
    let kind = query.word("type", &role_body::KINDS, &mut problems).map(ToOwned::to_owned);
    let pattern = query.one("search").map(ToOwned::to_owned);
    if pattern.as_deref().is_some_and(|pattern| !query::is_pattern(pattern)) {
        problems.add("search", "must be a pattern of 1 to 256 characters such as %shop%");
    }
    problems.check()?;
    let filter = Filter { kind, pattern };
    let found = roles::list(&app.db, &filter, paging.window_or_all()).await?;
    let items: Vec<_> = found.iter().map(shown).collect();
    if !paging.is_asked() {
        return Ok(Json(items).into_response());
    }
    let counted = roles::count(&app.db, &filter).await?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/roles`.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let id = RoleId::generate(manager.now, &app.entropy);
    let (role, scopes) = role_body::new(body, id, manager.now)?;
    check_scopes(&app, &role, &scopes).await?;
    let payload = json!({ "scopeIds": scopes });
    let event = event(&app, &manager, "Role.Created", &role.id, &payload);
    let asked = ("POST", "/roles", 200);
    let mut told = telling::role(&app, HookEvent::RoleCreated, (&event, &role.id), asked);
    if !scopes.is_empty() {
        told.extend(telling::scopes_of(&app, (&event, &role.id, None), asked));
    }
    let told = Told::new(&event, &told);
    let kept = roles::create(&app.db, &role, &scopes, told).await?;
    Ok(Json(shown(&done(kept)?)))
}

/// `GET /api/roles/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(shown(&find(&app, &id).await?)))
}

/// `PATCH /api/roles/{id}`.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let changes = role_body::changes(body)?;
    if changes == Changes::default() {
        return Ok(Json(shown(&find(&app, &id).await?)));
    }
    let id = parse(&id)?;
    let event = event(&app, &manager, "Role.Data.Updated", &id, &json!({}));
    let asked = ("PATCH", "/roles/:id", 200);
    let told = telling::role(&app, HookEvent::RoleDataUpdated, (&event, &id), asked);
    let kept = roles::change(&app.db, &id, &changes, Told::new(&event, &told)).await?;
    Ok(Json(shown(&done(kept)?)))
}

/// `DELETE /api/roles/{id}`: from everybody who has it. Goes on when the caller does not wait.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let id = parse(&id)?;
    let event = event(&app, &manager, "Role.Deleted", &id, &json!({}));
    let asked = ("DELETE", "/roles/:id", 204);
    let told = telling::role(&app, HookEvent::RoleDeleted, (&event, &id), asked);
    let db = app.db.clone();
    let deleting = async move { roles::delete(&db, &id, Told::new(&event, &told)).await };
    let deleting = app.work.spawn(deleting);
    let deleted = deleting.await.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    if deleted? { Ok(StatusCode::NO_CONTENT) } else { Err(gone()) }
}

/// A role by what the address calls it.
pub(super) async fn find(app: &App, id: &str) -> Result<Role, ApiError> {
    roles::find(&app.db, &parse(id)?).await?.ok_or_else(gone)
}

/// What cannot be an id is as unknown as any other.
pub(super) fn parse(id: &str) -> Result<RoleId, ApiError> {
    RoleId::parse(id).map_err(|e| gone().because(e))
}

fn gone() -> ApiError {
    ApiError::new(codes::ENTITY_NOT_EXISTS)
}

/// Refuses scopes of the management API for a role of users.
pub(super) async fn check_scopes(
    app: &App,
    role: &Role,
    scopes: &[String],
) -> Result<(), ApiError> {
    if role.kind == "User" && role_scopes::any_manages(&app.db, scopes).await? {
        return Err(ApiError::new(codes::ROLE_MANAGES));
    }
    Ok(())
}

/// Refuses roles that are not there, and those of another kind, each at its place.
pub(super) async fn check_kinds(
    app: &App,
    roles: &[String],
    (kind, other): (&str, Code),
) -> Result<(), ApiError> {
    let known = roles::list(&app.db, &Filter::default(), (i64::MAX, 0)).await?;
    let known: HashMap<_, _> =
        known.into_iter().map(|role| (role.id.to_string(), role.kind)).collect();
    let mut problems = Problems::default();
    for (at, role) in roles.iter().enumerate() {
        let code = match known.get(role) {
            Some(found) if found == kind => continue,
            Some(_) => other,
            None => codes::RELATION_NOT_FOUND,
        };
        problems.add_coded(&format!("roleIds[{at}]"), code, code.message);
    }
    problems.check()
}

fn done(kept: Kept) -> Result<Role, ApiError> {
    match kept {
        Kept::Done(role) => Ok(role),
        Kept::NameTaken => Err(ApiError::new(codes::ROLE_NAME_IN_USE)),
        Kept::Gone(None) => Err(gone()),
        Kept::Gone(Some(at)) => Err(missing("scopeIds", at)),
        Kept::NoUsers => {
            let mut problems = Problems::default();
            problems.add("isDefault", role_body::NO_USERS);
            Err(problems.check().err().unwrap_or_else(gone))
        }
    }
}

/// What came of giving things to a role, or a role to somebody.
pub(super) fn given(given: Given, had: Code, key: &str) -> Result<(), ApiError> {
    match given {
        Given::Done => Ok(()),
        Given::HadIt => Err(ApiError::new(had)),
        Given::Unknown(at) => Err(missing(key, at)),
    }
}

/// Something that a body names at this place is not there.
fn missing(key: &str, at: usize) -> ApiError {
    let code = codes::RELATION_NOT_FOUND;
    let mut problems = Problems::default();
    problems.add_coded(&format!("{key}[{at}]"), code, code.message);
    problems.check().err().unwrap_or_else(|| ApiError::new(code))
}

/// An audit event about a role; who did it is in `application_id`.
pub(super) fn event(app: &App, manager: &Manager, key: &str, id: &RoleId, more: &Value) -> Event {
    let mut payload = json!({ "targetRoleId": id });
    if let (Some(payload), Some(more)) = (payload.as_object_mut(), more.as_object()) {
        payload.extend(more.clone());
    }
    manager.event(app, key, None, &payload)
}
