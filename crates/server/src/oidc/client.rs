//! Loading clients, and having them prove who they are.
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, ORIGIN};
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_oidc::client::{ApplicationKind, Client, ClientSecret};
use haoma_oidc::client_auth::{self, Credentials};
use haoma_oidc::cors;
use haoma_oidc::error::OauthError;
use haoma_oidc::params::Params;
use haoma_store::applications::{self, Application, Secret};
use haoma_store::resources;

use super::account_client;
use crate::app::App;
use crate::error::oauth::{Refusal, Result};

/// A client that proved who it is.
#[derive(Debug)]
pub(super) struct Authenticated {
    /// The client.
    pub(super) client: Arc<Client>,
    /// The name of the secret it used, for the audit log.
    pub(super) secret_name: Option<String>,
}

/// A client by what a request calls it.
pub(super) async fn find(app: &App, id: &str, now: Timestamp) -> Result<Arc<Client>> {
    let unknown = || client_auth::unknown_client(id);
    let parsed = ClientId::parse(id).map_err(|_no_id| unknown())?;
    if id == account_client::ID {
        return Ok(account_client::client(app, parsed));
    }
    let before = match app.clients.find(&parsed, now) {
        Ok(known) => return Ok(known),
        Err(before) => before,
    };
    let found = applications::find(&app.db, &parsed).await?;
    let (application, secrets) = found.ok_or_else(unknown)?;
    let default_resource = resources::default_indicator(&app.db).await?;
    let client = Arc::new(Client { default_resource, ..read(application, secrets)? });
    app.clients.insert(&client, before, now);
    Ok(client)
}

fn read(row: Application, secrets: Vec<Secret>) -> Result<Client> {
    let kind = ApplicationKind::parse(&row.kind);
    let secrets = secrets.into_iter().map(|secret| ClientSecret {
        name: secret.name,
        hash: secret.hash,
        expires_at: secret.expires_at,
    });
    Ok(Client {
        id: row.id,
        name: row.name,
        kind: kind.ok_or_else(|| Refusal::internal("an application of an unknown kind"))?,
        is_third_party: row.is_third_party,
        is_admin: row.is_admin,
        default_resource: None,
        oidc: serde_json::from_str(&row.oidc_client_metadata).map_err(Refusal::internal)?,
        custom: serde_json::from_str(&row.custom_client_metadata).map_err(Refusal::internal)?,
        secrets: secrets.collect(),
    })
}

/// The client of a request that it has to prove itself for: for tokens, about a token, or sent ahead. Also judges the origin of a script.
pub(super) async fn authenticated(
    app: &App,
    headers: &HeaderMap,
    params: &Params,
    now: Timestamp,
) -> Result<Authenticated> {
    let authorization = headers.get(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
    let credentials = Credentials::parse(authorization, params)?;
    let client = find(app, &credentials.client_id, now).await?;
    check_origin(app, headers, &client)?;
    let secret_name = client_auth::authenticate(&client, &credentials, now)?;
    let secret_name = secret_name.map(ToOwned::to_owned);
    if !client.is_usable() {
        return Err(OauthError::grant_not_allowed().into());
    }
    Ok(Authenticated { client, secret_name })
}

/// Refuses scripts of origins the client is not known by.
pub(super) fn check_origin(app: &App, headers: &HeaderMap, client: &Client) -> Result<()> {
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    let checked =
        cors::check(client, app.settings.endpoint.as_str(), origin.to_str().unwrap_or("null"));
    checked.map_err(|error| Refusal { is_foreign_origin: true, ..error.into() })
}
