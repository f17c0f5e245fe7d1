//! Roles: what they open, who has them (wire contract C.5 to C.7).
use super::support::*;
use crate::oidc::support::{signed_in, text};

/// The id of a new role.
async fn role(robot: &Robot, name: &str, kind: &str) -> String {
    let body = json!({ "name": name, "description": "d", "type": kind });
    text(&robot.makes("/api/roles", body).await, "id").to_owned()
}

fn names(answer: &Answer) -> Vec<String> {
    answer.json().as_array().unwrap().iter().map(|one| text(one, "name").to_owned()).collect()
}

on_both! {
    async fn a_role_is_shown_as_it_was_made(database: Database) {
        let (app, robot) = managed(database).await;
        let scope = things::scope(&app).await;
        let body = json!({ "name": "clerk", "description": "Sells", "scopeIds": [scope] });
        let made = robot.post("/api/roles", body.clone()).await;
        assert_eq!(made.status.as_u16(), 200);
        let made = made.json();
        let id = text(&made, "id").to_owned();
        let expected = json!({ "tenantId": "default", "id": id, "name": "clerk", "description": "Sells", "type": "User", "isDefault": false });
        assert_eq!(made, expected);
        assert_eq!(robot.post("/api/roles", body).await.brief(), "422 role.name_in_use");
        let path = format!("/api/roles/{id}");
        assert_eq!(robot.get(&path).await.json(), made);
        let opens = robot.get(&format!("{path}/scopes")).await.json();
        assert_eq!((&opens[0]["id"], &opens[0]["resource"]["id"]), (&json!(scope), &opens[0]["resourceId"]));
        let changed = robot.patch(&path, json!({ "name": "cashier", "isDefault": true })).await.json();
        assert_eq!((&changed["name"], &changed["isDefault"], &changed["type"]), (&json!("cashier"), &json!(true), &json!("User")));
        assert_eq!(robot.patch(&path, json!({ "name": "Logto Management API access" })).await.brief(), "422 role.name_in_use");
        assert_eq!(names(&robot.get("/api/roles?type=MachineToMachine").await), ["Logto Management API access"]);
        assert_eq!(names(&robot.get("/api/roles?search=%25CASH%25").await), ["cashier"]);
        let page = robot.get("/api/roles?page=1&page_size=1").await;
        assert_eq!((names(&page).len(), &page.headers["total-number"]), (1, &"2".parse().unwrap()));
        assert_eq!(robot.delete(&path).await.brief(), "204");
        assert_eq!(robot.delete(&path).await.brief(), "404 entity.not_exists_with_id");
        let told = audited(&app, "Role.Created").await;
        assert_eq!(told, [(Some("robot".to_owned()), None, json!({ "targetRoleId": id, "scopeIds": [scope] }))]);
    }

    async fn every_problem_of_a_role_is_told_at_once(database: Database) {
        let (_app, robot) = managed(database).await;
        let bad = json!({ "name": 1, "type": "Robot", "isDefault": 1, "scopeIds": ["x y", 1] });
        assert_eq!(places(&robot.post("/api/roles", bad).await), ["name", "description", "type", "isDefault", "scopeIds[0]", "scopeIds[1]"]);
        let everybody = json!({ "name": "x", "description": "d", "type": "MachineToMachine", "isDefault": true });
        assert_eq!(places(&robot.post("/api/roles", everybody).await), ["isDefault"]);
        let services = role(&robot, "services", "MachineToMachine").await;
        let changed = robot.patch(&format!("/api/roles/{services}"), json!({ "isDefault": true })).await;
        assert_eq!(places(&changed), ["isDefault"]);
        let lost = robot.post("/api/roles", json!({ "name": "x", "description": "d", "scopeIds": ["nowhere"] })).await;
        assert_eq!(lost.brief(), "404 entity.relation_foreign_key_not_found");
        assert_eq!(lost.json()["data"][0]["keyPath"], "scopeIds[0]");
    }

    async fn a_role_gets_scopes_once_and_one_of_users_none_of_the_management_api(database: Database) {
        let (app, robot) = managed(database).await;
        let clerk = role(&robot, "clerk", "User").await;
        let path = format!("/api/roles/{clerk}/scopes");
        let scope = things::scope(&app).await;
        let given = robot.post(&path, json!({ "scopeIds": [scope] })).await;
        assert_eq!((given.status.as_u16(), &given.json()[0]["id"]), (201, &json!(scope)));
        assert_eq!(robot.post(&path, json!({ "scopeIds": [scope] })).await.brief(), "422 role.scope_exists");
        let all = json!({ "scopeIds": ["management-api-all"] });
        let refused = "422 role.management_api_scopes_not_assignable_to_user_role";
        assert_eq!(robot.post(&path, all.clone()).await.brief(), refused);
        let new = json!({ "name": "x", "description": "d", "scopeIds": ["management-api-all"] });
        assert_eq!(robot.post("/api/roles", new).await.brief(), refused);
        let services = role(&robot, "services", "MachineToMachine").await;
        assert_eq!(robot.post(&format!("/api/roles/{services}/scopes"), all).await.status.as_u16(), 201);
        assert_eq!(robot.post(&path, json!({ "scopeIds": [] })).await.brief(), "400 guard.invalid_input");
        assert_eq!(robot.delete(&format!("{path}/{scope}")).await.brief(), "204");
        assert_eq!(robot.delete(&format!("{path}/{scope}")).await.brief(), "404 entity.not_found");
        assert_eq!(robot.get(&path).await.json(), json!([]));
        assert_eq!(audited(&app, "Role.Scopes.Updated").await.len(), 3);
    }

    async fn users_get_roles_of_users_from_either_side(database: Database) {
        let (app, robot) = managed(database).await;
        let (clerk, boss, service) = (role(&robot, "clerk", "User").await, role(&robot, "boss", "User").await, role(&robot, "service", "MachineToMachine").await);
        let user = text(&robot.makes("/api/users", json!({ "name": "Lin" })).await, "id").to_owned();
        let path = format!("/api/users/{user}/roles");
        let members = format!("/api/roles/{clerk}/users");
        let given = robot.post(&members, json!({ "userIds": [user] })).await;
        assert_eq!((given.status.as_u16(), given.text.as_str()), (201, ""));
        assert_eq!(robot.post(&members, json!({ "userIds": [user] })).await.brief(), "422 role.user_exists");
        let lost = robot.post(&members, json!({ "userIds": ["nobody"] })).await;
        assert_eq!(lost.brief(), "404 entity.relation_foreign_key_not_found");
        let to_service = robot.post(&format!("/api/roles/{service}/users"), json!({ "userIds": [user] })).await;
        assert_eq!(to_service.brief(), "422 user.invalid_role_type");
        let listed = robot.get(&members).await;
        assert_eq!((&listed.json()[0]["id"], &listed.headers["total-number"]), (&json!(user), &"1".parse().unwrap()));

        let both = json!({ "roleIds": [clerk, boss] });
        let added = robot.post(&path, both.clone()).await;
        assert_eq!((added.status.as_u16(), added.json()), (201, json!({ "roleIds": [clerk, boss], "addedRoleIds": [boss] })));
        assert_eq!(names(&robot.get(&path).await), ["boss", "clerk"]);
        let wrong = robot.post(&path, json!({ "roleIds": [service] })).await;
        assert_eq!(wrong.brief(), "422 user.invalid_role_type");
        let wrong = robot.send(Method::PUT, &path, Some(json!({ "roleIds": [service, "nobody"] }))).await;
        assert_eq!(places(&wrong), ["roleIds[0]", "roleIds[1]"]);
        let replaced = robot.send(Method::PUT, &path, Some(json!({ "roleIds": [boss] }))).await;
        assert_eq!((replaced.status.as_u16(), replaced.json()), (200, json!({ "roleIds": [boss] })));
        assert_eq!(names(&robot.get(&format!("{path}?page=1")).await), ["boss"]);
        assert_eq!(robot.delete(&format!("{path}/{boss}")).await.brief(), "204");
        assert_eq!(robot.delete(&format!("{path}/{boss}")).await.brief(), "404 entity.not_found");
        assert_eq!(robot.send(Method::PUT, &path, Some(json!({ "roleIds": [] }))).await.json(), json!({ "roleIds": [] }));
        assert_eq!(robot.post("/api/users/nobody/roles", both).await.brief(), "404 entity.not_found");
        let told = audited(&app, "User.Roles.Updated").await;
        assert!(told.iter().all(|(by, whom, _)| by.as_deref() == Some("robot") && whom.as_deref() == Some(&*user)) && told.len() == 4, "{told:?}");
    }

    async fn services_get_roles_of_services_from_either_side(database: Database) {
        let (_app, robot) = managed(database).await;
        let (reader, clerk) = (role(&robot, "reader", "MachineToMachine").await, role(&robot, "clerk", "User").await);
        let made = robot.makes("/api/applications", json!({ "name": "Job", "type": "MachineToMachine" })).await;
        let job = text(&made, "id").to_owned();
        let path = format!("/api/applications/{job}/roles");
        let one = json!({ "roleIds": [reader] });
        assert_eq!(robot.post(&path, one.clone()).await.status.as_u16(), 201);
        assert_eq!(robot.post(&path, one.clone()).await.brief(), "422 role.application_exists");
        assert_eq!(names(&robot.get(&path).await), ["reader"]);
        assert_eq!(robot.post(&path, json!({ "roleIds": [clerk] })).await.brief(), "422 application.invalid_role_type");
        for (method, path) in [(Method::GET, "/api/applications/web/roles"), (Method::POST, "/api/applications/web/roles"), (Method::PUT, "/api/applications/web/roles")] {
            let body = (method != Method::GET).then(|| one.clone());
            assert_eq!(robot.send(method, path, body).await.brief(), "422 application.invalid_type");
        }
        let members = format!("/api/roles/{reader}/applications");
        assert_eq!(robot.get(&members).await.json()[0]["id"], json!(job));
        assert_eq!(robot.delete(&format!("{members}/{job}")).await.brief(), "204");
        assert_eq!(robot.post(&members, json!({ "applicationIds": [job] })).await.status.as_u16(), 201);
        assert_eq!(robot.post(&members, json!({ "applicationIds": [job] })).await.brief(), "422 role.application_exists");
        assert_eq!(robot.post(&members, json!({ "applicationIds": ["web"] })).await.brief(), "404 entity.relation_foreign_key_not_found");
        let to_users = robot.post(&format!("/api/roles/{clerk}/applications"), json!({ "applicationIds": [job] })).await;
        assert_eq!(to_users.brief(), "422 application.invalid_role_type");
        assert_eq!(robot.send(Method::PUT, &path, Some(json!({ "roleIds": [] }))).await.status.as_u16(), 200);
        assert_eq!(robot.get(&path).await.json(), json!([]));
    }

    async fn whoever_is_new_gets_the_default_roles(database: Database) {
        let (app, robot) = managed(database).await;
        let body = json!({ "name": "everybody", "description": "d", "isDefault": true });
        robot.makes("/api/roles", body).await;
        let made = robot.makes("/api/users", json!({ "name": "Lin" })).await;
        let (_visitor, tokens) = signed_in(&app, "app").await;
        let registered = crate::oidc::support::payload(text(&tokens, "id_token"));
        for user in [text(&made, "id"), text(&registered, "sub")] {
            assert_eq!(names(&robot.get(&format!("/api/users/{user}/roles")).await), ["everybody"]);
        }
    }

    async fn a_service_with_the_management_role_may_manage_until_it_loses_it(database: Database) {
        let (app, robot) = managed(database).await;
        let made = robot.makes("/api/applications", json!({ "name": "Second", "type": "MachineToMachine" })).await;
        let who = (text(&made, "id"), text(&made, "secret"));
        let asked = [("resource", RESOURCE), ("scope", "all")];
        assert_eq!(asks_token(&app, who, &asked).await.brief(), "400 oidc.unauthorized_client");
        let roles = robot.get("/api/roles").await.json();
        assert_eq!(roles[0]["name"], "Logto Management API access");
        let path = format!("/api/applications/{}/roles", who.0);
        let access = text(&roles[0], "id");
        assert_eq!(robot.post(&path, json!({ "roleIds": [access] })).await.status.as_u16(), 201);
        let token = asks_token(&app, who, &asked).await.json();
        assert_eq!(token["scope"], "all");
        let second = with_token(&robot, text(&token, "access_token"));
        assert_eq!(second.get("/api/roles").await.status.as_u16(), 200);
        let application = format!("/api/applications/{}", who.0);
        assert_eq!(second.get(&application).await.json()["isAdmin"], true);
        assert_eq!(robot.delete(&format!("{path}/{access}")).await.brief(), "204");
        assert_eq!(second.get("/api/roles").await.brief(), "403 auth.forbidden", "at once");
        assert_eq!(asks_token(&app, who, &asked).await.brief(), "400 oidc.unauthorized_client");
        assert_eq!(robot.post(&path, json!({ "roleIds": [access] })).await.status.as_u16(), 201);
        assert_eq!(robot.patch(&application, json!({ "isAdmin": false })).await.brief(), "200");
        assert_eq!(robot.get(&path).await.json(), json!([]), "the right goes, however it was had");
        assert_eq!(second.get("/api/roles").await.brief(), "403 auth.forbidden");
    }
}
