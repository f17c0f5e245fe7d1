//! A refresh token becomes tokens, and perhaps a new refresh token.
use haoma_core::ids::TokenId;
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::error::OauthError;
use haoma_oidc::lifetimes::REFRESH_REUSE_MILLIS;
use haoma_oidc::refresh::{self, Standing, Verdict};
use haoma_oidc::resource::{self, ResourceScopes};
use haoma_oidc::scope::Scopes;
use haoma_oidc::token::TokenAnswer;
use haoma_store::refresh_tokens::{self, Exchanged, RefreshToken};
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
    // which one it is, is known when it is stored
    answer.refresh_token = Some(String::new());
    let payload = issue::payload(&answer, client.secret_name.as_deref());
    let event = issue::event(app, KEY, (&client.client, &holder, who.1), &payload, now);
    let steps: Vec<_> = store.into_iter().chain([audit::record(&event)]).collect();
    let stored = match verdict {
        Verdict::Rotate { expires_at } => rotate(app, (&row, expires_at), steps, now).await,
        _ => keep(app, &row, presented, steps, now).await,
    };
    match stored {
        Ok(Some(token)) => {
            answer.refresh_token = Some(token.reveal());
            Ok(answer)
        }
        Ok(None) => issue::take_back(app, REUSED, who, &holder, now).await,
        // The grant was taken back in between.
        Err(Error::Conflict(_)) => Err(worthless().into()),
        Err(error) => Err(error.into()),
    }
}

/// The next of the family, for the same scopes; `None` when this one was spent too long ago. Its secret follows from this one's id, so that
/// requests that cross get one and the same: a copy makes no line of its own, and is noticed at the next exchange.
async fn rotate(
    app: &App,
    (row, expires_at): (&RefreshToken, Timestamp),
    more: Vec<Step>,
    now: Timestamp,
) -> std::result::Result<Option<Token>, Error> {
    let made = |id| Token::successor(id, &app.keys.tokens, &row.id);
    let token = made(TokenId::generate(now, &app.entropy));
    let stored = RefreshToken {
        id: token.id().clone(),
        hash: token.hash(),
        expires_at,
        created_at: now,
        consumed_at: None,
        successor_id: None,
        ..row.clone()
    };
    let exchanged = refresh_tokens::exchange(&app.db, (&row.id, &stored), grace(now), more).await?;
    Ok(match exchanged {
        Exchanged::For(id) => Some(made(id)),
        Exchanged::Spent => None,
    })
}

/// The token stays as it is; `None` when it was taken back since it was read.
async fn keep(
    app: &App,
    row: &RefreshToken,
    presented: Token,
    more: Vec<Step>,
    now: Timestamp,
) -> std::result::Result<Option<Token>, Error> {
    let mut steps = vec![refresh_tokens::keep(&row.id, now, grace(now))];
    steps.extend(more);
    match app.db.unit(steps).await {
        Ok(_) => Ok(Some(presented)),
        Err(Error::Unchanged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Since when a token may have been exchanged and still works.
fn grace(now: Timestamp) -> Timestamp {
    now.plus_millis(-REFRESH_REUSE_MILLIS)
}

fn standing(row: &RefreshToken) -> Standing {
    Standing {
        created_at: row.created_at,
        expires_at: row.expires_at,
        family_started_at: row.family_started_at,
        consumed_at: row.consumed_at,
    }
}
