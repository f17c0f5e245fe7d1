//! What the configuration file says of the connector and the sign-in experience, which the console changes, too.
//!
//! Whoever spoke last is right: a file that says something new replaces what is stored, a file that says the same as at the last
//! start leaves what was changed since.
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::ConnectorId;
use haoma_store::connectors::{self, Connector, SavedBy, row_of};
use haoma_store::{configured, sign_in_experience};

use crate::app::App;
use crate::config::ConnectorConfig;
use crate::experience::settings::SignInExperience;

/// Stores what is new in the file.
///
/// # Errors
/// The database's.
pub(crate) async fn store(
    app: &App,
    connector: Option<&ConnectorConfig>,
    experience: Option<&SignInExperience>,
) -> anyhow::Result<()> {
    if let Some(connector) = connector {
        store_connector(app, connector).await?;
    }
    if let Some(experience) = experience {
        store_experience(app, experience).await?;
    }
    Ok(())
}

async fn store_connector(app: &App, file: &ConnectorConfig) -> anyhow::Result<()> {
    let config = file.config.to_string();
    let digest = digest(app, &[file.factory_id.as_bytes(), config.as_bytes()]);
    if !configured::is_new(&app.db, "connector", &digest).await? {
        return Ok(());
    }
    let live = connectors::current(&app.db).await?;
    let now = app.clock.now();
    let (id, version) = match live.filter(|live| live.factory_id == file.factory_id) {
        Some(live) => (live.id, live.version + 1),
        None => (ConnectorId::generate(now, &app.entropy), 1),
    };
    let new = Connector {
        config_sealed: app.keys.seal.seal(&app.entropy, &row_of(&id, version), &config)?,
        id,
        version,
        factory_id: file.factory_id.clone(),
        saved_by: SavedBy::Configuration,
        created_at: now,
    };
    // another node that starts with the same file may have been faster
    if configured::connector(&app.db, &digest, &new).await? {
        tracing::info!(connector.id = %new.id, version, "connector of the configuration stored");
    }
    Ok(())
}

async fn store_experience(app: &App, file: &SignInExperience) -> anyhow::Result<()> {
    let document = serde_json::to_string(file).context("the sign-in experience is no JSON")?;
    let digest = digest(app, &[document.as_bytes()]);
    if !configured::is_new(&app.db, "sign_in_experience", &digest).await? {
        return Ok(());
    }
    let expected = sign_in_experience::version(&app.db).await?;
    let (db, now) = (&app.db, app.clock.now());
    configured::sign_in_experience(db, &digest, (expected, &document), now).await?;
    Ok(())
}

/// Keyed: the file holds secrets, and a plain hash would let them be guessed.
fn digest(app: &App, parts: &[&[u8]]) -> String {
    URL_SAFE_NO_PAD.encode(app.keys.configured.mac(parts))
}
