//! Administrators among themselves: adding, changing, removing.
use axum::http::StatusCode;
use haoma_core::role::Role;
use haoma_store::administrators;

use super::{PASSWORD, PROVED, id_of, owner, problem, sets_up_second, signs_in, with_role};
use crate::support::TestApp;

on_both! {
    async fn two_owners_who_remove_each_other_leave_one(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for round in 0..8 {
            let name = format!("wang{round}");
            let mut wang = with_role(&test, &mut li, &name, "owner").await;
            let path = |id: &str| format!("/console/administrators/{id}/role");
            let (mine, theirs) = (path(&id_of(&test.app.db, "li").await), path(&id_of(&test.app.db, &name).await));
            let down = [("role", "viewer")];
            let mut other = li.clone();
            let both = tokio::join!(other.posts(&theirs, &down), wang.posts(&mine, &down));
            drop(both);
            let all = administrators::list(&test.app.db).await.unwrap();
            let owners: Vec<_> = all.iter().filter(|one| one.role == Role::Owner).map(|one| one.name.clone()).collect();
            assert_eq!(owners.len(), 1, "{owners:?}");
            if owners[0] != "li" {
                li = wang;
                li.posts(&mine, &[("role", "owner"), PROVED[0]]).await;
                break;
            }
        }
    }

    async fn an_owner_who_can_sign_in_remains(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let path = |what: &str, id: &str| format!("/console/administrators/{id}/{what}");
        let me = id_of(&test.app.db, "li").await;
        // an owner who never chose a password is none to rely on
        li.posts("/console/administrators", &[("name", "wang"), ("role", "owner"), PROVED[0]]).await;
        for (what, form) in [("role", &[("role", "viewer")][..]), ("remove", &[][..])] {
            assert_eq!(li.posts(&path(what, &me), form).await.location(), "/console/administrators");
            let refused = li.get("/console/administrators").await;
            assert!(refused.text.contains("At least one owner") || refused.text.contains("at least one owner"), "{what}");
        }
        let mut zhao = with_role(&test, &mut li, "zhao", "owner").await;
        assert_eq!(zhao.posts(&path("role", &me), &[("role", "viewer")]).await.location(), "/console/administrators");
        assert_eq!(li.get("/console/administrators").await.status, StatusCode::SEE_OTHER, "at once");
        signs_in(&mut li, "li", PASSWORD).await;
        assert_eq!(li.get("/console/administrators").await.status, StatusCode::FORBIDDEN);
    }

    async fn bad_names_and_roles_are_told_and_change_nothing(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for (name, code) in [("", "administrator.invalid_name"), ("a b", "administrator.invalid_name"), ("LI", "administrator.name_in_use")] {
            let refused = li.posts("/console/administrators", &[("name", name), ("role", "viewer")]).await;
            assert_eq!((refused.status.as_u16(), problem(&refused.text)), (422, code), "{name}");
            assert!(refused.text.contains(&format!("value=\"{name}\"")), "what was typed is kept");
        }
        let refused = li.posts("/console/administrators", &[("name", "wang"), ("role", "god")]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        for id in ["nobody", "a%20b"] {
            let path = format!("/console/administrators/{id}/remove");
            assert_eq!(li.posts(&path, &[]).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 1);
    }

    async fn who_is_gone_meanwhile_signs_nobody_out(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.advance_secs(10 * 60);
        for what in ["remove", "link", "role"] {
            let path = format!("/console/administrators/gone/{what}");
            let form = [("role", "viewer"), ("current_password", PASSWORD)];
            assert_eq!(li.posts(&path, &form).await.status, StatusCode::NOT_FOUND);
            assert_eq!(li.get("/console/account").await.status, StatusCode::OK, "{what}");
        }
    }

    async fn s44_a_change_of_role_ends_the_sessions_of_whose_it_is(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        let path = format!("/console/administrators/{}/role", id_of(&test.app.db, "wang").await);
        assert_eq!(li.posts(&path, &[("role", "viewer")]).await.status, StatusCode::SEE_OTHER);
        assert!(li.get("/console/administrators").await.text.contains("nothing has changed"));
        assert_eq!(wang.get("/console/account").await.status, StatusCode::OK, "nothing changed");
        li.posts(&path, &[("role", "editor")]).await;
        assert_eq!(wang.get("/console/account").await.status, StatusCode::SEE_OTHER);
        signs_in(&mut wang, "wang", PASSWORD).await;
        assert_eq!(wang.get("/console/applications/new").await.status, StatusCode::OK, "the new role");
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
    }

    async fn s44_a_change_of_ones_own_role_leaves_this_session_under_another_id(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        with_role(&test, &mut li, "wang", "owner").await;
        let mut phone = test.visitor();
        signs_in(&mut phone, "li", PASSWORD).await;
        let copied = li.clone();
        let path = format!("/console/administrators/{}/role", id_of(&test.app.db, "li").await);
        assert_eq!(li.posts(&path, &[("role", "viewer")]).await.location(), "/console/account", "a page they may look at");
        assert!(li.get("/console/account").await.text.contains("The role is changed"));
        for mut before in [phone, copied] {
            assert_eq!(before.get("/console/account").await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(li.get("/console/administrators").await.status, StatusCode::FORBIDDEN);
    }

    async fn owners_see_how_well_the_others_accounts_are_guarded(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        li.posts("/console/administrators", &[("name", "zhao"), ("role", "viewer")]).await;
        let page = li.get("/console/administrators").await.text;
        assert!(page.contains("No password yet") && page.contains("never signed in"), "zhao");
        assert!(page.contains("No second step") && !page.contains("Second step on"), "li");
        sets_up_second(&test, &mut li).await;
        test.advance_secs(30 * 60);
        let page = li.get("/console/administrators").await.text;
        assert!(page.contains("Second step on") && page.contains("last sign-in <time"), "{page}");
        assert!(page.contains("30 minutes ago"), "{page}");
    }

    async fn what_will_happen_is_read_before_it_happens(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        with_role(&test, &mut li, "wang", "viewer").await;
        let page = li.get("/console/administrators").await.text;
        for told in [
            "wang is signed out everywhere at once",
            "This is your own role.",
            "wang can no longer sign in to the console:",
            "What they did stays in the audit log.",
        ] {
            let (before, _) = page.split_once(told).expect(told);
            assert!(before.rfind("<details class=\"confirm") > before.rfind("</details>"), "{told}");
        }
        let mut second = test.visitor().at("192.0.2.9");
        signs_in(&mut second, "li", PASSWORD).await;
        let page = li.get("/console/account").await.text;
        assert!(page.contains("The browser at 192.0.2.9 is signed out at once."));
        assert_eq!(page.matches("Yes, end it").count(), 1, "this one is signed out, not ended");
    }
}
