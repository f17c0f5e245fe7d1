//! Test numbers: nothing is sent to them, one code opens what was made with them, and nothing else.
use axum::http::StatusCode;
use haoma_store::users;
use serde_json::{Value, json};

use crate::console::{owner, with_role};
use crate::management::support::{self, Robot, audited, managed, managed_with};
use crate::support::visitor::{Answer, hidden};
use crate::support::{TestApp, Visitor, people, tables};

pub(crate) const LIST: &str = "/api/test-numbers";
const PAGE: &str = "/console/test-numbers";
pub(crate) const PHONE: &str = "8613800138000";
pub(crate) const OTHER: &str = "8613900139000";
const BANNER: &str = "is active: anyone who knows its code signs in as that person";

/// One for a day; its id and its code.
pub(crate) async fn makes(robot: &Robot, phone: &str) -> (String, String) {
    let body = json!({ "phone": phone, "owner": "Han Mei, review", "expiresInDays": 1 });
    let made = robot.makes(LIST, body).await;
    let text = |key: &str| made[key].as_str().unwrap().to_owned();
    assert_eq!(text("code").len(), 6);
    (text("id"), text("code"))
}

/// Somebody at an address who was asked for the code of a number; the id of the verification.
pub(crate) async fn asked(test: &TestApp, phone: &str) -> (Visitor, String) {
    let mut person = test.visitor().at("203.0.113.7");
    person.arrives_from("app").await;
    person.begins("Register").await;
    let sent = person.asks_code(phone, "Register").await;
    assert_eq!(sent.brief(), "200", "{}", sent.text);
    let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
    (person, id)
}

/// A code that is not this one.
pub(crate) fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

pub(crate) async fn count(test: &TestApp, sql: &'static str) -> i64 {
    test.app.db.read(sql, vec![]).await.unwrap()[0].int(0).unwrap()
}

/// An account that was not made with a test number.
pub(crate) async fn real_account(test: &TestApp, digits: &str) {
    let user = people::user(test, Some(digits));
    assert!(users::add_all(&test.app.db, &[user], &[]).await.unwrap());
}

/// Adds one through the page.
async fn adds(li: &mut Visitor, phone: &str) -> Answer {
    li.posts(PAGE, &[("phone", phone), ("owner", "Han Mei"), ("days", "7")]).await
}

/// The code that the page shows.
fn shown_code(html: &str) -> String {
    let (_, rest) = html.split_once("<code dir=\"ltr\">").expect("a code");
    rest.split('<').next().unwrap().to_owned()
}

on_both! {
    async fn a_test_number_signs_in_with_its_code_and_the_provider_hears_nothing(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        for event in ["Register", "SignIn"] {
            let mut person = test.visitor().at("203.0.113.7");
            person.arrives_from("app").await;
            person.begins(event).await;
            let sent = person.asks_code(PHONE, event).await;
            assert_eq!(sent.brief(), "200", "{}", sent.text);
            let soon = person.asks_code(PHONE, event).await;
            assert_eq!(soon.brief(), "429 request.message_rate_limited", "its own pause runs");
            let verification = sent.json()["verificationId"].as_str().unwrap().to_owned();
            let given = person.gives_code(PHONE, &verification, &code).await;
            assert_eq!(given.brief(), "200", "{}", given.text);
            assert!(person.identifies(&verification).await.status.is_success(), "{event}");
            assert_eq!(person.submits().await.brief(), "200");
            test.advance_secs(3600);
        }
        assert_eq!((test.sim.requests_seen(), count(&test, "SELECT COUNT(*) FROM messages").await), (0, 0));
        let money = "SELECT COUNT(*) FROM limits WHERE bucket LIKE '%budget%' OR bucket LIKE '%money%'
            OR bucket LIKE '%country%' OR bucket LIKE '%:address' OR bucket LIKE '%:network'";
        assert_eq!(count(&test, money).await, 0, "nothing of what keeps money safe");
        assert_eq!(count(&test, "SELECT COUNT(*) FROM users WHERE is_test = TRUE").await, 1);
        let told = audited(&test, "Interaction.Register.Verification.PhoneVerificationCode.Create").await;
        assert_eq!(told[0].2["testNumberId"], id.as_str());
        let robot = support::robot(&test).await;
        let listed = robot.get(LIST).await.json();
        assert_eq!((&listed[0]["isActive"], listed[0]["lastUsedAt"].is_i64()), (&json!(true), true));
        assert_eq!(listed[0].get("code"), None, "shown once");
    }

    async fn wrong_codes_count_as_with_every_number(database: Database) {
        let (test, robot) = managed(database).await;
        let (_, code) = makes(&robot, PHONE).await;
        let (mut person, id) = asked(&test, PHONE).await;
        for left in [4, 3] {
            let answer = person.gives_code(PHONE, &id, &wrong(&code)).await;
            assert_eq!(answer.brief(), "400 verification_code.code_mismatch");
            assert_eq!(answer.json()["attempts_left"], left);
        }
        person.gives_code(PHONE, &id, &wrong(&code)).await;
        let blocked = person.gives_code(PHONE, &id, &code).await;
        assert_eq!(blocked.brief(), "400 session.verification_blocked_too_many_attempts");
        test.advance_secs(60);
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "200");
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "400 verification_code.not_found", "spent");
    }

    async fn one_that_ended_is_like_every_number_and_can_never_be_one_again(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        let (mut person, verification) = asked(&test, PHONE).await;
        assert_eq!(person.gives_code(PHONE, &verification, &code).await.brief(), "200");
        assert!(person.identifies(&verification).await.status.is_success());
        test.advance_secs(24 * 3600 - 130);
        let (mut late, at_once) = asked(&test, PHONE).await;
        test.advance_secs(130);
        let over = late.gives_code(PHONE, &at_once, &code).await;
        assert_eq!(over.brief(), "400 verification_code.expired", "at once, by the server's clock");
        let (mut real, verification) = asked(&test, PHONE).await;
        assert_eq!(real.messages(PHONE), 1, "what reaches the account now is a message");
        let refused = real.gives_code(PHONE, &verification, &code).await;
        assert_eq!(refused.brief(), "400 verification_code.code_mismatch");
        let robot = support::robot(&test).await;
        let path = format!("{LIST}/{id}");
        let longer = robot.patch(&path, json!({ "expiresInDays": 9 })).await;
        assert_eq!(longer.brief(), "422 test_number.was_texted");
        assert_eq!(robot.delete(&path).await.brief(), "204");
        let again = robot.post(LIST, json!({ "phone": PHONE, "owner": "x", "expiresInDays": 9 })).await;
        assert_eq!(again.brief(), "422 test_number.was_texted");
    }

    async fn numbers_of_people_are_refused(database: Database) {
        let (test, robot) = managed(database).await;
        let (_person, _) = asked(&test, PHONE).await;
        real_account(&test, OTHER).await;
        let before = tables::all(&test.app.db, &["access_tokens"]).await;
        let new = |phone: &str| json!({ "phone": phone, "owner": "x", "expiresInDays": 1 });
        for (phone, error) in [(PHONE, "422 test_number.was_texted"), (OTHER, "422 test_number.belongs_to_account")] {
            assert_eq!(robot.post(LIST, new(phone)).await.brief(), error);
        }
        assert_eq!(tables::all(&test.app.db, &["access_tokens"]).await, before, "nothing is left behind");
        makes(&robot, "8613700137000").await;
        assert_eq!(robot.post(LIST, new("8613700137000")).await.brief(), "422 test_number.exists");
        let all = json!({ "phone": "12", "owner": "", "expiresInDays": 91 });
        let answer = robot.post(LIST, all).await;
        let places: Vec<_> = answer.json()["data"].as_array().unwrap().iter().map(|one| one["keyPath"].clone()).collect();
        assert_eq!((answer.brief().as_str(), places), ("400 guard.invalid_input", vec![json!("phone"), json!("owner"), json!("expiresInDays")]));
    }

    /// Whoever gave the fixed code before is not let in to who has the number by then.
    async fn a_fixed_code_never_opens_an_account_that_was_not_made_with_it(database: Database) {
        let (test, robot) = managed(database).await;
        let (_, code) = makes(&robot, PHONE).await;
        let (mut person, id) = asked(&test, PHONE).await;
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "200");
        real_account(&test, PHONE).await;
        assert_eq!(person.identifies(&id).await.brief(), "422 user.phone_already_in_use");
        person.switches("SignIn").await;
        assert_eq!(person.identifies(&id).await.brief(), "400 verification_code.expired");
        // and nobody is asked for it any more
        test.advance_secs(60);
        let (mut other, _) = asked(&test, PHONE).await;
        assert_eq!(other.messages(PHONE), 1);
        assert_eq!(other.submits().await.status.as_u16(), 404);
    }

    async fn an_account_is_not_made_with_a_test_number_that_ended(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        let (mut person, verification) = asked(&test, PHONE).await;
        assert_eq!(person.gives_code(PHONE, &verification, &code).await.brief(), "200");
        assert_eq!(robot.delete(&format!("{LIST}/{id}")).await.brief(), "204");
        assert_eq!(person.identifies(&verification).await.brief(), "400 verification_code.expired");
        assert_eq!(count(&test, "SELECT COUNT(*) FROM users").await, 0);
    }

    async fn a_budget_that_others_used_up_is_none_of_its(database: Database) {
        let (test, robot) = managed_with(database, |raw| {
            raw["limits"] = json!({ "budget_hour": 1 });
        }).await;
        let (_, code) = makes(&robot, PHONE).await;
        asked(&test, OTHER).await;
        let mut third = test.visitor().at("198.51.100.9");
        third.arrives_from("app").await;
        third.begins("Register").await;
        assert_ne!(third.asks_code("8613700137000", "Register").await.brief(), "200");
        let (mut person, id) = asked(&test, PHONE).await;
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "200");
        assert_eq!((person.messages(OTHER), person.messages(PHONE)), (1, 0));
    }

    async fn programs_ask_for_its_code_and_test_messages_are_refused(database: Database) {
        let (test, robot) = managed(database).await;
        let (_, code) = makes(&robot, PHONE).await;
        assert_eq!(robot.post("/api/verification-codes", json!({ "phone": PHONE })).await.brief(), "204");
        let give = |code: String| json!({ "phone": PHONE, "verificationCode": code });
        let verify = "/api/verification-codes/verify";
        assert_eq!(robot.post(verify, give(wrong(&code))).await.brief(), "400 verification_code.code_mismatch");
        assert_eq!(robot.post(verify, give(code)).await.brief(), "204");
        let config = test.connector().clone();
        let trial = json!({ "phone": PHONE, "config": config });
        let answer = robot.post("/api/connectors/aliyun-short-message-service/test", trial).await;
        assert_eq!(answer.brief(), "422 test_number.nothing_sent");
        assert_eq!(test.sim.requests_seen(), 0);
    }

    async fn its_code_is_nowhere_to_be_read(database: Database) {
        let (test, robot) = managed(database).await;
        let mut codes = vec![];
        for n in 0..3 {
            let phone = format!("861380013800{n}");
            let (_, code) = makes(&robot, &phone).await;
            let (mut person, id) = asked(&test, &phone).await;
            assert_eq!(person.gives_code(&phone, &id, &code).await.brief(), "200");
            assert!(person.identifies(&id).await.status.is_success());
            codes.push(code);
        }
        let dump = format!("{:?}", tables::dump(&test.app.db).await);
        let found = codes.iter().filter(|code| dump.contains(code.as_str())).count();
        assert!(found < 2, "one may be chance, two are a leak");
        assert!(dump.contains("TestNumber.Created"));
    }

    /// Whoever looks at the pages cannot tell them apart.
    async fn its_pages_are_those_of_every_number(database: Database) {
        let (test, robot) = managed(database).await;
        makes(&robot, PHONE).await;
        let mut pages = vec![];
        for (typed, shown) in [("138 0013 8000", "138****8000"), ("139 0013 9000", "139****9000")] {
            let mut person = test.visitor().at("203.0.113.7");
            let page = person.arrives_from("app").await.location();
            let page = person.get(&page).await;
            let form = [("csrf", hidden(&page.text, "csrf")), ("country", "CN".to_owned()), ("phone", typed.to_owned())];
            let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
            let sent = person.posts("/sign-in", &form).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
            let code = person.get(&sent.location()).await.text;
            assert!(code.contains(shown), "{code}");
            pages.push(code.replace(shown, "N"));
        }
        assert_eq!(masked(&pages[0]), masked(&pages[1]));
    }

    async fn every_page_of_the_console_tells_of_them_and_the_code_is_shown_once(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        assert!(!li.get("/console").await.text.contains(BANNER));
        let made = adds(&mut li, "138 0013 8000").await;
        assert_eq!(made.status, StatusCode::OK, "{}", made.text);
        let code = shown_code(&made.text);
        assert_eq!((code.len(), made.text.contains(BANNER)), (6, true));
        for page in ["/console", "/console/settings", "/console/users", "/console/account", PAGE] {
            let text = li.get(page).await.text;
            assert!(text.contains(BANNER) && !text.contains(&code), "{page}");
        }
        let (mut person, id) = asked(&test, PHONE).await;
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "200");
        let mut viewer = with_role(&test, &mut li, "mei", "viewer").await;
        let seen = viewer.get(PAGE).await.text;
        assert!(seen.contains(BANNER) && !seen.contains("8613800138000") && !seen.contains("<form class=\"stack narrow\""));
        assert_eq!(adds(&mut viewer, "137 0013 7000").await.status, StatusCode::FORBIDDEN);
        let again = adds(&mut li, "138 0013 8000").await;
        assert_eq!((again.status.as_u16(), again.text.contains("This is a test number already")), (422, true));
        let path = li.get(PAGE).await.text;
        let path = path.split("action=\"/console/test-numbers/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        test.advance_secs(6 * 24 * 3600);
        let mut li = signs_in_again(&test, li).await;
        let extended = li.posts(&format!("{PAGE}/{path}/extend"), &[("days", "90")]).await;
        assert_eq!(extended.location(), PAGE);
        test.advance_secs(9 * 24 * 3600);
        let mut li = signs_in_again(&test, li).await;
        assert!(li.get(PAGE).await.text.contains(BANNER), "it lasts longer");
        assert_eq!(li.posts(&format!("{PAGE}/{path}/extend"), &[("days", "91")]).await.status.as_u16(), 400);
        let deleted = li.posts(&format!("{PAGE}/{path}/delete"), &[]).await;
        assert_eq!(deleted.location(), PAGE);
        assert!(!li.get("/console").await.text.contains(BANNER));
        let mut keys = vec![];
        for key in ["TestNumber.Created", "TestNumber.Updated", "TestNumber.Deleted"] {
            keys.push(audited(&test, key).await.len());
        }
        assert_eq!(keys, [1, 1, 1]);
    }
}

/// The same administrator after the session's end.
async fn signs_in_again(test: &TestApp, before: Visitor) -> Visitor {
    drop(before);
    let mut li = test.visitor().at("192.0.2.1");
    let form = [("name", "li"), ("password", crate::console::PASSWORD)];
    let answer = li.posts("/console/sign-in", &form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    li
}

/// A page without what is another one each time.
fn masked(page: &str) -> Vec<&str> {
    page.lines().filter(|line| !line.contains("csrf") && !line.contains("verification")).collect()
}

/// How a program reads what was made; keeps the shape in one place.
#[tokio::test]
async fn the_api_reads_what_it_makes() {
    let (test, robot) = managed(crate::support::Database::sqlite()).await;
    let (id, _) = makes(&robot, PHONE).await;
    let path = format!("{LIST}/{id}");
    let read: Value = robot.get(&path).await.json();
    assert_eq!(
        (read["phone"].as_str(), read["owner"].as_str()),
        (Some(PHONE), Some("Han Mei, review"))
    );
    let changed = robot.patch(&path, json!({ "owner": "Li Lei" })).await.json();
    assert_eq!(
        (changed["owner"].as_str(), &changed["expiresAt"]),
        (Some("Li Lei"), &read["expiresAt"])
    );
    let longer = robot.patch(&path, json!({ "expiresInDays": 90 })).await.json();
    assert!(longer["expiresAt"].as_i64() > read["expiresAt"].as_i64());
    let page = robot.get(&format!("{LIST}?page=2&page_size=1")).await;
    assert_eq!((page.json(), &page.headers["total-number"]), (json!([]), &"1".parse().unwrap()));
    assert_eq!(robot.delete(&path).await.brief(), "204");
    for answer in [
        robot.get(&path).await,
        robot.delete(&path).await,
        robot.patch(&path, json!({ "owner": "x" })).await,
    ] {
        assert_eq!(answer.brief(), "404 entity.not_exists_with_id");
    }
    assert!(test.sim.requests_seen() == 0);
}
