//! The `sessions` table: which browser is signed in as whom. Only a hash of the cookie's secret is stored.
use haoma_core::ids::{ClientId, GrantId, SessionId, UserId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::audit::{self, Event, shortened};
use crate::db::{Db, Result, changed};
use crate::grants;
use crate::logout_notices;
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The public half of the cookie; also the `sid` claim.
    pub id: SessionId,
    /// Of the secret half.
    pub hash: SecretHash,
    /// Who is signed in.
    pub user_id: UserId,
    /// When they signed in.
    pub authenticated_at: Timestamp,
    /// When it is gone.
    pub expires_at: Timestamp,
    /// When it began.
    pub created_at: Timestamp,
    /// From where.
    pub place: Place,
}

/// From where somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The client's address.
    pub ip: Option<String>,
    /// The client's program, at most 120 characters.
    pub user_agent: Option<String>,
}

/// Characters of a client's program that are kept: they tell browser and system.
const USER_AGENT_CHARS: usize = 120;

/// What the session's user allowed a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The grant's row.
    pub id: GrantId,
    /// Space-separated scopes.
    pub scope: String,
    /// Scopes of API resources: a JSON object by indicator, if there are any.
    pub resource_scopes: Option<String>,
    /// The sessions in which it was allowed before this one, of the same browser and user; space-separated.
    pub former_sids: Option<String>,
}

/// The step that stores a new one.
pub fn insert(session: &Session) -> Step {
    const SQL: &str = "INSERT INTO sessions (id, secret_hash, user_id, authenticated_at, expires_at, created_at, ip, user_agent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let program = session.place.user_agent.as_deref();
    let params = vec![
        session.id.as_str().into(),
        session.hash.as_str().into(),
        session.user_id.as_str().into(),
        session.authenticated_at.into(),
        session.expires_at.into(),
        session.created_at.into(),
        session.place.ip.as_deref().into(),
        program.map(|text| shortened(text, USER_AGENT_CHARS)).into(),
    ];
    Step::new(SQL, params)
}

/// One that lives, of a user who is not locked, with what was allowed to the client in it; in one read.
pub async fn find(
    db: &Db,
    id: &SessionId,
    client: &ClientId,
    now: Timestamp,
) -> Result<Option<(Session, Option<Granted>)>> {
    const SQL: &str =
        "SELECT s.id, s.secret_hash, s.user_id, s.authenticated_at, s.expires_at, s.created_at,
            g.id, g.scope, g.resource_scopes, g.former_sids
        FROM sessions s JOIN users u ON u.id = s.user_id
        LEFT JOIN grants g ON g.session_id = s.id AND g.client_id = $2 AND g.expires_at > $3
        WHERE s.id = $1 AND s.expires_at > $3 AND u.is_locked = FALSE";
    let params = vec![id.as_str().into(), client.as_str().into(), now.into()];
    db.read(SQL, params).await?.first().map(|row| Ok((session(row)?, granted(row)?))).transpose()
}

/// A user's living sessions, oldest first; a user has few.
pub async fn list_of_user(db: &Db, user: &UserId, now: Timestamp) -> Result<Vec<Session>> {
    const SQL: &str =
        "SELECT id, secret_hash, user_id, authenticated_at, expires_at, created_at, ip, user_agent
        FROM sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY id";
    let params = vec![user.as_str().into(), now.into()];
    let from = |row: &Row| {
        let place = Place { ip: row.opt_text(6)?, user_agent: row.opt_text(7)? };
        Ok(Session { place, ..session(row)? })
    };
    db.read(SQL, params).await?.iter().map(from).collect()
}

/// Whose a living session is.
pub async fn owner(db: &Db, id: &SessionId, now: Timestamp) -> Result<Option<UserId>> {
    const SQL: &str = "SELECT user_id FROM sessions WHERE id = $1 AND expires_at > $2";
    let rows = db.read(SQL, vec![id.as_str().into(), now.into()]).await?;
    rows.first().map(|row| row.parse(0, UserId::parse)).transpose()
}

/// Ends a session of a user with all that was given in it, notes whom to tell, and stores the event that tells of it; `false` when the
/// user has no such session.
pub async fn end(db: &Db, (user, id): (&UserId, &SessionId), event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM sessions WHERE id = $1 AND user_id = $2";
    let gone = Step::new(SQL, vec![id.as_str().into(), user.as_str().into()]).must_change();
    let notices = logout_notices::of_session(id, event.at);
    let steps = vec![gone, notices, grants::delete_of_session(id), audit::record(event)];
    changed(db.unit(steps).await)
}

/// Ends every session of a user but one, with all that was given in them, notes whom to tell, and stores the event that tells of it.
pub async fn end_others(db: &Db, (user, keep): (&UserId, &SessionId), event: &Event) -> Result<()> {
    let mut steps = delete_others(user, keep, event.at).to_vec();
    steps.push(audit::record(event));
    db.unit(steps).await.map(drop)
}

/// The steps that end every session of a user but one, with all that was given in them, and note whom to tell.
pub(crate) fn delete_others(user: &UserId, keep: &SessionId, now: Timestamp) -> [Step; 3] {
    const SESSIONS: &str = "DELETE FROM sessions WHERE user_id = $1 AND id <> $2";
    const GRANTS: &str = "DELETE FROM grants WHERE user_id = $1 AND session_id <> $2";
    let step = |sql| Step::new(sql, vec![user.as_str().into(), keep.as_str().into()]);
    [logout_notices::of_other_sessions(user, keep, now), step(SESSIONS), step(GRANTS)]
}

/// Ends every session of a user with all that was given in them, notes whom to tell, and stores the event that tells of it.
pub async fn end_all(db: &Db, user: &UserId, event: &Event) -> Result<()> {
    let notices = logout_notices::of_user(user, event.at);
    let gone = [delete_of_user(user), grants::delete_of_user(user)];
    let steps = [notices].into_iter().chain(gone).chain([audit::record(event)]);
    db.unit(steps.collect()).await.map(drop)
}

/// The step that ends every session of a user.
pub(crate) fn delete_of_user(user: &UserId) -> Step {
    const SQL: &str = "DELETE FROM sessions WHERE user_id = $1";
    Step::new(SQL, vec![user.as_str().into()])
}

/// The step that ends a session.
pub fn delete(id: &SessionId) -> Step {
    const SQL: &str = "DELETE FROM sessions WHERE id = $1";
    Step::new(SQL, vec![id.as_str().into()])
}

/// Without the place, which only lists tell.
fn session(row: &Row) -> Result<Session> {
    Ok(Session {
        id: row.parse(0, SessionId::parse)?,
        hash: SecretHash::from_stored(row.text(1)?),
        user_id: row.parse(2, UserId::parse)?,
        authenticated_at: row.time(3)?,
        expires_at: row.time(4)?,
        created_at: row.time(5)?,
        place: Place::default(),
    })
}

/// `None` where the join found no grant.
fn granted(row: &Row) -> Result<Option<Granted>> {
    let Some(id) = row.parse_opt(6, GrantId::parse)? else { return Ok(None) };
    let (scope, resource_scopes) = (row.text(7)?, row.opt_text(8)?);
    Ok(Some(Granted { id, scope, resource_scopes, former_sids: row.opt_text(9)? }))
}
