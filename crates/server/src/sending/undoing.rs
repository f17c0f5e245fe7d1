//! What a message did that surely did not go out, and nobody is to pay for with a place among their messages, is undone. A message
//! is settled once, and all that is undone rides in that unit: so it may be tried again while the database fails, and is done once.
//!
//! After the last try, or when the process dies first, it stays: counters are as full as if it had gone out, which opens nothing.
use std::time::Duration;

use haoma_core::ids::{MessageId, VerificationId};
use haoma_core::limits::{Charge, LimitKind};
use haoma_store::hook_deliveries::NewDelivery;
use haoma_store::messages::{Left, NotSent, Settlement, Undoing};
use haoma_store::passcodes::Owner;

use super::Plan;
use crate::app::App;
use crate::connectors::kit::{NextStep, SendError, Trouble};

/// Pauses before it is tried again. Where the tries themselves wait for the database, too, a server that is killed may cut them off, or the
/// provider be asked first what became of the message: then what was counted stays.
const AGAIN: [Duration; 3] =
    [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(4)];

impl Plan {
    /// Records what the provider said of a message that surely did not go out. What was sent before is the newest again. Where it is our
    /// fault, the counters but the pause are given back, and a code that nobody was sent takes no guess. `true` when that was done now.
    pub(super) async fn take_back(
        &self,
        app: &App,
        (settlement, told): (&Settlement, &[NewDelivery]),
        is_our_fault: bool,
    ) -> bool {
        let code = &self.verification.passcode_id;
        let charged = self.charged();
        let given_back = |charge: &&Charge| is_our_fault && charge.kind != LimitKind::Cooldown;
        let charges: Vec<_> = self.charges.iter().filter(given_back).cloned().collect();
        let without = self.walk.as_ref().map(|walk| {
            let mut state = walk.state.clone();
            if is_our_fault {
                state.not_sent(code);
            }
            state.keeps(walk.before.verification.clone());
            walk.followed_by(state)
        });
        let save = without.as_ref().and_then(|walk| walk.save().ok());
        let not_sent = NotSent {
            left: Left::Outcome(settlement, told),
            pause: None,
            charges: &charges,
            code: is_our_fault.then_some((code, &charged)),
            record: self.record_id().filter(|_| is_our_fault),
            save: save.as_ref(),
        };
        insist(app, &self.message_id, not_sent.undoing()).await
    }

    /// Records that nobody was texted, on purpose. It cost nobody anything, so its place among all messages is given back. What counts for
    /// the number and whoever asked stays, as where the number has an account.
    pub(super) async fn text_nobody(&self, app: &App) {
        let why =
            SendError::new(NextStep::TryAgain, Trouble::NoAccount, "nobody to sign in".to_owned());
        let settlement = super::settlement(&self.message_id, &Err(why), app.clock.now());
        let charges: Vec<_> = self.charges.iter().filter(|c| c.kind.is_budget()).cloned().collect();
        let not_sent = NotSent {
            left: Left::Outcome(&settlement, &[]),
            pause: None,
            charges: &charges,
            code: None,
            record: None,
            save: None,
        };
        if insist(app, &self.message_id, not_sent.undoing()).await {
            super::log_settled(&settlement);
        }
    }

    /// Undoes what was stored when nobody waited for it any more, as if they had never asked: they were told to try again, and may at once.
    pub(super) async fn undo(&self, app: &App, is_test: bool) {
        let charged = self.charged();
        let (pause, charges): (Vec<_>, Vec<_>) =
            self.charges.iter().cloned().partition(|charge| charge.kind == LimitKind::Cooldown);
        let before = self.walk.as_ref().map(|walk| walk.followed_by(walk.before.clone()));
        let save = before.as_ref().and_then(|walk| walk.save().ok());
        let not_sent = NotSent {
            left: if is_test { Left::NoMessage } else { Left::Nothing(&self.message_id) },
            pause: pause.first(),
            charges: &charges,
            code: Some((&self.verification.passcode_id, &charged)),
            record: self.record_id(),
            save: save.as_ref(),
        };
        insist(app, &self.message_id, not_sent.undoing()).await;
    }

    const fn record_id(&self) -> Option<&VerificationId> {
        match self.owner {
            Owner::User { .. } => Some(&self.verification.id),
            Owner::Interaction(_) | Owner::Number { .. } => None,
        }
    }
}

/// Undoes it; `true` when that was done now. While the database fails it is tried again beside everything else, unless it would do harm to
/// do it twice.
pub(super) async fn insist(app: &App, id: &MessageId, undoing: Undoing) -> bool {
    let mut error = match undoing.run(&app.db).await {
        Ok(true) => return true,
        Ok(false) => {
            log_settled_before(id);
            return false;
        }
        Err(error) => error,
    };
    if !undoing.is_idempotent() {
        tracing::error!(message.id = %id, %error, "what a message did that was not sent stays");
        return false;
    }
    tracing::warn!(message.id = %id, %error, "what a message did that was not sent is not undone yet");
    let (node, id) = (app.clone(), id.clone());
    app.work.spawn(async move {
        for pause in AGAIN {
            tokio::time::sleep(pause).await;
            match undoing.run(&node.db).await {
                Ok(true) => {
                    tracing::info!(message.id = %id, "what a message did that was not sent is undone");
                    return;
                }
                // by others, or by a try before, of which no answer came
                Ok(false) => return log_settled_before(&id),
                Err(next) => error = next,
            }
        }
        tracing::error!(message.id = %id, %error, "what a message did that was not sent stays");
    });
    false
}

fn log_settled_before(id: &MessageId) {
    tracing::info!(message.id = %id, "message was settled before");
}
