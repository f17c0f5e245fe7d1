//! Requests that are sent ahead, answers that travel otherwise, and tokens that others ask about.
use super::support::*;
use crate::management::support::{RESOURCE, ROBOT_SECRET, asks_token, managed};

const WEB: (&str, &str) = ("web", "a-secret-of-the-web-app");

async fn post(app: &TestApp, path: &str, pairs: &[(&str, &str)]) -> Answer {
    call(&app.router, Method::POST, path, &[(CONTENT_TYPE.as_str(), FORM)], &form(pairs)).await
}

async fn introspects(app: &TestApp, (id, secret): (&str, &str), token: &str) -> Answer {
    let pairs = [("client_id", id), ("client_secret", secret), ("token", token)];
    post(app, "/oidc/token/introspection", &pairs).await
}

/// The parameters of the usual request of an application, changed.
fn parameters(client: &str, changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let query = plain(client, "").split_once('?').unwrap().1.to_owned();
    let mut pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    pairs.extend(changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    pairs
}

async fn pushes(app: &TestApp, client: &str, changes: &[(&str, &str)]) -> Answer {
    let pairs = parameters(client, changes);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post(app, "/oidc/request", &pairs).await
}

fn by_name(client: &str, request_uri: &str) -> String {
    format!("/oidc/auth?{}", form(&[("client_id", client), ("request_uri", request_uri)]))
}

/// The fields of a page's form.
fn fields(page: &str) -> Vec<(String, String)> {
    let inputs = page.split("<input type=\"hidden\"").skip(1);
    let attribute = |input: &str, name: &str| {
        let value = input.split_once(&format!("{name}=\"")).unwrap().1;
        value.split_once('"').unwrap().0.replace("&amp;", "&").replace("&#38;", "&")
    };
    inputs.map(|input| (attribute(input, "name"), attribute(input, "value"))).collect()
}

on_both! {
    async fn a_request_that_was_sent_ahead_is_begun_by_its_name_for_a_minute(database: Database) {
        let app = TestApp::start(database).await;
        let pushed = pushes(&app, "app", &[("first_screen", "register")]).await;
        assert_eq!(pushed.status, StatusCode::CREATED, "{}", pushed.text);
        let body = pushed.json();
        assert_eq!(body["expires_in"], 60);
        let name = text(&body, "request_uri");
        assert!(name.starts_with("urn:ietf:params:oauth:request_uri:"), "{name}");
        let mut visitor = app.visitor();
        let wrong = visitor.get(&by_name("other", name)).await;
        assert_eq!(wrong.json()["error"], "invalid_request_uri", "another client's");
        for again in 0..2 {
            let begun = visitor.get(&by_name("app", name)).await;
            assert_eq!(begun.location(), "/register?app_id=app", "{again}");
        }
        let late = pushes(&app, "app", &[]).await.json();
        app.advance_secs(60);
        let answer = visitor.get(&by_name("app", text(&late, "request_uri"))).await;
        assert_eq!((answer.status, answer.json()["error"].clone()), (StatusCode::BAD_REQUEST, json!("invalid_request_uri")), "expired");
    }

    async fn a_pushed_request_is_refused_before_anybody_waits(database: Database) {
        let app = TestApp::start(database).await;
        for (changes, error) in [
            (&[("redirect_uri", "https://evil.example/cb")][..], "invalid_redirect_uri"),
            (&[("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
            (&[("request_uri", "urn:x")], "invalid_request"),
            (&[("id_token_hint", "a.b.c")], "invalid_request"),
            (&[("response_type", "token")], "unsupported_response_type"),
            (&[("client_id", "nobody")], "invalid_client"),
        ] {
            let answer = pushes(&app, "app", changes).await;
            assert_eq!(answer.json()["error"], error, "{changes:?}: {}", answer.text);
        }
        let unproved = pushes(&app, WEB.0, &[]).await;
        assert_eq!(unproved.json()["error"], "invalid_request", "{}", unproved.text);
        let wrong = pushes(&app, WEB.0, &[("client_secret", "wrong")]).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        let proved = pushes(&app, WEB.0, &[("client_secret", WEB.1)]).await;
        assert_eq!(proved.status, StatusCode::CREATED, "{}", proved.text);
        let kept = app.app.db.read("SELECT parameters FROM pushed_requests", vec![]).await.unwrap();
        assert!(kept.iter().all(|row| !row.text(0).unwrap().contains("secret")));
        let long = "x".repeat(9000);
        assert_eq!(pushes(&app, "app", &[("state", &long)]).await.json()["error"], "invalid_request");
    }

    async fn an_answer_travels_as_it_was_asked_to(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, _) = signed_in(&app, "app").await;
        let fragment = visitor.get(&plain("app", "&response_mode=fragment")).await;
        let (address, behind) = fragment.location().split_once('#').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert_eq!(address, redirect_uri("app"));
        assert!(behind.starts_with("code=") && behind.contains("&iss="), "{behind}");
        let page = visitor.get(&plain("app", "&response_mode=form_post")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action 'self' https://app.example.com;"), "{policy}");
        assert!(page.text.contains(&format!("action=\"{}\"", redirect_uri("app"))));
        let fields = fields(&page.text);
        let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["code", "state", "iss"]);
        let tokens = exchange(&app, "app", &fields[0].1).await;
        assert_eq!(tokens.status, StatusCode::OK, "{}", tokens.text);
        app.advance_secs(1);
        let refused = visitor.get(&plain("app", "&response_mode=form_post&prompt=none&max_age=0")).await;
        assert!(self::fields(&refused.text).contains(&("error".to_owned(), "login_required".to_owned())));
        let odd = visitor.get(&plain("app", "&response_mode=web_message")).await;
        assert!(odd.location().contains("?error=unsupported_response_mode"), "{}", odd.location());
    }

    async fn s56_who_keeps_a_secret_may_ask_what_a_token_is_worth_and_nobody_else(database: Database) {
        let (app, robot) = managed(database).await;
        let (_, tokens) = signed_in(&app, "app").await;
        let (access, refresh_token) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
        let robot_id = ("robot", ROBOT_SECRET);
        let told = introspects(&app, robot_id, access).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text);
        let told = told.json();
        assert_eq!((&told["active"], &told["client_id"], &told["token_type"]), (&json!(true), &json!("app"), &json!("Bearer")));
        assert_eq!(told["sub"], payload(text(&tokens, "id_token"))["sub"]);
        let nothing = json!({ "active": false });
        assert_eq!(introspects(&app, robot_id, refresh_token).await.json(), nothing, "not its own");
        for other in ["", "nonsense", &format!("{access}x"), text(&tokens, "id_token")] {
            let told = introspects(&app, robot_id, other).await;
            assert!(told.status != StatusCode::OK || told.json() == nothing, "{other}: {}", told.text);
        }
        assert_eq!(introspects(&app, ("robot", "wrong"), access).await.status, StatusCode::UNAUTHORIZED);
        let public = post(&app, "/oidc/token/introspection", &[("client_id", "app"), ("token", access)]).await;
        assert_eq!(public.json()["error"], "unauthorized_client", "{}", public.text);
        let service = asks_token(&app, robot_id, &[("resource", RESOURCE), ("scope", "all")]).await.json();
        let structured = introspects(&app, WEB, text(&service, "access_token")).await.json();
        assert_eq!((&structured["aud"], &structured["scope"], &structured["sub"]), (&json!(RESOURCE), &json!("all"), &json!("robot")));
        let user = text(&payload(text(&tokens, "id_token")), "sub").to_owned();
        let locked = robot.patch(&format!("/api/users/{user}/is-suspended"), json!({ "isSuspended": true })).await;
        assert!(locked.status.is_success(), "{}", locked.text);
        assert_eq!(introspects(&app, robot_id, access).await.json(), nothing, "its user is locked");
    }

    async fn a_client_may_ask_about_its_own_refresh_token_until_it_is_spent(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let callback = visitor.signs_in(WEB.0, PHONE, "Register").await;
        let pairs = [
            ("grant_type", "authorization_code"), ("client_id", WEB.0), ("client_secret", WEB.1),
            ("code", &parameter(&callback, "code")), ("redirect_uri", &redirect_uri(WEB.0)), ("code_verifier", VERIFIER),
        ];
        let tokens = token(&app, &pairs).await.json();
        let refresh_token = text(&tokens, "refresh_token");
        let told = introspects(&app, WEB, refresh_token).await.json();
        assert_eq!((&told["active"], &told["token_type"]), (&json!(true), &Value::Null));
        let pairs = [("client_id", WEB.0), ("client_secret", WEB.1), ("token", refresh_token)];
        assert_eq!(post(&app, "/oidc/token/revocation", &pairs).await.status, StatusCode::OK);
        assert_eq!(introspects(&app, WEB, refresh_token).await.json(), json!({ "active": false }));
    }
}
