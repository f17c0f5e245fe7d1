//! The `application_secrets` table: how an application proves who it is. Only hashes are stored.
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::value::{Row, Step};

/// One secret of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// What the administrator called it; unique within the application.
    pub name: String,
    /// Of the secret itself, which is shown once and not stored.
    pub hash: SecretHash,
    /// To recognise it by.
    pub last_four: String,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What came of storing or renaming a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Stored like this.
    Done(Secret),
    /// The application has another one of that name.
    NameTaken,
    /// There is no such application, or no such secret of it.
    Gone,
}

/// Stores a new secret of an application, with the event that tells of it.
pub async fn add(db: &Db, id: &ClientId, secret: &Secret, event: &Event) -> Result<Kept> {
    const SQL: &str =
        "INSERT INTO application_secrets (application_id, name, secret_hash, last_four,
            expires_at, created_at)
        SELECT id, $2, $3, $4, $5, $6 FROM applications WHERE id = $1
        RETURNING name, secret_hash, last_four, expires_at, created_at";
    let step = Step::new(SQL, params(id, secret)).must_change();
    kept(db.unit(vec![step, audit::record(event)]).await)
}

/// Calls a secret differently, with the event that tells of it.
pub async fn rename(
    db: &Db,
    id: &ClientId,
    (from, to): (&str, &str),
    event: &Event,
) -> Result<Kept> {
    const SQL: &str = "UPDATE application_secrets SET name = $3
        WHERE application_id = $1 AND name = $2
        RETURNING name, secret_hash, last_four, expires_at, created_at";
    let params = vec![id.as_str().into(), from.into(), to.into()];
    let step = Step::new(SQL, params).must_change();
    kept(db.unit(vec![step, audit::record(event)]).await)
}

/// Deletes a secret, with the event that tells of it; `false` when there is none of that name.
pub async fn delete(db: &Db, id: &ClientId, name: &str, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM application_secrets WHERE application_id = $1 AND name = $2";
    let step = Step::new(SQL, vec![id.as_str().into(), name.into()]).must_change();
    changed(db.unit(vec![step, audit::record(event)]).await)
}

/// The step that stores a secret, or changes the one of that name.
pub(crate) fn upsert(id: &ClientId, secret: &Secret) -> Step {
    const SQL: &str =
        "INSERT INTO application_secrets (application_id, name, secret_hash, last_four,
            expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (application_id, name) DO UPDATE SET secret_hash = excluded.secret_hash,
            last_four = excluded.last_four, expires_at = excluded.expires_at";
    Step::new(SQL, params(id, secret))
}

/// Reads a secret whose columns begin at `first`; `None` where a join found none.
pub(crate) fn read(row: &Row, first: usize) -> Result<Option<Secret>> {
    let Some(name) = row.opt_text(first)? else { return Ok(None) };
    Ok(Some(Secret {
        name,
        hash: SecretHash::from_stored(row.text(first + 1)?),
        last_four: row.text(first + 2)?,
        expires_at: row.opt_time(first + 3)?,
        created_at: row.time(first + 4)?,
    }))
}

fn params(id: &ClientId, secret: &Secret) -> Vec<crate::Value> {
    vec![
        id.as_str().into(),
        secret.name.as_str().into(),
        secret.hash.as_str().into(),
        secret.last_four.as_str().into(),
        secret.expires_at.into(),
        secret.created_at.into(),
    ]
}

fn kept(outcome: Result<Vec<crate::Done>>) -> Result<Kept> {
    match outcome {
        Ok(done) => {
            let row = done.first().and_then(|done| done.rows.first());
            let secret = row.map(|row| read(row, 0)).transpose()?.flatten();
            Ok(secret.map_or(Kept::Gone, Kept::Done))
        }
        Err(Error::Unchanged { .. }) => Ok(Kept::Gone),
        Err(Error::Conflict(_)) => Ok(Kept::NameTaken),
        Err(error) => Err(error),
    }
}
