//! Applications that come from the configuration.
use anyhow::{Context as _, bail};
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use haoma_oidc::client::{ApplicationKind, OidcClientMetadata};
use haoma_oidc::redirect_uri;
use haoma_store::applications::{Application, Secret};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value, json};

use crate::config::RawApplication;
use crate::outbound::{Reach, Target};

/// What the management API calls the first secret (wire contract C.6).
pub const SECRET_NAME: &str = "Default secret";

/// The application that the configuration describes; what it cannot say stays as it is in `old`, and so does a back-channel address that
/// it does not name any more, unless an earlier file set it (`is_files`).
///
/// # Errors
/// An address that may not be registered, an unknown kind, or a stored document that cannot be read.
pub(crate) fn of_file(
    raw: &RawApplication,
    old: Option<&Application>,
    is_files: impl Fn(&str) -> bool,
    now: Timestamp,
) -> anyhow::Result<Application> {
    const LOGOUT: &str = "backchannelLogoutUri";
    let kind = ApplicationKind::parse(&raw.kind)
        .with_context(|| format!("application {}: unknown type {}", raw.id, raw.kind))?;
    for uri in raw.redirect_uris.iter().chain(&raw.post_logout_redirect_uris) {
        if let Err(bad) = redirect_uri::check_registration(uri) {
            bail!("application {}: {uri}: {bad}", raw.id);
        }
    }
    if let Some(uri) =
        raw.backchannel_logout_uri.as_deref().filter(|uri| !is_logout_uri(uri, Reach::PrivateToo))
    {
        bail!("application {}: {uri} must be {LOGOUT_URI}", raw.id);
    }
    // who writes the configuration owns the server; but a right that was taken from a service is not given back by another address
    let is_admin = match old.filter(|old| old.kind == kind.as_str()) {
        Some(old) => old.is_admin,
        None => kind == ApplicationKind::MachineToMachine,
    };
    let metadata = match old {
        Some(old) => old.oidc_client_metadata.clone(),
        None => serde_json::to_string(&OidcClientMetadata::default())?,
    };
    let mut metadata: Map<String, Value> = serde_json::from_str(&metadata)
        .with_context(|| format!("application {}: its stored metadata cannot be read", raw.id))?;
    metadata.insert("redirectUris".to_owned(), json!(raw.redirect_uris));
    metadata.insert("postLogoutRedirectUris".to_owned(), json!(raw.post_logout_redirect_uris));
    if let Some(uri) = &raw.backchannel_logout_uri {
        metadata.insert(LOGOUT.to_owned(), json!(uri));
    } else if metadata.get(LOGOUT).and_then(Value::as_str).is_some_and(is_files) {
        metadata.remove(LOGOUT);
    }
    let kept = |text: Option<&String>| text.map_or_else(|| "{}".to_owned(), String::clone);
    Ok(Application {
        id: ClientId::parse(&raw.id)?,
        name: raw.name.clone(),
        description: old.and_then(|old| old.description.clone()),
        kind: kind.as_str().to_owned(),
        is_third_party: raw.is_third_party,
        is_admin,
        oidc_client_metadata: Value::Object(metadata).to_string(),
        custom_client_metadata: kept(old.map(|old| &old.custom_client_metadata)),
        custom_data: kept(old.map(|old| &old.custom_data)),
        created_at: old.map_or(now, |old| old.created_at),
        updated_at: now,
    })
}

/// The secret of the configuration, as it is stored.
pub(crate) fn secret(text: &SecretString, now: Timestamp) -> Secret {
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
pub const LOGOUT_URI: &str =
    "an https address on the internet, without user, password and fragment";

/// Whether an application may hear there that a session ended. Where its name leads is seen when it is told.
pub fn is_logout_uri(text: &str, reach: Reach) -> bool {
    !text.contains('#') && Target::parse(text, reach).is_ok()
}

/// The end of a secret, by which people recognise it.
pub fn last_four(secret: &str) -> &str {
    let tail = secret.char_indices().rev().nth(3).and_then(|(at, _)| secret.get(at..));
    tail.unwrap_or_default()
}
