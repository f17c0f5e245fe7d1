//! Tries are counted before they are judged, and a code is spent once.
use haoma_core::passcode::PasscodeState;
use haoma_store::messages::{self, Code, Intent};
use haoma_store::passcodes::{self, Spent};
use haoma_store::{Db, interactions};

use crate::support::{NOW, at_once, event, message, number, passcode, save, walk};

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
        event: None,
        now: NOW,
    };
    messages::intend(db, &intent).await.unwrap();
    (walk, id)
}

on_both! {
    async fn guesses_run_out_however_many_ask(db: &Db) {
        let (_, id) = sent(db).await;
        let counted = at_once(100, |_| {
            let (db, id) = (db.clone(), id.clone());
            async move { passcodes::charge(&db, &id, NOW, 5).await.unwrap() }
        }).await;
        assert_eq!(counted.into_iter().filter(|counted| *counted).count(), 5);
        let state = passcodes::find(db, &id).await.unwrap();
        assert_eq!(state, Some(PasscodeState { attempts: 5, expires_at: NOW.plus_secs(600), is_consumed: false }));
    }

    async fn a_code_is_spent_once_however_many_ask(db: &Db) {
        let (walk, id) = sent(db).await;
        let spent = at_once(100, |n| {
            let (db, id, walk) = (db.clone(), id.clone(), walk.clone());
            async move { passcodes::consume(&db, &id, NOW, &save(&walk, 0), Some(&event(n))).await.unwrap() }
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
        let stale = passcodes::consume(db, &id, NOW, &save(&walk, 0), None).await.unwrap();
        assert_eq!(stale, Spent::Stale);
        assert!(!passcodes::find(db, &id).await.unwrap().unwrap().is_consumed);
        let done = passcodes::consume(db, &id, NOW, &save(&walk, 1), None).await.unwrap();
        assert_eq!(done, Spent::Done);
    }

    async fn an_expired_or_spent_code_takes_no_guess(db: &Db) {
        let (walk, id) = sent(db).await;
        let end = NOW.plus_secs(600);
        assert!(!passcodes::charge(db, &id, end, 5).await.unwrap());
        assert_eq!(passcodes::consume(db, &id, end, &save(&walk, 0), None).await.unwrap(), Spent::Already);
        assert!(passcodes::charge(db, &id, end.plus_millis(-1), 5).await.unwrap());
        assert_eq!(passcodes::consume(db, &id, NOW, &save(&walk, 0), None).await.unwrap(), Spent::Done);
        assert!(!passcodes::charge(db, &id, NOW, 5).await.unwrap());
    }
}
