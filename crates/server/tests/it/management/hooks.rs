//! `/api/hooks`: made, changed, tried out, looked after, deleted (wire contract C.9).
use super::support::*;
use crate::hooks::Receiver;

fn new_hook(url: &str) -> Value {
    json!({
        "name": "Shop", "events": ["User.Created", "PostSignIn", "Organization.Created"],
        "config": { "url": url, "headers": { "Authorization": "Bearer of-the-whole-shop" } },
    })
}

on_both! {
    async fn a_hook_is_made_read_changed_and_deleted(database: Database) {
        let (test, robot) = managed(database).await;
        let answer = robot.post("/api/hooks", new_hook("https://shop.example.com/hook")).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.text);
        let made = answer.json();
        let key = made["signingKey"].as_str().unwrap();
        assert_eq!((key.len(), &made["enabled"], &made["tenantId"]), (32, &json!(true), &json!("default")));
        let masked = format!("****{}", key.get(28..).unwrap());
        let config = json!({
            "url": "https://shop.example.com/hook", "headers": { "Authorization": "****shop" },
            "retries": 3, "allowPrivateAddresses": false,
        });
        assert_eq!(made["config"], config);
        let path = format!("/api/hooks/{}", made["id"].as_str().unwrap());
        let read = robot.get(&path).await.json();
        assert_eq!((&read["signingKey"], &read["events"]), (&json!(masked), &made["events"]));
        let body = json!({ "name": "Shop 2", "enabled": false, "event": "PostRegister", "config": config });
        let changed = robot.patch(&path, body).await.json();
        assert_eq!((&changed["name"], &changed["events"], &changed["config"]), (&json!("Shop 2"), &json!(["PostRegister"]), &config));
        assert_eq!(robot.patch(&path, json!({})).await.json(), changed);
        let anew = robot.patch(&format!("{path}/signing-key"), json!({})).await.json();
        assert_ne!(anew["signingKey"], key);
        assert_eq!(anew["signingKey"].as_str().unwrap().len(), 32);
        let all = robot.get("/api/hooks?includeExecutionStats=true").await.json();
        assert_eq!(all[0]["executionStats"], json!({ "successCount": 0, "requestCount": 0 }));
        let page = robot.get("/api/hooks?page=2&page_size=1").await;
        assert_eq!((page.json(), &page.headers["total-number"]), (json!([]), &"1".parse().unwrap()));
        assert_eq!(robot.delete(&path).await.status.as_u16(), 204);
        for answer in [robot.get(&path).await, robot.delete(&path).await, robot.patch(&path, json!({})).await, robot.get(&format!("{path}/recent-logs")).await] {
            assert_eq!(answer.brief(), "404 entity.not_exists_with_id");
        }
        for key in ["Hook.Created", "Hook.Updated", "Hook.SigningKey.Updated", "Hook.Deleted"] {
            assert_eq!(audited(&test, key).await.len(), 1, "{key}");
        }
    }

    async fn every_problem_of_a_hook_is_told_at_once(database: Database) {
        let (_test, robot) = managed(database).await;
        let body = json!({
            "name": "", "events": ["User.Created", "user.created"], "enabled": "yes",
            "config": { "url": "https://10.0.0.1/", "retries": 11, "headers": { "Host": "x" } },
        });
        let places = places(&robot.post("/api/hooks", body).await);
        assert_eq!(places, ["name", "events[1]", "enabled", "config.retries", "config.headers", "config.url"]);
        let mut none = new_hook("https://shop.example.com/");
        none["events"] = json!([]);
        assert_eq!(robot.post("/api/hooks", none).await.brief(), "400 hook.missing_events");
        for url in ["http://shop.example.com/", "https://localhost/", "https://169.254.169.254/", "https://a:b@shop.example.com/", "not an address"] {
            let answer = robot.post("/api/hooks", new_hook(url)).await;
            assert_eq!(answer.brief(), "400 guard.invalid_input", "{url}");
        }
        for (name, value) in [("x-a", "b\r\nx-c: d"), ("x-a\r\nx-c", "d"), ("logto-signature-sha-256", "0"), ("x-a", "\u{2026}")] {
            let mut smuggled = new_hook("https://shop.example.com/");
            smuggled["config"]["headers"] = json!({ name: value });
            assert_eq!(robot.post("/api/hooks", smuggled).await.brief(), "400 guard.invalid_input", "{name}");
        }
        assert_eq!(robot.get("/api/hooks").await.json(), json!([]));
    }

    async fn a_header_is_kept_for_the_address_it_was_meant_for(database: Database) {
        let (_test, robot) = managed(database).await;
        let made = robot.makes("/api/hooks", new_hook("https://shop.example.com/")).await;
        let path = format!("/api/hooks/{}", made["id"].as_str().unwrap());
        let mut config = made["config"].clone();
        config["url"] = "https://elsewhere.example.com/".into();
        let answer = robot.patch(&path, json!({ "config": config })).await;
        assert_eq!(answer.brief(), "400 guard.invalid_input");
        config["headers"]["Authorization"] = "Bearer of-somebody-else".into();
        let changed = robot.patch(&path, json!({ "config": config })).await.json();
        assert_eq!(changed["config"]["headers"]["Authorization"], "****else");
    }

    async fn a_hook_is_tried_out_before_it_is_changed_and_what_it_says_is_shown(database: Database) {
        let (_test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let made = robot.makes("/api/hooks", new_hook("https://shop.example.com/")).await;
        let path = format!("/api/hooks/{}/test", made["id"].as_str().unwrap());
        let config = json!({ "url": receiver.url, "allowPrivateAddresses": true });
        let body = json!({ "events": ["PostRegister", "User.Deleted", "Organization.Created"], "config": config });
        assert_eq!(robot.post(&path, body.clone()).await.status.as_u16(), 204);
        assert_eq!(receiver.names(), ["Organization.Created", "PostRegister", "User.Deleted"]);
        receiver.answers(418);
        let answer = robot.post(&path, body).await;
        assert_eq!(answer.brief(), "422 hook.endpoint_responded_with_error");
        let data = json!({ "responseStatus": 418, "responseBody": "what it says" });
        assert_eq!(answer.json()["data"], data);
        let nobody = json!({ "url": "http://127.0.0.1:9/", "allowPrivateAddresses": true });
        let answer = robot.post(&path, json!({ "events": ["PostSignIn"], "config": nobody })).await;
        assert_eq!(answer.brief(), "422 hook.send_test_payload_failed");
        let none = robot.post(&path, json!({ "events": [], "config": config })).await;
        assert_eq!(none.brief(), "400 hook.missing_events");
        let good = json!({ "events": ["PostSignIn"], "config": config });
        let unknown = robot.post("/api/hooks/nothing/test", good).await;
        assert_eq!(unknown.brief(), "404 entity.not_exists_with_id");
    }

    async fn what_was_sent_in_the_last_day_is_in_the_log_of_the_hook_without_what_it_said(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let mut new = new_hook(&receiver.url);
        new["config"]["allowPrivateAddresses"] = true.into();
        let made = robot.makes("/api/hooks", new).await;
        let path = format!("/api/hooks/{}/recent-logs", made["id"].as_str().unwrap());
        for n in 0..3 {
            receiver.answers(if n == 2 { 500 } else { 200 });
            robot.makes("/api/users", json!({ "primaryPhone": format!("861380013800{n}") })).await;
            test.advance_secs(1);
            haoma::hooks::deliver::run(&test.app).await;
        }
        let page = robot.get(&format!("{path}?page_size=2")).await;
        assert_eq!(page.headers["total-number"], "3");
        let newest = &page.json()[0];
        assert_eq!((&newest["key"], &newest["payload"]["result"]), (&json!("TriggerHook.User.Created"), &json!("Error")));
        assert_eq!(newest["payload"]["response"], json!({ "statusCode": 500 }));
        assert!(newest["payload"]["nextTryAt"].is_i64());
        assert_eq!(page.json()[1]["payload"]["result"], "Success");
        assert!(!page.text.contains("86138"), "{}", page.text);
        let all = robot.get("/api/hooks?includeExecutionStats=true").await.json();
        assert_eq!(all[0]["executionStats"], json!({ "successCount": 2, "requestCount": 3 }));
        test.advance_secs(2 * 86_400);
        assert_eq!(crate::management::support::robot(&test).await.get(&path).await.json(), json!([]));
    }
}
