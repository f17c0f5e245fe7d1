//! What every node keeps in memory of the database's settings, and how it hears that somebody changed them.
//!
//! Whoever changes something calls [`run`] at once; every other node asks within [`PAUSE`].
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use haoma_store::{connectors, sign_in_experience};

use crate::app::App;
use crate::connectors::InUse;
use crate::experience::settings::Loaded;
use crate::{hooks, sending_rules};

/// For so long another node may go by what was stored before.
pub const PAUSE: Duration = Duration::from_secs(2);

/// Loads the connector, the sign-in experience, the web-hooks and the rules of sending anew where the stored ones are others.
///
/// # Errors
/// The database's, or a stored document that cannot be used; what was loaded before stays in use.
pub async fn run(app: &App) -> anyhow::Result<()> {
    let _turn = app.reloading.lock().await;
    let (experience, connector, hooks, rules) = tokio::join!(
        experience(app),
        connector(app),
        hooks::reload(app),
        sending_rules::reload(app)
    );
    experience.and(connector).and(hooks).and(rules)
}

async fn experience(app: &App) -> anyhow::Result<()> {
    if sign_in_experience::version(&app.db).await? == app.experience.load().version {
        return Ok(());
    }
    let Some(stored) = sign_in_experience::find(&app.db).await? else { return Ok(()) };
    let document = serde_json::from_str(&stored.document)
        .context("the stored sign-in experience cannot be read")?;
    app.experience.store(Arc::new(Loaded { version: stored.version, document }));
    tracing::info!(version = stored.version, "sign-in experience loaded");
    Ok(())
}

async fn connector(app: &App) -> anyhow::Result<()> {
    let live = connectors::live(&app.db).await?;
    let in_use = app.connector.load_full();
    let loaded = in_use.as_ref().as_ref().map(|in_use| (&in_use.id, in_use.version));
    if live.as_ref().map(|(id, version)| (id, *version)) == loaded {
        return Ok(());
    }
    let row = connectors::current(&app.db).await?;
    let opened = row.map(|row| InUse::open(row, &app.keys.seal)).transpose()?;
    let version = opened.as_ref().map(|in_use| in_use.version);
    app.connector.store(Arc::new(opened));
    tracing::info!(version, "connector loaded");
    Ok(())
}
