//! What the provider of captchas is asked is paid for, so it is counted before it is asked, wherever somebody begins anew.
use std::time::{Duration, Instant};

use aliyun_sms_sim::{Fault, FaultKind};
use haoma_store::limits;
use serde_json::{Value, json};

use crate::captcha::{
    ASKED, FAILED, HERE, WAIT, arrived, arrived_from, asked, checks, count, hands_over, phone,
    refused, sent, started, ticked, two_for,
};
use crate::outages::{Held, hasty};
use crate::support::TestApp;

const THERE: &str = "198.51.100.7";

fn with_limits(of_network: i64, of_all: i64) -> impl FnOnce(&mut Value) {
    move |raw| {
        raw["limits"]["captchas_per_network_day"] = of_network.into();
        raw["limits"]["captchas_hour"] = of_all.into();
    }
}

/// How often a counter of captchas counted that holds now.
async fn counted(test: &TestApp, kind: &str) -> Vec<i64> {
    const SQL: &str = "SELECT hits FROM limits WHERE bucket LIKE $1 AND resets_at > $2 AND hits > 0
        ORDER BY hits";
    let params = vec![format!("%:{kind}").as_str().into(), test.app.clock.now().into()];
    let rows = test.app.db.read(SQL, params).await.unwrap();
    rows.iter().map(|row| row.int(0).unwrap()).collect()
}

on_both! {
    async fn s38_a_network_has_so_many_captchas_checked_in_a_day_whatever_walks_begin_there(database: Database) {
        let test = started(database, with_limits(3, 100)).await;
        let (mut waiting, shown) = asked(&test, 3).await;
        for (n, answer) in [(10, FAILED), (11, FAILED), (12, WAIT)] {
            let (mut person, shown) = asked(&test, n).await;
            assert_eq!(hands_over(&mut person, n, &shown, "made up").await.brief(), answer, "{n}");
        }
        assert_eq!((checks(&test), counted(&test, "captcha_network").await), (3, vec![3]));
        let late = hands_over(&mut waiting, 3, &shown, &ticked(&test)).await;
        assert_eq!((late.brief().as_str(), &late.json()["data"]), (WAIT, &json!({ "limit": "address" })), "who was asked before");
        let new = arrived(&test).await.asks_code(&phone(20), "SignIn").await;
        assert_eq!((new.brief().as_str(), &new.json()["data"]), (WAIT, &json!({ "limit": "address" })), "nobody does one in vain");
        assert_eq!((checks(&test), sent(&test), refused(&test, "captcha_network").await), (3, 2, 3));
        two_for(&test, (Some(THERE), 30)).await;
        let mut there = arrived_from(&test, Some(THERE)).await;
        let shown = there.asks_code(&phone(32), "SignIn").await;
        assert_eq!(shown.brief(), ASKED, "{}", shown.text);
        assert_eq!(hands_over(&mut there, 32, &shown, &ticked(&test)).await.brief(), "200", "elsewhere it goes on");
        test.advance_secs(86_400);
        two_for(&test, (Some(HERE), 40)).await;
        let (mut person, shown) = asked(&test, 42).await;
        assert_eq!(hands_over(&mut person, 42, &shown, &ticked(&test)).await.brief(), "200", "the next day, too");
    }

    async fn s38_who_passes_takes_nothing_from_their_network(database: Database) {
        let test = started(database, with_limits(1, 100)).await;
        for n in [10, 11] {
            let (mut person, shown) = asked(&test, n).await;
            assert_eq!(hands_over(&mut person, n, &shown, &ticked(&test)).await.brief(), "200", "{n}");
        }
        assert_eq!((counted(&test, "captcha_network").await, counted(&test, "captcha_hour").await), (vec![], vec![2]));
    }

    async fn s38_all_captchas_of_an_hour_have_an_end_and_the_console_says_so(database: Database) {
        let test = started(database, with_limits(100, 2)).await;
        two_for(&test, (Some(THERE), 30)).await;
        for (n, answer) in [(10, FAILED), (11, WAIT)] {
            let (mut person, shown) = asked(&test, n).await;
            assert_eq!(hands_over(&mut person, n, &shown, "made up").await.brief(), answer, "{n}");
        }
        let mut there = arrived_from(&test, Some(THERE)).await;
        assert_eq!(there.asks_code(&phone(32), "SignIn").await.brief(), WAIT, "for nobody");
        assert_eq!((checks(&test), counted(&test, "captcha_hour").await), (2, vec![2]));
        assert_eq!(refused(&test, "captcha_hour").await, 2);
        haoma::watch::run(&test.app).await.unwrap();
        let told = count(&test, "SELECT COUNT(*) FROM audit_events WHERE key = 'Alarm.Budget' AND payload LIKE '%captcha_hour%'").await;
        assert_eq!(told, 1, "somebody is told");
        test.advance_secs(3600);
        let mut there = arrived_from(&test, Some(THERE)).await;
        let shown = there.asks_code(&phone(32), "SignIn").await;
        assert_eq!(hands_over(&mut there, 32, &shown, &ticked(&test)).await.brief(), "200", "the next hour, too");
    }

    async fn s38_of_many_at_once_no_more_are_asked_about_than_may(database: Database) {
        let test = started(database, with_limits(3, 100)).await;
        let mut all = vec![];
        for n in 0..8 {
            all.push((n, asked(&test, 10 + n).await));
        }
        let asking: Vec<_> = all.into_iter().map(|(n, (mut person, shown))| {
            tokio::spawn(async move { hands_over(&mut person, 10 + n, &shown, "made up").await.brief() })
        }).collect();
        for one in asking {
            let answer = one.await.unwrap();
            assert!([FAILED, WAIT].contains(&answer.as_str()), "{answer}");
        }
        assert_eq!((checks(&test), counted(&test, "captcha_network").await), (3, vec![3]));
        assert_eq!(counted(&test, "captcha_hour").await, [3], "nothing is charged of what is not asked");
    }

    async fn s38_whoever_comes_from_nowhere_shares_one_count_of_captchas(database: Database) {
        let country = |raw: &mut Value| {
            with_limits(2, 100)(raw);
            raw["limits"]["per_country_unverified"] = 2.into();
        };
        let test = started(database, country).await;
        for (n, from, answer) in [(10, None, FAILED), (11, Some("10.0.0.7"), WAIT)] {
            let mut person = arrived_from(&test, from).await;
            let shown = person.asks_code(&phone(n), "SignIn").await;
            assert_eq!(shown.brief(), ASKED, "{}", shown.text);
            assert_eq!(hands_over(&mut person, n, &shown, "made up").await.brief(), answer);
        }
        for from in [None, Some("10.0.0.7"), Some("127.0.0.1"), Some("fd00::1")] {
            let mut person = arrived_from(&test, from).await;
            assert_eq!(person.asks_code(&phone(12), "SignIn").await.brief(), WAIT, "{from:?}");
        }
        let (mut person, shown) = asked(&test, 13).await;
        assert_eq!(hands_over(&mut person, 13, &shown, &ticked(&test)).await.brief(), "200", "who is somewhere has their own");
    }

    async fn s38_a_captcha_that_cannot_be_counted_is_not_asked_about(database: Database) {
        let url = database.url.clone();
        let test = started(database, |_| {}).await;
        let (mut person, shown) = asked(&test, 3).await;
        let hasty = hasty(&test, 400).await;
        person.turns_to(&hasty);
        let token = ticked(&test);
        let held = Held::by_another(&url).await;
        let begun = Instant::now();
        let told = hands_over(&mut person, 3, &shown, &token).await;
        assert_eq!(told.brief(), "503 request.unavailable", "{}", told.text);
        assert!(begun.elapsed() < Duration::from_millis(900), "{:?}", begun.elapsed());
        held.let_go().await;
        hasty.work.ended().await;
        assert_eq!((checks(&test), sent(&test), counted(&test, "captcha_hour").await), (0, 2, vec![]));
        person.turns_to(&test.app);
        assert_eq!(hands_over(&mut person, 3, &shown, &token).await.brief(), "200", "and nothing was lost");
    }

    async fn s38_while_the_provider_thinks_nobodys_patience_with_the_database_ends(database: Database) {
        let test = started(database, |_| {}).await;
        let (mut person, shown) = asked(&test, 3).await;
        let patient = test.second_node_with(|raw| raw["limits"]["patience_ms"] = 1500.into()).await;
        person.turns_to(&patient);
        let mut slow = Fault::once(FaultKind::DelayMs { ms: 2000 });
        slow.action = Some("VerifyIntelligentCaptcha".to_owned());
        test.sim.add_fault(slow);
        let passed = hands_over(&mut person, 3, &shown, &ticked(&test)).await;
        assert_eq!(passed.brief(), "200", "{}", passed.text);
    }

    async fn what_is_charged_and_full_is_seen_without_charging(database: Database) {
        let test = started(database, |_| {}).await;
        let now = test.app.clock.now();
        let until = haoma_store::Deadline::after(Instant::now(), Duration::from_secs(20));
        let policy = haoma_core::policy::SendPolicy { captchas_hour: 1, ..test.app.limits() };
        let all = [haoma_core::limits::all_captchas(&policy, now).unwrap()];
        assert_eq!(limits::first_full(&test.app.db, &all, now, until).await.unwrap(), None);
        assert_eq!(limits::charge_all(&test.app.db, &all, now).await.unwrap(), limits::Charged::Yes);
        let full = limits::first_full(&test.app.db, &all, now, until).await.unwrap().unwrap();
        assert_eq!((full.count.hits, full.resets_at), (1, now.plus_secs(3600)));
        let later = now.plus_secs(3600);
        assert_eq!(limits::first_full(&test.app.db, &all, later, until).await.unwrap(), None);
    }
}
