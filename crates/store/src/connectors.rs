//! The `connectors` table: every version of every connector; the newest enabled one is in use.
use haoma_core::ids::ConnectorId;
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::value::{Row, Step};

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
    /// Whether messages may go out through it.
    pub is_enabled: bool,
    /// When this version was saved.
    pub created_at: Timestamp,
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

/// Stores the next version; `false` when that version exists already (somebody else was faster).
pub async fn add_version(db: &Db, connector: &Connector) -> Result<bool> {
    const SQL: &str = "INSERT INTO connectors
            (id, version, factory_id, config_sealed, is_enabled, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id, version) DO NOTHING";
    let params = vec![
        connector.id.as_str().into(),
        connector.version.into(),
        connector.factory_id.as_str().into(),
        connector.config_sealed.as_str().into(),
        connector.is_enabled.into(),
        connector.created_at.into(),
    ];
    Ok(db.write(Step::new(SQL, params)).await?.changed == 1)
}

/// The newest version of every connector.
pub async fn list(db: &Db) -> Result<Vec<Connector>> {
    const SQL: &str = "SELECT id, version, factory_id, config_sealed, is_enabled, created_at
        FROM connectors AS one
        WHERE version = (SELECT MAX(version) FROM connectors WHERE id = one.id) ORDER BY id";
    db.read(SQL, Vec::new()).await?.iter().map(connector).collect()
}

/// One version.
pub async fn find(db: &Db, id: &ConnectorId, version: i64) -> Result<Option<Connector>> {
    const SQL: &str = "SELECT id, version, factory_id, config_sealed, is_enabled, created_at
        FROM connectors WHERE id = $1 AND version = $2";
    let rows = db.read(SQL, vec![id.as_str().into(), version.into()]).await?;
    rows.first().map(connector).transpose()
}

fn connector(row: &Row) -> Result<Connector> {
    Ok(Connector {
        id: row.parse(0, ConnectorId::parse)?,
        version: row.int(1)?,
        factory_id: row.text(2)?,
        config_sealed: row.text(3)?,
        is_enabled: row.bool(4)?,
        created_at: row.time(5)?,
    })
}
