//! `/api/test-numbers`: numbers with a fixed code, for reviewers and automated tests. No part of the wire contract.
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::passcode::Passcode;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_store::test_numbers::{self as store, TestNumber};
use serde_json::{Value, json};

use super::caller::Manager;
use super::input::{Fields, Problems};
use super::paging::Paging;
use super::path::At;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::test_numbers::{self, MOST_DAYS, MOST_OWNER, Wanted};
use crate::web::json::Json as Body;

/// Longer than any number is written.
const MOST_PHONE: usize = 32;

/// `GET /api/test-numbers`: a page, newest first.
pub async fn list(
    State(app): State<App>,
    manager: Manager,
    paging: Paging,
) -> Result<Response, ApiError> {
    let (found, counted) = store::list_window(&app.db, paging.window()).await?;
    let items = found.iter().map(|one| shown(one, None, manager.now)).collect();
    Ok(paging.answer(&app, paging.total(counted), items))
}

/// `POST /api/test-numbers`. The code is in this answer, and in no other.
pub async fn create(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let wanted = read_new(body)?;
    let event = |payload: &Value| manager.event(&app, "TestNumber.Created", None, payload);
    let (made, code) = test_numbers::create(&app, &wanted, manager.now, event).await?;
    Ok((StatusCode::CREATED, Json(shown(&made, Some(&code), manager.now))))
}

/// `GET /api/test-numbers/{id}`.
pub async fn read(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(shown(&test_numbers::find(&app, &id).await?, None, manager.now)))
}

/// `PATCH /api/test-numbers/{id}`: another owner, or another end, counted from now.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let (owner, days) = read_change(body)?;
    let id = test_numbers::find(&app, &id).await?.id;
    if owner.is_none() && days.is_none() {
        return Err(ApiError::new(codes::NOTHING_TO_CHANGE));
    }
    let event = |payload: &Value| manager.event(&app, "TestNumber.Updated", None, payload);
    let changes = (owner.as_deref(), days);
    let changed = test_numbers::change(&app, &id, changes, manager.now, event).await?;
    Ok(Json(shown(&changed, None, manager.now)))
}

/// `DELETE /api/test-numbers/{id}`: from now on the number is like any other.
pub async fn delete(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    let event = |payload: &Value| manager.event(&app, "TestNumber.Deleted", None, payload);
    test_numbers::delete(&app, &test_numbers::parse(&id)?, event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads `POST /api/test-numbers`.
///
/// # Errors
/// `guard.invalid_input` with every problem; `user.invalid_phone`.
pub fn read_new(body: Value) -> Result<Wanted, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let text = fields.required_text("phone", MOST_PHONE);
    let digits = text.strip_prefix('+').unwrap_or(&text);
    let phone = PhoneNumber::from_international(digits);
    if phone.is_err() && !text.is_empty() {
        fields.refuse_as("phone", codes::INVALID_PHONE, "must be a number, country code first");
    }
    let owner = fields.required_text("owner", MOST_OWNER);
    let days = fields.required_number("expiresInDays", 1..=MOST_DAYS);
    problems.check()?;
    let phone = phone.map_err(|e| ApiError::new(codes::INVALID_PHONE).because(e))?;
    Ok(Wanted { phone, owner, days })
}

/// Reads `PATCH /api/test-numbers/{id}`: another owner, days from now.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn read_change(body: Value) -> Result<(Option<String>, Option<i64>), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let owner = fields.text("owner", MOST_OWNER);
    let days = fields.number("expiresInDays", 1..=MOST_DAYS);
    problems.check()?;
    Ok((owner, days))
}

fn shown(one: &TestNumber, code: Option<&Passcode>, now: Timestamp) -> Value {
    let mut shown = json!({
        "id": one.id, "phone": one.phone.as_str(), "owner": one.owner, "isActive": one.is_active(now),
        "expiresAt": one.expires_at, "lastUsedAt": one.last_used_at, "createdAt": one.created_at,
    });
    if let (Some(code), Some(object)) = (code, shown.as_object_mut()) {
        object.insert("code".to_owned(), code.reveal().into());
    }
    shown
}
