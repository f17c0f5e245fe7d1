//! One counter, as high as who asks may go; what was verified makes room.

use haoma_core::ids::PasscodeId;
use haoma_core::limits::{Charge, Count, Leaves, LimitKind};
use haoma_core::policy::SendPolicy;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::limits::{self, Charged, Credits};
use haoma_store::messages::{self, Code, Intent, Left, NotSent, Settlement, Status};
use haoma_store::passcodes::{self, NewPasscode, Owner, Tried};
use haoma_store::{Db, Error, Options};

use crate::support::{
    self, NOW, at_once, counter, event, message, number, passcode, save, soon, walk,
};

fn charge(bucket: &str, max: u32) -> Charge {
    counter(LimitKind::Network, bucket.to_owned(), max, NOW.plus_secs(3600))
}

/// How often one fits.
async fn fits(db: &Db, charge: &Charge, now: Timestamp) -> usize {
    let mut count = 0;
    while limits::charge_all(db, std::slice::from_ref(charge), now).await.unwrap() == Charged::Yes {
        count += 1;
    }
    count
}

async fn hits(db: &Db, bucket: &str) -> i64 {
    limits::find(db, bucket).await.unwrap().map_or(0, |(count, _)| count.hits)
}

on_both! {
    async fn a_counter_goes_as_high_as_who_asks_may(db: &Db) {
        let of = |share| Charge { share, ..charge("number", 5) };
        assert_eq!(fits(db, &of(60), NOW).await, 3);
        assert_eq!(fits(db, &of(80), NOW).await, 1, "one more, on the same counter");
        assert_eq!(fits(db, &of(100), NOW).await, 1);
        assert_eq!(hits(db, "number").await, 5);
        let Charged::Full(full) = limits::charge_all(db, &[of(60)], NOW).await.unwrap() else { panic!("full") };
        assert_eq!((full.count.hits, full.resets_at), (5, NOW.plus_secs(3600)));
    }

    async fn what_leaves_evenly_makes_room_for_one_after_the_other(db: &Db) {
        let every = 600;
        let at = |n: i64| NOW.plus_secs(n * every);
        let even = Charge { leaves: Leaves::Evenly { every_ms: every * 1000 }, ..charge("even", 5) };
        let of = |share| Charge { share, ..even.clone() };
        assert_eq!(fits(db, &of(60), NOW).await, 3);
        assert_eq!(fits(db, &of(100), NOW).await, 2, "on the same counter");
        let Charged::Full(full) = limits::charge_all(db, &[of(100)], NOW).await.unwrap() else { panic!("full") };
        assert_eq!((full.count.hits, full.resets_at), (5, at(1)));
        let Charged::Full(full) = limits::charge_all(db, &[of(60)], NOW).await.unwrap() else { panic!("full") };
        assert_eq!((full.count.hits, full.resets_at), (5, at(3)), "two that were kept leave first");
        assert_eq!(fits(db, &of(100), at(1).plus_millis(-1)).await, 0);
        assert_eq!(fits(db, &of(100), at(1)).await, 1);
        assert_eq!(fits(db, &of(60), at(3)).await, 0, "what the owner takes keeps strangers out");
        assert_eq!(fits(db, &of(100), at(3)).await, 2, "and never the other way round");
        assert_eq!(fits(db, &of(100), at(20)).await, 5, "empty again");
    }

    async fn s35_who_goes_on_guessing_waits_longer_and_an_hour_after_the_last_all_is_forgotten(db: &Db) {
        let late = |now: Timestamp| Charge { leaves: Leaves::Late, resets_at: now.plus_secs(3600), ..charge("late", 7) };
        let mut now = NOW;
        let mut waits = vec![];
        for _ in 0..9 {
            let full = loop {
                match limits::charge_all(db, &[late(now)], now).await.unwrap() {
                    Charged::Yes => waits.push(0),
                    Charged::Full(full) => break full,
                }
            };
            let early = full.resets_at.plus_millis(-1);
            assert_ne!(limits::charge_all(db, &[late(early)], early).await.unwrap(), Charged::Yes, "a millisecond early");
            waits.push(full.resets_at.secs_since(now));
            now = full.resets_at;
        }
        assert_eq!(waits, [0, 0, 0, 30, 0, 30, 0, 300, 0, 300, 0, 3600, 0, 0, 0, 30, 0, 30, 0, 300, 0, 300]);
    }

    async fn s35_after_a_right_code_nothing_waits(db: &Db) {
        let late = Charge { leaves: Leaves::Late, ..charge("late", 7) };
        assert_eq!(fits(db, &late, NOW).await, 3);
        let right = Credits { given_back: vec![late.clone()], ..Credits::default() };
        spend_another(db, &right).await;
        assert_eq!(fits(db, &late, NOW).await, 3);
    }

    async fn what_leaves_evenly_is_given_back_as_it_was(db: &Db) {
        let even = Charge { leaves: Leaves::Evenly { every_ms: 600_000 }, ..charge("even", 5) };
        assert_eq!(fits(db, &even, NOW).await, 5);
        limits::give_back(db, &[even.clone(), even.clone()]).await.unwrap();
        let row = limits::find(db, "even").await.unwrap().unwrap();
        assert_eq!(even.seen(row, NOW).0.hits, 3);
        assert_eq!(fits(db, &even, NOW).await, 2);
        limits::clear(db, std::slice::from_ref(&even)).await.unwrap();
        limits::give_back(db, std::slice::from_ref(&even)).await.unwrap();
        assert_eq!(fits(db, &even, NOW).await, 5, "nothing below nothing");
    }

    async fn s28_of_many_at_once_from_a_home_that_passes_the_breaker_one_is_charged(db: &Db) {
        let home = Charge { growth: 50, share: 50, ..charge("home", 60) }.at_home(&SendPolicy::default(), false, NOW).unwrap();
        let answers = at_once(20, |_| {
            let (db, home) = (db.clone(), home.clone());
            async move { limits::charge_all(&db, &[home], NOW).await.unwrap() }
        })
        .await;
        assert_eq!(answers.iter().filter(|answer| **answer == Charged::Yes).count(), 1);
        let entered = Credits { verified: vec![home.bucket.clone()], ..Credits::default() };
        spend_another(db, &entered).await;
        assert_eq!(fits(db, &home, NOW).await, 1, "its code was entered");
    }

    async fn one_and_its_share_round_up(db: &Db) {
        assert_eq!(fits(db, &Charge { share: 60, ..charge("one", 1) }, NOW).await, 1);
    }

    async fn what_is_verified_leaves_the_counter_and_makes_room(db: &Db) {
        let address = Charge { growth: 50, ..charge("address", 2) };
        assert_eq!(fits(db, &address, NOW).await, 2);
        let walk = walk(db, 1).await;
        let code = passcode(1, &walk);
        let id = code.id.clone();
        let intent = Intent { charges: &[], code: Some(Code::New(code)), message: message(1, Some(&id)), save: None, record: None, event: None, now: NOW, until: soon() };
        messages::intend(db, &intent).await.unwrap();
        let credits = Credits { verified: vec![address.bucket.clone()], ..Credits::default() };
        passcodes::consume(db, &id, NOW, &save(&walk, 0), Some(&event(1)), &credits).await.unwrap();
        let (count, _) = limits::find(db, "address").await.unwrap().unwrap();
        assert_eq!((count.hits, count.verified), (1, 1));
        let twice = passcodes::consume(db, &id, NOW, &save(&walk, 1), None, &credits).await.unwrap();
        assert_eq!(twice, passcodes::Spent::Already);
        assert_eq!(limits::find(db, "address").await.unwrap().unwrap().0, count, "nothing is credited twice");
        for _ in 0..3 {
            let steps = Credits { verified: vec![address.bucket.clone()], ..Credits::default() };
            spend_another(db, &steps).await;
        }
        assert_eq!(fits(db, &address, NOW).await, 4, "two, and half of four");
    }

    async fn half_of_what_was_verified_is_remembered_when_a_counter_starts_anew(db: &Db) {
        let address = Charge { growth: 100, ..charge("address", 1) };
        fits(db, &address, NOW).await;
        for _ in 0..8 {
            spend_another(db, &Credits { verified: vec![address.bucket.clone()], ..Credits::default() }).await;
        }
        let later = NOW.plus_secs(3600);
        let again = Charge { resets_at: later.plus_secs(3600), ..address };
        assert_eq!(fits(db, &again, later).await, 5, "one, and four of eight");
    }

    async fn a_price_is_counted_as_it_is_and_given_back_as_it_was(db: &Db) {
        let paid = Charge { amount: 450, ..charge("money", 1000) };
        assert_eq!(fits(db, &paid, NOW).await, 2);
        limits::give_back(db, std::slice::from_ref(&paid)).await.unwrap();
        assert_eq!(hits(db, "money").await, 450);
        limits::give_back(db, &[Charge { amount: 9_999, ..paid }]).await.unwrap();
        assert_eq!(hits(db, "money").await, 450, "never below nothing");
    }

    async fn a_message_that_did_not_go_out_takes_back_all_it_did_and_leaves_a_walk_that_went_on(db: &Db) {
        let walk = walk(db, 1).await;
        let code = passcode(1, &walk);
        let id = code.id.clone();
        let charges = [charge("number", 5), charge("all", 9)];
        let intent = Intent { charges: &charges, code: Some(Code::New(code)), message: message(1, Some(&id)), save: Some(save(&walk, 0)), record: None, event: None, now: NOW, until: soon() };
        messages::intend(db, &intent).await.unwrap();
        assert_eq!(fits(db, &charges[0], NOW).await, 4, "what others are charged");
        let later = save(&walk, 7);
        let refused = settlement(1, Status::Refused);
        let not_sent = NotSent { left: Left::Outcome(&refused, &[]), pause: None, charges: &charges, code: Some((&id, &[])), record: None, save: Some(&later) };
        assert!(not_sent.undoing().is_idempotent());
        for is_first in [true, false] {
            assert_eq!(not_sent.undoing().run(db).await.unwrap(), is_first);
            assert_eq!((hits(db, "number").await, hits(db, "all").await), (4, 0), "once");
        }
        assert_eq!(messages::find(db, &refused.id).await.unwrap().unwrap().status, Status::Refused);
        assert_eq!(passcodes::find(db, &id).await.unwrap(), None, "nobody was sent it");
        assert_eq!(number(db, "SELECT version FROM interactions").await, 1, "the walk is at another version");
        let now = save(&walk, 1);
        let fixed = NotSent { left: Left::NoMessage, charges: &[], save: Some(&now), ..not_sent }.undoing();
        assert!(!fixed.is_idempotent(), "nothing is settled, so nothing tells that it was done");
        fixed.run(db).await.unwrap();
        assert_eq!(number(db, "SELECT version FROM interactions").await, 2);
    }

    async fn a_message_that_was_meant_too_late_was_never_meant(db: &Db) {
        let walk = walk(db, 1).await;
        let code = passcode(1, &walk);
        let id = code.id.clone();
        let (pause, counters) = (charge("pause", 1), [charge("number", 5), charge("all", 9)]);
        let charges = [std::slice::from_ref(&pause), &counters].concat();
        let message = message(1, Some(&id));
        let name = message.id.clone();
        let intent = Intent { charges: &charges, code: Some(Code::New(code)), message, save: Some(save(&walk, 0)), record: None, event: None, now: NOW, until: soon() };
        messages::intend(db, &intent).await.unwrap();
        let before = save(&walk, 1);
        let not_sent = NotSent { left: Left::Nothing(&name), pause: Some(&pause), charges: &counters, code: Some((&id, &[])), record: None, save: Some(&before) };
        not_sent.undoing().run(db).await.unwrap();
        let left = "SELECT (SELECT COUNT(*) FROM messages) + (SELECT COUNT(*) FROM passcodes) + (SELECT CAST(SUM(hits) AS BIGINT) FROM limits)";
        assert_eq!(number(db, left).await, 0);
        assert_eq!(number(db, "SELECT resets_at FROM limits WHERE bucket = 'pause'").await, 0, "the next one's is as long as ever");
        assert_eq!(number(db, "SELECT version FROM interactions").await, 2);
        assert_eq!(fits(db, &counters[0], NOW).await, 5);
        not_sent.undoing().run(db).await.unwrap();
        assert_eq!(hits(db, "number").await, 5, "once");
    }

    async fn what_ended_is_as_good_as_gone(db: &Db) {
        let row = charge("row", 3);
        assert_eq!(fits(db, &row, NOW).await, 3);
        limits::clear(db, std::slice::from_ref(&row)).await.unwrap();
        assert_eq!(hits(db, "row").await, 0);
        assert_eq!(fits(db, &row, NOW).await, 3, "it starts anew");
        assert_eq!(limits::find(db, "row").await.unwrap().unwrap().1, row.resets_at);
    }

    async fn s27_a_budget_is_hard_however_many_ask(db: &Db) {
        let answers = at_once(200, |_| {
            let db = db.clone();
            async move { limits::charge_all(&db, &[charge("all", 20)], NOW).await.unwrap() }
        })
        .await;
        assert_eq!(answers.iter().filter(|answer| **answer == Charged::Yes).count(), 20);
    }

    async fn a_guess_that_a_full_counter_keeps_out_takes_none_of_the_codes_tries(db: &Db) {
        let walk = walk(db, 1).await;
        let code = passcode(1, &walk);
        let id = code.id.clone();
        let intent = Intent { charges: &[], code: Some(Code::New(code)), message: message(1, Some(&id)), save: None, record: None, event: None, now: NOW, until: soon() };
        messages::intend(db, &intent).await.unwrap();
        let charges = [charge("hour", 1), charge("day", 9)];
        assert_eq!(passcodes::charge(db, (&id, 5), &charges, NOW).await.unwrap(), Tried::Yes);
        let Tried::Full(full) = passcodes::charge(db, (&id, 5), &charges, NOW).await.unwrap() else { panic!("full") };
        assert_eq!(full.charge.bucket, "hour");
        assert_eq!(passcodes::find(db, &id).await.unwrap().unwrap().attempts, 1);
        let end = NOW.plus_secs(86_400);
        assert_eq!(passcodes::charge(db, (&id, 5), &[charge("other", 9)], end).await.unwrap(), Tried::Gone);
        assert_eq!(hits(db, "other").await, 0, "nor is a guess at a dead code counted");
    }

    async fn a_code_whose_message_did_not_go_out_is_none(db: &Db) {
        let walk = walk(db, 1).await;
        let code = passcode(1, &walk);
        let id = code.id.clone();
        let send = async |n: usize, code: Code| {
            let intent = Intent { charges: &[], code: Some(code), message: message(n, Some(&id)), save: None, record: None, event: None, now: NOW, until: soon() };
            messages::intend(db, &intent).await.unwrap();
        };
        send(1, Code::New(code)).await;
        send(2, Code::Repeat { id: id.clone(), max_attempts: 5, charged: vec![] }).await;
        take_back(db, (&id, &[])).await;
        assert_eq!(passcodes::charge(db, (&id, 5), &[], NOW).await.unwrap(), Tried::Yes, "the first went out");
        take_back(db, (&id, &[])).await;
        assert_eq!(passcodes::charge(db, (&id, 5), &[], NOW).await.unwrap(), Tried::Gone);
    }

    async fn a_code_of_nobodys_walk_knows_where_its_messages_were_counted(db: &Db) {
        let names = |all: &[&str]| all.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let (first, second) = (names(&["a:address", "country:CN"]), names(&["b:address", "country:CN"]));
        let code = NewPasscode { owner: Owner::Number { max_attempts: 5 }, charged: first.clone(), ..passcode(1, &walk(db, 1).await) };
        let id = code.id.clone();
        let send = async |n: usize, code: Code| {
            let intent = Intent { charges: &[], code: Some(code), message: message(n, Some(&id)), save: None, record: None, event: None, now: NOW, until: soon() };
            messages::intend(db, &intent).await.unwrap();
        };
        let charged = async || passcodes::find_of_number(db, "number", UsageType::SignIn).await.unwrap().unwrap().charged;
        send(1, Code::New(code.clone())).await;
        assert_eq!(charged().await, first);
        send(2, Code::Repeat { id: id.clone(), max_attempts: 5, charged: second.clone() }).await;
        assert_eq!(charged().await, [first.clone(), second.clone()].concat());
        take_back(db, (&id, &second)).await;
        assert_eq!(charged().await, first, "the second did not go out");
        let later = NOW.plus_secs(600);
        let next = NewPasscode { id: passcode(2, &walk(db, 2).await).id, charged: second.clone(), created_at: later, expires_at: later.plus_secs(600), ..code };
        send(3, Code::New(next)).await;
        assert_eq!(charged().await, second, "the code after it begins anew");
    }

    async fn messages_of_one_code_leave_each_counter_as_often_as_they_were_counted(db: &Db) {
        let of = |name: &str| Charge { bucket: name.to_owned(), ..charge("any", 9) };
        for name in ["a:address", "b:address", "country:CN", "country:CN"] {
            limits::charge_all(db, &[of(name)], NOW).await.unwrap();
        }
        let names = ["a:address", "country:CN", "b:address", "country:CN"].map(str::to_owned);
        spend_another(db, &Credits { verified: names.to_vec(), ..Credits::default() }).await;
        for (name, verified) in [("a:address", 1), ("b:address", 1), ("country:CN", 2)] {
            let (count, _) = limits::find(db, name).await.unwrap().unwrap();
            assert_eq!(count, Count { hits: 0, verified }, "{name}");
        }
    }
}

async fn take_back(db: &Db, code: (&PasscodeId, &[String])) {
    let (left, code) = (Left::NoMessage, Some(code));
    let not_sent = NotSent { left, pause: None, charges: &[], code, record: None, save: None };
    not_sent.undoing().run(db).await.unwrap();
}

/// What the provider said of the message that `support::message` makes of the same number.
fn settlement(n: usize, status: Status) -> Settlement {
    Settlement {
        id: message(n, None).id,
        status,
        provider_message_id: None,
        provider_code: None,
        provider_request_id: None,
        at: NOW,
    }
}

/// Spends a code of nobody's, with these credits.
async fn spend_another(db: &Db, credits: &Credits) {
    let n = usize::try_from(number(db, "SELECT COUNT(*) FROM passcodes").await).unwrap() + 100;
    let walk = walk(db, n).await;
    let code = passcode(n, &walk);
    let id = code.id.clone();
    let intent = Intent {
        charges: &[],
        code: Some(Code::New(code)),
        message: message(n, Some(&id)),
        save: None,
        record: None,
        event: None,
        now: NOW,
        until: soon(),
    };
    messages::intend(db, &intent).await.unwrap();
    let spent: Result<_, Error> =
        passcodes::consume(db, &id, NOW, &save(&walk, 0), None, credits).await;
    assert_eq!(spent.unwrap(), passcodes::Spent::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_kept_out_by_a_counter_of_their_own_does_not_wait_for_those_of_everybody() {
    let Some(url) = support::postgres_url("it::limits_of_everybody").await else { return };
    // whoever waits, waits until the test fails
    let patient =
        url.replace("options=", "options=-clock_timeout%3D0%20-cstatement_timeout%3D0%20");
    let db = Db::open(Options::Postgres { url: patient, pool: 2 }).await.unwrap();
    let both = [charge("own", 1), Charge { kind: LimitKind::BudgetHour, ..charge("all", 9) }];
    assert_eq!(limits::charge_all(&db, &both, NOW).await.unwrap(), Charged::Yes);
    let other = support::connect(&url).await;
    let hold = "BEGIN; UPDATE limits SET hits = hits WHERE bucket = 'all'";
    other.batch_execute(hold).await.unwrap();
    let Charged::Full(full) = limits::charge_all(&db, &both, NOW).await.unwrap() else {
        panic!("full")
    };
    assert_eq!(full.charge.bucket, "own");
}
