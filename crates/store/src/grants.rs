//! The `grants` table: what a user allowed a client within a session. Everything issued hangs on it and goes with it.
use haoma_core::ids::{ClientId, GrantId, InteractionId, SessionId, UserId};
use haoma_core::phone::PhoneDigits;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::sessions::Granted;
use crate::value::{Row, Step, Value};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Row id.
    pub id: GrantId,
    /// Who allowed it.
    pub user_id: UserId,
    /// To whom.
    pub client_id: ClientId,
    /// Where; a session has one grant per client.
    pub session_id: SessionId,
    /// Space-separated scopes.
    pub scope: String,
    /// Scopes of API resources: a JSON object by indicator, if there are any.
    pub resource_scopes: Option<String>,
    /// When it is gone.
    pub expires_at: Timestamp,
    /// When it was given.
    pub created_at: Timestamp,
}

/// Whose grant a code or token hangs on, with all that claims are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The grant.
    pub grant_id: GrantId,
    /// The session it was given in; the `sid` claim.
    pub session_id: SessionId,
    /// The user.
    pub user_id: UserId,
    /// Locked users get nothing.
    pub is_locked: bool,
    /// The verified number.
    pub phone: Option<PhoneDigits>,
    /// The user name.
    pub username: Option<String>,
    /// What people call them.
    pub name: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// Further profile claims, a JSON object.
    pub profile: String,
    /// The applications' own, a JSON object.
    pub custom_data: String,
    /// When they registered.
    pub created_at: Timestamp,
    /// When any of this changed.
    pub updated_at: Timestamp,
}

/// The columns of [`Holder`], which other tables' statements put first; `g` and `u` are grants and users.
macro_rules! holder_columns {
    () => {
        "g.id, g.session_id, u.id, u.is_locked, u.phone, u.username, u.name, u.avatar,
            u.profile, u.custom_data, u.created_at, u.updated_at"
    };
}
pub(crate) use holder_columns;

/// How many they are: the position of the first column after them.
pub(crate) const AFTER_HOLDER: usize = 12;

pub(crate) fn holder(row: &Row) -> Result<Holder> {
    Ok(Holder {
        grant_id: row.parse(0, GrantId::parse)?,
        session_id: row.parse(1, SessionId::parse)?,
        user_id: row.parse(2, UserId::parse)?,
        is_locked: row.bool(3)?,
        phone: row.parse_opt(4, PhoneDigits::from_stored)?,
        username: row.opt_text(5)?,
        name: row.opt_text(6)?,
        avatar: row.opt_text(7)?,
        profile: row.text(8)?,
        custom_data: row.text(9)?,
        created_at: row.time(10)?,
        updated_at: row.time(11)?,
    })
}

/// What came of an agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// The grant is stored.
    Done,
    /// The interaction was changed, submitted or gone in between.
    Gone,
    /// What was allowed before is not what it was when it was read: nothing is stored.
    Stale,
}

/// The person agreed (or need not be asked): stores the grant, or widens `before`, the one of the same session and client, and the
/// consent interaction is submitted.
pub async fn give(
    db: &Db,
    (grant, before): (&Grant, Option<&Granted>),
    (interaction, version): (&InteractionId, i64),
    event: Option<&Event>,
) -> Result<Given> {
    const SUBMIT: &str = "UPDATE interactions SET outcome = 'submitted', version = version + 1
        WHERE id = $1 AND version = $2 AND outcome = 'open' AND prompt = 'consent' AND expires_at > $3";
    let params = vec![interaction.as_str().into(), version.into(), grant.created_at.into()];
    let mut steps = vec![Step::new(SUBMIT, params).must_change(), widen(grant, before)];
    steps.extend(event.map(audit::record));
    match db.unit(steps).await {
        Ok(_) => Ok(Given::Done),
        Err(Error::Unchanged { step: 0 }) => Ok(Given::Gone),
        Err(Error::Unchanged { .. }) => Ok(Given::Stale),
        Err(error) => Err(error),
    }
}

/// The step that stores a grant where there is none, or makes the one of the same session and client what this one is, under its old id,
/// if that is still what was read (`must_change`): two agreements at once must not undo each other. One that ran out is as good as none.
fn widen(grant: &Grant, before: Option<&Granted>) -> Step {
    const SQL: &str =
        "INSERT INTO grants (id, user_id, client_id, session_id, scope, resource_scopes, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (session_id, client_id) DO UPDATE SET scope = excluded.scope,
            resource_scopes = excluded.resource_scopes, expires_at = excluded.expires_at
        WHERE grants.expires_at <= $8
            OR (grants.scope = $9 AND COALESCE(grants.resource_scopes, '') = $10)";
    let mut params = params(grant);
    let resources = before.and_then(|before| before.resource_scopes.as_deref());
    params.push(before.map(|before| before.scope.as_str()).into());
    params.push(resources.unwrap_or_default().into());
    Step::new(SQL, params).must_change()
}

/// The step that stores a grant, or makes the one of the same session and client what this one is, under its old id.
pub fn upsert(grant: &Grant) -> Step {
    const SQL: &str =
        "INSERT INTO grants (id, user_id, client_id, session_id, scope, resource_scopes, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (session_id, client_id) DO UPDATE SET scope = excluded.scope,
            resource_scopes = excluded.resource_scopes, expires_at = excluded.expires_at";
    Step::new(SQL, params(grant))
}

fn params(grant: &Grant) -> Vec<Value> {
    vec![
        grant.id.as_str().into(),
        grant.user_id.as_str().into(),
        grant.client_id.as_str().into(),
        grant.session_id.as_str().into(),
        grant.scope.as_str().into(),
        grant.resource_scopes.as_deref().into(),
        grant.expires_at.into(),
        grant.created_at.into(),
    ]
}

/// Whether a grant is there and lives, of a user who may sign in.
pub async fn lives(db: &Db, id: &GrantId, now: Timestamp) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM grants g JOIN users u ON u.id = g.user_id
        WHERE g.id = $1 AND g.expires_at > $2 AND u.is_locked = FALSE";
    Ok(!db.read(SQL, vec![id.as_str().into(), now.into()]).await?.is_empty())
}

/// Who allowed something in a session that still counts, though the session itself may have run out.
pub async fn owner(db: &Db, session: &SessionId, now: Timestamp) -> Result<Option<UserId>> {
    const SQL: &str =
        "SELECT user_id FROM grants WHERE session_id = $1 AND expires_at > $2 LIMIT 1";
    let rows = db.read(SQL, vec![session.as_str().into(), now.into()]).await?;
    rows.first().map(|row| row.parse(0, UserId::parse)).transpose()
}

/// The step that takes a grant back, with every code and token that hangs on it.
pub fn delete(id: &GrantId) -> Step {
    const SQL: &str = "DELETE FROM grants WHERE id = $1";
    Step::new(SQL, vec![id.as_str().into()])
}

/// The steps that carry what the same user allowed over to their new session, and take back the rest. `to` is fresh: nothing was
/// allowed in it yet.
pub fn move_to_session(from: &SessionId, to: &SessionId, user: &UserId) -> [Step; 2] {
    const REST: &str = "DELETE FROM grants WHERE session_id = $1 AND user_id <> $2";
    const MOVE: &str = "UPDATE grants SET session_id = $2,
            former_sids = COALESCE(former_sids || ' ', '') || session_id
        WHERE session_id = $1";
    [
        Step::new(REST, vec![from.as_str().into(), user.as_str().into()]),
        Step::new(MOVE, vec![from.as_str().into(), to.as_str().into()]),
    ]
}

/// The step that takes back what was given in a session.
pub fn delete_of_session(id: &SessionId) -> Step {
    const SQL: &str = "DELETE FROM grants WHERE session_id = $1";
    Step::new(SQL, vec![id.as_str().into()])
}

/// The step that takes back what a user allowed anybody.
pub(crate) fn delete_of_user(id: &UserId) -> Step {
    const SQL: &str = "DELETE FROM grants WHERE user_id = $1";
    Step::new(SQL, vec![id.as_str().into()])
}

/// The step that takes back what anybody allowed a client.
pub(crate) fn delete_of_client(id: &ClientId) -> Step {
    const SQL: &str = "DELETE FROM grants WHERE client_id = $1";
    Step::new(SQL, vec![id.as_str().into()])
}

/// The same for at most `limit` of them.
pub(crate) fn delete_some_of_client(id: &ClientId, limit: i64) -> Step {
    const SQL: &str = "DELETE FROM grants WHERE id IN
        (SELECT id FROM grants WHERE client_id = $1 ORDER BY id LIMIT $2)";
    Step::new(SQL, vec![id.as_str().into(), limit.into()])
}

/// What a user allows now, by client; a user has few.
pub async fn list_of_user(db: &Db, id: &UserId, now: Timestamp) -> Result<Vec<Grant>> {
    const SQL: &str =
        "SELECT id, user_id, client_id, session_id, scope, resource_scopes, expires_at, created_at
        FROM grants WHERE user_id = $1 AND expires_at > $2 ORDER BY client_id, id";
    db.read(SQL, vec![id.as_str().into(), now.into()]).await?.iter().map(grant).collect()
}

/// Takes a grant of a user back, with the event that tells of it; `false` when the user has no such grant.
pub async fn take_back(db: &Db, (user, id): (&UserId, &GrantId), event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM grants WHERE id = $1 AND user_id = $2";
    let step = Step::new(SQL, vec![id.as_str().into(), user.as_str().into()]).must_change();
    changed(db.unit(vec![step, audit::record(event)]).await)
}

/// Takes back everything a user allowed a client, with the event that tells of it.
pub async fn take_back_all(
    db: &Db,
    (user, client): (&UserId, &ClientId),
    event: &Event,
) -> Result<()> {
    const SQL: &str = "DELETE FROM grants WHERE user_id = $1 AND client_id = $2";
    let step = Step::new(SQL, vec![user.as_str().into(), client.as_str().into()]);
    db.unit(vec![step, audit::record(event)]).await.map(drop)
}

fn grant(row: &Row) -> Result<Grant> {
    Ok(Grant {
        id: row.parse(0, GrantId::parse)?,
        user_id: row.parse(1, UserId::parse)?,
        client_id: row.parse(2, ClientId::parse)?,
        session_id: row.parse(3, SessionId::parse)?,
        scope: row.text(4)?,
        resource_scopes: row.opt_text(5)?,
        expires_at: row.time(6)?,
        created_at: row.time(7)?,
    })
}
