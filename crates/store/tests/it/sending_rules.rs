//! Rules of sending are few, one for each thing, and every change of them is noticed; what is refused is counted, and forgotten.
use haoma_core::ids::SendingRuleId;
use haoma_core::limits::{Charge, Leaves, LimitKind};
use haoma_core::sending_rules::{Effect, Kind, Rule, Subject};
use haoma_core::time::Timestamp;
use haoma_store::keyset::Place;
use haoma_store::purge::{Retention, purge};
use haoma_store::refusals::{self, FROM, Refused};
use haoma_store::sending_rules::{self, Stored};
use haoma_store::{Db, limits, wrong_codes};

use crate::support::{NOW, at_once, entropy, event, number};

fn rule(n: usize, kind: Kind, text: &str) -> Stored {
    let subject = Subject::from_stored(kind, text).unwrap();
    Stored {
        id: SendingRuleId::generate(NOW, &entropy(n)),
        rule: Rule { subject, effect: Effect::Block, expires_at: None },
        label: "+86 138****8000".to_owned(),
        reason: Some("pumping".to_owned()),
        made_by: "somebody".to_owned(),
        created_at: NOW,
    }
}

/// In the place of whatever is there.
async fn saves(db: &Db, rule: &Stored) -> bool {
    let old = sending_rules::find_about(db, &rule.rule.subject, NOW).await.unwrap();
    let old = old.as_ref().map(|old| &old.id);
    sending_rules::replace(db, rule, old, 100, &event(rand(rule))).await.unwrap()
}

/// Another event for each rule.
fn rand(rule: &Stored) -> usize {
    rule.id.as_str().bytes().fold(7, |sum, byte| sum * 31 % 1_000_003 + usize::from(byte))
}

fn refused(reason: &str, place: &str, hits: i64) -> Refused {
    Refused { reason: reason.to_owned(), place: place.to_owned(), hits }
}

fn counter(bucket: &str) -> Charge {
    Charge {
        kind: LimitKind::GuessesNumber,
        bucket: bucket.to_owned(),
        amount: 1,
        max: std::num::NonZeroU32::new(9).unwrap(),
        growth: 0,
        share: 100,
        solved_share: 100,
        resets_at: NOW.plus_secs(3600),
        leaves: Leaves::AtOnce,
    }
}

on_both! {
    async fn a_rule_takes_the_place_of_one_about_the_same_and_every_change_is_noticed(db: &Db) {
        assert_eq!(sending_rules::version(db).await.unwrap(), 0);
        let first = rule(1, Kind::Country, "VN");
        assert!(saves(db, &first).await);
        let allowed = Stored { rule: Rule { effect: Effect::Allow, ..first.rule.clone() }, ..rule(2, Kind::Country, "VN") };
        assert!(saves(db, &allowed).await);
        assert!(saves(db, &rule(3, Kind::Prefix, "84")).await);
        assert_eq!(sending_rules::version(db).await.unwrap(), 3);
        assert_eq!(sending_rules::count(db).await.unwrap(), 2);
        assert_eq!(sending_rules::find(db, &first.id).await.unwrap(), None);
        assert_eq!(sending_rules::find(db, &allowed.id).await.unwrap(), Some(allowed.clone()));
        let all = sending_rules::all(db).await.unwrap();
        assert!(all.len() == 2 && all.contains(&allowed.rule), "{all:?}");
        let page = sending_rules::list(db, &Place::Newest, 1).await.unwrap();
        assert!(page.items.len() == 1 && page.older.is_some());
        assert!(sending_rules::delete(db, &allowed.id, &event(901)).await.unwrap());
        assert!(!sending_rules::delete(db, &allowed.id, &event(902)).await.unwrap());
        assert_eq!(sending_rules::version(db).await.unwrap(), 4, "what changed nothing is no change");
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 4);
    }

    async fn a_rule_gives_way_only_to_who_knows_of_it(db: &Db) {
        let (first, second, third) = (rule(1, Kind::Prefix, "84"), rule(2, Kind::Prefix, "84"), rule(3, Kind::Prefix, "84"));
        let replace = async |new: &Stored, old: Option<&Stored>| {
            let old = old.map(|old| &old.id);
            sending_rules::replace(db, new, old, 100, &event(rand(new))).await.unwrap()
        };
        let there = async |now| sending_rules::find_about(db, &first.rule.subject, now).await.unwrap().map(|one| one.id);
        assert_eq!(there(NOW).await, None);
        assert!(replace(&first, None).await);
        assert!(!replace(&second, None).await, "nobody said that it may go");
        assert_eq!(there(NOW).await, Some(first.id.clone()));
        assert!(replace(&second, Some(&first)).await);
        assert!(!replace(&third, Some(&first)).await, "there is another by now");
        assert_eq!((there(NOW).await, sending_rules::version(db).await.unwrap()), (Some(second.id.clone()), 2));
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 2, "what was refused is not told");
        let mut over = third.clone();
        over.rule.expires_at = Some(NOW.plus_millis(1));
        assert!(replace(&over, Some(&second)).await);
        assert_eq!(there(NOW.plus_millis(1)).await, None);
        assert!(!replace(&rule(4, Kind::Prefix, "84"), None).await, "not yet");
        let later = Stored { created_at: NOW.plus_millis(1), ..rule(5, Kind::Prefix, "84") };
        assert!(replace(&later, None).await, "one that ended is in nobody's way");
    }

    async fn there_are_no_more_rules_than_fit_but_one_about_the_same_always_does(db: &Db) {
        let saves = async |n: usize, network: &str, old: Option<&Stored>| {
            let new = rule(n, Kind::Network, network);
            sending_rules::replace(db, &new, old.map(|old| &old.id), 2, &event(n)).await.unwrap()
        };
        assert!(saves(0, "192.0.2.1", None).await && saves(1, "192.0.2.2", None).await);
        assert!(!saves(3, "192.0.2.3", None).await);
        assert!(saves(4, "192.0.2.2", Some(&rule(1, Kind::Network, "192.0.2.2"))).await);
        assert_eq!((sending_rules::count(db).await.unwrap(), sending_rules::version(db).await.unwrap()), (2, 3));
    }

    async fn of_many_who_set_up_the_same_at_once_one_does(db: &Db) {
        let done = at_once(20, |n| {
            let db = db.clone();
            async move {
                let new = rule(n, Kind::Prefix, &format!("84{}", n % 10));
                sending_rules::replace(&db, &new, None, 100, &event(rand(&new))).await.unwrap()
            }
        })
        .await;
        assert_eq!(done.into_iter().filter(|done| *done).count(), 10);
        assert_eq!((sending_rules::count(db).await.unwrap(), sending_rules::version(db).await.unwrap()), (10, 10));
    }

    async fn a_rule_that_ended_is_purged(db: &Db) {
        let mut over = rule(1, Kind::Country, "VN");
        over.rule.expires_at = Some(NOW);
        saves(db, &over).await;
        let mut living = rule(2, Kind::Country, "KH");
        living.rule.expires_at = Some(NOW.plus_millis(1));
        saves(db, &living).await;
        saves(db, &rule(3, Kind::Country, "LA")).await;
        let never = Timestamp(0);
        let retention = Retention {
            messages: never, audit_events: never, expired_codes: never, hook_deliveries: never,
            deleted_connectors: never,
        };
        purge(db, NOW, retention, 10).await.unwrap();
        assert_eq!(sending_rules::count(db).await.unwrap(), 2);
    }

    async fn what_is_refused_is_summed_by_reason_and_place_and_gone_after_a_day(db: &Db) {
        let china = refused("address", "CN", 2);
        refusals::add(db, &[china.clone(), refused(FROM, "203.0.113.7", 2)], NOW).await.unwrap();
        let later = NOW.plus_secs(3 * 3600);
        refusals::add(db, &[china, refused("country", "VN", 5), refused("challenge", "CN", 9)], later).await.unwrap();
        let day = later.plus_secs(-24 * 3600);
        let all = refusals::list(db, day, (10, 0)).await.unwrap();
        assert_eq!(all, [refused("challenge", "CN", 9), refused("country", "VN", 5), refused("address", "CN", 4)]);
        assert_eq!(refusals::list(db, day, (1, 1)).await.unwrap(), [refused("country", "VN", 5)]);
        assert_eq!(refusals::sum(db, day, "challenge").await.unwrap(), 9);
        assert_eq!(refusals::sum(db, later.plus_secs(-3600), "challenge").await.unwrap(), 7);
        assert_eq!(refusals::list_origins(db, day, 10).await.unwrap(), [refused(FROM, "203.0.113.7", 2)]);
        assert_eq!(refusals::list_origins(db, later.plus_secs(-3600), 10).await.unwrap(), []);
        let never = Timestamp(0);
        let retention = Retention {
            messages: never, audit_events: never, expired_codes: never, hook_deliveries: never,
            deleted_connectors: never,
        };
        purge(db, NOW.plus_secs(26 * 3600), retention, 1).await.unwrap();
        assert_eq!(number(db, "SELECT COUNT(*) FROM refusals").await, 3, "only what is older than a day");
    }

    async fn wrong_codes_for_a_number_are_forgotten_and_nothing_else(db: &Db) {
        let names = [
            "aB-9_:guesses_number", "aB-9_:guesses_in_a_row", "aB-9_:pair:guesses_network",
            "aB-9_:other:guesses_network", "aB-9_:number", "aB-9_:cooldown", "other:guesses_number",
            "other:pair:guesses_network", "aB-9:pair:guesses_network",
        ];
        for name in names {
            limits::charge_all(db, &[counter(name)], NOW).await.unwrap();
        }
        let own = [counter(names[0]), counter(names[1]), counter(names[2])];
        wrong_codes::forget(db, "aB-9_", &own, &event(1)).await.unwrap();
        let mut left = vec![];
        for name in names {
            if limits::find(db, name).await.unwrap().is_some() {
                left.push(name);
            }
        }
        assert_eq!(left, names[4..]);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
    }
}
