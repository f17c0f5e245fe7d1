//! What an administrator's rules say of a message, before anything is counted or paid. They are in memory: no statement is spent on them.
//!
//! Who is blocked hears the same whichever rule it is, and whether or not the number has an account (security statement 32).
use std::net::IpAddr;

use haoma_core::limits::{Standing, number_id};
use haoma_core::phone::PhoneNumber;
use haoma_core::sending_rules::Verdict;
use haoma_core::time::Timestamp;
use haoma_store::limits::Full;
use haoma_store::passcodes::Owner;

use super::{Plan, Wanted};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::refusals;

/// What is asked for from an address, as far as rules let it through: whoever is let through by one counts as known, which passes no budget.
///
/// # Errors
/// `request.sending_blocked`.
pub(super) fn judge<'a>(
    app: &App,
    wanted: &Wanted<'a>,
    address: Option<IpAddr>,
) -> Result<Wanted<'a>, ApiError> {
    let verdict = verdict(app, wanted.phone, address, wanted.now)?;
    let standing = match verdict {
        Verdict::Allowed => wanted.standing.max(Standing::Known),
        _ => wanted.standing,
    };
    Ok(Wanted { standing, ..*wanted })
}

/// The same where nobody asks from anywhere that matters: of a test message, and of one without a code.
///
/// # Errors
/// `request.sending_blocked`.
pub(super) fn judge_bare(
    app: &App,
    (phone, now): (&PhoneNumber, Timestamp),
) -> Result<(), ApiError> {
    verdict(app, phone, None, now).map(drop)
}

fn verdict(
    app: &App,
    phone: &PhoneNumber,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<Verdict, ApiError> {
    let id = || number_id(&app.keys.numbers, phone);
    let verdict = app.sending_rules.load().rules.judge((phone, id), address, now);
    let Verdict::Blocked(kind) = verdict else { return Ok(verdict) };
    app.refusals.note(kind.as_reason(), phone.region(), address);
    Err(ApiError::new(codes::SENDING_BLOCKED).because(kind.as_reason()))
}

impl Plan {
    /// Counts what a full counter kept from going out, for people to look at.
    pub(super) fn note_refused(&self, app: &App, full: &Full, error: &ApiError) {
        let is_work = error.code == codes::CHALLENGE_REQUIRED;
        let reason = if is_work { refusals::CHALLENGE } else { full.kind().as_str() };
        let address = match self.owner {
            // that of a program says nothing of who its visitors are
            Owner::Number { .. } => None,
            Owner::Interaction(_) | Owner::User { .. } => self.requester.ip,
        };
        app.refusals.note(reason, self.verification.phone.region(), address);
    }
}
