//! What surrounds every handler: other sites' requests, panics, security headers.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::header::{ACCEPT, ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use haoma::management::openapi::OPERATIONS;
use haoma::web::around;

use crate::console::owner;
use crate::management::support::robot;
use crate::support::routes::{self, Route};
use crate::support::visitor::{VERIFIER, redirect_uri};
use crate::support::{Database, TestApp, Visitor, tables, things};

const PHONE: &str = "8613800138000";

/// What other sites may ask of a browser, and why it is no use to them. Every other address refuses them.
const FOR_OTHERS: [(&str, &str); 6] = [
    ("/oidc/auth", "an application may begin a sign-in with a form; the person is asked as ever"),
    ("/oidc/me", "the access token in the request opens; cookies do not"),
    ("/oidc/request", "the client proves itself in the request; cookies do not count"),
    ("/oidc/session/end", "an application may ask with a form; the person is asked"),
    ("/oidc/token", "the client proves itself in the request; cookies do not count"),
    ("/oidc/token/revocation", "the client proves itself in the request; cookies do not count"),
];

/// What a browser says of a request that another site's page caused.
const FOREIGN: [(&str, &str); 6] = [
    ("origin", "https://evil.example.com"),
    ("origin", "https://id.example.com.evil.example.com"),
    ("origin", "http://id.example.com"),
    ("origin", "null"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
];

/// Every route at which something may change.
fn changes(test: &TestApp) -> Vec<Route> {
    let all: Vec<_> = routes::of(&test.router).into_iter().filter(Route::changes).collect();
    for (verb, path) in [
        ("PUT", "/api/experience"),
        ("POST", "/sign-in"),
        ("POST", "/consent"),
        ("POST", "/oidc/token"),
        ("POST", "/demo-app/sign-out"),
        ("POST", "/console/sign-out"),
        ("DELETE", "/api/users/{id}/sessions/{session}"),
    ] {
        assert!(all.iter().any(|one| one.verb == verb && one.path == path), "{verb} {path}");
    }
    all
}

fn is_for_others(route: &Route) -> bool {
    FOR_OTHERS.iter().any(|(path, _)| *path == route.path) || is_shared(route)
}

/// What a token in the request opens, and nothing else: scripts of any origin may ask.
fn is_shared(route: &Route) -> bool {
    ["/api/my-account", "/api/verifications/"].iter().any(|at| route.path.starts_with(at))
}

/// Two browsers that have every cookie there is between them: of somebody who is signed in and an owner, and of somebody who just
/// asked for a code.
async fn everybody(test: &TestApp) -> [Visitor; 2] {
    let mut signed_in = owner(test).await;
    signed_in.signs_in("app", PHONE, "Register").await;
    let mut walking = test.visitor();
    walking.arrives_from("app").await;
    walking.begins("SignIn").await;
    assert_eq!(walking.asks_code("8613800138001", "SignIn").await.brief(), "200");
    [signed_in, walking]
}

#[tokio::test]
async fn s39_every_address_at_which_something_changes_is_deaf_to_other_sites() {
    let test = TestApp::start_demo(Database::sqlite()).await;
    let all = changes(&test);
    for (path, why) in FOR_OTHERS {
        assert!(all.iter().any(|route| route.path == path), "{path} ({why}) is there no more");
    }
    for route in &all {
        let (method, path) = (route.method(), route.nowhere());
        let own = [("origin", "https://id.example.com"), ("sec-fetch-site", "same-origin")];
        for headers in [&own[..], &[("sec-fetch-site", "none")], &[]] {
            let heard = test.visitor().with_headers(method.clone(), &path, headers).await;
            assert!(!heard.text.contains("cross_site"), "{method} {path} hears its own site");
        }
        let both = [("origin", "https://id.example.com"), ("sec-fetch-site", "cross-site")];
        let one_each = FOREIGN.iter().map(std::slice::from_ref);
        for headers in one_each.chain([&both[..]]) {
            let answer = test.visitor().with_headers(method.clone(), &path, headers).await;
            if is_for_others(route) {
                assert!(!answer.text.contains("cross_site"), "{method} {path} is for others");
            } else {
                assert_eq!(answer.brief(), "403 request.cross_site", "{method} {path} {headers:?}");
                assert_secure(&answer.headers);
            }
        }
    }
}

on_both! {
    async fn s39_what_another_site_asked_for_did_not_happen(database: Database) {
        let test = TestApp::start_demo(database).await;
        let browsers = everybody(&test).await;
        let mut all = vec![];
        for route in changes(&test).into_iter().filter(|route| !is_for_others(route)) {
            let place = routes::known(&route.path).then(|| things::address(&test, &route.path));
            let path = match place {
                Some(place) => place.await,
                None => route.nowhere(),
            };
            all.push((route.method(), path));
        }
        let sent = test.sim.requests_seen();
        let before = tables::all(&test.app.db, &[]).await;
        let json = format!(r#"{{"identifier":{{"type":"phone","value":"{PHONE}"}},"interactionEvent":"Register","name":"Evil"}}"#);
        let form = "name=Evil&role=owner&phone=13800138000&country=CN&password=seven+green+kettles".to_owned();
        for (method, path) in all {
            for (kind, body) in [("application/json", &json), ("application/x-www-form-urlencoded", &form)] {
                for browser in &browsers {
                    let evil = [("origin", "https://evil.example.com")];
                    let body = Some((kind, body.clone()));
                    let refused = browser.clone().send_with(method.clone(), &path, body, &evil).await;
                    assert_eq!(refused.brief(), "403 request.cross_site", "{method} {path}");
                }
            }
        }
        assert_eq!(test.sim.requests_seen(), sent);
        assert_eq!(tables::all(&test.app.db, &[]).await, before, "not a row is another");
    }

    async fn s39_cookies_alone_give_nothing_where_other_sites_may_ask(database: Database) {
        let test = TestApp::start_demo(database).await;
        let browsers = everybody(&test).await;
        // what a started sign-in leaves behind gives nobody anything
        let but = ["interactions", "audit_events"];
        let before = tables::all(&test.app.db, &but).await;
        let evil = [("origin", "https://evil.example.com"), ("sec-fetch-site", "cross-site")];
        for (path, _) in FOR_OTHERS {
            for browser in &browsers {
                let form = Some(("application/x-www-form-urlencoded", String::new()));
                let answer = browser.clone().send_with(Method::POST, path, form, &evil).await;
                // who is signed in is asked; who is not hears that it is done
                let expected: &[u16] = if path == "/oidc/session/end" { &[200, 303] } else { &[400, 401] };
                assert!(expected.contains(&answer.status.as_u16()), "{path}: {}", answer.brief());
                assert!(!answer.text.contains("access_token"), "{path}");
            }
        }
        assert_eq!(tables::all(&test.app.db, &but).await, before);
        // nor does a page get in with the cookies of its visitor where a person's token is asked for, or a program's
        for route in changes(&test).into_iter().filter(is_shared) {
            let path = things::address(&test, &route.path).await;
            let answer = browsers[0].clone().with_headers(route.method(), &path, &evil).await;
            assert_eq!(answer.brief(), "401 auth.authorization_header_missing", "{path}");
        }
        for operation in OPERATIONS.iter().filter(|operation| !operation.is_public) {
            let method: Method = operation.method.parse().unwrap();
            let path = things::address(&test, operation.path).await;
            let answer = browsers[0].clone().with_headers(method, &path, &[]).await;
            assert_eq!(answer.brief(), "401 auth.authorization_header_missing", "{path}");
        }
    }

    async fn s40_no_get_sends_a_message(database: Database) {
        let test = TestApp::start_demo(database).await;
        let browsers = everybody(&test).await;
        let sent = test.sim.messages(None, 100).len();
        test.advance_secs(3000);
        let bearer = format!("Bearer {}", robot(&test).await.token);
        let gets: Vec<_> = routes::of(&test.router).into_iter().filter(|one| !one.changes()).collect();
        assert!(gets.len() > 60, "{}", gets.len());
        for route in gets {
            let path = if routes::known(&route.path) { things::address(&test, &route.path).await } else { route.nowhere() };
            for query in ["", "?app_id=app", "?resend=1"] {
                // as a page in the browser, and as a program that manages
                let path = format!("{path}{query}");
                let opened: &[(&str, &str)] = if path.starts_with("/api/") { &[("authorization", &bearer)] } else { &[] };
                for browser in &browsers {
                    let answer = browser.clone().with_headers(Method::GET, &path, opened).await;
                    assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{path}: {}", answer.text);
                }
            }
        }
        // nor where a form is asked for as if it were a page
        for route in changes(&test) {
            for browser in &browsers {
                browser.clone().get(&route.nowhere()).await;
            }
        }
        assert_eq!(test.sim.messages(None, 100).len(), sent);
    }
}

#[tokio::test]
async fn a_script_of_an_application_exchanges_its_code_from_its_own_origin() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    let callback = person.signs_in("app", PHONE, "Register").await;
    let callback = url::Url::parse(&callback).unwrap();
    let code = callback.query_pairs().find(|(key, _)| key == "code").unwrap().1.into_owned();
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "authorization_code")
        .append_pair("client_id", "app")
        .append_pair("code", &code)
        .append_pair("redirect_uri", &redirect_uri("app"))
        .append_pair("code_verifier", VERIFIER)
        .finish();
    let form = Some(("application/x-www-form-urlencoded", form));
    let origin = "https://app.example.com";
    let headers = [(ORIGIN.as_str(), origin), ("sec-fetch-site", "cross-site")];
    let answer = person.send_with(Method::POST, "/oidc/token", form, &headers).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.json()["access_token"].is_string());
    assert_eq!(answer.headers[ACCESS_CONTROL_ALLOW_ORIGIN], origin);
}

/// Security statements 41, 42, 47, 48.
fn assert_secure(headers: &HeaderMap) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
        ("content-security-policy", "frame-ancestors 'none'"),
        ("referrer-policy", "strict-origin"),
    ] {
        let sent = headers.get(name).map(|sent| sent.to_str().unwrap()).unwrap_or_default();
        assert!(sent.contains(value), "{name}: {sent}");
    }
}

async fn panics() -> StatusCode {
    panic!("a canary of what must not be told")
}

#[tokio::test]
async fn s47_a_panic_is_an_answer_with_the_security_headers() {
    let test = TestApp::start(Database::sqlite()).await;
    let reached = Arc::new(AtomicUsize::new(0));
    let counted = {
        let reached = Arc::clone(&reached);
        async move || {
            reached.fetch_add(1, Ordering::Relaxed);
            StatusCode::NO_CONTENT
        }
    };
    let router = Router::new()
        .route("/panics", get(panics).post(panics))
        .route("/counted", get(counted.clone()).post(counted))
        .layer(from_fn_with_state(test.app.clone(), around::handle));
    let mut person = Visitor::new(router, test.sim.clone());
    for method in [Method::GET, Method::POST] {
        let told = person.request(method.clone(), "/panics", None).await;
        assert_eq!(told.brief(), "500 request.internal");
        assert_secure(&told.headers);
        let page = [(ACCEPT.as_str(), "text/html")];
        let shown = person.with_headers(method, "/panics", &page).await;
        assert_eq!(shown.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(shown.text.contains("</html>"), "{}", shown.text);
        assert_secure(&shown.headers);
        assert!(!told.text.contains("canary") && !shown.text.contains("canary"));
    }
    assert_eq!(person.get("/counted").await.brief(), "204", "and the next request is served");
    let evil = [(ORIGIN.as_str(), "https://evil.example.com")];
    let refused = person.with_headers(Method::POST, "/counted", &evil).await;
    assert_eq!(refused.brief(), "403 request.cross_site");
    assert_eq!(reached.load(Ordering::Relaxed), 1, "the handler of a refused request does not run");
}
