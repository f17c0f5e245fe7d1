//! A notice is stored with what it tells of, and taken by one who sends it.

use haoma_core::ids::{ConnectorId, TestNumberId, UserId};
use haoma_core::limits::{Charge, LimitKind};
use haoma_core::usage_type::UsageType;
use haoma_store::messages::{self, Status};
use haoma_store::notices::{self, NewNotice};
use haoma_store::test_numbers::{self, Kept, New};
use haoma_store::user_changes::{self, Changed, Changes};
use haoma_store::{Change, Db, users};

use crate::support::{NOW, at_once, counter, entropy, event, message, number, phone, user};

const OLD: &str = "8613800138000";
const NEW: &str = "8613800138001";

fn charge(kind: LimitKind, max: u32) -> Charge {
    counter(kind, kind.as_str().to_owned(), max, NOW.plus_secs(3600))
}

fn notice(n: usize, user: &UserId) -> NewNotice {
    let message = messages::NewMessage { usage_type: UsageType::PhoneChanged, ..message(n, None) };
    NewNotice {
        charges: vec![charge(LimitKind::Notices, 10), charge(LimitKind::BudgetDay, 1)],
        message,
        user_id: user.clone(),
        number_ending: "8001".to_owned(),
    }
}

/// A connector that was saved after the change.
fn other() -> ConnectorId {
    ConnectorId::parse("other").unwrap()
}

fn renumber(to: &str) -> Changes {
    Changes { phone: Change::Set(Some(phone(to))), if_left_at: Some(NOW), ..Changes::default() }
}

async fn owner(db: &Db) -> UserId {
    let owner = user(1, Some(OLD));
    assert!(users::create(db, &owner).await.unwrap());
    owner.id
}

async fn left(db: &Db) -> [i64; 4] {
    [
        number(db, "SELECT COUNT(*) FROM notices").await,
        number(db, "SELECT COUNT(*) FROM messages").await,
        number(db, "SELECT COUNT(*) FROM audit_events").await,
        number(db, "SELECT CAST(COALESCE(SUM(hits), 0) AS BIGINT) FROM limits").await,
    ]
}

on_both! {
    async fn a_test_number_is_told_nothing_and_a_real_one_is_never_a_test_number(db: &Db) {
        let (id, phone) = (TestNumberId::generate(NOW, &entropy(1)), phone(OLD));
        let test = New { id: &id, number_id: "number", phone: &phone, owner: "x", expires_at: NOW.plus_secs(60), created_at: NOW };
        assert_eq!(test_numbers::create(db, &test, &event(1)).await.unwrap(), Kept::Done);
        let tester = owner(db).await;
        let (there, back) = (renumber(NEW), renumber(OLD));
        let quiet = NewNotice { charges: vec![], ..notice(1, &tester) };
        let done = user_changes::change_and_notify(db, &tester, (&there, &quiet), &event(2)).await.unwrap();
        assert!(matches!(done, Ok(Changed::Done(_))), "the change is made");
        assert_eq!(left(db).await[..2], [0, 0]);
        assert!(test_numbers::delete(db, &id, &event(3)).await.unwrap());
        assert_eq!(test_numbers::create(db, &test, &event(4)).await.unwrap(), Kept::Done, "nothing was meant for a phone");
        test_numbers::delete(db, &id, &event(5)).await.unwrap();
        user_changes::change_and_notify(db, &tester, (&back, &NewNotice { charges: vec![], ..notice(2, &tester) }), &event(6)).await.unwrap().unwrap();
        assert_eq!(left(db).await[..2], [1, 1]);
        assert_eq!(test_numbers::create(db, &test, &event(7)).await.unwrap(), Kept::Texted);
    }

    async fn a_change_and_its_notice_are_stored_together_or_not_at_all(db: &Db) {
        let owner = owner(db).await;
        let rival = user(2, Some(NEW));
        assert!(users::create(db, &rival).await.unwrap());
        let (change, new) = (renumber(NEW), notice(1, &owner));
        let taken = user_changes::change_and_notify(db, &owner, (&change, &new), &event(1)).await.unwrap();
        assert_eq!((taken, left(db).await), (Ok(Changed::PhoneTaken), [0; 4]), "nothing is left of what did not happen");
        user_changes::delete(db, &rival.id, &event(2)).await.unwrap();
        let done = user_changes::change_and_notify(db, &owner, (&change, &new), &event(3)).await.unwrap();
        assert!(matches!(done, Ok(Changed::Done(user)) if user.phone.as_ref().unwrap().as_str() == NEW));
        assert_eq!(left(db).await, [1, 1, 2, 2]);
        let stale = user_changes::change_and_notify(db, &owner, (&Changes { if_left_at: Some(NOW.plus_millis(-1)), ..renumber(OLD) }, &notice(2, &owner)), &event(4)).await.unwrap();
        assert_eq!(stale, Err(LimitKind::BudgetDay), "a full budget decides before all else");
        let gone = user_changes::change_and_notify(db, &UserId::parse("nobody").unwrap(), (&change, &NewNotice { charges: vec![], ..notice(3, &owner) }), &event(5)).await.unwrap();
        assert_eq!((gone, left(db).await), (Ok(Changed::Gone), [1, 1, 2, 2]));
    }

    async fn a_notice_is_taken_by_one_however_many_want_it(db: &Db) {
        let owner = owner(db).await;
        let new = notice(1, &owner);
        user_changes::change_and_notify(db, &owner, (&renumber(NEW), &new), &event(1)).await.unwrap().unwrap();
        let id = &new.message.id;
        assert_eq!(notices::list_due(db, NOW.plus_millis(-1), 9).await.unwrap(), []);
        assert_eq!(notices::list_due(db, NOW, 9).await.unwrap(), std::slice::from_ref(id));
        let soon = NOW.plus_secs(77);
        let taken = at_once(20, |_n| {
            let (db, id) = (db.clone(), id.clone());
            async move { notices::claim(&db, &id, Some((&other(), 7)), soon).await.unwrap() }
        }).await;
        let mut taken = taken.into_iter().flatten();
        let (mine, others) = (taken.next().unwrap(), taken.count());
        assert_eq!((others, mine.number_ending.as_str(), mine.tries, &mine.user_id), (0, "8001", 0, &owner));
        let stored = messages::find(db, id).await.unwrap().unwrap();
        assert_eq!((stored.status, stored.check_at, stored.usage_type), (Status::Pending, Some(soon), UsageType::PhoneChanged), "the provider is asked from now on");
        assert_eq!((stored.connector_id, stored.connector_version), (other(), 7), "the one it goes through");
        assert_eq!(notices::list_due(db, soon, 9).await.unwrap(), []);
    }

    async fn what_surely_was_not_sent_is_tried_again_when_it_is_due(db: &Db) {
        let owner = owner(db).await;
        let new = notice(1, &owner);
        user_changes::change_and_notify(db, &owner, (&renumber(NEW), &new), &event(1)).await.unwrap().unwrap();
        let id = &new.message.id;
        let mine = notices::claim(db, id, None, NOW).await.unwrap().unwrap();
        let (due, look) = (NOW.plus_secs(60), NOW.plus_secs(660));
        notices::put_back(db, &mine, (due, look)).await.unwrap();
        assert_eq!(messages::find(db, id).await.unwrap().unwrap().check_at, Some(look));
        assert_eq!(notices::list_due(db, due.plus_millis(-1), 9).await.unwrap(), []);
        assert_eq!(notices::list_due(db, due, 9).await.unwrap(), std::slice::from_ref(id));
        let again = notices::claim(db, id, None, due).await.unwrap().unwrap();
        assert_eq!((again.tries, again.created_at), (1, NOW));
        assert_eq!(notices::claim(db, id, None, due).await.unwrap(), None);
    }
}
