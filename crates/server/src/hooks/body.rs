//! What a request to a hook says: what was known when it happened, and the user and application as they are now.
use haoma_core::hooks::{Family, HookEvent};
use haoma_core::ids::{ClientId, DeliveryId, HookId, RoleId, ScopeId, UserId};
use haoma_core::time::Timestamp;
use haoma_store::hook_deliveries::{Delivery, row_of};
use haoma_store::{applications, role_scopes, roles, scopes, users};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::management::{resource_body, role_body, user_body};
use crate::web::iso::iso;

/// The number of the user that somebody sees who tries a hook out: of a range that is nobody's.
const SAMPLE_PHONE: &str = "8613800138000";

/// The member of a context that says what the body's `data` is, where that is no user: it is looked up, too.
const LOOKED_UP: &str = "lookedUp";

/// What an event tells of that is no user. There is little of it, and nothing of anybody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Thing {
    /// A role.
    Role(RoleId),
    /// The scopes that a role has.
    ScopesOf(RoleId),
    /// A scope.
    Scope(ScopeId),
    /// What was deleted: the id is all that is known.
    Gone(String),
}

impl Thing {
    /// Has it looked up when `more` is told.
    pub fn into_data_of(self, more: &mut Map<String, Value>) {
        more.insert(LOOKED_UP.to_owned(), json!(self));
    }

    /// As it is now; of what is gone only the id is known.
    async fn find(self, app: &App) -> haoma_store::Result<Value> {
        Ok(match self {
            Self::Role(id) => roles::find(&app.db, &id)
                .await?
                .map_or_else(|| json!({ "id": id }), |role| role_body::shown(&role)),
            Self::Scope(id) => scopes::find(&app.db, &id)
                .await?
                .map_or_else(|| json!({ "id": id }), |scope| resource_body::shown_scope(&scope)),
            Self::Gone(id) => json!({ "id": id }),
            Self::ScopesOf(role) => {
                let all = role_scopes::list(&app.db, &role, (i64::MAX, 0)).await?;
                all.iter().map(|(scope, _)| resource_body::shown_scope(scope)).collect()
            }
        })
    }
}

/// Why there is no body.
#[derive(Debug, thiserror::Error)]
pub enum NoBody {
    /// The database does not answer; it may later.
    #[error(transparent)]
    Database(#[from] haoma_store::Error),
    /// What is stored cannot be read, now or later.
    #[error("what a web-hook is to be told cannot be read: {0}")]
    Unreadable(String),
}

/// The body of a delivery.
///
/// # Errors
/// The database's, or a context that does not open.
pub async fn of(app: &App, delivery: &Delivery) -> Result<String, NoBody> {
    let context = app.keys.seal.open(&row_of(&delivery.id), &delivery.context_sealed);
    let context = context.map_err(|error| NoBody::Unreadable(error.to_string()))?;
    // what serde says may repeat what it read
    let mut body: Map<String, Value> = serde_json::from_str(context.expose_secret())
        .map_err(|_e| NoBody::Unreadable("it is no JSON object".to_owned()))?;
    if let Some(thing) = body.remove(LOOKED_UP) {
        let thing: Thing = serde_json::from_value(thing)
            .map_err(|_e| NoBody::Unreadable("nobody knows what it is about".to_owned()))?;
        body.insert("data".to_owned(), thing.find(app).await?);
    }
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
async fn user(app: &App, id: &UserId) -> Result<Value, NoBody> {
    let Some(found) = users::find(&app.db, id).await? else { return Ok(json!({ "id": id })) };
    user_body::shown(&found).map_err(|_error| NoBody::Unreadable(format!("user {id}")))
}

/// What somebody sees who tries a hook out: an event that never happened, about nobody.
pub fn sample(event: &str, (hook, id): (&HookId, &DeliveryId), now: Timestamp) -> String {
    let user = json!({
        "id": "sampleuser12", "username": null, "primaryEmail": null, "primaryPhone": SAMPLE_PHONE,
        "name": "Sample", "avatar": null, "customData": {}, "identities": {}, "profile": {},
        "applicationId": "sample-application", "lastSignInAt": now, "createdAt": now,
        "updatedAt": now, "isSuspended": false,
    });
    let mut body = json!({
        "event": event, "hookId": hook, "deliveryId": id, "createdAt": iso(now),
        "userAgent": "Haoma (sample)",
    });
    let more = match HookEvent::parse(event) {
        Some(known) => sample_of(known, &user, now),
        None => json!({ "data": user }),
    };
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    body.to_string()
}

fn sample_scope(now: Timestamp) -> Value {
    json!({
        "tenantId": "default", "id": "samplescope", "resourceId": "sampleresource",
        "name": "sample:read", "description": null, "createdAt": now,
    })
}

fn sample_of(event: HookEvent, user: &Value, now: Timestamp) -> Value {
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
        HookEvent::RoleCreated | HookEvent::RoleDataUpdated => json!({ "data": {
            "tenantId": "default", "id": "samplerole", "name": "Sample", "description": "Sample",
            "type": "User", "isDefault": false,
        } }),
        HookEvent::RoleScopesUpdated => {
            json!({ "roleId": "samplerole", "data": [sample_scope(now)] })
        }
        HookEvent::RoleDeleted => json!({ "data": { "id": "samplerole" } }),
        HookEvent::ScopeCreated | HookEvent::ScopeDataUpdated => {
            json!({ "data": sample_scope(now) })
        }
        HookEvent::ScopeDeleted => json!({ "data": { "id": "samplescope" } }),
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
        | HookEvent::MessageOutcomeUnknown
        | HookEvent::MessageDelivered
        | HookEvent::MessageUndelivered => message,
        HookEvent::ConnectorFailing => {
            json!({ "connectorId": "sampleconnector", "reason": "isv.AMOUNT_NOT_ENOUGH" })
        }
        HookEvent::ConnectorRecovered => json!({ "connectorId": "sampleconnector" }),
    }
}
