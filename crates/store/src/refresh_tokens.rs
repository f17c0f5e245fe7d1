//! The `refresh_tokens` table. A rotated token keeps its row, so that a copy of it is noticed.
use haoma_core::ids::{ClientId, GrantId, TokenId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;

use crate::db::{Db, Error, Result};
use crate::grants::{AFTER_HOLDER, Holder, holder, holder_columns};
use crate::value::{Row, Step, Value};

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
    /// The one it was exchanged for.
    pub successor_id: Option<TokenId>,
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
    Step::new(SQL, params(token))
}

fn params(token: &RefreshToken) -> Vec<Value> {
    vec![
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
    ]
}

/// One with its user, rotated and expired ones too, in one read; not when its grant has expired.
pub async fn find(db: &Db, id: &TokenId, now: Timestamp) -> Result<Option<(RefreshToken, Holder)>> {
    const SQL: &str = concat!(
        "SELECT ",
        holder_columns!(),
        ", t.id, t.secret_hash, t.client_id, t.scope, t.resource_scopes, t.authenticated_at,
            t.family_started_at, t.consumed_at, t.successor_id, t.expires_at, t.created_at
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
        successor_id: row.parse_opt(N + 8, TokenId::parse)?,
        expires_at: row.time(N + 9)?,
        created_at: row.time(N + 10)?,
    };
    Ok((token, holder))
}

/// What came of an exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exchanged {
    /// It is exchanged, for the one of this id: of requests that cross, all hear of the same.
    For(TokenId),
    /// It was exchanged too long ago, has expired, or is gone.
    Spent,
}

/// Exchanges a token for `successor`, and stores with it what follows (`more`), in one unit: works while it was not exchanged before
/// `not_before`, and remembers the first exchange. Two requests of one application that cross both pass, and get the successor of the
/// first; a copy used later does not pass.
///
/// # Errors
/// A conflict when the grant was taken back meanwhile.
pub async fn exchange(
    db: &Db,
    (id, successor): (&TokenId, &RefreshToken),
    not_before: Timestamp,
    more: Vec<Step>,
) -> Result<Exchanged> {
    let mut steps = vec![consume(id, &successor.id, successor.created_at, not_before)];
    steps.push(insert_successor(id, successor));
    steps.extend(more);
    match db.unit(steps).await {
        Ok(done) => {
            let row = done.first().and_then(|done| done.rows.first());
            let row = row.ok_or_else(|| Error::Corrupt("an exchange without a row".to_owned()))?;
            Ok(Exchanged::For(row.parse(0, TokenId::parse)?))
        }
        Err(Error::Unchanged { .. }) => Ok(Exchanged::Spent),
        Err(error) => Err(error),
    }
}

fn consume(id: &TokenId, successor: &TokenId, now: Timestamp, not_before: Timestamp) -> Step {
    const SQL: &str = "UPDATE refresh_tokens SET consumed_at = COALESCE(consumed_at, $2),
            successor_id = COALESCE(successor_id, $4)
        WHERE id = $1 AND expires_at > $2 AND (consumed_at IS NULL OR consumed_at > $3)
        RETURNING successor_id";
    let params = vec![id.as_str().into(), now.into(), not_before.into(), successor.as_str().into()];
    Step::new(SQL, params).must_change()
}

/// The step that stores the one a token was just exchanged for, unless a request that crossed has done so.
fn insert_successor(id: &TokenId, successor: &RefreshToken) -> Step {
    const SQL: &str =
        "INSERT INTO refresh_tokens (id, secret_hash, grant_id, client_id, scope, resource_scopes,
            authenticated_at, family_started_at, expires_at, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
        FROM refresh_tokens WHERE id = $11 AND successor_id = $1";
    let mut params = params(successor);
    params.push(id.as_str().into());
    Step::new(SQL, params)
}

/// The conditional step of using a token that stays as it is (`must_change`): it was not taken back since it was read.
pub fn keep(id: &TokenId, now: Timestamp, not_before: Timestamp) -> Step {
    const SQL: &str = "UPDATE refresh_tokens SET expires_at = expires_at
        WHERE id = $1 AND expires_at > $2 AND (consumed_at IS NULL OR consumed_at > $3)";
    Step::new(SQL, vec![id.as_str().into(), now.into(), not_before.into()]).must_change()
}
