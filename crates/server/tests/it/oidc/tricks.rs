//! Addresses that look like a registered one, asked for at the endpoints (security statement 45).
use axum::http::header::LOCATION;

use super::support::*;
use crate::support::Database;

const REGISTERED: [&str; 2] = ["https://app.example.com/cb", "com.example.app://callback"];

/// What a browser, a parser or a person might take for one of them.
const TRICKS: [&str; 48] = [
    "https://app.example.com/cb/",
    "https://app.example.com/cb?",
    "https://app.example.com/cb?x=1",
    "https://app.example.com/cb#",
    "https://app.example.com/cb#x",
    "https://app.example.com/CB",
    "https://APP.example.com/cb",
    "HTTPS://app.example.com/cb",
    "http://app.example.com/cb",
    "https://app.example.com:443/cb",
    "https://app.example.com:8443/cb",
    "https://app.example.com./cb",
    "https://app.example.com/./cb",
    "https://app.example.com/x/../cb",
    "https://app.example.com/cb/../cb",
    "https://app.example.com/cb/..;/evil",
    "https://app.example.com/%63b",
    "https://app.example.com/cb%00",
    "https://app.example.com/cb%0d%0aSet-Cookie:x=1",
    "https://app.example.com/cb\r\nSet-Cookie: x=1",
    "https://app.example.com/cb\t",
    " https://app.example.com/cb",
    "https://app.example.com/cb ",
    "https://app.example.com/cb,https://app.example.com/cb",
    "https://app.example.com\\cb",
    "https:\\\\app.example.com\\cb",
    "https://app.example.com\\@evil.example/cb",
    "https://app.example.com@evil.example/cb",
    "https://user@app.example.com/cb",
    "https://user:pw@app.example.com/cb",
    "https://evil.example/https://app.example.com/cb",
    "https://evil.example?https://app.example.com/cb",
    "https://evil.example#https://app.example.com/cb",
    "https://app.example.com.evil.example/cb",
    "https://evilapp.example.com/cb",
    "https://аpp.example.com/cb",
    "https://app.example。com/cb",
    "https:app.example.com/cb",
    "https:///app.example.com/cb",
    "//app.example.com/cb",
    "///app.example.com/cb",
    "/cb",
    "https://*.example.com/cb",
    "javascript://app.example.com/cb%0aalert(1)",
    "data:text/html,https://app.example.com/cb",
    "com.example.app://callback/",
    "com.example.app:callback",
    "COM.example.app://callback",
];

/// A server with an application that registered these addresses for both ways.
async fn start(database: Database) -> TestApp {
    let change = |raw: &mut Value| {
        for key in ["redirect_uris", "post_logout_redirect_uris"] {
            raw["applications"][0][key] = json!(REGISTERED);
        }
    };
    TestApp::start_with(database, |_connector| {}, change).await
}

/// The usual request with this redirect address.
fn request(uri: &str) -> String {
    let query = plain("app", "").split_once('?').unwrap().1.to_owned();
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let mut pairs: Vec<(String, String)> = pairs.filter(|(key, _)| key != "redirect_uri").collect();
    pairs.push(("redirect_uri".to_owned(), uri.to_owned()));
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

on_both! {
    async fn s45_no_trick_leads_a_code_or_an_error_away(database: Database) {
        let app = start(database).await;
        let mut visitor = app.visitor();
        for good in REGISTERED {
            let begun = visitor.get(&format!("/oidc/auth?{}", request(good))).await;
            assert_eq!(begun.location(), "/sign-in?app_id=app", "{good}");
        }
        for trick in TRICKS {
            let query = request(trick);
            let asked = [
                visitor.get(&format!("/oidc/auth?{query}")).await,
                visitor.get(&format!("/oidc/auth?{query}&prompt=none")).await,
                visitor.get(&format!("/oidc/auth?{query}&response_mode=form_post&max_age=x")).await,
                visitor.send(Method::POST, "/oidc/auth", Some((FORM, query.clone()))).await,
                call(&app.router, Method::POST, "/oidc/request", &[(CONTENT_TYPE.as_str(), FORM)], &query).await,
            ];
            for answer in asked {
                assert_eq!(answer.brief(), "400 oidc.invalid_redirect_uri", "{trick:?}");
                assert!(answer.text.contains("redirect_uri") && !answer.headers.contains_key(LOCATION), "{trick:?}");
            }
        }
    }

    async fn s45_no_trick_leads_who_signed_out_away(database: Database) {
        let app = start(database).await;
        let mut visitor = app.visitor();
        for good in REGISTERED {
            let query = form(&[("client_id", "app"), ("post_logout_redirect_uri", good)]);
            let done = visitor.get(&format!("/oidc/session/end?{query}")).await;
            assert_eq!((done.status.as_u16(), done.location().as_str()), (303, good));
        }
        for trick in TRICKS {
            let query = form(&[("client_id", "app"), ("post_logout_redirect_uri", trick)]);
            let asked = [
                visitor.get(&format!("/oidc/session/end?{query}")).await,
                visitor.send(Method::POST, "/oidc/session/end", Some((FORM, query))).await,
            ];
            for answer in asked {
                assert_eq!(answer.brief(), "400 oidc.invalid_request", "{trick:?}");
                let told = answer.json();
                assert!(text(&told, "error_description").contains("post_logout_redirect_uri"), "{trick:?}: {told}");
                assert!(!answer.headers.contains_key(LOCATION), "{trick:?}");
            }
        }
    }

    async fn s45_a_native_application_may_change_its_loopback_port_and_nothing_else(database: Database) {
        let app = TestApp::start_with(database, |_connector| {}, |raw| {
            raw["applications"][0]["type"] = json!("Native");
            raw["applications"][0]["redirect_uris"] = json!(["http://127.0.0.1/cb"]);
            raw["applications"][0]["post_logout_redirect_uris"] = json!(["http://127.0.0.1/cb"]);
        }).await;
        for (uri, status) in [
            ("http://127.0.0.1:50123/cb", 303), ("http://127.0.0.1:50123/other", 400), ("https://127.0.0.1:50123/cb", 400),
            ("http://127.0.0.2:50123/cb", 400), ("http://localhost:50123/cb", 400), ("http://127.0.0.1:99999/cb", 400),
            ("http://127.0.0.1:80@evil.example/cb", 400), ("http://127.0.0.1:1\\@evil.example/cb", 400),
        ] {
            let answer = app.visitor().get(&format!("/oidc/auth?{}", request(uri))).await;
            assert_eq!(answer.status.as_u16(), status, "{uri}");
            let query = form(&[("client_id", "app"), ("post_logout_redirect_uri", uri)]);
            let after = app.visitor().get(&format!("/oidc/session/end?{query}")).await;
            assert_eq!(after.status.as_u16(), 400, "{uri}: not after signing out");
        }
    }
}
