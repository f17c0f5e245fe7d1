//! The `roles` table: what users or services are allowed together. There are few.
use haoma_core::ids::RoleId;
use haoma_core::time::Timestamp;

use crate::change::Change;
use crate::db::{Db, Error, Result, changed};
use crate::told::Told;
use crate::value::{Row, Step};
use crate::{application_roles, role_scopes, user_roles};

/// The role that lets a service call the management API, from the beginning.
pub const MANAGEMENT_ACCESS: &str = "management-api-access";

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Row id.
    pub id: RoleId,
    /// What people read; unique.
    pub name: String,
    /// For administrators.
    pub description: String,
    /// `User` or `MachineToMachine`: who can have it. Never changes.
    pub kind: String,
    /// Whether every new user gets it.
    pub is_default: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a partial update sets; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What people read.
    pub name: Change<String>,
    /// For administrators.
    pub description: Change<String>,
    /// Whether every new user gets it.
    pub is_default: Change<bool>,
}

/// What came of storing or changing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Stored like this.
    Done(Role),
    /// Another one is called so.
    NameTaken,
    /// A role of services cannot be everybody's.
    NoUsers,
    /// There is no such role; or, of a new one, no such scope for it, by its place among those given.
    Gone(Option<usize>),
}

/// Which roles a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// `User` or `MachineToMachine`.
    pub kind: Option<String>,
    /// A `LIKE` pattern (escape character `\`) for id, name or description, whatever the case.
    pub pattern: Option<String>,
}

macro_rules! role_columns {
    () => {
        "roles.id, roles.name, roles.description, roles.kind, roles.is_default, roles.created_at"
    };
}
pub(crate) use role_columns;

macro_rules! role_filter {
    () => {
        "(CAST($1 AS TEXT) IS NULL OR kind = $1)
            AND (CAST($2 AS TEXT) IS NULL OR LOWER(id) LIKE LOWER($2) ESCAPE '\\'
                OR LOWER(name) LIKE LOWER($2) ESCAPE '\\' OR LOWER(description) LIKE LOWER($2) ESCAPE '\\')"
    };
}

/// One by id.
pub async fn find(db: &Db, id: &RoleId) -> Result<Option<Role>> {
    const SQL: &str = concat!("SELECT ", role_columns!(), " FROM roles WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(role).transpose()
}

/// Roles, newest first, at most `limit` after the first `offset`.
pub async fn list(db: &Db, filter: &Filter, (limit, offset): (i64, i64)) -> Result<Vec<Role>> {
    const SQL: &str = concat!(
        "SELECT ",
        role_columns!(),
        " FROM roles WHERE ",
        role_filter!(),
        " ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4"
    );
    let mut params = filter_params(filter);
    params.extend([limit.into(), offset.into()]);
    db.read(SQL, params).await?.iter().map(role).collect()
}

/// How many roles a list would hold.
pub async fn count(db: &Db, filter: &Filter) -> Result<i64> {
    const SQL: &str = concat!("SELECT COUNT(*) FROM roles WHERE ", role_filter!());
    db.read(SQL, filter_params(filter)).await?.first().map_or(Ok(0), |row| row.int(0))
}

fn filter_params(filter: &Filter) -> Vec<crate::Value> {
    vec![filter.kind.as_deref().into(), filter.pattern.as_deref().into()]
}

/// Stores a new one with these scopes, by id, and tells of it.
pub async fn create(
    db: &Db,
    role: &Role,
    scopes: &[String],
    told: impl Into<Told<'_>>,
) -> Result<Kept> {
    const SQL: &str = "INSERT INTO roles (id, name, description, kind, is_default, created_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING";
    let params = vec![
        role.id.as_str().into(),
        role.name.as_str().into(),
        role.description.as_str().into(),
        role.kind.as_str().into(),
        role.is_default.into(),
        role.created_at.into(),
    ];
    let mut steps = vec![Step::new(SQL, params).must_change()];
    steps.extend(scopes.iter().map(|scope| role_scopes::insert(&role.id, scope)));
    steps.extend(told.into().steps());
    match db.unit(steps).await {
        Ok(_) => Ok(Kept::Done(role.clone())),
        Err(Error::Unchanged { step: 0 }) => Ok(Kept::NameTaken),
        Err(Error::Unchanged { step }) => Ok(Kept::Gone(Some(step - 1))),
        Err(error) => Err(error),
    }
}

/// Sets what `changes` says, and tells of it.
pub async fn change(
    db: &Db,
    id: &RoleId,
    changes: &Changes,
    told: impl Into<Told<'_>>,
) -> Result<Kept> {
    const SQL: &str = concat!(
        "UPDATE roles SET name = CASE WHEN $2 THEN $3 ELSE name END,
            description = CASE WHEN $4 THEN $5 ELSE description END,
            is_default = CASE WHEN $6 THEN $7 ELSE is_default END
        WHERE id = $1 RETURNING ",
        role_columns!()
    );
    let mut params = vec![id.as_str().into()];
    params.extend(changes.name.params(|name| name.as_str().into()));
    params.extend(changes.description.params(|text| text.as_str().into()));
    params.extend(changes.is_default.params(|yes| (*yes).into()));
    let mut steps = vec![Step::new(SQL, params).must_change()];
    steps.extend(told.into().steps());
    match db.unit(steps).await {
        Ok(done) => {
            let row = done.first().and_then(|done| done.rows.first());
            Ok(row.map(role).transpose()?.map_or(Kept::Gone(None), Kept::Done))
        }
        Err(Error::Unchanged { .. }) => Ok(Kept::Gone(None)),
        Err(Error::Conflict(rule)) if rule.contains("name") => Ok(Kept::NameTaken),
        Err(Error::Conflict(_)) => Ok(Kept::NoUsers),
        Err(error) => Err(error),
    }
}

/// Takes a role from all who have it and deletes it, and tells of it; `false` when there is none.
///
/// Ten million users may have it: they lose it in batches, so that signing in never waits long, and the role goes last. A process that dies
/// half-way leaves a role that can be deleted again.
pub async fn delete(db: &Db, id: &RoleId, told: impl Into<Told<'_>>) -> Result<bool> {
    const SQL: &str = "DELETE FROM roles WHERE id = $1";
    const BATCH: i64 = 500;
    let told = told.into();
    if find(db, id).await?.is_none() {
        return Ok(false);
    }
    while db.write(user_roles::take_some(id, BATCH)).await?.changed > 0 {}
    while db.write(application_roles::take_some(id, BATCH)).await?.changed > 0 {}
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(std::iter::once(gone).chain(told.steps()).collect()).await)
}

pub(crate) fn role(row: &Row) -> Result<Role> {
    Ok(Role {
        id: row.parse(0, RoleId::parse)?,
        name: row.text(1)?,
        description: row.text(2)?,
        kind: row.text(3)?,
        is_default: row.bool(4)?,
        created_at: row.time(5)?,
    })
}
