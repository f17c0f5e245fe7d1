//! What web-hooks are told, that they are told it at least once, and that nobody waits for them.
mod fares;
mod limits;
mod pages;
mod sites;
mod things;
mod waiting;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::AppendHeaders;
use haoma::hooks::config::HookConfig;
use haoma::hooks::deliver;
use haoma::hooks::saving::{self, Wanted};
use haoma::hooks::sending::signature;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::HookId;
use haoma_store::hook_deliveries::{self, Delivery};
use haoma_store::hook_lists;
use haoma_store::hooks::Hook;
use haoma_store::keyset::Place;
use serde_json::{Value, json};
use tokio::sync::{OwnedRwLockWriteGuard, RwLock};

use crate::management::support::managed;
use crate::support::{Database, TestApp, event, sealed_rows};

const PHONE: &str = "8613800138000";

/// Somebody who listens, and answers with this status.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    status: Arc<AtomicU16>,
    wait: Arc<Mutex<Option<String>>>,
    gate: Arc<RwLock<()>>,
}

impl Receiver {
    pub(crate) async fn listens() -> Self {
        let mut receiver = Self {
            url: String::new(),
            seen: Arc::default(),
            status: Arc::new(AtomicU16::new(204)),
            wait: Arc::default(),
            gate: Arc::default(),
        };
        let here = receiver.clone();
        let handler = async move |headers: HeaderMap, body: Bytes| {
            here.seen.lock().unwrap().push((headers, body));
            drop(here.gate.read().await);
            let wait = here.wait.lock().unwrap().clone().map(|wait| [("retry-after", wait)]);
            let status = StatusCode::from_u16(here.status.load(Ordering::Relaxed)).unwrap();
            (status, wait.map(AppendHeaders), "what it says")
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        receiver.url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(handler);
        let never = async || std::future::pending().await;
        tokio::spawn(haoma::serve::serve(listener, router, never, haoma::work::Work::default()));
        receiver
    }

    /// It wants to be left alone so long.
    fn asks_to_wait(&self, wait: &str) {
        *self.wait.lock().unwrap() = Some(wait.to_owned());
    }

    /// It takes requests, and answers none until this is dropped.
    async fn holds(&self) -> OwnedRwLockWriteGuard<()> {
        Arc::clone(&self.gate).write_owned().await
    }

    /// How many requests came since the last look.
    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    pub(crate) fn answers(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    /// What came since the last look, by the name of the event.
    pub(crate) fn heard(&self) -> Vec<Value> {
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        let mut bodies: Vec<Value> =
            seen.iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect();
        bodies.sort_by_key(|body| body["event"].as_str().unwrap().to_owned());
        bodies
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.heard().iter().map(|body| body["event"].as_str().unwrap().to_owned()).collect()
    }
}

/// Waits for something that happens by itself within a second or two.
async fn until(is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("it should have happened");
}

fn config(url: &str) -> HookConfig {
    HookConfig {
        url: url.to_owned(),
        headers: BTreeMap::from([("authorization".to_owned(), "Bearer of-the-shop".to_owned())]),
        retries: 1,
        allow_private_addresses: true,
        signing_key: String::new(),
    }
}

/// A hook that is told everything.
async fn listening(test: &TestApp, receiver: &Receiver) -> (Hook, Wanted) {
    let events = HookEvent::ALL.map(|event| event.as_str().to_owned()).into();
    let config = config(&receiver.url);
    hook(test, Wanted { name: "Shop".to_owned(), events, config, is_enabled: true }).await
}

async fn hook(test: &TestApp, wanted: Wanted) -> (Hook, Wanted) {
    let id = HookId::generate(test.app.clock.now(), &test.app.entropy);
    saving::create(&test.app, id, wanted, &event(&test.app, "Hook.Created")).await.unwrap()
}

async fn deliveries(test: &TestApp, hook: &Hook) -> Vec<Delivery> {
    hook_lists::list(&test.app.db, &hook.id, false, &Place::Newest, 100).await.unwrap().items
}

async fn count(test: &TestApp) -> i64 {
    let rows = test.app.db.read("SELECT COUNT(*) FROM hook_deliveries", vec![]).await.unwrap();
    rows[0].int(0).unwrap()
}

on_both! {
    async fn a_registration_is_told_signed_and_no_change_of_data_with_it(database: Database) {
        let test = TestApp::start(database).await;
        let receiver = Receiver::listens().await;
        let (hook, wanted) = listening(&test, &receiver).await;
        let mut person = test.visitor().at("203.0.113.9").with_program("A phone");
        person.signs_in("app", PHONE, "Register").await;
        assert_eq!(deliver::run(&test.app).await, 2);
        let seen = receiver.seen.lock().unwrap().clone();
        for (headers, body) in &seen {
            let body = std::str::from_utf8(body).unwrap();
            let expected = signature(&wanted.config.signing_key, body).unwrap();
            assert_eq!(headers["logto-signature-sha-256"], expected.as_str());
            assert_eq!(headers["authorization"], "Bearer of-the-shop");
            assert_eq!(headers["content-type"], "application/json");
            assert!(headers["user-agent"].to_str().unwrap().starts_with("Haoma/"));
        }
        let ids: Vec<_> = seen.iter().map(|(headers, _)| headers["idempotency-key"].clone()).collect();
        assert_ne!(ids[0], ids[1]);
        let heard = receiver.heard();
        let [registered, created] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!(registered["event"], "PostRegister");
        for body in [registered, created] {
            assert_eq!(body["hookId"], hook.id.as_str());
            assert!(ids.contains(&HeaderValue::from_str(body["deliveryId"].as_str().unwrap()).unwrap()), "{body}");
            assert_eq!(body["interactionEvent"], "Register");
            assert_eq!(body["userAgent"], "A phone");
            assert_eq!(body["application"], json!({ "id": "app", "type": "SPA", "name": "App", "description": null }));
            assert!(body["createdAt"].as_str().unwrap().starts_with("2026-11-22T00:00:30"), "{body}");
        }
        assert_eq!((&registered["userIp"], &created["ip"]), (&json!("203.0.113.9"), &json!("203.0.113.9")));
        assert_eq!(registered["user"]["primaryPhone"], PHONE);
        assert_eq!(registered["userId"], registered["user"]["id"]);
        assert_eq!((&created["event"], &created["data"]["primaryPhone"]), (&json!("User.Created"), &json!(PHONE)));
        assert_eq!(created["sessionId"], registered["sessionId"]);
        test.advance_secs(120);
        test.visitor().signs_in("app", PHONE, "SignIn").await;
        deliver::run(&test.app).await;
        assert_eq!(receiver.names(), ["PostSignIn"]);
        assert_eq!(deliver::run(&test.app).await, 0, "nothing is told twice");
    }

    async fn while_no_hook_wants_to_know_nothing_is_written(database: Database) {
        let test = TestApp::start(database).await;
        test.visitor().signs_in("app", PHONE, "Register").await;
        assert_eq!(count(&test).await, 0);
        let receiver = Receiver::listens().await;
        let events = vec!["User.Deleted".to_owned(), "Organization.Created".to_owned()];
        let config = config(&receiver.url);
        hook(&test, Wanted { name: "x".to_owned(), events, config, is_enabled: true }).await;
        test.visitor().signs_in("app", "8613800138001", "Register").await;
        assert_eq!(count(&test).await, 0);
    }

    async fn a_receiver_that_is_down_is_told_later_and_given_up_after_a_day_until_somebody_says_so(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (hook, _) = listening(&test, &receiver).await;
        receiver.answers(503);
        robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let mut waits = vec![];
        loop {
            assert_eq!(deliver::run(&test.app).await, 1);
            let one = deliveries(&test, &hook).await.remove(0);
            assert_eq!((one.last_status, one.last_error.as_deref()), (Some(503), Some("HTTP 503")));
            let Some(at) = one.next_at else { break };
            let now = test.app.clock.now();
            waits.push((at.0 - now.0) / 1000);
            assert_eq!(deliver::run(&test.app).await, 0, "not before its time");
            test.app.clock.advance_millis(at.0 - now.0);
        }
        assert_eq!(waits.len(), 1 + 6, "{waits:?}");
        for (wait, least) in waits.iter().zip([2, 60, 300, 1800, 7200, 21_600, 57_600]) {
            assert!((least..=least + least / 4).contains(wait), "{waits:?}");
        }
        assert_eq!(receiver.heard().len(), 8);
        test.advance_secs(100_000);
        assert_eq!(deliver::run(&test.app).await, 0, "given up");
        receiver.answers(200);
        let replayed = |_count| event(&test.app, "Hook.Replayed");
        assert_eq!(saving::replay_failed(&test.app, &hook.id, replayed).await.unwrap(), 1);
        assert_eq!(deliver::run(&test.app).await, 1);
        assert_eq!(receiver.names(), ["User.Created"]);
        let one = deliveries(&test, &hook).await.remove(0);
        assert_eq!((one.state.as_str(), one.last_error, one.tries), ("delivered", None, 1));
        assert!(saving::replay(&test.app, &hook.id, &one.id, &replayed(1)).await.unwrap());
        assert_eq!(deliver::run(&test.app).await, 1, "also what was told already");
    }

    async fn two_nodes_tell_everything_once(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        let second = test.second_node().await;
        for n in 0..20 {
            robot.makes("/api/users", json!({ "primaryPhone": format!("86138001380{n:02}") })).await;
        }
        for _round in 0..4 {
            tokio::join!(deliver::run(&test.app), deliver::run(&second), deliver::run(&second));
        }
        let mut told: Vec<_> = receiver.heard().iter().map(|body| body["data"]["id"].to_string()).collect();
        told.sort_unstable();
        let all = told.len();
        told.dedup();
        assert_eq!((all, told.len()), (20, 20));
    }

    async fn what_a_node_took_that_died_is_told_by_another(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (hook, _) = listening(&test, &receiver).await;
        robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let now = test.app.clock.now();
        let due = hook_deliveries::list_due(&test.app.db, &hook.id, now, 9).await.unwrap();
        let taken = hook_deliveries::claim(&test.app.db, due, now.plus_secs(60)).await.unwrap();
        assert_eq!(taken.len(), 1);
        // the node is gone, with what it took; the database is all that is left
        let reborn = test.second_node().await;
        assert_eq!(deliver::run(&reborn).await, 0);
        reborn.clock.advance_millis(60_000);
        assert_eq!(deliver::run(&reborn).await, 1);
        assert_eq!(receiver.names(), ["User.Created"]);
    }

    async fn s57_a_hook_leads_nowhere_inside_however_it_came_about(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let open = config(&receiver.url);
        let shut = HookConfig { allow_private_addresses: false, ..open.clone() };
        let https = HookConfig { url: receiver.url.replace("http:", "https:"), ..shut.clone() };
        for config in [shut, https] {
            let events = vec!["User.Created".to_owned()];
            hook(&test, Wanted { name: "x".to_owned(), events, config, is_enabled: true }).await;
        }
        robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        assert_eq!(deliver::run(&test.app).await, 2);
        assert!(receiver.heard().is_empty());
        let rows = test.app.db.read("SELECT last_error FROM hook_deliveries ORDER BY last_error", vec![]).await.unwrap();
        let errors: Vec<_> = rows.iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(errors, ["plain_http", "private_address"]);
    }

    async fn what_programs_and_people_do_with_users_is_told_with_what_they_asked(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        let tells = async || {
            deliver::run(&test.app).await;
            receiver.heard()
        };
        let made = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let id = made["id"].as_str().unwrap();
        let heard = tells().await;
        assert_eq!((&heard[0]["path"], &heard[0]["method"], &heard[0]["status"]), (&json!("/users"), &json!("POST"), &json!(200)));
        assert_eq!(heard[0]["data"], made, "the user as the API shows them");
        assert!(heard[0].get("application").is_none(), "nobody came through one");
        let user = format!("/api/users/{id}");
        for (path, body) in [("", json!({ "name": "Lin" })), ("/custom-data", json!({ "a": 1 })), ("/profile", json!({ "nickname": "L" }))] {
            assert_eq!(robot.patch(&format!("{user}{path}"), body).await.status, 200);
            let heard = tells().await;
            assert_eq!((heard.len(), &heard[0]["event"]), (1, &json!("User.Data.Updated")));
            assert_eq!(heard[0]["matchedRoute"], format!("/users/:userId{path}"));
            assert_eq!((&heard[0]["params"], &heard[0]["data"]["name"]), (&json!({ "userId": id }), &json!("Lin")));
        }
        robot.patch(&format!("{user}/is-suspended"), json!({ "isSuspended": true })).await;
        let heard = tells().await;
        assert_eq!((&heard[0]["event"], &heard[0]["data"]["isSuspended"]), (&json!("User.SuspensionStatus.Updated"), &json!(true)));
        robot.patch(&user, json!({ "name": "Mei" })).await;
        robot.delete(&user).await;
        let heard = tells().await;
        let told: Vec<_> = heard.iter().map(|body| (&body["event"], &body["data"])).collect();
        let gone = json!({ "id": id });
        assert_eq!(told, [(&json!("User.Data.Updated"), &gone), (&json!("User.Deleted"), &gone)], "of who is gone nothing is told");
        let refused = robot.patch(&user, json!({ "name": "Mei" })).await;
        assert_eq!((refused.status.as_u16(), tells().await.len()), (404, 0));
    }

    async fn s58_what_hooks_are_told_and_where_they_are_reached_is_sealed_and_sealed_anew(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (_, wanted) = listening(&test, &receiver).await;
        robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let tables = crate::support::tables::all(&test.app.db, &["users"]).await;
        let text = format!("{tables:?}");
        for secret in [PHONE, "of-the-shop", wanted.config.signing_key.as_str(), receiver.url.as_str()] {
            assert!(!text.contains(secret), "{secret} is readable");
        }
        let opened = sealed_rows::open_all(&test.app.db, &test.app.keys.seal).await;
        let other = test.second_node_with(|raw| {
            raw["sealing_key"] = "1c6f8e0a4b7d2935f1c0a78b6e9d3402".repeat(2).into();
            raw["previous_sealing_key"] = "0f".repeat(32).into();
        }).await;
        let anew = haoma::seal::rotate(&other.db, &other.keys.seal, &other.entropy).await.unwrap();
        assert_eq!(anew, u64::try_from(opened).unwrap());
        assert_eq!(deliver::run(&other).await, 1);
        assert_eq!(receiver.names(), ["User.Created"]);
    }
}

#[tokio::test]
async fn a_hook_that_never_answers_keeps_no_other_waiting_and_ends_in_its_own_time() {
    let (test, robot) = managed(Database::sqlite()).await;
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let deaf = config(&format!("http://{}/", silent.local_addr().unwrap()));
    let events = vec!["User.Created".to_owned()];
    hook(&test, Wanted { name: "deaf".to_owned(), events, config: deaf, is_enabled: true }).await;
    let receiver = Receiver::listens().await;
    listening(&test, &receiver).await;
    let job = tokio::spawn(deliver::keep_on(test.app.clone()));
    robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
    until(|| receiver.count() > 0).await;
    drop(silent);
    test.app.hooks_under_way.end().await;
    assert_eq!(deliver::run(&test.app).await, 0, "nothing begins any more");
    job.abort();
}
