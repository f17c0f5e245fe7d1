//! What people may see and change of their own account: the account API (wire contract C.11) and the page `/account` over the same functions.
pub mod access;
pub mod caller;
pub mod center;
pub mod pages;
pub mod phone;
pub mod profile;
pub mod verifications;

use axum::Router;
use axum::routing::{delete, get, patch, post};

use crate::app::App;

/// The account API. Only a token in the request opens it, so scripts of any origin may ask.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/my-account", get(profile::read).patch(profile::change))
        .route("/api/my-account/profile", patch(profile::merge))
        .route("/api/my-account/primary-phone", post(phone::change).delete(phone::remove))
        .route("/api/my-account/sessions", get(access::sessions))
        .route("/api/my-account/sessions/{session}", delete(access::end_session))
        .route("/api/my-account/grants", get(access::grants))
        .route("/api/my-account/grants/{grant}", delete(access::take_back))
        .route("/api/verifications/verification-code", post(verifications::send))
        .route("/api/verifications/verification-code/verify", post(verifications::verify))
}
