//! `/api/users/{id}/wrong-codes`: how many wrong codes were typed for a user's number, and forgetting them. Logto has no such thing.
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use haoma_core::phone::PhoneNumber;
use haoma_store::users::Stored;
use serde_json::{Value, json};

use super::caller::Manager;
use super::path::At;
use super::users::find;
use crate::app::App;
use crate::error::api::ApiError;
use crate::wrong_codes;

/// The audit key of forgetting them.
pub(crate) const FORGOTTEN: &str = "User.WrongCodes.Forgotten";

/// `GET /api/users/{id}/wrong-codes`.
pub async fn read(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    let user = find(&app, &id).await?;
    let found = match number(&user) {
        Some(phone) => wrong_codes::of(&app, &phone, manager.now).await?,
        None => wrong_codes::WrongCodes::default(),
    };
    Ok(Json(json!({
        "recent": found.recent, "inARow": found.in_a_row, "locked": found.lock.as_str(), "lockedUntil": found.until,
    })))
}

/// `DELETE /api/users/{id}/wrong-codes`.
pub async fn forget(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let user = find(&app, &id).await?;
    if let Some(phone) = number(&user) {
        let event = manager.event(&app, FORGOTTEN, Some(&user.id), &json!({}));
        wrong_codes::forget(&app, &phone, &event).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// A user's number. One that no plan knows any more gets no codes.
pub(crate) fn number(user: &Stored) -> Option<PhoneNumber> {
    let digits = user.phone.as_ref()?;
    PhoneNumber::from_international(digits.as_str()).ok()
}
