//! A service gets an access token in its own name. Nothing is stored: the token says all, and the right behind it is
//! looked up at every use.
use haoma_core::ids::{AuditId, TokenId};
use haoma_core::time::Timestamp;
use haoma_oidc::access_token::AccessClaims;
use haoma_oidc::lifetimes;
use haoma_oidc::machine;
use haoma_oidc::token::TokenAnswer;
use haoma_store::audit::{self, Event};

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
    let granted = machine::judge(&client.client, resources, scope)?;
    let issuer = app.settings.issuer();
    let jti = TokenId::generate(now, &app.entropy);
    let at = (issuer.as_str(), granted.audience);
    let claims = AccessClaims::of_client(&client.client.id, at, granted.scope, (&jti, now));
    let answer = TokenAnswer {
        access_token: app.signing.load().sign_access(client.client.algorithm(), &claims)?,
        expires_in: lifetimes::ACCESS_TOKEN,
        id_token: None,
        refresh_token: None,
        scope: granted.scope.map(ToOwned::to_owned),
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
