//! An authorization code becomes tokens, once.
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::error::OauthError;
use haoma_oidc::pkce::Challenge;
use haoma_oidc::resource::{self, ResourceScopes};
use haoma_oidc::scope::Scopes;
use haoma_oidc::token::{self, CodeVerdict, IssuedCode, TokenAnswer, Verifier};
use haoma_store::authorization_codes::{self, AuthorizationCode};
use haoma_store::grants::Holder;
use haoma_store::refresh_tokens::{self, RefreshToken};
use haoma_store::{Error, Step, audit};

use super::client::Authenticated;
use super::issue::{self, Copied, Occurrence};
use super::resource::audience;
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::caller::Caller;

/// The audit key of everything here.
const KEY: &str = "ExchangeTokenBy.AuthorizationCode";
/// A code used twice was copied: what it gave is taken back (RFC 6749, section 4.1.2).
const REPLAYED: Copied = Copied { key: KEY, reason: "code_replayed" };

/// What the client sent.
pub(super) struct Presented {
    /// The code.
    pub(super) code: Option<Token>,
    /// The address it was sent to.
    pub(super) redirect_uri: String,
    /// The proof.
    pub(super) verifier: Option<Verifier>,
    /// What for (RFC 8707).
    pub(super) resources: Vec<String>,
}

/// Exchanges a code. Spending it and storing what it gives are one unit.
pub(super) async fn exchange(
    app: &App,
    (client, caller): (&Authenticated, &Caller),
    presented: Presented,
    now: Timestamp,
) -> Result<TokenAnswer> {
    let worthless = OauthError::invalid_grant;
    let code = presented.code.ok_or_else(worthless)?;
    let found = authorization_codes::find(&app.db, code.id()).await?;
    let (row, holder) = found.ok_or_else(worthless)?;
    let proof = (presented.redirect_uri.as_str(), presented.verifier.as_ref());
    match token::judge_code(&issued(&row), &code, &client.client, proof, now) {
        CodeVerdict::Good if holder.is_locked => Err(worthless().into()),
        CodeVerdict::Good => {
            give(app, (client, caller), (&row, &holder), &presented.resources, now).await
        }
        CodeVerdict::Refuse => Err(worthless().into()),
        CodeVerdict::Burn => {
            // Whether somebody else spent it first makes no difference to this answer.
            match app.db.write(authorization_codes::consume(&row.id, now)).await {
                Ok(_) | Err(Error::Unchanged { .. }) => Err(worthless().into()),
                Err(error) => Err(error.into()),
            }
        }
        CodeVerdict::Replayed => {
            issue::take_back(app, REPLAYED, (client, caller), &holder, now).await
        }
    }
}

async fn give(
    app: &App,
    (client, caller): (&Authenticated, &Caller),
    (row, holder): (&AuthorizationCode, &Holder),
    resources: &[String],
    now: Timestamp,
) -> Result<TokenAnswer> {
    let scopes = Scopes::parse(&row.scope);
    let granted = ResourceScopes::from_stored(row.resource_scopes.as_deref());
    let default = client.client.default_resource.as_deref();
    let audience = match resource::choose(resources, &granted, default)? {
        Some(one) => Some(audience(app, &holder.user_id, (one, &granted), None).await?),
        None => None,
    };
    let occurrence = Occurrence {
        client: &client.client,
        holder,
        scopes,
        audience,
        roles: issue::roles(app, scopes, &holder.user_id).await?,
        authenticated_at: row.authenticated_at,
        nonce: row.nonce.as_deref(),
        now,
    };
    let (mut answer, store) = issue::tokens(app, &occurrence)?;
    let mut steps = vec![authorization_codes::consume(&row.id, now)];
    steps.extend(store);
    if row.offline {
        let (token, store) = first_refresh_token(app, client, row, now);
        answer.refresh_token = Some(token.reveal());
        steps.push(store);
    }
    let payload = issue::payload(&answer, client.secret_name.as_deref());
    let event = issue::event(app, KEY, (&client.client, holder, caller), &payload, now);
    steps.push(audit::record(&event));
    match app.db.unit(steps).await {
        Ok(_) => Ok(answer),
        Err(Error::Unchanged { .. }) => {
            issue::take_back(app, REPLAYED, (client, caller), holder, now).await
        }
        // The grant was taken back in between.
        Err(Error::Conflict(_)) => Err(OauthError::invalid_grant().into()),
        Err(error) => Err(error.into()),
    }
}

fn first_refresh_token(
    app: &App,
    client: &Authenticated,
    row: &AuthorizationCode,
    now: Timestamp,
) -> (Token, Step) {
    let token = Token::generate(now, &app.entropy);
    let stored = RefreshToken {
        id: token.id().clone(),
        hash: token.hash(),
        grant_id: row.grant_id.clone(),
        client_id: row.client_id.clone(),
        scope: row.scope.clone(),
        resource_scopes: row.resource_scopes.clone(),
        authenticated_at: row.authenticated_at,
        family_started_at: now,
        consumed_at: None,
        successor_id: None,
        expires_at: now.plus_secs(client.client.refresh_token_ttl()),
        created_at: now,
    };
    (token, refresh_tokens::insert(&stored))
}

fn issued(row: &AuthorizationCode) -> IssuedCode {
    IssuedCode {
        hash: row.hash.clone(),
        client_id: row.client_id.clone(),
        redirect_uri: row.redirect_uri.clone(),
        code_challenge: row.code_challenge.clone().map(Challenge::from_stored),
        consumed_at: row.consumed_at,
        expires_at: row.expires_at,
    }
}
