//! What can go wrong on the way of wire contract A.5, whose rows are in `sequence/a5.rs`.
use haoma_oidc::algorithm::Algorithm;

use super::support::*;

/// The error and the reason of exchanges that were refused with an alarm, by the key of the exchange.
async fn copies(app: &TestApp, key: &str) -> Vec<String> {
    let sql =
        "SELECT error, payload FROM audit_events WHERE key = $1 AND error IS NOT NULL ORDER BY id";
    let rows = app.app.db.read(sql, vec![key.into()]).await.unwrap();
    let one = |row: &haoma_store::Row| {
        let payload: Value = serde_json::from_str(&row.text(1).unwrap()).unwrap();
        format!("{} {}", row.text(0).unwrap(), text(&payload, "reason"))
    };
    rows.iter().map(one).collect()
}

on_both! {
    async fn a_sign_in_ends_with_tokens_and_cannot_be_resumed_twice(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let id = visitor.proves("app", PHONE, "Register").await;
        visitor.identifies(&id).await;
        let submitted = visitor.submits().await.json();
        let resume = text(&submitted, "redirectTo");
        assert_eq!(visitor.get(resume).await.location(), "/consent?app_id=app");
        assert_eq!(visitor.get(resume).await.brief(), "400 session.not_found", "a resume address works once");
        let callback = visitor.follows("/consent").await;
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
            ("at_hash", json!(Algorithm::Es256.half_digest(text(&body, "access_token")))),
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
        exchange(&app, "app", &code).await;
        let told = copies(&app, "ExchangeTokenBy.AuthorizationCode").await;
        assert_eq!(told, ["oidc.invalid_grant code_replayed"], "told once: there is nothing left to take");
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
        assert_eq!(text(&crossing.json(), "refresh_token"), text(&second, "refresh_token"), "and get the same");
        app.app.clock.advance_millis(3000);
        let copy = refresh(&app, "app", &first, None).await;
        assert_eq!(copy.brief(), "400 oidc.invalid_grant");
        let next = text(&second, "refresh_token");
        assert_eq!(refresh(&app, "app", next, None).await.brief(), "400 oidc.invalid_grant");
        assert_eq!(me(&app, text(&second, "access_token")).await.status, StatusCode::UNAUTHORIZED);
        let told = copies(&app, "ExchangeTokenBy.RefreshToken").await;
        assert_eq!(told, ["oidc.invalid_grant refresh_token_reused"], "once, for the copy");
    }

    async fn s52_a_copy_made_within_the_grace_is_noticed_at_the_next_exchange(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let first = text(&body, "refresh_token").to_owned();
        let theirs = text(&refresh(&app, "app", &first, None).await.json(), "refresh_token").to_owned();
        app.app.clock.advance_millis(2999);
        let stolen = refresh(&app, "app", &first, None).await.json();
        assert_eq!(text(&stolen, "refresh_token"), theirs, "the thief has no line of their own");
        app.advance_secs(600);
        assert_eq!(refresh(&app, "app", &theirs, None).await.status, StatusCode::OK);
        app.advance_secs(600);
        let thief = refresh(&app, "app", text(&stolen, "refresh_token"), None).await;
        assert_eq!(thief.brief(), "400 oidc.invalid_grant");
        assert_eq!(copies(&app, "ExchangeTokenBy.RefreshToken").await.len(), 1);
    }

    async fn s52_of_a_hundred_crossing_refreshes_all_get_one_successor(database: Database) {
        let app = TestApp::start(database).await;
        let (_visitor, body) = signed_in(&app, "app").await;
        let pairs = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", text(&body, "refresh_token"))];
        let body = form(&pairs);
        let running: Vec<_> = (0..100)
            .map(|_| {
                let (router, body) = (app.router.clone(), body.clone());
                tokio::spawn(async move {
                    call(&router, Method::POST, "/oidc/token", &[(CONTENT_TYPE.as_str(), FORM)], &body).await.json()
                })
            })
            .collect();
        let mut got = std::collections::BTreeSet::new();
        for one in running {
            got.insert(text(&one.await.unwrap(), "refresh_token").to_owned());
        }
        assert_eq!(got.len(), 1, "{got:?}");
        let next = got.pop_first().unwrap();
        assert_eq!(refresh(&app, "app", &next, None).await.status, StatusCode::OK, "and it works");
    }

    async fn nobody_is_called_a_thief_for_a_token_of_what_was_taken_back(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let callback = visitor.signs_in("web", PHONE, "Register").await;
        let (code, uri, secret) = (parameter(&callback, "code"), redirect_uri("web"), ("client_secret", "a-secret-of-the-web-app"));
        let mut pairs = exchange_form("web", &code, &uri).to_vec();
        pairs.push(secret);
        let body = token(&app, &pairs).await.json();
        let pairs = [("grant_type", "refresh_token"), ("client_id", "web"), secret, ("refresh_token", text(&body, "refresh_token"))];
        assert_eq!(token(&app, &pairs).await.status, StatusCode::OK, "it stays as it is");
        // the person signs out while the application uses what it has
        let hint = form(&[("id_token_hint", text(&body, "id_token"))]);
        let path = format!("/oidc/session/end?{hint}");
        let (ended, refreshed) = tokio::join!(visitor.get(&path), token(&app, &pairs));
        assert_eq!(ended.status.as_u16(), 303);
        assert!([200, 400].contains(&refreshed.status.as_u16()), "{}", refreshed.text);
        assert_eq!(token(&app, &pairs).await.brief(), "400 oidc.invalid_grant");
        let sql = "SELECT COUNT(*) FROM audit_events WHERE payload LIKE '%reused%'";
        assert_eq!(app.app.db.read(sql, vec![]).await.unwrap()[0].int(0).unwrap(), 0);
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
        assert_eq!(self::token(&app, &resource).await.brief(), "400 oidc.invalid_target", "it was not granted");
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

    async fn signing_in_again_for_less_takes_back_nothing(database: Database) {
        let app = TestApp::start(database).await;
        let (mut visitor, _) = signed_in(&app, "app").await;
        app.advance_secs(120);
        let less = plain("app", "&prompt=login").replace("+offline_access+profile+phone", "");
        assert!(signs_in_by(&mut visitor, &less).await.contains("code="));
        let none = visitor.get(&plain("app", "&prompt=none")).await.location();
        assert!(none.contains("code="), "what was allowed before is still: {none}");
    }

    async fn s44_the_cookies_of_a_sign_in_are_worth_nothing_in_another_browser(database: Database) {
        let app = TestApp::start(database).await;
        let mut attacker = app.visitor();
        attacker.arrives_from("app").await;
        let mut victim = app.visitor();
        victim.arrives_from("app").await;
        assert!(victim.begins("Register").await.status.is_success());
        victim.plants(&attacker, &["_interaction", "_interaction.sig"]);
        assert_eq!(victim.begins("Register").await.brief(), "400 session.not_found");
        let mut empty = app.visitor();
        empty.plants(&attacker, &["_interaction", "_interaction.sig"]);
        assert_eq!(empty.begins("Register").await.brief(), "400 session.not_found");
        let mut attacker = app.visitor();
        let id = attacker.proves("app", PHONE, "Register").await;
        attacker.identifies(&id).await;
        let resume = text(&attacker.submits().await.json(), "redirectTo").to_owned();
        victim.plants(&attacker, &["_interaction_resume", "_interaction_resume.sig"]);
        assert_eq!(victim.get(&resume).await.brief(), "400 session.not_found");
        attacker.follows(&resume).await;
        victim.plants(&attacker, &["_session", "_session.sig"]);
        let none = victim.get(&plain("app", "&prompt=none")).await.location();
        assert_eq!(parameter(&none, "error"), "login_required", "nobody is signed in as the attacker");
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

    async fn of_a_third_party_people_are_asked(database: Database) {
        let app = TestApp::start(database).await;
        let mut visitor = app.visitor();
        let id = visitor.proves("third", PHONE, "Register").await;
        visitor.identifies(&id).await;
        let submitted = visitor.submits().await.json();
        visitor.get(text(&submitted, "redirectTo")).await;
        let none = visitor.clone().get(&plain("third", "&prompt=none")).await.location();
        assert_eq!(parameter(&none, "error"), "consent_required", "nothing is allowed before the answer");
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
}
