//! Carrying out what was decided about applications, one after the other: there are few.
use haoma_core::time::Timestamp;
use haoma_store::applications::{self, Changed};
use haoma_store::audit::Event;
use haoma_store::{Result, imported_applications};
use serde_json::{Value, json};
use url::{Position, Url};

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
        let new = &incoming.application;
        let (db, id, digest) = (self.db, &new.id, decide::digest(new));
        let here = applications::find(db, id).await?.map(|(here, _secrets)| here);
        let left = imported_applications::digest(db, id).await?;
        let verdict = decide::application(incoming, here.as_ref(), left.as_deref());
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
                let (new, secrets) = ((new, digest.as_str()), &incoming.secrets);
                let event = event("Application.Created");
                if !self.is_dry_run && !imported_applications::add(db, new, secrets, &event).await?
                {
                    self.skip(Kind::Application, called, &Reason::ChangedMeanwhile);
                    return Ok(());
                }
                self.tell_uncalled(called, incoming);
                for name in &incoming.untold {
                    (self.tell)(format!(
                        "{called}: the value of its secret {name:?} is not told; make a new one"
                    ));
                }
                &mut self.applications.created
            }
            Verdict::Update(changes) => {
                let event = event("Application.Data.Updated");
                let changes = (&changes, digest.as_str());
                let is_done = self.is_dry_run
                    || matches!(
                        imported_applications::change(db, id, changes, &event).await?,
                        Changed::Done(_)
                    );
                if !is_done {
                    self.skip(Kind::Application, called, &Reason::ChangedMeanwhile);
                    return Ok(());
                }
                self.tell_uncalled(called, incoming);
                &mut self.applications.updated
            }
        };
        *told += 1;
        Ok(())
    }

    /// Says which address stays behind, without a password or a query it may hold.
    fn tell_uncalled(&mut self, called: &str, incoming: &application::Incoming) {
        let Some(uri) = &incoming.uncalled else { return };
        let uri = Url::parse(uri).map_or_else(
            |_error| String::new(),
            |uri| {
                let place = &uri[Position::BeforeHost..Position::AfterPath];
                format!("{}://{place}", uri.scheme())
            },
        );
        (self.tell)(format!(
            "{called}: its address for back-channel logout, {uri:?}, is not carried over: it is none that this server calls"
        ));
    }
}
