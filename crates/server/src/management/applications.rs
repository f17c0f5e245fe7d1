//! `/api/applications`: who may ask people to sign in (wire contract C.6).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::ClientId;
use haoma_oidc::client::ApplicationKind;
use haoma_store::applications::{self, Application, Changed, Changes, Filter};
use haoma_store::audit::Event;
use haoma_store::resource_access;
use serde_json::{Map, Value, json};

use super::application_body::{self, shown};
use super::caller::Manager;
use super::input::{self, Problems};
use super::merge::{Target, merge};
use super::paging::Paging;
use super::path::At;
use super::query::{self, Query};
use super::secrets;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::json::Json as Body;

/// `GET /api/applications`: all of them, or a page when one is asked for.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    query: Query,
    paging: Paging,
) -> Result<Response, ApiError> {
    let filter = filter(&query)?;
    let found = applications::list(&app.db, &filter, paging.window_or_all()).await?;
    let items: Vec<_> =
        found.iter().map(|one| shown(one).map(Value::Object)).collect::<Result<_, _>>()?;
    if !paging.is_asked() {
        return Ok(Json(items).into_response());
    }
    let counted = applications::count(&app.db, &filter).await?;
    Ok(paging.answer(&app, paging.total(counted), items))
}

fn filter(query: &Query) -> Result<Filter, ApiError> {
    const KINDS: [&str; 6] =
        ["Native", "SPA", "Traditional", "MachineToMachine", "Protected", "SAML"];
    for absent in ["excludeRoleId", "excludeOrganizationId"] {
        if query.one(absent).is_some() {
            return Err(unsupported(
                absent,
                "nobody is left out of the list for a role or an organization",
            ));
        }
    }
    let mut problems = Problems::default();
    let kinds: Vec<_> = query.all("types").map(ToOwned::to_owned).collect();
    if kinds.iter().any(|kind| !KINDS.contains(&kind.as_str())) {
        problems.add("types", &format!("must be of: {}", KINDS.join(", ")));
    }
    let is_third_party = query.flag("isThirdParty", &mut problems);
    let pattern = query.one("search").map(ToOwned::to_owned);
    if pattern.as_deref().is_some_and(|pattern| !query::is_pattern(pattern)) {
        problems.add("search", "must be a pattern of 1 to 256 characters such as %shop%");
    }
    problems.check()?;
    Ok(Filter { kinds, is_third_party, pattern })
}

/// A combination of parameters that is not served.
pub(super) fn unsupported(key_path: &str, why: &str) -> ApiError {
    let data = json!([{ "keyPath": key_path, "message": why }]);
    ApiError::new(codes::INVALID_QUERY).with_data(data)
}

/// `POST /api/applications`. The first secret is in this answer and in no other (security statement 58).
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let id = ClientId::generate(manager.now, &app.entropy);
    let application = application_body::new(body, id, (manager.now, app.settings.reach()))?;
    let is_confidential =
        ApplicationKind::parse(&application.kind).is_some_and(ApplicationKind::is_confidential);
    let secret = is_confidential.then(|| secrets::first(&app, manager.now));
    let kept: Vec<_> = secret.iter().map(|(_, secret)| secret.clone()).collect();
    let event = event(&app, &manager, "Application.Created", &application.id, &json!({}));
    applications::create(&app.db, &application, &kept, &event).await?;
    let mut answer = shown(&application)?;
    if let Some((value, _)) = secret {
        answer.insert("secret".to_owned(), value.into());
    }
    Ok(Json(answer))
}

/// `GET /api/applications/{id}`.
pub async fn read(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let application = find(&app, &id).await?;
    let mut answer = shown(&application)?;
    let may_manage = resource_access::may_manage(&app.db, &application.id).await?;
    answer.insert("isAdmin".to_owned(), may_manage.unwrap_or_default().into());
    Ok(Json(answer))
}

/// `PATCH /api/applications/{id}`: each given member replaces the stored one as a whole.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let changes = application_body::changes(body, app.settings.reach())?;
    if changes == Changes::default() {
        return Ok(Json(shown(&find(&app, &id).await?)?));
    }
    let id = parse(&id)?;
    let payload = json!({ "fields": application_body::names(&changes) });
    let event = event(&app, &manager, "Application.Data.Updated", &id, &payload);
    let changed = applications::change(&app.db, &id, &changes, &event).await?;
    app.clients.forget(&id);
    match changed {
        Changed::Done(application) => Ok(Json(shown(&application)?)),
        Changed::Gone => Err(ApiError::new(codes::ENTITY_NOT_EXISTS)),
        Changed::Stale => Err(ApiError::new(codes::CHANGED_MEANWHILE)),
        Changed::NoService => Err(ApiError::new(codes::INVALID_APPLICATION_TYPE)),
    }
}

/// `DELETE /api/applications/{id}`: ends everything it was given. Goes on when the caller does not wait.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let id = parse(&id)?;
    let event = event(&app, &manager, "Application.Deleted", &id, &json!({}));
    let is_done = end(&app, id, event).await?;
    if is_done { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::new(codes::ENTITY_NOT_EXISTS)) }
}

/// Deletes an application with all it was given, to the end even when the caller does not wait; `false` when there is none.
///
/// # Errors
/// The database's.
pub(crate) async fn end(app: &App, id: ClientId, event: Event) -> Result<bool, ApiError> {
    let held = app.clone();
    let deleting = app.work.spawn(async move {
        let deleted = applications::delete(&held.db, &id, &event).await;
        held.clients.forget(&id);
        deleted
    });
    let deleted = deleting.await.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    Ok(deleted?)
}

/// `PATCH /api/applications/{id}/custom-data`: a shallow merge.
pub async fn merge_custom_data(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Map<String, Value>>, ApiError> {
    let given = input::object(body)?;
    let target = Target::Application(parse(&id)?);
    merge(&app, &manager, &target, given).await.map(Json)
}

/// An application by what the address calls it.
pub(super) async fn find(app: &App, id: &str) -> Result<Application, ApiError> {
    let found = applications::find(&app.db, &parse(id)?).await?;
    let (application, _) = found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_EXISTS))?;
    Ok(application)
}

/// What cannot be an id is as unknown as any other.
pub(crate) fn parse(id: &str) -> Result<ClientId, ApiError> {
    ClientId::parse(id).map_err(|e| ApiError::new(codes::ENTITY_NOT_EXISTS).because(e))
}

/// An audit event about an application; who did it is in `application_id`.
pub(super) fn event(app: &App, manager: &Manager, key: &str, id: &ClientId, more: &Value) -> Event {
    manager.event(app, key, None, &about(id, more))
}

/// What an audit event about an application holds, whoever caused it.
pub(crate) fn about(id: &ClientId, more: &Value) -> Value {
    let mut payload = json!({ "targetApplicationId": id });
    if let (Some(payload), Some(more)) = (payload.as_object_mut(), more.as_object()) {
        payload.extend(more.clone());
    }
    payload
}
