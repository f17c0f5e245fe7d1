//! `/api/limits`: every limit that is in force. No part of the wire contract.
use axum::Json;
use axum::extract::State;

use super::caller::Manager;
use crate::app::App;
use crate::limit_table::{self, Limit, Policies};

/// `GET /api/limits`.
pub async fn list(State(app): State<App>, _manager: Manager) -> Json<Vec<Limit>> {
    let guesses = app.settings.guesses;
    Json(limit_table::all(&Policies { codes: app.codes(), limits: app.limits(), guesses }))
}
