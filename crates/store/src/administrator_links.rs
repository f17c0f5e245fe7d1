//! The `administrator_links` table: a link with which an administrator chooses a password and is signed in, once.
use haoma_core::ids::{AdministratorId, TokenId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::administrator_sessions::{AdministratorSession, begin_steps, end_others};
use crate::administrators::{
    AFTER, Administrator, administrator, came_in, remove_totp, set_password,
};
use crate::audit::{self, Event};
use crate::db::{Db, Result, changed};
use crate::value::Step;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The public half of the token in the address.
    pub id: TokenId,
    /// Of the secret half.
    pub hash: SecretHash,
    /// For whom.
    pub administrator_id: AdministratorId,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Stores a link; an older one for the same administrator stops working.
pub async fn replace(db: &Db, link: &Link, event: &Event) -> Result<()> {
    const SQL: &str =
        "INSERT INTO administrator_links (id, secret_hash, administrator_id, expires_at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (administrator_id) DO UPDATE
        SET id = excluded.id, secret_hash = excluded.secret_hash, expires_at = excluded.expires_at";
    let params = vec![
        link.id.as_str().into(),
        link.hash.as_str().into(),
        link.administrator_id.as_str().into(),
        link.expires_at.into(),
    ];
    db.unit(vec![Step::new(SQL, params), audit::record(event)]).await.map(drop)
}

/// One that works, with its administrator.
pub async fn find(
    db: &Db,
    id: &TokenId,
    now: Timestamp,
) -> Result<Option<(Administrator, SecretHash)>> {
    const SQL: &str =
        "SELECT a.id, a.name, a.role, a.password_hash, a.totp_sealed, a.last_sign_in_at,
            a.created_at, a.updated_at, l.secret_hash
        FROM administrator_links l JOIN administrators a ON a.id = l.administrator_id
        WHERE l.id = $1 AND l.expires_at > $2";
    let rows = db.read(SQL, vec![id.as_str().into(), now.into()]).await?;
    let found = rows
        .first()
        .map(|row| Ok((administrator(row)?, SecretHash::from_stored(row.text(AFTER)?))));
    found.transpose()
}

/// Spends a link: stores the password, removes a second factor (who lost it comes in this way), ends the sessions there were, begins the first one. `false` when it was spent already.
pub async fn spend(
    db: &Db,
    id: &TokenId,
    password_hash: &str,
    session: &AdministratorSession,
    event: &Event,
    now: Timestamp,
) -> Result<bool> {
    const SQL: &str = "DELETE FROM administrator_links WHERE id = $1 AND expires_at > $2";
    let spent = Step::new(SQL, vec![id.as_str().into(), now.into()]).must_change();
    let owner = &session.administrator_id;
    let password = set_password(owner, password_hash, now);
    let came_in = came_in(owner, now);
    let mut steps = vec![spent, password, remove_totp(owner), came_in, end_others(owner, None)];
    steps.extend(begin_steps(session, event));
    changed(db.unit(steps).await)
}
