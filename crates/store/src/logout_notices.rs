//! The `logout_notices` table: applications that are still to be told that a session ended (OpenID Connect Back-Channel Logout 1.0).
//! A row is written in the unit that ends the session, so that a process that dies forgets nobody.
use haoma_core::ids::{ClientId, GrantId, SessionId, TestNumberId, UserId};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
use crate::test_accounts::of_test_number;
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
    /// By which names the client may know it that it was not told yet, space-separated, the last one last.
    pub sids: String,
    /// Whether it heard one of them already.
    pub is_heard: bool,
    /// Tries that were begun.
    pub tries: i64,
    /// When it is tried next, or taken for forgotten by whoever tries it now.
    pub due_at: Timestamp,
    /// When the session ended.
    pub created_at: Timestamp,
}

/// Notes whoever has an address for that, of the grants that what follows says.
macro_rules! noting {
    () => {
        "(id, client_id, user_id, sids, due_at, created_at)
        SELECT g.id, g.client_id, g.user_id, COALESCE(g.former_sids || ' ', '') || g.session_id, $2, $2
        FROM grants g JOIN applications a ON a.id = g.client_id
        WHERE a.oidc_client_metadata LIKE '%\"backchannelLogoutUri\":\"%' AND "
    };
}

/// The step that notes whom to tell that a session ends: whoever was allowed something in it and has an address for that. It comes
/// before the grants go.
pub fn of_session(id: &SessionId, now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "INSERT INTO logout_notices ",
        noting!(),
        "g.session_id = $1 ON CONFLICT (id) DO NOTHING"
    );
    Step::new(SQL, vec![id.as_str().into(), now.into()])
}

/// The same for what somebody else was allowed in it than this user, who takes the browser over.
pub fn of_others_in_session(id: &SessionId, user: &UserId, now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "INSERT INTO logout_notices ",
        noting!(),
        "g.session_id = $1 AND g.user_id <> $3 ON CONFLICT (id) DO NOTHING"
    );
    Step::new(SQL, vec![id.as_str().into(), now.into(), user.as_str().into()])
}

/// The same for every session of a user.
pub(crate) fn of_user(id: &UserId, now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "INSERT INTO logout_notices ",
        noting!(),
        "g.user_id = $1 ON CONFLICT (id) DO NOTHING"
    );
    Step::new(SQL, vec![id.as_str().into(), now.into()])
}

/// The same for every session that a test number opened.
pub(crate) fn of_test_number(id: &TestNumberId, now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "INSERT INTO logout_notices ",
        noting!(),
        "g.user_id IN ",
        of_test_number!(),
        " ON CONFLICT (id) DO NOTHING"
    );
    Step::new(SQL, vec![id.as_str().into(), now.into()])
}

/// The same for every session of a marked account that gets another number than `kept`.
pub(crate) fn of_renumbered(user: &UserId, kept: Option<&PhoneNumber>, now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "INSERT INTO logout_notices ",
        noting!(),
        "g.user_id = $1 AND EXISTS (SELECT 1 FROM users
            WHERE users.id = $1 AND users.is_test = TRUE AND COALESCE(users.phone <> $3, TRUE))
        ON CONFLICT (id) DO NOTHING"
    );
    let kept = kept.map(PhoneNumber::digits);
    Step::new(SQL, vec![user.as_str().into(), now.into(), kept.into()])
}

/// The same for every session of a user but one.
pub(crate) fn of_other_sessions(user: &UserId, keep: &SessionId, now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "INSERT INTO logout_notices ",
        noting!(),
        "g.user_id = $1 AND g.session_id <> $3 ON CONFLICT (id) DO NOTHING"
    );
    Step::new(SQL, vec![user.as_str().into(), now.into(), keep.as_str().into()])
}

/// Who is to be told something now. Their rows are skipped, not read: one of them may have very many.
pub async fn clients_due(db: &Db, now: Timestamp) -> Result<Vec<ClientId>> {
    const SQL: &str = "SELECT one.client_id FROM (
            WITH RECURSIVE found(client_id) AS (
                SELECT MIN(client_id) FROM logout_notices
                UNION ALL
                SELECT (SELECT MIN(n.client_id) FROM logout_notices n
                    WHERE n.client_id > found.client_id)
                FROM found WHERE found.client_id IS NOT NULL)
            SELECT client_id FROM found WHERE client_id IS NOT NULL) AS one
        WHERE EXISTS (SELECT 1 FROM logout_notices n
            WHERE n.client_id = one.client_id AND n.due_at <= $1)";
    let found = db.read(SQL, vec![now.into()]).await?;
    found.iter().map(|row| row.parse(0, ClientId::parse)).collect()
}

/// What one client is to be told now, the longest due first, at most `limit`.
pub async fn list_due(
    db: &Db,
    client: &ClientId,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Notice>> {
    const SQL: &str = "SELECT id, client_id, user_id, sids, is_heard, tries, due_at, created_at
        FROM logout_notices WHERE client_id = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3";
    let params = vec![client.as_str().into(), now.into(), limit.into()];
    db.read(SQL, params).await?.iter().map(notice).collect()
}

/// Takes a due one upon oneself until `lease`, after which another node may think that this one is gone; the notice as it is then, `None`
/// when another node took it.
pub async fn claim(db: &Db, notice: Notice, lease: Timestamp) -> Result<Option<Notice>> {
    const SQL: &str =
        "UPDATE logout_notices SET tries = tries + 1, due_at = $3 WHERE id = $1 AND due_at = $2";
    let params = vec![notice.id.as_str().into(), notice.due_at.into(), lease.into()];
    let is_ours = changed(db.write(Step::new(SQL, params).must_change()).await)?;
    Ok(is_ours.then(|| Notice { tries: notice.tries + 1, due_at: lease, ..notice }))
}

/// What is left of a notice after a try: these names, `at` this moment, and whether one was heard. `false` when another node took it
/// meanwhile.
pub async fn try_again(
    db: &Db,
    claimed: &Notice,
    (sids, is_heard): (&str, bool),
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE logout_notices SET sids = $3, is_heard = $4, due_at = $5
        WHERE id = $1 AND due_at = $2";
    let params = vec![
        claimed.id.as_str().into(),
        claimed.due_at.into(),
        sids.into(),
        is_heard.into(),
        at.into(),
    ];
    changed(db.write(Step::new(SQL, params).must_change()).await)
}

/// It is over, with the event that tells how; `false` when it was over already.
pub async fn settle(db: &Db, id: &GrantId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM logout_notices WHERE id = $1";
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(vec![gone, audit::record(event)]).await)
}

fn notice(row: &Row) -> Result<Notice> {
    Ok(Notice {
        id: row.parse(0, GrantId::parse)?,
        client_id: row.parse(1, ClientId::parse)?,
        user_id: row.parse(2, UserId::parse)?,
        sids: row.text(3)?,
        is_heard: row.bool(4)?,
        tries: row.int(5)?,
        due_at: row.time(6)?,
        created_at: row.time(7)?,
    })
}
