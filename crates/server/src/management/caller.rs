//! Who manages: a service with an access token of ours (wire contract C.1; RFC 6750).
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use haoma_core::ids::{AuditId, ClientId, UserId};
use haoma_core::role::Role;
use haoma_core::time::Timestamp;
use haoma_oidc::access_token;
use haoma_oidc::machine::{ALL, MANAGEMENT_API};
use haoma_store::audit::Event;
use haoma_store::resource_access;
use serde_json::Value;

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::caller::Caller;

/// Somebody who may manage, as of this request. Taking one as a parameter is what guards a route.
#[derive(Debug, Clone)]
pub struct Manager {
    /// Who.
    pub who: Who,
    /// What they may do.
    pub role: Role,
    /// From where.
    pub caller: Caller,
    /// When; read once for the whole request.
    pub now: Timestamp,
}

/// Kinds of managers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// A service in its own name.
    Application(ClientId),
}

impl Manager {
    /// An audit event of what this manager does; `payload` never holds a number, name or secret.
    pub fn event(&self, app: &App, key: &str, user: Option<&UserId>, payload: &Value) -> Event {
        let Who::Application(application) = &self.who;
        Event {
            id: AuditId::generate(self.now, &app.entropy),
            key: key.to_owned(),
            error: None,
            user_id: user.map(ToString::to_string),
            application_id: Some(application.to_string()),
            session_id: None,
            interaction_id: None,
            ip: self.caller.ip.map(|ip| ip.to_string()),
            user_agent: self.caller.user_agent.clone(),
            payload: payload.to_string(),
            at: self.now,
        }
    }
}

impl FromRequestParts<App> for Manager {
    type Rejection = ApiError;

    /// The right is looked up every time: taking it away ends access at once, however long the token lives.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(caller) = Caller::from_request_parts(parts, app).await;
        let now = app.clock.now();
        let token = bearer(&parts.headers)?;
        let issuer = app.settings.issuer();
        let at = (issuer.as_str(), MANAGEMENT_API);
        let unauthorized = || ApiError::new(codes::UNAUTHORIZED);
        let claims =
            access_token::read(&app.signing.load(), at, token, now).ok_or_else(unauthorized)?;
        let Some(subject) = &claims.sub else {
            return Err(ApiError::new(codes::SUBJECT_MISSING));
        };
        if !claims.allows(ALL) {
            return Err(ApiError::new(codes::FORBIDDEN));
        }
        let id = ClientId::parse(subject).map_err(|e| unauthorized().because(e))?;
        // a person's token names the client it was issued to, which is somebody else
        if *subject != claims.client_id {
            return Err(unauthorized());
        }
        match resource_access::may_manage(&app.db, &id).await? {
            Some(true) => Ok(Self { who: Who::Application(id), role: Role::Owner, caller, now }),
            Some(false) => Err(ApiError::new(codes::FORBIDDEN)),
            None => Err(unauthorized()),
        }
    }
}

/// The token of the `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, ApiError> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Err(ApiError::new(codes::TOKEN_MISSING));
    };
    let parts = header.to_str().ok().and_then(|text| text.split_once(' '));
    match parts {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(ApiError::new(codes::TOKEN_TYPE)),
    }
}
