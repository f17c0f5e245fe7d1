//! The one road of every guess at a code: counters and the code's own tries are charged, then the code is derived and compared. No other
//! code compares one.
use std::net::IpAddr;

use haoma_core::ids::PasscodeId;
use haoma_core::limits::{self, Charge, LimitKind, Standing};
use haoma_core::passcode::{Passcode, Refusal};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::limits::{Credits, Full};
use haoma_store::passcodes::{self, Tried};
use serde_json::json;

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::sending::test_number;

/// A code that somebody typed.
#[derive(Debug, Clone, Copy)]
pub struct Guess<'a> {
    /// Which code is meant.
    pub passcode_id: &'a PasscodeId,
    /// To whom it went.
    pub phone: &'a PhoneNumber,
    /// What it was for.
    pub usage_type: UsageType,
    /// As typed.
    pub typed: &'a str,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
    /// By whom.
    pub standing: Standing,
    /// The counters that take the code's messages off again when it is right.
    pub credited: &'a [String],
    /// When.
    pub now: Timestamp,
}

/// Judges a guess. What is to be credited rides in the unit that spends the right code.
///
/// # Errors
/// `verification_code.*`, and `session.verification_blocked_too_many_attempts` while a counter is full: then the code keeps its tries.
pub async fn judge(app: &App, guess: &Guess<'_>) -> Result<Credits, ApiError> {
    let Guess { passcode_id: id, phone, now, .. } = *guess;
    let charges = charges(app, guess);
    let max = app.codes().max_retry_attempts;
    match passcodes::charge(&app.db, (id, max), &charges, now).await? {
        Tried::Yes => {}
        Tried::Gone => {
            if let Some(is_right) = test_number::guess(app, guess, &charges).await? {
                return if is_right {
                    Ok(credits(guess, charges))
                } else {
                    Err(refused(Refusal::Mismatch))
                };
            }
            let state = passcodes::find(&app.db, id).await?;
            return Err(refused(state.map_or(Refusal::NotFound, |state| state.refusal(now))));
        }
        Tried::Full(full) => {
            app.refusals.note(full.kind().as_str(), phone.region(), guess.address);
            return Err(blocked(&full, now));
        }
    }
    let right = Passcode::derive(&app.keys.passcodes, id, phone, guess.usage_type);
    if Passcode::parse(guess.typed).is_some_and(|typed| typed.matches(&right)) {
        Ok(credits(guess, charges))
    } else {
        Err(refused(Refusal::Mismatch))
    }
}

fn charges(app: &App, guess: &Guess<'_>) -> Vec<Charge> {
    let number = limits::number_id(&app.keys.numbers, guess.phone);
    let Guess { address, standing, now, .. } = *guess;
    let asked = limits::Guess { number_id: &number, address, standing, now };
    limits::for_guess(&app.settings.guesses, &app.keys.numbers, &asked)
}

/// A right code was no guess, ends the count of wrong ones, and vouches for where its messages were asked for.
fn credits(guess: &Guess<'_>, charges: Vec<Charge>) -> Credits {
    let (ended, given_back) =
        charges.into_iter().partition(|charge| charge.kind == LimitKind::GuessesInARow);
    Credits { verified: guess.credited.to_vec(), given_back, ended }
}

/// The answer to a guess that was not accepted.
pub fn refused(refusal: Refusal) -> ApiError {
    ApiError::new(match refusal {
        Refusal::NotFound => codes::CODE_NOT_FOUND,
        Refusal::PhoneMismatch => codes::PHONE_MISMATCH,
        Refusal::Expired => codes::CODE_EXPIRED,
        Refusal::ExceedMaxTry => codes::EXCEED_MAX_TRY,
        Refusal::Mismatch => codes::CODE_MISMATCH,
    })
}

/// The answer to a guess that was not even judged.
pub(crate) fn blocked(full: &Full, now: Timestamp) -> ApiError {
    let kind = full.kind();
    let error = ApiError::new(codes::GUESSES_BLOCKED)
        .with_data(json!({ "limit": kind.as_str() }))
        .because(kind.as_str());
    match kind {
        // no wait ends it: another way in is what helps
        LimitKind::GuessesInARow => error,
        _ => error.retry_at(full.resets_at, now),
    }
}

/// Whether no wait ends it, so that an answer that names a time would mislead.
pub fn is_for_good(error: &ApiError) -> bool {
    error.code == codes::GUESSES_BLOCKED && error.waiting().is_none()
}
