//! A code for a number that a program asks for, and judging it (wire contract C.3). No walk through the pages belongs to
//! it: there is one at a time for a number and a use, and everything else is as on the road of [`super`].
use haoma_core::limits::{Standing, number_id};
use haoma_core::passcode::Refusal;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::passcodes::{self, OfNumber};

use super::{ApiError, App, MOST_ROUNDS, MessageId, Owner, PasscodeId, Plan, Wanted, codes};
use super::{conversion, go, in_use, ruled, verification};
use crate::guessing::{self, Guess, refused};

/// Sends a code, once. Inside the life of a code a second message repeats it, with the tries it has left.
///
/// # Errors
/// As for a walk: a full limit, a missing connector, the provider's refusal, or an unknown outcome.
pub async fn send(app: &App, wanted: &Wanted<'_>) -> Result<(), ApiError> {
    // the address of a program says nothing of who its visitors are
    let wanted = &ruled::judge(app, wanted, None)?;
    let in_use = in_use(app, wanted)?;
    let hurried = app.db.by(wanted.until);
    for round in 0..MOST_ROUNDS {
        let number = number_id(&app.keys.numbers, wanted.phone);
        let newest = passcodes::find_of_number(&hurried, &number, wanted.usage_type).await?;
        // a fixed code that was not repeated is one of a number that became somebody's: they get one of their own
        let newest = newest.filter(|code| round == 0 || !code.is_test);
        let max_attempts = app.codes().max_retry_attempts;
        let plan = plan(app, newest, wanted, Owner::Number { max_attempts });
        if go(app, &in_use, plan).await?.is_some() {
            return Ok(());
        }
    }
    Err(ApiError::new(codes::BUSY))
}

/// Inside the life of a code a message repeats it, otherwise a new one is made.
pub(super) fn plan(app: &App, newest: Option<OfNumber>, wanted: &Wanted<'_>, owner: Owner) -> Plan {
    let now = wanted.now;
    let max_attempts = app.codes().max_retry_attempts;
    let live = newest.filter(|code| code.state.is_live(now, max_attempts));
    let is_repeat = live.is_some();
    let life = app.codes().expiration_duration;
    let (code, sends) = match live {
        Some(OfNumber { id, state, sends, .. }) => ((id, state.expires_at), sends),
        None => ((PasscodeId::generate(now, &app.entropy), now.plus_secs(life)), 0),
    };
    let earlier = usize::try_from(sends).unwrap_or_default();
    Plan {
        message_id: MessageId::generate(now, &app.entropy),
        verification: verification(app, code, wanted, earlier),
        owner,
        is_repeat,
        walk: None,
        answer: wanted.answer,
        requester: wanted.requester,
        standing: wanted.standing,
        charges: vec![],
        event: wanted.event.clone(),
        now,
        until: wanted.until,
    }
}

/// Judges a code and spends it once; `event` rides along.
///
/// # Errors
/// As [`guessing::judge`].
pub async fn verify(
    app: &App,
    (phone, usage_type): (&PhoneNumber, UsageType),
    typed: &str,
    event: &Event,
) -> Result<(), ApiError> {
    let now = event.at;
    let number = number_id(&app.keys.numbers, phone);
    let newest = passcodes::find_of_number(&app.db, &number, usage_type).await?;
    let Some(OfNumber { id, charged, .. }) = newest.filter(|_| !typed.trim().is_empty()) else {
        return Err(refused(Refusal::NotFound));
    };
    let guess = Guess {
        passcode_id: &id,
        phone,
        usage_type,
        typed,
        credited: &charged,
        address: None,
        standing: Standing::Solved,
        now,
    };
    let credits = guessing::judge(app, &guess).await?;
    if passcodes::consume_alone(&app.db, &id, now, event, &credits).await? {
        conversion::given(app, &id, phone);
        Ok(())
    } else {
        Err(refused(Refusal::NotFound))
    }
}
