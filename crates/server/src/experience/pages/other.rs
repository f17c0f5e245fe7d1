//! Pages beside the road: the start, dead ends, old addresses.
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;

use super::frame::{self, Query};
use super::visitor::Visitor;
use crate::app::App;
use crate::error::api::ApiError;
use crate::views::frame::respond;
use crate::views::message::{MessagePage, Mood};
use crate::views::problem::Problem;

/// `GET /`: on with the sign-in under way; in the demo, to the demo application.
pub(super) async fn start(State(app): State<App>, visitor: Visitor) -> Response {
    match visitor.visit(&app).await {
        Ok(_visit) => visitor.go("/sign-in"),
        Err(_) if app.settings.demo_inbox.is_some() => visitor.go("/demo-app"),
        Err(error) => visitor.turned_away(&app, &error),
    }
}

/// First screens that phone sign-in shows as its own (wire contract A.4).
pub(super) async fn to_sign_in(visitor: Visitor) -> Response {
    visitor.go("/sign-in")
}

/// First screens that phone registration shows as its own (wire contract A.4).
pub(super) async fn to_register(visitor: Visitor) -> Response {
    visitor.go("/register")
}

/// `GET /unknown-session`.
pub(super) async fn unknown_session(State(app): State<App>, visitor: Visitor) -> Response {
    let frame = visitor.frame(&app, "/unknown-session");
    let page = MessagePage::plain(frame, Mood::Lost, "unknown-session");
    respond(StatusCode::OK, visitor.lang, &page)
}

/// Any address that is none (wire contract A.5: an HTML document).
pub async fn not_found(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let query = Query::read(&uri);
    let lang = frame::language(&app, &query, &headers);
    let mut frame = frame::frame(&app, lang, "/", &query);
    frame.languages.clear();
    respond(StatusCode::NOT_FOUND, lang, &MessagePage::plain(frame, Mood::Lost, "not-found"))
}

/// An error as a page, for handlers outside the sign-in road.
pub fn error_page(app: &App, headers: &HeaderMap, error: &ApiError) -> Response {
    let lang = frame::language(app, &Query::default(), headers);
    let mut frame = frame::frame(app, lang, "/", &Query::default());
    frame.languages.clear();
    let status = StatusCode::from_u16(error.code.status).unwrap_or(StatusCode::BAD_REQUEST);
    let name = if status.is_server_error() { "server-error" } else { "bad-request" };
    let page = MessagePage::plain(frame, Mood::Lost, name).with_problem(Problem::of(lang, error));
    respond(status, lang, &page)
}
