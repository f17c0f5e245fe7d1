//! The `logout_notices` table: applications that are still to be told that a session ended (OpenID Connect Back-Channel Logout 1.0).
//! A row is written in the unit that ends the session, so that a process that dies forgets nobody.
use haoma_core::ids::{ClientId, GrantId, SessionId, UserId};
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result};
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The grant that ended with the session.
    pub id: GrantId,
    /// Who is to be told.
    pub client_id: ClientId,
    /// Whose session it was.
    pub user_id: UserId,
    /// By which names the client may know it, space-separated, the last one last.
    pub sids: String,
    /// How often it was tried.
    pub tries: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// When the session ended.
    pub created_at: Timestamp,
}

/// The step that notes whom to tell that a session ends: whoever was allowed something in it and has an address for that. It comes
/// before the grants go.
pub fn of_session(id: &SessionId, now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO logout_notices (id, client_id, user_id, sids, due_at, created_at)
        SELECT g.id, g.client_id, g.user_id, COALESCE(g.former_sids || ' ', '') || g.session_id, $2, $2
        FROM grants g JOIN applications a ON a.id = g.client_id
        WHERE g.session_id = $1 AND a.oidc_client_metadata LIKE '%\"backchannelLogoutUri\":\"%'
        ON CONFLICT (id) DO NOTHING";
    Step::new(SQL, vec![id.as_str().into(), now.into()])
}

/// The same for what somebody else was allowed in it than this user, who takes the browser over.
pub fn of_others_in_session(id: &SessionId, user: &UserId, now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO logout_notices (id, client_id, user_id, sids, due_at, created_at)
        SELECT g.id, g.client_id, g.user_id, COALESCE(g.former_sids || ' ', '') || g.session_id, $2, $2
        FROM grants g JOIN applications a ON a.id = g.client_id
        WHERE g.session_id = $1 AND g.user_id <> $3
            AND a.oidc_client_metadata LIKE '%\"backchannelLogoutUri\":\"%'
        ON CONFLICT (id) DO NOTHING";
    Step::new(SQL, vec![id.as_str().into(), now.into(), user.as_str().into()])
}

/// The same for every session of a user.
pub(crate) fn of_user(id: &UserId, now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO logout_notices (id, client_id, user_id, sids, due_at, created_at)
        SELECT g.id, g.client_id, g.user_id, COALESCE(g.former_sids || ' ', '') || g.session_id, $2, $2
        FROM grants g JOIN applications a ON a.id = g.client_id
        WHERE g.user_id = $1 AND a.oidc_client_metadata LIKE '%\"backchannelLogoutUri\":\"%'
        ON CONFLICT (id) DO NOTHING";
    Step::new(SQL, vec![id.as_str().into(), now.into()])
}

/// The same for every session of a user but one.
pub(crate) fn of_other_sessions(user: &UserId, keep: &SessionId, now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO logout_notices (id, client_id, user_id, sids, due_at, created_at)
        SELECT g.id, g.client_id, g.user_id, COALESCE(g.former_sids || ' ', '') || g.session_id, $2, $2
        FROM grants g JOIN applications a ON a.id = g.client_id
        WHERE g.user_id = $1 AND g.session_id <> $3
            AND a.oidc_client_metadata LIKE '%\"backchannelLogoutUri\":\"%'
        ON CONFLICT (id) DO NOTHING";
    Step::new(SQL, vec![user.as_str().into(), now.into(), keep.as_str().into()])
}

/// What is due, the longest due first, at most `limit`.
pub async fn list_due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<Notice>> {
    const SQL: &str = "SELECT id, client_id, user_id, sids, tries, due_at, created_at
        FROM logout_notices WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    db.read(SQL, vec![now.into(), limit.into()]).await?.iter().map(notice).collect()
}

/// Takes a due one to be tried now, and says when it is due again if nothing comes of it; `false` when another node took it.
pub async fn claim(db: &Db, notice: &Notice, again_at: Timestamp) -> Result<bool> {
    const SQL: &str =
        "UPDATE logout_notices SET tries = tries + 1, due_at = $3 WHERE id = $1 AND due_at = $2";
    let params = vec![notice.id.as_str().into(), notice.due_at.into(), again_at.into()];
    match db.write(Step::new(SQL, params).must_change()).await {
        Ok(_) => Ok(true),
        Err(Error::Unchanged { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// It is over, with the event that tells how; `false` when it was over already.
pub async fn settle(db: &Db, id: &GrantId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM logout_notices WHERE id = $1";
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    match db.unit(vec![gone, audit::record(event)]).await {
        Ok(_) => Ok(true),
        Err(Error::Unchanged { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn notice(row: &Row) -> Result<Notice> {
    Ok(Notice {
        id: row.parse(0, GrantId::parse)?,
        client_id: row.parse(1, ClientId::parse)?,
        user_id: row.parse(2, UserId::parse)?,
        sids: row.text(3)?,
        tries: row.int(4)?,
        due_at: row.time(5)?,
        created_at: row.time(6)?,
    })
}
