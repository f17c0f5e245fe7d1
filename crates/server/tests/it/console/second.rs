//! The second factor: once, after the password, and gone with it.
use axum::http::StatusCode;
use haoma_store::administrators;

use super::{
    OTHER, PASSWORD, PROVED, link, owner, problem, sets_up_second, sets_up_second_by, shown_secret,
    signs_in, with_role,
};
use crate::support::TestApp;
use crate::support::visitor::hidden;

on_both! {
    async fn a_code_of_the_second_factor_lets_in_once_and_only_after_the_password(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let secret = sets_up_second(&test, &mut li).await;
        li.posts("/console/sign-out", &[]).await;
        let second = "/console/sign-in/second";
        assert_eq!(li.posts(second, &[("code", &secret.shown(test.app.clock.now()))]).await.location(), "/console/sign-in");
        let asked = li.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD), ("next", "/console/account")]).await;
        assert_eq!(asked.location(), "/console/sign-in/second?next=%2Fconsole%2Faccount");
        assert_eq!(li.get("/console/account").await.status, StatusCode::SEE_OTHER, "not in yet");
        let used = li.posts(second, &[("code", &secret.shown(test.app.clock.now()))]).await;
        assert_eq!(problem(&used.text), "administrator.wrong_code", "it was spent when it was set up");
        test.advance_secs(30);
        let code = secret.shown(test.app.clock.now());
        let wrong = li.posts(second, &[("code", "000000")]).await;
        assert_eq!((wrong.status.as_u16(), problem(&wrong.text)), (401, "administrator.wrong_code"));
        let mut twin = li.clone();
        let entered = li.posts(second, &[("code", &code), ("next", "/console/account")]).await;
        assert_eq!(entered.location(), "/console/account");
        assert_eq!(problem(&twin.posts(second, &[("code", &code)]).await.text), "administrator.wrong_code");
        test.advance_secs(5 * 60);
        assert_eq!(twin.posts(second, &[("code", &secret.shown(test.app.clock.now()))]).await.location(), "/console/sign-in");
    }

    async fn a_link_or_the_administrator_switches_the_second_factor_off(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        sets_up_second(&test, &mut li).await;
        let path = link(&test, "li").await;
        assert_eq!(test.visitor().posts(&path, &[("password", OTHER)]).await.status, StatusCode::SEE_OTHER);
        let mut li = test.visitor();
        assert_eq!(li.posts("/console/sign-in", &[("name", "li"), ("password", OTHER)]).await.location(), "/console");
        sets_up_second_by(&test, &mut li, OTHER).await;
        let asked = li.posts("/console/account/second/remove", &[]).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "the password again, however lately it was given");
        let removed = li.posts("/console/account/second/remove", &[("current_password", OTHER)]).await;
        assert_eq!(removed.location(), "/console/account");
        assert_eq!(test.visitor().posts("/console/sign-in", &[("name", "li"), ("password", OTHER)]).await.location(), "/console");
    }

    async fn a_second_factor_is_stored_only_when_its_app_works_and_for_its_session(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let page = li.posts("/console/account/second", &PROVED).await.text;
        let (sealed, secret) = (hidden(&page, "sealed"), shown_secret(&page));
        assert!(!page.contains("secret=") && page.contains("<svg"), "a picture");
        let wrong = li.posts("/console/account/second/confirm", &[("sealed", &sealed), ("code", "000000")]).await;
        assert_eq!(problem(&wrong.text), "administrator.wrong_code");
        assert_eq!(shown_secret(&wrong.text).reveal(), secret.reveal(), "the same picture again");
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        let code = secret.shown(test.app.clock.now());
        let stolen = wang.posts("/console/account/second/confirm", &[("sealed", &sealed), ("code", &code)]).await;
        assert_eq!(stolen.status, StatusCode::BAD_REQUEST);
        let all = administrators::list(&test.app.db).await.unwrap();
        assert!(all.iter().all(|one| one.totp_sealed.is_none()));
        let set = li.posts("/console/account/second/confirm", &[("sealed", &sealed), ("code", &code)]).await;
        assert_eq!(set.location(), "/console/account", "{}", set.text);
        let all = administrators::list(&test.app.db).await.unwrap();
        let stored = all.iter().find_map(|one| one.totp_sealed.clone()).unwrap();
        assert!(!stored.contains(secret.reveal()));
    }

    async fn s63_a_second_factor_is_confirmed_while_the_password_counts(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let page = li.posts("/console/account/second", &PROVED).await.text;
        let (sealed, secret) = (hidden(&page, "sealed"), shown_secret(&page));
        test.advance_secs(10 * 60);
        let code = secret.shown(test.app.clock.now());
        let late = li.posts("/console/account/second/confirm", &[("sealed", &sealed), ("code", &code)]).await;
        assert_eq!(late.location(), "/console/account");
        assert!(li.get("/console/account").await.text.contains("longer than 10 minutes"));
        let stored = administrators::find_by_name(&test.app.db, "li").await.unwrap().unwrap();
        assert_eq!(stored.totp_sealed, None);
    }

    async fn a_password_that_was_changed_meanwhile_lets_nobody_on_to_the_code(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let secret = sets_up_second(&test, &mut li).await;
        test.advance_secs(30);
        let second = "/console/sign-in/second";
        let mut thief = test.visitor().at("198.51.100.1");
        thief.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        assert_eq!(thief.get(second).await.status, StatusCode::OK);
        let form = [("current_password", PASSWORD), ("new_password", OTHER)];
        li.posts("/console/account/password", &form).await;
        assert_eq!(thief.get(second).await.location(), "/console/sign-in");
        let code = secret.shown(test.app.clock.now());
        assert_eq!(thief.posts(second, &[("code", &code)]).await.location(), "/console/sign-in");
    }

    async fn s44_switching_the_second_factor_on_or_off_ends_the_other_sessions(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut phone = test.visitor();
        signs_in(&mut phone, "li", PASSWORD).await;
        let copied = li.clone();
        let secret = sets_up_second(&test, &mut li).await;
        for mut before in [phone.clone(), copied] {
            assert_eq!(before.get("/console/account").await.status, StatusCode::SEE_OTHER, "on");
        }
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
        signs_in(&mut phone, "li", PASSWORD).await;
        test.advance_secs(30);
        phone.posts("/console/sign-in/second", &[("code", &secret.shown(test.app.clock.now()))]).await;
        assert_eq!(phone.get("/console/account").await.status, StatusCode::OK);
        let off = li.posts("/console/account/second/remove", &[("current_password", PASSWORD)]).await;
        assert_eq!(off.location(), "/console/account", "{}", off.text);
        assert_eq!(phone.get("/console/account").await.status, StatusCode::SEE_OTHER, "off");
        assert_eq!(li.get("/console/account").await.status, StatusCode::OK);
    }
}
