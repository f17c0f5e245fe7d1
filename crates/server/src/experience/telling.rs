//! What web-hooks are told of a walk through the pages.
use haoma_core::experience::InteractionEvent;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::UserId;
use haoma_core::phone::PhoneNumber;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::{NewDelivery, tell_once};
use haoma_store::passcodes;
use serde_json::json;

use super::flow::audit_key;
use super::visit::Visit;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::hooks::{About, tell};

/// Of a new user.
pub(super) fn registered(app: &App, user: &UserId, event: &Event) -> Vec<NewDelivery> {
    let more = || json!({ "interactionEvent": InteractionEvent::Register });
    tell(app, HookEvent::UserCreated, || About { event, user: Some(user), more: more() })
}

/// Of somebody who is through.
pub(super) fn submitted(
    app: &App,
    visit: &Visit,
    user: &UserId,
    event: &Event,
) -> Vec<NewDelivery> {
    let (kind, came) = match visit.walk.event {
        Some(came @ InteractionEvent::Register) => (HookEvent::PostRegister, came),
        Some(came) => (HookEvent::PostSignIn, came),
        None => return vec![],
    };
    let more = || json!({ "interactionEvent": came });
    tell(app, kind, || About { event, user: Some(user), more: more() })
}

/// Of a number that got as many messages as it may: once for each time that it has to wait. The pause between two messages is no such
/// limit.
pub(super) async fn refused(
    app: &App,
    phone: &PhoneNumber,
    (event, purpose): (&Event, InteractionEvent),
    error: &ApiError,
) {
    let limit = error.data().and_then(|data| data.get("limit")?.as_str());
    let Some((until, now)) = error.waiting().filter(|_| error.code == codes::RATE_LIMITED) else {
        return;
    };
    let Some(limit) = limit.filter(|limit| *limit != "cooldown") else { return };
    let told = tell(app, HookEvent::MessageRateLimited, || About {
        event,
        user: None,
        more: json!({
            "interactionEvent": purpose, "action": "VerificationCodeSend",
            "recipient": phone.digits(), "limit": limit,
        }),
    });
    if told.is_empty() {
        return;
    }
    let number = haoma_core::limits::number_id(&app.keys.numbers, phone);
    let name = format!("hooks/limited/{limit}/{number}");
    if let Err(error) = tell_once(&app.db, (&name, until), &told, now).await {
        tracing::warn!(%error, "web-hooks are not told of a number that got too many messages");
    }
}

/// Of a code that was guessed at as often as it may be, once: nobody gets in with it any more.
pub(super) async fn guessed(app: &App, visit: &Visit, verification_id: &str) {
    if !app.hooks.load().want(HookEvent::IdentifierLockout) {
        return;
    }
    let Ok(verification) = visit.walk.find(verification_id) else { return };
    let id = &verification.passcode_id;
    let most = app.codes().max_retry_attempts;
    let is_out = match passcodes::find(&app.db, id).await {
        Ok(state) => state.is_some_and(|state| state.attempts >= most),
        Err(error) => {
            tracing::warn!(%error, "the tries of a code could not be read");
            return;
        }
    };
    if !is_out {
        return;
    }
    let event = visit.event(app, audit_key(visit, "Submit"), None);
    let told = tell(app, HookEvent::IdentifierLockout, || About {
        event: &event,
        user: None,
        more: json!({
            "interactionEvent": visit.walk.event, "type": "phone",
            "value": verification.phone.digits(),
        }),
    });
    let name = format!("hooks/lockout/{id}");
    let once = (name.as_str(), verification.expires_at);
    if let Err(error) = tell_once(&app.db, once, &told, visit.now).await {
        tracing::warn!(%error, "web-hooks are not told of a code that was guessed at too often");
    }
}
