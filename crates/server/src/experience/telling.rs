//! What web-hooks are told of a walk through the pages.
use haoma_core::experience::InteractionEvent;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::UserId;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::NewDelivery;
use serde_json::json;

use super::flow::audit_key;
use super::visit::Visit;
use crate::app::App;
use crate::hooks::{About, tell};
use crate::sending::telling::{self, Guessed};

/// Of a new user.
pub(super) fn registered(app: &App, user: &UserId, event: &Event) -> Vec<NewDelivery> {
    let more = || json!({ "interactionEvent": InteractionEvent::Register });
    tell(app, HookEvent::UserCreated, || About::of_user(event, user, more()))
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
    tell(app, kind, || About::of_user(event, user, more()))
}

/// Of a code that was guessed at, if as often as it may be.
pub(super) async fn guessed(app: &App, visit: &Visit, verification_id: &str) {
    let Ok(verification) = visit.walk.find(verification_id) else { return };
    let code = Guessed {
        id: &verification.passcode_id,
        phone: verification.phone.digits(),
        expires_at: verification.expires_at,
        came: visit.walk.event,
    };
    let event = visit.event(app, audit_key(visit, "Submit"), None);
    telling::guessed(app, code, &event).await;
}
