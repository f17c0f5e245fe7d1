//! Every component in every state: in the demo only.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::role::Right;

use super::administrator::Signed;
use super::shell::shell;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::components::ComponentsPage;
use crate::views::console::shell::Section;

/// `GET /console/_components`.
pub(super) async fn show(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    if app.settings.demo_inbox.is_none() {
        return Err(ApiError::new(codes::NOT_FOUND));
    }
    let shell = shell(&app, &signed, Section::Overview, &signed.visit.path);
    Ok(signed.draw(&app, StatusCode::OK, &ComponentsPage { shell, now: signed.now }))
}
