//! The `connectors` table: every version of every connector. One is live at a time; its newest version is in use.
use haoma_core::ids::ConnectorId;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::value::{Row, Step};

/// Seconds the versions of a deleted connector are kept: as long as its last messages may be asked after, and a while.
pub const KEPT_SECS: i64 = 24 * 60 * 60;

/// One version of a connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    /// Stays the same over versions.
    pub id: ConnectorId,
    /// 1, 2, 3, …
    pub version: i64,
    /// The kind, such as `aliyun-short-message-service`.
    pub factory_id: String,
    /// The configuration, sealed for [`Self::row`].
    pub config_sealed: String,
    /// Who saved this version.
    pub saved_by: SavedBy,
    /// When.
    pub created_at: Timestamp,
}

/// Who saved a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedBy {
    /// The configuration file, at a start.
    Configuration,
    /// The administrator of this name.
    Administrator(String),
    /// The application with this id, by the management API.
    Application(String),
}

impl SavedBy {
    fn as_text(&self) -> String {
        match self {
            Self::Configuration => "configuration".to_owned(),
            Self::Administrator(name) => format!("administrator/{name}"),
            Self::Application(id) => format!("application/{id}"),
        }
    }

    fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        match text.split_once('/') {
            None if text == "configuration" => Ok(Self::Configuration),
            Some(("administrator", name)) => Ok(Self::Administrator(name.to_owned())),
            Some(("application", id)) => Ok(Self::Application(id.to_owned())),
            _ => Err("not somebody who saves"),
        }
    }
}

impl Connector {
    /// What its configuration is sealed for.
    pub fn row(&self) -> String {
        row_of(&self.id, self.version)
    }
}

/// What the configuration of one version is sealed for.
pub fn row_of(id: &ConnectorId, version: i64) -> String {
    format!("connectors/{id}/{version}")
}

/// Stores the first version of a new connector, which takes the place of whichever is live; `false` when somebody else did so at
/// the same moment.
pub async fn create(db: &Db, new: &Connector, event: &Event) -> Result<bool> {
    let steps =
        vec![hold(), retire(new.created_at), insert(new), alone(&new.id), audit::record(event)];
    changed(db.unit(steps).await)
}

/// Stores the version after `base`, which must be the newest of a live connector; `false` when it is not.
pub async fn add_version(db: &Db, base: i64, new: &Connector, event: &Event) -> Result<bool> {
    let steps = vec![hold(), still_live(&new.id, base), insert(new), audit::record(event)];
    changed(db.unit(steps).await)
}

/// Ends a connector: nothing goes out through it any more; `false` when it is not live.
pub async fn delete(db: &Db, id: &ConnectorId, now: Timestamp, event: &Event) -> Result<bool> {
    const SQL: &str = "UPDATE connectors SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL";
    // a version that was saved in between is seen by the statement after
    const NONE_LEFT: &str = "UPDATE connectors SET deleted_at = $2
        WHERE id = $1 AND deleted_at = $2 AND NOT EXISTS (SELECT 1 FROM connectors AS other
            WHERE other.id = $1 AND other.deleted_at IS NULL)";
    let step = |sql| Step::new(sql, vec![id.as_str().into(), now.into()]).must_change();
    loop {
        let steps = vec![hold(), step(SQL), step(NONE_LEFT), audit::record(event)];
        match db.unit(steps).await {
            Err(Error::Unchanged { step: 2 }) => {}
            done => return changed(done),
        }
    }
}

/// The newest version of the live connector.
pub async fn current(db: &Db) -> Result<Option<Connector>> {
    const SQL: &str = "SELECT id, version, factory_id, config_sealed, saved_by, created_at
        FROM connectors WHERE deleted_at IS NULL ORDER BY version DESC LIMIT 1";
    db.read(SQL, Vec::new()).await?.first().map(connector).transpose()
}

/// Which connector and version are live, without their configuration: cheap enough to ask often.
pub async fn live(db: &Db) -> Result<Option<(ConnectorId, i64)>> {
    const SQL: &str = "SELECT id, version FROM connectors
        WHERE deleted_at IS NULL ORDER BY version DESC LIMIT 1";
    let live = |row: &Row| Ok((row.parse(0, ConnectorId::parse)?, row.int(1)?));
    db.read(SQL, Vec::new()).await?.first().map(live).transpose()
}

/// Versions of the live connector below one, newest first.
pub async fn versions(db: &Db, below: i64, limit: i64) -> Result<Vec<Connector>> {
    const SQL: &str = "SELECT id, version, factory_id, config_sealed, saved_by, created_at
        FROM connectors WHERE deleted_at IS NULL AND version < $1 ORDER BY version DESC LIMIT $2";
    db.read(SQL, vec![below.into(), limit.into()]).await?.iter().map(connector).collect()
}

/// One version, also of a connector that was deleted lately.
pub async fn find(db: &Db, id: &ConnectorId, version: i64) -> Result<Option<Connector>> {
    const SQL: &str = "SELECT id, version, factory_id, config_sealed, saved_by, created_at
        FROM connectors WHERE id = $1 AND version = $2";
    let rows = db.read(SQL, vec![id.as_str().into(), version.into()]).await?;
    rows.first().map(connector).transpose()
}

/// The step that begins every unit about the live connector: who comes second waits here. Without it two of them could wait for
/// each other, because PostgreSQL locks several rows in no order of ours.
pub(crate) fn hold() -> Step {
    const SQL: &str = "UPDATE connectors SET deleted_at = NULL
        WHERE version = 1 AND deleted_at IS NULL";
    Step::new(SQL, Vec::new())
}

/// The step that ends whichever connector is live.
pub(crate) fn retire(now: Timestamp) -> Step {
    const SQL: &str = "UPDATE connectors SET deleted_at = $1 WHERE deleted_at IS NULL";
    Step::new(SQL, vec![now.into()])
}

/// The step that makes sure that no other connector is live (`must_change`): its newest version may have been saved in between.
pub(crate) fn alone(id: &ConnectorId) -> Step {
    const SQL: &str = "UPDATE connectors SET deleted_at = NULL
        WHERE id = $1 AND deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM connectors AS other
            WHERE other.id <> $1 AND other.deleted_at IS NULL)";
    Step::new(SQL, vec![id.as_str().into()]).must_change()
}

/// The step that makes sure that a version is still the newest of a live connector (`must_change`), and keeps it so until the
/// unit is done.
pub(crate) fn still_live(id: &ConnectorId, version: i64) -> Step {
    const SQL: &str = "UPDATE connectors SET deleted_at = NULL
        WHERE id = $1 AND version = $2 AND deleted_at IS NULL";
    Step::new(SQL, vec![id.as_str().into(), version.into()]).must_change()
}

/// The step that stores a version (`must_change`).
pub(crate) fn insert(new: &Connector) -> Step {
    const SQL: &str = "INSERT INTO connectors
            (id, version, factory_id, config_sealed, saved_by, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    let params = vec![
        new.id.as_str().into(),
        new.version.into(),
        new.factory_id.as_str().into(),
        new.config_sealed.as_str().into(),
        new.saved_by.as_text().into(),
        new.created_at.into(),
    ];
    Step::new(SQL, params).must_change()
}

fn connector(row: &Row) -> Result<Connector> {
    Ok(Connector {
        id: row.parse(0, ConnectorId::parse)?,
        version: row.int(1)?,
        factory_id: row.text(2)?,
        config_sealed: row.text(3)?,
        saved_by: row.parse(4, SavedBy::parse)?,
        created_at: row.time(5)?,
    })
}
