//! `POST /oidc/token/introspection` (RFC 7662): a server that was shown a token asks what it is worth.
use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::{SecretHash, Token};
use haoma_oidc::access_token::{self, AccessClaims};
use haoma_oidc::client::Client;
use haoma_oidc::error::OauthError;
use haoma_oidc::introspection::{Introspection, Living};
use haoma_store::grants::{self, Holder};
use haoma_store::{access_tokens, applications, refresh_tokens};

use super::{body, client, token};
use crate::app::App;
use crate::error::oauth::Result;

/// Only for clients that keep a secret: whoever may ask learns whose token it is (security statement 56).
pub(super) async fn post(State(app): State<App>, request: Request) -> Response {
    let headers = request.headers().clone();
    let told = introspect(&app, &headers, request).await;
    token::challenged(&app, &headers, told.map(|told| Json(told).into_response()))
}

async fn introspect(app: &App, headers: &HeaderMap, request: Request) -> Result<Introspection> {
    let now = app.clock.now();
    let params = body::read(request).await?;
    let client = client::authenticated(app, headers, &params, now).await?.client;
    if !client.kind.is_confidential() {
        return Err(OauthError::grant_not_allowed().into());
    }
    let text = params.required("token")?;
    let issuer = app.settings.issuer();
    let read = access_token::read_any(&app.signing.load(), &issuer, text, now);
    if let Some(claims) = read {
        let lives = still_counts(app, &claims, now).await?;
        let told = lives.then(|| Introspection::structured(claims));
        return Ok(told.unwrap_or_else(Introspection::inactive));
    }
    let Some(presented) = Token::parse(text) else { return Ok(Introspection::inactive()) };
    if let Some(told) = access(app, &presented, &issuer, now).await? {
        return Ok(told);
    }
    let told = refresh(app, &client, &presented, &issuer, now).await?;
    Ok(told.unwrap_or_else(Introspection::inactive))
}

/// Whether what a token was made from is still there: what a user who may sign in allowed, or a service. A grant goes with its session
/// and with its application.
async fn still_counts(app: &App, claims: &AccessClaims, now: Timestamp) -> Result<bool> {
    if let Some(grant) = &claims.grant_id {
        return Ok(grants::lives(&app.db, grant, now).await?);
    }
    let subject = claims.sub.as_deref().unwrap_or_default();
    let Ok(id) = ClientId::parse(subject) else { return Ok(false) };
    Ok(subject == claims.client_id && applications::is_known(&app.db, &id).await?)
}

async fn access(
    app: &App,
    presented: &Token,
    issuer: &str,
    now: Timestamp,
) -> Result<Option<Introspection>> {
    let found = access_tokens::find(&app.db, presented.id(), now).await?;
    let found = found.filter(|(row, holder)| is_right(presented, &row.hash) && !holder.is_locked);
    let told = found.map(|(row, holder)| {
        let times = (row.created_at, row.expires_at);
        let living = living(&holder, (&row.scope, &row.client_id), times);
        Introspection::access(living, issuer)
    });
    Ok(told)
}

/// A refresh token is shown to nobody but its client, so nobody else has reason to ask.
async fn refresh(
    app: &App,
    client: &Client,
    presented: &Token,
    issuer: &str,
    now: Timestamp,
) -> Result<Option<Introspection>> {
    let found = refresh_tokens::find(&app.db, presented.id(), now).await?;
    let found = found.filter(|(row, holder)| {
        let lives = row.consumed_at.is_none() && row.expires_at > now && !holder.is_locked;
        lives && row.client_id == client.id && is_right(presented, &row.hash)
    });
    let told = found.map(|(row, holder)| {
        let times = (row.created_at, row.expires_at);
        let living = living(&holder, (&row.scope, &row.client_id), times);
        Introspection::refresh(living, issuer)
    });
    Ok(told)
}

fn living<'a>(
    holder: &'a Holder,
    (scope, client_id): (&'a str, &'a ClientId),
    (created_at, expires_at): (Timestamp, Timestamp),
) -> Living<'a> {
    Living {
        scope,
        client_id: client_id.as_str(),
        user_id: holder.user_id.as_str(),
        session_id: holder.session_id.as_str(),
        created_at,
        expires_at,
    }
}

fn is_right(presented: &Token, hash: &SecretHash) -> bool {
    presented.hash().matches(hash)
}
