//! Who is let in, and what the administrator switches.
use super::*;
use crate::management::support::{audited, robot};

const PATHS: [(&str, &str); 9] = [
    ("GET", "/api/my-account"),
    ("PATCH", "/api/my-account"),
    ("PATCH", "/api/my-account/profile"),
    ("POST", "/api/my-account/primary-phone"),
    ("DELETE", "/api/my-account/primary-phone"),
    ("GET", "/api/my-account/sessions"),
    ("GET", "/api/my-account/grants"),
    ("POST", "/api/verifications/verification-code"),
    ("POST", "/api/verifications/verification-code/verify"),
];

on_both! {
    async fn only_a_living_token_of_a_person_opens(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let nearly = format!("{}x", me.token);
        for (method, path) in PATHS {
            let method: Method = method.parse().unwrap();
            for (headers, code) in [
                (vec![], "401 auth.authorization_header_missing"),
                (vec![("authorization", "Basic x")], "401 auth.authorization_token_type_not_supported"),
                (vec![("authorization", "Bearer x")], "401 auth.unauthorized"),
            ] {
                assert_eq!(call(&test.router, method.clone(), path, &headers, "{}").await.brief(), code, "{method} {path}");
            }
            let bearer = format!("Bearer {nearly}");
            let answer = call(&test.router, method.clone(), path, &[("authorization", &bearer)], "{}").await;
            assert_eq!(answer.brief(), "401 auth.unauthorized", "{method} {path}");
        }
        assert_eq!(me.get("/api/my-account").await.brief(), "200");
        let without = member(&test, "app", NEW, "profile").await;
        assert_eq!(without.get("/api/my-account").await.brief(), "401 auth.unauthorized", "openid is needed");
        test.advance_secs(3600);
        assert_eq!(me.get("/api/my-account").await.brief(), "401 auth.unauthorized", "too old");
    }

    async fn until_somebody_switches_it_on_it_is_off_for_everybody(database: Database) {
        let test = TestApp::start(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        for (method, path) in PATHS {
            assert_eq!(me.sends(method.parse().unwrap(), path, json!({}), &[]).await.brief(), "400 account_center.not_enabled", "{method} {path}");
        }
        assert_eq!(test.sim.messages(None, 9).len(), 1, "the sign-in's own");
    }

    async fn applications_of_others_read_and_change_nothing(database: Database) {
        let test = open(database).await;
        let theirs = member(&test, "third", PHONE, SCOPES).await;
        assert_eq!(theirs.get("/api/my-account").await.json()["primaryPhone"], PHONE);
        assert_eq!(theirs.get("/api/my-account/sessions").await.brief(), "200");
        let session = text(&theirs.get("/api/my-account/sessions").await.json()["sessions"][0]["payload"], "uid").to_owned();
        let refused = "403 auth.third_party_application_forbidden";
        assert_eq!(theirs.patch("/api/my-account", json!({ "name": "x" })).await.brief(), refused);
        assert_eq!(theirs.patch("/api/my-account", json!({})).await.brief(), refused);
        assert_eq!(theirs.patch("/api/my-account/profile", json!({})).await.brief(), refused);
        assert_eq!(theirs.asks(PHONE).await.brief(), refused);
        assert_eq!(theirs.gives(PHONE, "x", "123456").await.brief(), refused);
        assert_eq!(theirs.delete(&format!("/api/my-account/sessions/{session}")).await.brief(), refused);
        assert_eq!(theirs.delete("/api/my-account/grants/x").await.brief(), refused);
        let ours = member(&test, "app", PHONE, SCOPES).await;
        let (proof, record) = (ours.proves(PHONE).await, ours.proves(NEW).await);
        assert_eq!(theirs.changes(&proof, NEW, &record, json!({})).await.brief(), refused);
    }

    async fn the_account_center_is_read_and_changed_by_who_manages(database: Database) {
        let test = TestApp::start_demo(database).await;
        let robot = robot(&test).await;
        let path = "/api/account-center";
        let fresh = robot.get(path).await.json();
        assert_eq!((&fresh["enabled"], &fresh["fields"], &fresh["id"]), (&json!(true), &json!(AccountCenter::open().fields), &json!("default")));
        let given = json!({ "enabled": false, "fields": { "phone": "Edit", "session": "ReadOnly" }, "deleteAccountUrl": "https://a.example/bye", "unknown": 1 });
        let after = robot.patch(path, given.clone()).await;
        assert_eq!(after.brief(), "200");
        for key in ["enabled", "fields", "deleteAccountUrl"] {
            assert_eq!(after.json()[key], given[key], "{key}");
        }
        assert_eq!(robot.patch(path, json!({})).await.json(), after.json());
        assert_eq!(test.visitor().get("/api/.well-known/account-center").await.json(), after.json(), "everybody may know (B.2, row 11)");
        let bad = robot.patch(path, json!({ "enabled": "yes", "fields": { "phone": "Maybe", "name": 1 }, "deleteAccountUrl": 5 })).await;
        assert_eq!(bad.brief(), "400 guard.invalid_input");
        assert_eq!(bad.json()["data"].as_array().unwrap().len(), 4, "every problem at once: {}", bad.text);
        assert_eq!(robot.get(path).await.json(), after.json());
    }

    async fn of_two_changes_of_the_account_center_at_once_none_is_lost_unsaid(database: Database) {
        let test = TestApp::start_demo(database).await;
        let robot = robot(&test).await;
        let path = "/api/account-center";
        let given = [
            ("enabled", json!(false)), ("deleteAccountUrl", json!("https://a.example/bye")), ("customCss", json!("a{}")),
            ("webauthnRelatedOrigins", json!(["https://a.example"])), ("fields", json!({ "phone": "ReadOnly" })),
        ];
        let asking = given.iter().map(|(key, value)| robot.patch(path, json!({ *key: value })));
        let answers = futures_util::future::join_all(asking).await;
        let after = robot.get(path).await.json();
        let mut done = 0;
        for ((key, value), answer) in given.iter().zip(answers) {
            match answer.brief().as_str() {
                "200" => {
                    assert_eq!(&after[*key], value, "{key} was said to be stored");
                    done += 1;
                }
                other => assert_eq!(other, "409 entity.changed_meanwhile", "{key}"),
            }
        }
        assert_eq!(audited(&test, "Account.Center.Updated").await.len(), done, "an event for each that was stored");
        assert!(done > 0);
    }
}

#[tokio::test]
async fn a_script_of_any_origin_may_ask_with_its_token_and_cookies_open_nothing() {
    let test = open(Database::sqlite()).await;
    let me = member(&test, "app", PHONE, SCOPES).await;
    let origin = [
        ("origin", "https://shop.example"),
        ("sec-fetch-site", "cross-site"),
        ("accept-language", "zh-CN"),
    ];
    let asked =
        call(&test.router, Method::OPTIONS, "/api/my-account/primary-phone", &origin, "").await;
    assert_eq!(asked.status.as_u16(), 204);
    for (name, value) in [
        ("access-control-allow-origin", "https://shop.example"),
        ("access-control-allow-methods", "GET, POST, PATCH, DELETE"),
        ("access-control-allow-headers", "authorization, content-type, logto-verification-id"),
    ] {
        assert_eq!(asked.headers[name], value, "{name}");
    }
    let read = me.sends(Method::PATCH, "/api/my-account", json!({ "name": "x" }), &origin).await;
    assert_eq!(
        (read.brief().as_str(), &read.headers["access-control-allow-origin"]),
        ("200", &"https://shop.example".parse().unwrap())
    );
    assert!(read.headers.get("access-control-allow-credentials").is_none());
    let refused = me.sends(Method::PATCH, "/api/my-account", json!({ "name": 1 }), &origin).await;
    assert_eq!(
        (refused.brief().as_str(), &refused.headers["access-control-allow-origin"]),
        ("400 guard.invalid_input", &"https://shop.example".parse().unwrap()),
        "errors are read as well"
    );
    let mut browser = me.browser.clone();
    let by_cookie = browser
        .send_with(
            Method::PATCH,
            "/api/my-account",
            Some(("application/json", r#"{"name":"Evil"}"#.to_owned())),
            &origin,
        )
        .await;
    assert_eq!(by_cookie.brief(), "401 auth.authorization_header_missing");
    let elsewhere = call(&test.router, Method::OPTIONS, "/api/users", &origin, "").await;
    assert!(elsewhere.headers.get("access-control-allow-origin").is_none());
}
