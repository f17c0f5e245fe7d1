//! What an administrator's rules say of a message, before anything is counted or paid. They are in memory: no statement is spent on them.
//!
//! Who is blocked hears the same whichever rule it is, and whether or not the number has an account (security statement 32).
use std::net::IpAddr;

use haoma_core::experience::{Experience, WrongStep};
use haoma_core::limits::{Standing, number_id};
use haoma_core::phone::PhoneNumber;
use haoma_core::sending_rules::{Kind, Verdict};
use haoma_core::time::Timestamp;
use haoma_store::limits::Full;
use haoma_store::passcodes::Owner;

use super::{Offer, Plan, Wanted};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::refusals;

/// What is asked for from an address, as far as rules let it through. Whoever is let through by one is not judged by where they are, and no
/// more: what is kept for the owner of a number stays theirs.
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
        Verdict::Allowed => wanted.standing.max(Standing::LetThrough),
        _ => wanted.standing,
    };
    Ok(Wanted { standing, ..*wanted })
}

/// Whether the walk sent enough: counted, like what a full counter keeps from going out.
///
/// # Errors
/// `session.too_many_messages`, or that the walk is not that far.
pub(super) fn has_enough(
    app: &App,
    walk: &Experience,
    wanted: &Wanted<'_>,
) -> Result<(), ApiError> {
    walk.may_send(wanted.phone, &app.limits()).map_err(|wrong| {
        let reason = match wrong {
            WrongStep::TooManySends => Some(refusals::WALK_SENDS),
            WrongStep::TooManyNumbers => Some(refusals::WALK_NUMBERS),
            _ => None,
        };
        if let Some(reason) = reason {
            app.refusals.note(reason, wanted.phone.region(), wanted.requester.ip);
        }
        wrong.into()
    })
}

/// The same where nobody asks from anywhere that matters: of a test message.
///
/// # Errors
/// `request.sending_blocked`.
pub(super) fn judge_bare(
    app: &App,
    (phone, now): (&PhoneNumber, Timestamp),
) -> Result<(), ApiError> {
    verdict(app, phone, None, now).map(drop)
}

/// The kind of rule that blocks a number, whoever asks. Nothing is counted: it may be no more than a question.
pub(super) fn blocked(app: &App, phone: &PhoneNumber, now: Timestamp) -> Option<Kind> {
    match look(app, phone, None, now) {
        Verdict::Blocked(kind) => Some(kind),
        Verdict::Usual | Verdict::Allowed => None,
    }
}

/// Counts a message without a code that a rule kept from going out.
pub(super) fn note_blocked(app: &App, phone: &PhoneNumber, kind: Kind) {
    app.refusals.note(kind.as_reason(), phone.region(), None);
}

fn look(app: &App, phone: &PhoneNumber, address: Option<IpAddr>, now: Timestamp) -> Verdict {
    let id = || number_id(&app.keys.numbers, phone);
    app.sending_rules.load().rules.judge((phone, id), address, now)
}

fn verdict(
    app: &App,
    phone: &PhoneNumber,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Result<Verdict, ApiError> {
    let verdict = look(app, phone, address, now);
    let Verdict::Blocked(kind) = verdict else { return Ok(verdict) };
    app.refusals.note(kind.as_reason(), phone.region(), address);
    Err(ApiError::new(codes::SENDING_BLOCKED).because(kind.as_reason()))
}

impl Plan {
    /// Counts what a full counter kept from going out, for people to look at.
    pub(super) fn note_refused(&self, app: &App, full: &Full, error: &ApiError) {
        let reason = match self.offer(full) {
            _ if error.code == codes::CHALLENGE_REQUIRED => refusals::CHALLENGE,
            Offer::Closed(why, _) => why,
            Offer::Full(kind) => kind.as_str(),
            Offer::None | Offer::Open => full.kind().as_str(),
        };
        let address = match self.owner {
            // that of a program says nothing of who its visitors are
            Owner::Number { .. } => None,
            Owner::Interaction(_) | Owner::User { .. } => self.requester.ip,
        };
        app.refusals.note(reason, self.verification.phone.region(), address);
    }
}
