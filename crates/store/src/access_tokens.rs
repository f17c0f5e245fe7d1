//! The `access_tokens` table: opaque tokens for the user info endpoint and the account API.
use haoma_core::ids::{ClientId, GrantId, TokenId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::db::{Db, Result};
use crate::grants::{AFTER_HOLDER, Holder, holder, holder_columns};
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
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
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The step that stores a new one; a conflict when the grant was taken back meanwhile.
pub fn insert(token: &AccessToken) -> Step {
    const SQL: &str = "INSERT INTO access_tokens (id, secret_hash, grant_id, client_id, scope, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let params = vec![
        token.id.as_str().into(),
        token.hash.as_str().into(),
        token.grant_id.as_str().into(),
        token.client_id.as_str().into(),
        token.scope.as_str().into(),
        token.expires_at.into(),
        token.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// One that lives, with its user, in one read.
pub async fn find(db: &Db, id: &TokenId, now: Timestamp) -> Result<Option<(AccessToken, Holder)>> {
    const SQL: &str = concat!(
        "SELECT ",
        holder_columns!(),
        ", t.id, t.secret_hash, t.client_id, t.scope, t.expires_at, t.created_at
        FROM access_tokens t
        JOIN grants g ON g.id = t.grant_id JOIN users u ON u.id = g.user_id
        WHERE t.id = $1 AND t.expires_at > $2 AND g.expires_at > $2"
    );
    let rows = db.read(SQL, vec![id.as_str().into(), now.into()]).await?;
    rows.first().map(token).transpose()
}

fn token(row: &Row) -> Result<(AccessToken, Holder)> {
    const N: usize = AFTER_HOLDER;
    let holder = holder(row)?;
    let token = AccessToken {
        id: row.parse(N, TokenId::parse)?,
        hash: SecretHash::from_stored(row.text(N + 1)?),
        grant_id: holder.grant_id.clone(),
        client_id: row.parse(N + 2, ClientId::parse)?,
        scope: row.text(N + 3)?,
        expires_at: row.time(N + 4)?,
        created_at: row.time(N + 5)?,
    };
    Ok((token, holder))
}
