//! What web-hooks are told of limits, where they are charged: whoever asks, but for programs that ask by the management API (wire contract E.2).
use haoma_core::experience::InteractionEvent;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::PasscodeId;
use haoma_core::limits::{LimitKind, number_id};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::hook_deliveries::{NewDelivery, tell_once};
use haoma_store::passcodes::{self, Owner};
use serde_json::{Value, json};

use super::Plan;
use crate::app::App;
use crate::hooks::{About, tell};

/// Of a number, or a user, that got as many messages as it may: once for each time that it has to wait. The pause between two messages is no
/// such limit.
pub(super) async fn refused(app: &App, plan: &Plan, (kind, until): (LimitKind, Timestamp)) {
    let phone = &plan.verification.phone;
    let number = || number_id(&app.keys.numbers, phone);
    let limited = match (&plan.owner, kind) {
        (Owner::Number { .. }, _) => return,
        (_, LimitKind::Number | LimitKind::Provider | LimitKind::NumberNetwork) => number(),
        (Owner::User { id, .. }, LimitKind::Account) => id.to_string(),
        // of nobody in particular
        _ => return,
    };
    let came = plan.walk.as_ref().and_then(|walk| walk.state.event);
    let told = tell(app, HookEvent::MessageRateLimited, || {
        let more = json!({
            "action": "VerificationCodeSend", "recipient": phone.digits(), "limit": kind.as_str(),
        });
        About::by(&plan.event, with(more, came))
    });
    let name = format!("hooks/limited/{}/{limited}", kind.as_str());
    once(app, (&name, until), &told, plan.now).await;
}

/// A code that was guessed at, wrongly.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Guessed<'a> {
    /// Its row.
    pub(crate) id: &'a PasscodeId,
    /// The digits of the number it went to.
    pub(crate) phone: &'a str,
    /// When it stops working.
    pub(crate) expires_at: Timestamp,
    /// What the person came to do, in a walk through the pages.
    pub(crate) came: Option<InteractionEvent>,
}

/// Of a code that was guessed at as often as it may be, once: nobody gets in with it any more.
pub(crate) async fn guessed(app: &App, code: Guessed<'_>, event: &Event) {
    if !app.hooks.load().want(HookEvent::IdentifierLockout) {
        return;
    }
    let most = app.codes().max_retry_attempts;
    match passcodes::find(&app.db, code.id).await {
        Ok(state) if state.as_ref().is_some_and(|state| state.attempts >= most) => {}
        Ok(_) => return,
        Err(error) => {
            tracing::warn!(%error, "the tries of a code could not be read");
            return;
        }
    }
    let more = json!({ "type": "phone", "value": code.phone });
    let about = || About::by(event, with(more, code.came));
    let told = tell(app, HookEvent::IdentifierLockout, about);
    let name = format!("hooks/lockout/{}", code.id);
    once(app, (&name, code.expires_at), &told, event.at).await;
}

/// What is said of a walk besides.
fn with(mut more: Value, came: Option<InteractionEvent>) -> Value {
    if let (Some(more), Some(came)) = (more.as_object_mut(), came) {
        more.insert("interactionEvent".to_owned(), json!(came));
    }
    more
}

async fn once(app: &App, (name, until): (&str, Timestamp), told: &[NewDelivery], now: Timestamp) {
    if told.is_empty() {
        return;
    }
    if let Err(error) = tell_once(&app.db, (name, until), told, now).await {
        tracing::warn!(%error, "web-hooks are not told of a limit");
    }
}
