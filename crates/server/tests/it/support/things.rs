//! Something of every kind, made when an address needs it, so that `{id}` leads to what is there.
use std::collections::BTreeMap;
use std::slice;
use std::sync::atomic::{AtomicU64, Ordering};

use haoma::connectors::factory;
use haoma::connectors::saving::{self, Draft, Saving};
use haoma::hooks::config::HookConfig;
use haoma::hooks::saving::{self as hooks, Wanted as WantedHook};
use haoma::sending_rules::{self, About, Wanted, whatever};
use haoma_core::ids::{
    AdministratorId, ClientId, DeliveryId, GrantId, HookId, ResourceId, RoleId, ScopeId, SessionId,
};
use haoma_core::network::Network;
use haoma_core::phone::PhoneNumber;
use haoma_core::role::Role;
use haoma_core::sending_rules::Effect;
use haoma_core::token::SecretHash;
use haoma_store::administrators::{self, Administrator};
use haoma_store::applications::{self, Application, Secret};
use haoma_store::connectors::{self, SavedBy};
use haoma_store::grants::{self, Grant};
use haoma_store::hook_deliveries::row_of;
use haoma_store::resources::{self, Resource};
use haoma_store::role_scopes::Given;
use haoma_store::roles::{self, Kept};
use haoma_store::scopes::{self, Scope};
use haoma_store::sessions::{self, Place, Session};
use haoma_store::users::{self, User};
use haoma_store::{application_roles, user_roles};

use super::{TestApp, event, people};

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
        (_, "applications") => application(test, path).await,
        (_, "users") | ("api", "my-account") => user(test).await,
        ("api", "resources") => resource(test).await,
        ("api", "roles") => role_of_somebody(test, path).await,
        (_, "connector-factories") => vec![("{id}", FACTORY.to_owned())],
        ("api", "connectors") if path.ends_with("/test") => vec![("{id}", FACTORY.to_owned())],
        (_, "connectors") => connector(test).await,
        (_, "hooks") => hook(test).await,
        (_, "security") => vec![("{id}", sending_rule(test).await)],
        (_, "test-numbers") => vec![("{id}", test_number(test).await)],
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

/// A service where the address is one of services, with a role.
async fn application(test: &TestApp, path: &str) -> Vec<(&'static str, String)> {
    let is_service = path.ends_with("/management") || path.contains("/roles");
    let id = made_application(test, is_service).await;
    let mut places = vec![("{id}", id.to_string()), ("{name}", "first".to_owned())];
    if is_service {
        let role = role(test, "MachineToMachine").await;
        let event = event(&test.app, "Application.Roles.Updated");
        let given = application_roles::add(&test.app.db, &id, slice::from_ref(&role), &event).await;
        assert_eq!(given.unwrap(), Given::Done);
        places.push(("{role}", role));
    }
    places
}

/// The id of a service.
pub(crate) async fn service(test: &TestApp) -> String {
    made_application(test, true).await.to_string()
}

async fn made_application(test: &TestApp, is_service: bool) -> ClientId {
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
    id
}

/// The id of a number with a fixed code.
async fn test_number(test: &TestApp) -> String {
    let digits = fresh("8613").replacen("8613", "86138", 1);
    let phone = PhoneNumber::from_international(&format!("{digits}0")).unwrap();
    let wanted = haoma::test_numbers::Wanted { phone, owner: "Made".to_owned(), days: 1 };
    let (app, now) = (&test.app, test.app.clock.now());
    let event = |_: &serde_json::Value| event(app, "TestNumber.Created");
    let made = haoma::test_numbers::create(app, &wanted, now, event).await.unwrap();
    made.0.id.to_string()
}

/// With a scope.
async fn resource(test: &TestApp) -> Vec<(&'static str, String)> {
    let (app, now) = (&test.app, test.app.clock.now());
    let resource = Resource {
        id: ResourceId::generate(now, &app.entropy),
        name: "Shop".to_owned(),
        indicator: format!("https://{}.example", fresh("shop")),
        is_default: false,
        access_token_ttl: 3600,
        created_at: now,
    };
    assert!(resources::create(&app.db, &resource, &event(app, "Resource.Created")).await.unwrap());
    let scope = Scope {
        id: ScopeId::generate(now, &app.entropy),
        resource_id: resource.id.clone(),
        name: "read".to_owned(),
        description: None,
        created_at: now,
    };
    scopes::create(&app.db, &scope, &event(app, "Scope.Created")).await.unwrap();
    vec![("{id}", resource.id.to_string()), ("{scope}", scope.id.to_string())]
}

/// The id of a scope that no role has.
pub(crate) async fn scope(test: &TestApp) -> String {
    resource(test).await.pop().unwrap().1
}

/// The id of a role that opens something.
pub(crate) async fn role(test: &TestApp, kind: &str) -> String {
    made_role(test, kind).await.0.to_string()
}

async fn made_role(test: &TestApp, kind: &str) -> (RoleId, String) {
    let (app, now) = (&test.app, test.app.clock.now());
    let role = roles::Role {
        id: RoleId::generate(now, &app.entropy),
        name: fresh("role"),
        description: "What it is for".to_owned(),
        kind: kind.to_owned(),
        is_default: false,
        created_at: now,
    };
    let scope = scope(test).await;
    let event = event(app, "Role.Created");
    let kept = roles::create(&app.db, &role, slice::from_ref(&scope), &event).await.unwrap();
    assert_eq!(kept, Kept::Done(role.clone()));
    (role.id, scope)
}

/// A role that somebody has: a service where the address is one of services.
async fn role_of_somebody(test: &TestApp, path: &str) -> Vec<(&'static str, String)> {
    let (db, event) = (&test.app.db, event(&test.app, "Role.Users.Updated"));
    let is_of_services = path.contains("/applications");
    let kind = if is_of_services { "MachineToMachine" } else { "User" };
    let (role, scope) = made_role(test, kind).await;
    let (place, member, given) = if is_of_services {
        let member = service(test).await;
        let given = application_roles::give(db, &role, slice::from_ref(&member), &event).await;
        ("{application}", member, given)
    } else {
        let member = user_id(test).await;
        let given = user_roles::give(db, &role, slice::from_ref(&member), &event).await;
        ("{user}", member, given)
    };
    assert_eq!(given.unwrap(), Given::Done);
    vec![("{id}", role.to_string()), ("{scope}", scope), (place, member)]
}

/// The id of a user.
pub(crate) async fn user_id(test: &TestApp) -> String {
    user(test).await.swap_remove(0).1
}

/// With a role, a session, and something allowed in it.
async fn user(test: &TestApp) -> Vec<(&'static str, String)> {
    let (app, now) = (&test.app, test.app.clock.now());
    let user = User { name: Some(fresh("Somebody")), ..people::user(test, None) };
    let id = user.id.clone();
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
        resource_scopes: None,
        expires_at: now.plus_secs(3600),
        created_at: now,
    };
    app.db.unit(vec![sessions::insert(&session), grants::upsert(&grant)]).await.unwrap();
    let role = role(test, "User").await;
    let given = event(app, "User.Roles.Updated");
    user_roles::add(&app.db, &id, slice::from_ref(&role), &given).await.unwrap();
    vec![
        ("{id}", id.to_string()),
        ("{session}", session.id.to_string()),
        ("{grant}", grant.id.to_string()),
        ("{role}", role),
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
    let wanted = WantedHook { name: fresh("Hook"), events, config, is_enabled: false };
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

/// One that is about an address of nobody.
async fn sending_rule(test: &TestApp) -> String {
    let (app, now) = (&test.app, test.app.clock.now());
    let wanted = Wanted {
        about: About::Network(Network::parse("192.0.2.200").unwrap()),
        effect: Effect::Block,
        reason: None,
        expires_at: None,
    };
    let event = |key: &'static str, _: &serde_json::Value| event(app, key);
    let saved = sending_rules::save(app, wanted, ("somebody", now), whatever, event).await;
    saved.unwrap().unwrap().id.to_string()
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
