//! The `sign_in_experiences` table: one document, replaced as a whole.
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
use crate::value::{Row, Step};

/// The stored document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Grows with every change.
    pub version: i64,
    /// JSON, in the shape of wire contract C.4.
    pub document: String,
}

/// The document, if there is one yet.
pub async fn find(db: &Db) -> Result<Option<Stored>> {
    const SQL: &str = "SELECT version, document FROM sign_in_experiences WHERE id = 'default'";
    let rows = db.read(SQL, Vec::new()).await?;
    let stored = |row: &Row| Ok(Stored { version: row.int(0)?, document: row.text(1)? });
    rows.first().map(stored).transpose()
}

/// The version of the document; 0 before there is one.
pub async fn version(db: &Db) -> Result<i64> {
    const SQL: &str = "SELECT version FROM sign_in_experiences WHERE id = 'default'";
    db.read(SQL, Vec::new()).await?.first().map_or(Ok(0), |row| row.int(0))
}

/// Stores version `expected + 1` (the first is 1); `false` when somebody else changed it in between.
pub async fn replace(
    db: &Db,
    expected: i64,
    document: &str,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    let steps = vec![replace_step(expected, document, now), audit::record(event)];
    changed(db.unit(steps).await)
}

/// The step that does so (`must_change`).
pub(crate) fn replace_step(expected: i64, document: &str, now: Timestamp) -> Step {
    const FIRST: &str = "INSERT INTO sign_in_experiences (id, version, document, updated_at)
        VALUES ('default', 1, $1, $2) ON CONFLICT (id) DO NOTHING";
    const NEXT: &str = "UPDATE sign_in_experiences
        SET version = version + 1, document = $1, updated_at = $2
        WHERE id = 'default' AND version = $3";
    let mut params = vec![document.into(), now.into()];
    let step = if expected == 0 {
        Step::new(FIRST, params)
    } else {
        params.push(expected.into());
        Step::new(NEXT, params)
    };
    step.must_change()
}
