//! What administrators change while servers run: in use at once here, soon everywhere, and undone by a start only where the file says
//! something new.
use axum::http::StatusCode;
use haoma::app::App;
use haoma::config::ConnectorConfig;
use haoma::connectors::factory;
use haoma::connectors::kit::ProblemKind;
use haoma::connectors::saving::{self, Draft, Saving};
use haoma::error::api::codes;
use haoma::experience::saving as experience_saving;
use haoma::experience::settings::SignInExperience;
use haoma_core::ids::ClientId;
use haoma_core::phone::Region;
use haoma_store::applications::{self, Application, Secret};
use haoma_store::connectors::{self, Connector, SavedBy};
use haoma_store::sign_in_experience;
use serde_json::{Value, json};

use crate::management::support::managed;
use crate::oidc::support::refresh;
use crate::support::visitor::authorization_request;
use crate::support::{TestApp, event};

fn saving(app: &App) -> Saving {
    let (by, now) = (SavedBy::Administrator("alice".to_owned()), app.clock.now());
    Saving { by, event: event(app, "Connector.Saved"), now }
}

async fn current(app: &App) -> (Connector, Value) {
    let current = connectors::current(&app.db).await.unwrap().unwrap();
    let config = saving::open(app, &current).unwrap();
    (current, config)
}

/// Saves the connector with this changed, as somebody does who sees no secret.
async fn change(app: &App, key: &str, value: Value) -> Connector {
    let (base, config) = current(app).await;
    let factory = factory(&base.factory_id).unwrap();
    let mut posted = haoma::connectors::kit::redact(&config, factory);
    posted[key] = value;
    let draft = Draft::check(factory, &posted, Some(&config)).unwrap();
    saving::change(app, &base, &draft, &saving(app)).await.unwrap()
}

fn version(app: &App) -> Option<i64> {
    app.connector.load().as_ref().as_ref().map(|in_use| in_use.version)
}

async fn save_experience(app: &App, document: &SignInExperience) {
    assert_eq!(experience_saving::broken(app, document), []);
    let expected = app.experience.load().version;
    let (event, now) = (event(app, "SignInExperience.Saved"), app.clock.now());
    experience_saving::save(app, expected, document, &event, now).await.unwrap();
}

async fn application(app: &App, id: &str) -> (Application, Vec<Secret>) {
    applications::find(&app.db, &ClientId::parse(id).unwrap()).await.unwrap().unwrap()
}

/// The payloads of events of a kind.
async fn told(app: &App, key: &str) -> Vec<Value> {
    let sql = "SELECT payload FROM audit_events WHERE key = $1 ORDER BY id";
    let rows = app.db.read(sql, vec![key.into()]).await.unwrap();
    rows.iter().map(|row| serde_json::from_str(&row.text(0).unwrap()).unwrap()).collect()
}

on_both! {
    async fn a_saved_connector_is_in_use_at_once_and_soon_on_every_node(database: Database) {
        let test = TestApp::start(database).await;
        let other = test.second_node().await;
        let new = change(&test.app, "timeoutMs", json!(1500)).await;
        assert_eq!((new.version, version(&test.app), version(&other)), (2, Some(2), Some(1)));
        haoma::reload::run(&other).await.unwrap();
        assert_eq!(version(&other), Some(2));
        let (_, config) = current(&other).await;
        assert_eq!(config["accessKeySecret"], aliyun_sms_sim::DEMO_ACCESS_KEY_SECRET, "the secret is kept");
        saving::delete(&test.app, &new.id, &saving(&test.app)).await.unwrap();
        haoma::reload::run(&other).await.unwrap();
        assert_eq!((version(&test.app), version(&other)), (None, None));
    }

    async fn who_edits_an_older_version_is_told_and_changes_nothing(database: Database) {
        let test = TestApp::start(database).await;
        let (base, config) = current(&test.app).await;
        change(&test.app, "timeoutMs", json!(1500)).await;
        let draft = Draft::check(factory(&base.factory_id).unwrap(), &config, None).unwrap();
        let error = saving::change(&test.app, &base, &draft, &saving(&test.app)).await.unwrap_err();
        assert_eq!(error.code, codes::CHANGED_MEANWHILE);
        assert_eq!(current(&test.app).await.1["timeoutMs"], 1500);
    }

    async fn a_restart_with_the_same_file_keeps_what_was_changed_since(database: Database) {
        let test = TestApp::start(database).await;
        change(&test.app, "timeoutMs", json!(1500)).await;
        let hong_kong = Region::parse("HK").unwrap();
        save_experience(&test.app, &SignInExperience::phone_only(vec![hong_kong], hong_kong)).await;
        let again = test.second_node().await;
        assert_eq!(current(&again).await.1["timeoutMs"], 1500);
        assert_eq!(again.experience.load().phone_regions.allowed, [hong_kong]);
    }

    async fn a_file_that_says_something_new_replaces_what_is_stored(database: Database) {
        let test = TestApp::start(database).await;
        change(&test.app, "timeoutMs", json!(1500)).await;
        let changed = |raw: &mut Value| {
            raw["connector"]["config"]["timeoutMs"] = 900.into();
            raw["sign_in_experience"]["phoneRegions"] = json!({ "allowed": ["US"], "default": "US" });
        };
        let again = test.second_node_with(changed).await;
        let (connector, config) = current(&again).await;
        assert_eq!((connector.version, connector.saved_by), (3, SavedBy::Configuration));
        assert_eq!(config["timeoutMs"], 900);
        assert_eq!(again.experience.load().phone_regions.default, Region::parse("US").unwrap());
    }

    async fn an_application_of_the_file_keeps_what_was_changed_since_until_the_file_says_something_new(database: Database) {
        let (test, robot) = managed(database).await;
        let addresses = json!({
            "redirectUris": ["https://moved.example.com/"], "postLogoutRedirectUris": [],
            "logoUri": "https://moved.example.com/logo.png", "backchannelLogoutUri": "https://moved.example.com/out",
        });
        let changes = json!({ "oidcClientMetadata": addresses, "description": "Moved", "customData": { "a": 1 } });
        assert_eq!(robot.patch("/api/applications/app", changes).await.brief(), "200");
        assert_eq!(robot.patch("/api/applications/robot", json!({ "isAdmin": false })).await.brief(), "200");
        let before = application(&test.app, "app").await;
        test.second_node().await;
        assert_eq!(application(&test.app, "app").await, before, "the same file");
        assert!(!application(&test.app, "robot").await.0.is_admin);
        let again = test.second_node_with(|raw| {
            raw["applications"][0]["name"] = "New name".into();
            raw["applications"][4]["secret"] = "another-secret-of-the-robot".into();
        }).await;
        let (app, _) = application(&again, "app").await;
        assert_eq!((app.name.as_str(), app.description.as_deref(), app.custom_data.as_str()), ("New name", Some("Moved"), r#"{"a":1}"#));
        let metadata: Value = serde_json::from_str(&app.oidc_client_metadata).unwrap();
        assert_eq!(metadata, json!({
            "redirectUris": ["https://app.example.com/callback"], "postLogoutRedirectUris": ["https://app.example.com/"],
            "logoUri": "https://moved.example.com/logo.png", "backchannelLogoutUri": "https://moved.example.com/out",
        }), "the file wins where it speaks, and what it cannot say stays");
        let (robot, secrets) = application(&again, "robot").await;
        assert_eq!(secrets.iter().map(|one| one.last_four.as_str()).collect::<Vec<_>>(), ["obot"]);
        assert!(!robot.is_admin, "a right that was taken is not given back by another secret");
        test.second_node_with(|raw| raw["applications"][0]["name"] = "New name".into()).await;
        assert!(application(&test.app, "robot").await.1[0].last_four != "obot", "and a file that goes back is a new one");
    }

    async fn the_file_sets_and_takes_away_where_an_application_hears_of_sign_out(database: Database) {
        let (test, robot) = managed(database).await;
        let (ours, theirs) = ("https://app.example.com/out", "https://moved.example.com/out");
        let address = async || {
            let (app, _) = application(&test.app, "app").await;
            serde_json::from_str::<Value>(&app.oidc_client_metadata).unwrap()["backchannelLogoutUri"].clone()
        };
        let named = |raw: &mut Value| raw["applications"][0]["backchannel_logout_uri"] = ours.into();
        assert_eq!(address().await, Value::Null);
        test.second_node_with(named).await;
        assert_eq!(address().await, ours, "of an application that was there before");
        test.second_node().await;
        assert_eq!(address().await, Value::Null, "the line is gone, and with it the address");
        test.second_node_with(named).await;
        let moved = json!({ "oidcClientMetadata": {
            "redirectUris": ["https://app.example.com/callback"], "postLogoutRedirectUris": [], "backchannelLogoutUri": theirs,
        } });
        assert_eq!(robot.patch("/api/applications/app", moved).await.brief(), "200");
        test.second_node_with(named).await;
        assert_eq!(address().await, theirs, "the same file");
        test.second_node().await;
        assert_eq!(address().await, theirs, "the file takes away what a file set, and nothing else");
    }

    async fn an_application_that_becomes_somebody_elses_keeps_nothing_that_nobody_agreed_to(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let callback = person.signs_in("app", "8613800138000", "Register").await;
        let tokens = person.exchanges("app", &callback).await.json();
        let callback = person.follows(&authorization_request("other", "")).await;
        let others = person.exchanges("other", &callback).await.json();
        let is_foreign = |raw: &mut Value| raw["applications"][0]["is_third_party"] = true.into();
        test.second_node_with(is_foreign).await;
        let refreshes = async |client: &str, tokens: &Value| {
            refresh(&test, client, tokens["refresh_token"].as_str().unwrap(), None).await.brief()
        };
        assert_eq!(refreshes("app", &tokens).await, "400 oidc.invalid_grant");
        assert_eq!(refreshes("other", &others).await, "200", "nobody else loses anything");
        haoma::reload::run(&test.app).await.unwrap();
        test.advance_secs(2);
        let asked = person.get(&authorization_request("app", "").replace("&prompt=consent", "")).await;
        assert_eq!(asked.location(), "/consent?app_id=app");
        assert_eq!(person.get("/consent?app_id=app").await.status, StatusCode::OK, "people are asked now");
    }

    async fn what_the_file_replaces_is_told_in_the_audit_log(database: Database) {
        let test = TestApp::start(database).await;
        let by = |payload: &Value| payload["by"] == "configuration";
        for (key, count) in [("Connector.Created", 1), ("SignInExperience.Updated", 1), ("Application.Created", 4)] {
            let told = told(&test.app, key).await;
            assert!(told.len() == count && told.iter().all(by), "{key}: {told:?}");
        }
        test.second_node().await;
        test.second_node_with(|raw| {
            raw["connector"]["config"]["timeoutMs"] = 900.into();
            raw["applications"][0]["name"] = "New name".into();
        }).await;
        let (connector, application) = (told(&test.app, "Connector.Updated").await, told(&test.app, "Application.Data.Updated").await);
        assert!(connector.len() == 1 && by(&connector[0]) && connector[0]["version"] == 2, "{connector:?}");
        assert!(application.len() == 1 && by(&application[0]) && application[0]["targetApplicationId"] == "app", "{application:?}");
    }

    async fn what_a_file_says_is_stored_though_others_save_at_the_same_moment(database: Database) {
        let test = TestApp::start(database).await;
        let (first, config) = current(&test.app).await;
        let files: Vec<_> = (0..6).map(|n| {
            let mut config = config.clone();
            config["timeoutMs"] = (1000 + n).into();
            let connector = ConnectorConfig { factory_id: first.factory_id.clone(), config };
            let mut experience = test.app.experience.load().document.clone();
            experience.verification_code_policy.resend_cooldown = Some(60 + n);
            (connector, experience)
        }).collect();
        let stores = files.iter().map(|(connector, experience)| {
            haoma::configured::store(&test.app, Some(connector), Some(experience), &[])
        });
        for stored in futures_util::future::join_all(stores).await {
            stored.unwrap();
        }
        assert_eq!(current(&test.app).await.0.version, 1 + 6, "each of them, one after the other");
        assert_eq!(sign_in_experience::version(&test.app.db).await.unwrap(), 1 + 6);
    }

    async fn what_was_loaded_never_goes_back(database: Database) {
        let test = TestApp::start(database).await;
        let document = serde_json::to_string(&test.app.experience.load().document).unwrap();
        let loading = (0..6).map(|_| {
            let app = test.app.clone();
            tokio::spawn(async move {
                let mut newest = 0;
                while newest < 40 {
                    haoma::reload::run(&app).await.unwrap();
                    let loaded = app.experience.load().version;
                    assert!(loaded >= newest, "{loaded} after {newest}");
                    newest = loaded;
                }
            })
        });
        let loading: Vec<_> = loading.collect();
        for n in 1..40 {
            let (event, now) = (event(&test.app, "SignInExperience.Saved"), test.app.clock.now());
            assert!(sign_in_experience::replace(&test.app.db, n, &document, now, &event).await.unwrap());
        }
        for one in loading {
            one.await.unwrap();
        }
    }

    async fn a_secret_does_not_follow_another_account(database: Database) {
        let test = TestApp::start(database).await;
        let (base, config) = current(&test.app).await;
        let factory = factory(&base.factory_id).unwrap();
        let mut posted = haoma::connectors::kit::redact(&config, factory);
        posted["accessKeyId"] = "somebody-else".into();
        let problems = Draft::check(factory, &posted, Some(&config)).unwrap_err();
        let [problem] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!((problem.key_path.as_str(), &problem.kind), ("accessKeySecret", &ProblemKind::Missing));
    }

    async fn the_code_policy_of_the_page_counts_at_once(database: Database) {
        let test = TestApp::start(database).await;
        let mut document = test.app.experience.load().document.clone();
        document.verification_code_policy.max_retry_attempts = Some(2);
        document.verification_code_policy.resend_cooldown = Some(90);
        save_experience(&test.app, &document).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sent = person.asks_code("8613800138000", "SignIn").await;
        assert_eq!(sent.json()["attempts_left"], 2);
        let times = |name: &str| sent.json()[name].as_i64().unwrap();
        assert_eq!(times("resend_at") - times("server_now"), 90_000);
    }

    async fn where_phone_sign_in_is_off_no_number_is_asked_for(database: Database) {
        let test = TestApp::start(database).await;
        save_experience(&test.app, &SignInExperience::default()).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        let page = person.get("/sign-in?app_id=app").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!page.text.contains("name=\"phone\""), "{}", page.text);
    }
}
