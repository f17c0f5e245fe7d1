//! What the configuration file says of the connector, the sign-in experience and applications, which the console and the API change, too.
//!
//! Whoever spoke last is right: a file that says something new replaces what is stored, a file that says the same as at the last
//! start leaves what was changed since.
use std::collections::BTreeMap;

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::{ClientId, ConnectorId};
use haoma_store::connectors::{self, Connector, SavedBy, row_of};
use haoma_store::{applications, configured, sign_in_experience};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::app::App;
use crate::config::{ApplicationConfig, ConnectorConfig};
use crate::experience::settings::SignInExperience;
use crate::oidc::applications::{of_file, secret};
use crate::own_events::By;

/// How often something is decided anew because somebody else saved it at the same moment.
const MOST_ROUNDS: usize = 16;

/// Stores what is new in the file.
///
/// # Errors
/// The database's, or something that others change without a pause.
pub async fn store(
    app: &App,
    connector: Option<&ConnectorConfig>,
    experience: Option<&SignInExperience>,
    applications: &[ApplicationConfig],
) -> anyhow::Result<()> {
    let said = configured::digests(&app.db).await?;
    if let Some(connector) = connector {
        store_connector(app, &said, connector).await?;
    }
    if let Some(experience) = experience {
        store_experience(app, &said, experience).await?;
    }
    for application in applications {
        store_application(app, &said, application).await?;
    }
    Ok(())
}

/// What the file said at the last start, by name.
type Said = BTreeMap<String, String>;

/// Stores what the file says of `name` by trying: a try is `false` when another node was faster, or somebody saved something else
/// meanwhile, over which the file must not be laid unseen.
async fn until_said(
    app: &App,
    said: &Said,
    (name, digest): (&str, &str),
    try_once: impl AsyncFn() -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let is_said = |said: &Said| said.get(name).is_some_and(|known| known == digest);
    if is_said(said) {
        return Ok(());
    }
    for _round in 0..MOST_ROUNDS {
        if try_once().await? {
            tracing::info!(name, "the configuration file says something new, which was stored");
            return Ok(());
        }
        if is_said(&configured::digests(&app.db).await?) {
            return Ok(());
        }
    }
    anyhow::bail!(
        "what the configuration says of {name} could not be stored: others go on changing it"
    )
}

async fn store_connector(app: &App, said: &Said, file: &ConnectorConfig) -> anyhow::Result<()> {
    let config = file.config.to_string();
    let digest = digest(app, &[file.factory_id.as_bytes(), config.as_bytes()]);
    until_said(app, said, (configured::CONNECTOR, &digest), async || {
        let live = connectors::current(&app.db).await?;
        let now = app.clock.now();
        let (id, version) = match live.filter(|live| live.factory_id == file.factory_id) {
            Some(live) => (live.id, live.version + 1),
            None => (ConnectorId::generate(now, &app.entropy), 1),
        };
        let key = if version == 1 { "Connector.Created" } else { "Connector.Updated" };
        let payload =
            json!({ "connectorId": id, "connectorFactoryId": file.factory_id, "version": version });
        let event = By::Configuration.event(key, &payload, (&app.entropy, now));
        let new = Connector {
            config_sealed: app.keys.seal.seal(&app.entropy, &row_of(&id, version), &config)?,
            id,
            version,
            factory_id: file.factory_id.clone(),
            saved_by: SavedBy::Configuration,
            created_at: now,
        };
        Ok(configured::connector(&app.db, &digest, &new, &event).await?)
    })
    .await
}

async fn store_experience(app: &App, said: &Said, file: &SignInExperience) -> anyhow::Result<()> {
    let document = serde_json::to_string(file).context("the sign-in experience is no JSON")?;
    let digest = digest(app, &[document.as_bytes()]);
    until_said(app, said, (configured::SIGN_IN_EXPERIENCE, &digest), async || {
        let expected = sign_in_experience::version(&app.db).await?;
        let (db, now) = (&app.db, app.clock.now());
        let key = "SignInExperience.Updated";
        let event = By::Configuration.event(key, &json!({}), (&app.entropy, now));
        let new = (expected, document.as_str());
        Ok(configured::sign_in_experience(db, &digest, new, now, &event).await?)
    })
    .await
}

async fn store_application(app: &App, said: &Said, file: &ApplicationConfig) -> anyhow::Result<()> {
    let raw = &file.raw;
    let id = ClientId::parse(&raw.id)?;
    let open = json!([
        raw.id,
        raw.name,
        raw.kind,
        raw.redirect_uris,
        raw.post_logout_redirect_uris,
        raw.backchannel_logout_uri,
        raw.is_third_party,
    ]);
    let open = open.to_string();
    let mut parts = vec![open.as_bytes()];
    parts.extend(file.secret.as_ref().map(|secret| secret.expose_secret().as_bytes()));
    let logout = raw.backchannel_logout_uri.as_deref();
    let digest = with_logout(digest(app, &parts), logout.map(|uri| digest_of_logout(app, uri)));
    let name = configured::application_name(&id);
    let file_set = said.get(&name).and_then(|digest| logout_of(digest));
    let is_files = |uri: &str| file_set.is_some_and(|digest| digest == digest_of_logout(app, uri));
    until_said(app, said, (&name, &digest), async || {
        let now = app.clock.now();
        let stored = applications::find(&app.db, &id).await?;
        let old = stored.as_ref().map(|(old, _secrets)| old);
        let new = of_file(raw, old, is_files, now)?;
        let secret = file.secret.as_ref().map(|text| secret(text, now));
        let key = if old.is_some() { "Application.Data.Updated" } else { "Application.Created" };
        let payload = json!({ "targetApplicationId": id });
        let event = By::Configuration.event(key, &payload, (&app.entropy, now));
        let new = (&new, secret.as_ref(), old);
        let is_done = configured::application(&app.db, &digest, new, &event).await?;
        app.clients.forget(&id);
        Ok(is_done)
    })
    .await
}

/// The digest of an application ends with that of the back-channel address that the file names, so that a file which names none any more
/// takes away what a file set, and nothing that was set elsewhere.
fn with_logout(digest: String, logout: Option<String>) -> String {
    match logout {
        Some(logout) => format!("{digest}.{logout}"),
        None => digest,
    }
}

fn logout_of(digest: &str) -> Option<&str> {
    digest.split_once('.').map(|(_, logout)| logout)
}

fn digest_of_logout(app: &App, uri: &str) -> String {
    digest(app, &[b"backchannel_logout_uri", uri.as_bytes()])
}

/// Keyed: the file holds secrets, and a plain hash would let them be guessed.
fn digest(app: &App, parts: &[&[u8]]) -> String {
    URL_SAFE_NO_PAD.encode(app.keys.configured.mac(parts))
}
