//! An application's secrets: shown once, several at a time, gone when they are deleted.
use super::support::*;
use crate::oidc::support::text;

const PATH: &str = "/api/applications/web/secrets";

/// Whether a secret still proves the application `web`: the grant is refused only after that.
async fn proves(app: &TestApp, secret: &str) -> bool {
    let answer = asks_token(app, ("web", secret), &[]).await;
    answer.brief() == "400 oidc.unauthorized_client"
}

on_both! {
    async fn s58_a_secret_is_shown_by_the_answer_that_makes_it_and_by_no_other(database: Database) {
        let (app, robot) = managed(database).await;
        let made = robot.post(PATH, json!({ "name": "Second" })).await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.text);
        let made = made.json();
        let value = text(&made, "value").to_owned();
        assert_eq!((value.len(), &made["expiresAt"], &made["applicationId"]), (32, &Value::Null, &json!("web")));
        assert!(proves(&app, &value).await && proves(&app, "a-secret-of-the-web-app").await, "both work");
        let list = robot.get(PATH).await;
        assert!(!list.text.contains(&value));
        let list = list.json();
        let ends = (&list[0]["value"], &list[1]["value"]);
        assert_eq!(ends, (&json!("****-app"), &json!(format!("****{}", value.split_at(28).1))));
        let renamed = robot.patch(&format!("{PATH}/Second"), json!({ "name": "Mine" })).await;
        assert_eq!((renamed.status.as_u16(), &renamed.json()["name"]), (200, &json!("Mine")));
        assert!(!renamed.text.contains(&value));
        for sql in ["SELECT payload FROM audit_events", "SELECT secret_hash FROM application_secrets"] {
            for row in rows(&app, sql).await {
                assert!(!row.text(0).unwrap().contains(&value), "{sql}");
            }
        }
        let told = audited(&app, "Application.Secret.Updated").await;
        assert_eq!(told[0].2, json!({ "targetApplicationId": "web", "secret": { "name": "Second", "newName": "Mine" } }));
    }

    async fn a_deleted_or_expired_secret_proves_nothing(database: Database) {
        let (app, robot) = managed(database).await;
        let expires_at = app.app.clock.now().plus_secs(60).0;
        let short = robot.makes(PATH, json!({ "name": "Short", "expiresAt": expires_at })).await;
        assert_eq!(short["expiresAt"], expires_at);
        let short = text(&short, "value").to_owned();
        assert!(proves(&app, &short).await);
        app.advance_secs(60);
        assert_eq!(asks_token(&app, ("web", &short), &[]).await.json()["error_description"], "client secret has expired");
        assert!(proves(&app, "a-secret-of-the-web-app").await);
        let path = format!("{PATH}/Default%20secret");
        assert_eq!(robot.delete(&path).await.brief(), "204");
        assert!(!proves(&app, "a-secret-of-the-web-app").await, "without waiting for the cache");
        assert_eq!(robot.delete(&path).await.brief(), "404 entity.not_found");
        assert_eq!(audited(&app, "Application.Secret.Deleted").await.len(), 1);
    }

    async fn what_cannot_be_a_secret_is_refused(database: Database) {
        let (app, robot) = managed(database).await;
        let past = app.app.clock.now().0;
        assert_eq!(places(&robot.post(PATH, json!({ "name": "", "expiresAt": past })).await), ["name", "expiresAt"]);
        assert_eq!(places(&robot.post(PATH, json!({ "expiresAt": "soon" })).await), ["name", "expiresAt"]);
        let taken = robot.post(PATH, json!({ "name": "Default secret" })).await;
        assert_eq!(taken.brief(), "422 application.secret_name_exists");
        robot.makes(PATH, json!({ "name": "Second", "expiresAt": null })).await;
        let taken = robot.patch(&format!("{PATH}/Second"), json!({ "name": "Default secret" })).await;
        assert_eq!(taken.brief(), "422 application.secret_name_exists");
        let public = robot.post("/api/applications/app/secrets", json!({ "name": "x" })).await;
        assert_eq!(public.brief(), "422 entity.db_constraint_violated");
        let gone = robot.post("/api/applications/nobody/secrets", json!({ "name": "x" })).await;
        assert_eq!(gone.brief(), "404 entity.not_exists_with_id");
        assert_eq!(robot.get("/api/applications/nobody/secrets").await.brief(), "404 entity.not_exists_with_id");
        for path in [format!("{PATH}/nothing"), format!("{PATH}/x%00y"), "/api/applications/nobody/secrets/Second".to_owned()] {
            assert_eq!(robot.patch(&path, json!({ "name": "x" })).await.brief(), "404 entity.not_found", "{path}");
            assert_eq!(robot.delete(&path).await.brief(), "404 entity.not_found", "{path}");
        }
        assert_eq!(places(&robot.patch(&format!("{PATH}/Second"), json!({})).await), ["name"]);
    }
}
