//! From a configuration to a running [`App`]: the same for the binary and for tests.
use std::sync::Arc;

use anyhow::Context as _;
use arc_swap::ArcSwap;
use haoma_core::entropy::Entropy;
use haoma_core::ids::ConnectorId;
use haoma_core::time::Clock;
use haoma_store::connectors::Connector;
use haoma_store::{Db, sign_in_experience};
use secrecy::ExposeSecret as _;
use url::Url;

use crate::app::{App, Keys, Parts, Settings};
use crate::config::{Config, ConnectorConfig};
use crate::connectors::InUse;
use crate::console::Passwords;
use crate::experience::settings::SignInExperience;
use crate::oidc;
use crate::oidc::known_clients::KnownClients;

/// The id of the connector that the configuration describes.
const CONFIGURED: &str = "sms";

/// Opens the database, stores what the configuration says, and loads what requests need.
///
/// # Errors
/// One clear sentence: the database cannot be opened, the server key does not fit it, a stored document does not parse.
pub async fn app(
    config: Config,
    clock: Clock,
    entropy: Entropy,
    demo_inbox: Option<Url>,
) -> anyhow::Result<App> {
    let db = Db::open(config.database.clone()).await?;
    let keys = Keys::derive(&config.server_key, &config.sealing);
    let now = clock.now();
    let signing = oidc::keys::load(&db, &keys.seal, &entropy, now).await?;
    let experience = experience(&db, config.sign_in_experience, &clock).await?;
    let app = App::new(Parts {
        db,
        clock,
        entropy,
        keys,
        settings: Settings {
            endpoint: config.endpoint,
            codes: config.codes,
            limits: config.limits,
            demo_inbox,
        },
        experience: ArcSwap::from_pointee(experience),
        connector: ArcSwap::from_pointee(None),
        signing: ArcSwap::from_pointee(signing),
        passwords: Passwords::default(),
        clients: KnownClients::default(),
    });
    if let Some(connector) = &config.connector {
        store_connector(&app, connector).await?;
    } else {
        tracing::info!("no connector is configured; one stored before stays in use");
    }
    load_connector(&app).await?;
    for application in &config.applications {
        oidc::applications::store(&app, application).await?;
    }
    Ok(app)
}

/// The stored sign-in experience; the configuration's replaces it when they differ.
async fn experience(
    db: &Db,
    configured: Option<SignInExperience>,
    clock: &Clock,
) -> anyhow::Result<SignInExperience> {
    let stored = sign_in_experience::find(db).await?;
    let Some(configured) = configured else {
        let Some(stored) = stored else { return Ok(SignInExperience::default()) };
        return serde_json::from_str(&stored.document)
            .context("the stored sign-in experience cannot be read");
    };
    let document = serde_json::to_string(&configured)?;
    if stored.as_ref().is_none_or(|stored| stored.document != document) {
        let version = stored.map_or(0, |stored| stored.version);
        // Another node that starts with the same configuration may have been faster.
        sign_in_experience::replace(db, version, &document, clock.now()).await?;
    }
    Ok(configured)
}

/// Stores the configured connector as a new version when it differs from the newest.
async fn store_connector(app: &App, configured: &ConnectorConfig) -> anyhow::Result<()> {
    let id = ConnectorId::parse(CONFIGURED)?;
    let newest = newest(app, &id).await?;
    let config = configured.config.to_string();
    let same = newest.as_ref().is_some_and(|newest| {
        let opened = app.keys.seal.open(&newest.row(), &newest.config_sealed);
        newest.factory_id == configured.factory_id
            && opened.is_ok_and(|opened| opened.expose_secret() == config)
    });
    if same {
        return Ok(());
    }
    let version = newest.map_or(1, |newest| newest.version + 1);
    let row = haoma_store::connectors::row_of(&id, version);
    let connector = Connector {
        config_sealed: app.keys.seal.seal(&app.entropy, &row, &config)?,
        version,
        factory_id: configured.factory_id.clone(),
        is_enabled: true,
        created_at: app.clock.now(),
        id,
    };
    haoma_store::connectors::add_version(&app.db, &connector).await?;
    Ok(())
}

async fn newest(app: &App, id: &ConnectorId) -> anyhow::Result<Option<Connector>> {
    let all = haoma_store::connectors::list(&app.db).await?;
    Ok(all.into_iter().find(|connector| connector.id == *id))
}

/// Makes the newest enabled connector the one messages go through.
async fn load_connector(app: &App) -> anyhow::Result<()> {
    let all = haoma_store::connectors::list(&app.db).await?;
    let Some(row) = all.into_iter().find(|connector| connector.is_enabled) else { return Ok(()) };
    let in_use = InUse::open(row, &app.keys.seal)?;
    app.connector.store(Arc::new(Some(in_use)));
    Ok(())
}
