//! The document says what the router does, and the router what the document says.
use std::collections::BTreeSet;

use haoma::management::openapi::{self, OPERATIONS};

use super::support::*;
use crate::oidc::support::{call, signed_in, text};

fn document() -> Value {
    serde_json::from_str(&openapi::text()).unwrap()
}

/// Every route of the API in the source, but those that people's browsers use.
fn routes() -> BTreeSet<(String, String)> {
    let source = include_str!("../../../src/routes.rs");
    let mut found = BTreeSet::new();
    for route in source.split(".route(").skip(1) {
        let mut parts = route.splitn(3, '"');
        let (path, verbs) = (parts.nth(1).unwrap(), parts.next().unwrap());
        if !path.starts_with("/api/") || path.starts_with("/api/experience") {
            continue;
        }
        let is_verb = |verb: &&str| {
            verbs.contains(&format!(" {verb}(")) || verbs.contains(&format!(".{verb}("))
        };
        for verb in ["get", "post", "put", "patch", "delete"].iter().filter(|verb| is_verb(verb)) {
            found.insert((verb.to_uppercase(), path.to_owned()));
        }
    }
    found
}

/// The members that a shape of the document knows.
fn members(document: &Value, name: &str) -> BTreeSet<String> {
    let shape = &document["components"]["schemas"][name];
    let parts = shape["allOf"].as_array().cloned().unwrap_or_else(|| vec![shape.clone()]);
    let mut known = BTreeSet::new();
    for part in parts {
        match part["$ref"].as_str() {
            Some(other) => known.extend(members(document, other.rsplit('/').next().unwrap())),
            None => known.extend(part["properties"].as_object().unwrap().keys().cloned()),
        }
    }
    known
}

#[test]
fn every_route_is_in_the_document_and_the_other_way_round() {
    let described: BTreeSet<_> =
        OPERATIONS.iter().map(|one| (one.method.to_owned(), one.path.to_owned())).collect();
    assert_eq!(described.len(), OPERATIONS.len(), "one is described twice");
    assert_eq!(described, routes());
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

    async fn every_member_of_an_answer_is_in_the_document(database: Database) {
        let (app, robot) = managed(database).await;
        signed_in(&app, "app").await;
        let document = document();
        let user = robot.get("/api/users").await.json()[0].clone();
        let path = format!("/api/users/{}", text(&user, "id"));
        let refused = robot.post("/api/users", json!({ "name": 1 })).await.json();
        let service = robot.makes("/api/applications", json!({ "name": "S", "type": "MachineToMachine" })).await;
        let secrets = format!("/api/applications/{}/secrets", text(&service, "id"));
        for (shape, answer) in [
            ("Error", refused),
            ("CreatedApplication", service),
            ("Application", robot.get("/api/applications").await.json()[0].clone()),
            ("ReadApplication", robot.get("/api/applications/app").await.json()),
            ("Secret", robot.get(&secrets).await.json()[0].clone()),
            ("User", robot.get(&format!("{path}?includeSsoIdentities=true")).await.json()),
            ("Session", robot.get(&format!("{path}/sessions")).await.json()["sessions"][0].clone()),
            ("Grants", robot.get(&format!("{path}/grants")).await.json()),
            ("Connector", robot.get("/api/connectors").await.json()[0].clone()),
            ("ConnectorFactory", robot.get("/api/connector-factories").await.json()[0].clone()),
            ("Log", robot.get("/api/logs").await.json()[0].clone()),
            ("UserTotal", robot.get("/api/dashboard/users/total").await.json()),
            ("NewUsers", robot.get("/api/dashboard/users/new").await.json()),
        ] {
            let answered: BTreeSet<_> = answer.as_object().unwrap().keys().cloned().collect();
            let known = members(&document, shape);
            assert!(answered.is_subset(&known), "{shape}: {:?}", answered.difference(&known));
        }
    }
}
