//! A whole Haoma without a socket, its simulated provider with one, and the clock of both.
use std::net::IpAddr;
use std::path::PathBuf;

use aliyun_sms_sim::{
    DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_SIGN_NAME, Seed, Sim, SimClock,
};
use anyhow::Context as _;
use axum::Router;
use haoma::app::App;
use haoma::config::{Raw, check};
use haoma_core::entropy::Entropy;
use haoma_core::time::{Clock, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::browser::Browser;

/// 2026-11-22 00:00 UTC.
const START: Timestamp = Timestamp(1_795_305_600_000);

const FILE: &str = "haoma.db";

/// Everything of one scenario.
pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) sim: Sim,
    router: Router,
    folder: TempDir,
}

impl World {
    /// Defaults everywhere, but for what `change` says.
    pub(crate) async fn start(change: impl FnOnce(&mut Value)) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let sim = Sim::new(seed(), SimClock::Fixed(START.0));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let endpoint = format!("http://{}", listener.local_addr()?);
        serve(listener, sim.clone());
        let url = format!("sqlite:{}", folder.path().join(FILE).display());
        let mut raw = configuration(&url, &endpoint);
        change(&mut raw);
        let raw: Raw = serde_json::from_value(raw)?;
        let config = check(raw).map_err(|problems| anyhow::anyhow!("{problems}"))?;
        let entropy = Entropy::from_os().context("no entropy")?;
        let app = haoma::start::app(config, Clock::fixed(START), entropy, None).await?;
        let router = haoma::routes::router(app.clone());
        Ok(Self { app, sim, router, folder })
    }

    /// The database, where it is a file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join(FILE)
    }

    /// A new browser somewhere.
    pub(crate) fn browser(&self, address: IpAddr) -> Browser {
        Browser::new(self.router.clone(), address)
    }

    /// Moves the clock, and lets the watch look.
    pub(crate) async fn advance(&self, secs: i64) -> anyhow::Result<()> {
        self.app.clock.advance_millis(secs * 1000);
        self.sim.advance_ms(secs * 1000);
        Ok(haoma::watch::run(&self.app).await?)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// The newest code that came to a number.
    pub(crate) fn code(&self, phone: &str) -> Option<String> {
        let message = self.sim.latest(phone)?;
        let sent: Value = serde_json::from_str(&message.template_param).ok()?;
        Some(sent.get("code")?.as_str()?.to_owned())
    }

    /// When the first alarm of a kind since a moment was raised.
    pub(crate) async fn alarm(
        &self,
        key: &str,
        since: Timestamp,
    ) -> anyhow::Result<Option<Timestamp>> {
        const SQL: &str = "SELECT created_at FROM audit_events
            WHERE key = $1 AND created_at >= $2 ORDER BY id LIMIT 1";
        let rows = self.app.db.read(SQL, vec![key.into(), since.into()]).await?;
        rows.first().map(|row| Ok(row.time(0)?)).transpose()
    }
}

#[expect(clippy::disallowed_methods, reason = "it ends with the program")]
fn serve(listener: TcpListener, sim: Sim) {
    tokio::spawn(aliyun_sms_sim::serve(listener, sim, std::future::pending()));
}

/// The provider's own limits would hide ours.
fn seed() -> Seed {
    let mut seed = Seed::default();
    for account in &mut seed.accounts {
        account.flow = None;
    }
    seed
}

fn configuration(url: &str, endpoint: &str) -> Value {
    let template = |usage: &str, china: &str, overseas: &str| json!({ "type": 2, "usageType": usage, "templateCode": { "china": china, "overseas": overseas } });
    json!({
        "endpoint": "https://id.example.com",
        "listen": "127.0.0.1:3001",
        "server_key": "0f".repeat(32),
        "database": { "url": url },
        // an hour of these attacks is a second: who is late here is not late there
        "limits": { "patience_ms": 10_000 },
        "connector": { "factory": "aliyun-short-message-service", "config": {
            "accessKeyId": DEMO_ACCESS_KEY_ID, "accessKeySecret": DEMO_ACCESS_KEY_SECRET,
            "signName": DEMO_SIGN_NAME, "endpoint": endpoint,
            "templates": [
                template("SignIn", "SMS_100000001", "SMS_200000001"),
                template("Register", "SMS_100000002", "SMS_200000002"),
                template("Generic", "SMS_100000003", "SMS_200000003"),
            ],
        } },
        "sign_in_experience": {
            "signIn": { "methods": [{ "identifier": "phone", "verificationCode": true }] },
            "signUp": { "identifiers": ["phone"], "password": false, "verify": true },
            "phoneRegions": { "allowed": ["CN", "ID"], "default": "CN" },
        },
        "applications": [{
            "id": "app", "name": "App", "type": "SPA", "redirect_uris": ["https://app.example.com/callback"],
        }],
    })
}
