//! The `administrators` table: those who run Haoma, apart from its users.
use haoma_core::ids::AdministratorId;
use haoma_core::role::Role;
use haoma_core::time::Timestamp;

use crate::administrator_sessions::Sessions;
use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
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
    /// The secret of the second factor, sealed for [`row_of`] this id; `None` where there is none.
    pub totp_sealed: Option<String>,
    /// When they came in last, by password or link; `None` until then.
    pub last_sign_in_at: Option<Timestamp>,
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

/// Columns of an administrator at the beginning of a row, so that others begin here.
pub(crate) const AFTER: usize = 8;

/// What the secret of a second factor is sealed for.
pub fn row_of(id: &AdministratorId) -> String {
    format!("administrators/{id}")
}

/// Sets or removes the second factor; `false` when there is no such administrator, or their session ended meanwhile.
pub async fn set_totp(
    db: &Db,
    id: &AdministratorId,
    (sealed, step): (Option<&str>, i64),
    sessions: Sessions<'_>,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    const SQL: &str = "UPDATE administrators SET totp_sealed = $2, totp_step = $3, updated_at = $4
        WHERE id = $1";
    let params = vec![id.as_str().into(), sealed.into(), step.into(), now.into()];
    let mut steps = vec![Step::new(SQL, params).must_change()];
    steps.extend(sessions.steps(id));
    steps.push(audit::record(event));
    changed(db.unit(steps).await)
}

/// The step that spends the code of a step of time (`must_change`): none is good twice, and none before it.
pub(crate) fn spend_totp(id: &AdministratorId, step: i64) -> Step {
    const SQL: &str = "UPDATE administrators SET totp_step = $2 WHERE id = $1 AND totp_step < $2";
    Step::new(SQL, vec![id.as_str().into(), step.into()]).must_change()
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

/// One by id.
pub async fn find(db: &Db, id: &AdministratorId) -> Result<Option<Administrator>> {
    const SQL: &str =
        "SELECT id, name, role, password_hash, totp_sealed, last_sign_in_at, created_at, updated_at
        FROM administrators WHERE id = $1";
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(administrator).transpose()
}

/// One by name.
pub async fn find_by_name(db: &Db, name: &str) -> Result<Option<Administrator>> {
    const SQL: &str =
        "SELECT id, name, role, password_hash, totp_sealed, last_sign_in_at, created_at, updated_at
        FROM administrators WHERE name = $1";
    db.read(SQL, vec![name.into()]).await?.first().map(administrator).transpose()
}

/// Everybody, in the order of their names: there are few.
pub async fn list(db: &Db) -> Result<Vec<Administrator>> {
    const SQL: &str =
        "SELECT id, name, role, password_hash, totp_sealed, last_sign_in_at, created_at, updated_at
        FROM administrators ORDER BY name";
    db.read(SQL, Vec::new()).await?.iter().map(administrator).collect()
}

/// Changes what one may do; `false` when there is no such administrator, when it would leave nobody who can sign in as owner, or when
/// the session that is to go on ended meanwhile.
pub async fn set_role(
    db: &Db,
    id: &AdministratorId,
    role: Role,
    sessions: Sessions<'_>,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    const SQL: &str = "UPDATE administrators SET role = $2, updated_at = $3
        WHERE id = $1 AND (role <> 'owner' OR $2 = 'owner' OR EXISTS
            (SELECT 1 FROM administrators AS other WHERE other.role = 'owner'
                AND other.id <> $1 AND other.password_hash IS NOT NULL))";
    let params = vec![id.as_str().into(), role.as_str().into(), now.into()];
    let mut steps = vec![hold_owners(), Step::new(SQL, params).must_change()];
    steps.extend(sessions.steps(id));
    steps.push(audit::record(event));
    changed(db.unit(steps).await)
}

/// Removes one with their sessions and links; `false` as for [`set_role`].
pub async fn delete(db: &Db, id: &AdministratorId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM administrators
        WHERE id = $1 AND (role <> 'owner' OR EXISTS
            (SELECT 1 FROM administrators AS other WHERE other.role = 'owner'
                AND other.id <> $1 AND other.password_hash IS NOT NULL))";
    let step = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(vec![hold_owners(), step, audit::record(event)]).await)
}

/// The step that removes a second factor.
pub(crate) fn remove_totp(id: &AdministratorId) -> Step {
    const SQL: &str = "UPDATE administrators SET totp_sealed = NULL WHERE id = $1";
    Step::new(SQL, vec![id.as_str().into()])
}

/// The step that remembers that somebody came in.
pub(crate) fn came_in(id: &AdministratorId, now: Timestamp) -> Step {
    const SQL: &str = "UPDATE administrators SET last_sign_in_at = $2 WHERE id = $1";
    Step::new(SQL, vec![id.as_str().into(), now.into()])
}

/// The step that stores a password (`must_change`).
pub(crate) fn set_password(id: &AdministratorId, hash: &str, now: Timestamp) -> Step {
    const SQL: &str = "UPDATE administrators SET password_hash = $2, updated_at = $3 WHERE id = $1";
    Step::new(SQL, vec![id.as_str().into(), hash.into(), now.into()]).must_change()
}

/// The step that makes sure that the password is still the one that was judged (`must_change`), and keeps it so until the unit is done.
pub(crate) fn still_has_password(who: &Administrator) -> Step {
    const SQL: &str = "UPDATE administrators SET updated_at = updated_at
        WHERE id = $1 AND password_hash = $2";
    Step::new(SQL, vec![who.id.as_str().into(), who.password_hash.as_deref().into()]).must_change()
}

/// The step that lets one unit after the other decide who is an owner.
fn hold_owners() -> Step {
    const SQL: &str = "UPDATE administrators SET updated_at = updated_at WHERE role = 'owner'";
    Step::new(SQL, vec![])
}

/// Columns of an administrator, at the beginning of a row.
pub(crate) fn administrator(row: &Row) -> Result<Administrator> {
    Ok(Administrator {
        id: row.parse(0, AdministratorId::parse)?,
        name: row.text(1)?,
        role: row.parse(2, Role::parse)?,
        password_hash: row.opt_text(3)?,
        totp_sealed: row.opt_text(4)?,
        last_sign_in_at: row.opt_time(5)?,
        created_at: row.time(6)?,
        updated_at: row.time(7)?,
    })
}
