//! `GET|POST /oidc/me` (OpenID Connect Core 5.3; RFC 6750).
use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use haoma_core::token::Token;
use haoma_oidc::claims::{self, Place};
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_oidc::scope::{Scope, Scopes};
use haoma_store::access_tokens;

use super::{body, client, cors, issue};
use crate::app::App;
use crate::error::oauth::Result;

/// With the token in the header.
pub(super) async fn get(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(&app, &headers, bearer(&headers)).await
}

/// With the token in the header or in a form field (RFC 6750, section 2.2).
pub(super) async fn post(State(app): State<App>, request: Request) -> Response {
    let headers = request.headers().clone();
    let token = match bearer(&headers) {
        None if headers.contains_key(CONTENT_TYPE) => match body::read(request).await {
            Ok(params) => params.get("access_token").map(ToOwned::to_owned),
            Err(refusal) => return cors::answer(&headers, Err(refusal)),
        },
        token => token,
    };
    answer(&app, &headers, token).await
}

async fn answer(app: &App, headers: &HeaderMap, token: Option<String>) -> Response {
    let told = claims_of(app, headers, token.as_deref()).await;
    let challenge = told.as_ref().err().and_then(|refusal| challenge(app, &refusal.error));
    let mut response = cors::answer(headers, told);
    if let Some(challenge) = challenge {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

async fn claims_of(app: &App, headers: &HeaderMap, token: Option<&str>) -> Result<Response> {
    let Some(token) = token else {
        let text = "no access token provided";
        return Err(OauthError::new(ErrorKind::InvalidToken, text).into());
    };
    let presented = Token::parse(token).ok_or_else(OauthError::invalid_token)?;
    let now = app.clock.now();
    let found = access_tokens::find(&app.db, presented.id(), now).await?;
    let found =
        found.filter(|(row, holder)| presented.hash().matches(&row.hash) && !holder.is_locked);
    let (row, holder) = found.ok_or_else(OauthError::invalid_token)?;
    if headers.contains_key(ORIGIN) {
        let client = client::find(app, row.client_id.as_str(), now).await?;
        client::check_origin(app, headers, &client)?;
    }
    let scopes = Scopes::parse(&row.scope);
    if !scopes.has(Scope::OpenId) {
        let text = "access token missing openid scope";
        return Err(OauthError::new(ErrorKind::InsufficientScope, text).into());
    }
    let roles = issue::roles(app, scopes, &holder.user_id).await?;
    let claims = claims::of(&issue::subject(&holder, &roles), scopes, Place::UserInfo);
    Ok(Json(claims).into_response())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// What a refused client is told in the header (RFC 6750, section 3).
fn challenge(app: &App, error: &OauthError) -> Option<HeaderValue> {
    if !matches!(error.kind, ErrorKind::InvalidToken | ErrorKind::InsufficientScope) {
        return None;
    }
    let (name, text) = (error.kind.name(), &error.description);
    let realm = app.settings.issuer();
    let line = format!("Bearer realm=\"{realm}\", error=\"{name}\", error_description=\"{text}\"");
    HeaderValue::from_str(&line).ok()
}
