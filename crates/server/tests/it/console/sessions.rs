//! Sessions of the console: how long they last, what ends them, which cookies they need.
use axum::http::header::SET_COOKIE;
use axum::http::{Method, StatusCode};
use haoma_core::ids::AdministratorId;
use haoma_core::time::Timestamp;
use haoma_store::administrator_sessions;

use super::{OTHER, PASSWORD, id_of, link, owner, sets_up_second_by, signs_in, with_role};
use crate::support::TestApp;
use crate::support::visitor::Answer;

/// The names of the cookies an answer sets.
fn cookies(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.get_all(SET_COOKIE).iter();
    lines.map(|line| line.to_str().unwrap().split('=').next().unwrap().to_owned()).collect()
}

on_both! {
    async fn a_session_ends_after_an_hour_of_rest_and_after_twelve_in_any_case(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for _ in 0..11 {
            test.advance_secs(60 * 60 - 1);
            assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
        }
        test.advance_secs(60 * 60 - 1);
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
        test.advance_secs(12);
        let over = li.get("/console/account").await;
        assert_eq!(over.location(), "/console/sign-in?next=%2Fconsole%2Faccount");
        let back = [("name", "li"), ("password", PASSWORD), ("next", "/console/account")];
        assert_eq!(li.posts("/console/sign-in", &back).await.location(), "/console/account");
        let away = [("name", "li"), ("password", PASSWORD), ("next", "https://evil.example/console")];
        assert_eq!(li.posts("/console/sign-in", &away).await.location(), "/console");
        test.advance_secs(60 * 60);
        assert_eq!(li.get("/console/account").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_page_that_asks_again_by_itself_keeps_no_session_alive_and_reads_nothing_that_is_told_once(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let watching = [("x-haoma-watching", "1")];
        let form = [("type", "block"), ("kind", "prefix"), ("value", "+86 1380"), ("days", "7"), ("reason", "")];
        assert_eq!(li.posts("/console/security/rules", &form).await.status, StatusCode::SEE_OTHER);
        let shown = li.with_headers(Method::GET, "/console/security", &watching).await;
        assert_eq!((shown.text.contains("class=\"told\""), cookies(&shown)), (false, vec![]));
        assert!(li.get("/console/security/rules").await.text.contains("class=\"told\""), "whoever reads it comes after");
        for _ in 0..59 {
            test.advance_secs(60);
            let shown = li.with_headers(Method::GET, "/console/security", &watching).await;
            assert_eq!(shown.status, StatusCode::OK);
        }
        test.advance_secs(61);
        let over = li.with_headers(Method::GET, "/console/security", &watching).await;
        assert_eq!(over.location(), "/console/sign-in?next=%2Fconsole%2Fsecurity");
    }

    async fn only_the_page_that_asks_by_itself_is_taken_for_one(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for (method, path, is_used) in [
            (Method::GET, "/console/security/rules", true),
            (Method::GET, "/console/account", true),
            (Method::POST, "/console/security/rules", true),
            (Method::GET, "/console/security?page=2", false),
        ] {
            assert_eq!(signs_in(&mut li, "li", PASSWORD).await, StatusCode::SEE_OTHER);
            test.advance_secs(59 * 60);
            let form = (method == Method::POST).then(|| ("application/x-www-form-urlencoded", "type=nothing".to_owned()));
            let asked = li.send_with(method.clone(), path, form, &[("x-haoma-watching", "1")]).await;
            let wanted = if method == Method::GET { StatusCode::OK } else { StatusCode::BAD_REQUEST };
            assert_eq!(asked.status, wanted, "{path}: {}", asked.text);
            test.advance_secs(61);
            assert_eq!(li.get("/console/account").await.status == StatusCode::OK, is_used, "{method} {path}");
        }
    }

    async fn s44_signing_in_and_out_leaves_no_older_session_behind(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let before = li.clone();
        let entered = li.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        let cookies: Vec<_> = entered.headers.get_all(SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
        let session = cookies.iter().find(|c| c.starts_with("__Host-_console=")).unwrap();
        assert!(session.contains("HttpOnly") && session.contains("SameSite=Lax") && session.contains("Secure"));
        assert_eq!(before.clone().get("/console/account").await.status, StatusCode::SEE_OTHER, "signing in over it");
        let before = li.clone();
        li.posts("/console/sign-out", &[]).await;
        assert_eq!(before.clone().get("/console/account").await.status, StatusCode::SEE_OTHER, "signing out");
        signs_in(&mut li, "li", PASSWORD).await;
        test.advance_secs(10 * 60);
        let before = li.clone();
        let form = [("name", "wang"), ("role", "viewer"), ("current_password", PASSWORD)];
        assert_eq!(li.posts("/console/administrators", &form).await.status, StatusCode::OK);
        assert_eq!(before.clone().get("/console/account").await.status, StatusCode::SEE_OTHER, "the password again");
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
    }

    async fn changing_the_password_ends_the_other_sessions_and_needs_the_old_one(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut second = test.visitor().at("198.51.100.1");
        assert_eq!(signs_in(&mut second, "li", PASSWORD).await, StatusCode::SEE_OTHER);
        let path = "/console/account/password";
        let wrong = li.posts(path, &[("current_password", OTHER), ("new_password", "short")]).await;
        assert!(wrong.text.contains("administrator.wrong_password") && wrong.text.contains("password.too_short"), "both at once");
        assert_eq!(second.get("/console/account").await.status, StatusCode::OK);
        let open = link(&test, "li").await;
        let changed = li.posts(path, &[("current_password", PASSWORD), ("new_password", OTHER)]).await;
        assert_eq!(changed.location(), "/console/account", "{}", changed.text);
        assert_eq!(second.get("/console/account").await.status, StatusCode::SEE_OTHER);
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
        assert_eq!(second.get(&open).await.status, StatusCode::GONE, "links too");
        assert_eq!(signs_in(&mut second, "li", PASSWORD).await, StatusCode::UNAUTHORIZED);
        assert_eq!(signs_in(&mut second, "li", OTHER).await, StatusCode::SEE_OTHER);
    }

    async fn a_session_can_be_ended_from_another_but_not_somebody_elses(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        let page = wang.get("/console/account").await.text;
        let (_, rest) = page.split_once("/console/account/sessions/").unwrap();
        let path = format!("/console/account/sessions/{}/end", rest.split('/').next().unwrap());
        li.posts(&path, &[]).await;
        assert_eq!(wang.get("/console/account").await.status, StatusCode::OK, "not theirs to end");
        let mut second = test.visitor();
        signs_in(&mut second, "wang", PASSWORD).await;
        assert_eq!(second.posts(&path, &[]).await.location(), "/console/account");
        assert_eq!(wang.get("/console/account").await.status, StatusCode::SEE_OTHER);
    }

    async fn what_was_done_is_told_once_on_the_page_after_the_form(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let told = "The password is changed";
        let form = [("current_password", PASSWORD), ("new_password", OTHER)];
        li.posts("/console/account/password", &form).await;
        assert!(li.get("/console/account").await.text.contains(told));
        assert!(!li.get("/console/account").await.text.contains(told), "once");
        let mut forger = li.clone();
        forger.set_cookie("__Host-_console_notice", "/", "good.console-password-changed");
        assert!(!forger.get("/console/account").await.text.contains(told), "only the server writes it");
    }

    async fn s43_every_cookie_of_the_console_is_of_this_host_alone(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = test.visitor();
        let path = link(&test, "li").await;
        let mut all = cookies(&li.posts(&path, &[("password", PASSWORD)]).await);
        all.extend(cookies(&li.get("/console/account?ui_locales=zh-CN").await));
        let form = [("current_password", PASSWORD), ("new_password", OTHER)];
        all.extend(cookies(&li.posts("/console/account/password", &form).await));
        all.extend(cookies(&li.get("/console/account").await));
        sets_up_second_by(&test, &mut li, OTHER).await;
        all.extend(cookies(&li.posts("/console/sign-out", &[]).await));
        all.extend(cookies(&li.posts("/console/sign-in", &[("name", "li"), ("password", OTHER)]).await));
        for kind in ["", "_known", "_language", "_notice", "_second"] {
            assert!(all.contains(&format!("__Host-_console{kind}")), "{kind} in {all:?}");
        }
        // that these are `Secure` and for the path `/`, every visitor of these tests looks
        assert!(all.iter().all(|name| name.starts_with("__Host-")), "{all:?}");
    }

    async fn a_session_began_when_it_began_however_often_the_password_is_asked_for(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let id = AdministratorId::parse(&id_of(&test.app.db, "li").await).unwrap();
        let began = test.app.clock.now();
        for name in ["wang", "zhao"] {
            test.advance_secs(20 * 60);
            let form = [("name", name), ("role", "viewer"), ("current_password", PASSWORD)];
            assert_eq!(li.posts("/console/administrators", &form).await.status, StatusCode::OK);
        }
        let all = administrator_sessions::list(&test.app.db, &id, Timestamp(0), began).await.unwrap();
        let [only] = &all[..] else { panic!("one session") };
        assert_eq!((only.created_at, only.expires_at), (began, began.plus_secs(12 * 60 * 60)));
        assert_eq!(only.proved_at, test.app.clock.now());
    }
}
