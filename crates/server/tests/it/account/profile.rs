//! Reading and changing one's profile.
use super::*;

on_both! {
    async fn what_is_read_follows_the_scopes_and_the_account_center(database: Database) {
        let test = open(database).await;
        let all = member(&test, "app", PHONE, SCOPES).await;
        let told = all.get("/api/my-account").await.json();
        let mut names: Vec<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["avatar", "createdAt", "customData", "id", "lastSignInAt", "name", "primaryPhone", "profile", "updatedAt", "username"]);
        assert_eq!((&told["primaryPhone"], &told["name"]), (&json!(PHONE), &json!(null)));
        let little = member(&test, "app", PHONE, "openid").await;
        assert_eq!(little.get("/api/my-account").await.json(), json!({ "id": told["id"] }));
        set(&test, |center| control(center, "phone", Control::Off)).await;
        assert!(all.get("/api/my-account").await.json().get("primaryPhone").is_none());
    }

    async fn a_person_changes_their_own_name_and_nothing_that_is_not_theirs(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let before = me.get("/api/my-account").await.json();
        let body = json!({ "name": "王小明", "username": "xiaoming", "customData": { "a": 1 }, "primaryPhone": NEW, "isSuspended": true });
        let after = me.patch("/api/my-account", body).await;
        assert_eq!(after.brief(), "200");
        let after = after.json();
        assert_eq!((&after["name"], &after["username"], &after["customData"]), (&json!("王小明"), &json!("xiaoming"), &json!({ "a": 1 })));
        assert_eq!((&after["primaryPhone"], &after["id"]), (&json!(PHONE), &before["id"]));
        assert_eq!(me.patch("/api/my-account", json!({ "name": null })).await.json()["name"], json!(null));
        assert_eq!(me.patch("/api/my-account", json!({ "name": 1, "username": "1 x" })).await.brief(), "400 guard.invalid_input");
        assert_eq!(me.patch("/api/my-account", json!({})).await.brief(), "200", "nothing asked, nothing changed");
        let other = member(&test, "app", NEW, SCOPES).await;
        assert_eq!(other.patch("/api/my-account", json!({ "username": "xiaoming" })).await.brief(), "422 user.username_already_in_use");
    }

    async fn profiles_are_merged_and_addresses_need_their_scope(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let path = "/api/my-account/profile";
        assert_eq!(me.patch(path, json!({ "nickname": "小明", "address": { "region": "x" } })).await.brief(), "200");
        let merged = me.patch(path, json!({ "website": "https://a.example" })).await.json();
        assert_eq!(merged, json!({ "nickname": "小明", "website": "https://a.example", "address": { "region": "x" } }));
        let little = member(&test, "app", PHONE, "openid profile").await;
        assert_eq!(little.patch(path, json!({ "address": { "region": "y" } })).await.brief(), "400 auth.unauthorized");
        assert!(little.patch(path, json!({ "nickname": "x" })).await.json().get("address").is_none(), "nor is it shown");
    }

    async fn a_part_that_is_not_to_be_edited_is_not(database: Database) {
        let test = open_with(database, |center| control(center, "name", Control::ReadOnly)).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        assert_eq!(me.patch("/api/my-account", json!({ "name": "x" })).await.brief(), "400 account_center.field_not_editable");
        let little = member(&test, "app", PHONE, "openid").await;
        assert_eq!(little.patch("/api/my-account", json!({ "name": "x" })).await.brief(), "400 account_center.field_not_editable", "before the scope");
        assert_eq!(little.patch("/api/my-account", json!({ "username": "x" })).await.brief(), "400 auth.unauthorized");
    }
}
