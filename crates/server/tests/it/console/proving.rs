//! What is sensitive needs the password again.
use axum::http::StatusCode;
use haoma_store::administrators;

use super::{OTHER, PASSWORD, id_of, owner, problem, with_role};
use crate::support::TestApp;
use crate::support::visitor::hidden;

on_both! {
    async fn s63_what_is_sensitive_needs_the_password_again(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.advance_secs(10 * 60);
        let form = [("name", "wang"), ("role", "viewer")];
        let asked = li.posts("/console/administrators", &form).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert_eq!((hidden(&asked.text, "name").as_str(), hidden(&asked.text, "role").as_str()), ("wang", "viewer"));
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 1);
        let wrong = [form[0], form[1], ("current_password", OTHER)];
        let asked = li.posts("/console/administrators", &wrong).await;
        assert_eq!(problem(&asked.text), "administrator.wrong_password");
        assert!(!asked.text.contains(OTHER));
        let right = [form[0], form[1], ("current_password", PASSWORD)];
        assert_eq!(li.posts("/console/administrators", &right).await.status, StatusCode::OK);
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 2);
        let path = format!("/console/administrators/{}/remove", id_of(&test.app.db, "wang").await);
        assert_eq!(li.posts(&path, &[]).await.location(), "/console/administrators", "the password counts for a while");
    }

    async fn s44_a_session_that_was_taken_over_cannot_make_itself_last(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        with_role(&test, &mut li, "wang", "editor").await;
        let of = |name: &'static str| { let db = test.app.db.clone(); async move { id_of(&db, name).await } };
        let own_link = format!("/console/administrators/{}/link", of("li").await);
        let raised = format!("/console/administrators/{}/role", of("wang").await);
        let before = administrators::list(&test.app.db).await.unwrap();
        for (path, form) in [
            ("/console/administrators", &[("name", "zhao"), ("role", "owner")][..]),
            (&own_link, &[]),
            (&raised, &[("role", "owner")]),
            ("/console/account/second", &[]),
        ] {
            let asked = li.posts(path, form).await;
            assert_eq!(asked.status, StatusCode::FORBIDDEN, "{path}, a moment after signing in");
            assert!(!asked.text.contains("/console/welcome/") && !asked.text.contains("<svg class=\"qr"), "{path}");
        }
        assert_eq!(administrators::list(&test.app.db).await.unwrap(), before);
    }

    async fn a_session_that_got_another_id_is_handed_over_even_with_an_error(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.advance_secs(10 * 60);
        let form = [("name", "wang"), ("role", "god"), ("current_password", PASSWORD)];
        let refused = li.posts("/console/administrators", &form).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK, "as JSON");
        test.advance_secs(10 * 60);
        li.reads_html();
        let refused = li.posts("/console/administrators", &form).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.text.contains("<html"));
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK, "as a page");
        test.advance_secs(10 * 60);
        let id = id_of(&test.app.db, "li").await;
        let form = [("role", "viewer"), ("current_password", PASSWORD)];
        let path = format!("/console/administrators/{id}/role");
        assert_eq!(li.posts(&path, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK, "as a redirect");
    }

    async fn a_second_click_with_the_right_password_is_not_told_that_it_is_wrong(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.advance_secs(10 * 60);
        let mut second = li.clone();
        let form = [("name", "wang"), ("role", "viewer"), ("current_password", PASSWORD)];
        let path = "/console/administrators";
        let (first, second) = tokio::join!(li.posts(path, &form), second.posts(path, &form));
        let mut told = [first.status.as_u16(), second.status.as_u16()];
        told.sort_unstable();
        assert_eq!(told, [200, 303], "{} {}", first.text, second.text);
        for answer in [first, second] {
            assert!(answer.status == StatusCode::OK || answer.location().starts_with("/console/sign-in"));
        }
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 2, "done once");
    }

    async fn the_page_that_asks_for_the_password_says_what_for(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        with_role(&test, &mut li, "wang", "viewer").await;
        test.advance_secs(10 * 60);
        let path = format!("/console/administrators/{}/remove", id_of(&test.app.db, "wang").await);
        let asked = li.posts(&path, &[]).await;
        assert!(asked.text.contains("You are about to remove wang."), "{}", asked.text);
        assert!(!asked.text.contains("hreflang"), "no way to lose what was typed");
        let path = path.replace("remove", "role");
        let asked = li.posts(&path, &[("role", "editor")]).await;
        assert!(asked.text.contains("You are about to make wang an editor."), "{}", asked.text);
    }

    async fn a_language_switch_at_the_password_page_does_nothing_else(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        test.advance_secs(10 * 60);
        let form = [("name", "wang"), ("role", "viewer")];
        let asked = li.posts("/console/administrators", &form).await;
        let switch = "/console/administrators?ui_locales=zh-CN";
        assert!(asked.text.contains(&format!("method=\"post\" action=\"{switch}\"")), "{}", asked.text);
        let again = li.posts(switch, &form).await;
        assert_eq!(again.status, StatusCode::FORBIDDEN);
        assert!(again.text.contains("您即将添加一位管理员"), "{}", again.text);
        assert_eq!((hidden(&again.text, "name").as_str(), hidden(&again.text, "role").as_str()), ("wang", "viewer"));
        let right = [form[0], form[1], ("current_password", PASSWORD)];
        li.posts(switch, &right).await;
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 1, "a switch does nothing else");
        assert_eq!(li.posts("/console/administrators", &right).await.status, StatusCode::OK);
        li.posts(switch, &[("name", "zhao"), ("role", "viewer")]).await;
        assert_eq!(administrators::list(&test.app.db).await.unwrap().len(), 2, "not even a moment after");
    }
}
