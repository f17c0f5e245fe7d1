//! What surrounds every handler: other sites' requests, panics, security headers.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::header::{ACCEPT, ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use haoma::web::around;

use crate::support::visitor::{VERIFIER, redirect_uri};
use crate::support::{Database, TestApp, Visitor};

const PHONE: &str = "8613800138000";

/// Every address outside `/oidc` at which something changes, and what a stranger hears there.
const CHANGES: [(Method, &str, &str); 14] = [
    (Method::PUT, "/api/experience", "400 session.not_found"),
    (Method::PUT, "/api/experience/interaction-event", "400 session.not_found"),
    (Method::POST, "/api/experience/verification/verification-code", "400 session.not_found"),
    (
        Method::POST,
        "/api/experience/verification/verification-code/verify",
        "400 session.not_found",
    ),
    (Method::POST, "/api/experience/identification", "400 session.not_found"),
    (Method::POST, "/api/experience/submit", "400 session.not_found"),
    (Method::POST, "/sign-in", "400"),
    (Method::POST, "/register", "400"),
    (Method::POST, "/sign-in/verify", "400"),
    (Method::POST, "/register/verify", "400"),
    (Method::POST, "/sign-in/resend", "400"),
    (Method::POST, "/register/resend", "400"),
    (Method::POST, "/consent", "303"),
    (Method::POST, "/demo-app/sign-out", "307"),
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

#[tokio::test]
async fn s39_no_address_at_which_something_changes_listens_to_another_site() {
    let test = TestApp::start_demo(Database::sqlite()).await;
    for (method, path, answer) in CHANGES {
        let own = [("origin", "https://id.example.com"), ("sec-fetch-site", "same-origin")];
        for headers in [&own[..], &[("sec-fetch-site", "none")], &[]] {
            let heard = test.visitor().with_headers(method.clone(), path, headers).await;
            assert_eq!(heard.brief(), answer, "{method} {path} exists and hears its own site");
        }
        for header in FOREIGN {
            let refused = test.visitor().with_headers(method.clone(), path, &[header]).await;
            assert_eq!(refused.brief(), "403 request.cross_site", "{method} {path} {header:?}");
            assert_secure(&refused.headers);
        }
        let both = [("origin", "https://id.example.com"), ("sec-fetch-site", "cross-site")];
        let refused = test.visitor().with_headers(method.clone(), path, &both).await;
        assert_eq!(
            refused.brief(),
            "403 request.cross_site",
            "{method} {path}: one doubt is enough"
        );
    }
}

#[tokio::test]
async fn s39_what_another_site_asked_for_did_not_happen() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    for (method, path, _) in CHANGES {
        let evil = [("origin", "https://evil.example.com")];
        let json = format!(
            r#"{{"identifier":{{"type":"phone","value":"{PHONE}"}},"interactionEvent":"Register"}}"#
        );
        let body = Some(("application/json", json));
        let refused = person.send_with(method, path, body, &evil).await;
        assert_eq!(refused.brief(), "403 request.cross_site", "{path}");
    }
    assert_eq!(test.sim.requests_seen(), 0);
    let walk = person.get("/api/experience/interaction").await;
    assert_eq!(walk.json()["interactionEvent"], "SignIn");
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
