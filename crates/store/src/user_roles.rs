//! The `users_roles` table: which roles a user has, of ten million users.
use haoma_core::ids::{RoleId, UserId};

use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
use crate::role_scopes::Given;
use crate::roles::{Role, role, role_columns};
use crate::users::{Stored, user, user_columns};
use crate::value::Step;

/// The roles of a user by name, at most `limit` after the first `offset`; a user has few.
pub async fn list(db: &Db, user: &UserId, (limit, offset): (i64, i64)) -> Result<Vec<Role>> {
    const SQL: &str = concat!(
        "SELECT ",
        role_columns!(),
        " FROM users_roles ur JOIN roles ON roles.id = ur.role_id
        WHERE ur.user_id = $1 ORDER BY roles.name LIMIT $2 OFFSET $3"
    );
    let params = vec![user.as_str().into(), limit.into(), offset.into()];
    db.read(SQL, params).await?.iter().map(role).collect()
}

/// The names of a user's roles, in order; the `roles` claim.
pub async fn names(db: &Db, user: &UserId) -> Result<Vec<String>> {
    Ok(list(db, user, (i64::MAX, 0)).await?.into_iter().map(|role| role.name).collect())
}

/// Users who have a role, by id, at most `limit` after the first `offset`. What is left out is counted off in the index alone; even so a
/// page far into millions takes long.
pub async fn members(db: &Db, role: &RoleId, (limit, offset): (i64, i64)) -> Result<Vec<Stored>> {
    const SQL: &str = concat!(
        "SELECT ",
        user_columns!(),
        " FROM (SELECT user_id FROM users_roles WHERE role_id = $1
            ORDER BY user_id LIMIT $2 OFFSET $3) AS page
        JOIN users ON id = user_id ORDER BY user_id"
    );
    let params = vec![role.as_str().into(), limit.into(), offset.into()];
    db.scan(SQL, params).await?.iter().map(user).collect()
}

/// How many users have a role; `most` at most.
pub async fn count(db: &Db, role: &RoleId, most: i64) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT user_id FROM users_roles WHERE role_id = $1 LIMIT $2) AS found";
    let rows = db.scan(SQL, vec![role.as_str().into(), most.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// Gives users a role, all or none, with the event that tells of it.
pub async fn give(db: &Db, role: &RoleId, users: &[String], event: &Event) -> Result<Given> {
    let mut steps: Vec<_> =
        users.iter().map(|user| insert(user, role.as_str()).must_change()).collect();
    steps.push(audit::record(event));
    Given::of(db.unit(steps).await)
}

/// Gives a user the roles they do not have yet, with the event that tells of it; those that are new to them.
pub async fn add(db: &Db, user: &UserId, roles: &[String], event: &Event) -> Result<Vec<String>> {
    let mut steps: Vec<_> = roles.iter().map(|role| ensure(user, role)).collect();
    steps.push(audit::record(event));
    let done = db.unit(steps).await?;
    let new = roles.iter().zip(&done).filter(|(_, done)| done.changed > 0);
    Ok(new.map(|(role, _)| role.clone()).collect())
}

/// Leaves a user with these roles and no others, with the event that tells of it.
pub async fn replace(db: &Db, user: &UserId, roles: &[String], event: &Event) -> Result<()> {
    const CLEAR: &str = "DELETE FROM users_roles WHERE user_id = $1";
    let mut steps = vec![Step::new(CLEAR, vec![user.as_str().into()])];
    steps.extend(roles.iter().map(|role| ensure(user, role)));
    steps.push(audit::record(event));
    db.unit(steps).await.map(drop)
}

/// Takes a role from a user, with the event that tells of it; `false` when they do not have it.
pub async fn take(db: &Db, user: &UserId, role: &RoleId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM users_roles WHERE user_id = $1 AND role_id = $2";
    let gone = Step::new(SQL, vec![user.as_str().into(), role.as_str().into()]).must_change();
    changed(db.unit(vec![gone, audit::record(event)]).await)
}

/// Gives a user a role for users, if there are both; a conflict where they have it.
fn insert(user: &str, role: &str) -> Step {
    const SQL: &str = "INSERT INTO users_roles (user_id, role_id)
        SELECT users.id, roles.id FROM users JOIN roles ON roles.id = $2
        WHERE users.id = $1 AND roles.kind = 'User'";
    Step::new(SQL, vec![user.into(), role.into()])
}

fn ensure(user: &UserId, role: &str) -> Step {
    const SQL: &str = "INSERT INTO users_roles (user_id, role_id)
        SELECT users.id, roles.id FROM users JOIN roles ON roles.id = $2
        WHERE users.id = $1 AND roles.kind = 'User' ON CONFLICT (user_id, role_id) DO NOTHING";
    Step::new(SQL, vec![user.as_str().into(), role.into()])
}

/// The step that gives a new user what every new user gets.
pub(crate) fn give_defaults(user: &UserId) -> Step {
    const SQL: &str = "INSERT INTO users_roles (user_id, role_id)
        SELECT $1, roles.id FROM roles WHERE roles.is_default = TRUE";
    Step::new(SQL, vec![user.as_str().into()])
}

/// The step that takes a role from at most `limit` users.
pub(crate) fn take_some(role: &RoleId, limit: i64) -> Step {
    const SQL: &str = "DELETE FROM users_roles WHERE role_id = $1 AND user_id IN
        (SELECT user_id FROM users_roles WHERE role_id = $1 ORDER BY user_id LIMIT $2)";
    Step::new(SQL, vec![role.as_str().into(), limit.into()])
}
