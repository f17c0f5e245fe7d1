//! The document says what the router does, and the router what the document says.
use std::collections::BTreeSet;

use haoma::management::openapi::{self, OPERATIONS};

use super::support::*;
use crate::hooks::Receiver;
use crate::oidc::support::{call, signed_in};
use crate::support::routes;

fn document() -> Value {
    serde_json::from_str(&openapi::text()).unwrap()
}

#[tokio::test]
async fn every_route_is_in_the_document_and_the_other_way_round() {
    let test = TestApp::start(Database::sqlite()).await;
    // but those that people use, by their browser or with a token of theirs
    let routes = routes::of(&test.router).into_iter().filter(|route| {
        let by_people = ["/api/experience", "/api/my-account", "/api/verifications/"];
        route.path.starts_with("/api/") && !by_people.iter().any(|at| route.path.starts_with(at))
    });
    let routes: BTreeSet<_> = routes.map(|route| (route.verb, route.path)).collect();
    let described: BTreeSet<_> =
        OPERATIONS.iter().map(|one| (one.method.to_owned(), one.path.to_owned())).collect();
    assert_eq!(described.len(), OPERATIONS.len(), "one is described twice");
    assert_eq!(described, routes);
    let ids: BTreeSet<_> = OPERATIONS.iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), OPERATIONS.len(), "a name is given twice");
}

#[test]
fn everything_the_document_refers_to_is_in_it_and_nothing_else() {
    let document = document();
    let whole = document.to_string();
    let mut referred: BTreeSet<_> = whole
        .split("\"$ref\":\"#/components/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    referred.insert("securitySchemes/token".to_owned());
    let kinds = document["components"].as_object().unwrap();
    let there: BTreeSet<_> = kinds
        .iter()
        .flat_map(|(kind, all)| {
            all.as_object().unwrap().keys().map(move |name| format!("{kind}/{name}"))
        })
        .collect();
    assert_eq!(there, referred);
}

on_both! {
    async fn what_the_document_guards_is_guarded_and_every_other_method_is_refused(database: Database) {
        let (app, robot) = managed(database).await;
        for operation in OPERATIONS {
            let method: Method = operation.method.parse().unwrap();
            let answer = call(&app.router, method, operation.path, &[], "").await;
            let expected = if operation.is_public { operation.answer.0.to_string() } else { "401 auth.authorization_header_missing".to_owned() };
            assert_eq!(answer.brief(), expected, "{} {}", operation.method, operation.path);
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if !OPERATIONS.iter().any(|other| other.path == operation.path && other.method == method) {
                    let answer = robot.send(method.parse().unwrap(), operation.path, None).await;
                    assert_eq!(answer.status.as_u16(), 405, "{method} {}", operation.path);
                }
            }
        }
        let served = app.visitor().get("/api/swagger.json").await;
        assert_eq!((served.text, &served.headers["content-type"]), (openapi::text(), &"application/json".parse().unwrap()));
    }

    /// Every other test of the API holds what it is answered to the document as well.
    async fn every_operation_answers_as_the_document_says(database: Database) {
        let (app, robot) = managed(database).await;
        signed_in(&app, "app").await;
        let receiver = Receiver::listens().await;
        for operation in OPERATIONS {
            // whatever was deleted before: there is a connector, and what this address leads to
            things::address(&app, "/api/connectors/{id}").await;
            things::address(&app, "/api/hooks/{id}").await;
            things::address(&app, "/api/security/sending-rules/{id}").await;
            things::address(&app, "/api/test-numbers/{id}").await;
            let path = things::address(&app, operation.path).await;
            let body = match operation.body {
                Some(shape) => Some(good(&app, operation.path, shape, &receiver.url).await),
                None => None,
            };
            let answer = robot.send(operation.method.parse().unwrap(), &path, body).await;
            assert_eq!(answer.status.as_u16(), operation.answer.0, "{path}: {}", answer.text);
            if let Some(list) = operation.answer.1.filter(|shape| shape.ends_with("[]")) {
                assert!(!answer.json().as_array().unwrap().is_empty(), "{path}: an empty {list} tells nothing");
            }
        }
    }
}

/// A body that is good, of each shape.
async fn good(app: &TestApp, path: &str, shape: &str, receiver: &str) -> Value {
    const NUMBER: &str = "8613800138005";
    match shape {
        "NewHook" => {
            json!({ "name": "New", "events": ["User.Created"], "config": { "url": "https://example.com/" } })
        }
        "NewTestNumber" => {
            json!({ "phone": "8613700137000", "owner": "Han Mei", "expiresInDays": 90 })
        }
        "TestNumberChange" => json!({ "owner": "Li Lei", "expiresInDays": 1 }),
        "HookChange" => json!({ "enabled": false }),
        "HookTest" => json!({
            "events": ["PostSignIn"], "config": { "url": receiver, "allowPrivateAddresses": true },
        }),
        "NewConnector" => json!({ "connectorId": things::FACTORY, "config": app.connector() }),
        "ConnectorChange" => json!({ "config": app.connector() }),
        "ConnectorTest" => json!({ "phone": "8613800138006", "config": app.connector() }),
        "NewApplication" => json!({ "name": "New", "type": "Traditional" }),
        "ApplicationChange" => json!({ "name": "Other", "description": null }),
        "NewSecret" => json!({ "name": "second", "expiresAt": null }),
        "SecretName" => json!({ "name": "other" }),
        "NewUser" => {
            json!({ "name": "New", "customData": { "a": 1 }, "profile": { "address": { "region": "x" } } })
        }
        "UserChange" => json!({ "name": "Other" }),
        "Suspension" => json!({ "isSuspended": true }),
        "Profile" => json!({ "nickname": "x" }),
        "CustomData" => json!({ "a": { "b": 1 } }),
        "AccountCenterChange" => json!({ "enabled": true, "fields": { "phone": "Edit" } }),
        "SignInExperienceChange" => json!({ "branding": { "name": "Shop" } }),
        "VerificationCode" => json!({ "phone": NUMBER }),
        "GivenVerificationCode" => {
            json!({ "phone": NUMBER, "verificationCode": app.visitor().reads_sms(NUMBER) })
        }
        "NewSendingRule" => json!({
            "type": "block", "kind": "number", "value": "+8613800138009", "reason": "asked us to", "expiresAt": null,
        }),
        "NewResource" => {
            json!({ "name": "New", "indicator": format!("https://{}.example", things::fresh("api")) })
        }
        "ResourceChange" => json!({ "name": "Other", "accessTokenTtl": 60 }),
        "ResourceDefault" => json!({ "isDefault": true }),
        "NewScope" => json!({ "name": things::fresh("scope"), "description": "What it does" }),
        "ScopeChange" => json!({ "description": null }),
        "NewRole" => {
            json!({ "name": things::fresh("role"), "description": "What it is for", "scopeIds": [things::scope(app).await] })
        }
        "RoleChange" => json!({ "description": "Other" }),
        "ScopeIds" => json!({ "scopeIds": [things::scope(app).await] }),
        "UserIds" => json!({ "userIds": [things::user_id(app).await] }),
        "RoleIds" | "AllRoleIds" => {
            let kind = if path.starts_with("/api/users") { "User" } else { "MachineToMachine" };
            json!({ "roleIds": [things::role(app, kind).await] })
        }
        "ApplicationIds" => json!({ "applicationIds": [things::service(app).await] }),
        other => panic!("what is a good {other}?"),
    }
}
