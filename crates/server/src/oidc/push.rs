//! `POST /oidc/request` (RFC 9126): a client sends its authorization request ahead, and the browser carries only a name.
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::PushedRequestId;
use haoma_core::time::Timestamp;
use haoma_oidc::authorize::Target;
use haoma_oidc::client::Client;
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_oidc::lifetimes;
use haoma_oidc::params::Params;
use haoma_oidc::pushed;
use haoma_store::pushed_requests::{self, PushedRequest};
use serde_json::{Value, json};

use super::{authorize, body, client, token};
use crate::app::App;
use crate::error::oauth::Result;

/// Everything that would be refused at the authorization endpoint is refused here, before a person waits.
pub(super) async fn post(State(app): State<App>, request: Request) -> Response {
    let headers = request.headers().clone();
    let pushed = push(&app, &headers, request).await;
    let answered = pushed.map(|answer| (StatusCode::CREATED, Json(answer)).into_response());
    token::challenged(&app, &headers, answered)
}

async fn push(app: &App, headers: &HeaderMap, request: Request) -> Result<Value> {
    let now = app.clock.now();
    let params = body::read(request).await?;
    let client = client::authenticated(app, headers, &params, now).await?.client;
    if params.has("request_uri") {
        let text = "a pushed request names no other request";
        return Err(OauthError::invalid_request(text).into());
    }
    let params = pushed::kept(&params, &client.id);
    authorize::check_size(&params)?;
    let target = Target::find(&params, &client)?;
    authorize::judged(app, &params, (&client, target)).await?;
    let row = PushedRequest {
        id: PushedRequestId::generate(now, &app.entropy),
        client_id: client.id.clone(),
        parameters: params.to_form(),
        expires_at: now.plus_secs(lifetimes::PUSHED_REQUEST),
    };
    pushed_requests::create(&app.db, &row).await?;
    let name = pushed::request_uri(&row.id);
    Ok(json!({ "request_uri": name, "expires_in": lifetimes::PUSHED_REQUEST }))
}

/// The parameters behind a `request_uri` of ours; parameters beside it do not count (RFC 9126, section 4). The name counts as long
/// as it lives: a reload, or a messenger that looks ahead, does not use it up for the person.
pub(super) async fn find(
    app: &App,
    client: &Client,
    request_uri: &str,
    now: Timestamp,
) -> Result<Params> {
    let gone = || {
        let text = "request_uri is invalid or expired";
        OauthError::new(ErrorKind::InvalidRequestUri, text)
    };
    let id = pushed::id(request_uri).ok_or_else(gone)?;
    let found = pushed_requests::find(&app.db, &id, &client.id, now).await?;
    Ok(body::form(found.ok_or_else(gone)?.as_bytes())?)
}
