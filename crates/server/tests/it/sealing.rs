//! Secrets in the database: sealed for their rows, and sealed anew under another key while people sign in.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aliyun_sms_sim::{Fault, FaultKind};
use haoma::seal;
use haoma_oidc::algorithm::Algorithm;
use haoma_oidc::keys::SigningKey;
use haoma_store::signing_keys::{self, State, StoredKey};
use haoma_store::{Step, connectors, sealed};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;

use crate::console::{PASSWORD, owner, sets_up_second, with_role};
use crate::support::{TestApp, sealed_rows};

const DAMAGE: &str = "UPDATE connectors SET config_sealed = 'v1.nobody.AAAA'";
const DAMAGE_ONE: &str = "UPDATE messages SET phone_sealed = 'v1.nobody.AAAA'
    WHERE id = (SELECT MIN(id) FROM messages)";
/// Sealed texts that a rotation has to go through.
const SEALED: usize = 4000;
/// Browsers in which people sign in meanwhile.
const WALKERS: usize = 4;
const OLD: &str = "1c6f8e0a4b7d2935f1c0a78b6e9d3402";
const NEW: &str = "90ab3c5d7e1f28460c2e4a6b8d0f1357";

/// Changes the configuration to these keys.
fn keys(current: &'static str, previous: Option<&'static str>) -> impl FnOnce(&mut Value) {
    move |raw: &mut Value| {
        raw["sealing_key"] = current.repeat(2).into();
        raw["previous_sealing_key"] = previous.map(|key| key.repeat(2)).into();
        // some people sign in again and again
        raw["limits"] = json!({ "per_number_hour": 0, "per_number_day": 0, "budget_hour": 0 });
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
    async fn s59_no_sign_in_fails_while_thousands_of_secrets_are_sealed_anew(database: Database) {
        let before = TestApp::start_with(database, |_connector| {}, keys(OLD, None)).await;
        people_sign_in(&before, 10).await;
        let now = before.app.clock.now();
        sealed_rows::seed(&before.app.db, &before.app.keys.seal, SEALED, now).await;
        let published = before.app.signing.load().jwks().to_owned();
        let during = TestApp::start_with(before.end(), |_connector| {}, keys(NEW, Some(OLD))).await;
        during.advance_secs(60);
        assert!(is_anything_left(&during).await);
        let mut crowd = Crowd::gathers(&during).await;
        let app = during.app.clone();
        let done = seal::rotate(&app.db, &app.keys.seal, &app.entropy).await.unwrap();
        let meanwhile = crowd.leaves().await;
        assert!(done >= SEALED as u64 + 12, "{done}");
        assert!(meanwhile >= 3 * WALKERS, "{meanwhile} sign-ins beside the rotation are hardly a load");
        assert!(!is_anything_left(&during).await);
        let after = TestApp::start_with(during.end(), |_connector| {}, keys(NEW, None)).await;
        after.advance_secs(120);
        assert_eq!(after.app.signing.load().jwks(), published, "tokens are signed as before");
        let opened = sealed_rows::open_all(&after.app.db, &after.app.keys.seal).await;
        assert!(opened >= SEALED + 12 + meanwhile, "{opened}");
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

    async fn s58_exchanged_configurations_of_connectors_are_used_by_nobody(database: Database) {
        let first = TestApp::start(database).await;
        let changed = |connector: &mut Value| connector["timeoutMs"] = 3000.into();
        let test = TestApp::start_with(first.end(), changed, |_raw| {}).await;
        let mut li = owner(&test).await;
        exchange(&test, sealed::Column::Connectors).await;
        let (id, _) = connectors::live(&test.app.db).await.unwrap().unwrap();
        for path in [format!("/console/connectors/{id}"), format!("/console/connectors/{id}/versions/1")] {
            let page = li.get(&path).await;
            assert_eq!(page.status.as_u16(), 500, "{path}");
            leaks_nothing(&test, &page.text).await;
        }
        let Err(error) = test.tries_second_node(|_raw| {}).await else { panic!("it starts") };
        let error = format!("{error:#}");
        assert!(error.contains("a sealed value does not open"), "{error}");
        leaks_nothing(&test, &error).await;
        // the server that has it in memory goes on
        people_sign_in(&test, 10).await;
    }

    async fn s58_exchanged_signing_keys_sign_nothing(database: Database) {
        let test = TestApp::start(database).await;
        let app = &test.app;
        let (key, text) = SigningKey::generate(Algorithm::Es256).unwrap();
        let next = StoredKey {
            id: key.kid().to_owned(),
            algorithm: Algorithm::Es256.as_str().to_owned(),
            private_sealed: app.keys.seal.seal(&app.entropy, &signing_keys::row_of(key.kid()), text.expose_secret()).unwrap(),
            state: State::Next,
            state_since: app.clock.now(),
            created_at: app.clock.now(),
        };
        signing_keys::ensure(&app.db, &next).await.unwrap();
        assert!(test.tries_second_node(|_raw| {}).await.is_ok(), "two keys that are in their places");
        exchange(&test, sealed::Column::SigningKeys).await;
        let Err(error) = test.tries_second_node(|_raw| {}).await else { panic!("it starts") };
        let error = format!("{error:#}");
        assert!(error.contains("the stored signing key does not open"), "{error}");
        leaks_nothing(&test, &error).await;
        assert!(!error.contains(text.expose_secret()));
    }

    async fn s58_exchanged_numbers_of_messages_are_not_told_to_the_provider(database: Database) {
        let short = |connector: &mut Value| connector["timeoutMs"] = 300.into();
        let test = TestApp::start_with(database, short, |_raw| {}).await;
        let mut li = owner(&test).await;
        for phone in ["8613800138000", "8613800138001"] {
            test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
            let mut person = test.visitor();
            person.arrives_from("app").await;
            person.begins("SignIn").await;
            let answer = person.asks_code(phone, "SignIn").await;
            assert_eq!(answer.brief(), "504 connector.outcome_unknown");
        }
        exchange(&test, sealed::Column::Messages).await;
        test.advance_secs(31);
        haoma::reconcile::run(&test.app).await.unwrap();
        let rows = test.app.db.read("SELECT id, status FROM messages", vec![]).await.unwrap();
        for row in rows {
            assert_eq!(row.text(1).unwrap(), "unknown", "nothing was learnt of a number that is not this message's");
            let path = format!("/console/messages/{}", row.text(0).unwrap());
            let page = li.get(&path).await;
            assert!(!page.text.contains("13800138000") && !page.text.contains("13800138001"), "{path}");
            let asked = li.posts(&format!("{path}/receipt"), &[]).await;
            assert!(!asked.text.contains("13800138000") && !asked.text.contains("13800138001"), "{path}");
        }
        assert_eq!(test.sim.requests_by_action().get("QuerySendDetails"), None, "nobody was asked");
    }

    async fn s58_exchanged_second_factors_let_nobody_in(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut han = with_role(&test, &mut li, "han", "owner").await;
        let secrets = [sets_up_second(&test, &mut li).await, sets_up_second(&test, &mut han).await];
        exchange(&test, sealed::Column::Administrators).await;
        test.advance_secs(60);
        for name in ["li", "han"] {
            for secret in &secrets {
                let mut visitor = test.visitor().at("192.0.2.7");
                let asked = visitor.posts("/console/sign-in", &[("name", name), ("password", PASSWORD)]).await;
                assert!(asked.location().starts_with("/console/sign-in/second"), "{}", asked.location());
                let code = secret.shown(test.app.clock.now());
                let refused = visitor.posts("/console/sign-in/second", &[("code", &code)]).await;
                assert_eq!(refused.brief(), "500 request.internal", "not the fault of who types");
                leaks_nothing(&test, &refused.text).await;
                assert_eq!(visitor.get("/console").await.status.as_u16(), 303, "{name} is outside");
            }
        }
    }
}

/// Puts the sealed texts of the two rows that a column has in each other's place.
async fn exchange(test: &TestApp, column: sealed::Column) {
    let db = &test.app.db;
    let texts = sealed::not_under(db, column, "no prefix.", "", 10).await.unwrap();
    let [one, two] = &texts[..] else { panic!("two rows: {}", texts.len()) };
    let between = sealed::Sealed { text: "between".to_owned(), ..one.clone() };
    for (old, new) in [(one, &*between.text), (two, &*one.text), (&between, &*two.text)] {
        assert!(sealed::replace(db, column, old, new).await.unwrap());
    }
    let after = sealed::not_under(db, column, "no prefix.", "", 10).await.unwrap();
    let text = |row: &str| &after.iter().find(|one| one.row == row).unwrap().text;
    assert_eq!((text(&one.row), text(&two.row)), (&two.text, &one.text));
}

/// Neither a secret of the set-up nor a sealed text is in what somebody is told.
async fn leaks_nothing(test: &TestApp, told: &str) {
    assert!(!told.contains(aliyun_sms_sim::DEMO_ACCESS_KEY_SECRET), "{told}");
    for column in sealed::Column::ALL {
        for one in sealed::not_under(&test.app.db, column, "no prefix.", "", 100).await.unwrap() {
            assert!(!told.contains(&one.text), "{}: {told}", one.row);
        }
    }
}

/// People who sign in, one after the other in several browsers at once, until they are asked to leave.
struct Crowd {
    walks: Vec<JoinHandle<()>>,
    is_over: Arc<AtomicBool>,
    arrived: UnboundedReceiver<()>,
}

impl Crowd {
    /// Once this is done, every browser has signed somebody in and goes on.
    async fn gathers(test: &TestApp) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (tell, mut arrived) = unbounded_channel();
        let walks = (0..WALKERS).map(|walker| {
            let (test, tell, is_over) = (test.visitor(), tell.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                for n in 0.. {
                    let mut visitor = test.clone();
                    let phone = format!("86139{walker:04}{n:04}");
                    let callback = visitor.signs_in("app", &phone, "Register").await;
                    assert!(
                        visitor.exchanges("app", &callback).await.status.is_success(),
                        "{callback}"
                    );
                    let nobody_waits = tell.send(()).is_err();
                    if nobody_waits || is_over.load(Ordering::Relaxed) {
                        return;
                    }
                }
            })
        });
        let walks = walks.collect();
        for _ in 0..2 * WALKERS {
            arrived.recv().await.unwrap();
        }
        Self { walks, is_over, arrived }
    }

    /// How many signed in since; none of them failed.
    async fn leaves(&mut self) -> usize {
        let mut meanwhile = 0;
        while self.arrived.try_recv().is_ok() {
            meanwhile += 1;
        }
        self.is_over.store(true, Ordering::Relaxed);
        for walk in self.walks.drain(..) {
            walk.await.unwrap();
        }
        meanwhile
    }
}
