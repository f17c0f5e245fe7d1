//! After a start it is looked whether captchas can be judged, and whoever starts does not wait for it.
use std::time::Duration;

use serde_json::Value;

use crate::captcha::{alarms, checks, configured, count, reason_of_alarm};
use crate::support::{Database, TestApp};

async fn fresh(database: Database, change: impl FnOnce(&mut Value)) -> TestApp {
    let change = |raw: &mut Value| {
        configured(raw);
        change(raw);
    };
    TestApp::start_with(database, |_connector| {}, change).await
}

/// What is looked at after this change to what was right.
async fn why(database: Database, change: impl FnOnce(&mut Value)) -> (u64, String) {
    let test = fresh(database, change).await;
    haoma::captcha::look(&test.app).await;
    assert_eq!(alarms(&test).await, 1);
    (checks(&test), reason_of_alarm(&test).await)
}

on_both! {
    async fn s38_a_captcha_that_can_be_judged_is_looked_at_once_and_raises_no_alarm(database: Database) {
        let test = fresh(database, |raw| raw["limits"]["captchas_hour"] = 2.into()).await;
        for _ in 0..3 {
            haoma::captcha::look(&test.app).await;
        }
        assert_eq!((checks(&test), alarms(&test).await), (2, 0), "a server that starts again and again does not ask without end");
    }

    async fn s38_keys_that_are_refused_are_an_alarm_after_the_start(database: Database) {
        let (_, why) = why(database, |raw| raw["captcha"]["access_key_secret"] = "not-the-secret".into()).await;
        assert!(why.contains("SignatureDoesNotMatch"), "{why}");
    }

    async fn s38_a_scene_that_is_not_there_is_an_alarm_after_the_start(database: Database) {
        let told = why(database, |raw| raw["captcha"]["scene_id"] = "nowhere".into()).await;
        assert_eq!(told, (1, "F005: there is no such scene".to_owned()));
    }

    async fn s38_a_scene_in_test_mode_is_an_alarm_after_the_start(database: Database) {
        let test = fresh(database, |_| {}).await;
        let mut seed = test.sim.seed();
        seed.captcha.scenes[0].test_passes = Some(false);
        test.sim.set_seed(seed);
        haoma::captcha::look(&test.app).await;
        assert_eq!(reason_of_alarm(&test).await, "F004: the scene is in test mode and fails everybody");
    }

    async fn s38_a_provider_that_is_not_there_is_an_alarm_after_a_start_that_did_not_wait(database: Database) {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let nobody = format!("http://{}", silent.local_addr().unwrap());
        let test = fresh(database, |raw| raw["captcha"]["endpoint"] = nobody.into()).await;
        let jobs = haoma::jobs::start(&test.app);
        let soon = Duration::from_secs(20);
        let (asking, _) = tokio::time::timeout(soon, silent.accept()).await.unwrap().unwrap();
        assert_eq!(alarms(&test).await, 0, "it is served meanwhile");
        assert_eq!(test.visitor().get("/sign-in").await.status, 303);
        drop((asking, silent));
        let raised = async { while alarms(&test).await == 0 { tokio::task::yield_now().await } };
        tokio::time::timeout(soon, raised).await.unwrap();
        jobs.abort();
    }

    async fn without_a_captcha_nothing_is_looked_at(database: Database) {
        let test = fresh(database, |raw| raw["captcha"] = Value::Null).await;
        haoma::captcha::look(&test.app).await;
        let counters = count(&test, "SELECT COUNT(*) FROM limits WHERE bucket LIKE '%captcha%'").await;
        assert_eq!((checks(&test), counters), (0, 0));
    }
}
