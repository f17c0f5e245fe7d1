//! The `hooks` table: who is told what, and where they are reached. There are few.
use haoma_core::ids::HookId;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Never changes.
    pub id: HookId,
    /// What people call it.
    pub name: String,
    /// What it is told of: a JSON list of names.
    pub events: String,
    /// Where it is reached, and with which keys, sealed for [`row_of`] this id.
    pub config_sealed: String,
    /// One that is not is told nothing.
    pub is_enabled: bool,
    /// 1, 2, 3, … with every change.
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When any of this changed.
    pub updated_at: Timestamp,
}

/// What the configuration of a hook is sealed for.
pub fn row_of(id: &HookId) -> String {
    format!("hooks/{id}")
}

macro_rules! hook_columns {
    () => {
        "id, name, events, config_sealed, is_enabled, version, created_at, updated_at"
    };
}

/// All of them, oldest first.
pub async fn list(db: &Db) -> Result<Vec<Hook>> {
    const SQL: &str = concat!("SELECT ", hook_columns!(), " FROM hooks ORDER BY id");
    db.read(SQL, Vec::new()).await?.iter().map(hook).collect()
}

/// Which hooks there are and in which versions: cheap enough to ask often.
pub async fn versions(db: &Db) -> Result<Vec<(HookId, i64)>> {
    const SQL: &str = "SELECT id, version FROM hooks ORDER BY id";
    let one = |row: &Row| Ok((row.parse(0, HookId::parse)?, row.int(1)?));
    db.read(SQL, Vec::new()).await?.iter().map(one).collect()
}

/// One hook.
pub async fn find(db: &Db, id: &HookId) -> Result<Option<Hook>> {
    const SQL: &str = concat!("SELECT ", hook_columns!(), " FROM hooks WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(hook).transpose()
}

/// Stores a new hook, with the event that tells of it.
pub async fn create(db: &Db, new: &Hook, event: &Event) -> Result<()> {
    const SQL: &str = "INSERT INTO hooks
            (id, name, events, config_sealed, is_enabled, version, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let params = vec![
        new.id.as_str().into(),
        new.name.as_str().into(),
        new.events.as_str().into(),
        new.config_sealed.as_str().into(),
        new.is_enabled.into(),
        new.version.into(),
        new.created_at.into(),
        new.updated_at.into(),
    ];
    db.unit(vec![Step::new(SQL, params), audit::record(event)]).await.map(drop)
}

/// Puts this version in the place of the one before, with the event that tells of it; `false` when that is not the stored one any
/// more.
pub async fn replace(db: &Db, new: &Hook, event: &Event) -> Result<bool> {
    const SQL: &str = "UPDATE hooks SET name = $3, events = $4, config_sealed = $5,
            is_enabled = $6, version = version + 1, updated_at = $7
        WHERE id = $1 AND version = $2";
    let params = vec![
        new.id.as_str().into(),
        (new.version - 1).into(),
        new.name.as_str().into(),
        new.events.as_str().into(),
        new.config_sealed.as_str().into(),
        new.is_enabled.into(),
        new.updated_at.into(),
    ];
    changed(db.unit(vec![Step::new(SQL, params).must_change(), audit::record(event)]).await)
}

/// Deletes a hook, with the event that tells of it; `false` when there is none. What it was not told yet goes with
/// [`crate::hook_deliveries::delete_of`].
pub async fn delete(db: &Db, id: &HookId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM hooks WHERE id = $1";
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(vec![gone, audit::record(event)]).await)
}

fn hook(row: &Row) -> Result<Hook> {
    Ok(Hook {
        id: row.parse(0, HookId::parse)?,
        name: row.text(1)?,
        events: row.text(2)?,
        config_sealed: row.text(3)?,
        is_enabled: row.bool(4)?,
        version: row.int(5)?,
        created_at: row.time(6)?,
        updated_at: row.time(7)?,
    })
}
