//! From a configuration to a running [`App`]: the same for the binary and for tests.
use arc_swap::ArcSwap;
use haoma_core::entropy::Entropy;
use haoma_core::time::Clock;
use haoma_store::Db;
use tokio::sync::Mutex;
use url::Url;

use crate::account::center;
use crate::app::{App, Keys, KeysGiven, Parts, Settings};
use crate::config::Config;
use crate::configured;
use crate::console::Passwords;
use crate::experience::settings::Loaded;
use crate::hooks::Hooks;
use crate::hooks::deliver::UnderWay;
use crate::oidc::known_clients::KnownClients;
use crate::refusals::Refusals;
use crate::sending_rules::Loaded as LoadedRules;
use crate::statistics::Statistics;
use crate::work::Work;
use crate::{oidc, reload};

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
    let parts = Parts {
        clock,
        entropy,
        keys,
        settings: Settings {
            endpoint: config.endpoint,
            codes: config.codes,
            limits: config.limits,
            guesses: config.guesses,
            prices: config.prices,
            captcha: config.captcha,
            demo_inbox,
            trusted_proxies: config.trusted_proxies,
            sealing: KeysGiven {
                current: config.sealing.current.is_some(),
                previous: config.sealing.previous.is_some(),
            },
        },
        experience: ArcSwap::from_pointee(Loaded::default()),
        connector: ArcSwap::from_pointee(None),
        sending_rules: ArcSwap::from_pointee(LoadedRules::default()),
        refusals: Refusals::default(),
        hooks: ArcSwap::from_pointee(Hooks::default()),
        hooks_under_way: UnderWay::default(),
        signing: ArcSwap::from_pointee(signing),
        passwords: Passwords::default(),
        clients: KnownClients::default(),
        statistics: Statistics::default(),
        reloading: Mutex::default(),
        work: Work::default(),
    };
    let app = App::new(db, parts);
    let (connector, experience) = (config.connector.as_ref(), config.sign_in_experience.as_ref());
    configured::store(&app, connector, experience, &config.applications).await?;
    if app.settings.demo_inbox.is_some() {
        center::open_at_first(&app, now).await?;
    }
    reload::run(&app).await?;
    Ok(app)
}
