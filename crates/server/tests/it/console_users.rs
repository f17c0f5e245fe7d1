//! The console's room of users.
use axum::http::StatusCode;
use haoma_core::ids::UserId;
use haoma_core::phone::PhoneDigits;
use haoma_store::users::{self, Stored};
use haoma_store::{audit, grants, sessions};

use crate::console::{PASSWORD, owner, problem, with_role};
use crate::support::visitor::{Answer, hidden};
use crate::support::{TestApp, Visitor};

const LIST: &str = "/console/users";
const NUMBER: &str = "8613800138000";

/// Adds a user through the pages; their id.
async fn adds(visitor: &mut Visitor, fields: &[(&str, &str)]) -> UserId {
    let answer = visitor.posts(LIST, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let location = answer.location();
    UserId::parse(location.strip_prefix("/console/users/").unwrap()).unwrap()
}

async fn stored(test: &TestApp, id: &UserId) -> Stored {
    users::find(&test.app.db, id).await.unwrap().unwrap()
}

async fn searches(visitor: &mut Visitor, text: &str) -> Answer {
    visitor.posts(&format!("{LIST}/search"), &[("q", text), ("state", "")]).await
}

/// What administrators did to a user, in the order of the alphabet: within a millisecond there is no other.
async fn events(test: &TestApp, id: &UserId) -> Vec<String> {
    let filter = audit::Filter { user_id: Some(id.to_string()), ..audit::Filter::default() };
    let found = audit::list(&test.app.db, &filter, (50, 0)).await.unwrap();
    let by_somebody = |event: &audit::Event| event.payload.contains("administratorId");
    let mut keys: Vec<_> = found.into_iter().filter(by_somebody).map(|event| event.key).collect();
    keys.sort();
    keys
}

on_both! {
    async fn a_user_is_added_changed_and_deleted(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        assert!(li.get(LIST).await.text.contains("Nobody has signed in yet"));
        let id = adds(&mut li, &[("phone", "138 0013 8000"), ("name", "Han Meimei"), ("username", "")]).await;
        let user = stored(&test, &id).await;
        assert_eq!((user.phone.as_ref().map(PhoneDigits::as_str), user.username.as_deref()), (Some(NUMBER), None));
        let path = format!("{LIST}/{id}");
        let page = li.get(&path).await.text;
        let left_at = hidden(&page, "left_at");
        test.advance_secs(1);
        let form = [("left_at", left_at.as_str()), ("name", "Mei"), ("username", "mei"), ("avatar", ""), ("custom_data", "{\"vip\":true}")];
        assert_eq!(li.posts(&path, &form).await.location(), path);
        let user = stored(&test, &id).await;
        assert_eq!((user.name.as_deref(), user.username.as_deref(), user.custom_data.as_str()), (Some("Mei"), Some("mei"), "{\"vip\":true}"));
        let late = li.posts(&path, &form).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "left as it was before");
        assert!(late.text.contains("Not saved"));
        let changed = li.posts(&format!("{path}/phone"), &[("phone", "+49 1511 2345678")]).await;
        assert_eq!(changed.location(), path);
        assert_eq!(stored(&test, &id).await.phone.as_ref().map(PhoneDigits::as_str), Some("4915112345678"));
        assert_eq!(li.posts(&format!("{path}/delete"), &[]).await.location(), LIST);
        assert_eq!(li.get(&path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(events(&test, &id).await, ["User.Created", "User.Data.Updated", "User.Data.Updated", "User.Deleted"]);
    }

    async fn everything_wrong_is_told_beside_its_field_and_nothing_is_saved(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let id = adds(&mut li, &[("phone", NUMBER), ("username", "mei")]).await;
        for (fields, code) in [
            (&[("phone", "138 0013 8000")][..], "user.phone_already_in_use"),
            (&[("phone", "12")][..], "user.invalid_phone"),
            (&[("username", "mei")][..], "user.username_already_in_use"),
            (&[("username", "1 2")][..], "guard.invalid_input"),
            (&[("name", "nobody to find")][..], "entity.invalid_input"),
            (&[("phone", "12"), ("username", "mei")][..], "user.invalid_phone"),
        ] {
            let refused = li.posts(LIST, fields).await;
            assert!(refused.status.is_client_error());
            assert_eq!(problem(&refused.text), code, "{fields:?}");
            assert!(refused.text.contains(&format!("value=\"{}\"", fields[0].1)), "what was typed is kept");
        }
        for (phone, username) in [("138 0013 8000", "mei"), ("12", "1 2"), ("12", "mei"), ("138 0013 8000", "1 2")] {
            let refused = li.posts(LIST, &[("phone", phone), ("username", username)]).await.text;
            assert!(refused.contains("id=\"phone-error\"") && refused.contains("id=\"username-error\""), "{phone} {username}");
        }
        let other = adds(&mut li, &[("username", "lilei")]).await;
        let path = format!("{LIST}/{other}");
        let taken = li.posts(&format!("{path}/phone"), &[("phone", NUMBER)]).await;
        assert_eq!((taken.status.as_u16(), problem(&taken.text)), (422, "user.phone_already_in_use"));
        let left_at = hidden(&li.get(&path).await.text, "left_at");
        let form = [("left_at", left_at.as_str()), ("name", "x"), ("username", "1"), ("custom_data", "{")];
        let refused = li.posts(&path, &form).await.text;
        assert!(refused.contains("This is not a JSON object") && refused.contains("begin with no digit"), "both at once");
        assert_eq!((stored(&test, &other).await.name, stored(&test, &id).await.is_locked), (None, false));
    }

    async fn s11_a_number_is_found_and_never_stands_in_an_address_or_a_page(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mei = adds(&mut li, &[("phone", NUMBER), ("name", "Han Meimei")]).await;
        adds(&mut li, &[("phone", "8613900139000"), ("name", "Li Lei")]).await;
        for typed in ["138 0013 8000", "+8613800138000", "１３８００１３８０００", mei.as_str()] {
            assert_eq!(searches(&mut li, typed).await.location(), format!("{LIST}/{mei}"), "{typed}");
        }
        for (typed, found) in [("86138", "Han Meimei"), ("139000", "Li Lei"), ("38000", "Han Meimei")] {
            let to = searches(&mut li, typed).await.location();
            assert!(to.starts_with("/console/users?find=") && !to.contains(typed), "{to}");
            let list = li.get(&to).await.text;
            assert_eq!((list.contains("Han Meimei"), list.contains("Li Lei")), (found == "Han Meimei", found == "Li Lei"), "{typed}");
            assert!(!list.contains(&format!("value=\"{typed}\"")), "not repeated");
        }
        let nobody = searches(&mut li, "137 0013 7000").await.location();
        assert!(!nobody.contains("137"));
        assert!(li.get(&nobody).await.text.contains("No user fits"));
        let words = searches(&mut li, "call 13800138000").await.location();
        assert!(!words.contains("138"), "{words}");
        assert_eq!(searches(&mut li, "meimei").await.location(), "/console/users?q=meimei");
        assert!(li.get("/console/users?q=meimei").await.text.contains("Han Meimei"));
        let all = li.get(LIST).await.text;
        assert!(all.contains("+86 138****8000") && !all.contains(NUMBER));
        assert_eq!(li.get("/console/users?find=v1.forged").await.location(), LIST);
    }

    async fn parts_of_numbers_and_whole_ones_are_for_who_may_change_people(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "editor").await;
        let mut zhao = with_role(&test, &mut li, "zhao", "viewer").await;
        let id = adds(&mut li, &[("phone", NUMBER), ("name", "Han Meimei")]).await;
        let path = format!("{LIST}/{id}");
        assert_eq!(searches(&mut zhao, "13800138000").await.location(), path, "who is told a number finds its owner");
        let part = searches(&mut zhao, "1380013").await.location();
        assert!(!zhao.get(&part).await.text.contains("Han Meimei"), "or the rest could be tried out");
        assert!(wang.get(&part).await.text.contains("Han Meimei"));
        let page = zhao.get(&path).await.text;
        assert!(page.contains("138****8000") && !page.contains(NUMBER) && !page.contains("<form class=\"stack\""));
        assert_eq!(zhao.posts(&format!("{path}/number"), &[]).await.status, StatusCode::FORBIDDEN);
        assert!(!wang.get(&path).await.text.contains(NUMBER));
        let shown = wang.posts(&format!("{path}/number"), &[]).await;
        assert!(shown.text.contains("+8613800138000"));
        assert_eq!(events(&test, &id).await, ["User.Created", "User.Phone.Shown"]);
        let all = audit::list(&test.app.db, &audit::Filter::default(), (50, 0)).await.unwrap();
        assert!(all.iter().all(|event| !event.payload.contains(NUMBER)));
    }

    async fn who_sees_numbers_masked_cannot_try_their_digits(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut han = with_role(&test, &mut li, "han", "viewer").await;
        for n in 0..30 {
            assert_eq!(searches(&mut han, &format!("138 0013 80{n:02}")).await.status, StatusCode::SEE_OTHER);
            assert_eq!(han.get(&format!("/console/users?q=86138001380{n:02}")).await.status, StatusCode::OK);
        }
        for refused in [
            searches(&mut han, "138 0013 8099").await.status,
            han.get("/console/users?q=8613800138099").await.status,
            han.posts("/console/messages/search", &[("number", "138 0013 8099")]).await.status,
        ] {
            assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(han.get("/console/users?q=Han").await.status, StatusCode::OK, "names tell nothing");
        assert_eq!(searches(&mut li, "138 0013 8099").await.status, StatusCode::SEE_OTHER);
    }

    async fn locking_ends_everything_and_can_be_undone(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut person = test.visitor();
        person.signs_in("app", NUMBER, "Register").await;
        let id = UserId::parse(searches(&mut li, NUMBER).await.location().rsplit('/').next().unwrap()).unwrap();
        let path = format!("{LIST}/{id}");
        assert!(li.get(&path).await.text.contains("signed out everywhere and cannot sign in"), "said before");
        assert_eq!(li.posts(&format!("{path}/lock"), &[]).await.location(), path);
        assert!(sessions::list_of_user(&test.app.db, &id, test.app.clock.now()).await.unwrap().is_empty());
        assert!(stored(&test, &id).await.is_locked);
        assert!(li.get("/console/users?state=locked").await.text.contains(id.as_str()));
        assert_eq!(li.posts(&format!("{path}/unlock"), &[]).await.location(), path);
        assert!(!stored(&test, &id).await.is_locked);
        assert!(!li.get("/console/users?state=locked").await.text.contains(id.as_str()));
        assert_eq!(events(&test, &id).await, ["User.SuspensionStatus.Updated"; 2]);
        for what in ["lock", "unlock", "delete", "number", "phone", "sessions/end"] {
            assert_eq!(li.posts(&format!("{LIST}/nobody/{what}"), &[]).await.status, StatusCode::NOT_FOUND, "{what}");
        }
    }

    async fn sessions_and_authorizations_are_shown_and_ended(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for event in ["Register", "SignIn", "SignIn"] {
            test.advance_secs(10 * 60);
            test.visitor().signs_in("app", NUMBER, event).await;
        }
        let id = UserId::parse(searches(&mut li, NUMBER).await.location().rsplit('/').next().unwrap()).unwrap();
        let access = format!("{LIST}/{id}/access");
        let page = li.get(&access).await.text;
        assert!(page.contains("openid offline_access profile phone") && page.contains("/console/applications/app"));
        assert!(page.contains("Unknown program") && page.contains("This browser is signed out at once"), "said before");
        let living = async || sessions::list_of_user(&test.app.db, &id, test.app.clock.now()).await.unwrap();
        let given = async || grants::list_of_user(&test.app.db, &id, test.app.clock.now()).await.unwrap();
        assert_eq!((living().await.len(), given().await.len()), (3, 3));
        let grant = given().await[0].id.clone();
        assert_eq!(li.posts(&format!("{LIST}/{id}/grants/{grant}/end"), &[]).await.location(), access);
        assert_eq!((living().await.len(), given().await.len()), (3, 2));
        let session = given().await[0].session_id.clone();
        assert_eq!(li.posts(&format!("{LIST}/{id}/sessions/{session}/end"), &[]).await.location(), access);
        assert_eq!((living().await.len(), given().await.len()), (2, 1), "what was allowed in it too");
        li.posts(&format!("{LIST}/{id}/sessions/end"), &[]).await;
        assert_eq!((living().await.len(), given().await.len()), (0, 0));
        assert!(li.get(&access).await.text.contains("signed in nowhere"));
        assert_eq!(events(&test, &id).await, ["RevokeGrants", "User.Session.Deleted", "User.Session.Deleted"]);
        let activity = li.get(&format!("{LIST}/{id}/activity")).await.text;
        assert!(activity.contains("RevokeGrants") && activity.contains("Sign-in completed") && activity.contains("aria-hidden=\"true\">By</span>li</td>"), "{activity}");
        assert!(activity.contains(&format!("/console/audit-log?user={id}")));
        let chinese = li.get(&format!("{LIST}/{id}/activity?ui_locales=zh-CN")).await.text;
        assert!(chinese.contains("登录完成") && !chinese.contains("Sign-in completed"));
    }

    async fn a_session_tells_the_browser_and_the_address_it_is_of(database: Database) {
        const AGENT: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36";
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let mut person = test.visitor().at("203.0.113.9").with_program(AGENT);
        person.signs_in("app", NUMBER, "Register").await;
        let id = UserId::parse(searches(&mut li, NUMBER).await.location().rsplit('/').next().unwrap()).unwrap();
        let page = li.get(&format!("{LIST}/{id}/access")).await.text;
        assert!(page.contains("Chrome on Android") && page.contains("203.0.113.9"), "{page}");
        let chinese = li.get(&format!("{LIST}/{id}/access?ui_locales=zh-CN")).await.text;
        assert!(chinese.contains("Chrome（Android）"));
    }

    async fn a_list_is_asked_for_again_after_signing_in(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for path in ["/console/users?q=person&state=locked", "/console/applications/app/guide?for=vue"] {
            let asked = test.visitor().get(path).await.location();
            let page = test.visitor().get(&asked).await.text;
            assert_eq!(hidden(&page, "next").replace("&#38;", "&"), path);
        }
        for (path, kept) in [
            ("/console/users?q=person&state=locked", "/console/users?q=person&#38;state=locked&#38;ui_locales=zh-CN"),
            ("/console/applications/new?type=Native", "/console/applications/new?type=Native&#38;ui_locales=zh-CN"),
            ("/console/applications/app/guide?for=vue", "/console/applications/app/guide?for=vue&#38;ui_locales=zh-CN"),
            ("/console/applications?q=a&type=SPA", "/console/applications?q=a&#38;type=SPA&#38;ui_locales=zh-CN"),
        ] {
            assert!(li.get(path).await.text.contains(kept), "{path}");
        }
    }

    async fn a_page_after_the_last_one_leads_back(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for list in ["/console/users", "/console/applications", "/console/messages", "/console/audit-log"] {
            let page = li.get(&format!("{list}?before=0.a")).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(page.text.contains(&format!("href=\"{list}\" rel=\"prev\"")), "{list}");
            assert!(page.text.contains("The list ends before this page"), "{list}");
        }
    }

    async fn s63_a_number_and_an_account_need_the_password_again(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let id = adds(&mut li, &[("phone", NUMBER)]).await;
        test.advance_secs(10 * 60);
        for (what, field) in [("phone", ("phone", "8613900139000")), ("delete", ("x", "y"))] {
            let asked = li.posts(&format!("{LIST}/{id}/{what}"), &[field]).await;
            assert_eq!(asked.status, StatusCode::FORBIDDEN, "{what}");
            assert!(asked.text.contains("current_password"));
        }
        assert_eq!(stored(&test, &id).await.phone.as_ref().map(PhoneDigits::as_str), Some(NUMBER));
        let form = [("phone", "8613900139000"), ("current_password", PASSWORD)];
        assert_eq!(li.posts(&format!("{LIST}/{id}/phone"), &form).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_long_list_of_people_is_walked_in_both_directions(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        for n in 0..30 {
            adds(&mut li, &[("username", &format!("user_{n:02}")), ("name", &format!("Person {n:02}"))]).await;
            test.advance_secs(1);
        }
        for query in ["", "?q=person"] {
            let first = li.get(&format!("{LIST}{query}")).await.text;
            assert!(first.contains("Person 29") && first.contains("Person 05") && !first.contains("Person 04"));
            let second = li.get(&link(&first, "before=")).await.text;
            assert!(second.contains("Person 04") && second.contains("Person 00") && !second.contains("Person 05"), "{query}");
            let switch = second.split("href=\"").find(|rest| rest.contains("ui_locales=zh-CN")).unwrap();
            assert!(switch.starts_with(&format!("{LIST}{query}")) && switch.contains("before="), "{switch}");
            let back = li.get(&link(&second, "after=")).await.text;
            assert!(back.contains("Person 29") && back.contains("Person 05") && !back.contains("Person 04"), "{query}");
        }
    }
}

/// Where the page before or after this one is.
fn link(html: &str, name: &str) -> String {
    let links =
        html.split("href=\"/console/users?").skip(1).map(|rest| rest.split('"').next().unwrap());
    let found = links.into_iter().find(|query| query.contains(name)).expect("a link");
    // askama writes an ampersand as a number
    format!("{LIST}?{}", found.replace("&#38;", "&"))
}
