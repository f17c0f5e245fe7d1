//! A running Haoma without a socket of its own, a simulator with one, and people who use them.
#[macro_use]
mod on_both;
pub(crate) mod people;
pub(crate) mod routes;
pub(crate) mod sealed_rows;
pub(crate) mod tables;
pub(crate) mod things;
pub(crate) mod visitor;

use std::sync::atomic::{AtomicU64, Ordering};

use aliyun_sms_sim::{
    DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_SIGN_NAME, Seed, Sim, SimClock,
};
use axum::Router;
use haoma::app::App;
use haoma::config::{Raw, check};
use haoma_core::entropy::Entropy;
use haoma_core::ids::AuditId;
use haoma_core::time::{Clock, Timestamp};
use haoma_store::audit::Event;
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) use on_both::Database;
pub(crate) use visitor::Visitor;

/// 2026-11-22 00:00:30 UTC: inside a calendar minute and hour of UTC+8.
const START: Timestamp = Timestamp(1_795_305_630_000);

/// Everything one test needs; nothing is shared with another.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) sim: Sim,
    database: Database,
    configuration: Value,
    /// Further nodes so far: each has chance of its own.
    nodes: AtomicU64,
}

impl TestApp {
    /// The usual set-up.
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, |_connector| {}, |_raw| {}).await
    }

    /// The usual set-up after these changes to the connector's configuration and to everything else.
    pub(crate) async fn start_with(
        database: Database,
        change_connector: impl FnOnce(&mut Value),
        change: impl FnOnce(&mut Value),
    ) -> Self {
        Self::start_for(database, change_connector, change, None).await
    }

    /// The usual set-up with all that can be there: the demo application, as `haoma demo` has it, and a [`robot`].
    pub(crate) async fn start_demo(database: Database) -> Self {
        let inbox = url::Url::parse("http://127.0.0.1:3002/").unwrap();
        let manage = |raw: &mut Value| raw["applications"].as_array_mut().unwrap().push(robot());
        Self::start_for(database, |_connector| {}, manage, Some(inbox)).await
    }

    async fn start_for(
        mut database: Database,
        change_connector: impl FnOnce(&mut Value),
        change: impl FnOnce(&mut Value),
        demo_inbox: Option<url::Url>,
    ) -> Self {
        let sim = Sim::new(Seed::default(), SimClock::Fixed(START.0));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sim_address = listener.local_addr().unwrap();
        tokio::spawn(aliyun_sms_sim::serve(listener, sim.clone(), std::future::pending()));
        let mut connector = connector(&format!("http://{sim_address}"));
        change_connector(&mut connector);
        let mut raw = configuration(&database.url, &connector);
        change(&mut raw);
        patient(&mut raw);
        let app = node(&raw, 7 + database.starts, demo_inbox).await.unwrap();
        database.starts += 1;
        let router = haoma::routes::router(app.clone());
        Self { router, app, sim, database, configuration: raw, nodes: AtomicU64::new(0) }
    }

    /// Another server with the same configuration on the same database.
    pub(crate) async fn second_node(&self) -> App {
        self.second_node_with(|_raw| {}).await
    }

    /// Another server on the same database, with this change to the configuration.
    pub(crate) async fn second_node_with(&self, change: impl FnOnce(&mut Value)) -> App {
        self.tries_second_node(change).await.unwrap()
    }

    /// The same where it may not start.
    pub(crate) async fn tries_second_node(
        &self,
        change: impl FnOnce(&mut Value),
    ) -> anyhow::Result<App> {
        let mut raw = self.configuration.clone();
        change(&mut raw);
        let nth = self.nodes.fetch_add(1, Ordering::Relaxed);
        node(&raw, 1007 + self.database.starts + 100 * nth, None).await
    }

    /// The database as the server knows it.
    pub(crate) fn database_url(&self) -> &str {
        &self.database.url
    }

    /// Ends it; what it stored stays.
    pub(crate) fn end(self) -> Database {
        self.database
    }

    /// Somebody with a browser.
    pub(crate) fn visitor(&self) -> Visitor {
        Visitor::new(self.router.clone(), self.sim.clone())
    }

    /// The configuration of the connector.
    pub(crate) fn connector(&self) -> &Value {
        &self.configuration["connector"]["config"]
    }

    /// Where the connector finds the simulator.
    pub(crate) fn connector_endpoint(&self) -> &Value {
        &self.connector()["endpoint"]
    }

    /// Moves both clocks.
    pub(crate) fn advance_secs(&self, secs: i64) {
        self.app.clock.advance_millis(secs * 1000);
        self.sim.advance_ms(secs * 1000);
    }
}

/// Counters may take as long as a busy machine needs, where a test does not say how long they may.
pub(crate) fn patient(raw: &mut Value) {
    let limits = raw.as_object_mut().unwrap().entry("limits").or_insert_with(|| json!({}));
    limits.as_object_mut().unwrap().entry("patience_ms").or_insert_with(|| 10_000.into());
}

async fn node(raw: &Value, seed: u64, demo_inbox: Option<url::Url>) -> anyhow::Result<App> {
    let raw: Raw = serde_json::from_value(raw.clone()).unwrap();
    let (clock, entropy) = (Clock::fixed(START), Entropy::seeded(seed));
    haoma::start::app(check(raw).unwrap(), clock, entropy, demo_inbox).await
}

/// What the robot proves itself with.
pub(crate) const ROBOT_SECRET: &str = "a-secret-of-the-robot-app";

/// A service that may manage.
pub(crate) fn robot() -> Value {
    json!({ "id": "robot", "name": "Robot", "type": "MachineToMachine", "secret": ROBOT_SECRET })
}

/// The event of a change that nobody looks at.
pub(crate) fn event(app: &App, key: &str) -> Event {
    let now = app.clock.now();
    Event {
        id: AuditId::generate(now, &app.entropy),
        key: key.to_owned(),
        error: None,
        user_id: None,
        application_id: None,
        session_id: None,
        interaction_id: None,
        ip: None,
        user_agent: None,
        payload: "{}".to_owned(),
        at: now,
    }
}

/// A connector to a simulator.
pub(crate) fn connector(endpoint: &str) -> Value {
    let template = |usage: &str, china: &str, overseas: &str| json!({ "type": 2, "usageType": usage, "templateCode": { "china": china, "overseas": overseas } });
    json!({
        "accessKeyId": DEMO_ACCESS_KEY_ID, "accessKeySecret": DEMO_ACCESS_KEY_SECRET,
        "signName": DEMO_SIGN_NAME, "endpoint": endpoint, "timeoutMs": 2000,
        "templates": [
            template("SignIn", "SMS_100000001", "SMS_200000001"),
            template("Register", "SMS_100000002", "SMS_200000002"),
            template("Generic", "SMS_100000003", "SMS_200000003"),
        ],
    })
}

/// What a configuration file says in the usual set-up.
pub(crate) fn configuration(database: &str, connector: &Value) -> Value {
    json!({
        "endpoint": "https://id.example.com",
        "listen": "127.0.0.1:3001",
        "server_key": "0f".repeat(32),
        "database": { "url": database, "pool": 8 },
        "connector": { "factory": "aliyun-short-message-service", "config": connector },
        "sign_in_experience": {
            "signIn": { "methods": [{ "identifier": "phone", "verificationCode": true }] },
            "signUp": { "identifiers": ["phone"], "password": false, "verify": true },
            "phoneRegions": { "allowed": ["CN", "HK", "US"], "default": "CN" },
        },
        "applications": [
            { "id": "app", "name": "App", "type": "SPA", "redirect_uris": ["https://app.example.com/callback"],
              "post_logout_redirect_uris": ["https://app.example.com/"] },
            { "id": "other", "name": "Other", "type": "SPA", "redirect_uris": ["https://other.example.com/callback"] },
            { "id": "web", "name": "Web", "type": "Traditional", "secret": "a-secret-of-the-web-app",
              "redirect_uris": ["https://web.example.com/callback"] },
            { "id": "third", "name": "Third party", "type": "SPA", "is_third_party": true,
              "redirect_uris": ["https://third.example.com/callback"] },
        ],
    })
}
