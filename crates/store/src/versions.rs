//! The `versions` table: whether what a node keeps in memory is what is stored.
use crate::db::{Db, Result};
use crate::value::Step;

/// The step that rides in the unit of a change.
pub(crate) fn next(name: &'static str) -> Step {
    const SQL: &str = "INSERT INTO versions (name, version) VALUES ($1, 1)
        ON CONFLICT (name) DO UPDATE SET version = versions.version + 1";
    Step::new(SQL, vec![name.into()])
}

/// The version of what goes by this name; 0 before the first change.
pub(crate) async fn find(db: &Db, name: &'static str) -> Result<i64> {
    const SQL: &str = "SELECT version FROM versions WHERE name = $1";
    let rows = db.read(SQL, vec![name.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}
