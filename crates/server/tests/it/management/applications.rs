//! Applications: registering, reading, changing, deleting.
use super::support::*;
use crate::oidc::support::{me, refresh, signed_in, text};

/// The names in a list.
fn names(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    body.as_array().unwrap().iter().map(|one| text(one, "name").to_owned()).collect()
}

on_both! {
    async fn a_registered_application_is_shown_as_it_was_registered(database: Database) {
        let (app, robot) = managed(database).await;
        let body = json!({
            "name": "Shop", "type": "Traditional", "description": "Sells",
            "oidcClientMetadata": {
                "redirectUris": ["https://shop.example.com/cb", "com.example.shop://cb"],
                "postLogoutRedirectUris": ["https://shop.example.com/"],
                "logoUri": "https://shop.example.com/logo.png",
            },
            "customClientMetadata": { "refreshTokenTtlInDays": 7, "corsAllowedOrigins": ["https://shop.example.com"] },
            "customData": { "a": [1, { "b": null }] },
        });
        let made = robot.makes("/api/applications", body.clone()).await;
        for (key, value) in body.as_object().unwrap() {
            assert_eq!(&made[key], value, "{key}");
        }
        let id = text(&made, "id");
        assert_eq!((id.len(), &made["tenantId"], &made["isThirdParty"]), (21, &json!("default"), &json!(false)));
        assert_eq!(made["createdAt"], app.app.clock.now().0);
        assert_eq!(text(&made, "secret").len(), 32);
        let mut read = robot.get(&format!("/api/applications/{id}")).await.json();
        assert_eq!(read["isAdmin"], false);
        read.as_object_mut().unwrap().remove("isAdmin");
        let mut expected = made.clone();
        expected.as_object_mut().unwrap().remove("secret");
        assert_eq!(read, expected, "all but the secret, which is shown once");
        let mut told = audited(&app, "Application.Created").await;
        told.retain(|(by, ..)| by.is_some());
        assert_eq!(told, [(Some("robot".to_owned()), None, json!({ "targetApplicationId": id }))]);
    }

    async fn an_application_that_keeps_no_secret_gets_none(database: Database) {
        let (_app, robot) = managed(database).await;
        for kind in ["SPA", "Native"] {
            let made = robot.makes("/api/applications", json!({ "name": "A", "type": kind })).await;
            assert!(made.get("secret").is_none(), "{kind}");
            let empty = json!({ "redirectUris": [], "postLogoutRedirectUris": [] });
            assert_eq!((&made["oidcClientMetadata"], &made["customData"]), (&empty, &json!({})));
            let path = format!("/api/applications/{}/secrets", text(&made, "id"));
            assert_eq!(robot.get(&path).await.json(), json!([]));
        }
    }

    async fn every_problem_of_an_application_is_told_at_once(database: Database) {
        let (_app, robot) = managed(database).await;
        let answer = robot.post("/api/applications", json!({
            "type": "Toaster", "description": 5, "isThirdParty": "no",
            "oidcClientMetadata": { "redirectUris": ["https://a.example/cb", "javascript:alert(1)", 7], "postLogoutRedirectUris": "x" },
            "customClientMetadata": { "refreshTokenTtlInDays": 181, "corsAllowedOrigins": ["https://a.example/path"], "rotateRefreshToken": 1 },
            "customData": [],
        })).await;
        assert_eq!(places(&answer), [
            "name", "type", "isThirdParty", "description", "oidcClientMetadata.redirectUris[1]",
            "oidcClientMetadata.redirectUris[2]", "oidcClientMetadata.postLogoutRedirectUris",
            "customClientMetadata.corsAllowedOrigins[0]", "customClientMetadata.refreshTokenTtlInDays",
            "customClientMetadata.rotateRefreshToken", "customData",
        ]);
        assert!(!answer.text.contains("alert"), "what was sent is not repeated");
        assert_eq!(places(&robot.post("/api/applications", json!("x")).await), ["", "name", "type"]);
        let saml = robot.post("/api/applications", json!({ "name": "S", "type": "SAML" })).await;
        assert_eq!(saml.brief(), "400 application.saml.use_saml_app_api");
        let patched = robot.patch("/api/applications/app", json!({ "name": "", "isAdmin": 1, "oidcClientMetadata": 3 })).await;
        assert_eq!(places(&patched), ["name", "isAdmin", "oidcClientMetadata"]);
        assert_eq!(robot.post("/api/applications", json!({ "name": "x\u{0}y", "type": "SPA" })).await.brief(), "400 guard.invalid_input");
    }

    async fn a_change_replaces_what_is_given_and_counts_at_once(database: Database) {
        let (app, robot) = managed(database).await;
        let uri = |host: &str| json!({ "oidcClientMetadata": { "redirectUris": [format!("https://{host}/callback")] } });
        let arrive = async || app.visitor().get(&crate::support::visitor::authorization_request("app", "")).await;
        assert_eq!(arrive().await.status.as_u16(), 303);
        let changed = robot.patch("/api/applications/app", uri("elsewhere.example")).await.json();
        let expected = json!({ "redirectUris": ["https://elsewhere.example/callback"], "postLogoutRedirectUris": [] });
        assert_eq!(changed["oidcClientMetadata"], expected, "the object is replaced as a whole");
        assert_eq!(changed["name"], "App", "the rest stays");
        assert_eq!(arrive().await.brief(), "400 oidc.invalid_redirect_uri", "without waiting for the cache");
        robot.patch("/api/applications/app", uri("app.example.com")).await;
        assert_eq!(arrive().await.status.as_u16(), 303);
        let same = robot.patch("/api/applications/app", json!({})).await;
        assert_eq!((same.status.as_u16(), &same.json()["name"]), (200, &json!("App")));
        let cleared = robot.patch("/api/applications/app", json!({ "description": null, "name": "Renamed" })).await.json();
        assert_eq!((&cleared["description"], &cleared["name"]), (&Value::Null, &json!("Renamed")));
        let told = audited(&app, "Application.Data.Updated").await;
        let last = json!({ "targetApplicationId": "app", "fields": ["name", "description"] });
        assert_eq!(told.len(), 3, "an empty change is none");
        assert!(told.iter().any(|(.., payload)| *payload == last), "{told:?}");
    }

    async fn only_a_service_can_be_given_the_right_to_manage(database: Database) {
        let (_app, robot) = managed(database).await;
        let refused = robot.patch("/api/applications/app", json!({ "isAdmin": true })).await;
        assert_eq!(refused.brief(), "422 application.invalid_type");
        assert_eq!(robot.get("/api/applications/app").await.json()["isAdmin"], false);
        assert_eq!(robot.patch("/api/applications/app", json!({ "isAdmin": false })).await.brief(), "200");
    }

    async fn custom_data_is_merged_one_level_deep(database: Database) {
        let (_app, robot) = managed(database).await;
        let path = "/api/applications/app/custom-data";
        assert_eq!(robot.patch(path, json!({ "a": { "x": 1 }, "b": 2 })).await.json(), json!({ "a": { "x": 1 }, "b": 2 }));
        let merged = json!({ "a": { "y": 2 }, "b": 2 });
        assert_eq!(robot.patch(path, json!({ "a": { "y": 2 } })).await.json(), merged);
        assert_eq!(robot.get("/api/applications/app").await.json()["customData"], merged);
        let replaced = robot.patch("/api/applications/app", json!({ "customData": { "c": 3 } })).await.json();
        assert_eq!(replaced["customData"], json!({ "c": 3 }));
        assert_eq!(places(&robot.patch(path, json!([1])).await), [""]);
    }

    async fn merges_at_once_lose_nothing(database: Database) {
        let (_app, robot) = managed(database).await;
        let merging: Vec<_> = (0..6).map(|n| {
            let robot = robot.clone();
            tokio::spawn(async move { robot.patch("/api/applications/app/custom-data", json!({ format!("k{n}"): n })).await })
        }).collect();
        for one in merging {
            assert_eq!(one.await.unwrap().brief(), "200");
        }
        let data = robot.get("/api/applications/app").await.json();
        assert_eq!(data["customData"].as_object().unwrap().len(), 6, "{data}");
    }

    async fn what_does_not_exist_is_not_found(database: Database) {
        let (_app, robot) = managed(database).await;
        for id in ["nobody", "a%20b", "%FF", "x%00y"] {
            let path = format!("/api/applications/{id}");
            let code = if id == "%FF" { "404 request.not_found" } else { "404 entity.not_exists_with_id" };
            assert_eq!(robot.get(&path).await.brief(), code, "{id}");
            assert_eq!(robot.patch(&path, json!({ "name": "x" })).await.brief(), code, "{id}");
            assert_eq!(robot.patch(&path, json!({})).await.brief(), code, "{id}");
            assert_eq!(robot.delete(&path).await.brief(), code, "{id}");
            assert_eq!(robot.patch(&format!("{path}/custom-data"), json!({})).await.brief(), code, "{id}");
        }
    }

    async fn a_deleted_application_takes_everything_it_was_given_along(database: Database) {
        let (app, robot) = managed(database).await;
        let (_visitor, tokens) = signed_in(&app, "app").await;
        let access = text(&tokens, "access_token");
        assert_eq!(me(&app, access).await.brief(), "200");
        assert_eq!(robot.delete("/api/applications/app").await.brief(), "204");
        assert_eq!(me(&app, access).await.brief(), "401 oidc.invalid_token");
        assert_eq!(refresh(&app, "app", text(&tokens, "refresh_token"), None).await.brief(), "400 oidc.invalid_client");
        assert_eq!(rows(&app, "SELECT id FROM grants").await.len(), 0);
        assert_eq!(robot.delete("/api/applications/app").await.brief(), "404 entity.not_exists_with_id");
        assert_eq!(audited(&app, "Application.Deleted").await.len(), 1);
    }

    async fn a_list_is_whole_until_pages_are_asked_for(database: Database) {
        let (app, robot) = managed(database).await;
        for n in 0..3 {
            app.advance_secs(1);
            robot.makes("/api/applications", json!({ "name": format!("New {n}"), "type": "Native" })).await;
        }
        let whole = robot.get("/api/applications").await;
        assert_eq!((names(&whole).len(), whole.headers.get("total-number")), (8, None));
        assert_eq!(names(&whole)[..3], ["New 2", "New 1", "New 0"], "newest first");
        let page = robot.get("/api/applications?types=Native&types=Traditional&page=2&page_size=2").await;
        assert_eq!(names(&page), ["New 0", "Web"]);
        assert_eq!(page.headers["total-number"], "4");
        let at = |page: i64, rel: &str| {
            format!("<https://id.example.com/api/applications?types=Native&types=Traditional&page={page}&page_size=2>; rel=\"{rel}\"")
        };
        let links = format!("{}, {}, {}", at(1, "first"), at(1, "prev"), at(2, "last"));
        assert_eq!(page.headers["link"], links);
        let first = robot.get("/api/applications?page_size=3").await;
        assert!(first.headers["link"].to_str().unwrap().contains("page=2&page_size=3>; rel=\"next\""));
        let beyond = robot.get("/api/applications?page=9").await;
        assert_eq!((beyond.json(), &beyond.headers["total-number"]), (json!([]), &"8".parse().unwrap()));
    }

    async fn a_list_is_filtered(database: Database) {
        let (_app, robot) = managed(database).await;
        for (query, expected) in [
            ("types=MachineToMachine", &["Robot"][..]),
            ("types=SAML", &[]),
            ("isThirdParty=true", &["Third party"]),
            ("search=%25PARTY", &["Third party"]),
            ("search=web", &["Web"]),
            ("search=w_b", &["Web"]),
            ("search=w%5C_b", &[]),
        ] {
            assert_eq!(names(&robot.get(&format!("/api/applications?{query}")).await), expected, "{query}");
        }
        for query in ["page=0", "page=x", "page_size=101", "page_size=", "page=-1", "page=99999999999999999999"] {
            let refused = robot.get(&format!("/api/applications?{query}")).await;
            assert_eq!(refused.brief(), "400 guard.invalid_pagination", "{query}");
        }
        let refused = robot.get("/api/applications?types=Toaster&isThirdParty=1&search=x%5C").await;
        assert_eq!(places(&refused), ["types", "isThirdParty", "search"]);
        for query in ["excludeRoleId=r", "excludeOrganizationId=o"] {
            let refused = robot.get(&format!("/api/applications?{query}")).await;
            assert_eq!(refused.brief(), "400 request.invalid_input", "{query}");
        }
    }
}
