//! Secrets in the database: sealed for their rows, and sealed anew under another key while people sign in.
use haoma::seal;
use haoma_store::{Step, connectors};
use serde_json::Value;

use crate::support::TestApp;

const DAMAGE: &str = "UPDATE connectors SET config_sealed = 'v1.nobody.AAAA'";
const DAMAGE_ONE: &str = "UPDATE messages SET phone_sealed = 'v1.nobody.AAAA'
    WHERE id = (SELECT MIN(id) FROM messages)";
const OLD: &str = "1c6f8e0a4b7d2935f1c0a78b6e9d3402";
const NEW: &str = "90ab3c5d7e1f28460c2e4a6b8d0f1357";

/// Changes the configuration to these keys.
fn keys(current: &'static str, previous: Option<&'static str>) -> impl FnOnce(&mut Value) {
    move |raw: &mut Value| {
        raw["sealing_key"] = current.repeat(2).into();
        raw["previous_sealing_key"] = previous.map(|key| key.repeat(2)).into();
    }
}

/// Whether the current key did not seal something in the database.
async fn is_anything_left(test: &TestApp) -> bool {
    seal::is_anything_left(&test.app.db, &test.app.keys.seal).await.unwrap()
}

/// So many people, each with a number of their own, all the way through at once.
async fn people_sign_in(test: &TestApp, from: usize) {
    let walks = (from..from + 12).map(|n| {
        let mut visitor = test.visitor();
        tokio::spawn(async move {
            let callback = visitor.signs_in("app", &format!("86138001380{n:02}"), "Register").await;
            assert!(callback.contains("code="), "{callback}");
            visitor.exchanges("app", &callback).await.status
        })
    });
    for walk in walks.collect::<Vec<_>>() {
        assert!(walk.await.unwrap().is_success());
    }
}

on_both! {
    async fn s59_keys_are_rotated_while_people_sign_in(database: Database) {
        let before = TestApp::start_with(database, |_connector| {}, keys(OLD, None)).await;
        people_sign_in(&before, 10).await;
        let published = before.app.signing.load().jwks().to_owned();
        let during = TestApp::start_with(before.end(), |_connector| {}, keys(NEW, Some(OLD))).await;
        during.advance_secs(60);
        assert!(is_anything_left(&during).await);
        let app = during.app.clone();
        let rotation = tokio::spawn(async move { seal::rotate(&app.db, &app.keys.seal, &app.entropy).await });
        people_sign_in(&during, 30).await;
        assert!(rotation.await.unwrap().unwrap() >= 13);
        assert!(!is_anything_left(&during).await);
        let after = TestApp::start_with(during.end(), |_connector| {}, keys(NEW, None)).await;
        after.advance_secs(120);
        assert_eq!(after.app.signing.load().jwks(), published, "tokens are signed as before");
        people_sign_in(&after, 50).await;
        assert_eq!(seal::rotate(&after.app.db, &after.app.keys.seal, &after.app.entropy).await.unwrap(), 0);
    }

    async fn an_own_key_takes_over_from_the_derived_one_server_by_server(database: Database) {
        let derived = TestApp::start(database).await;
        people_sign_in(&derived, 10).await;
        let only_opens = |raw: &mut Value| raw["previous_sealing_key"] = NEW.repeat(2).into();
        let ready = TestApp::start_with(derived.end(), |_connector| {}, only_opens).await;
        ready.advance_secs(60);
        people_sign_in(&ready, 30).await;
        assert!(!is_anything_left(&ready).await, "a server that can only open the new key does not seal with it");
        let own = TestApp::start_with(ready.end(), |_connector| {}, keys(NEW, None)).await;
        assert!(seal::rotate(&own.app.db, &own.app.keys.seal, &own.app.entropy).await.unwrap() >= 26);
        assert!(!is_anything_left(&own).await);
    }

    async fn texts_that_no_key_opens_are_all_named_and_hold_no_other_up(database: Database) {
        let before = TestApp::start_with(database, |_connector| {}, keys(OLD, None)).await;
        people_sign_in(&before, 10).await;
        let during = TestApp::start_with(before.end(), |_connector| {}, keys(NEW, Some(OLD))).await;
        let db = &during.app.db;
        for damage in [DAMAGE, DAMAGE_ONE] {
            db.write(Step::new(damage, vec![])).await.unwrap();
        }
        let error = seal::rotate(db, &during.app.keys.seal, &during.app.entropy).await.unwrap_err().to_string();
        // the restart stored a second version, because the simulator is at another address
        let (id, _) = connectors::live(db).await.unwrap().unwrap();
        let first = db.read("SELECT MIN(id) FROM messages", vec![]).await.unwrap();
        for named in [format!("connectors/{id}/1"), format!("connectors/{id}/2"), first[0].text(0).unwrap()] {
            assert!(error.contains(&named), "{named} in {error}");
        }
        let again = seal::rotate(db, &during.app.keys.seal, &during.app.entropy).await.unwrap_err().to_string();
        assert!(!error.starts_with("0 ") && again.starts_with("0 sealed anew; 3 not"), "{error}\n{again}");
    }

    async fn s58_sealed_texts_of_two_rows_exchanged_do_not_open(database: Database) {
        let first = TestApp::start(database).await;
        let changed = |connector: &mut Value| connector["timeoutMs"] = 3000.into();
        let test = TestApp::start_with(first.end(), changed, |_raw| {}).await;
        let (id, _) = connectors::live(&test.app.db).await.unwrap().unwrap();
        let version = async |n| connectors::find(&test.app.db, &id, n).await.unwrap().unwrap();
        let (one, mut two) = (version(1).await, version(2).await);
        assert!(haoma::connectors::InUse::open(two.clone(), &test.app.keys.seal).is_ok());
        two.config_sealed = one.config_sealed;
        assert!(haoma::connectors::InUse::open(two, &test.app.keys.seal).is_err());
    }
}
