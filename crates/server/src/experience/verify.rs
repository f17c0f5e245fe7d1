//! Judging a code: the try is charged first, the code derived and compared, then spent once.
use haoma_core::experience::PhoneVerification;
use haoma_core::passcode::{Passcode, Refusal};
use haoma_core::time::Timestamp;
use haoma_store::passcodes::{self, Spent};

use super::flow::{audit_key, record};
use super::visit::Visit;
use crate::app::App;
use crate::error::api::{ApiError, Times, codes};

/// Judges a code. A try is counted before it is judged.
pub async fn verify(
    app: &App,
    visit: &mut Visit,
    identifier: Option<&str>,
    verification_id: &str,
    typed: &str,
) -> Result<(), ApiError> {
    let outcome = judge(app, visit, identifier, verification_id, typed).await;
    if let Err(error) = &outcome {
        record(app, visit, audit_key(visit, "Submit"), error).await?;
    }
    outcome
}

async fn judge(
    app: &App,
    visit: &mut Visit,
    identifier: Option<&str>,
    verification_id: &str,
    typed: &str,
) -> Result<(), ApiError> {
    let verification = visit.walk.find(verification_id)?.clone();
    let max = app.settings.codes.max_retry_attempts;
    if typed.trim().is_empty() {
        return Err(ApiError::new(codes::CODE_NOT_FOUND));
    }
    if identifier.is_some_and(|sent| sent != verification.identifier) {
        let state = passcodes::find(&app.db, &verification.passcode_id).await?;
        let unspent = state.is_some_and(|state| !state.is_consumed);
        let refusal = if unspent { Refusal::PhoneMismatch } else { Refusal::NotFound };
        return Err(refused(app, &verification, refusal, visit.now).await?);
    }
    let Some(attempts) =
        passcodes::charge(&app.db, &verification.passcode_id, visit.now, max).await?
    else {
        let state = passcodes::find(&app.db, &verification.passcode_id).await?;
        let refusal = state.map_or(Refusal::NotFound, |state| state.refusal(visit.now));
        return Err(refused(app, &verification, refusal, visit.now).await?);
    };
    let PhoneVerification { passcode_id, phone, usage_type, .. } = &verification;
    let right = Passcode::derive(&app.keys.passcodes, passcode_id, phone, *usage_type);
    if !Passcode::parse(typed).is_some_and(|guess| guess.matches(&right)) {
        let attempts_left = max.saturating_sub(attempts);
        let refusal = Refusal::Mismatch { attempts_left };
        return Err(refused(app, &verification, refusal, visit.now).await?);
    }
    spend(app, visit, &verification).await
}

/// Spends the right code and stores that the number is verified, both or neither.
async fn spend(
    app: &App,
    visit: &mut Visit,
    verification: &PhoneVerification,
) -> Result<(), ApiError> {
    let mut walk = visit.walk.clone();
    walk.verified();
    let event = visit.event(app, audit_key(visit, "Submit"), None);
    let save = visit.save(&walk)?;
    match passcodes::consume(&app.db, &verification.passcode_id, visit.now, &save, Some(&event))
        .await?
    {
        Spent::Done => {
            visit.stored(walk);
            Ok(())
        }
        Spent::Already => Err(ApiError::new(codes::CODE_NOT_FOUND)),
        Spent::Stale => Err(ApiError::new(codes::BUSY)),
    }
}

/// The answer to a guess that was not accepted, with how the code stands.
async fn refused(
    app: &App,
    verification: &PhoneVerification,
    refusal: Refusal,
    now: Timestamp,
) -> Result<ApiError, ApiError> {
    let code = match refusal {
        Refusal::NotFound => codes::CODE_NOT_FOUND,
        Refusal::PhoneMismatch => codes::PHONE_MISMATCH,
        Refusal::Expired => codes::CODE_EXPIRED,
        Refusal::ExceedMaxTry => codes::EXCEED_MAX_TRY,
        Refusal::Mismatch { .. } => codes::CODE_MISMATCH,
    };
    Ok(ApiError::new(code).with_times(times(app, verification, now).await?))
}

/// How the newest code stands (design 5.5).
pub async fn times(
    app: &App,
    verification: &PhoneVerification,
    now: Timestamp,
) -> Result<Times, ApiError> {
    let max = app.settings.codes.max_retry_attempts;
    let state = passcodes::find(&app.db, &verification.passcode_id).await?;
    let attempts_left = match state {
        Some(state) if !state.is_consumed => max.saturating_sub(state.attempts).max(0),
        _ => 0,
    };
    let PhoneVerification { resend_at, expires_at, .. } = *verification;
    Ok(Times { resend_at, expires_at, attempts_left, server_now: now })
}
