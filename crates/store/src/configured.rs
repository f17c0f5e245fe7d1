//! The `configured` table: what the configuration file said at the last start of things that can also be changed while running.
//!
//! A file that says the same as before leaves what was changed since; a file that says something new replaces it.
use haoma_core::time::Timestamp;

use crate::administrators::changed;
use crate::connectors::{self, Connector};
use crate::db::{Db, Result};
use crate::sign_in_experience;
use crate::value::Step;

/// Whether the file says something new of `name`, `digest` being what it says now.
pub async fn is_new(db: &Db, name: &str, digest: &str) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM configured WHERE name = $1 AND digest = $2";
    Ok(db.read(SQL, vec![name.into(), digest.into()]).await?.is_empty())
}

/// Stores the connector of the file instead of the live one; `false` when another node did so.
pub async fn connector(db: &Db, digest: &str, new: &Connector) -> Result<bool> {
    let own = match new.version {
        1 => connectors::retire(new.created_at),
        version => connectors::still_live(&new.id, version - 1),
    };
    let (note, hold) = (note("connector", digest), connectors::hold());
    let steps = vec![note, hold, own, connectors::insert(new), connectors::alone(&new.id)];
    changed(db.unit(steps).await)
}

/// Stores the sign-in experience of the file as the version after `expected`; `false` when another node did so.
pub async fn sign_in_experience(
    db: &Db,
    digest: &str,
    (expected, document): (i64, &str),
    now: Timestamp,
) -> Result<bool> {
    let store = sign_in_experience::replace_step(expected, document, now);
    changed(db.unit(vec![note("sign_in_experience", digest), store]).await)
}

/// Remembers what the file says (`must_change`).
fn note(name: &str, digest: &str) -> Step {
    const SQL: &str = "INSERT INTO configured (name, digest) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET digest = excluded.digest
        WHERE configured.digest <> excluded.digest";
    Step::new(SQL, vec![name.into(), digest.into()]).must_change()
}
