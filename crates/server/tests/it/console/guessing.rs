//! Guesses at passwords and codes: they wait longer and longer, and keep nobody else out.
use axum::http::StatusCode;

use super::{OTHER, PASSWORD, owner, sets_up_second, signs_in};
use crate::support::TestApp;

on_both! {
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

    async fn who_stole_the_password_guesses_fifty_codes_a_day_from_wherever(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        // who was in before there was a second factor is not known for having passed it
        let mut early = test.visitor().at("198.51.100.2");
        let entered = early.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        assert_eq!(entered.location(), "/console");
        let secret = sets_up_second(&test, &mut li).await;
        li.posts("/console/sign-out", &[]).await;
        let mut thief = test.visitor().at("198.51.100.1");
        thief.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        let second = "/console/sign-in/second";
        for n in 0..50 {
            let mut elsewhere = thief.clone().at(&format!("203.0.113.{n}"));
            assert_eq!(elsewhere.posts(second, &[("code", "000000")]).await.status, StatusCode::UNAUTHORIZED, "{n}");
        }
        let mut elsewhere = thief.clone().at("203.0.113.99");
        let code = secret.shown(test.app.clock.now());
        let full = elsewhere.posts(second, &[("code", &code)]).await;
        assert_eq!(full.status, StatusCode::TOO_MANY_REQUESTS, "also the right one");
        early.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        let full = early.posts(second, &[("code", &code)]).await;
        assert_eq!(full.status, StatusCode::TOO_MANY_REQUESTS, "a browser from before the second factor");
        // where the administrator signed in before, nobody fills anything
        test.advance_secs(60);
        li.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        let code = secret.shown(test.app.clock.now());
        assert_eq!(li.posts(second, &[("code", &code)]).await.location(), "/console");
        test.advance_secs(24 * 60 * 60);
        thief.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
        assert_eq!(thief.posts(second, &[("code", "000000")]).await.status, StatusCode::UNAUTHORIZED, "a day later");
    }

    async fn who_does_not_know_the_password_uses_up_no_code(database: Database) {
        let test = TestApp::start(database).await;
        let mut li = owner(&test).await;
        let secret = sets_up_second(&test, &mut li).await;
        for n in 0..60 {
            let mut stranger = test.visitor().at(&format!("203.0.113.{n}"));
            assert_eq!(stranger.posts("/console/sign-in/second", &[("code", "000000")]).await.location(), "/console/sign-in");
        }
        // a new browser: every right code is given back
        for _ in 0..60 {
            test.advance_secs(60);
            let mut new = test.visitor().at("198.51.100.7");
            new.posts("/console/sign-in", &[("name", "li"), ("password", PASSWORD)]).await;
            let code = secret.shown(test.app.clock.now());
            assert_eq!(new.posts("/console/sign-in/second", &[("code", &code)]).await.location(), "/console");
        }
    }
}
