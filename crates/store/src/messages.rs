//! The `messages` table: what we meant to send, committed before the provider is called, and what became of it.
use haoma_core::ids::{ConnectorId, InteractionId, MessageId, PasscodeId, VerificationId};
use haoma_core::limits::Charge;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::deadline::Deadline;
use crate::hook_deliveries::{self, NewDelivery};
use crate::interactions::{self, Save};
use crate::limits::{self, Full};
use crate::passcodes::{self, NewPasscode};
use crate::test_numbers::{self, of_nobody};
use crate::told::PerhapsTold;
use crate::value::{Row, Step};
use crate::verification_records::{self, Record};

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Committed, not settled.
    Pending,
    /// The provider took it.
    Accepted,
    /// The provider refused it.
    Refused,
    /// It surely never reached the provider.
    NotSent,
    /// It may have been sent; never sent again by itself.
    Unknown,
    /// The operator reports it arrived.
    Delivered,
    /// The operator reports it did not.
    Undelivered,
}

impl Status {
    /// Every state, in the order of a message's life.
    pub const ALL: [Self; 7] = [
        Self::Pending,
        Self::Accepted,
        Self::Refused,
        Self::NotSent,
        Self::Unknown,
        Self::Delivered,
        Self::Undelivered,
    ];

    /// As written in the table, in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
        }
    }

    /// Reads [`Self::as_str`].
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or("not a status")
    }
}

/// A message about to be sent.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Row id; the provider's `OutId`.
    pub id: MessageId,
    /// Through which connector.
    pub connector_id: ConnectorId,
    /// In which of its versions.
    pub connector_version: i64,
    /// For which interaction, if any.
    pub interaction_id: Option<InteractionId>,
    /// With which passcode, if any.
    pub passcode_id: Option<PasscodeId>,
    /// What for.
    pub usage_type: UsageType,
    /// `haoma_core::limits::number_id` of the number.
    pub number_id: String,
    /// For people.
    pub phone_masked: String,
    /// The number, sealed for [`row_of`] this id.
    pub phone_sealed: String,
    /// Two letters.
    pub region: String,
    /// When the provider is asked what became of it, unless it is settled by then.
    pub check_at: Timestamp,
    /// When.
    pub created_at: Timestamp,
}

/// The code a message carries.
#[derive(Debug, Clone)]
pub enum Code {
    /// A fresh passcode row.
    New(NewPasscode),
    /// A row that must still be live.
    Repeat {
        /// Which.
        id: PasscodeId,
        /// Guesses it allows.
        max_attempts: i64,
        /// As [`NewPasscode::charged`].
        charged: Vec<String>,
    },
}

/// What the number of a message is sealed for.
pub fn row_of(id: &MessageId) -> String {
    format!("messages/{id}")
}

/// Everything that must be true and stored before the provider is called: one unit.
#[derive(Debug, Clone)]
pub struct Intent<'a> {
    /// Counters, in order; the first that is full decides.
    pub charges: &'a [Charge],
    /// The code.
    pub code: Option<Code>,
    /// The message.
    pub message: NewMessage,
    /// The walk's new state.
    pub save: Option<Save<'a>>,
    /// The record of a user's account that the code is for.
    pub record: Option<Record>,
    /// The event that tells of it.
    pub event: Option<&'a Event>,
    /// Now.
    pub now: Timestamp,
    /// It is begun by then or not at all: whoever waits for a message hears soon that there is none.
    pub until: Deadline,
}

/// What came of an [`Intent`]; all but the first left nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intended {
    /// Stored: call the provider, once.
    Committed,
    /// A counter is full.
    LimitReached(Full),
    /// The code to repeat is spent, expired or guessed out, or the one to replace is not: decide anew.
    CodeGone,
    /// The walk changed in between: read it again.
    Stale,
    /// Nothing is sent to this number: it is a test number.
    TestNumber,
}

/// Commits an intent, or nothing. A database that does not answer at once is an error, and nothing is paid for; but an answer that comes after
/// `until` may be that it was committed all the same ([`NotSent`]).
pub async fn intend(db: &Db, intent: &Intent<'_>) -> Result<Intended> {
    let code_at = intent.charges.len();
    let message_at = code_at + usize::from(intent.code.is_some()) + 1;
    match db.brief_unit(steps(intent), intent.until).await {
        Ok(_) => Ok(Intended::Committed),
        Err(Error::Unchanged { step }) => match intent.charges.get(step) {
            Some(full) => {
                let full = limits::fullness_by(db, full, intent.now, intent.until).await?;
                Ok(Intended::LimitReached(full))
            }
            None if step == code_at && intent.code.is_some() => Ok(Intended::CodeGone),
            None if step == message_at => Ok(Intended::TestNumber),
            None => Ok(Intended::Stale),
        },
        Err(error) => Err(error),
    }
}

/// Counters, code, number, message, walk, event: in the order in which they decide.
fn steps(intent: &Intent<'_>) -> Vec<Step> {
    let mut steps = Vec::with_capacity(intent.charges.len() + 5);
    steps.extend(limits::charges(intent.charges, intent.now));
    steps.extend(intent.code.as_ref().map(|code| match code {
        Code::New(passcode) => passcodes::insert(passcode),
        Code::Repeat { id, max_attempts, charged } => {
            passcodes::repeat((id, charged), intent.now, *max_attempts)
        }
    }));
    let message = &intent.message;
    steps.push(test_numbers::texted(&message.number_id, message.created_at));
    steps.push(insert(message).must_change());
    steps.extend(intent.save.as_ref().map(interactions::save_step));
    steps.extend(intent.record.as_ref().map(verification_records::insert));
    steps.extend(intent.event.map(audit::record));
    steps
}

/// The step of a message that is meant; it changes nothing where the number is a test number.
pub(crate) fn insert(message: &NewMessage) -> Step {
    const SQL: &str = concat!("INSERT INTO messages (id, connector_id, connector_version, interaction_id,
            passcode_id, usage_type, number_id, phone_masked, phone_sealed, region, check_at, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
        WHERE NOT EXISTS (SELECT 1 FROM test_numbers WHERE number_id = $7 AND expires_at > $12 AND ", of_nobody!(), ")");
    let params = vec![
        message.id.as_str().into(),
        message.connector_id.as_str().into(),
        message.connector_version.into(),
        message.interaction_id.as_ref().map(InteractionId::as_str).into(),
        message.passcode_id.as_ref().map(PasscodeId::as_str).into(),
        message.usage_type.as_str().into(),
        message.number_id.as_str().into(),
        message.phone_masked.as_str().into(),
        message.phone_sealed.as_str().into(),
        message.region.as_str().into(),
        message.check_at.into(),
        message.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// What a message did that surely did not go out.
#[derive(Debug, Clone)]
pub struct NotSent<'a> {
    /// What is left of the message itself.
    pub left: Left<'a>,
    /// The pause after it, which then begins anew with the next.
    pub pause: Option<&'a Charge>,
    /// The counters that it takes nothing from.
    pub charges: &'a [Charge],
    /// Its code, where that takes no guess then, and the counters that would have taken it off again.
    pub code: Option<(&'a PasscodeId, &'a [String])>,
    /// The record of a user's account it was for.
    pub record: Option<&'a VerificationId>,
    /// The walk as it is without it, unless the person went on meanwhile.
    pub save: Option<&'a Save<'a>>,
}

/// What is left of a message that surely did not go out.
#[derive(Debug, Clone, Copy)]
pub enum Left<'a> {
    /// Nothing, as if it had never been meant: nobody was told of it.
    Nothing(&'a MessageId),
    /// What the provider said, and who is told of it.
    Outcome(&'a Settlement, &'a [NewDelivery]),
    /// There was none: a fixed code took its place.
    NoMessage,
}

/// The unit that undoes it, as one.
#[derive(Debug, Clone)]
pub struct Undoing {
    steps: Vec<Step>,
    is_idempotent: bool,
}

impl NotSent<'_> {
    /// Decides how it is undone.
    pub fn undoing(&self) -> Undoing {
        const FORGET: &str = "DELETE FROM messages WHERE id = $1 AND status = 'pending'";
        // in the order in which a message is charged
        let mut steps: Vec<_> = self.pause.map(limits::end).into_iter().collect();
        steps.extend(self.charges.iter().map(limits::give_back_one));
        let code = self.code.map(|(code, charged)| passcodes::not_sent(code, charged));
        steps.extend(code.into_iter().flatten());
        steps.extend(self.save.map(interactions::save_unless_changed));
        steps.extend(self.record.map(verification_records::forget));
        match self.left {
            Left::Nothing(id) => {
                steps.push(Step::new(FORGET, vec![id.as_str().into()]).must_change());
            }
            Left::Outcome(settlement, told) => {
                steps.push(settling(settlement));
                steps.extend(told.iter().map(hook_deliveries::insert));
            }
            Left::NoMessage => {}
        }
        Undoing { steps, is_idempotent: !matches!(self.left, Left::NoMessage) }
    }
}

impl Undoing {
    /// Whether it is done once however often it is run, because a message is settled once: a failure that leaves it unknown whether it was
    /// done is no reason not to run it again.
    pub const fn is_idempotent(&self) -> bool {
        self.is_idempotent
    }

    /// Runs it; `false` when its message is not there any more, or settled already: then nothing changes.
    pub async fn run(&self, db: &Db) -> Result<bool> {
        changed(db.unit(self.steps.clone()).await)
    }
}

/// What the provider said.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// Which message.
    pub id: MessageId,
    /// What became of it.
    pub status: Status,
    /// The provider's own id (Aliyun: `BizId`).
    pub provider_message_id: Option<String>,
    /// The provider's code, such as `OK` or `isv.BUSINESS_LIMIT_CONTROL`.
    pub provider_code: Option<String>,
    /// The provider's request id.
    pub provider_request_id: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// Stores an outcome, and tells of it; `false` when the message is settled already (a settled message never goes back): then hooks are told
/// nothing, and only what was done is recorded. `pending` may become anything else, `unknown` too but not `pending`; `accepted` only
/// `delivered` or `undelivered`.
pub async fn settle(
    db: &Db,
    settlement: &Settlement,
    told: impl Into<PerhapsTold<'_>>,
) -> Result<bool> {
    let told = told.into();
    let mut steps = vec![settling(settlement)];
    steps.extend(told.steps());
    if changed(db.unit(steps).await)? {
        return Ok(true);
    }
    db.unit(told.recorded().into_iter().collect()).await?;
    Ok(false)
}

/// The conditional step of storing an outcome (`must_change`).
fn settling(settlement: &Settlement) -> Step {
    const SQL: &str = "UPDATE messages SET status = $2,
            provider_message_id = COALESCE($3, provider_message_id),
            provider_code = COALESCE($4, provider_code),
            provider_request_id = COALESCE($5, provider_request_id), settled_at = $6,
            check_at = CASE WHEN $2 = 'unknown' THEN check_at ELSE NULL END
        WHERE id = $1 AND $2 <> 'pending' AND status <> $2 AND (status IN ('pending', 'unknown')
            OR status = 'accepted' AND $2 IN ('delivered', 'undelivered'))";
    let params = vec![
        settlement.id.as_str().into(),
        settlement.status.as_str().into(),
        settlement.provider_message_id.as_deref().into(),
        settlement.provider_code.as_deref().into(),
        settlement.provider_request_id.as_deref().into(),
        settlement.at.into(),
    ];
    Step::new(SQL, params).must_change()
}

/// A message as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Row id.
    pub id: MessageId,
    /// Through which connector.
    pub connector_id: ConnectorId,
    /// In which of its versions.
    pub connector_version: i64,
    /// What for.
    pub usage_type: UsageType,
    /// For people.
    pub phone_masked: String,
    /// The number, sealed for [`row_of`] this id.
    pub phone_sealed: String,
    /// What became of it.
    pub status: Status,
    /// The provider's own id.
    pub provider_message_id: Option<String>,
    /// The provider's code.
    pub provider_code: Option<String>,
    /// When it was meant.
    pub created_at: Timestamp,
    /// When the provider is asked about it next; `None` once settled or given up.
    pub check_at: Option<Timestamp>,
}

/// One message.
pub async fn find(db: &Db, id: &MessageId) -> Result<Option<Message>> {
    const SQL: &str = "SELECT id, connector_id, usage_type, phone_masked, phone_sealed, status,
            provider_message_id, provider_code, created_at, check_at, connector_version
        FROM messages WHERE id = $1";
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(message).transpose()
}

fn message(row: &Row) -> Result<Message> {
    Ok(Message {
        id: row.parse(0, MessageId::parse)?,
        connector_id: row.parse(1, ConnectorId::parse)?,
        connector_version: row.int(10)?,
        usage_type: row.parse(2, |text| UsageType::parse(text).ok_or("not a usage type"))?,
        phone_masked: row.text(3)?,
        phone_sealed: row.text(4)?,
        status: row.parse(5, Status::parse)?,
        provider_message_id: row.opt_text(6)?,
        provider_code: row.opt_text(7)?,
        created_at: row.time(8)?,
        check_at: row.opt_time(9)?,
    })
}

/// A message that brought a code outside the mainland.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Abroad {
    /// Row id.
    pub id: MessageId,
    /// Through which connector.
    pub connector_id: ConnectorId,
    /// The provider's own id.
    pub provider_message_id: String,
}

/// The newest message with this code that the provider took and that the operator does not say was lost, if it went outside the mainland.
pub async fn newest_abroad(db: &Db, code: &PasscodeId) -> Result<Option<Abroad>> {
    const SQL: &str = "SELECT id, connector_id, provider_message_id FROM messages
        WHERE passcode_id = $1 AND region <> 'CN' AND provider_message_id IS NOT NULL
            AND (status = 'accepted' OR status = 'delivered')
        ORDER BY created_at DESC LIMIT 1";
    let rows = db.read(SQL, vec![code.as_str().into()]).await?;
    let abroad = |row: &Row| {
        Ok(Abroad {
            id: row.parse(0, MessageId::parse)?,
            connector_id: row.parse(1, ConnectorId::parse)?,
            provider_message_id: row.text(2)?,
        })
    };
    rows.first().map(abroad).transpose()
}

/// The step that puts off the look at a message that is not settled.
pub(crate) fn check_at(id: &MessageId, at: Timestamp) -> Step {
    const SQL: &str = "UPDATE messages SET check_at = $2 WHERE id = $1 AND status = 'pending'";
    Step::new(SQL, vec![id.as_str().into(), at.into()])
}

/// The same of one that goes out now, through this version of this connector.
pub(crate) fn goes_through(
    id: &MessageId,
    (connector, version): (&ConnectorId, i64),
    check_at: Timestamp,
) -> Step {
    const SQL: &str = "UPDATE messages SET check_at = $2, connector_id = $3, connector_version = $4
        WHERE id = $1 AND status = 'pending'";
    let params =
        vec![id.as_str().into(), check_at.into(), connector.as_str().into(), version.into()];
    Step::new(SQL, params)
}

/// Messages without a known outcome that the provider should be asked about now, most overdue first, at most `limit`.
pub async fn list_due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Message>> {
    const SQL: &str = "SELECT id, connector_id, usage_type, phone_masked, phone_sealed, status,
            provider_message_id, provider_code, created_at, check_at, connector_version
        FROM messages WHERE check_at <= $1 ORDER BY check_at LIMIT $2";
    db.read(SQL, vec![now.into(), limit.into()]).await?.iter().map(message).collect()
}

/// Takes the next look at a message upon oneself and says when the one after is due, if there is to be one. Where there is none, a message
/// that is still pending becomes unknown before the look, which may hear better: nobody comes back to it.
/// `false` when another node was faster or the message was settled; else hooks are told this.
pub async fn claim_check(
    db: &Db,
    message: &Message,
    (next, now): (Option<Timestamp>, Timestamp),
    deliveries: &[NewDelivery],
) -> Result<bool> {
    const SQL: &str = "UPDATE messages SET check_at = $3,
            settled_at = CASE WHEN CAST($3 AS BIGINT) IS NULL AND status = 'pending' THEN $4 ELSE settled_at END,
            status = CASE WHEN CAST($3 AS BIGINT) IS NULL AND status = 'pending' THEN 'unknown' ELSE status END
        WHERE id = $1 AND check_at = $2";
    let params = vec![message.id.as_str().into(), message.check_at.into(), next.into(), now.into()];
    let condition = Step::new(SQL, params).must_change();
    let deliveries = deliveries.iter().map(hook_deliveries::insert);
    changed(db.unit(std::iter::once(condition).chain(deliveries).collect()).await)
}
