//! A service gets an access token in its own name. Nothing is stored: the token says all, and the right behind it is
//! looked up at every use.
use haoma_core::ids::{AuditId, TokenId};
use haoma_core::time::Timestamp;
use haoma_oidc::access_token::{AccessClaims, Audience};
use haoma_oidc::machine;
use haoma_oidc::resource;
use haoma_oidc::token::TokenAnswer;
use haoma_store::audit::{self, Event};
use haoma_store::resource_access;

use super::client::Authenticated;
use super::issue;
use crate::app::App;
use crate::error::oauth::Result;
use crate::web::caller::Caller;

/// The audit key of everything here.
const KEY: &str = "ExchangeTokenBy.ClientCredentials";

/// Signs a token for the resource the service may reach.
pub(super) async fn issue(
    app: &App,
    (client, caller): (&Authenticated, &Caller),
    (resources, scope): (&[String], Option<&str>),
    now: Timestamp,
) -> Result<TokenAnswer> {
    let id = &client.client.id;
    let indicator = machine::target(&client.client, resources)?;
    let open = resource_access::of_application(&app.db, indicator, id).await?;
    let open = open.ok_or_else(resource::unknown)?;
    let names: Vec<_> = open.scopes.iter().map(|scope| scope.name.as_str()).collect();
    let scope = machine::grant(&client.client, (indicator, &names), scope)?;
    let audience = Audience { indicator, ttl: open.access_token_ttl, scope: scope.clone() };
    let jti = TokenId::generate(now, &app.entropy);
    let issuer = app.settings.issuer();
    let claims = AccessClaims::new((id, id.as_str()), (&issuer, &audience), (&jti, now));
    let answer = TokenAnswer {
        access_token: app.signing.load().sign_access(client.client.algorithm(), &claims)?,
        expires_in: audience.life(),
        id_token: None,
        refresh_token: None,
        scope,
        token_type: "Bearer",
    };
    let payload = issue::payload(&answer, client.secret_name.as_deref());
    let event = Event {
        id: AuditId::generate(now, &app.entropy),
        key: KEY.to_owned(),
        error: None,
        user_id: None,
        application_id: Some(client.client.id.to_string()),
        session_id: None,
        interaction_id: None,
        ip: caller.ip.map(|ip| ip.to_string()),
        user_agent: caller.user_agent.clone(),
        payload: payload.to_string(),
        at: now,
    };
    app.db.write(audit::record(&event)).await?;
    Ok(answer)
}
