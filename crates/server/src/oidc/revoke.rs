//! `POST /oidc/token/revocation` (RFC 7009).
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::{SecretHash, Token};
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_store::grants::{self, Holder};
use haoma_store::{access_tokens, audit, refresh_tokens};

use super::{body, client, issue, token};
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::caller::Caller;

/// A client gives a token back. Also 200 for tokens nobody knows, so that nobody learns which exist.
pub(super) async fn post(State(app): State<App>, caller: Caller, request: Request) -> Response {
    let headers = request.headers().clone();
    let revoked = revoke(&app, &caller, &headers, request).await;
    token::challenged(&app, &headers, revoked.map(|()| StatusCode::OK.into_response()))
}

async fn revoke(app: &App, caller: &Caller, headers: &HeaderMap, request: Request) -> Result<()> {
    let now = app.clock.now();
    let params = body::read(request).await?;
    let client = client::authenticated(app, headers, &params, now).await?.client;
    let text = params.required("token")?;
    if text.split('.').count() == 3 {
        let text = "Structured JWT Tokens cannot be revoked via the revocation_endpoint";
        return Err(OauthError::new(ErrorKind::UnsupportedTokenType, text).into());
    }
    let Some(presented) = Token::parse(text) else { return Ok(()) };
    let Some((hash, client_id, holder)) = find(app, &presented, now).await? else { return Ok(()) };
    if client_id != client.id || !presented.hash().matches(&hash) {
        return Ok(());
    }
    let payload = serde_json::json!({});
    let event = issue::event(app, "RevokeToken", (&client, &holder, caller), &payload, now);
    app.db.unit(vec![grants::delete(&holder.grant_id), audit::record(&event)]).await?;
    Ok(())
}

/// A refresh token, which is what clients give back, or an access token.
async fn find(
    app: &App,
    token: &Token,
    now: Timestamp,
) -> Result<Option<(SecretHash, ClientId, Holder)>> {
    if let Some((row, holder)) = refresh_tokens::find(&app.db, token.id(), now).await? {
        return Ok(Some((row.hash, row.client_id, holder)));
    }
    let found = access_tokens::find(&app.db, token.id(), now).await?;
    Ok(found.map(|(row, holder)| (row.hash, row.client_id, holder)))
}
