//! Sessions and what was allowed in them.
use super::*;

on_both! {
    async fn a_person_sees_where_they_are_signed_in_and_ends_the_rest(database: Database) {
        let test = open(database).await;
        let phone = member(&test, "app", PHONE, SCOPES).await;
        let laptop = member(&test, "other", PHONE, SCOPES).await;
        let list = |told: Value| told["sessions"].as_array().unwrap().clone();
        let sessions = list(laptop.get("/api/my-account/sessions").await.json());
        assert_eq!(sessions.len(), 2);
        let current: Vec<_> = sessions.iter().map(|one| one["isCurrent"].clone()).collect();
        assert_eq!(current, [json!(false), json!(true)], "oldest first");
        assert!(sessions[1]["payload"]["authorizations"]["other"]["grantId"].is_string());
        let first = text(&sessions[0]["payload"], "uid").to_owned();
        let path = format!("/api/my-account/sessions/{first}");
        assert_eq!(laptop.delete(&format!("{path}?revokeGrantsTarget=some")).await.brief(), "400 guard.invalid_input");
        assert_eq!(laptop.delete(&format!("{path}?revokeGrantsTarget=all")).await.brief(), "204");
        assert_eq!(laptop.delete(&path).await.brief(), "404 oidc.session_not_found");
        assert_eq!(phone.get("/api/my-account").await.brief(), "401 auth.unauthorized", "what was given in it is gone");
        assert_eq!(list(laptop.get("/api/my-account/sessions").await.json()).len(), 1);
    }

    async fn nobody_ends_or_takes_back_what_is_somebody_elses(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let other = member(&test, "app", NEW, SCOPES).await;
        let theirs = other.get("/api/my-account/sessions").await.json();
        let session = text(&theirs["sessions"][0]["payload"], "uid").to_owned();
        assert_eq!(me.delete(&format!("/api/my-account/sessions/{session}")).await.brief(), "404 oidc.session_not_found");
        let grant = text(&other.get("/api/my-account/grants").await.json()["grants"][0], "id").to_owned();
        assert_eq!(me.delete(&format!("/api/my-account/grants/{grant}")).await.brief(), "404 entity.not_found");
        assert_eq!(other.get("/api/my-account").await.brief(), "200");
    }

    async fn what_was_allowed_can_be_taken_back(database: Database) {
        let test = open(database).await;
        let third = member(&test, "third", PHONE, SCOPES).await;
        let ours = member(&test, "app", PHONE, SCOPES).await;
        let ids = |told: &Value| told["grants"].as_array().unwrap().iter().map(|one| text(&one["payload"], "clientId").to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(&ours.get("/api/my-account/grants").await.json()), ["app", "third"]);
        assert_eq!(ids(&ours.get("/api/my-account/grants?appType=firstParty").await.json()), ["app"]);
        let theirs = ours.get("/api/my-account/grants?appType=thirdParty").await.json();
        assert_eq!(ids(&theirs), ["third"]);
        let path = format!("/api/my-account/grants/{}", text(&theirs["grants"][0], "id"));
        assert_eq!(ours.delete(&path).await.brief(), "204");
        assert_eq!(ours.delete(&path).await.brief(), "404 entity.not_found");
        assert_eq!(third.get("/api/my-account").await.brief(), "401 auth.unauthorized");
    }

    async fn both_need_their_scope_and_their_switch(database: Database) {
        let test = open(database).await;
        let little = member(&test, "app", PHONE, "openid profile phone").await;
        for path in ["/api/my-account/sessions", "/api/my-account/grants"] {
            assert_eq!(little.get(path).await.brief(), "401 auth.unauthorized");
            assert_eq!(little.delete(&format!("{path}/x")).await.brief(), "401 auth.unauthorized");
        }
        let me = member(&test, "app", PHONE, SCOPES).await;
        set(&test, |center| control(center, "session", Control::ReadOnly)).await;
        assert_eq!(me.get("/api/my-account/sessions").await.brief(), "200");
        assert_eq!(me.delete("/api/my-account/sessions/x").await.brief(), "400 account_center.field_not_editable");
        set(&test, |center| control(center, "session", Control::Off)).await;
        assert_eq!(me.get("/api/my-account/sessions").await.brief(), "400 account_center.field_not_enabled");
    }
}
