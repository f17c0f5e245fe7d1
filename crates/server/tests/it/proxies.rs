//! From where a request comes, behind proxies that are trusted and others that are not.
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::console::{PASSWORD, owner};
use crate::support::{TestApp, Visitor};

const PROXY: &str = "10.0.0.2";
const PHONE: &str = "8613800138000";

async fn behind_a_proxy(database: crate::support::Database) -> TestApp {
    let trusted = json!(["10.0.0.0/8", "192.0.2.7"]);
    TestApp::start_with(database, |_| {}, |raw| raw["trusted_proxies"] = trusted).await
}

/// A form with what proxies wrote.
async fn posts(
    visitor: &mut Visitor,
    path: &str,
    fields: &[(&str, &str)],
    forwarded: &[&str],
) -> StatusCode {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let form = Some(("application/x-www-form-urlencoded", form));
    let lines: Vec<_> = forwarded.iter().map(|line| ("x-forwarded-for", *line)).collect();
    visitor.send_with(Method::POST, path, form, &lines).await.status
}

async fn guesses(visitor: &mut Visitor, name: &str, forwarded: &[&str]) -> StatusCode {
    posts(visitor, "/console/sign-in", &[("name", name), ("password", "none of theirs")], forwarded)
        .await
}

/// Every address in a column.
async fn addresses(test: &TestApp, sql: &'static str) -> Vec<String> {
    let rows = test.app.db.read(sql, vec![]).await.unwrap();
    rows.iter().map(|row| row.opt_text(0).unwrap().unwrap_or_default()).collect()
}

on_both! {
    async fn s23_what_is_recorded_is_the_address_that_a_trusted_proxy_saw(database: Database) {
        let test = behind_a_proxy(database).await;
        owner(&test).await;
        for (peer, lines, wanted) in [
            (PROXY, &["203.0.113.9"][..], "203.0.113.9"),
            (PROXY, &["127.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (PROXY, &["127.0.0.1", "203.0.113.9"], "203.0.113.9"),
            (PROXY, &["203.0.113.9, 192.0.2.7"], "203.0.113.9"),
            (PROXY, &["::ffff:203.0.113.9"], "203.0.113.9"),
            ("::ffff:10.0.0.2", &["203.0.113.9"], "203.0.113.9"),
            (PROXY, &["203.0.113.9, who knows"], PROXY),
            (PROXY, &[], PROXY),
            ("198.51.100.4", &["203.0.113.9"], "198.51.100.4"),
            ("::ffff:198.51.100.4", &["203.0.113.9, 10.0.0.3"], "198.51.100.4"),
        ] {
            test.advance_secs(60);
            let mut li = test.visitor().at(peer);
            let form = [("name", "li"), ("password", PASSWORD)];
            assert_eq!(posts(&mut li, "/console/sign-in", &form, lines).await, StatusCode::SEE_OTHER);
            let sessions = "SELECT ip FROM administrator_sessions ORDER BY id DESC LIMIT 1";
            let events = "SELECT ip FROM audit_events ORDER BY id DESC LIMIT 1";
            assert_eq!(addresses(&test, sessions).await, [wanted], "{peer} {lines:?}");
            assert_eq!(addresses(&test, events).await, [wanted], "{peer} {lines:?}");
        }
    }

    async fn s23_a_walk_of_a_user_is_recorded_with_the_same_address(database: Database) {
        let test = behind_a_proxy(database).await;
        let mut person = test.visitor().at("::ffff:10.0.0.2").forwarded_for("198.51.100.1, 203.0.113.9");
        let callback = person.signs_in("app", PHONE, "Register").await;
        assert_eq!(person.exchanges("app", &callback).await.status, StatusCode::OK);
        let all = addresses(&test, "SELECT DISTINCT ip FROM audit_events WHERE interaction_id IS NOT NULL OR user_id IS NOT NULL").await;
        assert_eq!(all, ["203.0.113.9"]);
    }

    async fn s23_nobody_is_trusted_unless_configured(database: Database) {
        let test = TestApp::start(database).await;
        owner(&test).await;
        let mut li = test.visitor().at(PROXY);
        posts(&mut li, "/console/sign-in", &[("name", "li"), ("password", PASSWORD)], &["203.0.113.9"]).await;
        assert_eq!(addresses(&test, "SELECT ip FROM administrator_sessions ORDER BY ip").await, [PROXY, "192.0.2.1"]);
    }

    async fn s23_people_behind_one_proxy_do_not_share_guesses_and_nobody_invents_new_ones(database: Database) {
        let test = behind_a_proxy(database).await;
        owner(&test).await;
        let mut thief = test.visitor().at(PROXY);
        for n in 0..20 {
            let forged = format!("198.51.100.{n}, 203.0.113.66");
            assert_eq!(guesses(&mut thief, &format!("name{n}"), &[&forged]).await, StatusCode::UNAUTHORIZED);
        }
        let forged = ["198.51.100.99, 203.0.113.66"];
        assert_eq!(guesses(&mut thief, "another", &forged).await, StatusCode::TOO_MANY_REQUESTS);
        let mut li = test.visitor().at(PROXY);
        let form = [("name", "li"), ("password", PASSWORD)];
        assert_eq!(posts(&mut li, "/console/sign-in", &form, &["203.0.113.9"]).await, StatusCode::SEE_OTHER);
    }
}
