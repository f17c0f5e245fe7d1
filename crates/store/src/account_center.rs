//! The `account_centers` table: what people may see and change of their own account, one document.
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
use crate::value::Step;

/// The only row.
const ID: &str = "default";

/// The document, JSON; `None` before anything was stored.
pub async fn find(db: &Db) -> Result<Option<String>> {
    const SQL: &str = "SELECT document FROM account_centers WHERE id = $1";
    let rows = db.read(SQL, vec![ID.into()]).await?;
    rows.first().map(|row| row.text(0)).transpose()
}

/// Stores the document instead of `old`, or as the first, with the event that tells of it; `false` when something else is stored.
pub async fn save(
    db: &Db,
    (old, new): (Option<&str>, &str),
    now: Timestamp,
    event: Option<&Event>,
) -> Result<bool> {
    const FIRST: &str = "INSERT INTO account_centers (id, document, updated_at) VALUES ($1, $2, $3)
        ON CONFLICT (id) DO NOTHING";
    const NEXT: &str = "UPDATE account_centers SET document = $2, updated_at = $3
        WHERE id = $1 AND document = $4";
    let mut params = vec![ID.into(), new.into(), now.into()];
    params.extend(old.map(Into::into));
    let sql = if old.is_some() { NEXT } else { FIRST };
    let mut steps = vec![Step::new(sql, params).must_change()];
    steps.extend(event.map(audit::record));
    changed(db.unit(steps).await)
}
