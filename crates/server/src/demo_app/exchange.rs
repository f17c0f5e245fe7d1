//! The two requests the demo application makes to Haoma, over HTTP like any other application's.
use std::time::Duration;

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::request::Builder;
use axum::http::{Method, Request};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::id_token::KeySet;
use super::{CLIENT_ID, HOME, Refusal};
use crate::app::App;

const PATIENCE: Duration = Duration::from_secs(5);
const MOST_BYTES: usize = 64 * 1024;

/// The part of a token response that is used here.
#[derive(Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) scope: Option<String>,
    pub(super) refresh_token: Option<String>,
}

/// An OAuth error body.
#[derive(Deserialize)]
struct ErrorBody {
    error: Option<String>,
    error_description: Option<String>,
}

/// Exchanges a code for tokens (RFC 6749, 4.1.3; RFC 7636).
pub(super) async fn code(app: &App, code: &str, verifier: &str) -> Result<Tokens, Refusal> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", &app.settings.url(HOME))
        .append_pair("client_id", CLIENT_ID)
        .append_pair("code_verifier", verifier)
        .finish();
    let request = Request::builder()
        .method(Method::POST)
        .uri(app.settings.url("/oidc/token"))
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(request, form).await
}

/// Fetches the keys that sign tokens.
pub(super) async fn keys(app: &App) -> Result<KeySet, Refusal> {
    ask(Request::builder().uri(app.settings.url("/oidc/jwks")), String::new()).await
}

async fn ask<T: DeserializeOwned>(request: Builder, body: String) -> Result<T, Refusal> {
    let failed = |detail: String| Refusal::new("demo-failed-exchange", detail);
    let request = request
        .header(ACCEPT, "application/json")
        .body(Full::new(Bytes::from(body)))
        .map_err(|error| failed(error.to_string()))?;
    let client = Client::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
    let answer = async {
        let response = client.request(request).await.map_err(|error| failed(error.to_string()))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), MOST_BYTES).collect().await;
        Ok((status, body.map_err(|error| failed(error.to_string()))?.to_bytes()))
    };
    let answered = tokio::time::timeout(PATIENCE, answer).await;
    let (status, bytes) = answered.map_err(|_elapsed| failed("timeout".to_owned()))??;
    if status.is_success() {
        return serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()));
    }
    let told = serde_json::from_slice::<ErrorBody>(&bytes).ok();
    let told = told.map(|told| {
        [told.error, told.error_description].into_iter().flatten().collect::<Vec<_>>().join(": ")
    });
    Err(failed(told.filter(|text| !text.is_empty()).unwrap_or_else(|| status.to_string())))
}
