//! The `roles_scopes` table: what a role opens.
use haoma_core::ids::{RoleId, ScopeId};

use crate::db::{Db, Error, Result, changed};
use crate::resources::{AFTER_RESOURCE, Resource, resource, resource_columns};
use crate::scopes::{Scope, scope_columns};
use crate::told::Told;
use crate::value::{Row, Step};

/// What came of giving something to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// It has them now.
    Done,
    /// It had one of them already.
    HadIt,
    /// There is none like the one at this place, or none that it can have.
    Unknown(usize),
}

impl Given {
    /// Of a unit whose first steps give one each.
    pub(crate) fn of<T>(outcome: Result<T>) -> Result<Self> {
        match outcome {
            Ok(_) => Ok(Self::Done),
            Err(Error::Unchanged { step }) => Ok(Self::Unknown(step)),
            Err(Error::Conflict(_)) => Ok(Self::HadIt),
            Err(error) => Err(error),
        }
    }
}

/// The scopes of a role, each with its resource, by resource and name; at most `limit` after the first `offset`.
pub async fn list(
    db: &Db,
    role: &RoleId,
    (limit, offset): (i64, i64),
) -> Result<Vec<(Scope, Resource)>> {
    const SQL: &str = concat!(
        "SELECT ",
        resource_columns!(),
        ", ",
        scope_columns!(),
        " FROM roles_scopes rs JOIN scopes ON scopes.id = rs.scope_id
            JOIN resources ON resources.id = scopes.resource_id
        WHERE rs.role_id = $1 ORDER BY resources.id, scopes.name LIMIT $2 OFFSET $3"
    );
    let params = vec![role.as_str().into(), limit.into(), offset.into()];
    db.read(SQL, params).await?.iter().map(scope_of).collect()
}

fn scope_of(row: &Row) -> Result<(Scope, Resource)> {
    const N: usize = AFTER_RESOURCE;
    let resource = resource(row)?;
    let scope = Scope {
        id: row.parse(N, ScopeId::parse)?,
        resource_id: resource.id.clone(),
        name: row.text(N + 2)?,
        description: row.opt_text(N + 3)?,
        created_at: row.time(N + 4)?,
    };
    Ok((scope, resource))
}

/// How many a role has.
pub async fn count(db: &Db, role: &RoleId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM roles_scopes WHERE role_id = $1";
    db.read(SQL, vec![role.as_str().into()]).await?.first().map_or(Ok(0), |row| row.int(0))
}

/// Gives a role these scopes, all or none, and tells of it.
pub async fn give(
    db: &Db,
    role: &RoleId,
    scopes: &[String],
    told: impl Into<Told<'_>>,
) -> Result<Given> {
    let mut steps: Vec<_> = scopes.iter().map(|scope| insert(role, scope)).collect();
    steps.extend(told.into().steps());
    Given::of(db.unit(steps).await)
}

/// The step that gives a role a scope, if there is such a role and such a scope (`must_change`). Users never manage: their roles get
/// nothing of the management API.
pub(crate) fn insert(role: &RoleId, scope: &str) -> Step {
    const SQL: &str = "INSERT INTO roles_scopes (role_id, scope_id)
        SELECT roles.id, scopes.id FROM roles JOIN scopes ON scopes.id = $2
        WHERE roles.id = $1 AND (roles.kind = 'MachineToMachine' OR scopes.resource_id <> 'management-api')";
    Step::new(SQL, vec![role.as_str().into(), scope.into()]).must_change()
}

/// Takes a scope from a role, and tells of it; `false` when it has none like it.
pub async fn take(
    db: &Db,
    role: &RoleId,
    scope: &ScopeId,
    told: impl Into<Told<'_>>,
) -> Result<bool> {
    const SQL: &str = "DELETE FROM roles_scopes WHERE role_id = $1 AND scope_id = $2";
    let gone = Step::new(SQL, vec![role.as_str().into(), scope.as_str().into()]).must_change();
    changed(db.unit(std::iter::once(gone).chain(told.into().steps()).collect()).await)
}

/// Whether any of these scopes is of the management API.
pub async fn any_manages(db: &Db, scopes: &[String]) -> Result<bool> {
    const SQL: &str = "SELECT id FROM scopes WHERE resource_id = 'management-api'";
    let managing = db.read(SQL, vec![]).await?;
    let managing = managing.iter().map(|row| row.text(0)).collect::<Result<Vec<_>>>()?;
    Ok(scopes.iter().any(|scope| managing.contains(scope)))
}
