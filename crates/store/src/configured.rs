//! The `configured` table: what the configuration file said at the last start of things that can also be changed while running.
//!
//! A file that says the same as before leaves what was changed since; a file that says something new replaces it.
use std::collections::BTreeMap;

use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;

use crate::applications::{self, Application, Secret};
use crate::audit::{self, Event};
use crate::connectors::{self, Connector};
use crate::db::{Db, Result, changed};
use crate::sign_in_experience;
use crate::value::{Row, Step};

/// The name of the connector.
pub const CONNECTOR: &str = "connector";
/// The name of the sign-in experience.
pub const SIGN_IN_EXPERIENCE: &str = "sign_in_experience";

/// The name of an application.
pub fn application_name(id: &ClientId) -> String {
    format!("application/{id}")
}

/// What the file said of everything, by name.
pub async fn digests(db: &Db) -> Result<BTreeMap<String, String>> {
    const SQL: &str = "SELECT name, digest FROM configured";
    let both = |row: &Row| Ok((row.text(0)?, row.text(1)?));
    db.read(SQL, vec![]).await?.iter().map(both).collect()
}

/// Stores the connector of the file instead of the live one, with the event that tells of it; `false` when another node did so, or
/// somebody saved another version in between.
pub async fn connector(db: &Db, digest: &str, new: &Connector, event: &Event) -> Result<bool> {
    let own = match new.version {
        1 => connectors::retire(new.created_at),
        version => connectors::still_live(&new.id, version - 1),
    };
    let (note, hold) = (note(CONNECTOR, digest), connectors::hold());
    let (insert, alone) = (connectors::insert(new), connectors::alone(&new.id));
    changed(db.unit(vec![note, hold, own, insert, alone, audit::record(event)]).await)
}

/// Stores the sign-in experience of the file as the version after `expected`, with the event that tells of it; `false` as for
/// [`connector`].
pub async fn sign_in_experience(
    db: &Db,
    digest: &str,
    (expected, document): (i64, &str),
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    let store = sign_in_experience::replace_step(expected, document, now);
    changed(db.unit(vec![note(SIGN_IN_EXPERIENCE, digest), store, audit::record(event)]).await)
}

/// Stores an application of the file with its secret, with the event that tells of it; `false` when another node did so, or when it is
/// not any more as it was left at `old`. Without `old` it is new. What people allowed it ends where it becomes somebody else's or another
/// kind of program, which nobody was asked about.
pub async fn application(
    db: &Db,
    digest: &str,
    (new, secret, old): (&Application, Option<&Secret>, Option<&Application>),
    event: &Event,
) -> Result<bool> {
    let mut steps = vec![note(&application_name(&new.id), digest)];
    if let Some(old) = old {
        steps.push(applications::still_as_left(&new.id, old.updated_at));
        steps.extend(applications::end_what_it_had(old, new));
    }
    steps.extend(applications::upsert_steps(new, secret));
    steps.push(audit::record(event));
    changed(db.unit(steps).await)
}

/// Remembers what the file says (`must_change`).
fn note(name: &str, digest: &str) -> Step {
    const SQL: &str = "INSERT INTO configured (name, digest) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET digest = excluded.digest
        WHERE configured.digest <> excluded.digest";
    Step::new(SQL, vec![name.into(), digest.into()]).must_change()
}
