//! `GET /oidc/.well-known/…` and `GET /oidc/jwks`: public, the same for everybody.
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use super::cors;
use crate::app::App;

/// What this server can do.
pub(super) async fn document(State(app): State<App>, headers: HeaderMap) -> Response {
    let document = haoma_oidc::discovery::document(&app.settings.issuer());
    cors::answer(&headers, Ok(Json(document).into_response()))
}

/// The keys that verify its tokens.
pub(super) async fn jwks(State(app): State<App>, headers: HeaderMap) -> Response {
    let told = [
        (CONTENT_TYPE, "application/jwk-set+json"),
        (CACHE_CONTROL, "no-cache, max-age=0, must-revalidate"),
    ];
    let body = app.signing.load().jwks().to_owned();
    cors::answer(&headers, Ok((told, body).into_response()))
}
