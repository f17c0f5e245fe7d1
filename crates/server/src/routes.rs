//! Every path on one screen.
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post, put};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::experience::{api, pages, well_known};
use crate::web::{around, assets, csrf, panic};
use crate::{demo_app, oidc};

/// No page or form needs more.
const MOST_BODY_BYTES: usize = 64 * 1024;

/// The whole HTTP surface.
pub fn router(app: App) -> Router {
    let mut site = pages::routes().merge(oidc::pages()).merge(experience_api());
    if app.settings.demo_inbox.is_some() {
        site = site.merge(demo_app::routes());
    }
    Router::new()
        .merge(site.layer(from_fn_with_state(app.clone(), csrf::same_origin)))
        .nest("/oidc", oidc::routes())
        .merge(assets::routes())
        .route("/api/status", get(well_known::status))
        .route("/api/.well-known/sign-in-exp", get(well_known::sign_in_experience))
        .fallback(pages::not_found)
        .layer(DefaultBodyLimit::max(MOST_BODY_BYTES))
        .layer(CatchPanicLayer::custom(panic::panicked))
        .layer(from_fn_with_state(app.clone(), around::handle))
        .layer(CompressionLayer::new())
        .with_state(app)
}

fn experience_api() -> Router<App> {
    Router::new()
        .route("/api/experience", put(api::begin))
        .route("/api/experience/interaction-event", put(api::switch))
        .route("/api/experience/verification/verification-code", post(api::send))
        .route("/api/experience/verification/verification-code/verify", post(api::verify))
        .route("/api/experience/identification", post(api::identify))
        .route("/api/experience/submit", post(api::submit))
        .route("/api/experience/interaction", get(api::interaction))
}
