//! Who uses the account API: a person, through an application that holds an opaque access token of theirs (wire contract C.11).
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use haoma_core::ids::{AuditId, ClientId, SessionId, UserId};
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::scope::{Scope, Scopes};
use haoma_store::audit::Event;
use haoma_store::grants::Holder;
use haoma_store::{access_tokens, applications};
use serde_json::Value;

use super::center::{self, AccountCenter};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::pages::frame::{self, Query};
use crate::management::caller::bearer;
use crate::oidc::account_client;
use crate::web::caller::Caller;
use crate::web::i18n::Lang;

/// A person and the application that asks for them. Taking one as a parameter is what guards a route.
#[derive(Debug, Clone)]
pub struct Member {
    /// The person, by the grant the token hangs on.
    pub holder: Holder,
    /// The application.
    pub client_id: ClientId,
    /// What it may know.
    pub scopes: Scopes,
    /// Applications of others read, and change nothing.
    pub is_third_party: bool,
    /// What people may see and change.
    pub center: AccountCenter,
    /// From where.
    pub caller: Caller,
    /// The language of messages.
    pub lang: Lang,
    /// When; read once for the whole request.
    pub now: Timestamp,
}

impl Member {
    /// Whose account it is.
    pub fn user(&self) -> &UserId {
        &self.holder.user_id
    }

    /// The session in which the application was let in.
    pub fn session(&self) -> &SessionId {
        &self.holder.session_id
    }

    /// Refuses applications of others.
    ///
    /// # Errors
    /// `auth.third_party_application_forbidden`.
    pub fn is_ours(&self) -> Result<(), ApiError> {
        if self.is_third_party { Err(ApiError::new(codes::THIRD_PARTY)) } else { Ok(()) }
    }

    /// Refuses a token without a scope, with the status the contract has for most of these routes (400).
    ///
    /// # Errors
    /// `auth.unauthorized`.
    pub fn has(&self, scope: Scope) -> Result<(), ApiError> {
        if self.scopes.has(scope) { Ok(()) } else { Err(ApiError::new(codes::SCOPE_MISSING)) }
    }

    /// Refuses whoever may not change a part, in the order of the contract.
    ///
    /// # Errors
    /// `account_center.field_not_editable`, `auth.unauthorized`, `auth.third_party_application_forbidden`.
    pub fn may_change(&self, field: &str, scope: Scope) -> Result<(), ApiError> {
        self.center.edits(field)?;
        self.has(scope)?;
        self.is_ours()
    }

    /// An audit event of what this person does; `payload` never holds a number, name or secret.
    pub fn event(&self, app: &App, key: &str, payload: &Value) -> Event {
        Event {
            id: AuditId::generate(self.now, &app.entropy),
            key: key.to_owned(),
            error: None,
            user_id: Some(self.user().to_string()),
            application_id: Some(self.client_id.to_string()),
            session_id: Some(self.session().to_string()),
            interaction_id: None,
            ip: self.caller.ip.map(|ip| ip.to_string()),
            user_agent: self.caller.user_agent.clone(),
            payload: payload.to_string(),
            at: self.now,
        }
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let Ok(caller) = Caller::from_request_parts(parts, app).await;
        let now = app.clock.now();
        let (client_id, scopes, holder) = presented(app, &parts.headers, now).await?;
        if !scopes.has(Scope::OpenId) {
            return Err(ApiError::new(codes::UNAUTHORIZED));
        }
        let center = center::enabled(app).await?;
        let is_third_party = is_third_party(app, &client_id).await?;
        let lang = frame::language(app, &Query::of(parts.uri.query()), &parts.headers);
        Ok(Self { holder, client_id, scopes, is_third_party, center, caller, lang, now })
    }
}

/// The living token of the header, with its person.
async fn presented(
    app: &App,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<(ClientId, Scopes, Holder), ApiError> {
    let unauthorized = || ApiError::new(codes::UNAUTHORIZED);
    let token = Token::parse(bearer(headers)?).ok_or_else(unauthorized)?;
    let found = access_tokens::find(&app.db, token.id(), now).await?;
    let mine = found.filter(|(row, holder)| token.hash().matches(&row.hash) && !holder.is_locked);
    let (row, holder) = mine.ok_or_else(unauthorized)?;
    Ok((row.client_id, Scopes::parse(&row.scope), holder))
}

async fn is_third_party(app: &App, id: &ClientId) -> Result<bool, ApiError> {
    if id.as_str() == account_client::ID {
        return Ok(false);
    }
    match applications::find(&app.db, id).await? {
        Some((application, _secrets)) => Ok(application.is_third_party),
        None => Err(ApiError::new(codes::UNAUTHORIZED)),
    }
}
