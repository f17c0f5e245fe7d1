//! The `applications` table: who may ask people to sign in, and which services may manage.
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;

use crate::application_roles;
pub use crate::application_secrets::Secret;
use crate::application_secrets::{read as secret, upsert as upsert_secret};
use crate::audit::{self, Event};
use crate::change::Change;
use crate::db::{Db, Error, Result, changed};
use crate::grants;
use crate::value::{Row, Step};

/// One application; metadata in the management API's JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The `client_id`.
    pub id: ClientId,
    /// What people read.
    pub name: String,
    /// For administrators.
    pub description: Option<String>,
    /// `Native`, `SPA`, `Traditional` or `MachineToMachine`.
    pub kind: String,
    /// Somebody else's.
    pub is_third_party: bool,
    /// May call the management API; only a service can.
    pub is_admin: bool,
    /// `oidcClientMetadata`, a JSON object.
    pub oidc_client_metadata: String,
    /// `customClientMetadata`, a JSON object.
    pub custom_client_metadata: String,
    /// `customData`, a JSON object.
    pub custom_data: String,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When any of this changed.
    pub updated_at: Timestamp,
}

/// What a partial update sets; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// What people read.
    pub name: Change<String>,
    /// For administrators.
    pub description: Change<Option<String>>,
    /// May call the management API; refused for what is not a service.
    pub is_admin: Change<bool>,
    /// A JSON object.
    pub oidc_client_metadata: Change<String>,
    /// A JSON object.
    pub custom_client_metadata: Change<String>,
    /// A JSON object.
    pub custom_data: Change<String>,
    /// Only if it is as it was left then.
    pub if_left_at: Option<Timestamp>,
}

/// What came of a partial update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// Stored like this.
    Done(Box<Application>),
    /// There is no such application.
    Gone,
    /// It was changed after `if_left_at`.
    Stale,
    /// It is no service, so it cannot manage.
    NoService,
}

/// Which applications a list holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only these kinds; empty: all.
    pub kinds: Vec<String>,
    /// Only other people's, or only our own.
    pub is_third_party: Option<bool>,
    /// A `LIKE` pattern (escape character `\`) for id, name or description, whatever the case.
    pub pattern: Option<String>,
}

macro_rules! application_columns {
    () => {
        "applications.id, applications.name, description, kind, is_third_party, is_admin,
            oidc_client_metadata, custom_client_metadata, custom_data, applications.created_at, updated_at"
    };
}
pub(crate) use application_columns;
/// The position of the first column after them.
const AFTER_APPLICATION: usize = 11;

/// Kinds come as `,SPA,Native,`, so that one statement serves every choice.
macro_rules! application_filter {
    () => {
        "(CAST($1 AS TEXT) IS NULL OR $1 LIKE '%,' || kind || ',%')
            AND (CAST($2 AS BOOLEAN) IS NULL OR is_third_party = $2)
            AND (CAST($3 AS TEXT) IS NULL OR LOWER(id) LIKE LOWER($3) ESCAPE '\\'
                OR LOWER(name) LIKE LOWER($3) ESCAPE '\\' OR LOWER(description) LIKE LOWER($3) ESCAPE '\\')"
    };
}
pub(crate) use application_filter;

/// An application with all its secrets, in one read.
pub async fn find(db: &Db, id: &ClientId) -> Result<Option<(Application, Vec<Secret>)>> {
    const SQL: &str = concat!(
        "SELECT ",
        application_columns!(),
        ", s.name, s.secret_hash, s.last_four, s.expires_at, s.created_at
        FROM applications LEFT JOIN application_secrets s ON s.application_id = applications.id
        WHERE applications.id = $1 ORDER BY s.created_at, s.name"
    );
    let rows = db.read(SQL, vec![id.as_str().into()]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let secrets = rows.iter().filter_map(|row| secret(row, AFTER_APPLICATION).transpose());
    Ok(Some((application(first)?, secrets.collect::<Result<_>>()?)))
}

/// Whether there is an application of this id.
pub async fn is_known(db: &Db, id: &ClientId) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM applications WHERE id = $1";
    Ok(!db.read(SQL, vec![id.as_str().into()]).await?.is_empty())
}

/// Applications, newest first, at most `limit` after the first `offset`.
pub async fn list(
    db: &Db,
    filter: &Filter,
    (limit, offset): (i64, i64),
) -> Result<Vec<Application>> {
    const SQL: &str = concat!(
        "SELECT ",
        application_columns!(),
        " FROM applications WHERE ",
        application_filter!(),
        " ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5"
    );
    let mut params = filter_params(filter);
    params.extend([limit.into(), offset.into()]);
    db.read(SQL, params).await?.iter().map(application).collect()
}

/// How many applications a list would hold.
pub async fn count(db: &Db, filter: &Filter) -> Result<i64> {
    const SQL: &str = concat!("SELECT COUNT(*) FROM applications WHERE ", application_filter!());
    let rows = db.read(SQL, filter_params(filter)).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

pub(crate) fn filter_params(filter: &Filter) -> Vec<crate::Value> {
    let kinds = (!filter.kinds.is_empty()).then(|| format!(",{},", filter.kinds.join(",")));
    vec![kinds.into(), filter.is_third_party.into(), filter.pattern.as_deref().into()]
}

/// Inserts an application or changes everything but its age.
pub async fn upsert(db: &Db, application: &Application, secrets: &[Secret]) -> Result<()> {
    db.unit(upsert_steps(application, secrets)).await.map(drop)
}

/// Stores a new application with its secrets and the event that tells of it. Its id is fresh.
pub async fn create(
    db: &Db,
    application: &Application,
    secrets: &[Secret],
    event: &Event,
) -> Result<()> {
    let mut steps = upsert_steps(application, secrets);
    steps.push(audit::record(event));
    db.unit(steps).await.map(drop)
}

/// The step that stores a new application; a conflict where its id is taken.
pub(crate) fn insert(application: &Application) -> Step {
    const SQL: &str =
        "INSERT INTO applications (id, name, description, kind, is_third_party, is_admin,
            oidc_client_metadata, custom_client_metadata, custom_data, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    Step::new(SQL, params(application))
}

/// The steps that insert an application, or change everything but its age, and store secrets by their names.
pub(crate) fn upsert_steps<'a>(
    application: &Application,
    secrets: impl IntoIterator<Item = &'a Secret>,
) -> Vec<Step> {
    let mut steps = vec![upsert_step(application)];
    steps.extend(secrets.into_iter().map(|secret| upsert_secret(&application.id, secret)));
    steps
}

/// The steps that end what an application was given as what it was before: what people allowed it, and roles where it is another kind
/// of program now.
pub(crate) fn end_what_it_had(old: &Application, new: &Application) -> Vec<Step> {
    let (mut steps, is_other_kind) = (vec![], old.kind != new.kind);
    if is_other_kind || (new.is_third_party && !old.is_third_party) {
        steps.push(grants::delete_of_client(&new.id));
    }
    if is_other_kind {
        steps.push(application_roles::take_all(&new.id));
    }
    steps
}

/// The step that makes sure that an application is as it was left then (`must_change`), and keeps it so until the unit is done.
pub(crate) fn still_as_left(id: &ClientId, at: Timestamp) -> Step {
    const SQL: &str =
        "UPDATE applications SET updated_at = updated_at WHERE id = $1 AND updated_at = $2";
    Step::new(SQL, vec![id.as_str().into(), at.into()]).must_change()
}

fn upsert_step(application: &Application) -> Step {
    const SQL: &str = "INSERT INTO applications (id, name, description, kind, is_third_party, is_admin,
            oidc_client_metadata, custom_client_metadata, custom_data, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description,
            kind = excluded.kind, is_third_party = excluded.is_third_party, is_admin = excluded.is_admin,
            oidc_client_metadata = excluded.oidc_client_metadata,
            custom_client_metadata = excluded.custom_client_metadata,
            custom_data = excluded.custom_data, updated_at = excluded.updated_at";
    Step::new(SQL, params(application))
}

fn params(application: &Application) -> Vec<crate::Value> {
    vec![
        application.id.as_str().into(),
        application.name.as_str().into(),
        application.description.as_deref().into(),
        application.kind.as_str().into(),
        application.is_third_party.into(),
        application.is_admin.into(),
        application.oidc_client_metadata.as_str().into(),
        application.custom_client_metadata.as_str().into(),
        application.custom_data.as_str().into(),
        application.created_at.into(),
        application.updated_at.into(),
    ]
}

/// Sets what `changes` says, with the event that tells of it. Whoever shall not manage loses the roles that let it, too.
pub async fn change(db: &Db, id: &ClientId, changes: &Changes, event: &Event) -> Result<Changed> {
    change_with(db, id, changes, vec![], event).await
}

/// The same with steps that ride along.
pub(crate) async fn change_with(
    db: &Db,
    id: &ClientId,
    changes: &Changes,
    more: Vec<Step>,
    event: &Event,
) -> Result<Changed> {
    const SQL: &str = concat!(
        "UPDATE applications SET name = CASE WHEN $2 THEN $3 ELSE name END,
            description = CASE WHEN $4 THEN $5 ELSE description END,
            is_admin = CASE WHEN $6 THEN $7 ELSE is_admin END,
            oidc_client_metadata = CASE WHEN $8 THEN $9 ELSE oidc_client_metadata END,
            custom_client_metadata = CASE WHEN $10 THEN $11 ELSE custom_client_metadata END,
            custom_data = CASE WHEN $12 THEN $13 ELSE custom_data END, updated_at = $14
        WHERE id = $1 AND (CAST($15 AS BIGINT) IS NULL OR updated_at = $15) RETURNING ",
        application_columns!()
    );
    let mut params = vec![id.as_str().into()];
    params.extend(changes.name.params(|name| name.as_str().into()));
    params.extend(changes.description.params(|text| text.as_deref().into()));
    params.extend(changes.is_admin.params(|yes| (*yes).into()));
    params.extend(changes.oidc_client_metadata.params(|json| json.as_str().into()));
    params.extend(changes.custom_client_metadata.params(|json| json.as_str().into()));
    params.extend(changes.custom_data.params(|json| json.as_str().into()));
    params.extend([event.at.into(), changes.if_left_at.into()]);
    let mut steps = vec![Step::new(SQL, params).must_change()];
    if changes.is_admin == Change::Set(false) {
        steps.push(application_roles::take_managing(id));
    }
    steps.extend(more);
    steps.push(audit::record(event));
    match db.unit(steps).await {
        Ok(done) => match done.first().and_then(|done| done.rows.first()) {
            Some(row) => Ok(Changed::Done(Box::new(application(row)?))),
            None => Ok(Changed::Gone),
        },
        Err(Error::Unchanged { .. }) if is_known(db, id).await? => Ok(Changed::Stale),
        Err(Error::Unchanged { .. }) => Ok(Changed::Gone),
        Err(Error::Conflict(_)) => Ok(Changed::NoService),
        Err(error) => Err(error),
    }
}

/// Replaces `customData`, if it is still what was read; `false` when it was changed in between or is gone.
pub async fn replace_custom_data(
    db: &Db,
    id: &ClientId,
    (old, new): (&str, &str),
    event: &Event,
) -> Result<bool> {
    const SQL: &str = "UPDATE applications SET custom_data = $3, updated_at = $4
        WHERE id = $1 AND custom_data = $2";
    let params = vec![id.as_str().into(), old.into(), new.into(), event.at.into()];
    let step = Step::new(SQL, params).must_change();
    changed(db.unit(vec![step, audit::record(event)]).await)
}

/// Ends everything an application was given and deletes it, with the event that tells of it; `false` when there is none.
///
/// Grants go in batches, so that signing in elsewhere never waits long; the application goes last, together with
/// the grants of the meantime. A process that dies half-way leaves an application that can be deleted again.
pub async fn delete(db: &Db, id: &ClientId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM applications WHERE id = $1";
    const BATCH: i64 = 500;
    if !is_known(db, id).await? {
        return Ok(false);
    }
    while db.write(grants::delete_some_of_client(id, BATCH)).await?.changed > 0 {}
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(vec![gone, grants::delete_of_client(id), audit::record(event)]).await)
}

pub(crate) fn application(row: &Row) -> Result<Application> {
    Ok(Application {
        id: row.parse(0, ClientId::parse)?,
        name: row.text(1)?,
        description: row.opt_text(2)?,
        kind: row.text(3)?,
        is_third_party: row.bool(4)?,
        is_admin: row.bool(5)?,
        oidc_client_metadata: row.text(6)?,
        custom_client_metadata: row.text(7)?,
        custom_data: row.text(8)?,
        created_at: row.time(9)?,
        updated_at: row.time(10)?,
    })
}
