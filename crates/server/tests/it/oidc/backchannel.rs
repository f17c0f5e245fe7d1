//! Applications hear that a session ended (OpenID Connect Back-Channel Logout 1.0).
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::http::{HeaderMap, Uri};
use haoma::oidc::backchannel;
use haoma::outbound::Reach;
use haoma_core::ids::ClientId;
use haoma_store::Step;
use haoma_store::applications::{self, Changed, Changes};

use super::support::*;
use crate::management::support::{managed, robot};
use crate::support::{Database, event};

/// What an application was sent: the path, and the claims of each logout token.
pub(super) type Heard = Arc<Mutex<Vec<(String, Value)>>>;

/// An application that answers with the status its path names; at `/knows` it knows only the session that the query names and refuses
/// every other, at `/busy` it cannot hear of that one now.
pub(super) async fn listener() -> (String, Heard) {
    let heard = Heard::default();
    let note = Arc::clone(&heard);
    let answer = async move |uri: Uri, headers: HeaderMap, body: Bytes| -> StatusCode {
        assert_eq!(headers[CONTENT_TYPE], FORM);
        let (name, token) = form_urlencoded::parse(&body).next().unwrap();
        assert_eq!(name, "logout_token");
        let header = token.split('.').next().unwrap();
        let header: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("ES256")));
        let claims = payload(&token);
        let is_named = uri.query() == claims["sid"].as_str();
        note.lock().unwrap().push((uri.path().to_owned(), claims));
        match (uri.path(), is_named) {
            ("/knows", true) | ("/busy", false) => StatusCode::OK,
            ("/knows", false) => StatusCode::BAD_REQUEST,
            ("/busy", true) => StatusCode::SERVICE_UNAVAILABLE,
            (path, _) => StatusCode::from_bytes(&path.as_bytes()[1..]).unwrap(),
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer);
    let never = async || std::future::pending().await;
    tokio::spawn(haoma::serve::serve(listener, router, never, haoma::work::Work::default()));
    (format!("http://{address}"), heard)
}

/// An application hears there from now on, wherever that is: what was stored before is not judged anew.
pub(super) async fn hears_at(app: &TestApp, client: &str, uri: &str) {
    let id = ClientId::parse(client).unwrap();
    let metadata = json!({ "redirectUris": [redirect_uri(client)], "postLogoutRedirectUris": [], "backchannelLogoutUri": uri });
    let changes =
        Changes { oidc_client_metadata: Some(metadata.to_string()).into(), ..Changes::default() };
    let event = event(&app.app, "Application.Data.Updated");
    let changed = applications::change(&app.app.db, &id, &changes, &event).await.unwrap();
    assert!(matches!(changed, Changed::Done(_)), "{changed:?}");
    app.app.clients.forget(&id);
}

/// Somebody who signed in again; the names of their session, the first one first, and the id token.
async fn signed_in_twice(app: &TestApp) -> (Visitor, [Value; 2], Value) {
    let (mut visitor, body) = signed_in(app, "app").await;
    let first = payload(text(&body, "id_token"));
    app.advance_secs(120);
    let callback = signs_in_by(&mut visitor, &plain("app", "&prompt=login")).await;
    let body = exchange(app, "app", &parameter(&callback, "code")).await.json();
    let second = payload(text(&body, "id_token"));
    assert_ne!(first["sid"], second["sid"]);
    (visitor, [first["sid"].clone(), second["sid"].clone()], body)
}

/// Everything that is due is tried once; what was heard by it.
pub(super) async fn told(app: &TestApp, heard: &Heard) -> Vec<(String, Value)> {
    backchannel::run(&app.app, Reach::PrivateToo).await.unwrap();
    std::mem::take(&mut *heard.lock().unwrap())
}

/// What became of the notices: the errors, and who they are about.
async fn settled(app: &TestApp) -> Vec<(Option<String>, Option<String>)> {
    let sql = "SELECT error, application_id FROM audit_events WHERE key = 'Interaction.Logout.Notify' ORDER BY id";
    let rows = app.app.db.read(sql, vec![]).await.unwrap();
    rows.iter().map(|row| (row.opt_text(0).unwrap(), row.opt_text(1).unwrap())).collect()
}

async fn waiting(app: &TestApp) -> usize {
    app.app.db.read("SELECT id FROM logout_notices", vec![]).await.unwrap().len()
}

on_both! {
    async fn s55_whoever_signs_out_is_signed_out_of_every_application_that_listens(database: Database) {
        let (app, _robot) = managed(database).await;
        let (address, heard) = listener().await;
        for client in ["app", "other"] {
            hears_at(&app, client, &format!("{address}/200")).await;
        }
        let (mut visitor, body) = signed_in(&app, "app").await;
        visitor.follows(&plain("other", "")).await;
        visitor.follows(&plain("web", "")).await;
        assert_eq!(told(&app, &heard).await, [], "nobody signed out");
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        visitor.get(&format!("/oidc/session/end?{hint}")).await;
        let told_now = told(&app, &heard).await;
        let mut audiences: Vec<_> = told_now.iter().map(|(_, claims)| text(claims, "aud").to_owned()).collect();
        audiences.sort();
        assert_eq!(audiences, ["app", "other"]);
        let id_token = payload(text(&body, "id_token"));
        let now = app.app.clock.now().secs();
        for (_, claims) in &told_now {
            for (name, value) in [
                ("iss", json!("https://id.example.com/oidc")), ("sub", id_token["sub"].clone()), ("sid", id_token["sid"].clone()),
                ("iat", json!(now)), ("exp", json!(now + 120)),
                ("events", json!({ "http://schemas.openid.net/event/backchannel-logout": {} })),
            ] {
                assert_eq!(claims[name], value, "{name}");
            }
            assert!(claims.get("nonce").is_none());
        }
        assert_ne!(told_now[0].1["jti"], told_now[1].1["jti"]);
        assert_eq!(told(&app, &heard).await, [], "once");
        let mut all = settled(&app).await;
        all.sort();
        assert_eq!(all, [(None, Some("app".to_owned())), (None, Some("other".to_owned()))]);
        let discovery = app.visitor().get("/oidc/.well-known/openid-configuration").await.json();
        assert_eq!((&discovery["backchannel_logout_supported"], &discovery["backchannel_logout_session_supported"]), (&json!(true), &json!(true)));
    }

    async fn applications_hear_what_administrators_end(database: Database) {
        let (app, robot) = managed(database).await;
        let (address, heard) = listener().await;
        hears_at(&app, "app", &format!("{address}/204")).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        let id_token = payload(text(&body, "id_token"));
        let user = format!("/api/users/{}", text(&id_token, "sub"));
        let ended = robot.delete(&format!("{user}/sessions/{}", text(&id_token, "sid"))).await;
        assert_eq!(ended.brief(), "204");
        assert_eq!(told(&app, &heard).await[0].1["sid"], id_token["sid"]);
        app.advance_secs(120);
        signs_in_by(&mut visitor, &plain("app", "")).await;
        robot.patch(&format!("{user}/is-suspended"), json!({ "isSuspended": true })).await;
        let suspended = told(&app, &heard).await;
        assert_eq!((suspended.len(), &suspended[0].1["sub"]), (1, &id_token["sub"]));
        robot.patch(&format!("{user}/is-suspended"), json!({ "isSuspended": false })).await;
        app.advance_secs(120);
        signs_in_by(&mut visitor, &plain("app", "")).await;
        assert_eq!(robot.delete(&user).await.brief(), "204");
        let deleted = told(&app, &heard).await;
        assert_eq!((deleted.len(), &deleted[0].1["sub"]), (1, &id_token["sub"]));
        assert_eq!(waiting(&app).await, 0);
    }

    async fn who_signed_in_again_is_signed_out_by_every_name_the_session_had(database: Database) {
        let (app, _robot) = managed(database).await;
        let (address, heard) = listener().await;
        hears_at(&app, "app", &format!("{address}/200")).await;
        let (mut visitor, [first, second], body) = signed_in_twice(&app).await;
        assert_eq!(told(&app, &heard).await, [], "signing in again signs nobody out");
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        visitor.get(&format!("/oidc/session/end?{hint}")).await;
        let sids: Vec<_> = told(&app, &heard).await.into_iter().map(|(_, claims)| claims["sid"].clone()).collect();
        assert_eq!(sids, [second, first]);
    }

    async fn who_knows_only_an_older_name_is_told_it_though_it_refuses_the_newer(database: Database) {
        let (app, _robot) = managed(database).await;
        let (address, heard) = listener().await;
        let (mut visitor, [first, second], body) = signed_in_twice(&app).await;
        hears_at(&app, "app", &format!("{address}/knows?{}", first.as_str().unwrap())).await;
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        visitor.get(&format!("/oidc/session/end?{hint}")).await;
        let sids: Vec<_> = told(&app, &heard).await.into_iter().map(|(_, claims)| claims["sid"].clone()).collect();
        assert_eq!(sids, [second, first]);
        assert_eq!(settled(&app).await, [(None, Some("app".to_owned()))]);
        assert_eq!(waiting(&app).await, 0);
    }

    async fn only_the_names_that_were_not_heard_are_told_again(database: Database) {
        let (app, _robot) = managed(database).await;
        let (address, heard) = listener().await;
        let (mut visitor, [first, second], body) = signed_in_twice(&app).await;
        hears_at(&app, "app", &format!("{address}/busy?{}", first.as_str().unwrap())).await;
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        visitor.get(&format!("/oidc/session/end?{hint}")).await;
        let tells = async || -> Vec<Value> {
            told(&app, &heard).await.into_iter().map(|(_, claims)| claims["sid"].clone()).collect()
        };
        assert_eq!(tells().await, [second, first.clone()]);
        app.advance_secs(30);
        assert_eq!(tells().await, std::slice::from_ref(&first));
        assert_eq!((settled(&app).await.len(), waiting(&app).await), (0, 1));
        hears_at(&app, "app", &format!("{address}/400")).await;
        app.advance_secs(120);
        assert_eq!(tells().await, [first]);
        assert_eq!(settled(&app).await, [(None, Some("app".to_owned()))], "it heard the other one");
    }

    async fn whoever_takes_a_browser_over_signs_the_other_out(database: Database) {
        let (app, _robot) = managed(database).await;
        let (address, heard) = listener().await;
        hears_at(&app, "app", &format!("{address}/200")).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        app.advance_secs(120);
        assert!(visitor.get(&plain("app", "&prompt=login")).await.location().starts_with("/sign-in"));
        visitor.begins("Register").await;
        let other = "8613800138001";
        let sent = visitor.asks_code(other, "Register").await.json();
        let id = text(&sent, "verificationId");
        let code = visitor.reads_sms(other);
        visitor.gives_code(other, id, &code).await;
        visitor.identifies(id).await;
        let submitted = visitor.submits().await.json();
        visitor.follows(text(&submitted, "redirectTo")).await;
        let told = told(&app, &heard).await;
        let id_token = payload(text(&body, "id_token"));
        assert_eq!((told.len(), &told[0].1["sub"], &told[0].1["sid"]), (1, &id_token["sub"], &id_token["sid"]));
    }

    async fn who_cannot_hear_now_is_told_again_and_not_for_ever(database: Database) {
        let (app, _robot) = managed(database).await;
        let (address, heard) = listener().await;
        hears_at(&app, "app", &format!("{address}/503")).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        visitor.get(&format!("/oidc/session/end?{hint}")).await;
        let mut names = vec![];
        for (pause, expected) in [(0, 1), (29, 0), (1, 1), (120, 1), (600, 1), (3600, 1), (21_600, 1), (86_400, 0)] {
            app.advance_secs(pause);
            let told = told(&app, &heard).await;
            assert_eq!(told.len(), expected, "after {pause} more seconds");
            names.extend(told.into_iter().map(|(_, claims)| claims["jti"].clone()));
        }
        names.dedup();
        assert_eq!(names.len(), 6, "each token is a new one");
        assert_eq!(settled(&app).await, [(Some("backchannel_logout.unable".to_owned()), Some("app".to_owned()))]);
        assert_eq!(waiting(&app).await, 0);
    }

    async fn who_refuses_or_lies_inside_is_told_no_more(database: Database) {
        let (app, _robot) = managed(database).await;
        let (address, heard) = listener().await;
        for (uri, reach, error) in [
            (format!("{address}/400"), Reach::PrivateToo, "backchannel_logout.refused"),
            (format!("{address}/302"), Reach::PrivateToo, "backchannel_logout.refused"),
            (format!("{address}/200"), Reach::PublicOnly, "backchannel_logout.address_not_allowed"),
            ("https://127.0.0.1/out".to_owned(), Reach::PublicOnly, "backchannel_logout.address_not_allowed"),
            ("https://10.0.0.1/out".to_owned(), Reach::PublicOnly, "backchannel_logout.address_not_allowed"),
        ] {
            app.advance_secs(4 * 3600);
            hears_at(&app, "app", &uri).await;
            let mut visitor = app.visitor();
            let event = if settled(&app).await.is_empty() { "Register" } else { "SignIn" };
            let callback = visitor.signs_in("app", PHONE, event).await;
            let body = exchange(&app, "app", &parameter(&callback, "code")).await.json();
            let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
            visitor.get(&format!("/oidc/session/end?{hint}")).await;
            backchannel::run(&app.app, reach).await.unwrap();
            assert_eq!(settled(&app).await.last().unwrap().0.as_deref(), Some(error), "{uri}");
            assert_eq!(waiting(&app).await, 0, "{uri}");
        }
        assert_eq!(heard.lock().unwrap().len(), 2, "what lies inside was sent nothing");
        for bad in ["http://a.example/out", "https://127.0.0.1/out", "https://10.0.0.1/out", "https://localhost/out", "http://user@a.example/out", "https://a.example/out#x", "ftp://a.example", "https://169.254.169.254/x"] {
            let metadata = json!({ "oidcClientMetadata": { "backchannelLogoutUri": bad } });
            let answer = robot(&app).await.patch("/api/applications/app", metadata).await;
            assert_eq!(answer.brief(), "400 guard.invalid_input", "{bad}");
        }
    }

    async fn two_nodes_tell_once(database: Database) {
        let (app, _robot) = managed(database).await;
        let second = app.second_node().await;
        let (address, heard) = listener().await;
        hears_at(&app, "app", &format!("{address}/200")).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        visitor.get(&format!("/oidc/session/end?{hint}")).await;
        let (one, two) = tokio::join!(
            backchannel::run(&app.app, Reach::PrivateToo),
            backchannel::run(&second, Reach::PrivateToo),
        );
        assert!(one.is_ok() && two.is_ok());
        assert_eq!(heard.lock().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn an_application_that_does_not_answer_keeps_no_other_waiting() {
    let (app, _robot) = managed(Database::sqlite()).await;
    let (address, heard) = listener().await;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let deaf = format!("http://{}/", silent.local_addr().unwrap());
    hears_at(&app, "app", &deaf).await;
    hears_at(&app, "other", &format!("{address}/200")).await;
    let notes = async |client: &str, n: usize| {
        let sql = "INSERT INTO logout_notices (id, client_id, user_id, sids, due_at, created_at) VALUES ($1, $2, 'u', 's', $3, $3)";
        let now = app.app.clock.now();
        let params = vec![format!("{client}{n}").into(), client.into(), now.into()];
        app.app.db.write(Step::new(sql, params)).await.unwrap();
    };
    for n in 0..20 {
        notes("app", n).await;
    }
    let job = tokio::spawn(backchannel::keep_on(app.app.clone(), Reach::PrivateToo));
    // it is being told, and will not say that it heard for as long as it is waited for
    let (_held, _) = silent.accept().await.unwrap();
    notes("other", 0).await;
    let hears = async {
        while heard.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let soon = std::time::Duration::from_secs(3);
    tokio::time::timeout(soon, hears).await.expect("told while the other one is waited for");
    job.abort();
}
