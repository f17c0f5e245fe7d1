//! The `refresh_tokens` table. A rotated token keeps its row, so that a copy of it is noticed.
use haoma_core::ids::{ClientId, GrantId, TokenId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::db::{Db, Result};
use crate::grants::{AFTER_HOLDER, Holder, holder, holder_columns};
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// The public half.
    pub id: TokenId,
    /// Of the secret half.
    pub hash: SecretHash,
    /// What it hangs on.
    pub grant_id: GrantId,
    /// Who uses it.
    pub client_id: ClientId,
    /// Space-separated scopes.
    pub scope: String,
    /// Scopes of API resources: a JSON object by indicator, if there are any.
    pub resource_scopes: Option<String>,
    /// When the user signed in.
    pub authenticated_at: Timestamp,
    /// When the first of its family was made.
    pub family_started_at: Timestamp,
    /// When it was exchanged for a new one.
    pub consumed_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The step that stores a new one; a conflict when the grant was taken back meanwhile.
pub fn insert(token: &RefreshToken) -> Step {
    const SQL: &str =
        "INSERT INTO refresh_tokens (id, secret_hash, grant_id, client_id, scope, resource_scopes,
            authenticated_at, family_started_at, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let params = vec![
        token.id.as_str().into(),
        token.hash.as_str().into(),
        token.grant_id.as_str().into(),
        token.client_id.as_str().into(),
        token.scope.as_str().into(),
        token.resource_scopes.as_deref().into(),
        token.authenticated_at.into(),
        token.family_started_at.into(),
        token.expires_at.into(),
        token.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// One with its user, rotated and expired ones too, in one read; not when its grant has expired.
pub async fn find(db: &Db, id: &TokenId, now: Timestamp) -> Result<Option<(RefreshToken, Holder)>> {
    const SQL: &str = concat!(
        "SELECT ",
        holder_columns!(),
        ", t.id, t.secret_hash, t.client_id, t.scope, t.resource_scopes, t.authenticated_at,
            t.family_started_at, t.consumed_at, t.expires_at, t.created_at
        FROM refresh_tokens t
        JOIN grants g ON g.id = t.grant_id JOIN users u ON u.id = g.user_id
        WHERE t.id = $1 AND g.expires_at > $2"
    );
    let rows = db.read(SQL, vec![id.as_str().into(), now.into()]).await?;
    rows.first().map(token).transpose()
}

fn token(row: &Row) -> Result<(RefreshToken, Holder)> {
    const N: usize = AFTER_HOLDER;
    let holder = holder(row)?;
    let token = RefreshToken {
        id: row.parse(N, TokenId::parse)?,
        hash: SecretHash::from_stored(row.text(N + 1)?),
        grant_id: holder.grant_id.clone(),
        client_id: row.parse(N + 2, ClientId::parse)?,
        scope: row.text(N + 3)?,
        resource_scopes: row.opt_text(N + 4)?,
        authenticated_at: row.time(N + 5)?,
        family_started_at: row.time(N + 6)?,
        consumed_at: row.opt_time(N + 7)?,
        expires_at: row.time(N + 8)?,
        created_at: row.time(N + 9)?,
    };
    Ok((token, holder))
}

/// The conditional step of an exchange (`must_change`): works while the token was not exchanged before `not_before`, and
/// remembers the first exchange. Two requests of one application that cross both pass; a copy used later does not.
pub fn consume(id: &TokenId, now: Timestamp, not_before: Timestamp) -> Step {
    const SQL: &str = "UPDATE refresh_tokens SET consumed_at = COALESCE(consumed_at, $2)
        WHERE id = $1 AND expires_at > $2 AND (consumed_at IS NULL OR consumed_at > $3)";
    Step::new(SQL, vec![id.as_str().into(), now.into(), not_before.into()]).must_change()
}
