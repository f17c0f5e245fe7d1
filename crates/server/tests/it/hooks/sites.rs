//! Each place at which something happens to a user tells of it, and of nothing else.
use axum::http::Method;

use super::*;
use crate::account::page::{reaches_the_end, sends};
use crate::account::{SCOPES, member, open};
use crate::console::owner;
use crate::support::Visitor;
use crate::support::visitor::hidden;

const OTHER: &str = "8613800138001";
const THIRD: &str = "8613800138002";

/// What was told since the last look.
struct Ears<'a> {
    test: &'a TestApp,
    receiver: Receiver,
}

impl<'a> Ears<'a> {
    async fn of(test: &'a TestApp) -> Self {
        let receiver = Receiver::listens().await;
        listening(test, &receiver).await;
        Self { test, receiver }
    }

    /// After something was done, these are told, and nothing else.
    async fn hear(&self, done: &str, expected: &[&str]) {
        deliver::run(&self.test.app).await;
        assert_eq!(self.receiver.names(), expected, "{done}");
        self.test.advance_secs(1);
    }
}

/// Sends a form of the console to a page of a user.
async fn posts(li: &mut Visitor, path: &str, fields: &[(&str, &str)]) {
    let answer = li.posts(path, fields).await;
    assert_eq!(answer.status.as_u16(), 303, "{path}: {}", answer.text);
}

on_both! {
    async fn a_walk_tells_of_a_user_when_they_are_made_and_of_who_comes_in_when_they_are_through(database: Database) {
        let test = TestApp::start(database).await;
        let ears = Ears::of(&test).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        ears.hear("proving a number", &[]).await;
        assert_eq!(person.identifies(&id).await.brief(), "201");
        ears.hear("identification", &["User.Created"]).await;
        assert_eq!(person.submits().await.status.as_u16(), 200);
        ears.hear("submit", &["PostRegister"]).await;
        test.advance_secs(120);
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        assert_eq!(person.identifies(&id).await.brief(), "204");
        ears.hear("identification of somebody known", &[]).await;
        person.submits().await;
        ears.hear("submit", &["PostSignIn"]).await;
    }

    async fn what_somebody_changes_of_themselves_is_told_by_program_and_by_page(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let ears = Ears::of(&test).await;
        let changed = &["User.Data.Updated"];
        assert_eq!(me.patch("/api/my-account", json!({ "name": "Lin" })).await.brief(), "200");
        ears.hear("PATCH /api/my-account", changed).await;
        assert_eq!(me.patch("/api/my-account/profile", json!({ "nickname": "L" })).await.brief(), "200");
        ears.hear("PATCH /api/my-account/profile", changed).await;
        let (proof, record) = (me.proves(PHONE).await, me.proves(OTHER).await);
        ears.hear("proving two numbers", &[]).await;
        assert_eq!(me.changes(&proof, OTHER, &record, json!({})).await.brief(), "204");
        ears.hear("POST /api/my-account/primary-phone", changed).await;
        let mut person = me.browser.clone();
        let named = sends(&mut person, "/account", "/account/name", &[("name", "Mei")]).await;
        assert_eq!(named.location(), "/account?note=name-saved");
        ears.hear("the page's name", changed).await;
        test.advance_secs(120);
        reaches_the_end(&mut person, OTHER, THIRD).await;
        ears.hear("proving two numbers on the page", &[]).await;
        sends(&mut person, "/account/phone/finish", "/account/phone/finish", &[]).await;
        ears.hear("the page's number", changed).await;
    }

    async fn what_administrators_do_with_users_is_told(database: Database) {
        let test = TestApp::start(database).await;
        let ears = Ears::of(&test).await;
        let mut li = owner(&test).await;
        ears.hear("an administrator is no user", &[]).await;
        let added = li.posts("/console/users", &[("phone", "138 0013 8000"), ("name", ""), ("username", "")]).await;
        let path = added.location();
        ears.hear("adding one", &["User.Created"]).await;
        let left_at = hidden(&li.get(&path).await.text, "left_at");
        let form = [("left_at", left_at.as_str()), ("name", "Mei"), ("username", ""), ("avatar", ""), ("custom_data", "{}")];
        for (at, fields, expected) in [
            ("", &form[..], "User.Data.Updated"),
            ("/phone", &[("phone", "138 0013 8001")], "User.Data.Updated"),
            ("/lock", &[], "User.SuspensionStatus.Updated"),
            ("/unlock", &[], "User.SuspensionStatus.Updated"),
            ("/delete", &[], "User.Deleted"),
        ] {
            posts(&mut li, &format!("{path}{at}"), fields).await;
            ears.hear(at, &[expected]).await;
        }
    }

    async fn what_programs_do_with_users_is_told_once_for_each_change(database: Database) {
        let (test, robot) = managed(database).await;
        let ears = Ears::of(&test).await;
        let made = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        ears.hear("POST /api/users", &["User.Created"]).await;
        let user = format!("/api/users/{}", made["id"].as_str().unwrap());
        let (locks, unlocks) = (json!({ "isSuspended": true }), json!({ "isSuspended": false }));
        for (method, at, body, expected) in [
            (Method::PATCH, "", json!({ "name": "Lin" }), &["User.Data.Updated"][..]),
            (Method::PATCH, "/custom-data", json!({ "a": 1 }), &["User.Data.Updated"]),
            (Method::PATCH, "/profile", json!({ "nickname": "L" }), &["User.Data.Updated"]),
            (Method::PATCH, "/is-suspended", locks.clone(), &["User.SuspensionStatus.Updated"]),
            (Method::PATCH, "/is-suspended", locks, &[]),
            (Method::PATCH, "/is-suspended", unlocks.clone(), &["User.SuspensionStatus.Updated"]),
            (Method::PATCH, "/is-suspended", unlocks, &[]),
            (Method::GET, "", Value::Null, &[]),
            (Method::DELETE, "", Value::Null, &["User.Deleted"]),
            (Method::DELETE, "", Value::Null, &[]),
        ] {
            let path = format!("{user}{at}");
            let body = Some(body).filter(|body| !body.is_null());
            robot.send(method.clone(), &path, body).await;
            ears.hear(&format!("{method} {at}"), expected).await;
        }
    }
}
