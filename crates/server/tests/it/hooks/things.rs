//! Roles and scopes: told in the unit of the change, as they are when they are told (wire contract C.9).
use super::*;
use crate::management::support::Robot;

/// A resource with a scope, made before anybody listens; their ids.
async fn resource(robot: &Robot) -> (String, String) {
    let made = robot
        .makes(
            "/api/resources",
            json!({ "name": "Shop", "indicator": "https://shop.example.com/api" }),
        )
        .await;
    let resource = made["id"].as_str().unwrap().to_owned();
    let scope =
        robot.makes(&format!("/api/resources/{resource}/scopes"), json!({ "name": "read" })).await;
    (resource, scope["id"].as_str().unwrap().to_owned())
}

on_both! {
    async fn what_becomes_of_roles_and_scopes_is_told_with_what_was_asked(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (resource, read) = resource(&robot).await;
        listening(&test, &receiver).await;
        let tells = async || {
            deliver::run(&test.app).await;
            receiver.heard()
        };
        let names = |heard: &[Value]| heard.iter().map(|body| body["event"].clone()).collect::<Vec<_>>();
        let scopes = format!("/api/resources/{resource}/scopes");
        let write = robot.makes(&scopes, json!({ "name": "write", "description": "to write" })).await;
        let heard = tells().await;
        assert_eq!((names(&heard), &heard[0]["data"]), (vec![json!("Scope.Created")], &write));
        assert_eq!((&heard[0]["matchedRoute"], &heard[0]["status"]), (&json!("/resources/:resourceId/scopes"), &json!(201)));
        assert_eq!((&heard[0]["params"], &heard[0]["path"]), (&json!({ "resourceId": resource }), &json!(format!("/resources/{resource}/scopes"))));
        let body = json!({ "name": "clerk", "description": "A clerk", "scopeIds": [read] });
        let role = robot.makes("/api/roles", body).await;
        let id = role["id"].as_str().unwrap();
        let heard = tells().await;
        assert_eq!(names(&heard), [json!("Role.Created"), json!("Role.Scopes.Updated")]);
        assert_eq!((&heard[0]["data"], &heard[0]["path"], &heard[0]["method"]), (&role, &json!("/roles"), &json!("POST")));
        assert_eq!((&heard[1]["roleId"], &heard[1]["data"][0]["id"], &heard[1]["data"][0]["name"]), (&json!(id), &json!(read), &json!("read")));
        let changed = robot.patch(&format!("/api/roles/{id}"), json!({ "description": "Another" })).await.json();
        let heard = tells().await;
        assert_eq!((names(&heard), &heard[0]["data"]), (vec![json!("Role.Data.Updated")], &changed));
        assert_eq!((&heard[0]["params"], &heard[0]["matchedRoute"]), (&json!({ "id": id }), &json!("/roles/:id")));
        let second = write["id"].as_str().unwrap();
        robot.makes(&format!("/api/roles/{id}/scopes"), json!({ "scopeIds": [second] })).await;
        let heard = tells().await;
        let told = heard[0]["data"].as_array().unwrap();
        assert_eq!((names(&heard), told.len(), &heard[0]["status"]), (vec![json!("Role.Scopes.Updated")], 2, &json!(201)));
        let taken = robot.delete(&format!("/api/roles/{id}/scopes/{read}")).await;
        assert_eq!(taken.brief(), "204");
        let heard = tells().await;
        assert_eq!((&heard[0]["data"], &heard[0]["params"]), (&json!([write]), &json!({ "id": id, "scopeId": read })));
        let changed = robot.patch(&format!("{scopes}/{second}"), json!({ "description": null })).await.json();
        let heard = tells().await;
        assert_eq!((names(&heard), &heard[0]["data"]), (vec![json!("Scope.Data.Updated")], &changed));
        assert_eq!(robot.delete(&format!("{scopes}/{second}")).await.brief(), "204");
        assert_eq!(robot.delete(&format!("/api/roles/{id}")).await.brief(), "204");
        let heard = tells().await;
        assert_eq!(names(&heard), [json!("Role.Deleted"), json!("Scope.Deleted")]);
        assert_eq!((&heard[0]["data"], &heard[1]["data"]), (&json!({ "id": id }), &json!({ "id": second })));
        for body in &heard {
            assert!(body.get("lookedUp").is_none() && body["deliveryId"].is_string(), "{body}");
        }
    }

    async fn what_did_not_change_is_not_told(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (resource, read) = resource(&robot).await;
        robot.makes("/api/roles", json!({ "name": "clerk", "description": "A clerk", "scopeIds": [read] })).await;
        let role = robot.get("/api/roles?search=clerk").await.json()[0]["id"].as_str().unwrap().to_owned();
        listening(&test, &receiver).await;
        for (answer, expected) in [
            (robot.post("/api/roles", json!({ "name": "clerk", "description": "x" })).await, "422 role.name_in_use"),
            (robot.post(&format!("/api/roles/{role}/scopes"), json!({ "scopeIds": [read] })).await, "422 role.scope_exists"),
            (robot.delete(&format!("/api/roles/{role}/scopes/nothing")).await, "404 entity.not_found"),
            (robot.delete("/api/roles/nothing").await, "404 entity.not_exists_with_id"),
            (robot.post(&format!("/api/resources/{resource}/scopes"), json!({ "name": "read" })).await, "422 scope.name_exists"),
            (robot.delete(&format!("/api/resources/{resource}/scopes/nothing")).await, "404 entity.not_exists_with_id"),
        ] {
            assert_eq!(answer.brief(), expected);
        }
        assert_eq!(robot.patch(&format!("/api/roles/{role}"), json!({})).await.status.as_u16(), 200);
        assert_eq!(deliver::run(&test.app).await, 0);
    }

    async fn a_role_that_is_gone_when_it_is_told_is_an_id(database: Database) {
        let (test, robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        let (_, read) = resource(&robot).await;
        listening(&test, &receiver).await;
        let role = robot.makes("/api/roles", json!({ "name": "clerk", "description": "A clerk", "scopeIds": [read] })).await;
        robot.delete(&format!("/api/roles/{}", role["id"].as_str().unwrap())).await;
        deliver::run(&test.app).await;
        let gone = json!({ "id": role["id"] });
        let told: Vec<_> = receiver.heard().iter().map(|body| body["data"].clone()).collect();
        assert_eq!(told, [gone.clone(), gone, json!([])], "created, deleted, its scopes");
    }
}
