//! Where a user is signed in, and what they allowed whom.
use super::support::*;
use crate::oidc::support::{me, signed_in, text};

async fn only_user(app: &TestApp) -> String {
    rows(app, "SELECT id FROM users").await[0].text(0).unwrap()
}

on_both! {
    async fn a_session_is_shown_with_what_was_allowed_in_it_and_ended(database: Database) {
        let (app, robot) = managed(database).await;
        let (_visitor, tokens) = signed_in(&app, "app").await;
        let user = only_user(&app).await;
        let path = format!("/api/users/{user}/sessions");
        let list = robot.get(&path).await.json();
        let session = &list["sessions"][0];
        let id = text(&session["payload"], "uid").to_owned();
        assert_eq!((&session["accountId"], &session["payload"]["accountId"]), (&json!(user), &json!(user)));
        assert_eq!(session["expiresAt"], app.app.clock.now().plus_secs(1_209_600).0);
        let clients: Vec<_> = session["payload"]["authorizations"].as_object().unwrap().keys().collect();
        assert_eq!(clients, ["app"]);
        let one = format!("{path}/{id}");
        assert_eq!(robot.get(&one).await.json(), *session);
        let stranger = robot.makes("/api/users", json!({ "username": "stranger" })).await;
        let elsewhere = format!("/api/users/{}/sessions/{id}", text(&stranger, "id"));
        assert_eq!(robot.get(&elsewhere).await.brief(), "404 oidc.session_not_found");
        assert_eq!(robot.delete(&elsewhere).await.brief(), "404 oidc.invalid_session_account_id");
        assert_eq!(places(&robot.delete(&format!("{one}?revokeGrantsTarget=none")).await), ["revokeGrantsTarget"]);
        assert_eq!(me(&app, text(&tokens, "access_token")).await.brief(), "200", "nothing has happened yet");
        assert_eq!(robot.delete(&format!("{one}?revokeGrantsTarget=all")).await.brief(), "204");
        assert_eq!(me(&app, text(&tokens, "access_token")).await.brief(), "401 oidc.invalid_token");
        assert_eq!(robot.get(&path).await.json(), json!({ "sessions": [] }));
        for (id, expected) in [(id.as_str(), "404 oidc.session_not_found"), ("a%20b", "404 oidc.session_not_found")] {
            assert_eq!(robot.get(&format!("{path}/{id}")).await.brief(), expected);
            assert_eq!(robot.delete(&format!("{path}/{id}")).await.brief(), expected);
        }
        let told = audited(&app, "User.Session.Deleted").await;
        assert_eq!(told, [(Some("robot".to_owned()), Some(user), json!({ "sessionId": id }))]);
    }

    async fn an_expired_session_or_grant_is_not_shown(database: Database) {
        let (app, robot) = managed(database).await;
        signed_in(&app, "app").await;
        let path = format!("/api/users/{}", only_user(&app).await);
        app.advance_secs(1_209_600);
        let answer = asks_token(&app, ("robot", ROBOT_SECRET), &[("resource", RESOURCE), ("scope", "all")]).await;
        let robot = with_token(&robot, text(&answer.json(), "access_token"));
        assert_eq!(robot.get(&format!("{path}/sessions")).await.json(), json!({ "sessions": [] }));
        assert_eq!(robot.get(&format!("{path}/grants")).await.json()["grants"].as_array().unwrap().len(), 1);
        app.advance_secs(15_552_000);
        let answer = asks_token(&app, ("robot", ROBOT_SECRET), &[("resource", RESOURCE), ("scope", "all")]).await;
        let robot = with_token(&robot, text(&answer.json(), "access_token"));
        assert_eq!(robot.get(&format!("{path}/grants")).await.json(), json!({ "grants": [] }));
    }

    async fn a_grant_is_shown_and_taken_back_with_its_tokens(database: Database) {
        let (app, robot) = managed(database).await;
        let (_visitor, tokens) = signed_in(&app, "app").await;
        let user = only_user(&app).await;
        let path = format!("/api/users/{user}/grants");
        let list = robot.get(&path).await.json();
        let grant = &list["grants"][0];
        let id = text(grant, "id").to_owned();
        let now = app.app.clock.now();
        let expected = json!({
            "kind": "Grant", "jti": id, "clientId": "app", "accountId": user,
            "iat": now.secs(), "exp": now.plus_secs(15_552_000).secs(),
        });
        assert_eq!((&grant["payload"], &grant["expiresAt"]), (&expected, &json!(now.plus_secs(15_552_000).0)));
        for (kind, count) in [("firstParty", 1), ("thirdParty", 0)] {
            let list = robot.get(&format!("{path}?appType={kind}")).await.json();
            assert_eq!(list["grants"].as_array().unwrap().len(), count, "{kind}");
        }
        assert_eq!(places(&robot.get(&format!("{path}?appType=x")).await), ["appType"]);
        let stranger = robot.makes("/api/users", json!({ "username": "stranger" })).await;
        let elsewhere = format!("/api/users/{}/grants/{id}", text(&stranger, "id"));
        assert_eq!(robot.delete(&elsewhere).await.brief(), "404 entity.not_found");
        assert_eq!(me(&app, text(&tokens, "access_token")).await.brief(), "200", "nothing has happened yet");
        let one = format!("{path}/{id}");
        assert_eq!(robot.delete(&one).await.brief(), "204");
        assert_eq!(me(&app, text(&tokens, "access_token")).await.brief(), "401 oidc.invalid_token");
        assert_eq!(robot.delete(&one).await.brief(), "404 entity.not_found");
        assert_eq!(robot.get(&path).await.json(), json!({ "grants": [] }));
        let told = audited(&app, "RevokeGrants").await;
        assert_eq!(told, [(Some("robot".to_owned()), Some(user), json!({ "grantId": id }))]);
    }
}
