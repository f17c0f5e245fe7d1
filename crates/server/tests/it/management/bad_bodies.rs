//! Everything wrong at once, in every body that the document describes: one answer names every place, and nothing is stored.
use haoma::management::openapi::{self, OPERATIONS, Operation};

use super::support::*;
use crate::support::tables::dump;

/// What is taken and never looked at, and what excludes what stands beside it.
const NOT_JUDGED: [&str; 2] = ["password", "email"];

/// Whether a field is judged with all that is in it, and named alone.
fn is_one(operation: &Operation) -> bool {
    operation.path == "/api/sign-in-exp"
}

fn resolved<'a>(document: &'a Value, shape: &'a Value) -> &'a Value {
    match shape["$ref"].as_str() {
        Some(name) => &document["components"]["schemas"][name.rsplit('/').next().unwrap()],
        None => shape,
    }
}

/// Something of another type than a shape asks for.
fn wrong(shape: &Value) -> Value {
    let first = shape["type"].as_str().or_else(|| shape["type"][0].as_str());
    if first == Some("string") { json!(17) } else { json!("wrong") }
}

/// A body whose every member is wrong, and their places; with `deep` the members of objects instead of these.
fn all_wrong(document: &Value, shape: &Value, deep: bool) -> (Value, Vec<String>) {
    let (mut body, mut places) = (json!({}), vec![]);
    let properties = shape["properties"].as_object().into_iter().flatten();
    for (name, member) in properties.filter(|(name, _)| !NOT_JUDGED.contains(&name.as_str())) {
        let member = resolved(document, member);
        if deep && member["properties"].is_object() {
            let (inner, inner_places) = all_wrong(document, member, true);
            body[name] = inner;
            places.extend(inner_places.iter().map(|place| format!("{name}.{place}")));
        } else {
            body[name] = wrong(member);
            places.push(name.clone());
        }
    }
    (body, places)
}

/// Where an operation is done to something that is there.
async fn seeded(app: &TestApp, robot: &Robot) -> impl Fn(&Operation) -> String + use<> {
    let user = robot.makes("/api/users", json!({ "username": "lin" })).await["id"].clone();
    let connector = robot.get("/api/connectors").await.json()[0]["id"].clone();
    let secret =
        rows(app, "SELECT name FROM application_secrets WHERE application_id = 'web'").await;
    let secret = secret[0].text(0).unwrap().replace(' ', "%20");
    move |operation: &Operation| {
        let id = match operation.path {
            path if path.starts_with("/api/users") => user.as_str().unwrap(),
            path if path.ends_with("/test") => "aliyun-short-message-service",
            path if path.starts_with("/api/connectors") => connector.as_str().unwrap(),
            _ => "web",
        };
        operation.path.replace("{id}", id).replace("{name}", &secret)
    }
}

fn bodies() -> impl Iterator<Item = (&'static Operation, &'static str)> {
    OPERATIONS.iter().filter_map(|operation| operation.body.map(|name| (operation, name)))
}

on_both! {
    async fn every_wrong_member_of_every_body_is_named_at_once_and_nothing_is_stored(database: Database) {
        let (app, robot) = managed(database).await;
        let document: Value = serde_json::from_str(&openapi::text()).unwrap();
        let path = seeded(&app, &robot).await;
        let before = dump(&app.app.db).await;
        let mut judged = 0;
        for (operation, name) in bodies() {
            let shape = &document["components"]["schemas"][name];
            for deep in [false, true] {
                let (body, mut expected) = all_wrong(&document, shape, deep);
                if expected.is_empty() {
                    continue;
                }
                if deep && is_one(operation) {
                    for place in &mut expected {
                        *place = place.split('.').next().unwrap().to_owned();
                    }
                }
                let method: Method = operation.method.parse().unwrap();
                let answer = robot.send(method, &path(operation), Some(body)).await;
                let told = places(&answer);
                let missing: Vec<_> = expected.iter().filter(|place| !told.contains(place)).collect();
                assert!(missing.is_empty(), "{}: {missing:?} of {told:?}", operation.id);
                judged += 1;
            }
        }
        assert!(judged > 20, "{judged}");
        assert_eq!(dump(&app.app.db).await, before);
    }

    async fn what_must_be_there_is_named_at_once_and_a_body_must_be_an_object(database: Database) {
        let (app, robot) = managed(database).await;
        let document: Value = serde_json::from_str(&openapi::text()).unwrap();
        let path = seeded(&app, &robot).await;
        let before = dump(&app.app.db).await;
        for (operation, name) in bodies() {
            let method: Method = operation.method.parse().unwrap();
            let shape = &document["components"]["schemas"][name];
            let required = shape["required"].as_array().into_iter().flatten();
            let mut required: Vec<_> = required.map(|name| name.as_str().unwrap()).collect();
            // one of them is enough
            required.extend(shape["oneOf"].is_array().then_some("phone"));
            if !required.is_empty() {
                let told = places(&robot.send(method.clone(), &path(operation), Some(json!({}))).await);
                assert!(required.iter().all(|name| told.iter().any(|place| place == name)), "{}: {required:?} {told:?}", operation.id);
            }
            for body in [json!([]), json!("wrong"), json!(17), json!(null)] {
                let told = places(&robot.send(method.clone(), &path(operation), Some(body.clone())).await);
                assert!(told.contains(&String::new()), "{} {body}: {told:?}", operation.id);
            }
        }
        assert_eq!(dump(&app.app.db).await, before);
    }

    async fn a_number_of_no_plan_what_is_not_supported_and_what_is_taken_are_told_together(database: Database) {
        let (app, robot) = managed(database).await;
        robot.makes("/api/users", json!({ "primaryPhone": "8613800138000" })).await;
        robot.makes("/api/users", json!({ "username": "taken" })).await;
        let own = robot.makes("/api/users", json!({ "username": "own" })).await;
        let before = dump(&app.app.db).await;
        let path = format!("/api/users/{}", own["id"].as_str().unwrap());
        for (body, code, expected) in [
            (json!({ "primaryPhone": "999123456789", "primaryEmail": "a@b.example", "passwordDigest": "x" }),
                "422 request.feature_not_supported", vec!["primaryEmail", "passwordDigest", "primaryPhone"]),
            (json!({ "primaryPhone": "999123456789", "username": "1a" }), "400 guard.invalid_input", vec!["primaryPhone", "username"]),
            (json!({ "primaryPhone": "8613800138000", "username": "taken" }), "422 user.phone_already_in_use", vec!["primaryPhone", "username"]),
            (json!({ "primaryPhone": "8613800138000", "name": 5 }), "400 guard.invalid_input", vec!["name", "primaryPhone"]),
        ] {
            for answer in [robot.post("/api/users", body.clone()).await, robot.patch(&path, body.clone()).await] {
                assert_eq!(answer.brief(), code, "{body}");
                let data = answer.json()["data"].as_array().unwrap().clone();
                let told: Vec<_> = data.iter().map(|one| one["keyPath"].as_str().unwrap()).collect();
                assert_eq!(told, expected, "{body}");
            }
        }
        assert_eq!(dump(&app.app.db).await, before);
        let kept = robot.patch(&path, json!({ "username": "own", "name": "x" })).await;
        assert_eq!(kept.brief(), "200", "one's own name is not somebody else's");
    }

    async fn a_document_does_not_grow_without_end(database: Database) {
        let (app, robot) = managed(database).await;
        let user = robot.makes("/api/users", json!({ "username": "lin" })).await["id"].as_str().unwrap().to_owned();
        for (path, field) in [
            (format!("/api/users/{user}/custom-data"), "customData"),
            ("/api/applications/web/custom-data".to_owned(), "customData"),
        ] {
            let much = |key: &str, count: usize| json!({ key: "x".repeat(count) });
            assert_eq!(robot.patch(&path, much("a", 40_000)).await.brief(), "200");
            let before = dump(&app.app.db).await;
            assert_eq!(places(&robot.patch(&path, much("b", 40_000)).await), [field]);
            assert_eq!(dump(&app.app.db).await, before);
            assert_eq!(robot.patch(&path, much("a", 50_000)).await.brief(), "200", "the same key again");
        }
        let profile = format!("/api/users/{user}/profile");
        assert_eq!(robot.patch(&profile, json!({ "nickname": "x" })).await.brief(), "200");
    }
}
