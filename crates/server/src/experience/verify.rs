//! Giving a code within a walk: it is judged, then spent once.
use haoma_core::experience::PhoneVerification;
use haoma_core::passcode::Refusal;
use haoma_core::time::Timestamp;
use haoma_store::audit;
use haoma_store::limits::Credits;
use haoma_store::passcodes::{self, Spent};

use super::flow::audit_key;
use super::telling;
use super::visit::Visit;
use crate::app::App;
use crate::error::api::{ApiError, Times, codes};
use crate::guessing::{self, Guess, refused};
use crate::sending::conversion;

/// Judges a code. A try is counted before it is judged; a refusal tells how the code stands.
pub async fn verify(
    app: &App,
    visit: &mut Visit,
    identifier: Option<&str>,
    verification_id: &str,
    typed: &str,
) -> Result<(), ApiError> {
    let Err(error) = judge(app, visit, identifier, verification_id, typed).await else {
        return Ok(());
    };
    // Guesses that were not charged are not recorded either: anybody could fill the audit log with them.
    if error.code == codes::CODE_MISMATCH {
        let event = visit.event(app, audit_key(visit, "Submit"), Some(&error));
        if let Err(problem) = app.db.write(audit::record(&event)).await {
            tracing::error!(key = event.key, error = %problem, "an audit event was not stored");
        }
        telling::guessed(app, visit, verification_id).await;
    }
    match visit.walk.find(verification_id) {
        _ if guessing::is_for_good(&error) => Err(error),
        Ok(verification) => Err(error.with_times(times(app, verification, visit.now).await)),
        Err(_replaced) => Err(error),
    }
}

async fn judge(
    app: &App,
    visit: &mut Visit,
    identifier: Option<&str>,
    verification_id: &str,
    typed: &str,
) -> Result<(), ApiError> {
    let verification = visit.walk.find(verification_id)?.clone();
    let PhoneVerification { passcode_id, phone, usage_type, .. } = &verification;
    if typed.trim().is_empty() {
        return Err(refused(Refusal::NotFound));
    }
    if identifier.is_some_and(|sent| sent != verification.identifier) {
        let state = passcodes::find(&app.db, passcode_id).await?;
        let unspent = state.is_some_and(|state| !state.is_consumed);
        return Err(refused(if unspent { Refusal::PhoneMismatch } else { Refusal::NotFound }));
    }
    let credited = visit.walk.charged(passcode_id);
    let guess = Guess {
        passcode_id,
        phone,
        usage_type: *usage_type,
        typed,
        address: visit.caller.ip,
        standing: visit.standing(app, phone),
        credited: &credited,
        now: visit.now,
    };
    let credits = guessing::judge(app, &guess).await?;
    spend(app, visit, &verification, &credits).await
}

/// Spends the right code and stores that the number is verified, both or neither.
async fn spend(
    app: &App,
    visit: &mut Visit,
    verification: &PhoneVerification,
    credits: &Credits,
) -> Result<(), ApiError> {
    let mut walk = visit.walk.clone();
    walk.verified();
    let event = visit.event(app, audit_key(visit, "Submit"), None);
    let save = visit.save(&walk)?;
    let (id, now) = (&verification.passcode_id, visit.now);
    match passcodes::consume(&app.db, id, now, &save, Some(&event), credits).await? {
        Spent::Done => {
            visit.stored(walk);
            conversion::given(app, id, &verification.phone);
            Ok(())
        }
        Spent::Already => Err(refused(Refusal::NotFound)),
        Spent::Stale => Err(ApiError::new(codes::BUSY)),
    }
}

/// How the newest code stands (design 5.5). When the database does not answer, the count of tries is
/// the most it can be: an answer that is otherwise good is not lost over it.
pub async fn times(app: &App, verification: &PhoneVerification, now: Timestamp) -> Times {
    let max = app.codes().max_retry_attempts;
    let attempts_left = match passcodes::find(&app.db, &verification.passcode_id).await {
        Ok(Some(state)) if !state.is_consumed => max.saturating_sub(state.attempts).max(0),
        Ok(_) => 0,
        Err(error) => {
            tracing::warn!(%error, "the tries of a code could not be read");
            max
        }
    };
    times_with(verification, attempts_left, now)
}

/// The same, where the tries left are known.
pub fn times_with(verification: &PhoneVerification, attempts_left: i64, now: Timestamp) -> Times {
    let PhoneVerification { resend_at, expires_at, .. } = *verification;
    Times { resend_at, expires_at, attempts_left, server_now: now }
}
