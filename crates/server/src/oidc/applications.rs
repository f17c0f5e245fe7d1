//! Applications that come from the configuration.
use anyhow::{Context as _, bail};
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use haoma_oidc::client::{ApplicationKind, OidcClientMetadata};
use haoma_oidc::redirect_uri;
use haoma_store::applications::{self, Application, Secret};
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::config::{ApplicationConfig, RawApplication};
use crate::outbound::{Reach, Target};

/// What the management API calls the first secret (wire contract C.6).
pub const SECRET_NAME: &str = "Default secret";

/// Stores (inserts or updates) an application of the configuration with its secret, safe to repeat.
///
/// # Errors
/// An address that may not be registered, an unknown kind, or the database.
pub async fn store(app: &App, configured: &ApplicationConfig) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut row = row(&configured.raw, now)?;
    let secrets: Vec<_> =
        configured.secret.as_ref().map(|text| secret(text, now)).into_iter().collect();
    let stored = applications::find(&app.db, &row.id).await?;
    if let Some((old, old_secrets)) = stored {
        // What the configuration cannot say stays as it is.
        row.description.clone_from(&old.description);
        row.custom_client_metadata.clone_from(&old.custom_client_metadata);
        row.custom_data.clone_from(&old.custom_data);
        row.created_at = old.created_at;
        let has =
            |new: &Secret| old_secrets.iter().any(|s| s.name == new.name && s.hash == new.hash);
        let same = Application { updated_at: old.updated_at, ..row.clone() } == old;
        if same && secrets.iter().all(has) {
            return Ok(());
        }
    }
    applications::upsert(&app.db, &row, &secrets).await?;
    Ok(())
}

fn row(raw: &RawApplication, now: Timestamp) -> anyhow::Result<Application> {
    let kind = ApplicationKind::parse(&raw.kind)
        .with_context(|| format!("application {}: unknown type {}", raw.id, raw.kind))?;
    for uri in raw.redirect_uris.iter().chain(&raw.post_logout_redirect_uris) {
        if let Err(bad) = redirect_uri::check_registration(uri) {
            bail!("application {}: {uri}: {bad}", raw.id);
        }
    }
    if let Some(uri) = raw.backchannel_logout_uri.as_deref().filter(|uri| !is_logout_uri(uri)) {
        bail!("application {}: {uri} must be {LOGOUT_URI}", raw.id);
    }
    let metadata = OidcClientMetadata {
        redirect_uris: raw.redirect_uris.clone(),
        post_logout_redirect_uris: raw.post_logout_redirect_uris.clone(),
        logo_uri: None,
        backchannel_logout_uri: raw.backchannel_logout_uri.clone(),
    };
    Ok(Application {
        id: ClientId::parse(&raw.id)?,
        name: raw.name.clone(),
        description: None,
        kind: kind.as_str().to_owned(),
        is_third_party: raw.is_third_party,
        // who writes the configuration owns the server
        is_admin: kind == ApplicationKind::MachineToMachine,
        oidc_client_metadata: serde_json::to_string(&metadata)?,
        custom_client_metadata: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        created_at: now,
        updated_at: now,
    })
}

fn secret(text: &SecretString, now: Timestamp) -> Secret {
    let text = text.expose_secret();
    Secret {
        name: SECRET_NAME.to_owned(),
        hash: SecretHash::of(text),
        last_four: last_four(text).to_owned(),
        expires_at: None,
        created_at: now,
    }
}

/// What an address of the back channel must be.
pub const LOGOUT_URI: &str = "an https address without user, password and fragment";

/// Whether an application may hear there that a session ended. Where it leads is seen when it is told.
pub fn is_logout_uri(text: &str) -> bool {
    !text.contains('#') && Target::parse(text, Reach::PrivateToo).is_ok()
}

/// The end of a secret, by which people recognise it.
pub fn last_four(secret: &str) -> &str {
    let tail = secret.char_indices().rev().nth(3).and_then(|(at, _)| secret.get(at..));
    tail.unwrap_or_default()
}
