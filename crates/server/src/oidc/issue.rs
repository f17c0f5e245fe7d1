//! Making tokens, and the steps that store them.
use haoma_core::ids::{AuditId, TokenId, UserId};
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::access_token::{AccessClaims, Audience};
use haoma_oidc::claims::{self, Place, Subject};
use haoma_oidc::client::Client;
use haoma_oidc::error::OauthError;
use haoma_oidc::id_token::{self, Occasion};
use haoma_oidc::lifetimes;
use haoma_oidc::scope::{Scope, Scopes};
use haoma_oidc::token::TokenAnswer;
use haoma_store::access_tokens::{self, AccessToken};
use haoma_store::audit::{self, Event};
use haoma_store::grants::{self, Holder};
use haoma_store::user_roles;
use haoma_store::{Error, Step};

use super::client::Authenticated;
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::caller::Caller;

/// What tokens are made for.
pub(super) struct Occurrence<'a> {
    /// The client.
    pub(super) client: &'a Client,
    /// Whose grant it is.
    pub(super) holder: &'a Holder,
    /// What the tokens allow.
    pub(super) scopes: Scopes,
    /// When the user signed in.
    pub(super) authenticated_at: Timestamp,
    /// For the id token.
    pub(super) nonce: Option<&'a str>,
    /// The resource the access token opens; without one it opens the user info endpoint.
    pub(super) audience: Option<Audience<'a>>,
    /// The user's roles, where their scope is granted.
    pub(super) roles: Vec<String>,
    /// When.
    pub(super) now: Timestamp,
}

/// The names of a user's roles, where their scope is granted.
pub(super) async fn roles(app: &App, scopes: Scopes, user: &UserId) -> Result<Vec<String>> {
    if !scopes.has(Scope::Roles) {
        return Ok(vec![]);
    }
    Ok(user_roles::names(&app.db, user).await?)
}

/// The answer to the client, without a refresh token, and the step that stores the access token; one for a resource says all by itself.
pub(super) fn tokens(app: &App, at: &Occurrence<'_>) -> Result<(TokenAnswer, Option<Step>)> {
    let (access_token, store) = if let Some(audience) = &at.audience {
        (structured(app, at, audience)?, None)
    } else {
        let (token, step) = opaque(app, at);
        (token, Some(step))
    };
    let wants_id_token = at.scopes.has(Scope::OpenId);
    let id_token = wants_id_token.then(|| id_token(app, at, &access_token)).transpose()?;
    let of_resource = at.audience.as_ref().and_then(|audience| audience.scope.clone());
    let answer = TokenAnswer {
        access_token,
        expires_in: at.audience.as_ref().map_or(lifetimes::ACCESS_TOKEN, Audience::life),
        id_token,
        refresh_token: None,
        scope: of_resource.or_else(|| Some(at.scopes.to_string())),
        token_type: "Bearer",
    };
    Ok((answer, store))
}

/// An access token that a resource reads by itself (RFC 9068).
fn structured(app: &App, at: &Occurrence<'_>, audience: &Audience<'_>) -> Result<String> {
    let jti = TokenId::generate(at.now, &app.entropy);
    let who = (&at.client.id, at.holder.user_id.as_str());
    let claims = AccessClaims::new(who, (&app.settings.issuer(), audience), (&jti, at.now));
    let claims = claims.of_grant(&at.holder.grant_id);
    Ok(app.signing.load().sign_access(at.client.algorithm(), &claims)?)
}

fn opaque(app: &App, at: &Occurrence<'_>) -> (String, Step) {
    let token = Token::generate(at.now, &app.entropy);
    let row = AccessToken {
        id: token.id().clone(),
        hash: token.hash(),
        grant_id: at.holder.grant_id.clone(),
        client_id: at.client.id.clone(),
        scope: at.scopes.to_string(),
        expires_at: at.now.plus_secs(lifetimes::ACCESS_TOKEN),
        created_at: at.now,
    };
    (token.reveal(), access_tokens::insert(&row))
}

fn id_token(app: &App, at: &Occurrence<'_>, access_token: &str) -> Result<String> {
    let issuer = app.settings.issuer();
    let occasion = Occasion {
        issuer: &issuer,
        session_id: at.holder.session_id.as_str(),
        authenticated_at: at.authenticated_at,
        nonce: at.nonce,
        access_token,
    };
    let claims = claims::of(&subject(at.holder, &at.roles), at.scopes, Place::IdToken);
    let payload = id_token::payload(at.client, &occasion, claims, at.now);
    Ok(app.signing.load().sign(at.client.algorithm(), &payload)?)
}

/// A user, as far as claims are made of them.
pub(super) fn subject<'a>(holder: &'a Holder, roles: &'a [String]) -> Subject<'a> {
    Subject {
        id: holder.user_id.as_str(),
        phone: holder.phone.as_ref(),
        username: holder.username.as_deref(),
        name: holder.name.as_deref(),
        avatar: holder.avatar.as_deref(),
        profile: &holder.profile,
        custom_data: &holder.custom_data,
        roles,
        created_at: holder.created_at,
        updated_at: holder.updated_at,
    }
}

/// Why a grant is taken back.
#[derive(Debug, Clone, Copy)]
pub(super) struct Copied {
    /// The audit key of what was tried.
    pub(super) key: &'static str,
    /// Which copy was presented, for log and audit.
    pub(super) reason: &'static str,
}

/// Somebody presented what had been used up: there are two copies of it, so everything it gave goes. Where that is gone already, by a
/// sign-out that crossed for instance, there is nothing to tell.
pub(super) async fn take_back<T>(
    app: &App,
    Copied { key, reason }: Copied,
    (client, caller): (&Authenticated, &Caller),
    holder: &Holder,
    now: Timestamp,
) -> Result<T> {
    let client = &client.client;
    let payload = serde_json::json!({ "reason": reason });
    let mut event = event(app, key, (client, holder, caller), &payload, now);
    event.error = Some("oidc.invalid_grant".to_owned());
    let gone = grants::delete(&holder.grant_id).must_change();
    match app.db.unit(vec![gone, audit::record(&event)]).await {
        Ok(_) => {
            tracing::warn!(client.id = %client.id, user.id = %holder.user_id, reason, "a grant is taken back");
        }
        Err(Error::Unchanged { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Err(OauthError::invalid_grant().into())
}

/// An audit event about a grant.
pub(super) fn event(
    app: &App,
    key: &str,
    (client, holder, caller): (&Client, &Holder, &Caller),
    payload: &serde_json::Value,
    now: Timestamp,
) -> Event {
    Event {
        id: AuditId::generate(now, &app.entropy),
        key: key.to_owned(),
        error: None,
        user_id: Some(holder.user_id.to_string()),
        application_id: Some(client.id.to_string()),
        session_id: Some(holder.session_id.to_string()),
        interaction_id: None,
        ip: caller.ip.map(|ip| ip.to_string()),
        user_agent: caller.user_agent.clone(),
        payload: payload.to_string(),
        at: now,
    }
}

/// What the audit log tells of an exchange (wire contract C.8).
pub(super) fn payload(answer: &TokenAnswer, secret_name: Option<&str>) -> serde_json::Value {
    let mut kinds = vec!["AccessToken"];
    kinds.extend(answer.refresh_token.as_ref().map(|_| "RefreshToken"));
    kinds.extend(answer.id_token.as_ref().map(|_| "IdToken"));
    let mut payload = serde_json::json!({ "tokenTypes": kinds, "scope": answer.scope });
    if let (Some(name), Some(object)) = (secret_name, payload.as_object_mut()) {
        object.insert("applicationSecret".to_owned(), serde_json::json!({ "name": name }));
    }
    payload
}
