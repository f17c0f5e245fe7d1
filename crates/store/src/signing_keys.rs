//! The `signing_keys` table: private keys, sealed under the server key. One is current.
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
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
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a private key is sealed for.
pub fn row_of(id: &str) -> String {
    format!("signing_keys/{id}")
}

/// All keys.
pub async fn list(db: &Db) -> Result<Vec<StoredKey>> {
    const SQL: &str = "SELECT id, algorithm, private_sealed, state, created_at
        FROM signing_keys ORDER BY created_at, id";
    db.read(SQL, vec![]).await?.iter().map(key).collect()
}

/// Stores a key; nothing happens when it is to be current and another one is already.
pub async fn ensure(db: &Db, key: &StoredKey) -> Result<()> {
    const SQL: &str = "INSERT INTO signing_keys (id, algorithm, private_sealed, state, created_at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    let params = vec![
        key.id.as_str().into(),
        key.algorithm.as_str().into(),
        key.private_sealed.as_str().into(),
        key.state.as_str().into(),
        key.created_at.into(),
    ];
    db.write(Step::new(SQL, params)).await.map(drop)
}

fn key(row: &Row) -> Result<StoredKey> {
    Ok(StoredKey {
        id: row.text(0)?,
        algorithm: row.text(1)?,
        private_sealed: row.text(2)?,
        state: row.parse(3, State::parse)?,
        created_at: row.time(4)?,
    })
}
