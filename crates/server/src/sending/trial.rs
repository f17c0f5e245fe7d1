//! Test messages: through a configuration that may not be stored yet, counted and recorded like every other message.
use std::sync::Arc;
use std::time::{Duration, Instant};

use haoma_core::ids::{ConnectorId, MessageId};
use haoma_core::limits::{self, Ask, Charge, Standing};
use haoma_core::passcode::Passcode;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::Deadline;
use haoma_store::audit::Event;
use haoma_store::messages::{
    self, Intended, Intent, Left, NewMessage, NotSent, Settlement, Status,
};

use super::charging::limit_reached;
use super::{FIRST_CHECK_SECS, not_sent, ruled, settlement, undoing};
use crate::app::App;
use crate::connectors::kit::{
    Accepted, Connector, Content, Lost, NextStep, Notice, Outgoing, Requester, SendError, Trace,
};
use crate::error::api::{ApiError, codes};

/// What test messages have instead of a stored connector: they may go out before anything is stored.
pub const CONNECTOR: &str = "test";
/// The digits of every test message (wire contract D.2): they verify nothing.
const DIGITS: &str = "000000";

/// A test message that is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Trial<'a> {
    /// The client of the configuration that is tried.
    pub connector: &'a Arc<dyn Connector>,
    /// To whom.
    pub phone: &'a PhoneNumber,
    /// Which use's template is tried.
    pub usage_type: UsageType,
    /// What serves where that use has no template.
    pub fallback: Fallback,
    /// Who asks.
    pub requester: Requester,
    /// Who tries; each has a count.
    pub caller: &'a str,
    /// The event that tells of it.
    pub event: &'a Event,
    /// When.
    pub now: Timestamp,
}

/// What serves a test where neither the use that is tried nor `Generic` has a template (design 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Nothing, as for every message.
    None,
    /// The template of `Test`; where that is what is tried, any: somebody wants to see whether a message comes at all.
    Any,
}

/// A test message that was handed to the provider, once.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Our id, which the provider was given.
    pub id: MessageId,
    /// The use whose template was taken, which need not be the one that was tried.
    pub usage_type: UsageType,
    /// How long the provider took to answer.
    pub took: Duration,
    /// What it said.
    pub outcome: Result<Accepted, SendError>,
}

/// Sends a test message, once.
///
/// # Errors
/// `connector.template_not_found`; `request.message_rate_limited` when the number or the caller has had enough;
/// `test_number.nothing_sent` for a test number. What the provider
/// says is no error but [`Tried::outcome`].
pub async fn send(app: &App, trial: &Trial<'_>) -> Result<Tried, ApiError> {
    ruled::judge_bare(app, (trial.phone, trial.now))?;
    let usage_type = serving(trial)?;
    let id = MessageId::generate(trial.now, &app.entropy);
    let number_charges = number_charges(app, trial);
    let mut charges = limits::for_test(&app.keys.numbers, trial.caller, trial.now);
    charges.extend(number_charges.iter().cloned());
    let meant = Meant {
        app: app.clone(),
        charges,
        message: message(app, trial, &id, usage_type)?,
        event: trial.event.clone(),
        now: trial.now,
        until: Deadline::after(Instant::now(), app.limits().patience()),
    };
    match in_time(meant).await? {
        Intended::Committed => {}
        Intended::LimitReached(full) => return Err(limit_reached(&full, trial.now)),
        Intended::TestNumber => return Err(ApiError::new(codes::TEST_NUMBER)),
        Intended::CodeGone | Intended::Stale => return Err(ApiError::new(codes::BUSY)),
    }
    let handing = Handing {
        app: app.clone(),
        connector: Arc::clone(trial.connector),
        phone: trial.phone.clone(),
        tried: (id, usage_type),
        requester: trial.requester,
        number_charges,
    };
    // to its end even when the browser goes away in between
    let handed = app.work.spawn(hand_over(handing)).await;
    handed.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?
}

/// A test message that is about to be stored.
struct Meant {
    app: App,
    charges: Vec<Charge>,
    message: NewMessage,
    event: Event,
    now: Timestamp,
    until: Deadline,
}

/// What came of it in time. What is stored later is never sent, and takes nothing from anybody; its event tells that it was asked for.
async fn in_time(meant: Meant) -> Result<Intended, ApiError> {
    let (app, until) = (meant.app.clone(), meant.until);
    let mut meaning = Box::pin(async move {
        let Meant { app, charges, message, event, now, until } = meant;
        let id = message.id.clone();
        let (charged, event) = (charges.as_slice(), Some(&event));
        let intent = Intent {
            charges: charged,
            code: None,
            message,
            save: None,
            record: None,
            event,
            now,
            until,
        };
        (messages::intend(&app.db, &intent).await, id, charges)
    });
    if let Some((intended, ..)) = until.wait(&mut meaning).await {
        return Ok(intended?);
    }
    let node = app.clone();
    app.work.spawn(async move {
        let (Ok(Intended::Committed), id, charges) = meaning.await else { return };
        let settlement = not_sent(&id, node.clock.now());
        undoing::insist(&node, &id, of_test(&settlement, &charges).undoing()).await;
    });
    Err(ApiError::new(codes::UNAVAILABLE).because("nothing was stored in time"))
}

/// What a test message did that was not sent: it has no code, and whoever tries sees what became of it.
const fn of_test<'a>(settlement: &'a Settlement, charges: &'a [Charge]) -> NotSent<'a> {
    let left = Left::Outcome(settlement, &[]);
    NotSent { left, pause: None, charges, code: None, record: None, save: None }
}

/// What calling the provider takes.
struct Handing {
    app: App,
    connector: Arc<dyn Connector>,
    phone: PhoneNumber,
    tried: (MessageId, UsageType),
    requester: Requester,
    number_charges: Vec<Charge>,
}

/// Calls the provider, once, and records what it said.
async fn hand_over(handing: Handing) -> Result<Tried, ApiError> {
    let Handing { app, connector, phone, tried: (id, usage_type), requester, number_charges } =
        handing;
    let begun = Instant::now();
    let outcome = call(&app, connector.as_ref(), (&id, &phone, usage_type), requester).await;
    let took = begun.elapsed();
    let settlement = settlement(&id, &outcome, app.clock.now());
    if outcome.as_ref().is_err_and(|error| error.next != NextStep::Unknown) {
        // what was not sent takes nothing from the person whose number it is
        undoing::insist(&app, &id, of_test(&settlement, &number_charges).undoing()).await;
    } else {
        messages::settle(&app.db, &settlement, None).await?;
    }
    Ok(Tried { id, usage_type, took, outcome })
}

/// Asks the provider what became of a test message; sends nothing.
///
/// # Errors
/// `entity.not_found` for a message that is no test; the provider's refusal is the inner result.
pub async fn look_up(
    app: &App,
    connector: &dyn Connector,
    id: &MessageId,
    now: Timestamp,
) -> Result<Result<Trace, SendError>, ApiError> {
    let found = messages::find(&app.db, id).await?;
    let found = found.filter(|message| message.connector_id.as_str() == CONNECTOR);
    let message = found.ok_or_else(|| ApiError::new(codes::ENTITY_NOT_FOUND))?;
    let phone = crate::reconcile::open(app, &message)
        .ok_or_else(|| ApiError::new(codes::INTERNAL).because("a number does not open"))?;
    let nonce = app.entropy.hex::<16>();
    let lost = Lost { id, phone: &phone, sent_at: message.created_at, now, nonce: &nonce };
    let trace = connector.look_up(lost).await;
    let status = match &trace {
        Ok(Trace::Delivered) => Some(Status::Delivered),
        Ok(Trace::Undelivered { .. }) => Some(Status::Undelivered),
        _ => None,
    };
    if let Some(status) = status {
        let code = trace.as_ref().ok().and_then(Trace::code);
        crate::reconcile::settle(app, &message, (status, code), now).await?;
    }
    Ok(trace)
}

/// The use whose template serves the test: the one that is tried or `Generic`, as always, then what the fallback allows. Nothing stands
/// in for a notice, and no notice for a code.
fn serving(trial: &Trial<'_>) -> Result<UsageType, ApiError> {
    let of = |usage: UsageType| trial.connector.serving(usage, trial.phone);
    let besides = match (trial.fallback, trial.usage_type) {
        (Fallback::None, _) => &[][..],
        (Fallback::Any, UsageType::Test) => &UsageType::ALL,
        (Fallback::Any, usage) if usage.is_notice() => &[],
        (Fallback::Any, _) => &[UsageType::Test],
    };
    let mut besides = besides.iter().filter(|usage| !usage.is_notice());
    let found = of(trial.usage_type).or_else(|| besides.find_map(|usage| of(*usage)));
    found.ok_or_else(|| {
        let why = format!("no template for usage type {}", trial.usage_type);
        ApiError::new(codes::TEMPLATE_NOT_FOUND).because(why)
    })
}

/// A number has had enough of tests where it has had enough of messages. The pause between two is left to the provider, whose
/// answer is what a test is for.
fn number_charges(app: &App, trial: &Trial<'_>) -> Vec<Charge> {
    let ask = Ask {
        phone: trial.phone,
        address: None,
        standing: Standing::Known,
        price: app.settings.prices.of(trial.phone.region()),
        resend_at: trial.now,
        now: trial.now,
    };
    limits::for_message(&app.limits(), &app.keys.numbers, &ask)
}

fn message(
    app: &App,
    trial: &Trial<'_>,
    id: &MessageId,
    usage_type: UsageType,
) -> Result<NewMessage, ApiError> {
    let internal = |cause: String| ApiError::new(codes::INTERNAL).because(cause);
    let sealed = app.keys.seal.seal(&app.entropy, &messages::row_of(id), trial.phone.digits());
    Ok(NewMessage {
        id: id.clone(),
        connector_id: ConnectorId::parse(CONNECTOR).map_err(|e| internal(e.to_string()))?,
        connector_version: 0,
        interaction_id: None,
        passcode_id: None,
        usage_type,
        number_id: limits::number_id(&app.keys.numbers, trial.phone),
        phone_masked: trial.phone.masked(),
        phone_sealed: sealed.map_err(|e| internal(e.to_string()))?,
        region: trial.phone.region().as_str().to_owned(),
        check_at: trial.now.plus_secs(FIRST_CHECK_SECS),
        created_at: trial.now,
    })
}

async fn call(
    app: &App,
    connector: &dyn Connector,
    (id, phone, usage_type): (&MessageId, &PhoneNumber, UsageType),
    requester: Requester,
) -> Result<Accepted, SendError> {
    let Some(passcode) = Passcode::parse(DIGITS) else { return Ok(Accepted::default()) };
    let nonce = app.entropy.hex::<16>();
    let now = app.clock.now();
    let nonce = nonce.as_str();
    // the digits verify nothing; a message names the life that others will have
    let expires_at = now.plus_secs(app.codes().expiration_duration);
    let content = if usage_type.is_notice() {
        Content::Notice(Notice::example(now))
    } else {
        Content::Code { usage_type, passcode: &passcode, expires_at }
    };
    let message = Outgoing { id, phone, content, requester, now, nonce };
    connector.send(message).await
}
