//! Messages whose outcome is not known: the provider is asked what became of them. Nothing is ever sent here.
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_store::hook_deliveries::NewDelivery;
use haoma_store::messages::{self, Message, Settlement, Status};
use haoma_store::{PerhapsTold, connectors};
use secrecy::ExposeSecret as _;

use crate::app::App;
use crate::connectors::InUse;
use crate::connectors::kit::{Lost, SendError, Trace};
use crate::hooks::health;
use crate::sending::trial;

/// Messages looked up in one round.
const BATCH: i64 = 20;
/// Seconds after the message at which the provider is asked again; after the last, the outcome stays unknown.
const CHECKS_SECS: [i64; 4] = [120, 600, 1800, 7200];

/// Looks up every message that is due.
///
/// # Errors
/// The database does not answer; what was due stays due.
pub async fn run(app: &App) -> Result<(), haoma_store::Error> {
    let now = app.clock.now();
    for message in messages::list_due(&app.db, now, BATCH).await? {
        let next = next_check(&message, now);
        let told = match next {
            Some(_) => vec![],
            None => told(app, &message, (Status::Unknown, None), now),
        };
        // A lease in the database: with several nodes, one asks.
        if messages::claim_check(&app.db, &message, (next, now), &told).await? {
            look_up(app, &message, now).await?;
        }
    }
    Ok(())
}

fn next_check(message: &Message, now: Timestamp) -> Option<Timestamp> {
    CHECKS_SECS.iter().map(|secs| message.created_at.plus_secs(*secs)).find(|at| *at > now)
}

async fn look_up(app: &App, message: &Message, now: Timestamp) -> Result<(), haoma_store::Error> {
    let trace = match trace(app, message, now).await? {
        Some(Ok(trace)) => trace,
        Some(Err(error)) => {
            tracing::warn!(message.id = %message.id, %error, "a message could not be looked up");
            return Ok(());
        }
        None => return Ok(()),
    };
    let status = found(&trace).unwrap_or(Status::Unknown);
    settle(app, message, (status, trace.code()), now).await
}

/// What the provider knows of a message now; `None` where nobody can be asked: its number does not open, or its connector is gone.
///
/// # Errors
/// The database's.
pub async fn trace(
    app: &App,
    message: &Message,
    now: Timestamp,
) -> Result<Option<Result<Trace, SendError>>, haoma_store::Error> {
    let Some(phone) = open(app, message) else {
        tracing::error!(message.id = %message.id, "the number of a message does not open with the server key");
        return Ok(None);
    };
    let Some(sender) = sender(app, message).await? else { return Ok(None) };
    let nonce = app.entropy.hex::<16>();
    let lost =
        Lost { id: &message.id, phone: &phone, sent_at: message.created_at, now, nonce: &nonce };
    Ok(Some(sender.connector.look_up(lost).await))
}

/// What became of the message. No trace is no proof that it was not accepted: the person's next tap decides.
pub const fn found(trace: &Trace) -> Option<Status> {
    match trace {
        Trace::Accepted => Some(Status::Accepted),
        Trace::Delivered => Some(Status::Delivered),
        Trace::Undelivered { .. } => Some(Status::Undelivered),
        Trace::NoTrace => None,
    }
}

/// Records what became of a message, and the operator's code for it.
pub(crate) async fn settle(
    app: &App,
    message: &Message,
    (status, code): (Status, Option<&str>),
    at: Timestamp,
) -> Result<(), haoma_store::Error> {
    let settlement = Settlement {
        id: message.id.clone(),
        status,
        provider_message_id: None,
        provider_code: code.map(str::to_owned),
        provider_request_id: None,
        at,
    };
    let told = told(app, message, (status, code), at);
    let changed = messages::settle(&app.db, &settlement, PerhapsTold::new(None, &told)).await?;
    tracing::info!(message.id = %message.id, ?status, changed, "message reconciled");
    Ok(())
}

/// What web-hooks are told of it: nothing of test messages, which somebody looks at.
fn told(
    app: &App,
    message: &Message,
    found: (Status, Option<&str>),
    at: Timestamp,
) -> Vec<NewDelivery> {
    let is_test = message.connector_id.as_str() == trial::CONNECTOR;
    if is_test { vec![] } else { health::of_found(app, message, found, at) }
}

/// The connector in the version the message went out with: only its account knows the message.
pub(crate) async fn sender(
    app: &App,
    message: &Message,
) -> Result<Option<InUse>, haoma_store::Error> {
    let in_use = app.connector.load_full();
    let is_of =
        |one: &&InUse| (&one.id, one.version) == (&message.connector_id, message.connector_version);
    if let Some(in_use) = in_use.as_ref().as_ref().filter(is_of) {
        return Ok(Some(in_use.clone()));
    }
    let row = connectors::find(&app.db, &message.connector_id, message.connector_version).await?;
    let opened = row.map(|row| InUse::open(row, &app.keys.seal)).transpose();
    Ok(opened.unwrap_or_else(|error| {
        tracing::warn!(message.id = %message.id, %error, "the connector of a message cannot be used");
        None
    }))
}

/// The number a message went to.
pub(crate) fn open(app: &App, message: &Message) -> Option<PhoneNumber> {
    let digits = app.keys.seal.open(&messages::row_of(&message.id), &message.phone_sealed).ok()?;
    PhoneNumber::from_international(digits.expose_secret()).ok()
}
