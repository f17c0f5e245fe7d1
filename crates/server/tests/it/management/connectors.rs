//! The connector through the API: made, shown without its secrets, changed, deleted.
use aliyun_sms_sim::{DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_SIGN_NAME};

use super::support::*;
use crate::oidc::support::{PHONE, text};

const ALIYUN: &str = "aliyun-short-message-service";

/// A configuration that works, with another signature.
fn config(app: &TestApp) -> Value {
    let endpoint = app.connector_endpoint();
    json!({
        "accessKeyId": DEMO_ACCESS_KEY_ID, "accessKeySecret": DEMO_ACCESS_KEY_SECRET, "signName": DEMO_SIGN_NAME,
        "endpoint": endpoint,
        "templates": [{ "usageType": "Generic", "templateCode": { "china": "SMS_100000003", "overseas": "SMS_200000003" } }],
    })
}

async fn only(robot: &Robot) -> Value {
    let all = robot.get("/api/connectors").await.json();
    let [one] = &all.as_array().unwrap()[..] else { panic!("one: {all}") };
    one.clone()
}

async fn sends(robot: &Robot, phone: &str) -> String {
    robot.post("/api/verification-codes", json!({ "phone": phone })).await.brief()
}

on_both! {
    async fn a_connector_is_shown_with_its_kind_and_without_its_secret(database: Database) {
        let (_app, robot) = managed(database).await;
        let one = only(&robot).await;
        let kind = robot.get(&format!("/api/connector-factories/{ALIYUN}")).await.json();
        for key in ["type", "target", "platform", "name", "description", "logo", "logoDark", "readme", "formItems", "isStandard", "isDemo"] {
            assert_eq!(one[key], kind[key], "{key}");
        }
        assert_eq!((&one["connectorId"], one["id"] != kind["id"]), (&json!(ALIYUN), true));
        assert_eq!(one["config"]["accessKeyId"], DEMO_ACCESS_KEY_ID);
        assert!(!one.to_string().contains(DEMO_ACCESS_KEY_SECRET));
        assert!(text(&one["config"], "accessKeySecret").starts_with('…'));
        assert_eq!(robot.get(&format!("/api/connectors/{}", text(&one, "id"))).await.json(), one);
        let of = async |target: &str| robot.get(&format!("/api/connectors?target={target}")).await.json();
        assert_eq!(of(text(&one, "target")).await, json!([one]));
        assert_eq!(of("another").await, json!([]));
    }

    async fn a_new_connector_replaces_the_old_and_is_in_use_at_once(database: Database) {
        let (app, robot) = managed(database).await;
        let old = only(&robot).await;
        let made = robot.makes("/api/connectors", json!({ "connectorId": ALIYUN, "config": config(&app) })).await;
        assert_ne!(made["id"], old["id"]);
        assert!(!made.to_string().contains(DEMO_ACCESS_KEY_SECRET));
        assert_eq!(only(&robot).await, made);
        assert_eq!(robot.get(&format!("/api/connectors/{}", text(&old, "id"))).await.brief(), "404 entity.not_found");
        assert_eq!(sends(&robot, PHONE).await, "204");
        let used = rows(&app, "SELECT connector_id FROM messages").await;
        assert_eq!(used[0].text(0).unwrap(), text(&made, "id"));
        let told = audited(&app, "Connector.Created").await;
        let told: Vec<_> = told.iter().filter(|(by, ..)| by.as_deref() == Some("robot")).collect();
        assert_eq!(told, [&(Some("robot".to_owned()), None, json!({ "connectorFactoryId": ALIYUN }))]);
        let saved = rows(&app, "SELECT saved_by FROM connectors WHERE deleted_at IS NULL").await;
        assert_eq!(saved[0].text(0).unwrap(), "application/robot");
    }

    async fn s58_a_change_keeps_the_secret_that_was_not_shown_and_replaces_the_rest(database: Database) {
        let (app, robot) = managed(database).await;
        let one = only(&robot).await;
        let path = format!("/api/connectors/{}", text(&one, "id"));
        let mut as_shown = one["config"].clone();
        as_shown["timeoutMs"] = json!(1500);
        let changed = robot.patch(&path, json!({ "config": as_shown })).await;
        assert_eq!((changed.status.as_u16(), &changed.json()["config"]), (200, &as_shown), "{}", changed.text);
        assert_eq!(sends(&robot, PHONE).await, "204", "with the secret that was kept");
        let mut without = as_shown.clone();
        for key in ["accessKeySecret", "timeoutMs"] {
            without.as_object_mut().unwrap().remove(key);
        }
        app.advance_secs(1);
        let changed = robot.patch(&path, json!({ "config": without })).await.json();
        assert_eq!(changed["config"].get("timeoutMs"), None, "replaced, not merged");
        app.advance_secs(61);
        assert_eq!(sends(&robot, PHONE).await, "204");
        let mut elsewhere = as_shown.clone();
        elsewhere["accessKeyId"] = json!("somebody-else");
        let refused = robot.patch(&path, json!({ "config": elsewhere })).await;
        assert_eq!((refused.brief(), &refused.json()["data"][0]["keyPath"]), ("400 connector.invalid_config".to_owned(), &json!("config.accessKeySecret")));
        let told = audited(&app, "Connector.Updated").await;
        assert_eq!(told[1].2, json!({ "connectorId": one["id"], "version": 3 }));
        assert!(!format!("{told:?}").contains(DEMO_ACCESS_KEY_SECRET));
    }

    async fn s58_of_a_secret_it_is_told_when_it_was_set_and_of_nothing_else(database: Database) {
        let (app, robot) = managed(database).await;
        let first = app.app.clock.now().0;
        let one = only(&robot).await;
        assert_eq!(one["secretsSetAt"], json!({ "accessKeySecret": first }));
        let path = format!("/api/connectors/{}", text(&one, "id"));
        let mut config = one["config"].clone();
        for secs in [10, 20] {
            app.advance_secs(10);
            config["timeoutMs"] = json!(1000 + secs);
            let changed = robot.patch(&path, json!({ "config": config })).await.json();
            assert_eq!(changed["secretsSetAt"], json!({ "accessKeySecret": first }), "the secret is the same");
        }
        app.advance_secs(10);
        config["accessKeySecret"] = json!("another-secret-altogether");
        let changed = robot.patch(&path, json!({ "config": config })).await.json();
        assert_eq!(changed["secretsSetAt"], json!({ "accessKeySecret": app.app.clock.now().0 }));
        assert_eq!(only(&robot).await, changed);
    }

    async fn a_refused_change_leaves_everything_as_it_was(database: Database) {
        let (_app, robot) = managed(database).await;
        let one = only(&robot).await;
        let path = format!("/api/connectors/{}", text(&one, "id"));
        let refused = robot.patch(&path, json!({ "config": { "templates": [], "signName": 5 } })).await;
        assert_eq!(refused.brief(), "400 connector.invalid_config");
        let problems = refused.json()["data"].clone();
        assert!(problems.as_array().unwrap().len() > 2, "every problem at once: {problems}");
        assert!(problems.as_array().unwrap().iter().all(|one| text(one, "keyPath").starts_with("config.")));
        for nothing in [json!({}), json!({ "metadata": {}, "syncProfile": false, "enableTokenStorage": false })] {
            assert_eq!(robot.patch(&path, nothing).await.json(), one);
        }
        assert_eq!(only(&robot).await, one);
    }

    async fn what_an_sms_connector_cannot_be_is_refused(database: Database) {
        let (app, robot) = managed(database).await;
        let one = only(&robot).await;
        let path = format!("/api/connectors/{}", text(&one, "id"));
        let with = |key: &str, value: Value| json!({ "connectorId": ALIYUN, "config": config(&app), key: value });
        for (body, expected) in [
            (with("metadata", json!({ "name": { "en": "Mine" } })), "400 connector.cannot_overwrite_metadata_for_non_standard_connector"),
            (with("syncProfile", json!(true)), "422 connector.invalid_type_for_syncing_profile"),
            (with("enableTokenStorage", json!(true)), "422 connector.token_storage_not_supported"),
        ] {
            assert_eq!(robot.post("/api/connectors", body.clone()).await.brief(), expected);
            assert_eq!(robot.patch(&path, body).await.brief(), expected);
        }
        let unknown = json!({ "connectorId": "nothing", "config": {} });
        assert_eq!(robot.post("/api/connectors", unknown).await.brief(), "422 connector.not_found_with_connector_id");
        let empty = json!({ "connectorId": ALIYUN });
        assert_eq!(robot.post("/api/connectors", empty).await.brief(), "400 connector.invalid_config");
        let wrong = json!({ "config": "x", "metadata": 1, "syncProfile": "yes", "enableTokenStorage": 0 });
        assert_eq!(places(&robot.post("/api/connectors", wrong).await), ["connectorId", "metadata", "config", "syncProfile", "enableTokenStorage"]);
        assert_eq!(only(&robot).await, one);
    }

    async fn without_a_connector_nothing_goes_out(database: Database) {
        let (app, robot) = managed(database).await;
        let path = format!("/api/connectors/{}", text(&only(&robot).await, "id"));
        assert_eq!(robot.delete(&path).await.brief(), "204");
        assert_eq!(robot.get("/api/connectors").await.json(), json!([]));
        assert_eq!(sends(&robot, PHONE).await, "501 connector.not_found");
        for answer in [robot.get(&path).await, robot.patch(&path, json!({})).await, robot.delete(&path).await] {
            assert_eq!(answer.brief(), "404 entity.not_found");
        }
        assert_eq!(audited(&app, "Connector.Deleted").await.len(), 1);
        assert_eq!(robot.delete("/api/connectors/a%20b").await.brief(), "404 entity.not_found");
    }

    async fn a_test_message_goes_through_the_posted_configuration_and_stores_nothing(database: Database) {
        let (app, robot) = managed(database).await;
        let one = only(&robot).await;
        robot.delete(&format!("/api/connectors/{}", text(&one, "id"))).await;
        let path = format!("/api/connectors/{ALIYUN}/test");
        let answer = robot.post(&path, json!({ "phone": PHONE, "config": config(&app), "locale": "en" })).await;
        assert_eq!(answer.brief(), "204", "{}", answer.text);
        let message = app.sim.latest(PHONE).unwrap();
        assert_eq!((message.template_code.as_str(), message.template_param.as_str()), ("SMS_100000003", r#"{"code":"000000"}"#));
        assert_eq!(robot.get("/api/connectors").await.json(), json!([]));
        let told = audited(&app, "Connector.Tested").await;
        assert_eq!(told[0].2, json!({ "connectorFactoryId": ALIYUN, "usageType": "Test" }));
        let code = json!({ "phone": PHONE, "verificationCode": "000000" });
        assert_eq!(robot.post("/api/verification-codes/verify", code).await.brief(), "400 verification_code.not_found");
    }

    async fn a_test_takes_the_template_of_tests_where_there_is_one(database: Database) {
        let (app, robot) = managed(database).await;
        let path = format!("/api/connectors/{ALIYUN}/test");
        let mut config = config(&app);
        let own = json!({ "usageType": "Test", "templateCode": { "china": "SMS_100000002" } });
        config["templates"].as_array_mut().unwrap().push(own);
        assert_eq!(robot.post(&path, json!({ "phone": PHONE, "config": config })).await.brief(), "204");
        assert_eq!(app.sim.latest(PHONE).unwrap().template_code, "SMS_100000002");
    }

    async fn a_secret_that_is_not_needed_is_removed_by_null(database: Database) {
        let (app, robot) = managed(database).await;
        let mut config = config(&app);
        config["securityToken"] = json!("a-token-of-some-length");
        let made = robot.makes("/api/connectors", json!({ "connectorId": ALIYUN, "config": config })).await;
        assert_eq!(made["config"]["securityToken"], "…ngth");
        let path = format!("/api/connectors/{}", text(&made, "id"));
        config["accessKeySecret"] = json!("");
        config.as_object_mut().unwrap().remove("securityToken");
        let kept = robot.patch(&path, json!({ "config": config })).await.json();
        assert_eq!(kept["config"]["securityToken"], "…ngth", "left out is kept");
        config["securityToken"] = json!(null);
        let gone = robot.patch(&path, json!({ "config": config })).await.json();
        assert_eq!(gone["config"].get("securityToken"), None);
        assert!(gone["secretsSetAt"].get("securityToken").is_none() && gone["secretsSetAt"].get("accessKeySecret").is_some());
    }

    async fn a_test_of_what_is_shown_uses_the_secret_in_use(database: Database) {
        let (_app, robot) = managed(database).await;
        let path = format!("/api/connectors/{ALIYUN}/test");
        let mut config = only(&robot).await["config"].clone();
        assert_eq!(robot.post(&path, json!({ "phone": PHONE, "config": config })).await.brief(), "204");
        config["accessKeyId"] = json!("somebody-else");
        let refused = robot.post(&path, json!({ "phone": PHONE, "config": config })).await;
        assert_eq!(refused.brief(), "400 connector.invalid_config", "the secret follows to no other account");
    }

    async fn a_test_that_cannot_work_says_why(database: Database) {
        let (app, robot) = managed(database).await;
        let path = format!("/api/connectors/{ALIYUN}/test");
        let config = config(&app);
        let with = |key: &str, value: Value| {
            let mut changed = config.clone();
            changed[key] = value;
            json!({ "phone": PHONE, "config": changed })
        };
        for (path, body, expected) in [
            (&*path, json!({ "email": "a@b.example", "config": config }), "400 connector.unexpected_type"),
            ("/api/connectors/nothing/test", json!({ "phone": PHONE, "config": config }), "400 connector.not_found"),
            (&path, with("signName", json!(5)), "400 connector.invalid_config"),
            (&path, with("signName", json!("未申请的签名")), "400 connector.general"),
            (&path, with("templates", json!([{ "usageType": "Register", "templateCode": "SMS_100000002" }])), "400 connector.template_not_found"),
            (&path, json!({ "phone": "4915112345678", "config": config }), "422 user.phone_country_not_allowed"),
        ] {
            assert_eq!(robot.post(path, body.clone()).await.brief(), expected, "{body}");
        }
        assert_eq!(places(&robot.post(&path, json!({ "config": [] })).await), ["phone", "config"]);
        assert_eq!(places(&robot.post(&path, json!({ "phone": PHONE })).await), ["config"]);
        let refused = robot.post(&path, with("signName", json!("未申请的签名"))).await.json();
        assert!(text(&refused["data"], "providerCode").starts_with("isv."), "{refused}");
        assert_eq!(app.sim.messages(None, 10).len(), 0);
    }
}
