//! `/account`: the same in the browser, for who is signed in in it. Plain forms that work without scripts; a GET never sends a message.
mod deeds;
mod number;
mod overview;
mod person;
mod steps;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::pages::error_page;

/// Every page of one's own account.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/account", get(overview::show))
        .route("/account/callback", get(callback))
        .route("/account/name", get(back).post(overview::rename))
        .route("/account/sessions/end-others", get(back).post(deeds::end_others))
        .route("/account/sessions/{session}/end", get(back).post(deeds::end_session))
        .route("/account/applications/{id}/end", get(back).post(deeds::take_back))
        .route("/account/phone", get(number::begin).post(number::prove))
        .route("/account/phone/confirm", get(number::show_proof).post(number::judge_proof))
        .route("/account/phone/confirm/resend", get(back).post(number::prove_again))
        .route("/account/phone/new", get(number::ask).post(number::send))
        .route("/account/phone/verify", get(number::show_new).post(number::judge_new))
        .route("/account/phone/verify/resend", get(back).post(number::send_again))
        .route("/account/phone/finish", get(number::confirm).post(number::finish))
}

/// `GET` of an address that only takes forms: a reload of what a form answered.
async fn back() -> Response {
    Redirect::to("/account").into_response()
}

/// `GET /account/callback`: somebody comes back from signing in. The code in the address is worth nothing, the session cookie says who it is;
/// who was not let in is not sent round in a circle.
async fn callback(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    if pairs.into_iter().any(|(name, _)| name == "error") {
        return error_page(&app, &headers, &ApiError::new(codes::SESSION_NOT_FOUND));
    }
    back().await
}
