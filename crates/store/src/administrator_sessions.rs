//! The `administrator_sessions` table: which browser is signed in to the console as whom.
use haoma_core::ids::{AdministratorId, AdministratorSessionId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::administrators::{Administrator, administrator, changed, set_password};
use crate::audit::{self, Event};
use crate::db::{Db, Result};
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdministratorSession {
    /// The public half of the cookie.
    pub id: AdministratorSessionId,
    /// Of the secret half.
    pub hash: SecretHash,
    /// Who is signed in.
    pub administrator_id: AdministratorId,
    /// From where.
    pub ip: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
    /// When the password was given last.
    pub proved_at: Timestamp,
    /// When it was used last, to the minute.
    pub seen_at: Timestamp,
    /// When it is over, used or not.
    pub expires_at: Timestamp,
    /// When it began.
    pub created_at: Timestamp,
}

/// Begins a session.
pub async fn begin(db: &Db, session: &AdministratorSession, event: &Event) -> Result<()> {
    db.unit(vec![insert(session), audit::record(event)]).await.map(drop)
}

fn insert(session: &AdministratorSession) -> Step {
    const SQL: &str = "INSERT INTO administrator_sessions (id, secret_hash, administrator_id, ip,
            user_agent, proved_at, seen_at, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let params = vec![
        session.id.as_str().into(),
        session.hash.as_str().into(),
        session.administrator_id.as_str().into(),
        session.ip.as_deref().into(),
        session.user_agent.as_deref().into(),
        session.proved_at.into(),
        session.seen_at.into(),
        session.expires_at.into(),
        session.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// One that lives and was used after `idle_since`, with its administrator, in one read.
pub async fn find(
    db: &Db,
    id: &AdministratorSessionId,
    idle_since: Timestamp,
    now: Timestamp,
) -> Result<Option<(Administrator, AdministratorSession)>> {
    const SQL: &str =
        "SELECT a.id, a.name, a.role, a.password_hash, a.created_at, a.updated_at,
            s.id, s.secret_hash, s.ip, s.user_agent, s.proved_at, s.seen_at, s.expires_at, s.created_at
        FROM administrator_sessions s JOIN administrators a ON a.id = s.administrator_id
        WHERE s.id = $1 AND s.seen_at > $2 AND s.expires_at > $3";
    let params = vec![id.as_str().into(), idle_since.into(), now.into()];
    db.read(SQL, params).await?.first().map(both).transpose()
}

/// Every session of one administrator that lives, the newest first.
pub async fn list(
    db: &Db,
    administrator: &AdministratorId,
    idle_since: Timestamp,
    now: Timestamp,
) -> Result<Vec<AdministratorSession>> {
    const SQL: &str =
        "SELECT a.id, a.name, a.role, a.password_hash, a.created_at, a.updated_at,
            s.id, s.secret_hash, s.ip, s.user_agent, s.proved_at, s.seen_at, s.expires_at, s.created_at
        FROM administrator_sessions s JOIN administrators a ON a.id = s.administrator_id
        WHERE s.administrator_id = $1 AND s.seen_at > $2 AND s.expires_at > $3 ORDER BY s.id DESC";
    let params = vec![administrator.as_str().into(), idle_since.into(), now.into()];
    db.read(SQL, params).await?.iter().map(|row| Ok(both(row)?.1)).collect()
}

/// Remembers that a session was used.
pub async fn seen(db: &Db, id: &AdministratorSessionId, now: Timestamp) -> Result<()> {
    const SQL: &str =
        "UPDATE administrator_sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
    db.write(Step::new(SQL, vec![id.as_str().into(), now.into()])).await.map(drop)
}

/// Remembers that the password was given again.
pub async fn proved(
    db: &Db,
    id: &AdministratorSessionId,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    const SQL: &str =
        "UPDATE administrator_sessions SET proved_at = $2, seen_at = $2 WHERE id = $1";
    let step = Step::new(SQL, vec![id.as_str().into(), now.into()]).must_change();
    changed(db.unit(vec![step, audit::record(event)]).await)
}

/// Ends one session of an administrator; `false` when they have no such session.
pub async fn end(
    db: &Db,
    id: &AdministratorSessionId,
    administrator: &AdministratorId,
    event: &Event,
) -> Result<bool> {
    const SQL: &str = "DELETE FROM administrator_sessions WHERE id = $1 AND administrator_id = $2";
    let params = vec![id.as_str().into(), administrator.as_str().into()];
    changed(db.unit(vec![Step::new(SQL, params).must_change(), audit::record(event)]).await)
}

/// Stores a new password and ends every session but `kept`: who knew the old one is out.
pub async fn change_password(
    db: &Db,
    (id, hash): (&AdministratorId, &str),
    kept: &AdministratorSessionId,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    let steps = vec![set_password(id, hash, now), end_others(id, Some(kept)), audit::record(event)];
    changed(db.unit(steps).await)
}

/// The step that ends every session of an administrator but one.
pub(crate) fn end_others(
    administrator: &AdministratorId,
    kept: Option<&AdministratorSessionId>,
) -> Step {
    const SQL: &str = "DELETE FROM administrator_sessions WHERE administrator_id = $1 AND id <> $2";
    let kept = kept.map_or("", AdministratorSessionId::as_str);
    Step::new(SQL, vec![administrator.as_str().into(), kept.into()])
}

/// The steps that begin a session, for a unit that does more.
pub(crate) fn begin_steps(session: &AdministratorSession, event: &Event) -> [Step; 2] {
    [insert(session), audit::record(event)]
}

fn both(row: &Row) -> Result<(Administrator, AdministratorSession)> {
    let administrator = administrator(row)?;
    let session = AdministratorSession {
        id: row.parse(6, AdministratorSessionId::parse)?,
        hash: SecretHash::from_stored(row.text(7)?),
        administrator_id: administrator.id.clone(),
        ip: row.opt_text(8)?,
        user_agent: row.opt_text(9)?,
        proved_at: row.time(10)?,
        seen_at: row.time(11)?,
        expires_at: row.time(12)?,
        created_at: row.time(13)?,
    };
    Ok((administrator, session))
}
