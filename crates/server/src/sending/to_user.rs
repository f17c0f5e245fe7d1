//! A code for a number that somebody who is signed in proves, to change their account, and judging it (wire contract C.11). It is bound to
//! the user and to the use: no code of a sign-in works here, and none of these there. Everything else is as on the road of [`super`].
use haoma_core::experience::PhoneVerification;
use haoma_core::ids::{UserId, VerificationId};
use haoma_core::limits::{Standing, number_id};
use haoma_core::passcode::Refusal;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::passcodes;
use haoma_store::verification_records::{self, Record, Stored};

use super::telling::{self, Guessed};
use super::to_number::plan;
use super::{ApiError, App, MOST_ROUNDS, Owner, Wanted, codes, conversion, go, in_use, ruled};
use crate::error::api::Times;
use crate::guessing::{self, Guess, refused};

/// Seconds a record lives (wire contract E.4).
const RECORD_SECS: i64 = 600;

/// The record that a message of a user makes.
pub(super) fn record(verification: &PhoneVerification, user: &UserId, now: Timestamp) -> Record {
    Record {
        id: verification.id.clone(),
        user_id: user.clone(),
        identifier: verification.identifier.clone(),
        phone: verification.phone.clone(),
        usage_type: verification.usage_type,
        passcode_id: verification.passcode_id.clone(),
        code_expires_at: verification.expires_at,
        resend_at: verification.resend_at,
        verified_at: None,
        expires_at: now.plus_secs(RECORD_SECS),
        created_at: now,
    }
}

/// What is known of somebody who is signed in: their own number is known to be theirs, and for others no page solves a challenge.
pub fn standing(usage_type: UsageType) -> Standing {
    match usage_type {
        UsageType::BindNewIdentifier => Standing::Solved,
        _ => Standing::Known,
    }
}

/// Sends a code, once, and makes its record. Inside the life of a code a second message repeats it, with the tries it has left.
///
/// # Errors
/// As for a walk, and a user who caused as many messages as one may in a day.
pub async fn send(app: &App, user: &UserId, wanted: &Wanted<'_>) -> Result<Record, ApiError> {
    let wanted = &ruled::judge(app, wanted, wanted.requester.ip)?;
    let in_use = in_use(app, wanted)?;
    let hurried = app.db.by(wanted.until);
    for round in 0..MOST_ROUNDS {
        let number = number_id(&app.keys.numbers, wanted.phone);
        let newest = passcodes::find_of_user(&hurried, user, (&number, wanted.usage_type)).await?;
        // a fixed code that was not repeated is one of a number that became somebody's: they get one of their own
        let newest = newest.filter(|code| round == 0 || !code.is_test);
        let max_attempts = app.codes().max_retry_attempts;
        let owner = Owner::User { id: user.clone(), max_attempts };
        if let Some(sent) = go(app, &in_use, plan(app, newest, wanted, owner)).await? {
            return Ok(record(&sent, user, wanted.now));
        }
    }
    Err(ApiError::new(codes::BUSY))
}

/// A user's record by the id a client names.
///
/// # Errors
/// `verification_record.not_found` when there is none, or it is too old.
pub async fn find(app: &App, user: &UserId, id: &str, now: Timestamp) -> Result<Stored, ApiError> {
    let gone = || ApiError::new(codes::RECORD_NOT_FOUND);
    let id = VerificationId::parse(id).map_err(|e| gone().because(e))?;
    verification_records::find(&app.db, (user, &id), now).await?.ok_or_else(gone)
}

/// Judges a code and spends it once; `event` rides along.
///
/// # Errors
/// `verification_record.not_found` and `verification_code.*`; a refusal tells how the code stands.
pub async fn verify(
    app: &App,
    record: &Stored,
    identifier: Option<&str>,
    typed: &str,
    event: &Event,
) -> Result<(), ApiError> {
    match judge(app, record, identifier, typed, event).await {
        Ok(()) => Ok(()),
        Err(error) => {
            if error.code == codes::CODE_MISMATCH {
                guessed(app, record, event).await;
            }
            if guessing::is_for_good(&error) {
                return Err(error);
            }
            Err(error.with_times(times(app, record, event.at).await?))
        }
    }
}

/// Has web-hooks told of a code that was guessed at as often as it may be.
async fn guessed(app: &App, record: &Stored, event: &Event) {
    let code = Guessed {
        id: &record.passcode_id,
        phone: record.phone.as_str(),
        expires_at: record.code_expires_at,
        came: None,
    };
    telling::guessed(app, code, event).await;
}

async fn judge(
    app: &App,
    record: &Stored,
    identifier: Option<&str>,
    typed: &str,
    event: &Event,
) -> Result<(), ApiError> {
    let (id, now) = (&record.passcode_id, event.at);
    if typed.trim().is_empty() {
        return Err(refused(Refusal::NotFound));
    }
    if identifier.is_some_and(|sent| sent != record.identifier) {
        let state = passcodes::find(&app.db, id).await?;
        let unspent = state.is_some_and(|state| !state.is_consumed);
        return Err(refused(if unspent { Refusal::PhoneMismatch } else { Refusal::NotFound }));
    }
    let phone = number(record)?;
    let number = number_id(&app.keys.numbers, &phone);
    let user = &record.user_id;
    let newest = passcodes::find_of_user(&app.db, user, (&number, record.usage_type)).await?;
    let charged = newest.filter(|code| code.id == *id).map(|code| code.charged);
    let guess = Guess {
        passcode_id: id,
        phone: &phone,
        usage_type: record.usage_type,
        typed,
        credited: &charged.unwrap_or_default(),
        address: None,
        standing: standing(record.usage_type),
        now,
    };
    let credits = guessing::judge(app, &guess).await?;
    if verification_records::verify(&app.db, (&record.id, id), event, &credits).await? {
        conversion::given(app, id, &phone);
        Ok(())
    } else {
        Err(refused(Refusal::NotFound))
    }
}

/// The number of a record, parsed again.
///
/// # Errors
/// A numbering plan that changed within the record's ten minutes, which is a fault of ours.
pub fn number(record: &Stored) -> Result<PhoneNumber, ApiError> {
    PhoneNumber::from_international(record.phone.as_str())
        .map_err(|e| ApiError::new(codes::INTERNAL).because(e))
}

/// How the code of a record stands.
///
/// # Errors
/// A database that does not answer.
pub async fn times(app: &App, record: &Stored, now: Timestamp) -> Result<Times, ApiError> {
    let max = app.codes().max_retry_attempts;
    let state = passcodes::find(&app.db, &record.passcode_id).await?;
    let left = state.filter(|state| !state.is_consumed).map_or(0, |state| max - state.attempts);
    Ok(Times {
        resend_at: record.resend_at,
        expires_at: record.code_expires_at,
        attempts_left: left.max(0),
        server_now: now,
    })
}
