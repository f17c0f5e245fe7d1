//! The `authorization_codes` table. A code is exchanged by one conditional update.
use haoma_core::ids::{ClientId, GrantId, TokenId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::db::{Db, Result};
use crate::grants::{AFTER_HOLDER, Holder, holder, holder_columns};
use crate::value::{Row, Step};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// The public half.
    pub id: TokenId,
    /// Of the secret half.
    pub hash: SecretHash,
    /// What it hangs on.
    pub grant_id: GrantId,
    /// Who asked for it.
    pub client_id: ClientId,
    /// Where it was sent.
    pub redirect_uri: String,
    /// RFC 7636, S256.
    pub code_challenge: Option<String>,
    /// Repeated in the id token.
    pub nonce: Option<String>,
    /// Space-separated scopes.
    pub scope: String,
    /// Scopes of API resources: a JSON object by indicator, if there are any.
    pub resource_scopes: Option<String>,
    /// Whether a refresh token comes with it.
    pub offline: bool,
    /// When the user signed in.
    pub authenticated_at: Timestamp,
    /// When it was exchanged.
    pub consumed_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The step that stores a new one.
pub fn insert(code: &AuthorizationCode) -> Step {
    const SQL: &str =
        "INSERT INTO authorization_codes (id, secret_hash, grant_id, client_id, redirect_uri,
            code_challenge, nonce, scope, resource_scopes, offline, authenticated_at, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    let params = vec![
        code.id.as_str().into(),
        code.hash.as_str().into(),
        code.grant_id.as_str().into(),
        code.client_id.as_str().into(),
        code.redirect_uri.as_str().into(),
        code.code_challenge.as_deref().into(),
        code.nonce.as_deref().into(),
        code.scope.as_str().into(),
        code.resource_scopes.as_deref().into(),
        code.offline.into(),
        code.authenticated_at.into(),
        code.expires_at.into(),
        code.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// One with its user, spent and expired ones too, in one read.
pub async fn find(db: &Db, id: &TokenId) -> Result<Option<(AuthorizationCode, Holder)>> {
    const SQL: &str = concat!(
        "SELECT ",
        holder_columns!(),
        ", c.id, c.secret_hash, c.client_id, c.redirect_uri, c.code_challenge, c.nonce, c.scope, c.resource_scopes,
            c.offline, c.authenticated_at, c.consumed_at, c.expires_at, c.created_at
        FROM authorization_codes c
        JOIN grants g ON g.id = c.grant_id JOIN users u ON u.id = g.user_id
        WHERE c.id = $1"
    );
    let rows = db.read(SQL, vec![id.as_str().into()]).await?;
    rows.first().map(code).transpose()
}

fn code(row: &Row) -> Result<(AuthorizationCode, Holder)> {
    const N: usize = AFTER_HOLDER;
    let holder = holder(row)?;
    let code = AuthorizationCode {
        id: row.parse(N, TokenId::parse)?,
        hash: SecretHash::from_stored(row.text(N + 1)?),
        grant_id: holder.grant_id.clone(),
        client_id: row.parse(N + 2, ClientId::parse)?,
        redirect_uri: row.text(N + 3)?,
        code_challenge: row.opt_text(N + 4)?,
        nonce: row.opt_text(N + 5)?,
        scope: row.text(N + 6)?,
        resource_scopes: row.opt_text(N + 7)?,
        offline: row.bool(N + 8)?,
        authenticated_at: row.time(N + 9)?,
        consumed_at: row.opt_time(N + 10)?,
        expires_at: row.time(N + 11)?,
        created_at: row.time(N + 12)?,
    };
    Ok((code, holder))
}

/// The conditional step that spends a code, once (`must_change`).
pub fn consume(id: &TokenId, now: Timestamp) -> Step {
    const SQL: &str = "UPDATE authorization_codes SET consumed_at = $2
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2";
    Step::new(SQL, vec![id.as_str().into(), now.into()]).must_change()
}
