//! The `account_centers` table: what people may see and change of their own account, one document.
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Result};
use crate::value::Step;

/// The only row.
const ID: &str = "default";

/// The document, JSON; `None` before anything was stored.
pub async fn find(db: &Db) -> Result<Option<String>> {
    const SQL: &str = "SELECT document FROM account_centers WHERE id = $1";
    let rows = db.read(SQL, vec![ID.into()]).await?;
    rows.first().map(|row| row.text(0)).transpose()
}

/// Stores the document, with the event that tells of it.
pub async fn save(db: &Db, document: &str, now: Timestamp, event: Option<&Event>) -> Result<()> {
    const SQL: &str = "INSERT INTO account_centers (id, document, updated_at) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at";
    let mut steps = vec![Step::new(SQL, vec![ID.into(), document.into(), now.into()])];
    steps.extend(event.map(audit::record));
    db.unit(steps).await.map(drop)
}
