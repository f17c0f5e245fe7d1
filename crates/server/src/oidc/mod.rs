//! OpenID Connect over HTTP: thin handlers over `haoma_oidc`.
use axum::Router;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use haoma_oidc::error::OauthError;

use crate::app::App;
use crate::error::oauth::Refusal;

pub mod account_client;
pub mod applications;
mod authorize;
pub mod backchannel;
mod body;
mod client;
mod code;
pub mod consent;
mod cookies;
mod cors;
mod discovery;
mod elsewhere;
mod interaction;
mod introspect;
mod issue;
pub mod keys;
pub mod known_clients;
mod logout;
mod machine;
mod push;
mod redirect;
mod refresh;
mod resource;
mod resume;
mod revoke;
mod token;
mod userinfo;
mod visitor;

/// Everything under `/oidc`. Other sites may call it: clients authenticate themselves.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/.well-known/openid-configuration",
            get(discovery::document).options(cors::preflight),
        )
        .route(
            "/.well-known/oauth-authorization-server",
            get(discovery::document).options(cors::preflight),
        )
        .route("/jwks", get(discovery::jwks).options(cors::preflight))
        .route("/auth", get(authorize::authorize).post(authorize::authorize))
        .route("/auth/{uid}", get(resume::get))
        .route("/token", post(token::post).options(cors::preflight))
        .route("/token/introspection", post(introspect::post))
        .route("/request", post(push::post).options(cors::preflight))
        .route("/token/revocation", post(revoke::post).options(cors::preflight))
        .route("/me", get(userinfo::get).post(userinfo::post).options(cors::preflight))
        .route("/session/end", get(logout::begin).post(logout::begin))
        .route("/session/end/confirm", post(logout::confirm))
        .route("/session/end/success", get(logout::success))
        .fallback(unknown_route)
        .method_not_allowed_fallback(unknown_route)
}

/// The page on which people agree.
pub fn pages() -> Router<App> {
    Router::new().route("/consent", get(consent::show).post(consent::answer))
}

async fn unknown_route(method: Method, uri: Uri) -> Response {
    Refusal::from(OauthError::unknown_route(method.as_str(), &format!("/oidc{}", uri.path())))
        .into_response()
}
