//! What hooks are told stands or falls with what happened, and is taken by one node at a time.
use haoma_core::ids::{ConnectorId, DeliveryId, HookId, UserId};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::connector_health;
use haoma_store::hook_deliveries::{self, Delivery, NewDelivery, Outcome, State};
use haoma_store::hook_lists::{self, Health};
use haoma_store::hooks::{self, Hook};
use haoma_store::keyset::Place;
use haoma_store::purge::Retention;
use haoma_store::users::{self, Added};
use haoma_store::{Db, Told};

use crate::support::{NOW, at_once, entropy, event, number, user};

fn hook(n: usize) -> Hook {
    Hook {
        id: HookId::generate(NOW, &entropy(n)),
        name: "Shop".to_owned(),
        events: r#"["User.Created"]"#.to_owned(),
        config_sealed: "sealed".to_owned(),
        is_enabled: true,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

async fn stored(db: &Db, n: usize) -> Hook {
    let hook = hook(n);
    hooks::create(db, &hook, &event(1000 + n)).await.unwrap();
    hook
}

fn told(hook: &Hook, n: usize, user: &UserId) -> NewDelivery {
    NewDelivery {
        id: DeliveryId::generate(NOW, &entropy(n)),
        hook_id: hook.id.clone(),
        event: "User.Created",
        user_id: Some(user.clone()),
        context_sealed: "sealed".to_owned(),
        at: NOW,
    }
}

/// Adds a user and has the hook told; what is due then.
async fn happens(db: &Db, hook: &Hook, n: usize) -> Vec<Delivery> {
    let one = user(n, None);
    let told = [told(hook, n, &one.id)];
    users::add(db, &one, Told::new(&event(n), &told)).await.unwrap();
    due(db, hook, NOW).await
}

async fn due(db: &Db, hook: &Hook, now: Timestamp) -> Vec<Delivery> {
    hook_deliveries::list_due(db, &hook.id, now, 100).await.unwrap()
}

async fn claim(db: &Db, hook: &Hook, now: Timestamp) -> Vec<Delivery> {
    let due = due(db, hook, now).await;
    hook_deliveries::claim(db, due, now.plus_secs(60)).await.unwrap()
}

fn outcome(state: State, next_at: Option<Timestamp>) -> Outcome {
    let error = (state != State::Delivered).then(|| "HTTP 500".to_owned());
    Outcome { state, next_at, status: Some(200), error, at: NOW }
}

on_both! {
    async fn nothing_is_told_that_did_not_happen(db: &Db) {
        let hook = stored(db, 1).await;
        let first = user(1, Some("8613800138000"));
        users::add(db, &first, None).await.unwrap();
        let second = user(2, Some("8613800138000"));
        let told = [told(&hook, 2, &second.id)];
        let added = users::add(db, &second, Told::new(&event(2), &told)).await.unwrap();
        assert_eq!(added, Added::PhoneTaken);
        assert!(due(db, &hook, NOW).await.is_empty());
        let found = happens(db, &hook, 3).await;
        assert_eq!((found.len(), found[0].tries, found[0].state), (1, 0, State::Pending));
        assert_eq!(found[0].user_id, Some(user(3, None).id));
    }

    async fn a_hook_that_is_disabled_or_gone_is_told_nothing_and_keeps_nobody_from_what_they_do(db: &Db) {
        let hook = stored(db, 1).await;
        let waiting = happens(db, &hook, 1).await;
        let off = Hook { is_enabled: false, version: 2, ..hook.clone() };
        assert!(hooks::replace(db, &off, &event(2)).await.unwrap());
        assert!(!hooks::replace(db, &off, &event(3)).await.unwrap(), "somebody changed it meanwhile");
        assert_eq!(happens(db, &hook, 4).await, waiting, "nothing new");
        assert!(claim(db, &hook, NOW).await.is_empty(), "and nothing of before");
        let on = Hook { version: 3, ..hook.clone() };
        assert!(hooks::replace(db, &on, &event(5)).await.unwrap());
        assert_eq!(claim(db, &hook, NOW).await.len(), 1);
        assert!(hooks::delete(db, &hook.id, &event(6)).await.unwrap());
        assert!(!hooks::delete(db, &hook.id, &event(7)).await.unwrap());
        assert_eq!(hook_deliveries::delete_of(db, &hook.id, 100).await.unwrap(), 1);
        assert!(happens(db, &hook, 8).await.is_empty());
        assert!(users::find(db, &user(8, None).id).await.unwrap().is_some());
    }

    async fn a_delivery_is_taken_by_one_however_many_ask(db: &Db) {
        let hook = stored(db, 1).await;
        for n in 1..=6 {
            happens(db, &hook, n).await;
        }
        let taken = at_once(8, |_n| {
            let (db, hook) = (db.clone(), hook.clone());
            async move { claim(&db, &hook, NOW).await }
        }).await;
        let mut ids: Vec<_> = taken.into_iter().flatten().map(|one| one.id).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        assert_eq!((all, ids.len()), (6, 6));
    }

    async fn what_a_dead_node_took_is_taken_again_and_its_late_answer_does_not_count(db: &Db) {
        let hook = stored(db, 1).await;
        happens(db, &hook, 1).await;
        let dead = claim(db, &hook, NOW).await.remove(0);
        assert!(claim(db, &hook, NOW.plus_secs(59)).await.is_empty());
        let later = NOW.plus_secs(60);
        let living = claim(db, &hook, later).await.remove(0);
        assert_eq!((dead.tries, living.tries), (1, 2));
        let failed = outcome(State::Failed, None);
        assert!(!hook_deliveries::settle(db, &dead, &failed).await.unwrap());
        let good = outcome(State::Delivered, None);
        assert!(hook_deliveries::settle(db, &living, &good).await.unwrap());
        assert!(!hook_deliveries::settle(db, &living, &failed).await.unwrap(), "settled is settled");
        assert!(due(db, &hook, later.plus_secs(9999)).await.is_empty());
    }

    async fn what_was_given_up_is_told_again_when_somebody_says_so(db: &Db) {
        let hook = stored(db, 1).await;
        for n in 1..=3 {
            happens(db, &hook, n).await;
        }
        let claimed = claim(db, &hook, NOW).await;
        let states = [State::Delivered, State::Failed, State::Failed];
        for (one, state) in claimed.iter().zip(states) {
            assert!(hook_deliveries::settle(db, one, &outcome(state, None)).await.unwrap());
        }
        let since = NOW.plus_secs(-60);
        let health = hook_lists::health(db, &hook.id, since).await.unwrap();
        assert_eq!(health, Health { tried: 3, delivered: 1, failed: 2, pending: 0 });
        let nothing = hook_lists::health(db, &hook.id, NOW.plus_secs(1)).await.unwrap();
        assert_eq!(nothing, Health::default());
        assert!(hook_lists::has_failed(db, &hook.id).await.unwrap());
        let failed = hook_lists::list(db, &hook.id, true, &Place::Newest, 10).await.unwrap();
        assert_eq!((failed.items.len(), failed.items[0].last_error.as_deref()), (2, Some("HTTP 500")));
        let one = &failed.items[0].id;
        let replayed = "SELECT COUNT(*) FROM audit_events WHERE key = 'k700'";
        let again = async |id| {
            hook_deliveries::replay(db, (&hook.id, id), &replay(700)).await.unwrap()
        };
        assert!(again(one).await);
        assert!(!again(one).await, "it is tried already");
        assert_eq!(number(db, replayed).await, 1, "what did not happen is not recorded");
        let other = stored(db, 2).await;
        let foreign = (&other.id, &claimed[0].id);
        assert!(!hook_deliveries::replay(db, foreign, &replay(701)).await.unwrap(), "another hook's");
        let rest = hook_deliveries::list_failed(db, &hook.id, None, 100).await.unwrap();
        let [left] = &rest[..] else { panic!("{rest:?}") };
        let all = (&hook.id, left, left);
        assert!(hook_deliveries::replay_failed(db, all, &replay(702)).await.unwrap());
        assert!(!hook_deliveries::replay_failed(db, all, &replay(703)).await.unwrap());
        assert!(hook_deliveries::list_failed(db, &hook.id, None, 100).await.unwrap().is_empty());
        assert!(!hook_lists::has_failed(db, &hook.id).await.unwrap());
        let due = due(db, &hook, NOW).await;
        assert_eq!(due.iter().map(|one| one.tries).collect::<Vec<_>>(), [0, 0]);
        let page = hook_lists::list(db, &hook.id, false, &Place::Newest, 2).await.unwrap();
        let next = hook_lists::list(db, &hook.id, false, &page.older.unwrap(), 2).await.unwrap();
        assert_eq!((page.items.len(), next.items.len()), (2, 1));
        let tried = hook_lists::list_tried(db, &hook.id, since, (10, 0)).await.unwrap();
        assert_eq!(tried.len(), 3);
        assert!(hook_lists::find(db, &other.id, one).await.unwrap().is_none());
        assert!(hook_lists::find(db, &hook.id, one).await.unwrap().is_some());
    }

    async fn what_goes_on_is_told_once_until_it_ends(db: &Db) {
        let hook = stored(db, 1).await;
        let nobody = user(1, None).id;
        let once = async |n, now| {
            let deliveries = [told(&hook, n, &nobody)];
            let until = NOW.plus_secs(10);
            hook_deliveries::tell_once(db, ("it", until), &deliveries, now).await.unwrap()
        };
        assert!(once(1, NOW).await);
        assert!(!once(2, NOW.plus_secs(9)).await);
        assert_eq!(due(db, &hook, NOW).await.len(), 1);
        assert!(once(3, NOW.plus_secs(10)).await, "it still goes on");
    }

    async fn a_connector_fails_once_a_day_until_it_works_and_that_is_told_once(db: &Db) {
        let hook = stored(db, 1).await;
        let (one, nobody) = (ConnectorId::parse("sms").unwrap(), user(1, None).id);
        let fails = async |n, now: Timestamp| {
            let deliveries = [told(&hook, n, &nobody)];
            let times = (now, now.plus_secs(86_400));
            connector_health::fails(db, &one, times, &deliveries).await.unwrap()
        };
        let works = async |n| connector_health::works(db, &one, &[told(&hook, n, &nobody)]).await.unwrap();
        assert!(!works(1).await, "it never failed");
        assert!(fails(2, NOW).await);
        assert!(!fails(3, NOW.plus_secs(86_399)).await);
        assert!(fails(4, NOW.plus_secs(86_400)).await, "it still does");
        connector_health::answered(db, &one).await.unwrap();
        let retention = Retention {
            messages: NOW,
            audit_events: NOW,
            hook_deliveries: Timestamp(0),
            expired_codes: NOW,
            deleted_connectors: NOW,
        };
        haoma_store::purge::purge(db, NOW.plus_secs(40 * 86_400), retention, 100).await.unwrap();
        assert_eq!(connector_health::is_failing(db, &one).await.unwrap(), Some(true), "days do not mend it");
        assert!(works(5).await);
        assert!(!works(6).await, "that it works is told once");
        assert_eq!(due(db, &hook, NOW).await.len(), 3);
        for n in 1..=3 {
            assert_eq!(connector_health::count_silence(db, &one, NOW).await.unwrap(), n);
        }
        assert_eq!(connector_health::is_failing(db, &one).await.unwrap(), Some(false));
        connector_health::answered(db, &one).await.unwrap();
        assert_eq!(connector_health::count_silence(db, &one, NOW).await.unwrap(), 1, "counted anew");
        let gone = Retention { deleted_connectors: NOW.plus_secs(1), ..retention };
        haoma_store::purge::purge(db, NOW, gone, 100).await.unwrap();
        assert_eq!(connector_health::is_failing(db, &one).await.unwrap(), None, "the connector is gone for good");
    }
}

/// The event of having something told again.
fn replay(n: usize) -> Event {
    Event { key: format!("k{n}"), ..event(n) }
}
