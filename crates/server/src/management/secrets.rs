//! `/api/applications/{id}/secrets`. A secret's value is only in the answer that makes it (security statements 56 and
//! 58): only a hash is stored, and lists show the last four characters.
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use haoma_oidc::client::ApplicationKind;
use haoma_store::application_secrets::{self, Kept, Secret};
use haoma_store::applications as store;
use serde_json::{Value, json};

use super::applications::{event, find, parse};
use super::caller::Manager;
use super::input::{Fields, Problems};
use super::path::At;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::oidc::applications::{SECRET_NAME, last_four};
use crate::web::json::Json as Body;

/// Characters of a secret's name.
pub(crate) const MOST_NAME: usize = 256;

/// The first secret of an application: its value, and what is stored.
pub(crate) fn first(app: &App, now: Timestamp) -> (String, Secret) {
    make(app, SECRET_NAME.to_owned(), None, now)
}

/// A new secret, its value first: 192 random bits in 32 characters.
pub(crate) fn make(
    app: &App,
    name: String,
    expires_at: Option<Timestamp>,
    now: Timestamp,
) -> (String, Secret) {
    let value = URL_SAFE_NO_PAD.encode(app.entropy.bytes::<24>());
    let secret = Secret {
        name,
        hash: SecretHash::of(&value),
        last_four: last_four(&value).to_owned(),
        expires_at,
        created_at: now,
    };
    (value, secret)
}

fn shown(id: &ClientId, secret: &Secret, value: &str) -> Value {
    json!({
        "tenantId": "default", "applicationId": id, "name": secret.name, "value": value,
        "createdAt": secret.created_at, "expiresAt": secret.expires_at,
    })
}

fn masked(id: &ClientId, secret: &Secret) -> Value {
    shown(id, secret, &format!("****{}", secret.last_four))
}

/// `GET /api/applications/{id}/secrets`.
pub async fn list(
    State(app): State<App>,
    _manager: Manager,
    At(id): At<String>,
) -> Result<Json<Vec<Value>>, ApiError> {
    let found = store::find(&app.db, &parse(&id)?).await?;
    let (application, secrets) = found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_EXISTS))?;
    Ok(Json(secrets.iter().map(|secret| masked(&application.id, secret)).collect()))
}

/// `POST /api/applications/{id}/secrets`: 201, and the only answer that shows the value.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (name, expires_at) = read_new(body, manager.now)?;
    let application = find(&app, &id).await?;
    let kind = ApplicationKind::parse(&application.kind);
    if !kind.is_some_and(ApplicationKind::is_confidential) {
        return Err(ApiError::new(codes::CONSTRAINT));
    }
    let (value, secret) = make(&app, name, expires_at, manager.now);
    let payload = json!({ "secret": { "name": secret.name } });
    let event = event(&app, &manager, "Application.Secret.Created", &application.id, &payload);
    let kept = application_secrets::add(&app.db, &application.id, &secret, &event).await?;
    app.clients.forget(&application.id);
    let secret = done(kept, codes::ENTITY_NOT_EXISTS)?;
    Ok((StatusCode::CREATED, Json(shown(&application.id, &secret, &value))))
}

/// The name of a new secret, and when it stops working.
pub(super) fn read_new(
    body: Value,
    now: Timestamp,
) -> Result<(String, Option<Timestamp>), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.required_text("name", MOST_NAME);
    let expires_at = fields.nullable_number("expiresAt", 0..=i64::MAX).map(Timestamp);
    if expires_at.is_some_and(|at| at <= now) {
        fields.refuse("expiresAt", "must be in the future");
    }
    problems.check()?;
    Ok((name, expires_at))
}

/// Another name.
pub(super) fn read_name(body: Value) -> Result<String, ApiError> {
    let mut problems = Problems::default();
    let name = Fields::of(body, &mut problems).required_text("name", MOST_NAME);
    problems.check()?;
    Ok(name)
}

/// `PATCH /api/applications/{id}/secrets/{name}`: another name.
pub async fn rename(
    State(app): State<App>,
    manager: Manager,
    At((id, name)): At<(String, String)>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let to = read_name(body)?;
    let id = known(&id, &name)?;
    let payload = json!({ "secret": { "name": name, "newName": to } });
    let event = event(&app, &manager, "Application.Secret.Updated", &id, &payload);
    let kept = application_secrets::rename(&app.db, &id, (&name, &to), &event).await?;
    app.clients.forget(&id);
    Ok(Json(masked(&id, &done(kept, codes::ENTITY_NOT_FOUND)?)))
}

/// `DELETE /api/applications/{id}/secrets/{name}`: it authenticates nobody any more.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At((id, name)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let id = known(&id, &name)?;
    let payload = json!({ "secret": { "name": name } });
    let event = event(&app, &manager, "Application.Secret.Deleted", &id, &payload);
    let deleted = application_secrets::delete(&app.db, &id, &name, &event).await?;
    app.clients.forget(&id);
    if deleted { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::new(codes::ENTITY_NOT_FOUND)) }
}

/// An id and a name that something could have.
fn known(id: &str, name: &str) -> Result<ClientId, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    if name.contains('\0') {
        return Err(gone());
    }
    ClientId::parse(id).map_err(|e| gone().because(e))
}

fn done(kept: Kept, gone: crate::error::api::Code) -> Result<Secret, ApiError> {
    match kept {
        Kept::Done(secret) => Ok(secret),
        Kept::NameTaken => Err(ApiError::new(codes::SECRET_NAME_EXISTS)),
        Kept::Gone => Err(ApiError::new(gone)),
    }
}
