//! Clients, revocation, sign-out, errors, and what the endpoints read.
use super::support::*;

on_both! {
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
        let refreshed = refresh(&app, "app", text(&body, "refresh_token"), None).await;
        assert_eq!(refreshed.brief(), "400 oidc.invalid_grant", "refresh tokens end as well");
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

    async fn signing_out_is_an_event_of_the_person(database: Database) {
        let app = TestApp::start(database).await;
        for is_asked in [false, true] {
            let mut visitor = app.visitor();
            let phone = if is_asked { "8613900139000" } else { PHONE };
            let callback = visitor.signs_in("app", phone, "Register").await;
            let tokens = exchange(&app, "app", &parameter(&callback, "code")).await.json();
            let user = text(&payload(text(&tokens, "id_token")), "sub").to_owned();
            if is_asked {
                let page = visitor.get("/oidc/session/end?client_id=app").await;
                let yes = form(&[("xsrf", &hidden(&page.text, "xsrf")), ("logout", "yes")]);
                visitor.send(Method::POST, "/oidc/session/end/confirm", Some((FORM, yes))).await;
            } else {
                let hint = form(&[("id_token_hint", text(&tokens, "id_token"))]);
                visitor.get(&format!("/oidc/session/end?{hint}")).await;
            }
            let sql = "SELECT application_id, session_id FROM audit_events WHERE key = 'Session.Ended' AND user_id = $1";
            let rows = app.app.db.read(sql, vec![user.into()]).await.unwrap();
            let told: Vec<_> = rows.iter().map(|row| (row.opt_text(0).unwrap(), row.opt_text(1).unwrap().is_some())).collect();
            assert_eq!(told, [(Some("app".to_owned()), true)], "asked: {is_asked}");
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
            (authorization_request("app", "&response_mode=web_message"), "unsupported_response_mode"),
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
        let body = Value::from(json).to_string();
        for (kind, body) in [(FORM, form), ("application/json", body)] {
            // a program that says nothing of a browser is sent to ask as one
            let mut visitor = app.visitor();
            let posted = visitor.send(Method::POST, "/oidc/auth", Some((kind, body.clone()))).await;
            assert_eq!(visitor.get(&posted.location()).await.location(), page, "{kind}");
            let again = visitor.send(Method::POST, "/oidc/auth", Some((kind, body.clone()))).await;
            assert_eq!(again.location(), page, "{kind}: a browser that is known is answered at once");
            let mut fresh = app.visitor();
            let ours = [("origin", "https://id.example.com")];
            let own = fresh.send_with(Method::POST, "/oidc/auth", Some((kind, body)), &ours).await;
            assert_eq!(own.location(), page, "{kind}: from a page of ours there is nothing more to come");
        }
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
            (FORM, "client_id=app&grant_type=password", "unsupported grant_type requested"),
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
