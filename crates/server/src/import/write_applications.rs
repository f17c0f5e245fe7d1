//! Carrying out what was decided about applications, one after the other: there are few.
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_store::application_secrets;
use haoma_store::applications::{self, Changed};
use haoma_store::audit::Event;
use haoma_store::{Db, Result};
use serde_json::{Value, json};

use super::decide::{self, Verdict};
use super::reason::Reason;
use super::write::{Importer, called, event};
use super::{Kind, application};
use crate::management::applications::about;

impl Importer<'_> {
    pub(super) async fn take_applications(
        &mut self,
        first: u64,
        rows: Vec<Value>,
        now: Timestamp,
    ) -> Result<()> {
        for (row, place) in rows.into_iter().zip(first..) {
            let called = called(Kind::Application, place, &row);
            match application::read(row, now) {
                Ok(incoming) => self.take_application(&called, &incoming, now).await?,
                Err(reason) => self.skip(Kind::Application, &called, &reason),
            }
        }
        Ok(())
    }

    async fn take_application(
        &mut self,
        called: &str,
        incoming: &application::Incoming,
        now: Timestamp,
    ) -> Result<()> {
        let id = &incoming.application.id;
        let here = applications::find(self.db, id).await?;
        let verdict = decide::application(incoming, here.as_ref());
        let event = |key: &str| {
            let payload = about(id, &json!({ "import": "logto" })).to_string();
            Event { payload, ..event(self.entropy, key, None, now) }
        };
        let told = match verdict {
            Verdict::Unchanged => &mut self.applications.unchanged,
            Verdict::NewerHere => &mut self.applications.newer_here,
            Verdict::Skip(reason) => {
                self.skip(Kind::Application, called, &reason);
                return Ok(());
            }
            Verdict::Create => {
                let (new, secrets) = (&incoming.application, &incoming.secrets);
                let event = event("Application.Created");
                if !self.is_dry_run && !applications::add(self.db, new, secrets, &event).await? {
                    self.skip(Kind::Application, called, &Reason::ChangedMeanwhile);
                    return Ok(());
                }
                for name in &incoming.untold {
                    (self.tell)(format!(
                        "{called}: the value of its secret {name:?} is not told; make a new one"
                    ));
                }
                &mut self.applications.created
            }
            Verdict::Update(update) => {
                if !self.is_dry_run && !change_application(self.db, id, &update, event).await? {
                    self.skip(Kind::Application, called, &Reason::ChangedMeanwhile);
                    return Ok(());
                }
                &mut self.applications.updated
            }
        };
        *told += 1;
        Ok(())
    }
}

/// Changes one that is here; `false` when somebody else did at the same time.
async fn change_application(
    db: &Db,
    id: &ClientId,
    update: &decide::ApplicationUpdate,
    event: impl Fn(&str) -> Event,
) -> Result<bool> {
    if let Some(changes) = &update.changes {
        let event = event("Application.Data.Updated");
        let changed = applications::change(db, id, changes, &event).await?;
        if !matches!(changed, Changed::Done(_)) {
            return Ok(false);
        }
    }
    for secret in &update.secrets {
        application_secrets::add(db, id, secret, &event("Application.Secret.Created")).await?;
    }
    Ok(true)
}
