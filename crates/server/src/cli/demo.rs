//! `haoma demo`: the main job with nothing else installed.
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use aliyun_sms_sim::{
    DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_GENERAL_SIGN_NAME, DEMO_SIGN_NAME, Seed, Sim,
    SimClock,
};
use anyhow::Context as _;
use haoma_core::entropy::Entropy;
use haoma_core::keys::ServerKey;
use haoma_core::phone::Region;
use haoma_core::policy::{CodePolicy, GuessPolicy, SendPolicy};
use haoma_core::prices::Prices;
use haoma_core::time::Clock;
use haoma_store::Options;
use serde_json::{Value, json};
use url::Url;

use super::serve::say;
use crate::config::{
    ApplicationConfig, Config, ConnectorConfig, LogFormat, Logging, RawApplication, Sealing,
};
use crate::console::first;
use crate::experience::settings::SignInExperience;
use crate::{jobs, logging, routes, serve, start};

/// Countries the simulated account has templates for, the first one shown first.
const REGIONS: [&str; 10] = ["CN", "HK", "MO", "TW", "SG", "JP", "GB", "US", "CA", "DE"];

/// `haoma demo`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where data is kept between two starts.
    #[arg(long, default_value = "haoma-demo", value_name = "DIR")]
    data: PathBuf,
    /// The address of Haoma.
    #[arg(long, default_value = "127.0.0.1:3001", value_parser = super::address)]
    listen: SocketAddr,
    /// The address of the simulated SMS service.
    #[arg(long, default_value = "127.0.0.1:3003", value_parser = super::address)]
    sim_listen: SocketAddr,
    /// Which log lines to show, such as `haoma=debug`.
    #[arg(long, env = "HAOMA_LOG", default_value = "warn")]
    log: String,
}

/// Serves until asked to end.
#[expect(clippy::disallowed_methods, reason = "the simulator is waited for here")]
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    logging::start(&Logging { filter: arguments.log.clone(), format: LogFormat::Text })?;
    if !arguments.listen.ip().is_loopback() || !arguments.sim_listen.ip().is_loopback() {
        anyhow::bail!("the demo listens on this machine only, such as 127.0.0.1:3001");
    }
    let _lock = lock(&arguments.data)?;
    let listener = super::listen(arguments.listen, "--listen").await?;
    let sim_listener = super::listen(arguments.sim_listen, "--sim-listen").await?;
    let (address, sim_address) = (listener.local_addr()?, sim_listener.local_addr()?);
    let entropy = Entropy::from_os()?;
    let config = config(&arguments, &entropy, address, sim_address)?;
    let inbox = Url::parse(&format!("http://{sim_address}/"))?;
    let database = arguments.data.join("haoma.db");
    let app = start::app(config, Clock::System, entropy, Some(inbox)).await.with_context(|| {
        format!("{} cannot be used; move it away to start anew", database.display())
    })?;
    let asked_to_end = super::asked_to_end()?;
    let link = first::link(&app).await?;
    announce(address, sim_address, link.as_deref());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let sim = tokio::spawn(aliyun_sms_sim::serve(
        sim_listener,
        Sim::new(Seed::default(), SimClock::System),
        async move { drop(stopped.await) },
    ));
    let jobs = jobs::start(&app);
    serve::serve(listener, routes::router(app.clone()), asked_to_end, app.work.clone()).await;
    jobs.abort();
    // what they had begun that nobody may cut off
    app.work.ended().await;
    drop(stop);
    sim.await?;
    // The last handle of the database writes what is queued and closes the file.
    drop(app);
    Ok(())
}

/// Tells people where to look.
fn announce(address: SocketAddr, sim_address: SocketAddr, link: Option<&str>) {
    let console = match link {
        Some(link) => format!("{link}  (for 15 minutes)"),
        None => format!("http://{address}/console"),
    };
    say(&format!(
        "Haoma demo is ready. Ctrl-C ends it; a second start goes on with the same data.\n\n  \
         Demo application  http://{address}/demo-app\n  \
         SMS inbox         http://{sim_address}/\n  \
         Console           {console}\n  \
         OpenID Connect    http://{address}/oidc/.well-known/openid-configuration\n\n\
         Open the demo application, sign in with any mobile number, such as 138 0013 8000,\n\
         and read the code in the inbox.\n"
    ));
}

fn config(
    arguments: &Arguments,
    entropy: &Entropy,
    address: SocketAddr,
    sim_address: SocketAddr,
) -> anyhow::Result<Config> {
    let folder = &arguments.data;
    let endpoint = Url::parse(&format!("http://{address}"))?;
    let regions = REGIONS.iter().filter_map(|code| Region::parse(code).ok()).collect();
    Ok(Config {
        listen: address,
        trusted_proxies: vec![],
        server_key: server_key(&folder.join("server.key"), entropy)?,
        sealing: Sealing::default(),
        database: Options::Sqlite(folder.join("haoma.db")),
        logging: Logging { filter: arguments.log.clone(), format: LogFormat::Text },
        codes: CodePolicy::default(),
        limits: SendPolicy::default(),
        guesses: GuessPolicy::default(),
        prices: Prices::default(),
        connector: Some(ConnectorConfig {
            factory_id: "aliyun-short-message-service".to_owned(),
            config: connector(sim_address),
        }),
        captcha: None,
        sign_in_experience: Some(SignInExperience::phone_only(regions, Region::CHINA)),
        applications: vec![demo_app(&endpoint)],
        endpoint,
    })
}

/// The connector as an administrator would configure it, with the simulator's address.
fn connector(sim_address: SocketAddr) -> Value {
    let template = |usage: &str, china: &str, overseas: &str| json!({ "usageType": usage, "templateCode": { "china": china, "overseas": overseas } });
    json!({
        "accessKeyId": DEMO_ACCESS_KEY_ID,
        "accessKeySecret": DEMO_ACCESS_KEY_SECRET,
        "signName": DEMO_SIGN_NAME,
        "noticeSignName": DEMO_GENERAL_SIGN_NAME,
        "endpoint": format!("http://{sim_address}"),
        "templates": [
            template("SignIn", "SMS_100000001", "SMS_200000001"),
            template("Register", "SMS_100000002", "SMS_200000002"),
            template("Generic", "SMS_100000003", "SMS_200000003"),
            template("PhoneChanged", "SMS_100000006", "SMS_200000006"),
        ],
    })
}

fn demo_app(endpoint: &Url) -> ApplicationConfig {
    let here = format!("{endpoint}demo-app");
    ApplicationConfig {
        raw: RawApplication {
            id: "demo-app".to_owned(),
            name: "Haoma Demo".to_owned(),
            kind: "SPA".to_owned(),
            redirect_uris: vec![here.clone()],
            post_logout_redirect_uris: vec![here],
            backchannel_logout_uri: None,
            secret: None,
            secret_file: None,
            is_third_party: false,
        },
        secret: None,
    }
}

/// One demo per folder: a second one would change the addresses under the first.
fn lock(folder: &Path) -> anyhow::Result<std::fs::File> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let path = folder.join("lock");
    let file = std::fs::File::create(&path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => anyhow::bail!(
            "the folder {} is in use by another demo: end that one, or choose another with --data",
            folder.display()
        ),
        Err(std::fs::TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} cannot be locked", path.display()))
        }
    }
}

/// The key beside the database, made at the first start and readable by its owner only.
fn server_key(path: &Path, entropy: &Entropy) -> anyhow::Result<ServerKey> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    if !path.exists() {
        let text = entropy.hex::<32>();
        // Written beside and renamed: a start that is cut off leaves no half key.
        let half = path.with_extension("new");
        let mut options = std::fs::OpenOptions::new();
        let written = options
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&half)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
            .and_then(|()| std::fs::rename(&half, path));
        written.with_context(|| format!("{} cannot be written", path.display()))?;
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read", path.display()))?;
    ServerKey::parse(&text).with_context(|| format!("{} is not a server key", path.display()))
}
