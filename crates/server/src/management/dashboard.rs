//! `/api/dashboard/users`: how many people there are, and how many are new (wire contract C.8). Days are those of UTC.
use axum::Json;
use axum::extract::State;
use haoma_core::time::Timestamp;
use haoma_store::user_search::count_registered;
use serde_json::{Value, json};

use super::caller::Manager;
use crate::app::App;
use crate::error::api::ApiError;

const DAY_MS: i64 = 86_400_000;

/// `GET /api/dashboard/users/total`.
pub async fn total(State(app): State<App>, _manager: Manager) -> Result<Json<Value>, ApiError> {
    let count = count_registered(&app.db, Timestamp(0), Timestamp(i64::MAX)).await?;
    Ok(Json(json!({ "totalUserCount": count })))
}

/// `GET /api/dashboard/users/new`: today against yesterday, and the seven days that end today against the seven before.
pub async fn new(State(app): State<App>, manager: Manager) -> Result<Json<Value>, ApiError> {
    let today = Timestamp(manager.now.0 - manager.now.0.rem_euclid(DAY_MS));
    // the days that begin `begin` days ago and end before the one `end` days ago
    let count = async |begin: i64, end: i64| {
        let at = |days: i64| today.plus_millis(-days * DAY_MS);
        count_registered(&app.db, at(begin), at(end)).await
    };
    let (day, day_before) = (count(0, -1).await?, count(1, 0).await?);
    let (week, week_before) = (count(6, -1).await?, count(13, 6).await?);
    Ok(Json(json!({
        "today": { "count": day, "delta": day - day_before },
        "last7Days": { "count": week, "delta": week - week_before },
    })))
}
