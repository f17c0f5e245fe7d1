//! What a fixed code opens is open only while its number is a test number, and ends with it.
use axum::http::Method;
use serde_json::json;

use crate::management::support::{self, managed};
use crate::support::{TestApp, Visitor};
use crate::test_numbers::{LIST, OTHER, PHONE, asked, count, makes, wrong};

const SESSIONS: &str = "SELECT COUNT(*) FROM sessions";
const GRANTS: &str = "SELECT COUNT(*) FROM grants";
const MARKED: &str = "SELECT COUNT(*) FROM users WHERE is_test = TRUE";
const EXPIRED: &str = "400 verification_code.expired";

/// Somebody who gave the fixed code, in a walk that is to sign them in or to register them; the id of the verification.
async fn gave(test: &TestApp, code: &str, event: &str) -> (Visitor, String) {
    let (mut person, id) = asked(test, PHONE).await;
    assert_eq!(person.gives_code(PHONE, &id, code).await.brief(), "200");
    person.switches(event).await;
    test.advance_secs(61);
    (person, id)
}

/// The whole way with the fixed code.
async fn enters(test: &TestApp, code: &str, event: &str) -> Visitor {
    let (mut person, id) = gave(test, code, event).await;
    assert!(person.identifies(&id).await.status.is_success());
    let on = person.submits().await.json();
    person.follows(on["redirectTo"].as_str().unwrap()).await;
    person
}

on_both! {
    async fn a_number_kept_by_a_fixed_code_makes_no_account_once_it_ended(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        let (mut person, verification) = gave(&test, &code, "Register").await;
        let kept = json!({ "type": "phone", "verificationId": verification });
        let kept = person.request(Method::POST, "/api/experience/profile", Some(kept)).await;
        assert_eq!(kept.brief(), "204", "{}", kept.text);
        assert_eq!(robot.delete(&format!("{LIST}/{id}")).await.brief(), "204");
        // what takes the place of the verification takes nothing from how the number was proved
        assert_eq!(person.asks_code(OTHER, "Register").await.brief(), "200");
        let made = person.request(Method::POST, "/api/experience/identification", Some(json!({}))).await;
        assert_eq!((made.brief().as_str(), count(&test, "SELECT COUNT(*) FROM users").await), (EXPIRED, 0));
    }

    async fn a_fixed_code_enters_only_while_its_number_is_a_test_number(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        enters(&test, &code, "Register").await;
        let (mut early, verification) = gave(&test, &code, "SignIn").await;
        assert_eq!(early.identifies(&verification).await.brief(), "204");
        let on = early.submits().await.json();
        let (mut late, verification) = gave(&test, &code, "SignIn").await;
        assert_eq!(robot.delete(&format!("{LIST}/{id}")).await.brief(), "204");
        assert_eq!(late.identifies(&verification).await.brief(), EXPIRED);
        early.get(on["redirectTo"].as_str().unwrap()).await;
        assert_eq!(count(&test, SESSIONS).await, 0, "who was identified before is not let in after");
    }

    async fn a_code_opens_nothing_by_the_test_number_that_came_after_its_own(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        enters(&test, &code, "Register").await;
        let (mut identified, verification) = gave(&test, &code, "SignIn").await;
        assert_eq!(identified.identifies(&verification).await.brief(), "204");
        let on = identified.submits().await.json();
        let (mut verified, verification) = gave(&test, &code, "SignIn").await;
        assert_eq!(robot.delete(&format!("{LIST}/{id}")).await.brief(), "204");
        let robot = support::robot(&test).await;
        let (_, another) = makes(&robot, PHONE).await;
        assert_ne!(code, another);
        assert_eq!(verified.identifies(&verification).await.brief(), EXPIRED);
        identified.get(on["redirectTo"].as_str().unwrap()).await;
        assert_eq!(count(&test, SESSIONS).await, 0, "who was identified before is not let in after");
        // what the number was asked before is counted no more
        test.advance_secs(6 * 3600);
        enters(&test, &another, "SignIn").await;
        assert_eq!(count(&test, SESSIONS).await, 1);
    }

    async fn a_code_makes_no_account_by_the_test_number_that_came_after_its_own(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        let (mut kept, verification) = gave(&test, &code, "Register").await;
        let number = json!({ "type": "phone", "verificationId": verification });
        let number = kept.request(Method::POST, "/api/experience/profile", Some(number)).await;
        assert_eq!(number.brief(), "204", "{}", number.text);
        let (mut verified, verification) = gave(&test, &code, "Register").await;
        assert_eq!(robot.delete(&format!("{LIST}/{id}")).await.brief(), "204");
        let robot = support::robot(&test).await;
        let (_, another) = makes(&robot, PHONE).await;
        assert_eq!(verified.identifies(&verification).await.brief(), EXPIRED);
        let made = kept.request(Method::POST, "/api/experience/identification", Some(json!({}))).await;
        assert_eq!((made.brief().as_str(), count(&test, "SELECT COUNT(*) FROM users").await), (EXPIRED, 0));
        enters(&test, &another, "Register").await;
        assert_eq!((count(&test, SESSIONS).await, count(&test, MARKED).await), (1, 1));
    }

    async fn what_a_fixed_code_opened_ends_with_its_number(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        test.visitor().signs_in("app", OTHER, "Register").await;
        enters(&test, &code, "Register").await;
        assert_eq!((count(&test, SESSIONS).await, count(&test, GRANTS).await), (2, 2));
        assert_eq!(robot.delete(&format!("{LIST}/{id}")).await.brief(), "204");
        assert_eq!((count(&test, SESSIONS).await, count(&test, GRANTS).await), (1, 1), "of others nothing");
    }

    async fn the_first_real_code_ends_what_fixed_codes_opened(database: Database) {
        let (test, robot) = managed(database).await;
        let (_, code) = makes(&robot, PHONE).await;
        enters(&test, &code, "Register").await;
        test.advance_secs(24 * 3600);
        assert_eq!((count(&test, SESSIONS).await, count(&test, MARKED).await), (1, 1));
        let mut real = test.visitor();
        let verification = real.proves("app", PHONE, "SignIn").await;
        assert_eq!(real.identifies(&verification).await.brief(), "204");
        let left = (count(&test, SESSIONS).await, count(&test, GRANTS).await, count(&test, MARKED).await);
        assert_eq!(left, (0, 0, 0));
        let on = real.submits().await.json();
        real.follows(on["redirectTo"].as_str().unwrap()).await;
        test.advance_secs(61);
        test.visitor().signs_in("app", PHONE, "SignIn").await;
        assert_eq!(count(&test, SESSIONS).await, 2, "from now on it is an account like all others");
    }

    async fn a_new_code_is_not_charged_for_guesses_at_another(database: Database) {
        let (test, robot) = managed(database).await;
        let (id, code) = makes(&robot, PHONE).await;
        let (mut person, verification) = asked(&test, PHONE).await;
        for _ in 0..2 {
            person.gives_code(PHONE, &verification, &wrong(&code)).await;
        }
        let guesses = "SELECT COUNT(*) FROM limits WHERE bucket LIKE '%:guesses_%' AND bucket NOT LIKE '%_address'";
        assert!(count(&test, guesses).await > 2);
        assert_eq!(robot.delete(&format!("{LIST}/{id}")).await.brief(), "204");
        makes(&support::robot(&test).await, PHONE).await;
        assert_eq!(count(&test, guesses).await, 0);
    }

    async fn a_browser_is_not_known_for_a_fixed_code(database: Database) {
        let (test, robot) = managed(database).await;
        let (_, code) = makes(&robot, PHONE).await;
        let tester = enters(&test, &code, "Register").await;
        let mut real = test.visitor();
        real.signs_in("app", OTHER, "Register").await;
        let is_known = |one: &Visitor| one.jar().iter().any(|cookie| cookie.contains("_known"));
        assert_eq!((is_known(&tester), is_known(&real)), (false, true));
    }
}
