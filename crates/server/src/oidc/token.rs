//! `POST /oidc/token`.
use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use axum::response::{IntoResponse as _, Response};
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_oidc::token::{TokenAnswer, TokenRequest};

use super::{body, client, code, cors, machine, refresh};
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::caller::Caller;

/// Codes, refresh tokens and the names of services become tokens.
pub(super) async fn post(State(app): State<App>, caller: Caller, request: Request) -> Response {
    let headers = request.headers().clone();
    let answered = exchange(&app, &caller, &headers, request).await;
    let answered =
        answered.map(|answer| ([(CACHE_CONTROL, "no-store")], Json(answer)).into_response());
    challenged(&app, &headers, answered)
}

async fn exchange(
    app: &App,
    caller: &Caller,
    headers: &HeaderMap,
    request: Request,
) -> Result<TokenAnswer> {
    let now = app.clock.now();
    let params = body::read(request).await?;
    let client = client::authenticated(app, headers, &params, now).await?;
    let request = TokenRequest::parse(&params)?;
    let is_in_own_name = matches!(request, TokenRequest::ClientCredentials { .. });
    if !is_in_own_name && !client.client.can_authorize() {
        return Err(OauthError::grant_not_allowed().into());
    }
    match request {
        TokenRequest::AuthorizationCode { code, redirect_uri, verifier, resources } => {
            let presented = code::Presented { code, redirect_uri, verifier, resources };
            code::exchange(app, (&client, caller), presented, now).await
        }
        TokenRequest::RefreshToken { token, scope, resources } => {
            let asked = (token, resources.as_slice(), scope.as_deref());
            refresh::exchange(app, (&client, caller), asked, now).await
        }
        TokenRequest::ClientCredentials { resources, scope } => {
            machine::issue(app, (&client, caller), (&resources, scope.as_deref()), now).await
        }
    }
}

/// The answer, with the challenge that belongs to a failed Basic authentication (RFC 6749, section 5.2).
pub(super) fn challenged(app: &App, headers: &HeaderMap, answered: Result<Response>) -> Response {
    let failed = answered
        .as_ref()
        .is_err_and(|refusal| refusal.error.kind == ErrorKind::ClientAuthenticationFailed);
    let mut response = cors::answer(headers, answered);
    if failed && headers.contains_key(AUTHORIZATION) {
        let challenge = format!("Basic realm=\"{}\"", app.settings.issuer());
        if let Ok(value) = challenge.parse() {
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
    }
    response
}
