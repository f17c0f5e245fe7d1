//! What hooks are told of messages and of the connector, in a few words that never hold a number in full.
use haoma_core::hooks::HookEvent;
use haoma_core::ids::MessageId;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::connector_health;
use haoma_store::hook_deliveries::NewDelivery;
use haoma_store::messages::{self, Status};
use serde_json::json;

use super::{About, tell};
use crate::app::App;
use crate::connectors::InUse;
use crate::connectors::kit::{Accepted, NextStep, SendError};

/// Seconds after which a connector that still fails is told of again: a day.
const REMINDER_SECS: i64 = 24 * 60 * 60;
/// Messages in a row whose outcome the provider does not tell, after which the connector is said to fail: one may be chance.
const SILENCES: i64 = 3;

/// A message and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Its row.
    pub id: &'a MessageId,
    /// To whom.
    pub phone: &'a PhoneNumber,
    /// What for.
    pub usage_type: UsageType,
    /// What the audit log would be told.
    pub event: &'a Event,
}

/// What is told of a message that was not accepted, for the unit in which its outcome is stored.
pub fn of_message(
    app: &App,
    in_use: &InUse,
    message: Message<'_>,
    outcome: &Result<Accepted, SendError>,
) -> Vec<NewDelivery> {
    let Err(error) = outcome else { return vec![] };
    let event = match error.next {
        NextStep::Unknown => HookEvent::MessageOutcomeUnknown,
        NextStep::TryAgain | NextStep::AddTemplate => HookEvent::MessageNotSent,
        _ => HookEvent::MessageRefused,
    };
    tell(app, event, || {
        let more = json!({
            "messageId": message.id, "usageType": message.usage_type, "connectorId": in_use.id,
            "recipientMasked": message.phone.masked(), "providerCode": error.code(),
        });
        About::by(message.event, more)
    })
}

/// What is told of a message whose outcome was not known, once the provider says what became of it, or nobody does. That it was accepted
/// is no news: nobody said that it was not.
pub fn of_found(
    app: &App,
    message: &messages::Message,
    (status, code): (Status, Option<&str>),
    at: Timestamp,
) -> Vec<NewDelivery> {
    let event = match (message.status, status) {
        (Status::Pending | Status::Unknown, Status::Delivered) => HookEvent::MessageDelivered,
        (Status::Pending | Status::Unknown, Status::Undelivered) => HookEvent::MessageUndelivered,
        (Status::Pending, Status::Unknown) => HookEvent::MessageOutcomeUnknown,
        _ => return vec![],
    };
    tell(app, event, || {
        let more = json!({
            "messageId": message.id, "usageType": message.usage_type, "connectorId": message.connector_id,
            "recipientMasked": message.phone_masked,
            "providerCode": code.or(message.provider_code.as_deref()),
        });
        About::itself(at, more)
    })
}

/// Tells that a connector fails, once a day, and that it works again: of the connector alone, whoever's message showed it. A node that ends
/// before is no loss: the next message tells it.
pub async fn of_connector(
    app: &App,
    in_use: &InUse,
    outcome: &Result<Accepted, SendError>,
    now: Timestamp,
) {
    let wanted = [HookEvent::ConnectorFailing, HookEvent::ConnectorRecovered];
    let is_wanted = {
        let hooks = app.hooks.load();
        wanted.into_iter().any(|event| hooks.want(event))
    };
    if !is_wanted {
        return;
    }
    let told = match outcome {
        Ok(_accepted) => works(app, in_use, now).await,
        Err(error) => match error.next {
            NextStep::FixConfiguration | NextStep::TryAgain => fails(app, in_use, error, now).await,
            NextStep::Unknown => silent(app, in_use, error, now).await,
            // about this message, and the provider answered
            _ => connector_health::answered(&app.db, &in_use.id).await,
        },
    };
    if let Err(error) = told {
        tracing::warn!(%error, "web-hooks are not told how the connector fares");
    }
}

async fn works(app: &App, in_use: &InUse, now: Timestamp) -> haoma_store::Result<()> {
    match connector_health::is_failing(&app.db, &in_use.id).await? {
        None => Ok(()),
        Some(false) => connector_health::answered(&app.db, &in_use.id).await,
        Some(true) => {
            let about = || About::itself(now, json!({ "connectorId": in_use.id }));
            let told = tell(app, HookEvent::ConnectorRecovered, about);
            connector_health::works(&app.db, &in_use.id, &told).await.map(drop)
        }
    }
}

async fn fails(
    app: &App,
    in_use: &InUse,
    error: &SendError,
    now: Timestamp,
) -> haoma_store::Result<()> {
    let more = || json!({ "connectorId": in_use.id, "reason": error.code() });
    let told = tell(app, HookEvent::ConnectorFailing, || About::itself(now, more()));
    let times = (now, now.plus_secs(REMINDER_SECS));
    connector_health::fails(&app.db, &in_use.id, times, &told).await.map(drop)
}

async fn silent(
    app: &App,
    in_use: &InUse,
    error: &SendError,
    now: Timestamp,
) -> haoma_store::Result<()> {
    if connector_health::count_silence(&app.db, &in_use.id, now).await? < SILENCES {
        return Ok(());
    }
    fails(app, in_use, error, now).await
}
