//! The `administrators` table: those who run Haoma, apart from its users.
use haoma_core::ids::AdministratorId;
use haoma_core::role::Role;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result};
use crate::value::{Row, Step};

/// One row.
#[derive(Clone, PartialEq, Eq)]
pub struct Administrator {
    /// Never changes.
    pub id: AdministratorId,
    /// Lower case; typed to sign in.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Argon2id in PHC form; `None` until they chose a password.
    pub password_hash: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When any of this changed.
    pub updated_at: Timestamp,
}

/// Not the hash.
impl std::fmt::Debug for Administrator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Administrator")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Stores a new one; `false` when the name is taken.
pub async fn create(db: &Db, new: &Administrator, event: &Event) -> Result<bool> {
    const SQL: &str =
        "INSERT INTO administrators (id, name, role, password_hash, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING";
    let params = vec![
        new.id.as_str().into(),
        new.name.as_str().into(),
        new.role.as_str().into(),
        new.password_hash.as_deref().into(),
        new.created_at.into(),
        new.updated_at.into(),
    ];
    changed(db.unit(vec![Step::new(SQL, params).must_change(), audit::record(event)]).await)
}

/// One by name.
pub async fn find_by_name(db: &Db, name: &str) -> Result<Option<Administrator>> {
    const SQL: &str = "SELECT id, name, role, password_hash, created_at, updated_at
        FROM administrators WHERE name = $1";
    db.read(SQL, vec![name.into()]).await?.first().map(administrator).transpose()
}

/// Everybody, in the order of their names: there are few.
pub async fn list(db: &Db) -> Result<Vec<Administrator>> {
    const SQL: &str = "SELECT id, name, role, password_hash, created_at, updated_at
        FROM administrators ORDER BY name";
    db.read(SQL, Vec::new()).await?.iter().map(administrator).collect()
}

/// Changes what one may do; `false` when there is no such administrator, or when it would leave nobody who can sign in as owner.
pub async fn set_role(
    db: &Db,
    id: &AdministratorId,
    role: Role,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    const SQL: &str = "UPDATE administrators SET role = $2, updated_at = $3
        WHERE id = $1 AND (role <> 'owner' OR $2 = 'owner' OR EXISTS
            (SELECT 1 FROM administrators AS other WHERE other.role = 'owner'
                AND other.id <> $1 AND other.password_hash IS NOT NULL))";
    let params = vec![id.as_str().into(), role.as_str().into(), now.into()];
    changed(db.unit(vec![Step::new(SQL, params).must_change(), audit::record(event)]).await)
}

/// Removes one with their sessions and links; `false` as for [`set_role`].
pub async fn delete(db: &Db, id: &AdministratorId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM administrators
        WHERE id = $1 AND (role <> 'owner' OR EXISTS
            (SELECT 1 FROM administrators AS other WHERE other.role = 'owner'
                AND other.id <> $1 AND other.password_hash IS NOT NULL))";
    let step = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(vec![step, audit::record(event)]).await)
}

/// The step that stores a password (`must_change`).
pub(crate) fn set_password(id: &AdministratorId, hash: &str, now: Timestamp) -> Step {
    const SQL: &str = "UPDATE administrators SET password_hash = $2, updated_at = $3 WHERE id = $1";
    Step::new(SQL, vec![id.as_str().into(), hash.into(), now.into()]).must_change()
}

/// Whether the conditional step of a unit found what it wanted.
pub(crate) fn changed<T>(done: Result<T>) -> Result<bool> {
    match done {
        Ok(_) => Ok(true),
        Err(Error::Unchanged { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Columns of an administrator, at the beginning of a row.
pub(crate) fn administrator(row: &Row) -> Result<Administrator> {
    Ok(Administrator {
        id: row.parse(0, AdministratorId::parse)?,
        name: row.text(1)?,
        role: row.parse(2, Role::parse)?,
        password_hash: row.opt_text(3)?,
        created_at: row.time(4)?,
        updated_at: row.time(5)?,
    })
}
