//! Messages whose outcome is not known: the provider is asked what became of them. Nothing is ever sent here.
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_store::messages::{self, Message, Settlement, Status};
use secrecy::ExposeSecret as _;

use crate::app::App;
use crate::connectors::InUse;
use crate::connectors::kit::{Lost, Trace};

/// Messages looked up in one round.
const BATCH: i64 = 20;
/// Seconds after the message at which the provider is asked again; after the last, the outcome stays unknown.
const CHECKS_SECS: [i64; 4] = [120, 600, 1800, 7200];

/// Looks up every message that is due.
///
/// # Errors
/// The database does not answer; what was due stays due.
pub async fn run(app: &App) -> Result<(), haoma_store::Error> {
    let in_use = app.connector.load_full();
    let Some(in_use) = in_use.as_ref() else { return Ok(()) };
    let now = app.clock.now();
    for message in messages::list_due(&app.db, now, BATCH).await? {
        // A lease in the database: with several nodes, one asks.
        if messages::claim_check(&app.db, &message, next_check(&message, now)).await? {
            look_up(app, in_use, &message, now).await?;
        }
    }
    Ok(())
}

fn next_check(message: &Message, now: Timestamp) -> Option<Timestamp> {
    CHECKS_SECS.iter().map(|secs| message.created_at.plus_secs(*secs)).find(|at| *at > now)
}

async fn look_up(
    app: &App,
    in_use: &InUse,
    message: &Message,
    now: Timestamp,
) -> Result<(), haoma_store::Error> {
    let Some(phone) = open(app, message) else {
        tracing::error!(message.id = %message.id, "the number of a message does not open with the server key");
        return Ok(());
    };
    let nonce = app.entropy.hex::<16>();
    let lost =
        Lost { id: &message.id, phone: &phone, sent_at: message.created_at, now, nonce: &nonce };
    let status = match in_use.connector.look_up(lost).await {
        Ok(Trace::Accepted) => Status::Accepted,
        Ok(Trace::Delivered) => Status::Delivered,
        Ok(Trace::Undelivered) => Status::Undelivered,
        // No trace is no proof that it was not accepted: the person's next tap decides.
        Ok(Trace::NoTrace) => Status::Unknown,
        Err(error) => {
            tracing::warn!(message.id = %message.id, %error, "a message could not be looked up");
            return Ok(());
        }
    };
    settle(app, message, status, now).await
}

async fn settle(
    app: &App,
    message: &Message,
    status: Status,
    at: Timestamp,
) -> Result<(), haoma_store::Error> {
    let settlement = Settlement {
        id: message.id.clone(),
        status,
        provider_message_id: None,
        provider_code: None,
        provider_request_id: None,
        at,
    };
    let changed = messages::settle(&app.db, &settlement).await?;
    tracing::info!(message.id = %message.id, ?status, changed, "message reconciled");
    Ok(())
}

fn open(app: &App, message: &Message) -> Option<PhoneNumber> {
    let digits = app.keys.seal.open(message.id.as_str(), &message.phone_sealed).ok()?;
    PhoneNumber::from_international(digits.expose_secret()).ok()
}
