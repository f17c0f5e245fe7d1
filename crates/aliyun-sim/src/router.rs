//! Every path of the simulator on one screen.

use crate::{Sim, admin, api, page};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Method, Response, header},
    middleware::{Next, from_fn},
    response::IntoResponse,
    routing::{any, get, post},
};

pub(crate) fn router(sim: Sim) -> Router {
    let control = Router::new()
        .route("/messages", get(admin::messages))
        .route("/requests", get(admin::requests))
        .route("/faults", get(admin::faults).post(admin::add_faults).delete(admin::clear_faults))
        .route("/clock", get(admin::clock).post(admin::set_clock))
        .route("/seed", get(admin::seed).put(admin::set_seed).post(admin::set_seed))
        .route("/receipts", get(admin::receipts).post(admin::set_receipts))
        .route("/reset", post(admin::reset))
        .route("/events", get(admin::events))
        .route("/inbox.js", get(page::script))
        .route("/inbox.css", get(page::style))
        .layer(from_fn(same_site_only));
    Router::new().route("/", any(root)).nest("/_sim", control).with_state(sim)
}

/// The API, or the inbox when a browser looks in.
async fn root(State(sim): State<Sim>, request: Request) -> Response<Body> {
    if is_browser(&request) {
        page::inbox(request.headers())
    } else {
        api::call(&sim, request).await
    }
}

fn is_browser(request: &Request) -> bool {
    let accept = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let asks_api = request.headers().contains_key(header::AUTHORIZATION)
        || ["Action=", "AccessKeyId=", "Signature="].iter().any(|name| query.contains(name));
    request.method() == Method::GET && accept.contains("text/html") && !asks_api
}

/// Pages of other sites may not read codes or set faults through a visitor's browser.
async fn same_site_only(request: Request, next: Next) -> Response<Body> {
    let site = request.headers().get("sec-fetch-site").and_then(|value| value.to_str().ok());
    match site {
        Some("cross-site") => axum::http::StatusCode::FORBIDDEN.into_response(),
        _ => next.run(request).await,
    }
}
