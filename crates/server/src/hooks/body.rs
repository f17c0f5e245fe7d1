//! What a request to a hook says: what was known when it happened, and the user and application as they are now.
use haoma_core::hooks::{Family, HookEvent};
use haoma_core::ids::{ClientId, HookId, UserId};
use haoma_core::time::Timestamp;
use haoma_store::hook_deliveries::{Delivery, row_of};
use haoma_store::{applications, users};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

use super::iso;
use crate::app::App;
use crate::management::user_body;

/// The number of the user that somebody sees who tries a hook out: of a range that is nobody's.
const SAMPLE_PHONE: &str = "8613800138000";

/// The body of a delivery.
///
/// # Errors
/// The database's, or a context that does not open.
pub async fn of(app: &App, delivery: &Delivery) -> anyhow::Result<String> {
    let context = app.keys.seal.open(&row_of(&delivery.id), &delivery.context_sealed)?;
    // what serde says may repeat what it read
    let context: Map<String, Value> = serde_json::from_str(context.expose_secret())
        .map_err(|_e| anyhow::anyhow!("what a web-hook is to be told is no JSON object"))?;
    let mut body = context;
    if let Some(id) = &delivery.user_id {
        let place = match HookEvent::parse(&delivery.event).map(HookEvent::family) {
            Some(Family::Interaction) => "user",
            _ => "data",
        };
        body.insert(place.to_owned(), user(app, id).await?);
    }
    let application = body.get("applicationId").and_then(Value::as_str).map(ClientId::parse);
    if let Some(Ok(id)) = application
        && let Some((found, _secrets)) = applications::find(&app.db, &id).await?
    {
        let shown = json!({
            "id": found.id, "type": found.kind, "name": found.name, "description": found.description,
        });
        body.insert("application".to_owned(), shown);
    }
    Ok(Value::Object(body).to_string())
}

/// A user as they are now; of one who is gone only the id is known.
async fn user(app: &App, id: &UserId) -> anyhow::Result<Value> {
    let Some(found) = users::find(&app.db, id).await? else { return Ok(json!({ "id": id })) };
    user_body::shown(&found).map_err(|error| anyhow::anyhow!(error.code.code))
}

/// What somebody sees who tries a hook out: an event that never happened, about nobody.
pub fn sample(event: &str, hook: &HookId, now: Timestamp) -> String {
    let user = json!({
        "id": "sampleuser12", "username": null, "primaryEmail": null, "primaryPhone": SAMPLE_PHONE,
        "name": "Sample", "avatar": null, "customData": {}, "identities": {}, "profile": {},
        "applicationId": "sample-application", "lastSignInAt": now, "createdAt": now,
        "updatedAt": now, "isSuspended": false,
    });
    let mut body = json!({
        "event": event, "hookId": hook, "createdAt": iso(now), "userAgent": "Haoma (sample)",
    });
    let more = match HookEvent::parse(event) {
        Some(known) => sample_of(known, &user),
        None => json!({ "data": user }),
    };
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body.to_string()
}

fn sample_of(event: HookEvent, user: &Value) -> Value {
    let message = json!({
        "messageId": "samplemessage", "usageType": "SignIn", "recipientMasked": "+86 138****8000",
        "connectorId": "sampleconnector", "providerCode": "isv.BUSINESS_LIMIT_CONTROL",
    });
    match event {
        HookEvent::PostRegister | HookEvent::PostSignIn => {
            let name = if event == HookEvent::PostRegister { "Register" } else { "SignIn" };
            json!({
                "interactionEvent": name, "sessionId": "samplesession", "userIp": "203.0.113.7",
                "userId": "sampleuser12", "user": user, "applicationId": "sample-application",
                "application": {
                    "id": "sample-application", "type": "SPA", "name": "Sample", "description": null,
                },
            })
        }
        HookEvent::UserDeleted => json!({ "ip": "203.0.113.7", "data": { "id": "sampleuser12" } }),
        HookEvent::UserCreated
        | HookEvent::UserDataUpdated
        | HookEvent::UserSuspensionStatusUpdated => json!({ "ip": "203.0.113.7", "data": user }),
        HookEvent::IdentifierLockout => {
            json!({ "ip": "203.0.113.7", "type": "phone", "value": SAMPLE_PHONE })
        }
        HookEvent::MessageRateLimited => json!({
            "ip": "203.0.113.7", "action": "VerificationCodeSend", "recipient": SAMPLE_PHONE,
        }),
        HookEvent::MessageRefused
        | HookEvent::MessageNotSent
        | HookEvent::MessageOutcomeUnknown => message,
        HookEvent::ConnectorFailing => {
            json!({ "connectorId": "sampleconnector", "reason": "isv.AMOUNT_NOT_ENOUGH" })
        }
        HookEvent::ConnectorRecovered => json!({ "connectorId": "sampleconnector" }),
    }
}
