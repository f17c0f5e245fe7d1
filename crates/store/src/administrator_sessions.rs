//! The `administrator_sessions` table: which browser is signed in to the console as whom.
use haoma_core::ids::{AdministratorId, AdministratorSessionId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::administrators::{
    AFTER, Administrator, administrator, came_in, set_password, spend_totp, still_has_password,
};
use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
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

/// What becomes of an administrator's sessions when what they may do, or how they sign in, changes: no cookie from before is worth
/// anything after (security statement 44).
#[derive(Debug, Clone, Copy)]
pub enum Sessions<'a> {
    /// All end: somebody else changed it.
    End,
    /// All end, and the one it was changed in goes on under another id.
    Turn(&'a AdministratorSessionId, &'a AdministratorSession),
}

impl Sessions<'_> {
    /// The steps that do it; the session that goes on must be there.
    pub(crate) fn steps(self, administrator: &AdministratorId) -> Vec<Step> {
        match self {
            Self::End => vec![end_others(administrator, None)],
            Self::Turn(old, new) => {
                vec![delete(old).must_change(), end_others(administrator, None), insert(new)]
            }
        }
    }
}

/// Begins a session of somebody whose password was judged right, and spends the code of the step of time that let in; ends the
/// session `before` that the browser had. `false` when the password changed meanwhile or the code was spent already.
pub async fn begin(
    db: &Db,
    (who, totp_step): (&Administrator, Option<i64>),
    session: &AdministratorSession,
    before: Option<&AdministratorSessionId>,
    event: &Event,
) -> Result<bool> {
    let mut steps = vec![still_has_password(who)];
    steps.extend(totp_step.map(|step| spend_totp(&who.id, step)));
    steps.extend(before.map(delete));
    steps.push(came_in(&who.id, session.created_at));
    steps.extend(begin_steps(session, event));
    changed(db.unit(steps).await)
}

fn delete(id: &AdministratorSessionId) -> Step {
    const SQL: &str = "DELETE FROM administrator_sessions WHERE id = $1";
    Step::new(SQL, vec![id.as_str().into()])
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
        "SELECT a.id, a.name, a.role, a.password_hash, a.totp_sealed, a.last_sign_in_at,
            a.created_at, a.updated_at, s.id, s.secret_hash, s.ip, s.user_agent, s.proved_at,
            s.seen_at, s.expires_at, s.created_at
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
        "SELECT a.id, a.name, a.role, a.password_hash, a.totp_sealed, a.last_sign_in_at,
            a.created_at, a.updated_at, s.id, s.secret_hash, s.ip, s.user_agent, s.proved_at,
            s.seen_at, s.expires_at, s.created_at
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

/// Gives a session another id after the password was given again (security statement 44: a cookie that was copied before is worth
/// nothing after); `false` when it was ended, or the password changed meanwhile.
pub async fn renew(
    db: &Db,
    who: &Administrator,
    old: &AdministratorSessionId,
    new: &AdministratorSession,
    event: &Event,
) -> Result<bool> {
    let mut steps = vec![still_has_password(who), delete(old).must_change()];
    steps.extend(begin_steps(new, event));
    changed(db.unit(steps).await)
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

/// Stores a new password in place of the one that was judged, ends every session but `kept`, and makes links worthless: who knew
/// the old one is out. `false` when that session was ended, or the password changed meanwhile.
pub async fn change_password(
    db: &Db,
    (who, hash): (&Administrator, &str),
    kept: &AdministratorSessionId,
    now: Timestamp,
    event: &Event,
) -> Result<bool> {
    const KEPT: &str = "UPDATE administrator_sessions SET seen_at = seen_at WHERE id = $1";
    const LINKS: &str = "DELETE FROM administrator_links WHERE administrator_id = $1";
    let steps = vec![
        still_has_password(who),
        Step::new(KEPT, vec![kept.as_str().into()]).must_change(),
        set_password(&who.id, hash, now),
        end_others(&who.id, Some(kept)),
        Step::new(LINKS, vec![who.id.as_str().into()]),
        audit::record(event),
    ];
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
        id: row.parse(AFTER, AdministratorSessionId::parse)?,
        hash: SecretHash::from_stored(row.text(AFTER + 1)?),
        administrator_id: administrator.id.clone(),
        ip: row.opt_text(AFTER + 2)?,
        user_agent: row.opt_text(AFTER + 3)?,
        proved_at: row.time(AFTER + 4)?,
        seen_at: row.time(AFTER + 5)?,
        expires_at: row.time(AFTER + 6)?,
        created_at: row.time(AFTER + 7)?,
    };
    Ok((administrator, session))
}
