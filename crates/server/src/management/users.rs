//! `/api/users`: who has an account (wire contract C.5).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::UserId;
use haoma_store::Told;
use haoma_store::audit::Event;
use haoma_store::user_changes::{self, Changes, Document};
use haoma_store::users::{self, Added, Stored};
use serde_json::{Map, Value, json};

use super::application_body::stored;
use super::caller::Manager;
use super::input::{self, Fields, Problems};
use super::merge::{Target, merge};
use super::paging::Paging;
use super::path::At;
use super::query::Query;
use super::renumber;
use super::taken::Wanted;
use super::telling;
use super::user_body::{self, shown};
use super::user_search;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::json::Json as Body;

/// The audit key of a change that is not about being locked.
pub(crate) const UPDATED: &str = "User.Data.Updated";

/// `GET /api/users`: a page, newest first; a search for numbers in the order of the numbers.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    query: Query,
    paging: Paging,
) -> Result<Response, ApiError> {
    let search = user_search::parse(&query)?;
    let found = haoma_store::user_search::list(&app.db, &search, paging.window()).await?;
    let counted = haoma_store::user_search::count(&app.db, &search, paging.count_to()).await?;
    let items = found.iter().map(shown).collect::<Result<_, _>>()?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/users`.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let id = UserId::generate(manager.now, &app.entropy);
    let mut problems = Problems::default();
    let known = user_body::read(body, &mut problems);
    let wanted = Wanted::of(&id, &known);
    wanted.judge(&app, problems).await?;
    let user = user_body::user(known.clone(), id.clone(), manager.now);
    let event = manager.event(&app, "User.Created", Some(&user.id), &json!({}));
    let asked = ("POST", "/users", 200);
    let told = telling::user(&app, HookEvent::UserCreated, (&event, &user.id), asked);
    match users::add(&app.db, &user, Told::new(&event, &told)).await? {
        Added::Done => Ok(Json(shown(&user.into())?)),
        Added::PhoneTaken => Err(wanted.taken(&app, codes::PHONE_IN_USE).await),
        Added::UsernameTaken => Err(wanted.taken(&app, codes::USERNAME_IN_USE).await),
    }
}

/// `GET /api/users/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let mut answer = shown(&find(&app, &id).await?)?;
    if query.one("includeSsoIdentities") == Some("true")
        && let Some(object) = answer.as_object_mut()
    {
        object.insert("ssoIdentities".to_owned(), json!([]));
    }
    Ok(Json(answer))
}

/// `PATCH /api/users/{id}`: each given member replaces the stored one as a whole.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let mut problems = Problems::default();
    let changes = user_body::read(body, &mut problems);
    let Ok(id) = parse(&id) else {
        problems.check()?;
        return Err(ApiError::new(codes::ENTITY_NOT_FOUND));
    };
    let wanted = Wanted::of(&id, &changes);
    wanted.judge(&app, problems).await?;
    if changes == Changes::default() {
        return Err(ApiError::new(codes::NOTHING_TO_CHANGE));
    }
    let event = |payload: &Value| manager.event(&app, UPDATED, Some(&id), payload);
    let asked = ("PATCH", "/users/:userId", 200);
    let told = |event: &Event| telling::user(&app, HookEvent::UserDataUpdated, (event, &id), asked);
    let (changed, _) = renumber::change(&app, (&id, &changes), event, told).await?;
    Ok(Json(shown(&wanted.changed(&app, changed).await?)?))
}

/// `DELETE /api/users/{id}`: with every session, grant and token.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let id = parse(&id)?;
    let event = manager.event(&app, "User.Deleted", Some(&id), &json!({}));
    let asked = ("DELETE", "/users/:userId", 204);
    let told = telling::user(&app, HookEvent::UserDeleted, (&event, &id), asked);
    if user_changes::delete(&app.db, &id, Told::new(&event, &told)).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::new(codes::ENTITY_NOT_FOUND))
    }
}

/// `PATCH /api/users/{id}/is-suspended`: locking somebody out ends every session and token in the same step.
pub async fn suspend(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let is_locked = read_suspension(body)?;
    let id = parse(&id)?;
    let payload = json!({ "isSuspended": is_locked });
    let event = manager.event(&app, "User.SuspensionStatus.Updated", Some(&id), &payload);
    let asked = ("PATCH", "/users/:userId/is-suspended", 200);
    let told = telling::user(&app, HookEvent::UserSuspensionStatusUpdated, (&event, &id), asked);
    let told = Told::new(&event, &told);
    let user = user_changes::lock(&app.db, &id, is_locked, told).await?;
    Ok(Json(shown(&user.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_FOUND))?)?))
}

/// Whether somebody shall be locked out.
pub(super) fn read_suspension(body: Value) -> Result<bool, ApiError> {
    let mut problems = Problems::default();
    let is_locked = Fields::of(body, &mut problems).required_flag("isSuspended");
    problems.check()?;
    Ok(is_locked)
}

/// `GET /api/users/{id}/custom-data`.
pub async fn custom_data(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    Ok(Json(stored(&find(&app, &id).await?.custom_data)?))
}

/// `PATCH /api/users/{id}/custom-data`: a shallow merge.
pub async fn merge_custom_data(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let given = input::object(body)?;
    let target = Target::User(parse(&id)?, Document::CustomData);
    merge(&app, &manager, &target, given).await.map(Json)
}

/// `PATCH /api/users/{id}/profile`: a shallow merge.
pub async fn merge_profile(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let given = user_body::profile_of(body)?;
    let target = Target::User(parse(&id)?, Document::Profile);
    merge(&app, &manager, &target, given).await.map(Json)
}

/// A user by what the address calls them.
pub(crate) async fn find(app: &App, id: &str) -> Result<Stored, ApiError> {
    let found = users::find(&app.db, &parse(id)?).await?;
    found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_FOUND))
}

/// What cannot be an id is as unknown as any other.
pub(crate) fn parse(id: &str) -> Result<UserId, ApiError> {
    UserId::parse(id).map_err(|e| ApiError::new(codes::ENTITY_NOT_FOUND).because(e))
}
