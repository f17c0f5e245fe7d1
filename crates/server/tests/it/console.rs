//! The console: getting in, staying in, and who may do what.
use axum::http::StatusCode;
use axum::http::header::{REFERRER_POLICY, SET_COOKIE};
use haoma::console::first;
use haoma_core::role::Role;
use haoma_core::totp::Secret;
use haoma_store::{Db, administrators};

use crate::support::visitor::hidden;
use crate::support::{TestApp, Visitor};

pub(crate) const PASSWORD: &str = "seven green kettles";
const OTHER: &str = "eight brown teapots";

/// The path of a one-time link for an owner.
async fn link(test: &TestApp, name: &str) -> String {
    let link = first::create(&test.app, name).await.unwrap();
    link.strip_prefix("https://id.example.com").unwrap().to_owned()
}

/// An owner who came through a link and chose [`PASSWORD`].
pub(crate) async fn owner(test: &TestApp) -> Visitor {
    let mut li = test.visitor().at("192.0.2.1");
    let path = link(test, "li").await;
    let answer = li.posts(&path, &[("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, "/console"));
    li
}

/// Somebody with a role, made by an owner through the pages.
pub(crate) async fn with_role(
    test: &TestApp,
    owner: &mut Visitor,
    name: &str,
    role: &str,
) -> Visitor {
    let made = owner.posts("/console/administrators", &[("name", name), ("role", role)]).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let mut new = test.visitor().at("192.0.2.2");
    let answer = new.posts(&shown_link(&made.text), &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    new
}

fn shown_link(html: &str) -> String {
    let (_, rest) = html.split_once("<code>https://id.example.com").expect("a link");
    rest.split('<').next().unwrap().to_owned()
}

async fn signs_in(visitor: &mut Visitor, name: &str, password: &str) -> StatusCode {
    visitor.posts("/console/sign-in", &[("name", name), ("password", password)]).await.status
}

async fn id_of(db: &Db, name: &str) -> String {
    administrators::find_by_name(db, name).await.unwrap().unwrap().id.to_string()
}

/// Switches the second factor on, with the app of this secret.
pub(crate) async fn sets_up_second(test: &TestApp, visitor: &mut Visitor) -> Secret {
    let page = visitor.posts("/console/account/second", &[]).await.text;
    let secret = shown_secret(&page);
    let code = secret.shown(test.app.clock.now());
    let form = [("sealed", hidden(&page, "sealed")), ("code", code)];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let set = visitor.posts("/console/account/second/confirm", &form).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    secret
}

fn shown_secret(html: &str) -> Secret {
    let (_, rest) = html.split_once("class=\"secret\"><code>").unwrap();
    let letters = rest.split('<').next().unwrap().replace(' ', "");
    Secret::parse(&letters.into()).unwrap()
}

/// What the page says went wrong.
pub(crate) fn problem(html: &str) -> &str {
    let (_, rest) = html.split_once("data-code=\"").unwrap_or(("", "none\""));
    rest.split('"').next().unwrap()
}

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

    async fn guessing_waits_longer_and_longer_and_keeps_nobody_else_out(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        li.posts("/console/sign-out", &[]).await;
        // even from the network of the owner
        let mut thief = test.visitor().at("192.0.2.1");
        let mut waits = vec![];
        for _ in 0..3 {
            let mut judged = 0;
            let wait = loop {
                let answer = thief.posts("/console/sign-in", &[("name", "li"), ("password", OTHER)]).await;
                if answer.status == StatusCode::TOO_MANY_REQUESTS {
                    let (_, rest) = answer.text.split_once("data-until=\"").unwrap();
                    break rest.split('"').next().unwrap().parse::<i64>().unwrap() / 1000;
                }
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
                judged += 1;
            };
            assert_eq!(judged, 5);
            waits.push(wait);
            test.advance_secs(wait);
        }
        assert_eq!(waits, [60, 14 * 60, 60]);
        assert_eq!(signs_in(&mut thief, "li", PASSWORD).await, StatusCode::SEE_OTHER, "the wait is over");
        for _ in 0..5 {
            signs_in(&mut test.visitor().at("192.0.2.1"), "li", OTHER).await;
        }
        assert_eq!(signs_in(&mut li, "li", PASSWORD).await, StatusCode::SEE_OTHER);
        let mut elsewhere = test.visitor().at("203.0.113.5");
        assert_eq!(signs_in(&mut elsewhere, "li", PASSWORD).await, StatusCode::SEE_OTHER);
    }

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

    async fn who_tries_many_names_is_counted_by_place(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut thief = test.visitor().at("198.51.100.1");
        for n in 0..20 {
            assert_eq!(signs_in(&mut thief, &format!("name{n}"), OTHER).await, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(signs_in(&mut thief, "another", OTHER).await, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(signs_in(&mut li, "li", PASSWORD).await, StatusCode::SEE_OTHER);
        for odd in ["\0", "a b", &"x".repeat(5000)] {
            let mut odd_one = test.visitor().at("198.51.100.2");
            assert_eq!(signs_in(&mut odd_one, odd, OTHER).await, StatusCode::UNAUTHORIZED);
        }
    }

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
                li.posts(&mine, &[("role", "owner")]).await;
                break;
            }
        }
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

    async fn guesses_at_the_second_factor_are_counted(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        sets_up_second(&test, &mut li).await;
        let mut thief = test.visitor().at("198.51.100.1");
        thief.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        let mut judged = 0;
        while thief.posts("/console/sign-in/second", &[("code", "000000")]).await.status == StatusCode::UNAUTHORIZED {
            judged += 1;
        }
        assert_eq!(judged, 4, "the password was the first of five");
    }

    async fn a_link_or_the_administrator_switches_the_second_factor_off(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        sets_up_second(&test, &mut li).await;
        let path = link(&test, "li").await;
        assert_eq!(test.visitor().posts(&path, &[("password", OTHER)]).await.status, StatusCode::SEE_OTHER);
        let mut li = test.visitor();
        assert_eq!(li.posts("/console/sign-in", &[("name", "li"), ("password", OTHER)]).await.location(), "/console");
        sets_up_second(&test, &mut li).await;
        test.advance_secs(10 * 60);
        let asked = li.posts("/console/account/second/remove", &[]).await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN, "the password again");
        let removed = li.posts("/console/account/second/remove", &[("current_password", OTHER)]).await;
        assert_eq!(removed.location(), "/console/account");
        assert_eq!(test.visitor().posts("/console/sign-in", &[("name", "li"), ("password", OTHER)]).await.location(), "/console");
    }

    async fn a_second_factor_is_stored_only_when_its_app_works_and_for_its_session(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let page = li.posts("/console/account/second", &[]).await.text;
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

    async fn an_owner_who_can_sign_in_remains(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let path = |what: &str, id: &str| format!("/console/administrators/{id}/{what}");
        let me = id_of(&test.app.db, "li").await;
        // an owner who never chose a password is none to rely on
        li.posts("/console/administrators", &[("name", "wang"), ("role", "owner")]).await;
        for (what, form) in [("role", &[("role", "viewer")][..]), ("remove", &[][..])] {
            assert_eq!(li.posts(&path(what, &me), form).await.location(), "/console/administrators");
            let refused = li.get("/console/administrators").await;
            assert!(refused.text.contains("At least one owner") || refused.text.contains("at least one owner"), "{what}");
        }
        let mut zhao = with_role(&test, &mut li, "zhao", "owner").await;
        assert_eq!(zhao.posts(&path("role", &me), &[("role", "viewer")]).await.location(), "/console/administrators");
        assert_eq!(li.get("/console/administrators").await.status, StatusCode::FORBIDDEN, "at once");
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

    async fn what_was_done_is_told_once_on_the_page_after_the_form(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let told = "The password is changed";
        let form = [("current_password", PASSWORD), ("new_password", OTHER)];
        li.posts("/console/account/password", &form).await;
        assert!(li.get("/console/account").await.text.contains(told));
        assert!(!li.get("/console/account").await.text.contains(told), "once");
        let mut forger = li.clone();
        forger.set_cookie("_console_notice", "/console", "good.console-password-changed");
        assert!(!forger.get("/console/account").await.text.contains(told), "only the server writes it");
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

    async fn an_error_of_the_console_is_a_page_of_the_console(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        li.reads_html();
        wang.reads_html();
        let lost = li.get("/console/nowhere/at/all").await;
        assert_eq!(lost.status, StatusCode::NOT_FOUND);
        assert!(lost.text.contains("Haoma Console") && lost.text.contains("href=\"/console\""), "{}", lost.text);
        let refused = wang.get("/console/administrators?ui_locales=zh-CN").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.text.contains("Haoma 控制台") && refused.text.contains("没有权限"), "{}", refused.text);
        let again = wang.get("/console/administrators").await;
        assert!(again.text.contains("没有权限"), "the language chosen before");
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
    }

    async fn the_page_of_all_components_is_in_the_demo_only(database: Database) {
        let test = TestApp::start_demo(database).await;
        let mut li = owner(&test).await;
        assert_eq!(test.visitor().get("/console/_components").await.status, StatusCode::SEE_OTHER);
        for language in ["en", "zh-CN"] {
            let shown = li.get(&format!("/console/_components?ui_locales={language}")).await;
            assert_eq!(shown.status, StatusCode::OK);
            assert!(shown.text.contains("role=\"switch\"") && shown.text.contains("class=\"stepper\""));
        }
        let test = TestApp::start(test.end()).await;
        let mut wang = test.visitor();
        wang.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        assert_eq!(wang.get("/console/_components").await.status, StatusCode::NOT_FOUND);
    }
}
