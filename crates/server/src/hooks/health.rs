//! What hooks are told of messages and of the connector, in a few words that never hold a number in full.
use haoma_core::hooks::HookEvent;
use haoma_core::ids::MessageId;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::{self, NewDelivery};
use serde_json::json;

use super::{About, tell};
use crate::app::App;
use crate::connectors::InUse;
use crate::connectors::kit::{Accepted, NextStep, SendError};

/// Seconds after which a connector that still fails is told of again: a day.
const REMINDER_SECS: i64 = 24 * 60 * 60;

/// A message and what it is for.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
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
    message: Told<'_>,
    outcome: &Result<Accepted, SendError>,
) -> Vec<NewDelivery> {
    let Err(error) = outcome else { return vec![] };
    let event = match error.next {
        NextStep::Unknown => HookEvent::MessageOutcomeUnknown,
        NextStep::TryAgain | NextStep::AddTemplate => HookEvent::MessageNotSent,
        _ => HookEvent::MessageRefused,
    };
    let about = || About {
        event: message.event,
        user: None,
        more: json!({
            "messageId": message.id, "usageType": message.usage_type, "connectorId": in_use.id,
            "recipientMasked": message.phone.masked(), "providerCode": error.code(),
        }),
    };
    tell(app, event, about)
}

/// Tells that a connector fails, once a day, and that it works again. A node that ends before is no loss: the next message tells it.
pub async fn of_connector(
    app: &App,
    in_use: &InUse,
    event: &Event,
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
    let name = format!("hooks/connector/{}", in_use.id);
    let told = match outcome {
        Ok(_accepted) => {
            let more = json!({ "connectorId": in_use.id });
            let about = || About { event, user: None, more };
            let deliveries = tell(app, HookEvent::ConnectorRecovered, about);
            hook_deliveries::tell_end(&app.db, &name, &deliveries).await
        }
        Err(error) if is_failure(error) => {
            let more = json!({ "connectorId": in_use.id, "reason": error.code() });
            let about = || About { event, user: None, more };
            let deliveries = tell(app, HookEvent::ConnectorFailing, about);
            let until = now.plus_secs(REMINDER_SECS);
            hook_deliveries::tell_once(&app.db, (&name, until), &deliveries, now).await
        }
        Err(_about_this_message) => return,
    };
    if let Err(error) = told {
        tracing::warn!(%error, "web-hooks are not told how the connector fares");
    }
}

/// Whether what happened to one message would happen to any.
const fn is_failure(error: &SendError) -> bool {
    matches!(error.next, NextStep::FixConfiguration | NextStep::TryAgain)
}
