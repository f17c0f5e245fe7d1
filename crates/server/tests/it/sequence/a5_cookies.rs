//! Wire contract A.5, below its table: cookies, whose interaction a request belongs to, and pages without one.
use std::collections::BTreeMap;

use axum::http::header::SET_COOKIE;
use cookie::{Cookie, SameSite};
use percent_encoding::percent_decode_str;

use super::*;
use crate::oidc::support::{PHONE, exchange, me, parameter, text};

/// The cookies an answer sets, by name.
fn set(answer: &Answer) -> BTreeMap<String, Cookie<'static>> {
    let lines = answer.headers.get_all(SET_COOKIE).iter();
    let cookies = lines.map(|line| Cookie::parse(line.to_str().unwrap().to_owned()).unwrap());
    cookies.map(|cookie| (cookie.name().to_owned(), cookie)).collect()
}

/// What a cookie says in JSON.
fn json_in(cookie: &Cookie<'_>) -> Value {
    let text = percent_decode_str(cookie.value()).decode_utf8().unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Every attribute that counts: path, seconds, whether scripts are kept away.
fn attributes<'a>(cookie: &'a Cookie<'_>) -> (&'a str, Option<i64>, bool) {
    assert_eq!(cookie.secure(), Some(true), "{cookie}");
    assert_eq!(cookie.same_site(), Some(SameSite::Lax), "{cookie}");
    assert_eq!(cookie.domain(), None, "{cookie}");
    let life = cookie.max_age().map(cookie::time::Duration::whole_seconds);
    (cookie.path().unwrap(), life, cookie.http_only() == Some(true))
}

/// A request that names its application in the header.
async fn names(person: &mut Visitor, method: Method, path: &str, app: &str) -> Answer {
    person.with_headers(method, path, &[("logto-app-id", app)]).await
}

/// The same with a body.
async fn tells(person: &mut Visitor, path: &str, app: &str, body: Value) -> Answer {
    let body = Some(("application/json", body.to_string()));
    let path = format!("/api/experience/{path}");
    person.send_with(Method::POST, &path, body, &[("logto-app-id", app)]).await
}

on_both! {
    async fn a5_cookies_have_the_paths_lives_and_attributes_of_the_table(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let first = set(&person.arrives_from("app").await);
        let map = json_in(&first["_interaction"]);
        let id = text(&map, "app").to_owned();
        assert_eq!(map, json!({ "app": id, "_legacy": id }));
        assert_eq!(first["_interaction_resume"].value(), id);
        assert_eq!(json_in(&first["_logto"]), json!({ "appId": "app" }));
        let resume = format!("/oidc/auth/{id}");
        for name in ["", ".sig"] {
            let of = |what: &str| attributes(&first[&format!("{what}{name}")]);
            assert_eq!(of("_interaction"), ("/", Some(3600), true));
            assert_eq!(of("_interaction_resume"), (resume.as_str(), Some(3600), true));
            assert_eq!(of("_logto"), ("/", None, false), "scripts read it");
        }
        let proved = person.proves("app", PHONE, "Register").await;
        person.identifies(&proved).await;
        let to = text(&person.submits().await.json(), "redirectTo").to_owned();
        let third = set(&person.get(&to).await);
        // 14 days of being signed in, and 180 of what was allowed on the last of them
        for name in ["_session", "_session.sig"] {
            assert_eq!(attributes(&third[name]), ("/", Some(194 * 86_400), true));
        }
        let second = text(&json_in(&third["_interaction"]), "app").to_owned();
        assert!(!to.ends_with(&second), "consent has an interaction of its own");
        assert_eq!(attributes(&third["_interaction_resume"]).0, format!("/oidc/auth/{second}"));
        let fifth = set(&person.get(&format!("/oidc/auth/{second}")).await);
        assert_eq!(json_in(&fifth["_interaction"]), json!({}), "answered");
        assert_eq!(attributes(&fifth["_interaction_resume"]).1, Some(0));
    }

    async fn a5_the_header_names_the_application_and_counts_more_than_the_query(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.arrives_from("other").await;
        assert_eq!(names(&mut person, Method::PUT, "/api/experience?app_id=other", "app").await.brief(), "204");
        let status = "/api/experience/interaction";
        for (path, app, expected) in [
            (status, Some("app"), "200"),
            ("/api/experience/interaction?app_id=other", Some("app"), "200"),
            ("/api/experience/interaction?app_id=app", None, "200"),
            ("/api/experience/interaction?app_id=app", Some("other"), "404 session.interaction_not_found"),
            // without either: the latest
            (status, None, "404 session.interaction_not_found"),
            (status, Some("third"), "400 session.not_found"),
            (status, Some("no such id"), "400 session.not_found"),
        ] {
            let headers: Vec<_> = app.iter().map(|app| ("logto-app-id", *app)).collect();
            let answer = person.with_headers(Method::GET, path, &headers).await;
            assert_eq!(answer.brief(), expected, "{path} {app:?}");
        }
    }

    async fn a5_two_applications_in_one_browser_come_to_their_own_tokens_step_by_step(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let both = ["app", "other"];
        for app in both {
            person.arrives_from(app).await;
        }
        for app in both {
            assert_eq!(names(&mut person, Method::PUT, "/api/experience", app).await.brief(), "204");
        }
        let identifier = json!({ "type": "phone", "value": PHONE });
        let mut ids = vec![];
        for (app, event) in [("app", "Register"), ("other", "SignIn")] {
            let body = json!({ "identifier": identifier, "interactionEvent": event });
            let sent = tells(&mut person, "verification/verification-code", app, body).await;
            assert_eq!(sent.brief(), "200", "{app}: {}", sent.text);
            ids.push((text(&sent.json(), "verificationId").to_owned(), person.reads_sms(PHONE)));
            test.advance_secs(61);
        }
        for (app, (id, code)) in both.iter().zip(&ids) {
            let body = json!({ "identifier": identifier, "verificationId": id, "code": code });
            let given = tells(&mut person, "verification/verification-code/verify", app, body).await;
            assert_eq!(given.brief(), "200", "{app}: {}", given.text);
        }
        let event = Some(("application/json", json!({ "interactionEvent": "Register" }).to_string()));
        let path = "/api/experience/interaction-event";
        let switched = person.send_with(Method::PUT, path, event, &[("logto-app-id", "app")]).await;
        assert_eq!(switched.brief(), "204");
        for ((app, (id, _)), expected) in both.iter().zip(&ids).zip(["201", "204"]) {
            let body = json!({ "verificationId": id });
            let known = tells(&mut person, "identification", app, body).await;
            assert_eq!(known.brief(), expected, "{app}: {}", known.text);
        }
        let mut resumes = vec![];
        for app in both {
            let submitted = person.send_with(Method::POST, "/api/experience/submit", None, &[("logto-app-id", app)]).await;
            resumes.push(text(&submitted.json(), "redirectTo").to_owned());
        }
        // each hop of the one between two of the other
        let mut callbacks = resumes;
        for _hop in 0..3 {
            for at in &mut callbacks {
                *at = person.get(at).await.location();
            }
        }
        for (app, callback) in both.iter().zip(&callbacks) {
            assert!(callback.starts_with(&format!("https://{app}.example.com/callback?code=")), "{callback}");
        }
        let mut subjects = vec![];
        for (app, callback) in both.iter().zip(&callbacks) {
            let tokens = exchange(&test, app, &parameter(callback, "code")).await;
            assert_eq!(tokens.brief(), "200", "{app}: {}", tokens.text);
            let claims = crate::oidc::support::payload(text(&tokens.json(), "id_token"));
            assert_eq!(claims["aud"], *app);
            subjects.push(me(&test, text(&tokens.json(), "access_token")).await.json()["sub"].clone());
        }
        assert!(subjects[0].is_string() && subjects[0] == subjects[1], "one person: {subjects:?}");
    }

    async fn a5_pages_without_an_interaction_lead_to_where_the_administrator_says(database: Database) {
        const GUARDED: [&str; 5] = ["/", "/sign-in", "/register", "/consent", "/single-sign-on"];
        let test = TestApp::start(database).await;
        for path in GUARDED {
            let mut person = test.visitor();
            let page = ends_at(&mut person, &format!("{path}?app_id=app")).await;
            assert_eq!(page, "/unknown-session?app_id=app", "{path}");
        }
        let elsewhere = "https://www.example.com/start?from=id";
        let database = test.end();
        let change = |raw: &mut Value| raw["sign_in_experience"]["unknownSessionRedirectUrl"] = json!(elsewhere);
        let test = TestApp::start_with(database, |_connector| {}, change).await;
        for path in GUARDED {
            assert_eq!(ends_at(&mut test.visitor(), path).await, elsewhere, "{path}");
        }
        for path in ["/sign-in", "/register"] {
            let shown = test.visitor().get(&format!("{path}?preview")).await;
            assert_eq!(shown.status.as_u16(), 200, "{path}: {}", shown.text);
            assert!(shown.text.contains("</html>") && shown.text.contains("name=\"phone\""), "{path}");
            let mut person = test.visitor();
            person.arrives_from("app").await;
            assert_eq!(person.get(path).await.status.as_u16(), 200, "{path}: with an interaction");
        }
        let mut late = test.visitor();
        late.arrives_from("app").await;
        test.advance_secs(3600);
        assert_eq!(ends_at(&mut late, "/sign-in").await, elsewhere, "one that ran out");
    }
}

/// Where redirects of ours end: an address elsewhere, or a page of ours.
async fn ends_at(person: &mut Visitor, path: &str) -> String {
    let mut at = path.to_owned();
    for _hop in 0..4 {
        let answer = person.get(&at).await;
        if !answer.status.is_redirection() {
            return at;
        }
        at = answer.location();
        if !at.starts_with('/') {
            return at;
        }
    }
    panic!("too many redirects, last {at}")
}
