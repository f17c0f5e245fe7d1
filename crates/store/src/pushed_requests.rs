//! The `pushed_requests` table: authorization requests that a client sent ahead (RFC 9126).
use haoma_core::ids::{ClientId, PushedRequestId};
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::value::Step;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedRequest {
    /// The end of its `request_uri`.
    pub id: PushedRequestId,
    /// Who sent it.
    pub client_id: ClientId,
    /// Its parameters, form-encoded.
    pub parameters: String,
    /// When it is worth nothing.
    pub expires_at: Timestamp,
}

/// Stores one.
pub async fn create(db: &Db, request: &PushedRequest) -> Result<()> {
    const SQL: &str = "INSERT INTO pushed_requests (id, client_id, parameters, expires_at)
        VALUES ($1, $2, $3, $4)";
    let params = vec![
        request.id.as_str().into(),
        request.client_id.as_str().into(),
        request.parameters.as_str().into(),
        request.expires_at.into(),
    ];
    db.write(Step::new(SQL, params)).await.map(drop)
}

/// The parameters of one that lives, for the client that sent it.
pub async fn find(
    db: &Db,
    id: &PushedRequestId,
    client: &ClientId,
    now: Timestamp,
) -> Result<Option<String>> {
    const SQL: &str = "SELECT parameters FROM pushed_requests
        WHERE id = $1 AND client_id = $2 AND expires_at > $3";
    let params = vec![id.as_str().into(), client.as_str().into(), now.into()];
    let rows = db.read(SQL, params).await?;
    rows.first().map(|row| row.text(0)).transpose()
}
