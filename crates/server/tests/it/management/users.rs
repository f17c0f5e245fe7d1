//! Users: creating, reading, changing, locking out, deleting.
use super::support::*;
use crate::oidc::support::{PHONE, me, refresh, signed_in, text};
use crate::support::tables;

on_both! {
    async fn a_created_user_is_shown_as_created_and_can_sign_in(database: Database) {
        let (app, robot) = managed(database).await;
        let body = json!({
            "primaryPhone": "8613800138000", "username": "lin_1", "name": "林", "avatar": "https://a.example/p.png",
            "customData": { "vip": true },
            "profile": { "nickname": "小林", "address": { "country": "CN" }, "unknown": 1 },
        });
        let made = robot.makes("/api/users", body).await;
        let id = text(&made, "id");
        let now = app.app.clock.now().0;
        let expected = json!({
            "id": id, "username": "lin_1", "primaryEmail": null, "primaryPhone": "8613800138000", "name": "林",
            "avatar": "https://a.example/p.png", "customData": { "vip": true }, "identities": {},
            "lastSignInAt": null, "createdAt": now, "updatedAt": now,
            "profile": { "nickname": "小林", "address": { "country": "CN" } },
            "applicationId": null, "cimdClientId": null, "isSuspended": false, "hasPassword": false,
        });
        assert_eq!(made, expected);
        assert_eq!(robot.get(&format!("/api/users/{id}")).await.json(), expected);
        let with = robot.get(&format!("/api/users/{id}?includeSsoIdentities=true")).await.json();
        assert_eq!((id.len(), &with["ssoIdentities"]), (12, &json!([])));
        let told = audited(&app, "User.Created").await;
        assert_eq!(told, [(Some("robot".to_owned()), Some(id.to_owned()), json!({}))]);
        let mut person = app.visitor();
        let proof = person.proves("app", PHONE, "SignIn").await;
        assert_eq!(person.identifies(&proof).await.brief(), "204", "the number is known");
    }

    async fn a_number_is_stored_in_its_one_form_and_taken_once(database: Database) {
        let (_app, robot) = managed(database).await;
        let made = robot.makes("/api/users", json!({ "primaryPhone": "+49015112345678" })).await;
        assert_eq!(made["primaryPhone"], "4915112345678", "without the trunk zero");
        let path = format!("/api/users/{}", text(&robot.makes("/api/users", json!({ "username": "a" })).await, "id"));
        for phone in ["4915112345678", "49015112345678", "+4915112345678"] {
            let body = json!({ "primaryPhone": phone });
            assert_eq!(robot.post("/api/users", body.clone()).await.brief(), "422 user.phone_already_in_use", "{phone}");
            assert_eq!(robot.patch(&path, body).await.brief(), "422 user.phone_already_in_use", "{phone}");
        }
        let taken = json!({ "username": "a" });
        assert_eq!(robot.post("/api/users", taken).await.brief(), "422 user.username_already_in_use");
        let other = format!("/api/users/{}", text(&made, "id"));
        assert_eq!(robot.patch(&other, json!({ "username": "a" })).await.brief(), "422 user.username_already_in_use");
        assert_eq!(robot.patch(&path, json!({ "username": "a" })).await.brief(), "200", "one's own");
        assert_eq!(robot.get(&path).await.json()["primaryPhone"], Value::Null);
    }

    async fn every_problem_of_a_user_is_told_at_once(database: Database) {
        let (_app, robot) = managed(database).await;
        let body = json!({
            "primaryPhone": "138 0013", "username": "1a", "name": 5, "avatar": [], "customData": "x",
            "profile": { "nickname": 1, "address": { "country": 2 } },
        });
        let expected = ["primaryPhone", "username", "name", "avatar", "customData", "profile.nickname", "profile.address.country"];
        assert_eq!(places(&robot.post("/api/users", body.clone()).await), expected);
        assert_eq!(places(&robot.patch("/api/users/x", body).await), expected);
        assert_eq!(places(&robot.post("/api/users", json!([])).await), [""]);
        for (body, expected) in [
            (json!({ "primaryPhone": "1" }), "422 user.invalid_phone"),
            (json!({ "primaryPhone": "999123456789" }), "422 user.invalid_phone"),
            (json!({ "primaryEmail": "a@b.example" }), "422 request.feature_not_supported"),
            (json!({ "passwordDigest": "x", "passwordAlgorithm": "MD5" }), "422 request.feature_not_supported"),
            (json!({ "primaryPhone": "" }), "400 guard.invalid_input"),
            (json!({ "username": "" }), "400 guard.invalid_input"),
        ] {
            assert_eq!(robot.post("/api/users", body.clone()).await.brief(), expected, "{body}");
        }
        assert_eq!(robot.post("/api/users", json!({ "primaryEmail": null })).await.brief(), "200", "nothing is not an address");
    }

    async fn a_password_is_not_kept_and_the_answer_says_so(database: Database) {
        let (app, robot) = managed(database).await;
        let made = robot.makes("/api/users", json!({ "username": "b", "password": "a-password-canary" })).await;
        assert_eq!(made["hasPassword"], false);
        for row in rows(&app, "SELECT profile, custom_data FROM users UNION ALL SELECT payload, key FROM audit_events").await {
            assert!(!format!("{row:?}").contains("canary"));
        }
    }

    async fn a_change_sets_what_is_given_and_nothing_else(database: Database) {
        let (app, robot) = managed(database).await;
        let body = json!({ "primaryPhone": PHONE, "name": "Lin", "profile": { "nickname": "L", "locale": "zh" }, "customData": { "a": 1 } });
        let made = robot.makes("/api/users", body).await;
        let path = format!("/api/users/{}", text(&made, "id"));
        app.advance_secs(5);
        let body = json!({ "name": null, "profile": { "nickname": "M" }, "primaryPhone": "85261234567" });
        let changed = robot.patch(&path, body).await.json();
        for (key, value) in [
            ("name", json!(null)), ("profile", json!({ "nickname": "M" })), ("primaryPhone", json!("85261234567")),
            ("customData", json!({ "a": 1 })), ("createdAt", made["createdAt"].clone()),
            ("updatedAt", json!(app.app.clock.now().0)),
        ] {
            assert_eq!(changed[key], value, "{key}");
        }
        assert_eq!(robot.get(&path).await.json(), changed);
        assert_eq!(robot.patch(&path, json!({ "primaryPhone": null })).await.json()["primaryPhone"], Value::Null);
        for nothing in [json!({}), json!({ "unknown": 1 })] {
            assert_eq!(robot.patch(&path, nothing).await.brief(), "422 entity.invalid_input");
        }
        let told = audited(&app, "User.Data.Updated").await;
        let first = json!({ "fields": ["primaryPhone", "name", "profile"], "oldNumberTold": false, "why": "no_template" });
        assert_eq!(told.len(), 2);
        assert!(told.iter().any(|event| event.2 == first), "{told:?}");
        assert!(!format!("{told:?}").contains("6123"), "an audit event holds no number");
    }

    async fn custom_data_and_profile_are_merged_one_level_deep(database: Database) {
        let (_app, robot) = managed(database).await;
        let made = robot.makes("/api/users", json!({ "customData": { "a": { "x": 1 } }, "profile": { "locale": "zh" } })).await;
        let path = format!("/api/users/{}", text(&made, "id"));
        let data = format!("{path}/custom-data");
        let merged = json!({ "a": { "y": 2 }, "b": null });
        assert_eq!(robot.patch(&data, merged.clone()).await.json(), merged);
        assert_eq!(robot.get(&data).await.json(), merged);
        let profile = format!("{path}/profile");
        let merged = json!({ "locale": "zh", "nickname": "L" });
        assert_eq!(robot.patch(&profile, json!({ "nickname": "L" })).await.json(), merged);
        assert_eq!(robot.get(&path).await.json()["profile"], merged);
        assert_eq!(places(&robot.patch(&data, json!("x")).await), [""]);
        assert_eq!(places(&robot.patch(&profile, json!({ "locale": 1, "gender": "" })).await), ["gender", "locale"]);
    }

    async fn who_is_locked_out_is_out_at_once_and_can_come_back(database: Database) {
        let (app, robot) = managed(database).await;
        let (_visitor, tokens) = signed_in(&app, "app").await;
        let id = rows(&app, "SELECT id FROM users").await[0].text(0).unwrap();
        let path = format!("/api/users/{id}/is-suspended");
        let access = text(&tokens, "access_token");
        assert_eq!(me(&app, access).await.brief(), "200");
        let locked = robot.patch(&path, json!({ "isSuspended": true })).await;
        assert_eq!((locked.status.as_u16(), &locked.json()["isSuspended"]), (200, &json!(true)));
        assert_eq!(me(&app, access).await.brief(), "401 oidc.invalid_token");
        assert_eq!(refresh(&app, "app", text(&tokens, "refresh_token"), None).await.brief(), "400 oidc.invalid_grant");
        for table in ["SELECT id FROM sessions", "SELECT id FROM grants", "SELECT id FROM refresh_tokens"] {
            assert_eq!(rows(&app, table).await.len(), 0, "{table}");
        }
        app.advance_secs(61);
        let mut person = app.visitor();
        let proof = person.proves("app", PHONE, "SignIn").await;
        assert_eq!(person.identifies(&proof).await.brief(), "401 user.suspended");
        assert_eq!(robot.patch(&path, json!({ "isSuspended": false })).await.json()["isSuspended"], false);
        assert_eq!(person.identifies(&proof).await.brief(), "204");
        assert_eq!(places(&robot.patch(&path, json!({})).await), ["isSuspended"]);
        assert_eq!(places(&robot.patch(&path, json!({ "isSuspended": "yes" })).await), ["isSuspended"]);
        let told = audited(&app, "User.SuspensionStatus.Updated").await;
        assert_eq!((told[0].1.as_deref(), &told[0].2), (Some(&*id), &json!({ "isSuspended": true })));
    }

    async fn s64_a_deleted_user_leaves_no_session_token_or_number(database: Database) {
        let (app, robot) = managed(database).await;
        let (_visitor, tokens) = signed_in(&app, "app").await;
        let id = rows(&app, "SELECT id FROM users").await[0].text(0).unwrap();
        let path = format!("/api/users/{id}");
        assert_eq!(robot.delete(&path).await.brief(), "204");
        assert_eq!(me(&app, text(&tokens, "access_token")).await.brief(), "401 oidc.invalid_token");
        for table in ["SELECT id FROM users", "SELECT id FROM sessions", "SELECT id FROM grants", "SELECT id FROM access_tokens"] {
            assert_eq!(rows(&app, table).await.len(), 0, "{table}");
        }
        for (table, rows) in tables::dump(&app.app.db).await {
            assert!(!format!("{rows:?}").contains("13800138000"), "{table}: {rows:?}");
        }
        assert_eq!(robot.delete(&path).await.brief(), "404 entity.not_found");
        assert_eq!(audited(&app, "User.Deleted").await, [(Some("robot".to_owned()), Some(id), json!({}))]);
    }

    async fn what_does_not_exist_is_not_found(database: Database) {
        let (_app, robot) = managed(database).await;
        for id in ["nobody", "a%20b", "x%00y"] {
            let path = format!("/api/users/{id}");
            for answer in [
                robot.get(&path).await,
                robot.patch(&path, json!({ "name": "x" })).await,
                robot.delete(&path).await,
                robot.patch(&format!("{path}/is-suspended"), json!({ "isSuspended": true })).await,
                robot.get(&format!("{path}/custom-data")).await,
                robot.patch(&format!("{path}/custom-data"), json!({})).await,
                robot.patch(&format!("{path}/profile"), json!({})).await,
                robot.get(&format!("{path}/sessions")).await,
                robot.get(&format!("{path}/sessions/x")).await,
                robot.delete(&format!("{path}/sessions/x")).await,
                robot.get(&format!("{path}/grants")).await,
                robot.delete(&format!("{path}/grants/x")).await,
            ] {
                assert_eq!(answer.brief(), "404 entity.not_found", "{id}: {}", answer.text);
            }
        }
    }
}
