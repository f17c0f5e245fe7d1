//! Tells a provider which codes were given, where its connector wants that: providers judge their routes by it, and fraud on them. The person
//! waits for none of it.
use haoma_core::ids::PasscodeId;
use haoma_core::phone::PhoneNumber;
use haoma_store::messages;

use crate::app::App;
use crate::connectors::InUse;
use crate::connectors::kit::{Conversion, Place};

/// A code was given and is spent: whoever calls this spent it, so it happens once.
///
/// What the provider makes of it is logged, and no more; it is not told a second time, also when the server ends before it was told at all.
pub(crate) fn given(app: &App, code: &PasscodeId, phone: &PhoneNumber) {
    let wants = |in_use: &&InUse| in_use.connector.wants_reports(Place::of(phone));
    let Some(in_use) = app.connector.load().as_ref().as_ref().filter(wants).cloned() else {
        return;
    };
    let (node, code) = (app.clone(), code.clone());
    app.work.spawn(async move { tell(&node, &in_use, &code).await });
}

/// Of several messages with the code nobody knows which was read: the newest that may have arrived is the one told of, so that no message
/// is praised that was lost. One that went through another connector is unknown to this one.
async fn tell(app: &App, in_use: &InUse, code: &PasscodeId) {
    let message = match messages::newest_abroad(&app.db, code).await {
        Ok(message) => message.filter(|message| message.connector_id == in_use.id),
        Err(error) => {
            tracing::warn!(%error, "the message of a code that was given could not be read");
            return;
        }
    };
    let Some(message) = message else { return };
    let nonce = app.entropy.hex::<16>();
    let conversion = Conversion {
        provider_message_id: &message.provider_message_id,
        now: app.clock.now(),
        nonce: &nonce,
    };
    let id = &message.id;
    match in_use.connector.report(conversion).await {
        Ok(()) => tracing::debug!(message.id = %id, "the provider knows that the code was given"),
        Err(error) => {
            tracing::warn!(message.id = %id, next = ?error.next, %error, "the provider does not know that the code was given");
        }
    }
}
