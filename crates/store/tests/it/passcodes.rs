//! Tries are counted before they are judged, and a code is spent once.
use haoma_core::passcode::PasscodeState;
use haoma_core::usage_type::UsageType;
use haoma_store::limits::Credits;
use haoma_store::messages::Intended;
use haoma_store::messages::{self, Code, Intent};
use haoma_store::passcodes::{self, NewPasscode, Owner, Spent, Tried};
use haoma_store::{Db, interactions};

use crate::support::{NOW, at_once, event, message, number, passcode, save, soon, walk};

/// A walk with a code that was sent.
async fn sent(db: &Db) -> (haoma_core::ids::InteractionId, haoma_core::ids::PasscodeId) {
    let walk = walk(db, 1).await;
    let code = passcode(1, &walk);
    let id = code.id.clone();
    let intent = Intent {
        charges: &[],
        code: Some(Code::New(code)),
        message: message(1, Some(&id)),
        save: None,
        record: None,
        event: None,
        now: NOW,
        until: soon(),
    };
    messages::intend(db, &intent).await.unwrap();
    (walk, id)
}

/// A code that a program asked for, which replaces one that took two guesses.
fn is_tried(tried: &Tried) -> bool {
    *tried == Tried::Yes
}

fn is_gone(tried: &Tried) -> bool {
    *tried == Tried::Gone
}

fn of_number(n: usize, walk: &haoma_core::ids::InteractionId) -> NewPasscode {
    NewPasscode { owner: Owner::Number { max_attempts: 2 }, ..passcode(n, walk) }
}

async fn keeps(db: &Db, n: usize, code: Code, now: haoma_core::time::Timestamp) -> Intended {
    let message = message(n, None);
    let intent = Intent {
        charges: &[],
        code: Some(code),
        message,
        save: None,
        record: None,
        event: None,
        now,
        until: soon(),
    };
    messages::intend(db, &intent).await.unwrap()
}

on_both! {
    async fn a_number_has_one_code_for_programs_and_it_is_replaced_only_when_it_takes_no_guess(db: &Db) {
        let (walk, of_walk) = sent(db).await;
        let (first, second) = (of_number(2, &walk), of_number(3, &walk));
        let newest = async || passcodes::find_of_number(db, &first.number_id, UsageType::SignIn).await.unwrap();
        assert_eq!(newest().await, None, "the code of a walk is not one for programs");
        assert_eq!(keeps(db, 2, Code::New(first.clone()), NOW).await, Intended::Committed);
        assert_eq!(keeps(db, 3, Code::New(second.clone()), NOW).await, Intended::CodeGone);
        assert_eq!(newest().await.unwrap().id, first.id);
        for _ in 0..2 {
            assert!(is_tried(&passcodes::charge(db, (&first.id, 2), &[], NOW).await.unwrap()));
        }
        assert_eq!(keeps(db, 3, Code::New(second.clone()), NOW).await, Intended::Committed);
        let now = newest().await.unwrap();
        assert_eq!((now.id, now.sends, now.state.attempts), (second.id.clone(), 1, 0));
        assert!(passcodes::consume_alone(db, &second.id, NOW, &event(1), &Credits::default()).await.unwrap());
        assert!(!passcodes::consume_alone(db, &second.id, NOW, &event(2), &Credits::default()).await.unwrap());
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
        assert_eq!(keeps(db, 4, Code::New(of_number(4, &walk)), NOW).await, Intended::Committed, "after it was spent");
        let late = NOW.plus_secs(600);
        let code = NewPasscode { created_at: late, ..of_number(5, &walk) };
        assert_eq!(keeps(db, 5, Code::New(code), late).await, Intended::Committed, "after it expired");
        assert_eq!(number(db, "SELECT COUNT(*) FROM passcodes").await, 2);
        assert!(passcodes::find(db, &of_walk).await.unwrap().is_some());
    }

    async fn guesses_run_out_however_many_ask(db: &Db) {
        let (_, id) = sent(db).await;
        let counted = at_once(100, |_| {
            let (db, id) = (db.clone(), id.clone());
            async move { is_tried(&passcodes::charge(&db, (&id, 5), &[], NOW).await.unwrap()) }
        }).await;
        assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 5);
        let state = passcodes::find(db, &id).await.unwrap();
        assert_eq!(state, Some(PasscodeState { attempts: 5, expires_at: NOW.plus_secs(600), is_consumed: false }));
    }

    async fn a_code_is_spent_once_however_many_ask(db: &Db) {
        let (walk, id) = sent(db).await;
        let spent = at_once(100, |n| {
            let (db, id, walk) = (db.clone(), id.clone(), walk.clone());
            async move { passcodes::consume(&db, &id, NOW, &save(&walk, 0), Some(&event(n)), &Credits::default()).await.unwrap() }
        }).await;
        assert_eq!(spent.iter().filter(|spent| **spent == Spent::Done).count(), 1);
        assert_eq!(spent.iter().filter(|spent| **spent == Spent::Already).count(), 99);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
        assert!(passcodes::find(db, &id).await.unwrap().unwrap().is_consumed);
        assert_eq!(interactions::find(db, &walk, NOW).await.unwrap().unwrap().version, 1);
    }

    async fn a_code_is_not_spent_when_the_walk_changed(db: &Db) {
        let (walk, id) = sent(db).await;
        assert!(interactions::save(db, &save(&walk, 0), None).await.unwrap());
        let stale = passcodes::consume(db, &id, NOW, &save(&walk, 0), None, &Credits::default()).await.unwrap();
        assert_eq!(stale, Spent::Stale);
        assert!(!passcodes::find(db, &id).await.unwrap().unwrap().is_consumed);
        let done = passcodes::consume(db, &id, NOW, &save(&walk, 1), None, &Credits::default()).await.unwrap();
        assert_eq!(done, Spent::Done);
    }

    async fn an_expired_or_spent_code_takes_no_guess(db: &Db) {
        let (walk, id) = sent(db).await;
        let end = NOW.plus_secs(600);
        assert!(is_gone(&passcodes::charge(db, (&id, 5), &[], end).await.unwrap()));
        assert_eq!(passcodes::consume(db, &id, end, &save(&walk, 0), None, &Credits::default()).await.unwrap(), Spent::Already);
        assert!(is_tried(&passcodes::charge(db, (&id, 5), &[], end.plus_millis(-1)).await.unwrap()));
        assert_eq!(passcodes::consume(db, &id, NOW, &save(&walk, 0), None, &Credits::default()).await.unwrap(), Spent::Done);
        assert!(is_gone(&passcodes::charge(db, (&id, 5), &[], NOW).await.unwrap()));
    }
}
