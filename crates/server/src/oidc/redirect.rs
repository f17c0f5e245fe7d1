//! Redirects with the statuses the contract names.
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use haoma_oidc::answer::Answer;

use crate::app::App;
use crate::error::oauth::{Refusal, Result};
use crate::experience::pages::frame::{self, Query};
use crate::views::frame::respond;
use crate::views::message::FormPostPage;
use crate::web::headers::FormAction;

/// 303: go on with a GET.
pub(super) fn see_other(location: &str) -> Result<Response> {
    to(StatusCode::SEE_OTHER, location)
}

/// An answer to a client: a redirect, or a page whose form the browser posts by itself or by a button.
pub(super) fn answer(app: &App, headers: &HeaderMap, answer: Answer) -> Result<Response> {
    let (action, fields) = match answer {
        Answer::Redirect(location) => return see_other(&location),
        Answer::Form { action, fields } => (action, fields),
    };
    let origin = form_action(&action);
    Ok(form(app, headers, (action, fields), origin))
}

/// A page whose form the browser posts by itself or by a button; `origin` is what it may lead to besides ourselves.
pub(super) fn form(
    app: &App,
    headers: &HeaderMap,
    (action, fields): (String, Vec<(String, String)>),
    origin: Option<String>,
) -> Response {
    let query = Query::default();
    let lang = frame::language(app, &query, headers);
    let page = FormPostPage { frame: frame::frame(app, lang, "", &query), action, fields };
    let mut response = respond(StatusCode::OK, lang, &page);
    if let Some(origin) = origin {
        response.extensions_mut().insert(FormAction(origin));
    }
    response
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
