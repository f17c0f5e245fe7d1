//! Test numbers, as the console and the management API make, extend and end them. How their codes are asked for and judged is
//! `sending/test_number.rs`.
use haoma_core::ids::TestNumberId;
use haoma_core::limits::number_id;
use haoma_core::passcode::Passcode;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::test_numbers::{self as store, Kept, New, TestNumber};
use serde_json::{Value, json};

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::flow::reachable;

/// Days a test number lasts at most; it can be made to last longer again and again, by somebody who still wants it.
pub const MOST_DAYS: i64 = 90;
/// Characters of who answers for one.
pub const MOST_OWNER: usize = 128;

const DAY_SECS: i64 = 24 * 60 * 60;

/// A test number that is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The number.
    pub phone: PhoneNumber,
    /// Who answers for it.
    pub owner: String,
    /// How long it lasts: 1 to [`MOST_DAYS`].
    pub days: i64,
}

/// Makes one. Its code is shown in the answer to this, and nowhere after.
///
/// # Errors
/// A number that nobody may sign in with, or that is or may be somebody's: `test_number.*`.
pub async fn create(
    app: &App,
    wanted: &Wanted,
    now: Timestamp,
    event: impl FnOnce(&Value) -> Event,
) -> Result<(TestNumber, Passcode), ApiError> {
    let phone = reachable(app, Ok(wanted.phone.clone()))?;
    let id = TestNumberId::generate(now, &app.entropy);
    let new = New {
        id: &id,
        number_id: &number_id(&app.keys.numbers, &phone),
        phone: &phone,
        owner: &wanted.owner,
        expires_at: end(wanted.days, now),
        created_at: now,
    };
    let event = event(&json!({ "testNumberId": id, "expiresAt": new.expires_at }));
    kept(store::create(&app.db, &new, &event).await?)?;
    let code = Passcode::of_test_number(&app.keys.passcodes, &id, &phone);
    Ok((find(app, id.as_str()).await?, code))
}

/// Changes who answers for one, and lets it last so many days from now.
///
/// # Errors
/// As for [`create`], and `entity.not_exists_with_id`.
pub async fn change(
    app: &App,
    id: &TestNumberId,
    (owner, days): (Option<&str>, Option<i64>),
    now: Timestamp,
    event: impl FnOnce(&Value) -> Event,
) -> Result<TestNumber, ApiError> {
    let expires_at = days.map(|days| end(days, now));
    let mut payload = json!({ "testNumberId": id });
    if let (Some(at), Some(object)) = (expires_at, payload.as_object_mut()) {
        object.insert("expiresAt".to_owned(), json!(at));
    }
    kept(store::change(&app.db, id, (owner, expires_at), &event(&payload)).await?)?;
    find(app, id.as_str()).await
}

/// Ends one at once.
///
/// # Errors
/// `entity.not_exists_with_id`.
pub async fn delete(
    app: &App,
    id: &TestNumberId,
    event: impl FnOnce(&Value) -> Event,
) -> Result<(), ApiError> {
    let event = event(&json!({ "testNumberId": id }));
    let is_done = store::delete(&app.db, id, &event).await?;
    if is_done { Ok(()) } else { Err(ApiError::new(codes::ENTITY_NOT_EXISTS)) }
}

/// One by what the address calls it.
///
/// # Errors
/// `entity.not_exists_with_id`.
pub async fn find(app: &App, id: &str) -> Result<TestNumber, ApiError> {
    let found = store::find(&app.db, &parse(id)?).await?;
    found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_EXISTS))
}

/// What cannot be an id is as unknown as any other.
///
/// # Errors
/// `entity.not_exists_with_id`.
pub fn parse(id: &str) -> Result<TestNumberId, ApiError> {
    TestNumberId::parse(id).map_err(|e| ApiError::new(codes::ENTITY_NOT_EXISTS).because(e))
}

fn end(days: i64, now: Timestamp) -> Timestamp {
    now.plus_secs(days.clamp(1, MOST_DAYS) * DAY_SECS)
}

fn kept(kept: Kept) -> Result<(), ApiError> {
    Err(ApiError::new(match kept {
        Kept::Done => return Ok(()),
        Kept::Texted => codes::TEST_NUMBER_TEXTED,
        Kept::Somebodys => codes::TEST_NUMBER_SOMEBODYS,
        Kept::Exists => codes::TEST_NUMBER_EXISTS,
        Kept::Gone => codes::ENTITY_NOT_EXISTS,
    }))
}
