//! What is charged for a message and a guess, and how high counters go for whom.
use std::num::NonZeroU32;

use super::*;
use crate::keys::{Key, ServerKey};
use crate::phone::PhoneNumber;
use crate::policy::{GuessPolicy, SendPolicy};
use crate::time::Timestamp;

fn key() -> Key {
    ServerKey::new([1; 32]).derive("limits")
}

fn phone(digits: &str) -> PhoneNumber {
    PhoneNumber::from_international(digits).unwrap()
}

fn ask(phone: &PhoneNumber) -> Ask<'_> {
    Ask {
        phone,
        address: Some("203.0.113.7".parse().unwrap()),
        standing: Standing::Stranger,
        price: 450,
        resend_at: Timestamp(60_000),
        now: Timestamp(0),
    }
}

fn charged(ask: &Ask<'_>) -> Vec<Charge> {
    for_message(&SendPolicy::default(), &key(), ask)
}

fn kinds(charges: &[Charge]) -> Vec<LimitKind> {
    charges.iter().map(|charge| charge.kind).collect()
}

#[test]
fn a_mainland_message_counts_in_our_windows_and_the_providers() {
    let li = phone("8613800138000");
    let of_number: Vec<_> = charged(&ask(&li))
        .into_iter()
        .take(3)
        .map(|c| (c.kind, c.max.get(), c.resets_at.0))
        .collect();
    let hour = HOUR_MS;
    assert_eq!(
        of_number,
        [
            (LimitKind::Cooldown, 1, 60_000),
            (LimitKind::Number, 5, 4 * hour),
            (LimitKind::Provider, 5, hour),
        ]
    );
    let abroad = phone("85251234567");
    let kinds = kinds(&charged(&ask(&abroad)));
    assert!(!kinds.contains(&LimitKind::Provider), "it counts mainland numbers only");
    let again = Ask { resend_at: Timestamp(120_000), ..ask(&li) };
    assert_eq!(charged(&again)[0].resets_at, Timestamp(120_000));
}

#[test]
fn the_providers_hour_is_a_calendar_hour() {
    let li = phone("8613800138000");
    let end = |now| {
        let (resend_at, now) = (Timestamp(now + MINUTE_MS), Timestamp(now));
        charged(&Ask { resend_at, now, ..ask(&li) })[2].resets_at.0
    };
    assert_eq!((end(HOUR_MS - 1), end(HOUR_MS)), (HOUR_MS, 2 * HOUR_MS));
}

#[test]
fn counters_name_neither_numbers_nor_addresses() {
    let li = phone("8613800138000");
    let guess = Guess {
        number_id: &number_id(&key(), &li),
        address: Some("203.0.113.7".parse().unwrap()),
        standing: Standing::Stranger,
        now: Timestamp(0),
    };
    let mut all = charged(&ask(&li));
    all.extend(for_guess(&GuessPolicy::default(), &key(), &guess));
    all.extend(for_new_country(&SendPolicy::default(), &key(), &ask(&li)).unwrap());
    let mut names: Vec<_> = all.iter().map(|charge| charge.bucket.as_str()).collect();
    for name in &names {
        assert!(!name.contains("13800138000") && !name.contains("203.0.113"), "{name}");
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "two counters share a name");
}

#[test]
fn zero_turns_a_count_off() {
    let li = phone("8613800138000");
    let off = SendPolicy {
        per_number_hour: 0,
        per_number_day: 0,
        provider_hour: 0,
        per_number_and_network_day: 0,
        per_address_day: 0,
        per_network_day: 0,
        per_country_unverified: 0,
        budget_hour: 0,
        budget_day: 0,
        money_hour: 0,
        money_day: 0,
        ..SendPolicy::default()
    };
    let ask = Ask { resend_at: Timestamp(0), ..ask(&li) };
    assert_eq!(for_message(&off, &key(), &ask), []);
    let huge = SendPolicy { budget_day: i64::MAX, ..off };
    let [day] = &for_message(&huge, &key(), &ask)[..] else { panic!("one") };
    assert_eq!((day.kind, day.max), (LimitKind::BudgetDay, NonZeroU32::MAX));
}

#[test]
fn s34_the_last_fifth_of_a_number_is_kept_for_where_it_signed_in_before() {
    let li = phone("8613800138000");
    let fits = |standing, hits| {
        let charges = charged(&Ask { standing, ..ask(&li) });
        let number = charges.iter().find(|c| c.kind == LimitKind::Number).unwrap();
        hits < number.room(Count::default(), number.share)
    };
    let most = |standing| (0..10).find(|hits| !fits(standing, *hits)).unwrap();
    let all = [Standing::Stranger, Standing::Solved, Standing::LetThrough, Standing::Known];
    assert_eq!(all.map(most), [3, 4, 4, 5]);
}

#[test]
fn s34_who_signed_in_here_before_is_not_judged_by_where_they_are() {
    let li = phone("8613800138000");
    let of_place =
        [LimitKind::NumberNetwork, LimitKind::Address, LimitKind::Network, LimitKind::Country];
    let known = kinds(&charged(&Ask { standing: Standing::Known, ..ask(&li) }));
    assert!(of_place.iter().all(|kind| !known.contains(kind)), "{known:?}");
    let stranger = kinds(&charged(&ask(&li)));
    assert!(of_place.iter().all(|kind| stranger.contains(kind)), "{stranger:?}");
}

#[test]
fn s34_who_is_let_through_meets_no_place_and_leaves_the_owners_fifth() {
    let li = phone("8613800138000");
    let of = |standing| {
        let ask = Ask { standing, ..ask(&li) };
        assert!(for_new_country(&SendPolicy::default(), &key(), &ask).is_none());
        charged(&ask)
    };
    let (let_through, known) = (of(Standing::LetThrough), of(Standing::Known));
    assert_eq!(kinds(&let_through), kinds(&known));
    for (charge, whole) in let_through.iter().zip(&known) {
        let wanted = if charge.kind == LimitKind::Cooldown { 100 } else { 80 };
        assert_eq!((charge.share, whole.share), (wanted, 100), "{:?}", charge.kind);
        assert!(!charge.is_helped_by_a_challenge(Count { hits: 1 << 40, verified: 0 }));
    }
}

#[test]
fn s22_an_address_of_version_6_counts_by_its_64_and_its_48() {
    let li = phone("8613800138000");
    let of = |address: &str, kind| {
        let address = Some(address.parse().unwrap());
        let charges = charged(&Ask { address, ..ask(&li) });
        charges.into_iter().find(|c| c.kind == kind).unwrap().bucket
    };
    let same = |a: &str, b: &str, kind| of(a, kind) == of(b, kind);
    assert!(same("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", LimitKind::Address));
    assert!(!same("2001:db8:1:1::1", "2001:db8:1:2::1", LimitKind::Address));
    assert!(same("2001:db8:1:1::1", "2001:db8:1:2::1", LimitKind::Network));
    assert!(!same("203.0.113.7", "203.0.113.8", LimitKind::Address));
    assert!(same("203.0.113.7", "203.0.113.8", LimitKind::Network));
    assert!(same("203.0.113.7", "::ffff:203.0.113.7", LimitKind::Address));
}

#[test]
fn an_address_of_this_machine_or_a_private_network_tells_nothing() {
    let li = phone("8613800138000");
    for address in ["127.0.0.1", "10.0.0.7", "192.168.1.1", "::1", "fd00::1", "fe80::1"] {
        let address = Some(address.parse().unwrap());
        let kinds = kinds(&charged(&Ask { address, ..ask(&li) }));
        assert!(!kinds.contains(&LimitKind::Address), "{address:?}");
        assert!(kinds.contains(&LimitKind::Country), "{address:?}");
    }
}

#[test]
fn s28_what_is_verified_makes_room_and_a_challenge_the_other_half() {
    let li = phone("8613800138000");
    let charges = charged(&ask(&li));
    let country = charges.iter().find(|c| c.kind == LimitKind::Country).unwrap();
    let count = |hits, verified| Count { hits, verified };
    let fits = |count: Count| count.hits < country.room(count, country.share);
    assert!(fits(count(99, 0)) && !fits(count(100, 0)));
    assert!(fits(count(349, 1_000)) && !fits(count(350, 1_000)), "half of 200 + 500");
    assert!(country.is_helped_by_a_challenge(count(199, 0)));
    assert!(!country.is_helped_by_a_challenge(count(200, 0)));
    assert_eq!([0, 100, 200, 999].map(|hits| country.fullness(count(hits, 0))), [0, 50, 100, 100]);
    let solved = charged(&Ask { standing: Standing::Solved, ..ask(&li) });
    let country = solved.iter().find(|c| c.kind == LimitKind::Country).unwrap();
    assert!(!country.is_helped_by_a_challenge(count(200, 0)), "nobody is asked twice");
}

#[test]
fn s38_a_captcha_doubles_what_counts_places_and_nothing_of_a_number_or_of_all() {
    let li = phone("8613800138000");
    let of = |standing| charged(&Ask { standing, ..ask(&li) });
    for (solved, checked) in of(Standing::Solved).iter().zip(&of(Standing::Checked)) {
        let raised = [LimitKind::Address, LimitKind::Network, LimitKind::Country];
        let times = if raised.contains(&solved.kind) { 2 } else { 1 };
        assert_eq!(checked.share, solved.share * times, "{:?}", solved.kind);
        let full = solved.room(Count::default(), solved.share);
        let count = |hits| Count { hits, verified: 0 };
        assert_eq!(solved.is_helped_by_a_captcha(count(full)), times == 2);
        assert!(!solved.is_helped_by_a_captcha(count(2 * full)), "{:?}", solved.kind);
        assert!(!checked.is_helped_by_a_captcha(count(full)), "nobody is asked twice");
    }
    let guess = Guess {
        number_id: "number",
        address: Some("203.0.113.7".parse().unwrap()),
        standing: Standing::Checked,
        now: Timestamp(0),
    };
    let guesses = for_guess(&GuessPolicy::default(), &key(), &guess);
    assert!(guesses.iter().all(|charge| charge.share <= 100), "no captcha makes guesses more");
}

#[test]
fn rows_are_credited_in_the_order_in_which_messages_are_charged() {
    let li = phone("8613800138000");
    let growing = |address: &str| {
        let ask = Ask { address: Some(address.parse().unwrap()), ..ask(&li) };
        charged(&ask).into_iter().filter(|c| c.growth > 0).map(|c| c.bucket).collect::<Vec<_>>()
    };
    let (here, there) = (growing("203.0.113.7"), growing("198.51.100.7"));
    let [here_address, here_network, country] = &here[..] else { panic!("{here:?}") };
    let [there_address, there_network, _] = &there[..] else { panic!("{there:?}") };
    let names = [&here[..], &there[..], &here[..]].concat();
    let mut addresses = [(here_address.as_str(), 2), (there_address.as_str(), 1)];
    let mut networks = [(here_network.as_str(), 2), (there_network.as_str(), 1)];
    addresses.sort_unstable();
    networks.sort_unstable();
    assert_eq!(credited(&names), [&addresses[..], &networks, &[(country.as_str(), 3)]].concat());
}

#[test]
fn s28_an_expensive_country_never_costs_more_than_a_tenth() {
    let policy = SendPolicy::default();
    let of = |price| unverified_of_country(&policy, price);
    assert_eq!([0, 450, 5_000, 10_000_000].map(of), [200, 200, 50, 1]);
    let off = SendPolicy { money_hour: 0, ..policy };
    assert_eq!(unverified_of_country(&off, 5_000), 200);
}

#[test]
fn s27_a_message_that_costs_nothing_is_counted_and_not_paid() {
    let li = phone("8613800138000");
    let free = kinds(&charged(&Ask { price: 0, ..ask(&li) }));
    assert!(free.contains(&LimitKind::BudgetDay) && !free.contains(&LimitKind::MoneyDay));
    let paid = charged(&ask(&li));
    let money = paid.iter().find(|c| c.kind == LimitKind::MoneyDay).unwrap();
    assert_eq!((money.amount, money.max.get()), (450, 5_000_000));
}

#[test]
fn s35_a_hundred_wrong_codes_in_a_row_are_the_end_for_strangers_before_that() {
    let guess = |standing| Guess {
        number_id: "number",
        address: Some("203.0.113.7".parse().unwrap()),
        standing,
        now: Timestamp(0),
    };
    let rooms = |standing| {
        let charges = for_guess(&GuessPolicy::default(), &key(), &guess(standing));
        let room = |c: &Charge| (c.kind, c.room(Count::default(), c.share));
        charges.iter().map(room).collect::<Vec<_>>()
    };
    let of_number =
        |lately, row| [(LimitKind::GuessesNumber, lately), (LimitKind::GuessesInARow, row)];
    assert_eq!(rooms(Standing::Known), of_number(9, 100));
    let stranger = rooms(Standing::Stranger);
    assert_eq!(stranger[stranger.len() - 2..], of_number(7, 80));
    assert_eq!(stranger[0], (LimitKind::GuessesAddress, 60));
}
