//! What of an API resource is open to whom, by the roles they have now.
use haoma_core::ids::{ClientId, UserId};

use crate::db::{Db, Result};
use crate::value::{Row, Value};

/// A resource, and what of it somebody's roles open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// What people read.
    pub name: String,
    /// Seconds a token for it lives.
    pub access_token_ttl: i64,
    /// Its scopes that are open, by name.
    pub scopes: Vec<OpenScope>,
}

/// One scope of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenScope {
    /// What requests call it.
    pub name: String,
    /// For people who are asked.
    pub description: Option<String>,
}

/// What a user may do with the resource of this indicator; `None` when there is none.
pub async fn of_user(db: &Db, indicator: &str, user: &UserId) -> Result<Option<Open>> {
    const SQL: &str = "SELECT r.name, r.access_token_ttl, s.name, s.description FROM resources r
        LEFT JOIN scopes s ON s.resource_id = r.id AND EXISTS (SELECT 1 FROM roles_scopes rs
            JOIN users_roles ur ON ur.role_id = rs.role_id AND ur.user_id = $2 WHERE rs.scope_id = s.id)
        WHERE r.indicator = $1 ORDER BY s.name";
    open(&db.read(SQL, vec![indicator.into(), user.as_str().into()]).await?)
}

/// What a service may do with the resource of this indicator; `None` when there is none.
pub async fn of_application(db: &Db, indicator: &str, id: &ClientId) -> Result<Option<Open>> {
    const SQL: &str = "SELECT r.name, r.access_token_ttl, s.name, s.description FROM resources r
        LEFT JOIN scopes s ON s.resource_id = r.id AND EXISTS (SELECT 1 FROM roles_scopes rs
            JOIN applications_roles ar ON ar.role_id = rs.role_id AND ar.application_id = $2
            WHERE rs.scope_id = s.id)
        WHERE r.indicator = $1 ORDER BY s.name";
    open(&db.read(SQL, vec![indicator.into(), id.as_str().into()]).await?)
}

/// Whether an application may call the management API now, in its own right or by a role, which only a service can; `None` when there
/// is no such application.
pub async fn may_manage(db: &Db, id: &ClientId) -> Result<Option<bool>> {
    const SQL: &str = "SELECT kind = 'MachineToMachine' AND (is_admin OR EXISTS (SELECT 1 FROM applications_roles ar
            JOIN roles_scopes rs ON rs.role_id = ar.role_id AND rs.scope_id = 'management-api-all'
            WHERE ar.application_id = applications.id))
        FROM applications WHERE id = $1";
    let rows = db.read(SQL, vec![Value::from(id.as_str())]).await?;
    rows.first().map(|row| row.bool(0)).transpose()
}

/// `ORDER BY` a name that may be NULL leaves at most one row, so where it stands does not matter.
fn open(rows: &[Row]) -> Result<Option<Open>> {
    let Some(first) = rows.first() else { return Ok(None) };
    let mut scopes = vec![];
    for row in rows {
        if let Some(name) = row.opt_text(2)? {
            scopes.push(OpenScope { name, description: row.opt_text(3)? });
        }
    }
    Ok(Some(Open { name: first.text(0)?, access_token_ttl: first.int(1)?, scopes }))
}
