//! Getting in: one-time links, name and password.
use axum::http::StatusCode;
use axum::http::header::REFERRER_POLICY;
use haoma::console::first;

use super::{OTHER, PASSWORD, link, owner, problem, signs_in};
use crate::support::TestApp;

on_both! {
    async fn a_link_lets_in_once_and_only_with_a_good_password(database: Database) {
        let test = TestApp::start(database).await;
        let path = link(&test, "li").await;
        let mut li = test.visitor();
        let shown = li.get(&path).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert_eq!(shown.headers[REFERRER_POLICY], "same-origin", "the address is a secret");
        for (weak, code) in [("short", "password.too_short"), ("Password1234", "password.common"), ("", "password.too_short")] {
            let refused = li.posts(&path, &[("password", weak)]).await;
            assert_eq!((refused.status.as_u16(), problem(&refused.text)), (422, code));
        }
        let entered = li.posts(&path, &[("password", PASSWORD)]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
        let mut late = test.visitor();
        assert_eq!(late.get(&path).await.status, StatusCode::GONE);
        assert_eq!(late.posts(&path, &[("password", OTHER)]).await.status, StatusCode::GONE);
        assert_eq!(signs_in(&mut late, "LI ", PASSWORD).await, StatusCode::SEE_OTHER);
    }

    async fn twenty_at_one_link_are_let_in_once(database: Database) {
        let test = TestApp::start(database).await;
        let path = link(&test, "li").await;
        let tries = (0..20).map(|_| {
            let (mut visitor, path) = (test.visitor(), path.clone());
            tokio::spawn(async move { visitor.posts(&path, &[("password", PASSWORD)]).await.status })
        });
        let mut entered = 0;
        for one in tries.collect::<Vec<_>>() {
            entered += usize::from(one.await.unwrap() == StatusCode::SEE_OTHER);
        }
        assert_eq!(entered, 1);
    }

    async fn a_link_is_over_after_15_minutes_and_when_there_is_a_newer_one(database: Database) {
        let test = TestApp::start(database).await;
        let older = link(&test, "li").await;
        let newer = link(&test, "li").await;
        let mut li = test.visitor();
        assert_eq!(li.get(&older).await.status, StatusCode::GONE);
        test.advance_secs(15 * 60 - 1);
        assert_eq!(li.get(&newer).await.status, StatusCode::OK);
        test.advance_secs(1);
        assert_eq!(li.posts(&newer, &[("password", PASSWORD)]).await.status, StatusCode::GONE);
        assert_eq!(li.get("/console/welcome/nonsense").await.status, StatusCode::GONE);
    }

    async fn the_first_link_is_for_a_server_that_nobody_administers(database: Database) {
        let test = TestApp::start(database).await;
        let first = first::link(&test.app).await.unwrap().unwrap();
        let again = first::link(&test.app).await.unwrap().unwrap();
        let path = |link: &str| link.strip_prefix("https://id.example.com").unwrap().to_owned();
        let mut li = test.visitor();
        assert_eq!(li.get(&path(&first)).await.status, StatusCode::GONE);
        let entered = li.posts(&path(&again), &[("password", PASSWORD)]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER);
        assert_eq!(first::link(&test.app).await.unwrap(), None);
    }

    async fn a_wrong_password_and_an_unknown_name_are_answered_alike(database: Database) {
        let test = TestApp::start(database).await;
        owner(&test).await;
        let mut somebody = test.visitor().at("198.51.100.1");
        let wrong = somebody.posts("/console/sign-in", &[("name", "li"), ("password", OTHER)]).await;
        let unknown = somebody.posts("/console/sign-in", &[("name", "lu"), ("password", OTHER)]).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
        assert_eq!(problem(&wrong.text), "administrator.wrong_credentials");
        assert_eq!(wrong.text.replace("value=\"li\"", ""), unknown.text.replace("value=\"lu\"", ""));
    }

}
