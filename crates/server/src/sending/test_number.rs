//! Test numbers: nothing is sent to them, and their fixed code is judged instead of a fresh one. They take their own counters and those of
//! guesses like every number; what keeps money and places safe is not theirs to fill, as no provider is called.
use haoma_core::experience::Experience;
use haoma_core::ids::TestNumberId;
use haoma_core::limits::{Charge, LimitKind, number_id};
use haoma_core::passcode::{Passcode, Refusal};
use haoma_store::messages::Intended;
use haoma_store::passcodes::{self, Tried};
use haoma_store::test_numbers::{self, Asked};
use serde_json::{Map, Value};

use super::Plan;
use crate::app::App;
use crate::error::api::ApiError;
use crate::guessing::{Guess, blocked, refused};

/// The counters a test number is charged to: its own, and that of a user who asks for codes all day.
const fn counts(kind: LimitKind) -> bool {
    matches!(
        kind,
        LimitKind::Cooldown | LimitKind::Number | LimitKind::NumberNetwork | LimitKind::Account
    )
}

/// What came of a message, or of what takes its place where the number is a test number; then `true`. `before` is the walk without the
/// counters of this message.
pub(super) async fn instead(
    app: &App,
    plan: &mut Plan,
    (before, intended): (Option<Experience>, Intended),
) -> Result<(Intended, bool), ApiError> {
    let is_perhaps = match &intended {
        // a message does not repeat a fixed code: its number may be a test number still
        Intended::TestNumber | Intended::CodeGone => true,
        // a budget that others used up is none of a test number's
        Intended::LimitReached(full) => !counts(full.kind()),
        _ => false,
    };
    if !is_perhaps {
        return Ok((intended, false));
    }
    let number_id = number_id(&app.keys.numbers, &plan.verification.phone);
    let hurried = app.db.by(plan.until);
    let Some(id) = test_numbers::find_active(&hurried, &number_id, plan.now).await? else {
        return Ok((intended, false));
    };
    plan.charges.retain(|charge| counts(charge.kind));
    plan.event.payload = with_id(&plan.event.payload, &id);
    plan.verification.test_number = Some(id.clone());
    if let (Some(walk), Some(mut state)) = (&mut plan.walk, before) {
        state.verification = Some(plan.verification.clone());
        walk.state = state;
    }
    plan.note_charges();
    let code = plan.code(app, &number_id);
    let asked = Asked {
        charges: &plan.charges,
        id: &id,
        code: &code,
        save: plan.walk.as_ref().map(super::Walk::save).transpose()?,
        record: plan.record(),
        event: &plan.event,
        now: plan.now,
        until: plan.until,
    };
    let intended = test_numbers::ask(&app.db, &asked).await?;
    if intended == Intended::Committed {
        tracing::info!(test_number.id = %id, "a test number: nothing sent");
    }
    Ok((intended, true))
}

/// What is recorded says that it was a test number.
fn with_id(payload: &str, id: &TestNumberId) -> String {
    let mut object: Map<String, Value> = serde_json::from_str(payload).unwrap_or_default();
    object.insert("testNumberId".to_owned(), id.as_str().into());
    Value::Object(object).to_string()
}

/// Judges a guess at a fixed code; `None` where the code is none.
///
/// # Errors
/// As [`crate::guessing::judge`].
pub(crate) async fn guess(
    app: &App,
    guess: &Guess<'_>,
    charges: &[Charge],
) -> Result<Option<bool>, ApiError> {
    let Guess { passcode_id, phone, now, .. } = *guess;
    let Some(id) = test_numbers::of_code(&app.db, passcode_id).await? else { return Ok(None) };
    let most = app.codes().max_retry_attempts;
    match test_numbers::charge(&app.db, (passcode_id, most), charges, now).await? {
        Tried::Yes => {}
        Tried::Full(full) => return Err(blocked(&full, now)),
        Tried::Gone => {
            let state = passcodes::find(&app.db, passcode_id).await?;
            // a code that lives and is not taken is one whose number is a test number no more
            return Err(refused(match state {
                Some(state) if state.is_live(now, most) => Refusal::Expired,
                Some(state) => state.refusal(now),
                None => Refusal::NotFound,
            }));
        }
    }
    let right = Passcode::of_test_number(&app.keys.passcodes, &id, phone);
    Ok(Some(Passcode::parse(guess.typed).is_some_and(|typed| typed.matches(&right))))
}
