//! The one road every SMS takes: limits → intent → send → outcome. No other code calls a connector.
mod charging;
pub(crate) mod conversion;
mod meaning;
pub mod notice;
mod offer;
mod ruled;
pub(crate) mod telling;
pub(crate) mod test_number;
pub mod to_number;
pub mod to_user;
pub mod trial;
mod undoing;
mod unnoticed;

use haoma_core::experience::{Experience, PhoneVerification};
use haoma_core::ids::{InteractionId, MessageId, PasscodeId, VerificationId};
use haoma_core::limits::{Charge, Standing};
use haoma_core::passcode::Passcode;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::NewDelivery;
use haoma_store::interactions::{Interaction, Save};
use haoma_store::messages::{self, Code, Intended, Settlement, Status};
use haoma_store::passcodes::{NewPasscode, Owner};
use haoma_store::verification_records::Record;
use haoma_store::{Deadline, PerhapsTold};
use serde_json::json;

pub use charging::challenged;
use meaning::Came;
pub use offer::Offer;

use crate::app::App;
use crate::connectors::InUse;
use crate::connectors::kit::{Accepted, Content, NextStep, Outgoing, Requester, SendError};
use crate::error::api::{ApiError, Code as ErrorCode, codes};
use crate::experience::flow::times;
use crate::hooks::health;

/// How often a send that met a concurrent change of its walk is decided anew.
const MOST_ROUNDS: usize = 3;

/// Seconds after which a message without outcome is looked up at the provider.
const FIRST_CHECK_SECS: i64 = 30;

/// What whoever asks for a message hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// What the provider said.
    Outcome,
    /// The same as for any other number, before the provider is asked: where only accounts may sign in, whatever is told of an
    /// outcome tells that the number has one (security statement 32).
    Nothing,
    /// The same, and no message goes out: it could not help the person.
    Suppressed,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The number exactly as the client wrote it.
    pub identifier: &'a str,
    /// The same number, parsed and allowed.
    pub phone: &'a PhoneNumber,
    /// What the code is for.
    pub usage_type: UsageType,
    /// What whoever asks hears of it.
    pub answer: Answer,
    /// Who asks.
    pub requester: Requester,
    /// What is known of them.
    pub standing: Standing,
    /// The event to record when the provider accepts.
    pub event: &'a Event,
    /// When.
    pub now: Timestamp,
    /// Until when they wait for the message to be stored; the provider's answer comes after it.
    pub until: Deadline,
}

/// Everything decided before the intent is committed, and all that is needed from there on.
struct Plan {
    message_id: MessageId,
    verification: PhoneVerification,
    owner: Owner,
    is_repeat: bool,
    /// The walk it belongs to, as it will be.
    walk: Option<Walk>,
    answer: Answer,
    requester: Requester,
    standing: Standing,
    /// The counters, once they are known.
    charges: Vec<Charge>,
    event: Event,
    now: Timestamp,
    until: Deadline,
}

/// A walk with the state it gets.
struct Walk {
    id: InteractionId,
    /// The version that was decided on.
    version: i64,
    /// Messages it sent before.
    sends: usize,
    /// Whether whoever walks can be asked for a captcha.
    offer: Offer,
    /// As it was.
    before: Experience,
    state: Experience,
}

impl Walk {
    fn save(&self) -> Result<Save<'_>, ApiError> {
        let experience = serde_json::to_string(&self.state);
        let experience = experience.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
        Ok(Save { id: &self.id, version: self.version, experience })
    }

    /// The same walk with this state, after it was stored.
    fn followed_by(&self, state: Experience) -> Self {
        let (id, before) = (self.id.clone(), self.state.clone());
        Self { id, version: self.version + 1, before, state, ..*self }
    }
}

/// Sends a code within a walk, once. On success the walk's newest verification is returned; the caller's copy of the walk is out of date.
///
/// # Errors
/// A full limit, a walk that sent enough, a missing connector, the provider's refusal, or an unknown outcome: in the last two the
/// message is recorded and the person's cooldown runs. What was surely not sent, for a reason that is not theirs, takes nothing else
/// from them.
pub async fn send_code(
    app: &App,
    (row, walk): (&Interaction, &Experience),
    wanted: &Wanted<'_>,
    offer: Offer,
) -> Result<PhoneVerification, ApiError> {
    let wanted = &ruled::judge(app, wanted, wanted.requester.ip)?;
    let in_use = in_use(app, wanted)?;
    ruled::has_enough(app, walk, wanted)?;
    for round in 0..MOST_ROUNDS {
        let plan = plan(app, (row, walk), wanted, (round == 0, offer));
        if let Some(sent) = go(app, &in_use, plan).await? {
            return Ok(sent);
        }
    }
    Err(ApiError::new(codes::BUSY))
}

/// The connector messages of this use go through.
fn in_use(app: &App, wanted: &Wanted<'_>) -> Result<InUse, ApiError> {
    let in_use = app.connector.load();
    let in_use = in_use.as_ref().as_ref().ok_or_else(|| ApiError::new(codes::NO_CONNECTOR))?;
    if !in_use.connector.has_template(wanted.usage_type, wanted.phone) {
        return Err(ApiError::new(codes::TEMPLATE_NOT_FOUND)
            .because(format!("no template for usage type {}", wanted.usage_type)));
    }
    Ok(in_use.clone())
}

/// Commits what was planned and sends; `None` when the code is not what it was, so that it must be planned anew.
///
/// All of it runs to its end even when the person's browser goes away in between: what was charged is handed over, and what was handed
/// over is recorded.
async fn go(app: &App, in_use: &InUse, plan: Plan) -> Result<Option<PhoneVerification>, ApiError> {
    let sent = app.work.spawn(commit_and_deliver(app.clone(), in_use.clone(), plan)).await;
    sent.map_err(|e| ApiError::new(codes::CONNECTOR_UNKNOWN).because(e))?
}

async fn commit_and_deliver(
    app: App,
    in_use: InUse,
    plan: Plan,
) -> Result<Option<PhoneVerification>, ApiError> {
    let (mut plan, came) = meaning::in_time(&app, &in_use, plan).await?;
    let Came { intended, is_test, breaker } = came?;
    match intended {
        Intended::Committed if is_test => Ok(Some(plan.verification)),
        Intended::Committed if plan.answer == Answer::Outcome => {
            deliver(&app, &in_use, plan).await.map(Some)
        }
        Intended::Committed => {
            let verification = plan.verification.clone();
            let work = app.work.clone();
            work.spawn(async move {
                tokio::time::sleep(unnoticed::after(&app.entropy)).await;
                if plan.answer == Answer::Suppressed {
                    plan.text_nobody(&app).await;
                } else {
                    // told to nobody; it is logged where it happens
                    let _untold = deliver(&app, &in_use, plan).await;
                }
            });
            Ok(Some(verification))
        }
        Intended::LimitReached(full) => {
            plan.look_at_captchas(&app, &full).await?;
            let error = plan.limit_reached(&app, &full, breaker);
            plan.note_refused(&app, &full, &error);
            // who only has to do some work is not kept out
            if error.code == codes::RATE_LIMITED {
                let hurried = app.by(plan.until);
                telling::refused(&hurried, &plan, (full.kind(), full.resets_at)).await;
            }
            Err(error)
        }
        Intended::CodeGone | Intended::TestNumber => Ok(None),
        Intended::Stale => Err(ApiError::new(codes::BUSY)),
    }
}

/// A resend inside the code's life repeats the code; otherwise a new one is made.
fn plan(
    app: &App,
    (row, walk): (&Interaction, &Experience),
    wanted: &Wanted<'_>,
    (may_repeat, offer): (bool, Offer),
) -> Plan {
    let Wanted { phone, usage_type, now, .. } = *wanted;
    let repeat = walk.repeatable(phone, usage_type, now).filter(|_| may_repeat);
    let life = app.codes().expiration_duration;
    let code = match repeat {
        Some(code) => (code.passcode_id.clone(), code.expires_at),
        None => (PasscodeId::generate(now, &app.entropy), now.plus_secs(life).min(row.expires_at)),
    };
    let earlier = walk.sends_to(phone);
    let verification = verification(app, code, wanted, earlier);
    let mut state = walk.clone();
    state.sent(verification.clone());
    Plan {
        message_id: MessageId::generate(now, &app.entropy),
        verification,
        owner: Owner::Interaction(row.id.clone()),
        is_repeat: repeat.is_some(),
        walk: Some(Walk {
            id: row.id.clone(),
            version: row.version,
            sends: walk.sends(),
            offer,
            before: walk.clone(),
            state,
        }),
        answer: wanted.answer,
        requester: wanted.requester,
        standing: wanted.standing,
        charges: vec![],
        event: wanted.event.clone(),
        now,
        until: wanted.until,
    }
}

/// What will be known of the code once it is on its way.
fn verification(
    app: &App,
    (passcode_id, expires_at): (PasscodeId, Timestamp),
    wanted: &Wanted<'_>,
    earlier: usize,
) -> PhoneVerification {
    let Wanted { identifier, phone, usage_type, answer, now, .. } = *wanted;
    PhoneVerification {
        id: VerificationId::generate(now, &app.entropy),
        identifier: identifier.to_owned(),
        phone: phone.clone(),
        usage_type,
        passcode_id,
        expires_at,
        resend_at: now.plus_secs(unnoticed::pause_secs(&app.limits(), answer, earlier)),
        is_verified: false,
        test_number: None,
    }
}

impl Plan {
    /// The row that counts the guesses.
    fn code(&self, app: &App, number_id: &str) -> Code {
        let PhoneVerification { passcode_id, usage_type, expires_at, .. } = &self.verification;
        let id = passcode_id.clone();
        if self.is_repeat {
            let max_attempts = app.codes().max_retry_attempts;
            return Code::Repeat { id, max_attempts, charged: self.charged() };
        }
        Code::New(NewPasscode {
            id,
            owner: self.owner.clone(),
            number_id: number_id.to_owned(),
            usage_type: *usage_type,
            charged: self.charged(),
            expires_at: *expires_at,
            created_at: self.now,
        })
    }

    /// The record of a user's account, where the code is for one.
    fn record(&self) -> Option<Record> {
        match &self.owner {
            Owner::User { id, .. } => Some(to_user::record(&self.verification, id, self.now)),
            Owner::Interaction(_) | Owner::Number { .. } => None,
        }
    }
}

/// Calls the provider, once, and records what it said.
async fn deliver(app: &App, in_use: &InUse, plan: Plan) -> Result<PhoneVerification, ApiError> {
    let id = &plan.message_id;
    let outcome = call(app, in_use, id, (&plan.verification, plan.requester)).await;
    record(app, in_use, &plan, &outcome).await;
    let Err(error) = outcome else { return Ok(plan.verification) };
    tracing::warn!(message.id = %id, next = ?error.next, %error, "message not accepted");
    if plan.answer == Answer::Outcome {
        plan.learn(app, &error).await;
    }
    let times = times(app, &plan.verification, plan.now).await;
    let answer = refusal(&error, &plan.verification, plan.now).with_times(times);
    // a message of unknown outcome may arrive, and its code is given under this id
    let may_arrive = error.next == NextStep::Unknown;
    Err(match plan.owner {
        Owner::Interaction(_) if may_arrive => {
            answer.with_data(json!({ "verificationId": plan.verification.id }))
        }
        Owner::User { .. } if may_arrive => {
            answer.with_data(json!({ "verificationRecordId": plan.verification.id }))
        }
        _ => answer,
    })
}

/// Records what the provider said, and what web-hooks are told of it.
async fn record(app: &App, in_use: &InUse, plan: &Plan, outcome: &Result<Accepted, SendError>) {
    let Plan { message_id: id, verification, event, .. } = plan;
    let settlement = settlement(id, outcome, app.clock.now());
    let (phone, usage_type, at) = (&verification.phone, verification.usage_type, settlement.at);
    let message = health::Message { id, phone, usage_type, event };
    let told = health::of_message(app, in_use, message, outcome);
    match outcome {
        // what is given back for some numbers and not for others would tell them apart, too
        Err(error) if error.next != NextStep::Unknown && plan.answer == Answer::Outcome => {
            if plan.take_back(app, (&settlement, &told), is_our_fault(error.next)).await {
                log_settled(&settlement);
            }
        }
        _ => settle(app, settlement, (event, &told)).await,
    }
    health::of_connector(app, in_use, outcome, at).await;
}

/// Whether a message surely did not go out, and neither the number nor how often it was texted is why.
const fn is_our_fault(next: NextStep) -> bool {
    matches!(next, NextStep::TryAgain | NextStep::FixConfiguration | NextStep::AddTemplate)
}

async fn call(
    app: &App,
    in_use: &InUse,
    id: &MessageId,
    (verification, requester): (&PhoneVerification, Requester),
) -> Result<Accepted, SendError> {
    let PhoneVerification { passcode_id, phone, usage_type, .. } = verification;
    let passcode = Passcode::derive(&app.keys.passcodes, passcode_id, phone, *usage_type);
    let nonce = app.entropy.hex::<16>();
    let message = Outgoing {
        id,
        phone,
        content: Content::Code {
            usage_type: *usage_type,
            passcode: &passcode,
            expires_at: verification.expires_at,
        },
        requester,
        now: app.clock.now(),
        nonce: &nonce,
    };
    in_use.connector.send(message).await
}

/// Records an outcome. A record that fails is logged: reconciliation finds the message by its id.
async fn settle(app: &App, settlement: Settlement, (event, told): (&Event, &[NewDelivery])) {
    let (id, status) = (&settlement.id, settlement.status);
    let event = (status == Status::Accepted).then_some(event);
    match messages::settle(&app.db, &settlement, PerhapsTold::new(event, told)).await {
        Ok(true) => log_settled(&settlement),
        Ok(false) => tracing::info!(message.id = %id, ?status, "message was settled before"),
        Err(error) => {
            tracing::error!(message.id = %id, ?status, %error, "outcome of a message not stored");
        }
    }
}

fn log_settled(settlement: &Settlement) {
    let Settlement { id, status, provider_code, .. } = settlement;
    let provider_code = provider_code.as_deref().unwrap_or_default();
    tracing::info!(message.id = %id, ?status, provider_code, "message settled");
}

fn not_sent(id: &MessageId, at: Timestamp) -> Settlement {
    Settlement {
        id: id.clone(),
        status: Status::NotSent,
        provider_message_id: None,
        provider_code: None,
        provider_request_id: None,
        at,
    }
}

fn settlement(id: &MessageId, outcome: &Result<Accepted, SendError>, at: Timestamp) -> Settlement {
    let id = id.clone();
    match outcome.clone() {
        Ok(Accepted { provider_message_id, provider_code, provider_request_id }) => Settlement {
            id,
            status: Status::Accepted,
            provider_message_id,
            provider_code,
            provider_request_id,
            at,
        },
        Err(error) => Settlement {
            status: match error.next {
                NextStep::Unknown => Status::Unknown,
                NextStep::TryAgain | NextStep::AddTemplate => Status::NotSent,
                _ => Status::Refused,
            },
            // where the provider gave no code, our word for what happened
            provider_code: Some(error.code().to_owned()),
            provider_request_id: error.provider_request_id,
            ..not_sent(&id, at)
        },
    }
}

/// The error that a message which was not accepted is.
pub fn refusal_code(next: NextStep) -> ErrorCode {
    match next {
        NextStep::Wait { .. } => codes::CONNECTOR_LIMIT,
        NextStep::FixNumber => codes::CONNECTOR_NUMBER,
        NextStep::FixConfiguration => codes::CONNECTOR_GENERAL,
        NextStep::AddTemplate => codes::TEMPLATE_NOT_FOUND,
        NextStep::TryAgain => codes::CONNECTOR_UNREACHABLE,
        NextStep::Unknown => codes::CONNECTOR_UNKNOWN,
    }
}

/// What the person hears about a message that was not accepted.
fn refusal(error: &SendError, verification: &PhoneVerification, now: Timestamp) -> ApiError {
    let answer = ApiError::new(refusal_code(error.next));
    match error.next {
        NextStep::Wait { secs } => {
            let at = now.plus_secs(secs.unwrap_or(60)).max(verification.resend_at);
            answer.retry_at(at, now)
        }
        _ => answer.retry_at(verification.resend_at, now),
    }
}
