//! The `signing_keys` table: private keys, sealed. One of each algorithm is current, one is next.
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::value::{Row, Step};

/// What a key is used for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Published, so that everybody knows it before it signs.
    Next,
    /// Signs.
    Current,
    /// Published until the last token it signed has expired.
    Previous,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Current => "current",
            Self::Previous => "previous",
        }
    }

    fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        let all = [Self::Next, Self::Current, Self::Previous];
        all.into_iter().find(|state| state.as_str() == text).ok_or("not a state of a key")
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// The `kid`.
    pub id: String,
    /// Such as `ES256`.
    pub algorithm: String,
    /// The private key, sealed for [`row_of`] this id.
    pub private_sealed: String,
    /// What it is used for.
    pub state: State,
    /// Since when.
    pub state_since: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a private key is sealed for.
pub fn row_of(id: &str) -> String {
    format!("signing_keys/{id}")
}

/// All keys.
pub async fn list(db: &Db) -> Result<Vec<StoredKey>> {
    const SQL: &str = "SELECT id, algorithm, private_sealed, state, state_since, created_at
        FROM signing_keys ORDER BY created_at, id";
    db.read(SQL, vec![]).await?.iter().map(key).collect()
}

/// Stores a key; nothing happens when another one of its algorithm has its place already.
pub async fn ensure(db: &Db, key: &StoredKey) -> Result<()> {
    const SQL: &str =
        "INSERT INTO signing_keys (id, algorithm, private_sealed, state, state_since, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let params = vec![
        key.id.as_str().into(),
        key.algorithm.as_str().into(),
        key.private_sealed.as_str().into(),
        key.state.as_str().into(),
        key.state_since.into(),
        key.created_at.into(),
    ];
    db.write(Step::new(SQL, params)).await.map(drop)
}

/// The next key becomes current and the current one previous, with the event that tells of it; `false` when another node was faster.
pub async fn promote(
    db: &Db,
    current: Option<&str>,
    next: &str,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    const RETIRE: &str = "UPDATE signing_keys SET state = 'previous', state_since = $2
        WHERE id = $1 AND state = 'current'";
    const PROMOTE: &str = "UPDATE signing_keys SET state = 'current', state_since = $2
        WHERE id = $1 AND state = 'next'";
    let step = |sql, id: &str| Step::new(sql, vec![id.into(), now.into()]).must_change();
    let mut steps: Vec<_> = current.map(|id| step(RETIRE, id)).into_iter().collect();
    steps.push(step(PROMOTE, next));
    steps.push(audit::record(event));
    match changed(db.unit(steps).await) {
        Err(Error::Conflict(_)) => Ok(false),
        done => done,
    }
}

/// Removes a key that no longer signs, with the event that tells of it: what it signed is worth nothing from now on. `false` when there is no
/// such key.
pub async fn remove_previous(db: &Db, id: &str, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM signing_keys WHERE id = $1 AND state = 'previous'";
    let gone = Step::new(SQL, vec![id.into()]).must_change();
    changed(db.unit(vec![gone, audit::record(event)]).await)
}

fn key(row: &Row) -> Result<StoredKey> {
    Ok(StoredKey {
        id: row.text(0)?,
        algorithm: row.text(1)?,
        private_sealed: row.text(2)?,
        state: row.parse(3, State::parse)?,
        state_since: row.time(4)?,
        created_at: row.time(5)?,
    })
}
