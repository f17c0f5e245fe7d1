//! OpenID Connect, end to end through the real router: the sequence of wire contract A.5 and what follows it.
use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ORIGIN, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::TestApp;
use crate::support::visitor::{Answer, VERIFIER, Visitor, authorization_request, redirect_uri};

const PHONE: &str = "8613800138000";
const FORM: &str = "application/x-www-form-urlencoded";

/// A request of a program: no cookies, its own headers.
async fn call(
    router: &Router,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Answer { status: parts.status, headers: parts.headers, text }
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn token(app: &TestApp, pairs: &[(&str, &str)]) -> Answer {
    let headers = [(CONTENT_TYPE.as_str(), FORM)];
    call(&app.router, Method::POST, "/oidc/token", &headers, &form(pairs)).await
}

async fn exchange(app: &TestApp, client: &str, code: &str) -> Answer {
    token(app, &exchange_form(client, code, &redirect_uri(client))).await
}

fn exchange_form<'a>(client: &'a str, code: &'a str, uri: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("client_id", client),
        ("code", code),
        ("redirect_uri", uri),
        ("code_verifier", VERIFIER),
    ]
}

async fn refresh(app: &TestApp, client: &str, refresh_token: &str, scope: Option<&str>) -> Answer {
    let mut pairs = vec![
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", refresh_token),
    ];
    pairs.extend(scope.map(|scope| ("scope", scope)));
    token(app, &pairs).await
}

async fn me(app: &TestApp, access_token: &str) -> Answer {
    let bearer = format!("Bearer {access_token}");
    call(&app.router, Method::GET, "/oidc/me", &[(AUTHORIZATION.as_str(), &bearer)], "").await
}

fn parameter(url: &str, name: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    let found = url.query_pairs().find(|(key, _)| key == name);
    found.unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned()
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"))
}

fn payload(jwt: &str) -> Value {
    let part = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// A signed-in visitor and the tokens the application got.
async fn signed_in(app: &TestApp, client: &str) -> (Visitor, Value) {
    let mut visitor = app.visitor();
    let callback = visitor.signs_in(client, PHONE, "Register").await;
    let answer = exchange(app, client, &parameter(&callback, "code")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    (visitor, answer.json())
}

/// Signs in again by an authorization request that demands it.
async fn signs_in_by(visitor: &mut Visitor, path: &str) -> String {
    assert!(visitor.get(path).await.location().starts_with("/sign-in"));
    visitor.begins("SignIn").await;
    let sent = visitor.asks_code(PHONE, "SignIn").await.json();
    let id = text(&sent, "verificationId");
    let code = visitor.reads_sms(PHONE);
    visitor.gives_code(PHONE, id, &code).await;
    visitor.identifies(id).await;
    let submitted = visitor.submits().await.json();
    visitor.follows(text(&submitted, "redirectTo")).await
}

fn cookie_names(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.get_all(SET_COOKIE).iter();
    let mut names: Vec<_> =
        lines.map(|line| line.to_str().unwrap().split('=').next().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The authorization request without `prompt`.
fn plain(client: &str, more: &str) -> String {
    authorization_request(client, more).replace("&prompt=consent", "")
}

on_both! {
    async fn the_sequence_of_a_sign_in_is_the_contracts(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let first = visitor.arrives_from("app").await;
        assert_eq!((first.status.as_u16(), first.location().as_str()), (303, "/sign-in?app_id=app"));
        assert_eq!(
            cookie_names(&first),
            ["_interaction", "_interaction.sig", "_interaction_resume", "_interaction_resume.sig", "_logto", "_logto.sig"]
        );
        visitor.begins("Register").await;
        let sent = visitor.asks_code(PHONE, "Register").await.json();
        let id = text(&sent, "verificationId");
        let code = visitor.reads_sms(PHONE);
        visitor.gives_code(PHONE, id, &code).await;
        visitor.identifies(id).await;
        let submitted = visitor.submits().await.json();
        let resume = text(&submitted, "redirectTo");
        assert!(resume.starts_with("https://id.example.com/oidc/auth/"), "{resume}");

        let third = visitor.get(resume).await;
        assert_eq!((third.status.as_u16(), third.location().as_str()), (303, "/consent?app_id=app"));
        for name in ["_session", "_session.sig", "_interaction", "_interaction.sig", "_interaction_resume"] {
            assert!(cookie_names(&third).contains(&name.to_owned()), "{name}");
        }
        let again = visitor.get(resume).await;
        assert_eq!(again.brief(), "400 session.not_found", "a resume address works once");

        let fourth = visitor.get("/consent").await;
        assert_eq!(fourth.status.as_u16(), 302);
        assert!(fourth.location().starts_with("https://id.example.com/oidc/auth/"));
        let fifth = visitor.get(&fourth.location()).await;
        assert_eq!(fifth.status.as_u16(), 303);
        let callback = fifth.location();
        assert!(callback.starts_with("https://app.example.com/callback?code="), "{callback}");
        assert_eq!(parameter(&callback, "state"), "a-state");
        assert_eq!(parameter(&callback, "iss"), "https://id.example.com/oidc");

        let answer = exchange(&app, "app", &parameter(&callback, "code")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let body = answer.json();
        assert_eq!((body["expires_in"].as_i64(), text(&body, "token_type")), (Some(3600), "Bearer"));
        assert_eq!(text(&body, "scope"), "openid offline_access profile phone");
        assert_eq!(text(&body, "access_token").len(), 43);
        let info = me(&app, text(&body, "access_token")).await.json();
        assert_eq!(info["phone_number"], "+8613800138000");
    }

    async fn s53_the_id_token_says_who_when_and_how(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let jwt = text(&body, "id_token");
        let hint = haoma_oidc::id_token::read_hint(&app.app.signing.load(), "https://id.example.com/oidc", jwt);
        assert!(hint.is_some(), "the signature holds");
        let claims = payload(jwt);
        let now = app.app.clock.now().secs();
        for (name, value) in [
            ("iss", json!("https://id.example.com/oidc")),
            ("aud", json!("app")),
            ("nonce", json!("a-nonce")),
            ("iat", json!(now)),
            ("exp", json!(now + 3600)),
            ("auth_time", json!(now)),
            ("amr", json!(["sms", "otp"])),
            ("phone_number", json!("+8613800138000")),
            ("phone_number_verified", json!(true)),
            ("name", Value::Null),
            ("at_hash", json!(haoma_oidc::id_token::at_hash(text(&body, "access_token")))),
        ] {
            assert_eq!(claims[name], value, "{name}");
        }
        assert_eq!(text(&claims, "sub").len(), 12);
        assert!(claims["sid"].is_string() && claims.get("custom_data").is_none());
        assert_eq!(me(&app, text(&body, "access_token")).await.json()["sub"], claims["sub"]);
    }

    async fn s51_a_code_used_twice_revokes_what_it_gave(database: Database) {
        let app = TestApp::start(database).await;
        let callback = app.visitor().signs_in("app", PHONE, "Register").await;
        let code = parameter(&callback, "code");
        let body = exchange(&app, "app", &code).await.json();
        assert_eq!(me(&app, text(&body, "access_token")).await.status, StatusCode::OK);
        let again = exchange(&app, "app", &code).await;
        assert_eq!(again.brief(), "400 oidc.invalid_grant");
        assert_eq!(again.json()["error_description"], "grant request is invalid");
        assert_eq!(me(&app, text(&body, "access_token")).await.brief(), "401 oidc.invalid_token");
        let refreshed = refresh(&app, "app", text(&body, "refresh_token"), None).await;
        assert_eq!(refreshed.brief(), "400 oidc.invalid_grant");
    }

    async fn s51_of_a_hundred_parallel_exchanges_one_succeeds(database: Database) {
        let app = TestApp::start(database).await;
        let callback = app.visitor().signs_in("app", PHONE, "Register").await;
        let body = form(&exchange_form("app", &parameter(&callback, "code"), &redirect_uri("app")));
        let running: Vec<_> = (0..100)
            .map(|_| {
                let (router, body) = (app.router.clone(), body.clone());
                tokio::spawn(async move {
                    let headers = [(CONTENT_TYPE.as_str(), FORM)];
                    call(&router, Method::POST, "/oidc/token", &headers, &body).await.status.as_u16()
                })
            })
            .collect();
        let mut statuses = vec![];
        for one in running {
            statuses.push(one.await.unwrap());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 400).count(), 99, "{statuses:?}");
    }

    async fn s50_a_wrong_proof_burns_the_code(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, _) = signed_in(&app, "app").await;
        for (name, value) in [("code_verifier", "x".repeat(43)), ("redirect_uri", redirect_uri("other"))] {
            let callback = visitor.follows(&plain("app", "")).await;
            let (code, uri) = (parameter(&callback, "code"), redirect_uri("app"));
            let mut pairs = exchange_form("app", &code, &uri);
            for pair in pairs.iter_mut().filter(|pair| pair.0 == name) {
                pair.1 = &value;
            }
            assert_eq!(token(&app, &pairs).await.brief(), "400 oidc.invalid_grant");
            assert_eq!(exchange(&app, "app", &code).await.brief(), "400 oidc.invalid_grant", "{name}");
        }
    }

    async fn a_code_lives_for_a_minute(database: Database) {
        let app = TestApp::start(database).await;
        let callback = app.visitor().signs_in("app", PHONE, "Register").await;
        app.advance_secs(60);
        let late = exchange(&app, "app", &parameter(&callback, "code")).await;
        assert_eq!(late.brief(), "400 oidc.invalid_grant");
    }

    async fn s52_refresh_tokens_rotate_and_a_copy_ends_the_family(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let first = text(&body, "refresh_token").to_owned();
        let second = refresh(&app, "app", &first, None).await.json();
        assert_ne!(text(&second, "refresh_token"), first);
        assert!(payload(text(&second, "id_token")).get("nonce").is_none());
        let crossing = refresh(&app, "app", &first, None).await;
        assert_eq!(crossing.status, StatusCode::OK, "two requests of one application may cross");
        app.app.clock.advance_millis(3000);
        let copy = refresh(&app, "app", &first, None).await;
        assert_eq!(copy.brief(), "400 oidc.invalid_grant");
        for token in [text(&second, "refresh_token"), text(&crossing.json(), "refresh_token")] {
            assert_eq!(refresh(&app, "app", token, None).await.brief(), "400 oidc.invalid_grant");
        }
        assert_eq!(me(&app, text(&second, "access_token")).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn a_refresh_may_narrow_and_never_widen(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let narrow = refresh(&app, "app", text(&body, "refresh_token"), Some("openid")).await.json();
        assert_eq!(text(&narrow, "scope"), "openid");
        assert!(payload(text(&narrow, "id_token")).get("phone_number").is_none());
        let token = text(&narrow, "refresh_token");
        let wide = refresh(&app, "app", token, Some("openid custom_data")).await;
        assert_eq!(wide.brief(), "400 oidc.invalid_scope");
        let none = refresh(&app, "app", token, Some("phone")).await.json();
        assert!(none.get("id_token").is_none());
        assert_eq!(me(&app, text(&none, "access_token")).await.brief(), "403 oidc.insufficient_scope");
        let resource = [
            ("grant_type", "refresh_token"),
            ("client_id", "app"),
            ("refresh_token", token),
            ("resource", "https://api.example.com"),
        ];
        assert_eq!(self::token(&app, &resource).await.brief(), "400 oidc.invalid_target");
    }

    async fn a_session_carries_to_a_second_application(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        let none = visitor.get(&plain("other", "&prompt=none")).await.location();
        assert_eq!(parameter(&none, "error"), "consent_required");
        assert_eq!(visitor.get(&plain("other", "")).await.location(), "/consent?app_id=other");
        let callback = visitor.follows(&plain("other", "")).await;
        let tokens = exchange(&app, "other", &parameter(&callback, "code")).await.json();
        let (a, b) = (payload(text(&tokens, "id_token")), payload(text(&body, "id_token")));
        assert_eq!((&a["sub"], &a["sid"]), (&b["sub"], &b["sid"]));
        assert!(tokens.get("refresh_token").is_none(), "no prompt=consent, no offline access");
        assert_eq!(visitor.messages(PHONE), 1, "no second code was needed");
        let direct = visitor.get(&plain("other", "")).await;
        assert!(direct.location().starts_with("https://other.example.com/callback?code="));
        let none = visitor.get(&plain("other", "&prompt=none")).await.location();
        assert!(none.starts_with("https://other.example.com/callback?code="), "{none}");
    }

    async fn s53_prompt_and_max_age_are_honoured(database: Database) {
        let app = TestApp::start(database).await;
        let none = app.visitor().get(&plain("app", "&prompt=none")).await;
        assert_eq!(none.status.as_u16(), 303);
        assert_eq!(parameter(&none.location(), "error"), "login_required");
        assert_eq!(parameter(&none.location(), "state"), "a-state");
        let (mut visitor, body) = signed_in(&app, "app").await;
        assert_eq!(visitor.get(&plain("app", "&prompt=login")).await.location(), "/sign-in?app_id=app");
        app.advance_secs(10);
        assert_eq!(visitor.get(&plain("app", "&max_age=9")).await.location(), "/sign-in?app_id=app");
        assert!(visitor.get(&plain("app", "&max_age=10")).await.location().contains("code="));
        let mine = format!("&id_token_hint={}", text(&body, "id_token"));
        assert!(visitor.get(&plain("app", &mine)).await.location().contains("code="));
        let forged = visitor.get(&plain("app", "&id_token_hint=a.b.c")).await.location();
        assert_eq!(parameter(&forged, "error"), "invalid_request");
    }

    async fn s44_the_session_changes_at_every_sign_in(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        let mut old = visitor.clone();
        app.advance_secs(120);
        let login = authorization_request("app", "").replace("prompt=consent", "prompt=login+consent");
        let callback = signs_in_by(&mut visitor, &login).await;
        let tokens = exchange(&app, "app", &parameter(&callback, "code")).await.json();
        let sid = |body: &Value| payload(text(body, "id_token"))["sid"].clone();
        assert_ne!(sid(&tokens), sid(&body));
        let none = old.get(&plain("app", "&prompt=none")).await.location();
        assert_eq!(parameter(&none, "error"), "login_required", "the old session is gone");
    }

    async fn an_interaction_is_resumed_only_by_its_browser(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let id = visitor.proves("app", PHONE, "Register").await;
        visitor.identifies(&id).await;
        let submitted = visitor.submits().await.json();
        let stranger = app.visitor().get(text(&submitted, "redirectTo")).await;
        assert_eq!(stranger.brief(), "400 session.not_found");
        assert_eq!(stranger.json()["error"], "invalid_request");
        let open = app.visitor().arrives_from("app").await;
        assert!(open.location().starts_with("/sign-in"));
        let nowhere = app.visitor().get("/consent?app_id=app").await;
        assert_eq!(nowhere.location(), "/unknown-session?app_id=app");
    }

    async fn two_applications_interleave_in_one_browser(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        visitor.arrives_from("other").await;
        let callback = visitor.signs_in("app", PHONE, "Register").await;
        assert!(callback.starts_with("https://app.example.com/callback?code="));
        let begun = visitor
            .request(Method::PUT, "/api/experience?app_id=other", Some(json!({ "interactionEvent": "SignIn" })))
            .await;
        assert_eq!(begun.status, StatusCode::NO_CONTENT, "{}", begun.text);
    }

    async fn of_a_third_party_people_are_asked(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let id = visitor.proves("third", PHONE, "Register").await;
        visitor.identifies(&id).await;
        let submitted = visitor.submits().await.json();
        visitor.get(text(&submitted, "redirectTo")).await;
        let page = visitor.get("/consent?app_id=third").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("Third party") && !page.text.contains("13800138000"));
        assert!(page.headers["content-security-policy"].to_str().unwrap().contains("https://third.example.com"));
        let csrf = hidden(&page.text, "csrf");
        let forged = form(&[("csrf", "x"), ("consent", "allow")]);
        let refused = visitor.send(Method::POST, "/consent?app_id=third", Some((FORM, forged))).await;
        assert_eq!(refused.location(), "/unknown-session?app_id=third");
        let allowed = form(&[("csrf", &csrf), ("consent", "allow")]);
        let answer = visitor.send(Method::POST, "/consent?app_id=third", Some((FORM, allowed))).await;
        assert_eq!(answer.status.as_u16(), 302, "{}", answer.text);
        let callback = visitor.follows(&answer.location()).await;
        assert!(callback.starts_with("https://third.example.com/callback?code="));

        visitor.get(&authorization_request("third", "")).await;
        let csrf = hidden(&visitor.get("/consent?app_id=third").await.text, "csrf");
        let denied = form(&[("csrf", &csrf), ("consent", "deny")]);
        let answer = visitor.send(Method::POST, "/consent?app_id=third", Some((FORM, denied))).await;
        assert_eq!(parameter(&answer.location(), "error"), "access_denied");
        assert_eq!(parameter(&answer.location(), "state"), "a-state");
    }

    async fn a_confidential_client_proves_itself_either_way(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let callback = visitor.signs_in("web", PHONE, "Register").await;
        let (code, uri) = (parameter(&callback, "code"), redirect_uri("web"));
        let body = form(&exchange_form("web", &code, &uri));
        let basic = |secret: &str| format!("Basic {}", STANDARD.encode(format!("web:{secret}")));
        let kind = (CONTENT_TYPE.as_str(), FORM);
        for (authorization, expected) in [
            (None, "400 oidc.invalid_request"),
            (Some(basic("wrong")), "401 oidc.invalid_client"),
            (Some("Basic !".to_owned()), "400 oidc.invalid_request"),
            (Some(basic("a-secret-of-the-web-app")), "200"),
        ] {
            let mut headers = vec![kind];
            headers.extend(authorization.as_deref().map(|value| (AUTHORIZATION.as_str(), value)));
            let answer = call(&app.router, Method::POST, "/oidc/token", &headers, &body).await;
            assert_eq!(answer.brief(), expected, "{}", answer.text);
            assert_eq!(answer.headers.contains_key("www-authenticate"), answer.status.as_u16() == 401);
        }
        let callback = visitor.follows(&plain("web", "")).await;
        let code = parameter(&callback, "code");
        let mut pairs = exchange_form("web", &code, &uri).to_vec();
        pairs.push(("client_secret", "a-secret-of-the-web-app"));
        assert_eq!(token(&app, &pairs).await.status, StatusCode::OK);
        let unknown = token(&app, &exchange_form("nobody", "x", &uri)).await;
        assert_eq!(unknown.json()["error_description"], "invalid client nobody");
    }

    async fn s56_revocation_ends_the_grant_and_tells_nobody_what_exists(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let revoke = async |client: &str, token: &str| {
            let headers = [(CONTENT_TYPE.as_str(), FORM)];
            let body = form(&[("client_id", client), ("token", token)]);
            call(&app.router, Method::POST, "/oidc/token/revocation", &headers, &body).await
        };
        let (access, refresh_token) = (text(&body, "access_token"), text(&body, "refresh_token"));
        for (client, token) in [("app", "unknown"), ("other", refresh_token), ("app", &"x".repeat(43))] {
            let answer = revoke(client, token).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, ""));
        }
        assert_eq!(revoke("app", text(&body, "id_token")).await.brief(), "400 oidc.unsupported_token_type");
        assert_eq!(me(&app, access).await.status, StatusCode::OK, "nothing has happened yet");
        assert_eq!(revoke("app", refresh_token).await.status, StatusCode::OK);
        assert_eq!(me(&app, access).await.brief(), "401 oidc.invalid_token");
        assert_eq!(refresh(&app, "app", refresh_token, None).await.brief(), "400 oidc.invalid_grant");
    }

    async fn s55_signing_out_asks_and_then_ends_everything_of_the_session(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        let to = form(&[
            ("client_id", "app"),
            ("post_logout_redirect_uri", "https://app.example.com/"),
            ("state", "bye"),
        ]);
        let page = visitor.get(&format!("/oidc/session/end?{to}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        for part in ["<title>Sign Out", "op.logoutForm", "https://id.example.com/oidc/session/end/confirm", "logout"] {
            assert!(page.text.contains(part), "{part}");
        }
        let xsrf = hidden(&page.text, "xsrf");
        let confirm = "/oidc/session/end/confirm";
        let forged = form(&[("xsrf", "x"), ("logout", "yes")]);
        let refused = visitor.send(Method::POST, confirm, Some((FORM, forged))).await;
        assert_eq!(refused.json()["error_description"], "could not find logout details");
        assert_eq!(me(&app, text(&body, "access_token")).await.status, StatusCode::OK);
        let yes = form(&[("xsrf", &xsrf), ("logout", "yes")]);
        let done = visitor.send(Method::POST, confirm, Some((FORM, yes.clone()))).await;
        assert_eq!((done.status.as_u16(), done.location().as_str()), (303, "https://app.example.com/?state=bye"));
        assert_eq!(me(&app, text(&body, "access_token")).await.status, StatusCode::UNAUTHORIZED);
        let none = visitor.get(&plain("app", "&prompt=none")).await.location();
        assert_eq!(parameter(&none, "error"), "login_required");
        let again = visitor.send(Method::POST, confirm, Some((FORM, yes))).await;
        assert_eq!(again.brief(), "400 oidc.invalid_request");
    }

    async fn s55_with_its_id_token_an_application_need_not_ask(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, body) = signed_in(&app, "app").await;
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        let mut stranger = app.visitor();
        assert_eq!(
            stranger.get(&format!("/oidc/session/end?{hint}")).await.location(),
            "https://id.example.com/oidc/session/end/success"
        );
        assert_eq!(me(&app, text(&body, "access_token")).await.status, StatusCode::OK, "not their session");
        let done = visitor.get(&format!("/oidc/session/end?{hint}")).await;
        assert_eq!(done.location(), "https://id.example.com/oidc/session/end/success");
        assert_eq!(visitor.get("/oidc/session/end/success").await.status, StatusCode::OK);
        assert_eq!(me(&app, text(&body, "access_token")).await.status, StatusCode::UNAUTHORIZED);
        for bad in [
            form(&[("client_id", "app"), ("post_logout_redirect_uri", "https://evil.example/")]),
            form(&[("post_logout_redirect_uri", "https://app.example.com/")]),
            form(&[("id_token_hint", "a.b.c")]),
            form(&[("id_token_hint", text(&body, "id_token")), ("client_id", "other")]),
        ] {
            let answer = visitor.get(&format!("/oidc/session/end?{bad}")).await;
            assert_eq!(answer.brief(), "400 oidc.invalid_request", "{bad}");
        }
    }

    async fn only_scripts_of_known_origins_read_answers(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let bearer = format!("Bearer {}", text(&body, "access_token"));
        for (origin, status) in [
            ("https://app.example.com", 200),
            ("https://id.example.com", 200),
            ("https://evil.example", 400),
            ("null", 400),
        ] {
            let headers = [(AUTHORIZATION.as_str(), bearer.as_str()), (ORIGIN.as_str(), origin)];
            let answer = call(&app.router, Method::GET, "/oidc/me", &headers, "").await;
            assert_eq!(answer.status.as_u16(), status, "{origin}");
            let allowed = answer.headers.get("access-control-allow-origin");
            assert_eq!(allowed.is_some_and(|value| value == origin), status == 200, "{origin}");
            assert!(!answer.headers.contains_key("access-control-allow-credentials"));
        }
        let asks = [(ORIGIN.as_str(), "https://app.example.com"), ("access-control-request-headers", "content-type")];
        let preflight = call(&app.router, Method::OPTIONS, "/oidc/token", &asks, "").await;
        assert_eq!(preflight.status, StatusCode::NO_CONTENT);
        assert_eq!(preflight.headers["access-control-allow-headers"], "content-type");
        let headers = [(CONTENT_TYPE.as_str(), FORM), (ORIGIN.as_str(), "https://evil.example")];
        let body = form(&exchange_form("app", "x", "https://app.example.com/callback"));
        let refused = call(&app.router, Method::POST, "/oidc/token", &headers, &body).await;
        let text = "origin https://evil.example not allowed for client: app";
        assert_eq!(refused.json()["error_description"], text);
    }

    async fn what_cannot_be_redirected_is_told_as_json(database: Database) {
        let app = TestApp::start(database).await;
        let wrong = authorization_request("app", "").replace("app.example.com", "evil.example");
        let twice = authorization_request("app", "&state=x");
        for (path, expected) in [
            ("/oidc/auth".to_owned(), "400 oidc.invalid_request"),
            (authorization_request("nobody", ""), "400 oidc.invalid_client"),
            (wrong, "400 oidc.invalid_redirect_uri"),
            (twice, "400 oidc.invalid_request"),
            (authorization_request("app", &format!("&x={}", "y".repeat(9000))), "400 oidc.invalid_request"),
            ("/oidc/auth/nonsense".to_owned(), "400 session.not_found"),
            ("/oidc/nowhere".to_owned(), "404 oidc.invalid_request"),
            ("/oidc/token".to_owned(), "404 oidc.invalid_request"),
        ] {
            let answer = app.visitor().get(&path).await;
            assert_eq!(answer.brief(), expected, "{path}: {}", answer.text);
            assert!(answer.json()["message"].is_string());
        }
        let route = app.visitor().get("/oidc/nowhere").await.json();
        let text = "unrecognized route or not allowed method (GET on /oidc/nowhere)";
        assert_eq!(route["error_description"], text);
        let raw = app.visitor().get("/oidc/nowhere?parse_error=false").await.json();
        assert!(raw.get("code").is_none() && raw["error"] == "invalid_request");
    }

    async fn what_can_be_redirected_is_told_to_the_application(database: Database) {
        let app = TestApp::start(database).await;
        for (path, error) in [
            (authorization_request("app", "").replace("S256", "plain"), "invalid_request"),
            (authorization_request("app", "").replace("code_challenge", "x"), "invalid_request"),
            (authorization_request("app", "&resource=https%3A%2F%2Fapi"), "invalid_target"),
            (authorization_request("app", "&response_mode=form_post"), "unsupported_response_mode"),
            (authorization_request("app", "").replace("prompt=consent", "prompt=none+login"), "invalid_request"),
        ] {
            let answer = app.visitor().get(&path).await;
            assert_eq!(answer.status.as_u16(), 303, "{path}");
            let location = answer.location();
            assert!(location.starts_with("https://app.example.com/callback?error="), "{location}");
            assert_eq!(parameter(&location, "error"), error, "{path}");
            assert_eq!(parameter(&location, "iss"), "https://id.example.com/oidc");
        }
    }

    async fn wishes_pick_the_page_and_both_posts_are_like_the_get(database: Database) {
        let app = TestApp::start(database).await;
        let query = authorization_request("app", "&first_screen=register&login_hint=138&ui_locales=zh-CN");
        let page = "/register?app_id=app&ui_locales=zh-CN&login_hint=138";
        assert_eq!(app.visitor().get(&query).await.location(), page);
        let form = query.split_once('?').unwrap().1.to_owned();
        let json: serde_json::Map<String, Value> = form_urlencoded::parse(form.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect();
        let posted = app.visitor().send(Method::POST, "/oidc/auth", Some((FORM, form))).await;
        assert_eq!(posted.location(), page);
        let body = Value::from(json).to_string();
        let posted = app.visitor().send(Method::POST, "/oidc/auth", Some(("application/json", body))).await;
        assert_eq!(posted.location(), page);
    }

    async fn the_token_endpoint_reads_forms_and_json_and_nothing_else(database: Database) {
        let app = TestApp::start(database).await;
        let callback = app.visitor().signs_in("app", PHONE, "Register").await;
        let json = json!({
            "grant_type": "authorization_code", "client_id": "app", "code": parameter(&callback, "code"),
            "redirect_uri": redirect_uri("app"), "code_verifier": VERIFIER,
        });
        let huge = format!("grant_type={}", "x".repeat(60_000));
        for (kind, body, expected) in [
            ("text/plain", "x", "only application/x-www-form-urlencoded content-type bodies are supported on POST /token"),
            ("application/json", "{", "failed to parse the request body"),
            (FORM, "client_id=app%00", "null bytes are not allowed in the request body"),
            (FORM, "grant_type=x", "no client authentication mechanism provided"),
            (FORM, "client_id=app", "missing required parameter 'grant_type'"),
            (FORM, "client_id=app&grant_type=client_credentials", "unsupported grant_type requested"),
            (FORM, &huge, "the request body is too large or incomplete"),
        ] {
            let headers = [(CONTENT_TYPE.as_str(), kind)];
            let answer = call(&app.router, Method::POST, "/oidc/token", &headers, body).await;
            assert_eq!(answer.status.as_u16(), 400);
            assert_eq!(answer.json()["error_description"], expected);
        }
        let headers = [(CONTENT_TYPE.as_str(), "application/json; charset=utf-8")];
        let answer = call(&app.router, Method::POST, "/oidc/token", &headers, &json.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    async fn userinfo_wants_a_living_token(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let access = text(&body, "access_token");
        let none = call(&app.router, Method::GET, "/oidc/me", &[], "").await;
        assert_eq!(none.json()["error_description"], "no access token provided");
        let bad = me(&app, "nonsense").await;
        assert_eq!((bad.brief().as_str(), bad.json()["error_description"].as_str()), ("401 oidc.invalid_token", Some("invalid token provided")));
        let challenge = bad.headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.starts_with("Bearer realm=\"https://id.example.com/oidc\", error="), "{challenge}");
        let headers = [(CONTENT_TYPE.as_str(), FORM)];
        let posted = call(&app.router, Method::POST, "/oidc/me", &headers, &form(&[("access_token", access)])).await;
        assert_eq!(posted.status, StatusCode::OK, "{}", posted.text);
        let mut tampered = access.to_owned();
        let last = if tampered.pop() == Some('A') { 'B' } else { 'A' };
        tampered.push(last);
        assert_eq!(me(&app, &tampered).await.status, StatusCode::UNAUTHORIZED);
        app.advance_secs(3600);
        assert_eq!(me(&app, access).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn discovery_names_only_addresses_that_answer(database: Database) {
        let app = TestApp::start(database).await;
        let one = app.visitor().get("/oidc/.well-known/openid-configuration").await.json();
        let two = app.visitor().get("/oidc/.well-known/oauth-authorization-server").await.json();
        assert_eq!(one, two);
        for (name, value) in one.as_object().unwrap() {
            if name.ends_with("_endpoint") || name.ends_with("_uri") {
                let path = value.as_str().unwrap().strip_prefix("https://id.example.com").unwrap();
                let get = call(&app.router, Method::GET, path, &[], "").await;
                let post = call(&app.router, Method::POST, path, &[], "").await;
                assert!(get.status.as_u16() != 404 || post.status.as_u16() != 404, "{name}");
            }
        }
        let jwks = app.visitor().get("/oidc/jwks").await;
        assert_eq!(jwks.headers["content-type"], "application/jwk-set+json");
        assert_eq!(jwks.headers["cache-control"], "no-cache, max-age=0, must-revalidate");
        let key = &jwks.json()["keys"][0];
        assert_eq!((&key["alg"], &key["use"], &key["crv"]), (&json!("ES256"), &json!("sig"), &json!("P-256")));
    }
}

/// The value of a hidden field.
fn hidden(html: &str, name: &str) -> String {
    let (_, rest) = html.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
    rest.split('"').next().unwrap().to_owned()
}
