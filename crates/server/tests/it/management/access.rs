//! Who gets a token for the management API, and whom it answers.
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use haoma_oidc::algorithm::Algorithm::Es256;

use haoma::management::openapi::{OPERATIONS, Operation};

use super::support::*;
use crate::oidc::support::{call, payload, signed_in, text};
use crate::support::tables;

/// Every operation that is not for everybody, as the document has them; `openapi.rs` compares the document with the router.
fn guarded() -> impl Iterator<Item = (&'static Operation, Method)> {
    let guarded = OPERATIONS.iter().filter(|operation| !operation.is_public);
    guarded.map(|operation| (operation, operation.method.parse().unwrap()))
}

/// Claims of a token that opens everything, for a service that may manage.
fn claims(app: &TestApp) -> Value {
    let now = app.app.clock.now().secs();
    json!({
        "jti": "j", "sub": "robot", "iat": now, "exp": now + 60, "scope": "all", "client_id": "robot",
        "iss": "https://id.example.com/oidc", "aud": RESOURCE,
    })
}

on_both! {
    async fn a_service_gets_a_token_in_its_own_name_that_opens_the_management_api(database: Database) {
        let (app, robot) = managed(database).await;
        let asked = [("resource", RESOURCE), ("scope", "openid all")];
        let answer = asks_token(&app, ("robot", ROBOT_SECRET), &asked).await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        let body = answer.json();
        assert_eq!((&body["scope"], &body["token_type"], &body["expires_in"]), (&json!("all"), &json!("Bearer"), &json!(3600)));
        assert!(body.get("id_token").is_none() && body.get("refresh_token").is_none());
        let claims = payload(text(&body, "access_token"));
        for (name, value) in [
            ("iss", "https://id.example.com/oidc"), ("aud", RESOURCE), ("sub", "robot"),
            ("client_id", "robot"), ("scope", "all"),
        ] {
            assert_eq!(claims[name], value, "{name}");
        }
        let now = app.app.clock.now().secs();
        assert_eq!((claims["iat"].as_i64(), claims["exp"].as_i64()), (Some(now), Some(now + 3600)));
        assert_ne!(claims["jti"], payload(&robot.token)["jti"]);
        assert_eq!(robot.get("/api/applications").await.status.as_u16(), 200);
        let told = audited(&app, "ExchangeTokenBy.ClientCredentials").await;
        let expected = json!({ "tokenTypes": ["AccessToken"], "scope": "all", "applicationSecret": { "name": "Default secret" } });
        assert_eq!(told.last().unwrap(), &(Some("robot".to_owned()), None, expected));
        let discovery = app.visitor().get("/oidc/.well-known/openid-configuration").await.json();
        assert!(discovery["grant_types_supported"].as_array().unwrap().contains(&json!("client_credentials")));
    }

    async fn whoever_has_no_right_gets_no_token(database: Database) {
        let (app, robot) = managed(database).await;
        let made = robot.makes("/api/applications", json!({ "name": "Idle", "type": "MachineToMachine" })).await;
        let idle = (text(&made, "id"), text(&made, "secret"));
        let web = ("web", "a-secret-of-the-web-app");
        let all = ("scope", "all");
        let here = ("resource", RESOURCE);
        let robot = ("robot", ROBOT_SECRET);
        for (who, asked, answer, description) in [
            (robot, &[all][..], "400 oidc.invalid_target", "both `resource` and `organization_id` are not provided"),
            (robot, &[all, ("resource", "https://api.example")], "400 oidc.invalid_target", "resource indicator is missing, or unknown"),
            (("robot", "wrong"), &[all, here], "401 oidc.invalid_client", "client authentication failed"),
            (idle, &[all, here], "400 oidc.unauthorized_client", "this application has no right to the management API"),
            (web, &[all, here], "400 oidc.unauthorized_client", "requested grant type is not allowed for this client"),
        ] {
            let refused = asks_token(&app, who, asked).await;
            assert_eq!(refused.brief(), answer, "{who:?} {asked:?}");
            assert_eq!(refused.json()["error_description"], description);
        }
        let code = [("grant_type", "authorization_code"), ("client_id", "robot"), ("client_secret", ROBOT_SECRET),
            ("code", "x"), ("redirect_uri", "https://x"), ("code_verifier", "x")];
        let refused = crate::oidc::support::token(&app, &code).await;
        assert_eq!(refused.brief(), "400 oidc.unauthorized_client");
    }

    async fn a_token_without_the_scope_is_given_and_opens_nothing(database: Database) {
        let (app, robot) = managed(database).await;
        let answer = asks_token(&app, ("robot", ROBOT_SECRET), &[("resource", RESOURCE), ("scope", "some")]).await;
        assert_eq!(answer.status.as_u16(), 200);
        assert!(answer.json().get("scope").is_none());
        let weak = with_token(&robot, text(&answer.json(), "access_token"));
        for (operation, method) in guarded() {
            let path = things::address(&app, operation.path).await;
            assert_eq!(weak.send(method.clone(), &path, None).await.brief(), "403 auth.forbidden", "{method} {path}");
        }
    }

    async fn s63_no_route_answers_without_a_token_of_ours(database: Database) {
        let (app, robot) = managed(database).await;
        let (_visitor, person) = signed_in(&app, "app").await;
        let of_person = format!("Bearer {}", text(&person, "access_token"));
        let id_token = format!("Bearer {}", text(&person, "id_token"));
        for (operation, method) in guarded() {
            let path = things::address(&app, operation.path).await;
            let before = tables::all(&app.app.db, &[]).await;
            for (authorization, expected) in [
                (None, "401 auth.authorization_header_missing"),
                (Some("Basic cm9ib3Q6eA=="), "401 auth.authorization_token_type_not_supported"),
                (Some("Bearer"), "401 auth.authorization_token_type_not_supported"),
                (Some("Bearer nonsense"), "401 auth.unauthorized"),
                (Some(&*of_person), "401 auth.unauthorized"),
                (Some(&*id_token), "401 auth.unauthorized"),
            ] {
                let headers: Vec<_> = authorization.into_iter().map(|value| (AUTHORIZATION.as_str(), value)).collect();
                let answer = call(&app.router, method.clone(), &path, &headers, "").await;
                assert_eq!(answer.brief(), expected, "{method} {path} {authorization:?}");
                assert_eq!(answer.headers[WWW_AUTHENTICATE], "Bearer");
            }
            assert_eq!(tables::all(&app.app.db, &[]).await, before, "{method} {path} changed something");
            // the same address, with the right token: there is something that could have been had
            let body = operation.body.map(|_shape| json!({}));
            let opened = robot.send(method.clone(), &path, body).await;
            assert!(![401, 403, 404, 405].contains(&opened.status.as_u16()), "{method} {path}: {}", opened.brief());
        }
    }

    async fn a_token_must_be_right_in_every_claim(database: Database) {
        let (app, robot) = managed(database).await;
        let keys = app.app.signing.load_full();
        let good = claims(&app);
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            keys.sign_access(Es256, &claims).unwrap()
        };
        let mut nobody = good.clone();
        nobody.as_object_mut().unwrap().remove("sub");
        let now = app.app.clock.now().secs();
        for (token, expected) in [
            (keys.sign_access(Es256, &good).unwrap(), "200"),
            (with("scope", json!("x all y")), "200"),
            (with("scope", json!("al")), "403 auth.forbidden"),
            (with("iss", json!("https://id.example.com")), "401 auth.unauthorized"),
            (with("aud", json!("https://admin.logto.app/api")), "401 auth.unauthorized"),
            (with("exp", json!(now)), "401 auth.unauthorized"),
            (with("sub", json!("a person")), "401 auth.unauthorized"),
            (with("sub", json!("app")), "401 auth.unauthorized"),
            (with("client_id", json!("app")), "401 auth.unauthorized"),
            (keys.sign_access(Es256, &nobody).unwrap(), "401 auth.jwt_sub_missing"),
            (keys.sign(Es256, &good).unwrap(), "401 auth.unauthorized"),
        ] {
            let answer = with_token(&robot, &token).get("/api/applications").await;
            assert_eq!(answer.brief(), expected, "{}", payload(&token));
        }
        let mut spa = good.clone();
        (spa["sub"], spa["client_id"]) = (json!("app"), json!("app"));
        let spa = with_token(&robot, &keys.sign_access(Es256, &spa).unwrap());
        assert_eq!(spa.get("/api/applications").await.brief(), "403 auth.forbidden");
        app.advance_secs(3600);
        assert_eq!(robot.get("/api/applications").await.brief(), "401 auth.unauthorized", "expired");
    }

    async fn a_right_that_is_taken_away_ends_access_at_once(database: Database) {
        let (app, robot) = managed(database).await;
        let made = robot.makes("/api/applications", json!({ "name": "Second", "type": "MachineToMachine" })).await;
        let path = format!("/api/applications/{}", text(&made, "id"));
        let who = (text(&made, "id"), text(&made, "secret"));
        let asked = [("resource", RESOURCE), ("scope", "all")];
        assert_eq!(asks_token(&app, who, &asked).await.brief(), "400 oidc.unauthorized_client");
        assert_eq!(robot.patch(&path, json!({ "isAdmin": true })).await.status.as_u16(), 200);
        let token = asks_token(&app, who, &asked).await.json();
        let second = with_token(&robot, text(&token, "access_token"));
        assert_eq!(second.get(&path).await.json()["isAdmin"], true);
        assert_eq!(robot.patch(&path, json!({ "isAdmin": false })).await.status.as_u16(), 200);
        assert_eq!(second.get(&path).await.brief(), "403 auth.forbidden");
        assert_eq!(asks_token(&app, who, &asked).await.brief(), "400 oidc.unauthorized_client");
        assert_eq!(robot.delete(&path).await.brief(), "204");
        assert_eq!(second.get(&path).await.brief(), "401 auth.unauthorized");
        assert_eq!(asks_token(&app, who, &asked).await.brief(), "400 oidc.invalid_client");
    }
}
