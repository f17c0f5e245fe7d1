//! Statements of the life of a code that no other file is about, by their numbers.
use axum::http::Method;
use haoma_core::limits::number_id;
use haoma_core::phone::PhoneNumber;
use haoma_store::Step;
use serde_json::json;

use crate::management::support::{Robot, managed};
use crate::oidc::support::call;
use crate::support::{TestApp, Visitor};

const PHONE: &str = "8613800138000";
const OTHER: &str = "8613900139000";

/// Somebody who was sent a code; the id of the verification.
async fn asked(test: &TestApp, phone: &str) -> (Visitor, String) {
    let mut person = test.visitor();
    let id = comes_and_asks(&mut person, phone).await;
    (person, id)
}

async fn comes_and_asks(person: &mut Visitor, phone: &str) -> String {
    person.arrives_from("app").await;
    person.begins("Register").await;
    asks(person, phone).await
}

async fn asks(person: &mut Visitor, phone: &str) -> String {
    let sent = person.asks_code(phone, "Register").await;
    assert_eq!(sent.brief(), "200", "{}", sent.text);
    sent.json()["verificationId"].as_str().unwrap().to_owned()
}

/// A code that is not this one.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

/// The same browser, whose requests another node answers.
async fn at_another_node(test: &TestApp, person: &Visitor) -> Visitor {
    let mut there = Visitor::new(haoma::routes::router(test.second_node().await), test.sim.clone());
    let jar = person.jar();
    let names: Vec<_> = jar.iter().filter_map(|line| line.split('=').next()).collect();
    there.plants(person, &names);
    there
}

async fn count(test: &TestApp, sql: &'static str) -> i64 {
    test.app.db.read(sql, vec![]).await.unwrap()[0].int(0).unwrap()
}

/// Guesses at codes of 10,000 numbers within a minute, one each.
const SPRAYED: i64 = 10_000;
const BATCHES: i64 = 50;

/// The number of each.
fn sprayed(n: i64) -> String {
    format!("86138{:08}", 10_000_000 + n)
}

/// Guesses at every number of a batch, as if a message had gone out to each; how many were judged.
async fn sprays(test: &TestApp, robot: &Robot, batch: i64) -> i64 {
    const INSERT: &str = "INSERT INTO passcodes (id, number_id, usage_type, expires_at, created_at)
        VALUES ($1, $1, 'Generic', $2, $3)";
    let (size, now) = (SPRAYED / BATCHES, test.app.clock.now());
    let numbers: Vec<_> = (batch * size..(batch + 1) * size).map(sprayed).collect();
    let rows = numbers.iter().map(|digits| {
        let phone = PhoneNumber::from_international(digits).unwrap();
        let name = number_id(&test.app.keys.numbers, &phone);
        Step::new(INSERT, vec![name.as_str().into(), now.plus_secs(300).into(), now.into()])
    });
    test.app.db.unit(rows.collect()).await.unwrap();
    let guesses = numbers.into_iter().map(|phone| {
        let (router, bearer) = (test.router.clone(), format!("Bearer {}", robot.token));
        tokio::spawn(async move {
            let headers =
                [("authorization", bearer.as_str()), ("content-type", "application/json")];
            let body = json!({ "phone": phone, "verificationCode": "000000" }).to_string();
            call(&router, Method::POST, "/api/verification-codes/verify", &headers, &body).await
        })
    });
    let mut judged = 0;
    for guess in guesses.collect::<Vec<_>>() {
        let brief = guess.await.unwrap().brief();
        judged +=
            i64::from(["400 verification_code.code_mismatch", "204"].contains(&brief.as_str()));
    }
    judged
}

on_both! {
    async fn s8_tries_survive_a_restart_and_are_shared_between_nodes(database: Database) {
        let test = TestApp::start(database).await;
        let (mut person, id) = asked(&test, PHONE).await;
        let right = person.reads_sms(PHONE);
        for left in [4, 3] {
            let answer = person.gives_code(PHONE, &id, &wrong(&right)).await;
            assert_eq!((answer.brief().as_str(), answer.json()["attempts_left"].as_i64()), ("400 verification_code.code_mismatch", Some(left)));
        }
        // two nodes more, of which each started after the tries before
        for left in [2, 1, 0] {
            let mut there = at_another_node(&test, &person).await;
            let answer = there.gives_code(PHONE, &id, &wrong(&right)).await;
            assert_eq!((answer.brief().as_str(), answer.json()["attempts_left"].as_i64()), ("400 verification_code.code_mismatch", Some(left)));
        }
        let mut fresh = at_another_node(&test, &person).await;
        for browser in [&mut fresh, &mut person] {
            let answer = browser.gives_code(PHONE, &id, &right).await;
            assert_eq!(answer.brief(), "400 verification_code.exceed_max_try", "also the right code");
        }
        assert_eq!(count(&test, "SELECT attempts FROM passcodes").await, 5);
    }

    async fn s14_starting_over_with_another_number_ends_the_code_before(database: Database) {
        let test = TestApp::start(database).await;
        let (mut person, first) = asked(&test, PHONE).await;
        let code = person.reads_sms(PHONE);
        person.begins("Register").await;
        asks(&mut person, OTHER).await;
        let gone = "404 session.verification_session_not_found";
        assert_eq!(person.gives_code(PHONE, &first, &code).await.brief(), gone);
        // and by coming again from the application
        test.advance_secs(3600);
        let second = comes_and_asks(&mut person, PHONE).await;
        let code = person.reads_sms(PHONE);
        comes_and_asks(&mut person, OTHER).await;
        assert_eq!(person.gives_code(PHONE, &second, &code).await.brief(), gone);
        assert_eq!(count(&test, "SELECT COUNT(*) FROM passcodes WHERE consumed_at IS NOT NULL").await, 0);
    }

    async fn s16_a_number_cannot_be_swapped_once_it_is_verified(database: Database) {
        let test = TestApp::start(database).await;
        let (mut person, first) = asked(&test, PHONE).await;
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, &first, &code).await.brief(), "200");
        let swapped = person.gives_code(OTHER, &first, &code).await;
        assert_eq!(swapped.brief(), "400 verification_code.not_found");
        let second = asks(&mut person, OTHER).await;
        assert_eq!(person.identifies(&first).await.brief(), "404 session.verification_session_not_found");
        assert_eq!(person.identifies(&second).await.brief(), "400 session.verification_failed");
        assert_eq!(person.submits().await.brief(), "404 session.identifier_not_found");
        assert_eq!(count(&test, "SELECT COUNT(*) FROM users").await, 0);
        // who was identified by one number stays that person whatever is verified after
        let code = person.reads_sms(OTHER);
        assert_eq!(person.gives_code(OTHER, &second, &code).await.brief(), "200");
        assert_eq!(person.identifies(&second).await.brief(), "201");
        test.advance_secs(120);
        let third = person.asks_code(PHONE, "Register").await;
        let third = third.json()["verificationId"].as_str().unwrap_or_default().to_owned();
        let code = person.reads_sms(PHONE);
        person.gives_code(PHONE, &third, &code).await;
        let other = person.identifies(&third).await;
        assert!(other.status.is_client_error(), "{}", other.text);
        let sql = "SELECT COUNT(*) FROM users WHERE phone = '8613900139000'";
        assert_eq!((count(&test, "SELECT COUNT(*) FROM users").await, count(&test, sql).await), (1, 1));
    }

    async fn s31_ten_thousand_numbers_with_a_guess_each_are_an_alarm_within_a_minute(database: Database) {
        let (test, robot) = managed(database).await;
        let (mut judged, mut alarmed_after) = (0, None);
        for batch in 0..BATCHES {
            judged += sprays(&test, &robot, batch).await;
            // so that all of them take a minute
            test.app.clock.advance_millis(60_000 / BATCHES);
            if batch % 10 == 9 {
                haoma::watch::run(&test.app).await.unwrap();
            }
            let alarms = "SELECT COUNT(*) FROM audit_events WHERE key = 'Alarm.WrongCodes'";
            if alarmed_after.is_none() && count(&test, alarms).await > 0 {
                alarmed_after = Some((batch + 1) * 60 / BATCHES);
            }
        }
        assert_eq!(judged, SPRAYED, "each was judged: no limit of a number or a place is in the way");
        assert!(alarmed_after.is_some_and(|secs| secs < 60), "{alarmed_after:?}");
    }
}
