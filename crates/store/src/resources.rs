//! The `resources` table: APIs that access tokens are made for (RFC 8707). There are few.
use haoma_core::ids::ResourceId;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::change::Change;
use crate::db::{Db, Error, Result, changed};
use crate::value::{Row, Step};

/// The row of the management API, which is there from the beginning and stays as it is.
pub const MANAGEMENT_API: &str = "management-api";

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Row id.
    pub id: ResourceId,
    /// What people read.
    pub name: String,
    /// What requests call it, and the audience of its tokens.
    pub indicator: String,
    /// Whether it is meant where no resource is named.
    pub is_default: bool,
    /// Seconds a token for it lives.
    pub access_token_ttl: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a partial update sets; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What people read.
    pub name: Change<String>,
    /// Seconds.
    pub access_token_ttl: Change<i64>,
}

macro_rules! resource_columns {
    () => {
        "resources.id, resources.name, indicator, is_default, access_token_ttl, resources.created_at"
    };
}
pub(crate) use resource_columns;

/// How many they are: the position of the first column after them.
pub(crate) const AFTER_RESOURCE: usize = 6;

/// One by id.
pub async fn find(db: &Db, id: &ResourceId) -> Result<Option<Resource>> {
    const SQL: &str = concat!("SELECT ", resource_columns!(), " FROM resources WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(resource).transpose()
}

/// Whether a resource is called so.
pub async fn is_known(db: &Db, indicator: &str) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM resources WHERE indicator = $1";
    Ok(!db.read(SQL, vec![indicator.into()]).await?.is_empty())
}

/// The resource that is meant where none is named.
pub async fn default_indicator(db: &Db) -> Result<Option<String>> {
    const SQL: &str = "SELECT indicator FROM resources WHERE is_default = TRUE";
    db.read(SQL, vec![]).await?.first().map(|row| row.text(0)).transpose()
}

/// Resources, newest first, at most `limit` after the first `offset`.
pub async fn list(db: &Db, (limit, offset): (i64, i64)) -> Result<Vec<Resource>> {
    const SQL: &str = concat!(
        "SELECT ",
        resource_columns!(),
        " FROM resources ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2"
    );
    db.read(SQL, vec![limit.into(), offset.into()]).await?.iter().map(resource).collect()
}

/// How many there are.
pub async fn count(db: &Db) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM resources";
    db.read(SQL, vec![]).await?.first().map_or(Ok(0), |row| row.int(0))
}

/// Stores a new one, with the event that tells of it; `false` when another is called so.
pub async fn create(db: &Db, resource: &Resource, event: &Event) -> Result<bool> {
    const SQL: &str =
        "INSERT INTO resources (id, name, indicator, is_default, access_token_ttl, created_at)
        VALUES ($1, $2, $3, FALSE, $4, $5) ON CONFLICT (indicator) DO NOTHING";
    let params = vec![
        resource.id.as_str().into(),
        resource.name.as_str().into(),
        resource.indicator.as_str().into(),
        resource.access_token_ttl.into(),
        resource.created_at.into(),
    ];
    changed(db.unit(vec![Step::new(SQL, params).must_change(), audit::record(event)]).await)
}

/// Sets what `changes` says, with the event that tells of it; `None` when there is no such resource.
pub async fn change(
    db: &Db,
    id: &ResourceId,
    changes: &Changes,
    event: &Event,
) -> Result<Option<Resource>> {
    const SQL: &str = concat!(
        "UPDATE resources SET name = CASE WHEN $2 THEN $3 ELSE name END,
            access_token_ttl = CASE WHEN $4 THEN $5 ELSE access_token_ttl END
        WHERE id = $1 RETURNING ",
        resource_columns!()
    );
    let mut params = vec![id.as_str().into()];
    params.extend(changes.name.params(|name| name.as_str().into()));
    params.extend(changes.access_token_ttl.params(|secs| (*secs).into()));
    returned(db, vec![Step::new(SQL, params).must_change(), audit::record(event)], 0).await
}

/// Makes it the one that is meant where none is named, instead of whichever was, or lets none be; with the event that tells of it. `None`
/// when there is no such resource.
pub async fn set_default(
    db: &Db,
    id: &ResourceId,
    is_default: bool,
    event: &Event,
) -> Result<Option<Resource>> {
    const OTHERS: &str =
        "UPDATE resources SET is_default = FALSE WHERE is_default = TRUE AND id <> $1 AND $2";
    const THIS: &str = concat!(
        "UPDATE resources SET is_default = $2 WHERE id = $1 RETURNING ",
        resource_columns!()
    );
    let params = || vec![id.as_str().into(), is_default.into()];
    let steps = vec![
        Step::new(OTHERS, params()),
        Step::new(THIS, params()).must_change(),
        audit::record(event),
    ];
    returned(db, steps, 1).await
}

/// Deletes one with its scopes, wherever roles have them, and stores the event that tells of it; `false` when there is none.
pub async fn delete(db: &Db, id: &ResourceId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM resources WHERE id = $1";
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(vec![gone, audit::record(event)]).await)
}

async fn returned(db: &Db, steps: Vec<Step>, step: usize) -> Result<Option<Resource>> {
    match db.unit(steps).await {
        Ok(done) => done.get(step).and_then(|done| done.rows.first()).map(resource).transpose(),
        Err(Error::Unchanged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) fn resource(row: &Row) -> Result<Resource> {
    Ok(Resource {
        id: row.parse(0, ResourceId::parse)?,
        name: row.text(1)?,
        indicator: row.text(2)?,
        is_default: row.bool(3)?,
        access_token_ttl: row.int(4)?,
        created_at: row.time(5)?,
    })
}
