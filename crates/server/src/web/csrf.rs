//! No other site can make a browser change something here (security statement 39).
//!
//! Every state-changing request must come from this origin; hosted forms carry a token of their interaction besides.
//! Other sites may ask what `FOR_OTHERS` names, and what a token in the request opens ([`shared`]), and nothing else.
use axum::extract::Request;
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderValue, Method};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::{InteractionId, SessionId};

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::shared;

/// Endpoints of the protocol that applications ask from their own origin: a client proves itself in the request, or the person
/// is asked. A new address is not among them until it is written here.
const FOR_OTHERS: [&str; 6] = [
    "/oidc/auth",
    "/oidc/request",
    "/oidc/token",
    "/oidc/token/revocation",
    "/oidc/me",
    "/oidc/session/end",
];

/// Refuses state-changing requests that another origin's page caused.
pub fn check(app: &App, request: &Request) -> Result<(), ApiError> {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let is_for_others = FOR_OTHERS.contains(&path) || shared::is_shared(path);
    if is_safe || is_for_others || is_same_origin(request.headers(), app) {
        return Ok(());
    }
    Err(ApiError::new(codes::CROSS_SITE))
}

/// A browser says where a request comes from (`Sec-Fetch-Site`, `Origin`); programs say neither.
fn is_same_origin(headers: &HeaderMap, app: &App) -> bool {
    if let Some(site) = headers.get("sec-fetch-site")
        && site != "same-origin"
        && site != "none"
    {
        return false;
    }
    headers.get(ORIGIN).is_none_or(|origin| is_our_origin(origin, app))
}

/// Whether a browser says that a page of ours made it ask.
pub fn is_of_our_page(headers: &HeaderMap, app: &App) -> bool {
    is_same_origin(headers, app)
        && (headers.get(ORIGIN).is_some()
            || headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"))
}

fn is_our_origin(origin: &HeaderValue, app: &App) -> bool {
    origin.to_str().is_ok_and(|o| o == app.settings.endpoint.origin().ascii_serialization())
}

/// The hidden field of a hosted form.
pub fn token(app: &App, interaction: &InteractionId) -> String {
    URL_SAFE_NO_PAD.encode(app.keys.csrf.mac(&[b"form", interaction.as_str().as_bytes()]))
}

/// The hidden field of a question; it holds for what was shown with it and nothing else.
pub fn consent_token(app: &App, interaction: &InteractionId, shown: &str) -> String {
    let parts = [&b"consent"[..], interaction.as_str().as_bytes(), shown.as_bytes()];
    URL_SAFE_NO_PAD.encode(app.keys.csrf.mac(&parts))
}

/// Whether the answer belongs to a question of this interaction that showed this.
pub fn is_of_consent(app: &App, interaction: &InteractionId, shown: &str, sent: &str) -> bool {
    let tag = URL_SAFE_NO_PAD.decode(sent).unwrap_or_default();
    let parts = [&b"consent"[..], interaction.as_str().as_bytes(), shown.as_bytes()];
    app.keys.csrf.verify(&parts, &tag)
}

/// The hidden field of a form of somebody's own account, drawn in this session.
pub fn account_token(app: &App, session: &SessionId) -> String {
    URL_SAFE_NO_PAD.encode(app.keys.csrf.mac(&[b"account", session.as_str().as_bytes()]))
}

/// Whether such a form was drawn in this session.
pub fn is_of_session(app: &App, session: &SessionId, sent: &str) -> bool {
    let tag = URL_SAFE_NO_PAD.decode(sent).unwrap_or_default();
    app.keys.csrf.verify(&[b"account", session.as_str().as_bytes()], &tag)
}

/// Whether a form belongs to the interaction it was drawn for.
pub fn is_valid(app: &App, interaction: &InteractionId, sent: &str) -> bool {
    let tag = URL_SAFE_NO_PAD.decode(sent).unwrap_or_default();
    app.keys.csrf.verify(&[b"form", interaction.as_str().as_bytes()], &tag)
}
