//! API resources and their scopes (wire contract C.7).
use super::support::*;
use crate::oidc::support::text;

const SHOP: &str = "https://shop.example";

on_both! {
    async fn a_resource_is_shown_as_it_was_made_and_its_indicator_never_changes(database: Database) {
        let (app, robot) = managed(database).await;
        let made = robot.post("/api/resources", json!({ "name": "Shop", "indicator": SHOP })).await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.text);
        let made = made.json();
        let id = text(&made, "id").to_owned();
        let expected = json!({
            "tenantId": "default", "id": id, "name": "Shop", "indicator": SHOP, "isDefault": false,
            "accessTokenTtl": 3600, "scopes": [],
        });
        assert_eq!(made, expected);
        let again = robot.post("/api/resources", json!({ "name": "Other", "indicator": SHOP })).await;
        assert_eq!(again.brief(), "422 resource.resource_identifier_in_use");
        let path = format!("/api/resources/{id}");
        let body = json!({ "name": "Till", "accessTokenTtl": 60, "indicator": "https://other.example" });
        let changed = robot.patch(&path, body).await.json();
        assert_eq!((&changed["name"], &changed["accessTokenTtl"], &changed["indicator"]), (&json!("Till"), &json!(60), &json!(SHOP)));
        assert_eq!(robot.get(&path).await.json(), changed);
        assert_eq!(robot.patch(&path, json!({})).await.json(), changed);
        assert_eq!(robot.delete(&path).await.brief(), "204");
        for answer in [robot.get(&path).await, robot.delete(&path).await, robot.patch(&path, json!({ "name": "x" })).await] {
            assert_eq!(answer.brief(), "404 entity.not_exists_with_id");
        }
        let told: Vec<_> = [audited(&app, "Resource.Created").await, audited(&app, "Resource.Data.Updated").await, audited(&app, "Resource.Deleted").await].concat();
        let one = (Some("robot".to_owned()), None, json!({ "targetResourceId": id }));
        assert_eq!(told, [one.clone(), one.clone(), one]);
    }

    async fn every_problem_of_a_resource_is_told_at_once(database: Database) {
        let (app, robot) = managed(database).await;
        let bad = json!({ "name": "", "indicator": "not an address", "accessTokenTtl": 2_592_001 });
        assert_eq!(places(&robot.post("/api/resources", bad).await), ["name", "indicator", "accessTokenTtl"]);
        for indicator in ["https://a.example#b", "https://a,https://b", "/api", "api"] {
            let answer = robot.post("/api/resources", json!({ "name": "x", "indicator": indicator })).await;
            assert_eq!(places(&answer), ["indicator"], "{indicator}");
        }
        let path = format!("{}/scopes", things::address(&app, "/api/resources/{id}").await);
        let spaced = robot.post(&path, json!({ "name": "read orders" })).await;
        assert_eq!(spaced.brief(), "400 scope.name_with_space");
        assert_eq!(places(&robot.post(&path, json!({ "name": "read\"", "description": 1 })).await), ["name", "description"]);
    }

    async fn the_management_api_is_a_resource_that_stays_as_it_is(database: Database) {
        let (_app, robot) = managed(database).await;
        let all = robot.get("/api/resources?includeScopes=true").await.json();
        assert_eq!((&all[0]["indicator"], &all[0]["scopes"][0]["name"]), (&json!(RESOURCE), &json!("all")));
        let path = format!("/api/resources/{}", text(&all[0], "id"));
        assert_eq!(robot.get(&path).await.json()["indicator"], RESOURCE);
        let scope = format!("{path}/scopes/{}", text(&all[0]["scopes"][0], "id"));
        for (method, path, body, expected) in [
            (Method::PATCH, path.clone(), json!({ "name": "x" }), "400 resource.cannot_modify_management_api"),
            (Method::PATCH, format!("{path}/is-default"), json!({ "isDefault": true }), "400 resource.cannot_modify_management_api"),
            (Method::POST, format!("{path}/scopes"), json!({ "name": "x" }), "400 resource.cannot_modify_management_api"),
            (Method::PATCH, scope.clone(), json!({ "name": "x" }), "400 resource.cannot_modify_management_api"),
            (Method::DELETE, scope, Value::Null, "400 resource.cannot_modify_management_api"),
            (Method::DELETE, path, Value::Null, "400 resource.cannot_delete_management_api"),
        ] {
            let answer = robot.send(method.clone(), &path, Some(body).filter(|body| !body.is_null())).await;
            assert_eq!(answer.brief(), expected, "{method} {path}");
        }
        assert_eq!(robot.get("/api/resources?includeScopes=true").await.json(), all);
    }

    async fn resources_and_scopes_come_whole_or_page_by_page(database: Database) {
        let (app, robot) = managed(database).await;
        for n in 0..3 {
            app.app.clock.advance_millis(1);
            robot.makes("/api/resources", json!({ "name": format!("R{n}"), "indicator": format!("{SHOP}/{n}") })).await;
        }
        let names = |answer: &Answer| answer.json().as_array().unwrap().iter().map(|one| text(one, "name").to_owned()).collect::<Vec<_>>();
        assert_eq!(names(&robot.get("/api/resources").await), ["R2", "R1", "R0", "Management API"]);
        let page = robot.get("/api/resources?page=2&page_size=3").await;
        assert_eq!((names(&page), &page.headers["total-number"]), (vec!["Management API".to_owned()], &"4".parse().unwrap()));
        assert_eq!(robot.get("/api/resources?page=0").await.brief(), "400 guard.invalid_pagination");
        let id = text(&robot.get("/api/resources").await.json()[0], "id").to_owned();
        let path = format!("/api/resources/{id}/scopes");
        for name in ["write", "read", "admin"] {
            let made = robot.post(&path, json!({ "name": name, "description": "d" })).await;
            assert_eq!((made.status.as_u16(), &made.json()["resourceId"]), (201, &json!(id)));
        }
        assert_eq!(robot.post(&path, json!({ "name": "read" })).await.brief(), "422 scope.name_exists");
        assert_eq!(names(&robot.get(&path).await), ["admin", "read", "write"]);
        let page = robot.get(&format!("{path}?page=1&page_size=2")).await;
        assert_eq!((names(&page).len(), &page.headers["total-number"]), (2, &"3".parse().unwrap()));
        let read = format!("{path}/{}", text(&robot.get(&path).await.json()[1], "id"));
        assert_eq!(robot.patch(&read, json!({ "name": "write" })).await.brief(), "422 scope.name_exists");
        let changed = robot.patch(&read, json!({ "name": "see", "description": null })).await.json();
        assert_eq!((&changed["name"], &changed["description"]), (&json!("see"), &Value::Null));
        assert_eq!(robot.patch(&read, json!({})).await.brief(), "422 entity.invalid_input");
        assert_eq!(robot.delete(&read).await.brief(), "204");
        assert_eq!(robot.delete(&read).await.brief(), "404 entity.not_exists_with_id");
        assert_eq!(robot.post("/api/resources/nobody/scopes", json!({ "name": "x" })).await.brief(), "404 entity.not_exists_with_id");
    }
}
