//! The breaker of a country: whom it keeps out, and whom it lets through.
use serde_json::json;

use crate::limits::{arrived, asks, asks_and_works, challenge, comes_back, limits, phone};
use crate::support::TestApp;

/// The `n`th number of a place where not everybody is expected from.
fn abroad(n: usize) -> String {
    format!("8525{:07}", 1_234_000 + n)
}

on_both! {
    async fn s28_the_breaker_of_a_country_trips_lets_known_people_through_and_recovers(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_country_unverified": 8 }))).await;
        let mut known = test.visitor().at("198.51.100.1");
        known.signs_in("app", &abroad(0), "Register").await;
        test.advance_secs(61);
        // each from a network of its own
        let bot = |n: usize| format!("203.0.{n}.7");
        for n in 1..5 {
            assert_eq!(asks(&test, &bot(n), &abroad(n)).await.brief(), "200", "{n}");
        }
        assert_eq!(asks(&test, &bot(5), &abroad(5)).await.brief(), "422 session.captcha_required");
        let mut workers = 0;
        for n in 5..20 {
            let mut worker = arrived(&test, &bot(n)).await;
            workers += usize::from(asks_and_works(&mut worker, &abroad(n)).await.brief() == "200");
        }
        assert_eq!(workers, 4, "then nobody");
        let mut known = comes_back(&test, &known).await;
        assert_eq!(known.asks_code(&abroad(0), "SignIn").await.brief(), "200", "who signed in before does not notice");
        test.advance_secs(6 * 3600 + 1);
        assert_eq!(asks(&test, &bot(30), &abroad(30)).await.brief(), "200", "it recovers by itself");
    }

    async fn s28_the_breaker_does_not_concern_networks_whose_people_enter_their_codes(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_country_unverified": 8 }))).await;
        for n in 0..10 {
            test.visitor().at(&format!("198.51.100.{n}")).proves("app", &abroad(n), "SignIn").await;
        }
        let mut bots = 0;
        for n in 20..60 {
            let mut worker = arrived(&test, &format!("203.0.{n}.7")).await;
            bots += usize::from(asks_and_works(&mut worker, &abroad(n)).await.brief() == "200");
        }
        assert_eq!(bots, 13, "eight, and half of ten");
        assert_eq!(asks(&test, "198.51.100.99", &abroad(99)).await.brief(), "200");
    }

    async fn s28_new_people_at_home_pass_the_full_breaker_of_the_usual_country_for_the_hardest_work(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_country_unverified": 2 }))).await;
        for n in 0..2 {
            let mut worker = arrived(&test, &format!("203.0.{n}.7")).await;
            assert_eq!(asks_and_works(&mut worker, &phone(n)).await.brief(), "200");
        }
        let mut person = arrived(&test, "198.51.100.7").await;
        let asked = person.asks_code(&phone(7), "SignIn").await;
        assert_eq!((asked.brief().as_str(), challenge(&asked).difficulty), ("422 session.captcha_required", 20));
        let sent = asks_and_works(&mut person, &phone(7)).await;
        assert_eq!(sent.brief(), "200", "{}", sent.text);
        test.advance_secs(61);
        let sent = asks_and_works(&mut person, &phone(7)).await;
        assert_eq!(sent.brief(), "200", "it may be asked for again: {}", sent.text);
        // one that left a code is the attacker's for all we know, and is not asked to work for nothing
        for address in ["203.0.0.8", "198.51.100.8"] {
            let refused = asks(&test, address, &phone(8)).await;
            assert_eq!((refused.brief().as_str(), &refused.json()["data"]["limit"]), ("429 request.message_rate_limited", &json!("country")));
        }
        let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
        let code = person.reads_sms(&phone(7));
        assert_eq!(person.gives_code(&phone(7), &id, &code).await.brief(), "200");
        let mut neighbour = arrived(&test, "198.51.100.8").await;
        assert_eq!(asks_and_works(&mut neighbour, &phone(8)).await.brief(), "200", "the code was entered");
        assert_eq!(asks(&test, "192.0.2.7", &abroad(9)).await.brief(), "200", "another country has its own");
    }
}
