//! The `applications_roles` table: which roles a service has. There are few services.
use haoma_core::ids::{ClientId, RoleId};

use crate::applications::{Application, application, application_columns};
use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
use crate::role_scopes::Given;
use crate::roles::{Role, role, role_columns};
use crate::value::Step;

/// The roles of a service by name, at most `limit` after the first `offset`.
pub async fn list(db: &Db, id: &ClientId, (limit, offset): (i64, i64)) -> Result<Vec<Role>> {
    const SQL: &str = concat!(
        "SELECT ",
        role_columns!(),
        " FROM applications_roles ar JOIN roles ON roles.id = ar.role_id
        WHERE ar.application_id = $1 ORDER BY roles.name LIMIT $2 OFFSET $3"
    );
    let params = vec![id.as_str().into(), limit.into(), offset.into()];
    db.read(SQL, params).await?.iter().map(role).collect()
}

/// Services that have a role, by id, at most `limit` after the first `offset`.
pub async fn members(
    db: &Db,
    role: &RoleId,
    (limit, offset): (i64, i64),
) -> Result<Vec<Application>> {
    const SQL: &str = concat!(
        "SELECT ",
        application_columns!(),
        " FROM applications_roles JOIN applications ON id = application_id WHERE role_id = $1
        ORDER BY application_id LIMIT $2 OFFSET $3"
    );
    let params = vec![role.as_str().into(), limit.into(), offset.into()];
    db.read(SQL, params).await?.iter().map(application).collect()
}

/// How many services have a role.
pub async fn count(db: &Db, role: &RoleId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM applications_roles WHERE role_id = $1";
    db.read(SQL, vec![role.as_str().into()]).await?.first().map_or(Ok(0), |row| row.int(0))
}

/// Gives services a role, all or none, with the event that tells of it.
pub async fn give(db: &Db, role: &RoleId, ids: &[String], event: &Event) -> Result<Given> {
    let mut steps: Vec<_> = ids.iter().map(|id| insert(id, role.as_str())).collect();
    steps.push(audit::record(event));
    Given::of(db.unit(steps).await)
}

/// Gives a service roles it does not have, all or none, with the event that tells of it.
pub async fn add(db: &Db, id: &ClientId, roles: &[String], event: &Event) -> Result<Given> {
    let mut steps: Vec<_> = roles.iter().map(|role| insert(id.as_str(), role)).collect();
    steps.push(audit::record(event));
    Given::of(db.unit(steps).await)
}

/// Leaves a service with these roles and no others, with the event that tells of it.
pub async fn replace(db: &Db, id: &ClientId, roles: &[String], event: &Event) -> Result<Given> {
    let mut steps = vec![take_all(id)];
    steps.extend(roles.iter().map(|role| insert(id.as_str(), role)));
    steps.push(audit::record(event));
    let given = Given::of(db.unit(steps).await)?;
    // the first step gives nothing
    Ok(if let Given::Unknown(step) = given {
        Given::Unknown(step.saturating_sub(1))
    } else {
        given
    })
}

/// Takes a role from a service, with the event that tells of it; `false` when it does not have it.
pub async fn take(db: &Db, id: &ClientId, role: &RoleId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM applications_roles WHERE application_id = $1 AND role_id = $2";
    let gone = Step::new(SQL, vec![id.as_str().into(), role.as_str().into()]).must_change();
    changed(db.unit(vec![gone, audit::record(event)]).await)
}

/// Gives a service a role for services, if there are both (`must_change`); a conflict where it has it.
fn insert(id: &str, role: &str) -> Step {
    const SQL: &str = "INSERT INTO applications_roles (application_id, role_id)
        SELECT applications.id, roles.id FROM applications JOIN roles ON roles.id = $2
        WHERE applications.id = $1 AND applications.kind = 'MachineToMachine' AND roles.kind = 'MachineToMachine'";
    Step::new(SQL, vec![id.into(), role.into()]).must_change()
}

/// The step that takes from a service every role that lets it manage.
pub(crate) fn take_managing(id: &ClientId) -> Step {
    const SQL: &str = "DELETE FROM applications_roles WHERE application_id = $1
        AND role_id IN (SELECT role_id FROM roles_scopes WHERE scope_id = 'management-api-all')";
    Step::new(SQL, vec![id.as_str().into()])
}

/// The step that takes every role from an application.
pub(crate) fn take_all(id: &ClientId) -> Step {
    const SQL: &str = "DELETE FROM applications_roles WHERE application_id = $1";
    Step::new(SQL, vec![id.as_str().into()])
}

/// The step that takes a role from at most `limit` services.
pub(crate) fn take_some(role: &RoleId, limit: i64) -> Step {
    const SQL: &str = "DELETE FROM applications_roles WHERE role_id = $1 AND application_id IN
        (SELECT application_id FROM applications_roles WHERE role_id = $1 ORDER BY application_id LIMIT $2)";
    Step::new(SQL, vec![role.as_str().into(), limit.into()])
}
