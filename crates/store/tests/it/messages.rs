//! An intent is stored whole or not at all, and an outcome never goes back.
use std::time::{Duration, Instant};

use haoma_core::ids::{DeliveryId, HookId, MessageId, PasscodeId};
use haoma_core::limits::{Charge, LimitKind};
use haoma_core::time::Timestamp;
use haoma_store::hook_deliveries::NewDelivery;
use haoma_store::messages::{self, Code, Intended, Intent, Settlement, Status};
use haoma_store::passcodes::Tried;
use haoma_store::{Db, Deadline, Error, PerhapsTold, Step, interactions, limits, passcodes};

use crate::support::{
    NOW, at_once, counter, entropy, event, message, number, passcode, save, soon, walk,
};

fn charge(kind: LimitKind, max: u32, resets_at: Timestamp) -> Charge {
    counter(kind, format!("{}:number", kind.as_str()), max, resets_at)
}

/// Which counter was full, and until when.
fn full(answer: &Intended) -> Option<(LimitKind, Timestamp)> {
    match answer {
        Intended::LimitReached(full) => Some((full.kind(), full.resets_at)),
        _ => None,
    }
}

fn plain(n: usize, charges: &[Charge], now: Timestamp) -> Intent<'_> {
    Intent {
        charges,
        code: None,
        message: message(n, None),
        save: None,
        record: None,
        event: None,
        now,
        until: soon(),
    }
}

fn settlement(n: usize, status: Status) -> Settlement {
    Settlement {
        id: message(n, None).id,
        status,
        provider_message_id: None,
        provider_code: Some("OK".to_owned()),
        provider_request_id: None,
        at: NOW,
    }
}

async fn goes_abroad(
    db: &Db,
    n: usize,
    created_at: Timestamp,
    (status, provider_id): (Status, Option<&str>),
) {
    let passcode = PasscodeId::generate(NOW, &entropy(1));
    let mut intent = plain(n, &[], NOW);
    "HK".clone_into(&mut intent.message.region);
    intent.message.passcode_id = Some(passcode);
    intent.message.created_at = created_at;
    assert_eq!(messages::intend(db, &intent).await.unwrap(), Intended::Committed);
    let provider_message_id = provider_id.map(str::to_owned);
    let settled = Settlement { provider_message_id, ..settlement(n, status) };
    assert!(messages::settle(db, &settled, None).await.unwrap());
}

on_both! {
    async fn the_message_of_a_code_abroad_is_the_newest_that_may_have_arrived(db: &Db) {
        let code = PasscodeId::generate(NOW, &entropy(1));
        let found = async || messages::newest_abroad(db, &code).await.unwrap().map(|one| one.provider_message_id);
        assert_eq!(found().await, None);
        for (n, status, id) in [
            (1, Status::Accepted, Some("first")), (2, Status::Accepted, Some("second")), (3, Status::Refused, Some("third")),
            (4, Status::Unknown, None),
        ] {
            goes_abroad(db, n, NOW.plus_secs(i64::try_from(n).unwrap()), (status, id)).await;
        }
        assert_eq!(found().await.as_deref(), Some("second"));
        messages::settle(db, &settlement(2, Status::Undelivered), None).await.unwrap();
        assert_eq!(found().await.as_deref(), Some("first"), "what was lost was not read");
        messages::settle(db, &settlement(1, Status::Delivered), None).await.unwrap();
        assert_eq!(found().await.as_deref(), Some("first"));
        // at home nobody asks
        db.write(Step::new("UPDATE messages SET region = 'CN'", vec![])).await.unwrap();
        assert_eq!(found().await, None);
    }

    async fn what_nobody_waits_for_any_more_is_not_begun(db: &Db) {
        let late = Deadline::after(Instant::now(), Duration::ZERO);
        let message = message(1, None);
        let intent = Intent { charges: &[], code: None, message, save: None, record: None, event: None, now: NOW, until: late };
        let answer = messages::intend(db, &intent).await;
        assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
        assert_eq!(number(db, "SELECT COUNT(*) FROM messages").await, 0);
        assert_eq!(messages::intend(db, &Intent { until: soon(), ..intent }).await.unwrap(), Intended::Committed);
    }

    async fn one_message_per_cooldown_however_many_ask(db: &Db) {
        let walk = walk(db, 1).await;
        let resets_at = NOW.plus_secs(60);
        let answers = at_once(50, |n| {
            let (db, walk) = (db.clone(), walk.clone());
            async move {
                let charges = [
                    charge(LimitKind::Cooldown, 1, resets_at),
                    charge(LimitKind::Number, 5, NOW.plus_secs(3600)),
                ];
                let (code, event) = (passcode(n, &walk), event(n));
                let message = message(n, Some(&code.id));
                let intent = Intent {
                    charges: &charges,
                    code: Some(Code::New(code)),
                    message,
                    save: Some(save(&walk, 0)),
                    record: None,
                    event: Some(&event),
                    now: NOW,
                    until: soon(),
                };
                messages::intend(&db, &intent).await.unwrap()
            }
        }).await;
        assert_eq!(answers.iter().filter(|answer| **answer == Intended::Committed).count(), 1);
        let is_full = |answer: &&Intended| full(answer) == Some((LimitKind::Cooldown, resets_at));
        assert_eq!(answers.iter().filter(is_full).count(), 49);
        for sql in ["SELECT COUNT(*) FROM messages", "SELECT COUNT(*) FROM passcodes", "SELECT COUNT(*) FROM audit_events",
            "SELECT hits FROM limits WHERE bucket = 'number:number'"] {
            assert_eq!(number(db, sql).await, 1, "{sql}");
        }
    }

    async fn the_first_full_counter_is_named_and_the_others_stay(db: &Db) {
        let hour = NOW.plus_secs(3600);
        for n in 0..3 {
            let charges = [charge(LimitKind::Number, 2, hour), charge(LimitKind::NumberNetwork, 9, hour)];
            let answer = messages::intend(db, &plain(n, &charges, NOW)).await.unwrap();
            assert_eq!(full(&answer), (n == 2).then_some((LimitKind::Number, hour)));
        }
        let charges = [charge(LimitKind::NumberNetwork, 9, hour), charge(LimitKind::Number, 2, hour)];
        let answer = messages::intend(db, &plain(4, &charges, NOW)).await.unwrap();
        assert_eq!(full(&answer).map(|(kind, _)| kind), Some(LimitKind::Number));
        assert_eq!(number(db, "SELECT hits FROM limits WHERE bucket = 'number_network:number'").await, 2);
    }

    async fn a_counter_starts_anew_at_its_end_and_not_before(db: &Db) {
        let end = NOW.plus_secs(60);
        let first = [charge(LimitKind::Cooldown, 1, end)];
        assert_eq!(messages::intend(db, &plain(1, &first, NOW)).await.unwrap(), Intended::Committed);
        let longer = [charge(LimitKind::Cooldown, 1, end.plus_secs(60))];
        let answer = messages::intend(db, &plain(2, &longer, end.plus_millis(-1))).await.unwrap();
        assert_eq!(full(&answer), Some((LimitKind::Cooldown, end)));
        assert_eq!(messages::intend(db, &plain(2, &longer, end)).await.unwrap(), Intended::Committed);
        let (count, resets_at) = limits::find(db, "cooldown:number").await.unwrap().unwrap();
        assert_eq!((count.hits, resets_at), (1, end.plus_secs(60)));
        assert_eq!(limits::find(db, "none").await.unwrap(), None);
    }

    async fn a_code_is_repeated_only_while_it_lives(db: &Db) {
        let walk = walk(db, 1).await;
        let code = passcode(1, &walk);
        let id = code.id.clone();
        let send = async |n: usize, code: Code, now: Timestamp| {
            let charges = [charge(LimitKind::NumberNetwork, 99, NOW.plus_secs(86_400))];
            let intent = Intent { code: Some(code), ..plain(n, &charges, now) };
            messages::intend(db, &intent).await.unwrap()
        };
        let again = || Code::Repeat { id: id.clone(), max_attempts: 2, charged: vec![] };
        assert_eq!(send(1, again(), NOW).await, Intended::CodeGone);
        assert_eq!(send(1, Code::New(code), NOW).await, Intended::Committed);
        assert_eq!(send(2, again(), NOW).await, Intended::Committed);
        assert_eq!(number(db, "SELECT sends FROM passcodes").await, 2);
        assert_eq!(send(3, again(), NOW.plus_secs(600)).await, Intended::CodeGone);
        for _ in 0..2 {
            assert!(passcodes::charge(db, (&id, 2), &[], NOW).await.unwrap() == Tried::Yes);
        }
        assert_eq!(send(3, again(), NOW).await, Intended::CodeGone);
        assert_eq!(number(db, "SELECT hits FROM limits").await, 2);
    }

    async fn an_intent_on_a_changed_walk_leaves_nothing(db: &Db) {
        let walk = walk(db, 1).await;
        assert!(interactions::save(db, &save(&walk, 0), None).await.unwrap());
        let charges = [charge(LimitKind::NumberNetwork, 9, NOW.plus_secs(60))];
        for code in [None, Some(Code::New(passcode(1, &walk)))] {
            let intent = Intent { code, save: Some(save(&walk, 0)), ..plain(1, &charges, NOW) };
            assert_eq!(messages::intend(db, &intent).await.unwrap(), Intended::Stale);
        }
        for sql in ["SELECT COUNT(*) FROM messages", "SELECT COUNT(*) FROM passcodes", "SELECT COUNT(*) FROM limits"] {
            assert_eq!(number(db, sql).await, 0, "{sql}");
        }
    }

    async fn an_outcome_never_goes_back(db: &Db) {
        use Status::{Accepted, Delivered, NotSent, Pending, Refused, Undelivered, Unknown};
        let all = [Pending, Accepted, Refused, NotSent, Unknown, Delivered, Undelivered];
        for (from, may_become) in [
            (Pending, &all[1..]),
            (Unknown, &[Accepted, Refused, NotSent, Delivered, Undelivered]),
            (Accepted, &all[5..]),
            (Refused, &[]),
            (NotSent, &[]),
            (Delivered, &[]),
            (Undelivered, &[]),
        ] {
            for to in all {
                let n = 1 + from as usize * 10 + to as usize;
                messages::intend(db, &plain(n, &[], NOW)).await.unwrap();
                if from != Pending {
                    assert!(messages::settle(db, &settlement(n, from), None).await.unwrap());
                }
                let settled = messages::settle(db, &settlement(n, to), None).await.unwrap();
                assert_eq!(settled, may_become.contains(&to), "{from:?} -> {to:?}");
                let stored = messages::find(db, &message(n, None).id).await.unwrap().unwrap();
                assert_eq!(stored.status, if settled { to } else { from });
            }
        }
    }

    async fn an_outcome_that_is_not_stored_is_told_nobody_but_recorded(db: &Db) {
        let hook = haoma_store::hooks::Hook {
            id: HookId::parse("h").unwrap(),
            name: "Shop".to_owned(),
            events: "[]".to_owned(),
            config_sealed: "sealed".to_owned(),
            is_enabled: true,
            version: 1,
            created_at: NOW,
            updated_at: NOW,
        };
        haoma_store::hooks::create(db, &hook, &event(1)).await.unwrap();
        messages::intend(db, &plain(1, &[], NOW)).await.unwrap();
        let settles = async |n: usize, status| {
            let told = [NewDelivery {
                id: DeliveryId::parse(&format!("d{n}")).unwrap(),
                hook_id: hook.id.clone(),
                event: "Message.Refused",
                user_id: None,
                context_sealed: "sealed".to_owned(),
                at: NOW,
            }];
            let recorded = event(n);
            let told = PerhapsTold::new(Some(&recorded), &told);
            messages::settle(db, &settlement(1, status), told).await.unwrap()
        };
        assert!(settles(2, Status::Accepted).await);
        assert!(!settles(3, Status::Refused).await);
        assert_eq!(number(db, "SELECT COUNT(*) FROM hook_deliveries").await, 1);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 3);
    }

    async fn what_the_provider_said_is_kept(db: &Db) {
        messages::intend(db, &plain(1, &[], NOW)).await.unwrap();
        let first = Settlement { provider_message_id: Some("biz".to_owned()), ..settlement(1, Status::Accepted) };
        assert!(messages::settle(db, &first, None).await.unwrap());
        let report = Settlement { provider_code: Some("DELIVERED".to_owned()), ..settlement(1, Status::Delivered) };
        assert!(messages::settle(db, &report, None).await.unwrap());
        let stored = messages::find(db, &first.id).await.unwrap().unwrap();
        assert_eq!(stored.provider_message_id.as_deref(), Some("biz"));
        assert_eq!(stored.provider_code.as_deref(), Some("DELIVERED"));
        assert_eq!((stored.phone_sealed.as_str(), stored.created_at), ("sealed", NOW));
        assert!(!messages::settle(db, &settlement(2, Status::Accepted), None).await.unwrap());
    }

    async fn a_message_without_outcome_is_looked_up_when_due_by_one_node(db: &Db) {
        for n in 0..3 {
            let mut intent = plain(n, &[], NOW);
            intent.message.id = MessageId::parse(&format!("m{n}")).unwrap();
            intent.message.check_at = NOW.plus_secs(10 + i64::try_from(n).unwrap());
            messages::intend(db, &intent).await.unwrap();
        }
        for (n, status) in [(0, Status::Accepted), (2, Status::Unknown)] {
            let id = MessageId::parse(&format!("m{n}")).unwrap();
            assert!(messages::settle(db, &Settlement { id, ..settlement(n, status) }, None).await.unwrap());
        }
        let due = async |secs: i64| {
            let found = messages::list_due(db, NOW.plus_secs(secs), 9).await.unwrap();
            found.iter().map(|message| message.id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(due(9).await, [""; 0]);
        assert_eq!(due(11).await, ["m1"]);
        assert_eq!(due(12).await, ["m1", "m2"], "an unknown outcome stays due, an accepted one does not");
        let first = messages::list_due(db, NOW.plus_secs(11), 1).await.unwrap().remove(0);
        assert!(messages::claim_check(db, &first, (Some(NOW.plus_secs(99)), NOW), &[]).await.unwrap());
        assert!(!messages::claim_check(db, &first, (None, NOW), &[]).await.unwrap(), "another node was faster");
        assert_eq!(due(12).await, ["m2"]);
        assert_eq!(due(99).await, ["m2", "m1"]);
    }
    async fn a_message_nobody_asks_about_again_is_not_pending_for_ever(db: &Db) {
        let status = async |n: usize| messages::find(db, &message(n, None).id).await.unwrap().unwrap().status;
        for n in 0..2 {
            messages::intend(db, &plain(n, &[], NOW)).await.unwrap();
            let stored = messages::find(db, &message(n, None).id).await.unwrap().unwrap();
            assert!(messages::claim_check(db, &stored, (Some(NOW.plus_secs(99)), NOW), &[]).await.unwrap());
            assert_eq!(status(n).await, Status::Pending);
            let stored = messages::find(db, &stored.id).await.unwrap().unwrap();
            assert!(messages::claim_check(db, &stored, (None, NOW), &[]).await.unwrap());
            assert_eq!(status(n).await, Status::Unknown);
        }
        assert!(messages::settle(db, &settlement(1, Status::Delivered), None).await.unwrap(), "the last look may hear better");
        assert_eq!(status(1).await, Status::Delivered);
    }
}
