//! A refresh token becomes tokens, and perhaps a new refresh token.
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::error::OauthError;
use haoma_oidc::lifetimes::REFRESH_REUSE_MILLIS;
use haoma_oidc::refresh::{self, Standing, Verdict};
use haoma_oidc::resource::{self, ResourceScopes};
use haoma_oidc::scope::Scopes;
use haoma_oidc::token::TokenAnswer;
use haoma_store::refresh_tokens::{self, RefreshToken};
use haoma_store::{Error, Step, audit};

use super::client::Authenticated;
use super::issue::{self, Copied, Occurrence};
use super::resource::{audience, narrowed};
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::caller::Caller;

/// The audit key of everything here.
const KEY: &str = "ExchangeTokenBy.RefreshToken";
/// Somebody has a copy: the whole grant goes (RFC 9700, section 4.14.2).
const REUSED: Copied = Copied { key: KEY, reason: "refresh_token_reused" };

/// Exchanges a refresh token, for fewer scopes if wanted.
pub(super) async fn exchange(
    app: &App,
    who: (&Authenticated, &Caller),
    (presented, resources, scope): (Option<Token>, &[String], Option<&str>),
    now: Timestamp,
) -> Result<TokenAnswer> {
    let worthless = OauthError::invalid_grant;
    let presented = presented.ok_or_else(worthless)?;
    let found = refresh_tokens::find(&app.db, presented.id(), now).await?;
    let (row, holder) = found.ok_or_else(worthless)?;
    let (client, _) = who;
    let is_theirs = row.client_id == client.client.id && presented.hash().matches(&row.hash);
    if !is_theirs || holder.is_locked {
        return Err(worthless().into());
    }
    // A token that is spent is judged before anything is worked out for it.
    let verdict = refresh::judge(&client.client, &standing(&row), now);
    match verdict {
        Verdict::Expired => return Err(worthless().into()),
        Verdict::Reused => return issue::take_back(app, REUSED, who, &holder, now).await,
        Verdict::Keep | Verdict::Rotate { .. } => {}
    }
    let granted = ResourceScopes::from_stored(row.resource_scopes.as_deref());
    let default = client.client.default_resource.as_deref();
    let chosen = resource::choose(resources, &granted, default)?;
    let all = Scopes::parse(&row.scope);
    let scopes = scope.map_or(Ok(all), |scope| narrowed(all, (&granted, chosen), scope))?;
    let audience = match chosen {
        Some(one) => Some(audience(app, &holder.user_id, (one, &granted), scope).await?),
        None => None,
    };
    let roles = issue::roles(app, scopes, &holder.user_id).await?;
    let (mut answer, store) = issue::tokens(
        app,
        &Occurrence {
            client: &client.client,
            holder: &holder,
            scopes,
            authenticated_at: row.authenticated_at,
            nonce: None,
            audience,
            roles,
            now,
        },
    )?;
    let mut steps = vec![];
    if let Verdict::Rotate { expires_at } = verdict {
        let (token, store) = successor(app, &row, expires_at, now);
        answer.refresh_token = Some(token.reveal());
        let grace = now.plus_millis(-REFRESH_REUSE_MILLIS);
        steps.extend([refresh_tokens::consume(&row.id, now, grace), store]);
    } else {
        answer.refresh_token = Some(presented.reveal());
    }
    steps.extend(store);
    let payload = issue::payload(&answer, client.secret_name.as_deref());
    let event = issue::event(app, KEY, (&client.client, &holder, who.1), &payload, now);
    steps.push(audit::record(&event));
    match app.db.unit(steps).await {
        Ok(_) => Ok(answer),
        Err(Error::Unchanged { .. }) => issue::take_back(app, REUSED, who, &holder, now).await,
        // The grant was taken back in between.
        Err(Error::Conflict(_)) => Err(worthless().into()),
        Err(error) => Err(error.into()),
    }
}

/// The next of the family, for the same scopes.
fn successor(
    app: &App,
    row: &RefreshToken,
    expires_at: Timestamp,
    now: Timestamp,
) -> (Token, Step) {
    let token = Token::generate(now, &app.entropy);
    let stored = RefreshToken {
        id: token.id().clone(),
        hash: token.hash(),
        expires_at,
        created_at: now,
        consumed_at: None,
        ..row.clone()
    };
    (token, refresh_tokens::insert(&stored))
}

fn standing(row: &RefreshToken) -> Standing {
    Standing {
        created_at: row.created_at,
        expires_at: row.expires_at,
        family_started_at: row.family_started_at,
        consumed_at: row.consumed_at,
    }
}
