//! Something of every kind, made when an address needs it, so that `{id}` leads to what is there.
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use haoma::connectors::factory;
use haoma::connectors::saving::{self, Draft, Saving};
use haoma::hooks::config::HookConfig;
use haoma::hooks::saving::{self as hooks, Wanted};
use haoma_core::ids::{AdministratorId, ClientId, DeliveryId, GrantId, HookId, SessionId, UserId};
use haoma_core::role::Role;
use haoma_core::token::SecretHash;
use haoma_store::administrators::{self, Administrator};
use haoma_store::applications::{self, Application, Secret};
use haoma_store::connectors::{self, SavedBy};
use haoma_store::grants::{self, Grant};
use haoma_store::hook_deliveries::row_of;
use haoma_store::sessions::{self, Place, Session};
use haoma_store::users::{self, User};

use super::{TestApp, event};

/// The kind of the connector that tests have.
pub(crate) const FACTORY: &str = "aliyun-short-message-service";

/// A name, or the end of a number, that nothing had before.
pub(crate) fn fresh(what: &str) -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1_000_000);
    format!("{what}{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The path with an id of something real in each of its places; what a request may end is made anew.
pub(crate) async fn address(test: &TestApp, path: &str) -> String {
    if !path.contains('{') {
        return path.to_owned();
    }
    let parts: Vec<&str> = path.split('/').collect();
    let found = match (parts[1], parts[2]) {
        (_, "applications") => application(test, path.ends_with("/management")).await,
        (_, "users") | ("api", "my-account") => user(test).await,
        (_, "connector-factories") => vec![("{id}", FACTORY.to_owned())],
        ("api", "connectors") if path.ends_with("/test") => vec![("{id}", FACTORY.to_owned())],
        (_, "connectors") => connector(test).await,
        (_, "hooks") => hook(test).await,
        ("console", "administrators") => vec![("{id}", administrator(test).await)],
        ("console", "welcome") => vec![("{token}", welcome(test).await)],
        ("console", "account") => {
            let sql = "SELECT id FROM administrator_sessions ORDER BY id DESC LIMIT 1";
            vec![("{id}", newest(test, sql).await)]
        }
        ("console", "messages") => {
            vec![("{id}", newest(test, "SELECT id FROM messages ORDER BY id DESC LIMIT 1").await)]
        }
        (_, "audit-log" | "logs") => {
            let sql = "SELECT id FROM audit_events ORDER BY id DESC LIMIT 1";
            vec![("{id}", newest(test, sql).await)]
        }
        ("console", "{*rest}") => vec![("{*rest}", "nothing".to_owned())],
        _ => panic!("nothing is known that {path} could lead to: say here how it is made"),
    };
    let filled = found.iter().fold(path.to_owned(), |path, (place, id)| path.replace(place, id));
    assert!(!filled.contains('{'), "{filled}: say here what belongs there");
    filled
}

async fn newest(test: &TestApp, sql: &'static str) -> String {
    let rows = test.app.db.read(sql, vec![]).await.unwrap();
    rows.first().expect("one at least").text(0).unwrap()
}

async fn application(test: &TestApp, is_service: bool) -> Vec<(&'static str, String)> {
    let now = test.app.clock.now();
    let id = ClientId::parse(&fresh("made")).unwrap();
    let application = Application {
        id: id.clone(),
        name: "Made".to_owned(),
        description: None,
        kind: if is_service { "MachineToMachine" } else { "Traditional" }.to_owned(),
        is_third_party: false,
        is_admin: false,
        oidc_client_metadata: r#"{"redirectUris":[],"postLogoutRedirectUris":[]}"#.to_owned(),
        custom_client_metadata: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        created_at: now,
        updated_at: now,
    };
    let secret = Secret {
        name: "first".to_owned(),
        hash: SecretHash::of("of nobody"),
        last_four: "body".to_owned(),
        expires_at: None,
        created_at: now,
    };
    applications::upsert(&test.app.db, &application, &[secret]).await.unwrap();
    vec![("{id}", id.to_string()), ("{name}", "first".to_owned())]
}

/// With a session, and something allowed in it.
async fn user(test: &TestApp) -> Vec<(&'static str, String)> {
    let (app, now) = (&test.app, test.app.clock.now());
    let id = UserId::generate(now, &app.entropy);
    let user = User {
        id: id.clone(),
        phone: None,
        username: None,
        name: Some(fresh("Somebody")),
        avatar: None,
        profile: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        application_id: None,
        is_locked: false,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    };
    assert!(users::create(&app.db, &user).await.unwrap());
    let session = Session {
        id: SessionId::generate(now, &app.entropy),
        hash: SecretHash::of("of nobody"),
        user_id: id.clone(),
        authenticated_at: now,
        expires_at: now.plus_secs(3600),
        created_at: now,
        place: Place::default(),
    };
    let grant = Grant {
        id: GrantId::generate(now, &app.entropy),
        user_id: id.clone(),
        client_id: ClientId::parse("app").unwrap(),
        session_id: session.id.clone(),
        scope: "openid".to_owned(),
        expires_at: now.plus_secs(3600),
        created_at: now,
    };
    app.db.unit(vec![sessions::insert(&session), grants::upsert(&grant)]).await.unwrap();
    vec![
        ("{id}", id.to_string()),
        ("{session}", session.id.to_string()),
        ("{grant}", grant.id.to_string()),
    ]
}

/// The one in use in its second version; another one when somebody deleted it.
async fn connector(test: &TestApp) -> Vec<(&'static str, String)> {
    let app = &test.app;
    let saving = |key| Saving {
        by: SavedBy::Administrator("somebody".to_owned()),
        event: event(app, key),
        now: app.clock.now(),
    };
    let factory = factory(FACTORY).unwrap();
    let draft = Draft::check(factory, test.connector(), None).unwrap();
    let stored = match connectors::current(&app.db).await.unwrap() {
        Some(stored) => stored,
        None => saving::create(app, &draft, &saving("Connector.Created")).await.unwrap(),
    };
    if stored.version < 2 {
        saving::change(app, &stored, &draft, &saving("Connector.Saved")).await.unwrap();
    }
    vec![
        ("{id}", stored.id.to_string()),
        ("{version}", "1".to_owned()),
        ("{factory}", FACTORY.to_owned()),
    ]
}

/// One that leads nowhere, with a delivery that was given up.
async fn hook(test: &TestApp) -> Vec<(&'static str, String)> {
    let app = &test.app;
    let now = app.clock.now();
    let config = HookConfig {
        url: "https://hooks.example.invalid/".to_owned(),
        headers: BTreeMap::new(),
        retries: 0,
        allow_private_addresses: false,
        signing_key: String::new(),
    };
    let events = vec!["User.Created".to_owned()];
    let wanted = Wanted { name: fresh("Hook"), events, config, is_enabled: false };
    let id = HookId::generate(now, &app.entropy);
    let (hook, _) = hooks::create(app, id, wanted, &event(app, "Hook.Created")).await.unwrap();
    let delivery = DeliveryId::generate(now, &app.entropy);
    let sealed = app.keys.seal.seal(&app.entropy, &row_of(&delivery), "{}").unwrap();
    let sql = "INSERT INTO hook_deliveries (id, hook_id, event, context_sealed, state, created_at, last_tried_at)
        VALUES ($1, $2, 'User.Created', $3, 'failed', $4, $4)";
    let params = vec![delivery.as_str().into(), hook.id.as_str().into(), sealed.into(), now.into()];
    app.db.write(haoma_store::Step::new(sql, params)).await.unwrap();
    vec![("{id}", hook.id.to_string()), ("{delivery}", delivery.to_string())]
}

async fn administrator(test: &TestApp) -> String {
    let now = test.app.clock.now();
    let new = Administrator {
        id: AdministratorId::generate(now, &test.app.entropy),
        name: fresh("colleague"),
        role: Role::Viewer,
        password_hash: None,
        totp_sealed: None,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    };
    let event = event(&test.app, "Administrator.Create");
    assert!(administrators::create(&test.app.db, &new, &event).await.unwrap());
    new.id.to_string()
}

async fn welcome(test: &TestApp) -> String {
    let link = haoma::console::first::create(&test.app, &fresh("newcomer")).await.unwrap();
    link.rsplit('/').next().unwrap().to_owned()
}
