//! A message without a code to the number an account had, when it has another one now (security statement 65; ASVS 6.3.7).
//!
//! The same road as of codes: counters and message are stored in the unit of the change, then the provider is called, and what it said
//! is recorded. Who makes the change hands it over; a process that dies leaves it to any node. It is taken away before the provider is
//! called, so nobody is told twice, and put back only when it surely was not sent.
use haoma_core::ids::{AuditId, MessageId, UserId};
use haoma_core::limits::{LimitKind, Standing, for_notice, number_id};
use haoma_core::phone::PhoneNumber;
use haoma_core::sending_rules::Kind;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::PerhapsTold;
use haoma_store::audit::Event;
use haoma_store::messages::{self, Message, NewMessage};
use haoma_store::notices::{self, NewNotice};
use serde_json::{Value, json};

use super::{FIRST_CHECK_SECS, refusal_code, ruled, settlement};
use crate::app::App;
use crate::connectors::InUse;
use crate::connectors::kit::{
    Accepted, Content, NextStep, Notice, Outgoing, Requester, SendError, Trouble,
};
use crate::error::api::{Code, codes};
use crate::hooks::health;
use crate::reconcile;

/// The audit key of what became of a notice.
const TOLD: &str = "Account.PrimaryPhone.OldNumberTold";
/// Notices handed over in one round.
const BATCH: i64 = 20;
/// Seconds after each try that surely did not reach the provider until the next. After the last it is given up.
const AGAIN_SECS: [i64; 4] = [30, 300, 1_800, 7_200];
/// The longest wait that a provider may ask for.
const DAY_SECS: i64 = 86_400;
/// Seconds that a notice is left to the nodes before the provider is asked about it.
const UNTAKEN_SECS: i64 = 600;

/// Why the old number is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untold {
    /// Nothing sends messages.
    NoConnector,
    /// The connector has no template for it.
    NoTemplate,
    /// The number gets no messages: its country is not allowed any more, or no plan knows it.
    Unreachable,
    /// An administrator blocked it, by a rule of this kind.
    Blocked(Kind),
    /// A counter is full.
    Limit(LimitKind),
    /// A fault of ours, which is in the log.
    Fault,
}

/// A notice to be stored with the change, or why there is none.
pub type Planned = Result<NewNotice, Untold>;

impl Untold {
    /// The stable word of the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoConnector => "no_connector",
            Self::NoTemplate => "no_template",
            Self::Unreachable => "unreachable",
            Self::Blocked(_) => "blocked",
            Self::Limit(_) => "limit",
            Self::Fault => "fault",
        }
    }

    fn note(self, app: &App, old: &PhoneNumber) {
        if let Self::Blocked(kind) = self {
            ruled::note_blocked(app, old, kind);
        }
    }
}

/// Whether a number would be told of a change, as far as no counter is full.
///
/// # Errors
/// Why not.
pub fn would_tell(app: &App, old: &PhoneNumber, now: Timestamp) -> Result<InUse, Untold> {
    app.experience.load().reachable(old).map_err(|_why| Untold::Unreachable)?;
    let in_use = app.connector.load();
    let in_use = in_use.as_ref().as_ref().ok_or(Untold::NoConnector)?;
    let has_template = in_use.connector.has_template(UsageType::PhoneChanged, old);
    if !has_template {
        return Err(Untold::NoTemplate);
    }
    ruled::blocked(app, old, now)
        .map_or_else(|| Ok(in_use.clone()), |kind| Err(Untold::Blocked(kind)))
}

/// What the old number is told of the new one, when `who` changes it.
pub fn plan(
    app: &App,
    (user, old, new): (&UserId, &PhoneNumber, &PhoneNumber),
    who: Standing,
    now: Timestamp,
) -> Planned {
    let in_use = would_tell(app, old, now).inspect_err(|untold| untold.note(app, old))?;
    let id = MessageId::generate(now, &app.entropy);
    let sealed = app.keys.seal.seal(&app.entropy, &messages::row_of(&id), old.digits());
    let phone_sealed = sealed.map_err(|error| {
        tracing::error!(%error, "the number of a notice could not be sealed");
        Untold::Fault
    })?;
    let price = app.settings.prices.of(old.region());
    Ok(NewNotice {
        charges: for_notice(&app.limits(), &app.keys.numbers, (old, price, who), now),
        message: NewMessage {
            id,
            connector_id: in_use.id,
            connector_version: in_use.version,
            interaction_id: None,
            passcode_id: None,
            usage_type: UsageType::PhoneChanged,
            number_id: number_id(&app.keys.numbers, old),
            phone_masked: old.masked(),
            phone_sealed,
            region: old.region().as_str().to_owned(),
            check_at: now.plus_secs(UNTAKEN_SECS),
            created_at: now,
        },
        user_id: user.clone(),
        number_ending: new.ending().to_owned(),
    })
}

/// Says in what the audit log is told of a change whether the old number hears of it: which message it gets, or why none.
pub fn note(payload: &mut Value, planned: &Planned) {
    let more = match planned {
        Ok(new) => json!({ "oldNumberTold": true, "messageId": new.message.id }),
        Err(Untold::Limit(kind)) => {
            json!({ "oldNumberTold": false, "why": "limit", "limit": kind.as_str() })
        }
        Err(untold) => json!({ "oldNumberTold": false, "why": untold.as_str() }),
    };
    if let (Some(payload), Value::Object(more)) = (payload.as_object_mut(), more) {
        payload.extend(more);
    }
}

/// Hands a notice over that was stored with its change. Nobody waits for it.
pub fn begin(app: &App, id: &MessageId) {
    let (node, id) = (app.clone(), id.clone());
    app.work.spawn(async move { hand_over(&node, &id).await });
}

/// Hands over what nobody did: the process that stored it died, or the provider was not reached.
///
/// # Errors
/// The database does not answer; what was due stays due.
pub async fn run(app: &App) -> Result<(), haoma_store::Error> {
    for id in notices::list_due(&app.db, app.clock.now(), BATCH).await? {
        let node = app.clone();
        // once it is taken it is not cut off: a server that ends waits for it
        let handing = app.work.spawn(async move { hand_over(&node, &id).await });
        if let Err(error) = handing.await {
            tracing::error!(%error, "a notice was not handed over to its end");
        }
    }
    Ok(())
}

async fn hand_over(app: &App, id: &MessageId) {
    if let Err(error) = try_to(app, id).await {
        tracing::error!(message.id = %id, %error, "a notice is not handed over, or its outcome is not stored");
    }
}

/// Everything is read before the notice is taken: from there on a failure loses it. It goes through the connector that is in use now, which
/// may be a better one than when it was planned.
async fn try_to(app: &App, id: &MessageId) -> Result<(), haoma_store::Error> {
    let Some(message) = messages::find(&app.db, id).await? else { return Ok(()) };
    let phone = reconcile::open(app, &message);
    let now = app.clock.now();
    let found = phone.as_ref().map(|phone| would_tell(app, phone, now));
    let in_use = found.as_ref().and_then(|found| found.as_ref().ok());
    let through = in_use.map(|in_use| (&in_use.id, in_use.version));
    let check_at = now.plus_secs(FIRST_CHECK_SECS);
    let Some(taken) = notices::claim(&app.db, id, through, check_at).await? else { return Ok(()) };
    let sent = in_use.zip(phone.as_ref());
    let untold = found.as_ref().and_then(|found| found.as_ref().err()).copied();
    if let Some((untold, phone)) = untold.zip(phone.as_ref()) {
        untold.note(app, phone);
    }
    let outcome = match sent {
        Some((in_use, phone)) => {
            let outcome = call(app, in_use, (&taken, phone)).await;
            health::of_connector(app, in_use, &outcome, app.clock.now()).await;
            outcome
        }
        None => Err(nothing_sends(untold)),
    };
    if let Err(error) = &outcome
        && let Some(secs) = again(&taken, error.next)
    {
        tracing::warn!(message.id = %id, %error, secs, "a notice was not sent; tried again");
        let due_at = app.clock.now().plus_secs(secs);
        return notices::put_back(&app.db, &taken, (due_at, due_at.plus_secs(UNTAKEN_SECS))).await;
    }
    settle(app, (&taken, sent), &message, &outcome).await
}

/// There may be a connector again by the next try. A number that does not open never will, and one that was blocked is left alone, also
/// when the rule ends before the last try.
fn nothing_sends(untold: Option<Untold>) -> SendError {
    let (next, trouble, told) = match untold {
        None => (NextStep::AddTemplate, Trouble::NoTemplate, "its number does not open"),
        Some(Untold::Blocked(_)) => {
            (NextStep::AddTemplate, Trouble::Blocked, "its number is blocked by now")
        }
        Some(_) => (NextStep::TryAgain, Trouble::NoTemplate, "no connector sends it"),
    };
    SendError::new(next, trouble, told.to_owned())
}

fn code_of(error: &SendError) -> Code {
    match error.trouble {
        Trouble::Blocked => codes::SENDING_BLOCKED,
        _ => refusal_code(error.next),
    }
}

/// Seconds until the next try, where it surely was not sent for a reason that passes: whoever fills the provider's own count for the old
/// number must not keep it from being told.
fn again(taken: &notices::Notice, next: NextStep) -> Option<i64> {
    let pause =
        usize::try_from(taken.tries).ok().and_then(|tries| AGAIN_SECS.get(tries)).copied()?;
    match next {
        NextStep::TryAgain => Some(pause),
        NextStep::Wait { secs } => Some(secs.unwrap_or(0).clamp(pause, DAY_SECS)),
        _ => None,
    }
}

async fn call(
    app: &App,
    in_use: &InUse,
    (taken, phone): (&notices::Notice, &PhoneNumber),
) -> Result<Accepted, SendError> {
    let nonce = app.entropy.hex::<16>();
    let notice = Notice::PhoneChanged { ending: &taken.number_ending, at: taken.created_at };
    let message = Outgoing {
        id: &taken.id,
        phone,
        content: Content::Notice(notice),
        requester: Requester::default(),
        now: app.clock.now(),
        nonce: &nonce,
    };
    in_use.connector.send(message).await
}

/// Records what the provider said, and who is told of it.
async fn settle(
    app: &App,
    (taken, sent): (&notices::Notice, Option<(&InUse, &PhoneNumber)>),
    message: &Message,
    outcome: &Result<Accepted, SendError>,
) -> Result<(), haoma_store::Error> {
    let event = event(app, taken, outcome.as_ref().err());
    let told = sent.map_or(vec![], |(in_use, phone)| {
        let (id, usage_type) = (&message.id, message.usage_type);
        let about = health::Message { id, phone, usage_type, event: &event };
        health::of_message(app, in_use, about, outcome)
    });
    let settlement = settlement(&taken.id, outcome, event.at);
    messages::settle(&app.db, &settlement, PerhapsTold::new(Some(&event), &told)).await?;
    tracing::info!(message.id = %taken.id, status = ?settlement.status, "notice settled");
    Ok(())
}

fn event(app: &App, taken: &notices::Notice, error: Option<&SendError>) -> Event {
    let at = app.clock.now();
    Event {
        id: AuditId::generate(at, &app.entropy),
        key: TOLD.to_owned(),
        error: error.map(|error| code_of(error).code.to_owned()),
        user_id: Some(taken.user_id.to_string()),
        application_id: None,
        session_id: None,
        interaction_id: None,
        ip: None,
        user_agent: None,
        payload: json!({ "messageId": taken.id }).to_string(),
        at,
    }
}
