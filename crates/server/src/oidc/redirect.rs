//! Redirects with the statuses the contract names.
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::oauth::{Refusal, Result};

/// 303: go on with a GET.
pub(super) fn see_other(location: &str) -> Result<Response> {
    to(StatusCode::SEE_OTHER, location)
}

/// 302.
pub(super) fn found(location: &str) -> Result<Response> {
    to(StatusCode::FOUND, location)
}

/// Somebody whose sign-in is not known: to where the administrator wants them, else to the page that says so.
pub(super) fn to_unknown_session(app: &App, page: &str) -> Response {
    let elsewhere = app.experience.load().unknown_session_redirect_url.clone();
    let elsewhere = elsewhere.filter(|url| haoma_oidc::redirect_uri::origin(url).is_some());
    let answer = see_other(elsewhere.as_deref().unwrap_or(page));
    answer.unwrap_or_else(IntoResponse::into_response)
}

fn to(status: StatusCode, location: &str) -> Result<Response> {
    let value = HeaderValue::from_str(location).map_err(Refusal::internal)?;
    Ok((status, [(LOCATION, value)]).into_response())
}

/// What `form-action` must name so that a posted form may lead there: the origin, or the scheme of an application's own.
pub(super) fn form_action(location: &str) -> Option<String> {
    let scheme = location.split_once(':').map(|(scheme, _)| format!("{scheme}:"));
    haoma_oidc::redirect_uri::origin(location).or(scheme)
}
