//! The keys that sign: one of each algorithm, exchanged by age and by command.
use haoma::oidc::keys::{self, Promoted};
use haoma_oidc::algorithm::Algorithm;

use super::support::*;
use crate::management::support::managed;

const DAY: i64 = 86_400;

/// The ids and algorithms of the published keys.
async fn published(app: &TestApp) -> Vec<(String, String)> {
    let answer = call(&app.router, Method::GET, "/oidc/jwks", &[], "").await;
    let keys = answer.json()["keys"].as_array().unwrap().clone();
    keys.iter().map(|key| (text(key, "kid").to_owned(), text(key, "alg").to_owned())).collect()
}

fn header(jwt: &str) -> Value {
    let part = jwt.split('.').next().unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What an application gets for somebody who is signed in.
async fn gets(app: &TestApp, visitor: &mut Visitor) -> Value {
    let callback = visitor.get(&plain("app", "")).await.location();
    let answer = exchange(app, "app", &parameter(&callback, "code")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

/// The key that signed what an application just got, and the id token.
fn signed(tokens: &Value) -> (String, String) {
    let id_token = text(tokens, "id_token").to_owned();
    (text(&header(&id_token), "kid").to_owned(), id_token)
}

/// Whether an id token is still known as ours.
async fn is_known(app: &TestApp, id_token: &str) -> bool {
    let path = format!("{}&id_token_hint={id_token}", plain("app", ""));
    let answer = call(&app.router, Method::GET, &path, &[], "").await;
    !answer.location().contains("error=invalid_request")
}

/// What events of signing keys tell: key, which key it was, why.
async fn events(app: &TestApp) -> Vec<(String, String, String)> {
    let sql = "SELECT key, payload FROM audit_events WHERE key LIKE 'SigningKey.%' ORDER BY id";
    let rows = app.app.db.read(sql, vec![]).await.unwrap();
    let one = |row: &haoma_store::Row| {
        let payload: Value = serde_json::from_str(&row.text(1).unwrap()).unwrap();
        (row.text(0).unwrap(), text(&payload, "kid").to_owned(), text(&payload, "by").to_owned())
    };
    rows.iter().map(one).collect()
}

on_both! {
    async fn s54_every_application_gets_tokens_by_the_algorithm_it_chose(database: Database) {
        let (app, robot) = managed(database).await;
        keys::tend(&app.app).await.unwrap();
        let published = published(&app).await;
        assert_eq!(published.len(), 2 * Algorithm::ALL.len());
        let (mut visitor, _) = signed_in(&app, "app").await;
        for algorithm in Algorithm::ALL {
            let body = json!({ "customClientMetadata": { "idTokenSignedResponseAlg": algorithm.as_str() } });
            let answer = robot.patch("/api/applications/app", body).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            let tokens = gets(&app, &mut visitor).await;
            let id_token = text(&tokens, "id_token");
            let header = header(id_token);
            assert_eq!(header["alg"], algorithm.as_str());
            let signer = (text(&header, "kid").to_owned(), algorithm.as_str().to_owned());
            assert!(published.contains(&signer), "{signer:?} in {published:?}");
            let expected = algorithm.half_digest(text(&tokens, "access_token"));
            assert_eq!(payload(id_token)["at_hash"], expected);
            assert!(is_known(&app, id_token).await);
        }
        let wrong = json!({ "customClientMetadata": { "idTokenSignedResponseAlg": "none" } });
        assert_eq!(robot.patch("/api/applications/app", wrong).await.status, StatusCode::BAD_REQUEST);
    }

    async fn s54_the_next_key_is_published_before_it_signs_and_the_old_one_until_its_last_token_has_died(database: Database) {
        let app = TestApp::start(database).await;
        keys::tend(&app.app).await.unwrap();
        let (_, tokens) = signed_in(&app, "app").await;
        let (old, id_token) = signed(&tokens);
        let before = published(&app).await;
        let second = app.second_node().await;
        app.advance_secs(90 * DAY);
        second.clock.advance_millis(90 * DAY * 1000);
        keys::tend(&app.app).await.unwrap();
        let callback = signs_in_by(&mut app.visitor(), &plain("app", "")).await;
        let tokens = exchange(&app, "app", &parameter(&callback, "code")).await.json();
        let (new, _) = signed(&tokens);
        assert!(new != old && before.iter().any(|(kid, _)| *kid == new), "it was published");
        assert!(is_known(&app, &id_token).await);
        let (promoted, age) = ("SigningKey.Promoted".to_owned(), "age".to_owned());
        assert!(events(&app).await.contains(&(promoted, new.clone(), age.clone())), "{:?}", events(&app).await);
        keys::tend(&second).await.unwrap();
        assert_eq!(second.signing.load().jwks(), app.app.signing.load().jwks(), "every node follows");
        app.advance_secs(31 * DAY - 1);
        keys::tend(&app.app).await.unwrap();
        assert!(is_known(&app, &id_token).await);
        app.advance_secs(1);
        keys::tend(&app.app).await.unwrap();
        assert!(!is_known(&app, &id_token).await);
        assert!(!published(&app).await.iter().any(|(kid, _)| *kid == old));
        assert!(events(&app).await.contains(&("SigningKey.Removed".to_owned(), old, age)), "{:?}", events(&app).await);
    }

    async fn a_key_that_leaked_counts_no_more_and_a_new_one_waits_unless_it_did(database: Database) {
        let app = TestApp::start(database).await;
        keys::tend(&app.app).await.unwrap();
        let (mut visitor, tokens) = signed_in(&app, "app").await;
        let (old, id_token) = signed(&tokens);
        let (db, es256) = (&app.app.db, Algorithm::Es256);
        let at = || (&app.app.entropy, app.app.clock.now());
        assert_eq!(keys::promote(db, es256, false, at()).await.unwrap(), Promoted::TooNew);
        app.advance_secs(DAY);
        assert_eq!(keys::promote(db, es256, false, at()).await.unwrap(), Promoted::Done);
        assert_eq!(keys::promote(db, es256, false, at()).await.unwrap(), Promoted::Nothing, "no next one yet");
        keys::tend(&app.app).await.unwrap();
        assert!(is_known(&app, &id_token).await, "it did not leak");
        let (second, _) = signed(&gets(&app, &mut visitor).await);
        assert_ne!(second, old);
        assert_eq!(keys::promote(db, es256, true, at()).await.unwrap(), Promoted::Done);
        keys::tend(&app.app).await.unwrap();
        let left = published(&app).await;
        assert!(!left.iter().any(|(kid, _)| *kid == second), "the one that signed");
        assert!(!left.iter().any(|(kid, _)| *kid == old), "the one before it may have leaked as well");
        let told = events(&app).await;
        assert!(told.iter().all(|(.., by)| by == "command"));
        let count = |key: &str| told.iter().filter(|(one, ..)| one == key).count();
        assert_eq!((count("SigningKey.Promoted"), count("SigningKey.Removed")), (2, 2), "{told:?}");
    }
}
