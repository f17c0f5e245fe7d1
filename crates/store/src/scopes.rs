//! The `scopes` table: what may be done with API resources. There are few.
use haoma_core::ids::{ResourceId, ScopeId};
use haoma_core::time::Timestamp;

use crate::change::Change;
use crate::db::{Db, Error, Result, changed};
use crate::told::Told;
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Row id.
    pub id: ScopeId,
    /// Of which resource.
    pub resource_id: ResourceId,
    /// What requests call it; unique within the resource.
    pub name: String,
    /// For people who are asked.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a partial update sets; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What requests call it.
    pub name: Change<String>,
    /// For people who are asked.
    pub description: Change<Option<String>>,
}

/// What came of storing or changing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Stored like this.
    Done(Scope),
    /// The resource has another one of that name.
    NameTaken,
    /// There is no such resource, or no such scope of it.
    Gone,
}

macro_rules! scope_columns {
    () => {
        "scopes.id, scopes.resource_id, scopes.name, scopes.description, scopes.created_at"
    };
}
pub(crate) use scope_columns;

/// The scopes of every resource, by resource and name.
pub async fn list_all(db: &Db) -> Result<Vec<Scope>> {
    const SQL: &str =
        concat!("SELECT ", scope_columns!(), " FROM scopes ORDER BY resource_id, name");
    db.read(SQL, vec![]).await?.iter().map(scope).collect()
}

/// The scopes of a resource by name, at most `limit` after the first `offset`.
pub async fn list(
    db: &Db,
    resource: &ResourceId,
    (limit, offset): (i64, i64),
) -> Result<Vec<Scope>> {
    const SQL: &str = concat!(
        "SELECT ",
        scope_columns!(),
        " FROM scopes WHERE resource_id = $1 ORDER BY name LIMIT $2 OFFSET $3"
    );
    let params = vec![resource.as_str().into(), limit.into(), offset.into()];
    db.read(SQL, params).await?.iter().map(scope).collect()
}

/// One by id.
pub async fn find(db: &Db, id: &ScopeId) -> Result<Option<Scope>> {
    const SQL: &str = concat!("SELECT ", scope_columns!(), " FROM scopes WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(scope).transpose()
}

/// How many a resource has.
pub async fn count(db: &Db, resource: &ResourceId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM scopes WHERE resource_id = $1";
    let rows = db.read(SQL, vec![resource.as_str().into()]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// Stores a new one, and tells of it.
pub async fn create(db: &Db, scope: &Scope, told: impl Into<Told<'_>>) -> Result<Kept> {
    const SQL: &str = concat!(
        "INSERT INTO scopes (id, resource_id, name, description, created_at)
        SELECT $1, resources.id, $3, $4, $5 FROM resources WHERE resources.id = $2 RETURNING ",
        scope_columns!()
    );
    let params = vec![
        scope.id.as_str().into(),
        scope.resource_id.as_str().into(),
        scope.name.as_str().into(),
        scope.description.as_deref().into(),
        scope.created_at.into(),
    ];
    kept(db, Step::new(SQL, params), told.into()).await
}

/// Sets what `changes` says, and tells of it.
pub async fn change(
    db: &Db,
    (resource, id): (&ResourceId, &ScopeId),
    changes: &Changes,
    told: impl Into<Told<'_>>,
) -> Result<Kept> {
    const SQL: &str = concat!(
        "UPDATE scopes SET name = CASE WHEN $3 THEN $4 ELSE name END,
            description = CASE WHEN $5 THEN $6 ELSE description END
        WHERE id = $1 AND resource_id = $2 RETURNING ",
        scope_columns!()
    );
    let mut params = vec![id.as_str().into(), resource.as_str().into()];
    params.extend(changes.name.params(|name| name.as_str().into()));
    params.extend(changes.description.params(|text| text.as_deref().into()));
    kept(db, Step::new(SQL, params), told.into()).await
}

/// Deletes one, wherever roles have it, and tells of it; `false` when the resource has none of that id.
pub async fn delete(
    db: &Db,
    (resource, id): (&ResourceId, &ScopeId),
    told: impl Into<Told<'_>>,
) -> Result<bool> {
    const SQL: &str = "DELETE FROM scopes WHERE id = $1 AND resource_id = $2";
    let gone = Step::new(SQL, vec![id.as_str().into(), resource.as_str().into()]).must_change();
    changed(db.unit(std::iter::once(gone).chain(told.into().steps()).collect()).await)
}

async fn kept(db: &Db, step: Step, told: Told<'_>) -> Result<Kept> {
    let steps = std::iter::once(step.must_change()).chain(told.steps()).collect();
    match db.unit(steps).await {
        Ok(done) => {
            let row = done.first().and_then(|done| done.rows.first());
            Ok(row.map(scope).transpose()?.map_or(Kept::Gone, Kept::Done))
        }
        Err(Error::Unchanged { .. }) => Ok(Kept::Gone),
        Err(Error::Conflict(_)) => Ok(Kept::NameTaken),
        Err(error) => Err(error),
    }
}

pub(crate) fn scope(row: &Row) -> Result<Scope> {
    Ok(Scope {
        id: row.parse(0, ScopeId::parse)?,
        resource_id: row.parse(1, ResourceId::parse)?,
        name: row.text(2)?,
        description: row.opt_text(3)?,
        created_at: row.time(4)?,
    })
}
