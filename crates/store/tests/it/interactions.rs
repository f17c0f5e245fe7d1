//! A walk changes only from the state in which the change was decided.
use haoma_core::ids::{InteractionId, SessionId};
use haoma_core::limits::LimitKind;
use haoma_store::interactions::{self, Interaction, Outcome, Paid, Prompt};
use haoma_store::{Db, Error, audit, limits, users};

use crate::support::{NOW, at_once, counter, event, interaction, number, save, soon, user, walk};

on_both! {
    async fn a_walk_comes_back_as_it_was_stored_until_it_expires(db: &Db) {
        let login = interaction(1);
        let consent = Interaction {
            prompt: Prompt::Consent,
            session_id: Some(SessionId::parse("session").unwrap()),
            ..interaction(2)
        };
        interactions::create(db, &login, Some(&event(1))).await.unwrap();
        db.write(interactions::insert(&consent)).await.unwrap();
        for stored in [&login, &consent] {
            assert_eq!(interactions::find(db, &stored.id, NOW).await.unwrap().as_ref(), Some(stored));
            assert_eq!(interactions::find(db, &stored.id, stored.expires_at).await.unwrap(), None);
        }
        assert!(matches!(interactions::create(db, &login, None).await, Err(Error::Conflict(_))));
    }

    async fn of_two_changes_from_one_state_one_wins(db: &Db) {
        let walk = walk(db, 1).await;
        let saved = at_once(40, |n| {
            let (db, walk) = (db.clone(), walk.clone());
            async move { interactions::save(&db, &save(&walk, 0), Some(&event(n))).await.unwrap() }
        }).await;
        assert_eq!(saved.iter().filter(|saved| **saved).count(), 1);
        let stored = interactions::find(db, &walk, NOW).await.unwrap().unwrap();
        assert_eq!((stored.version, stored.experience.as_str()), (1, r#"{"step":1}"#));
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
    }

    async fn a_change_and_what_it_is_charged_to_stand_or_fall_together(db: &Db) {
        let (one, another) = (walk(db, 1).await, walk(db, 2).await);
        let counter = |bucket: &str, max| counter(LimitKind::CaptchaHour, bucket.to_owned(), max, NOW.plus_secs(3600));
        let charges = [counter("wide", 9), counter("narrow", 1)];
        let paid = at_once(20, |_| {
            let (db, one, charges) = (db.clone(), one.clone(), charges.clone());
            async move { interactions::save_charged(&db, &save(&one, 0), &charges, (NOW, soon())).await.unwrap() }
        }).await;
        assert_eq!(paid.iter().filter(|paid| **paid == Paid::Yes).count(), 1);
        let refused = interactions::save_charged(db, &save(&another, 0), &charges, (NOW, soon())).await.unwrap();
        let Paid::LimitReached(full) = refused else { panic!("{refused:?}") };
        assert_eq!((full.charge.bucket.as_str(), full.count.hits), ("narrow", 1));
        let stale = interactions::save_charged(db, &save(&one, 0), &charges[..1], (NOW, soon())).await.unwrap();
        assert_eq!(stale, Paid::Stale);
        let version = |id: &InteractionId| {
            let id = id.clone();
            async move { interactions::find(db, &id, NOW).await.unwrap().unwrap().version }
        };
        assert_eq!((version(&one).await, version(&another).await), (1, 0));
        let (count, _) = limits::find(db, "wide").await.unwrap().unwrap();
        assert_eq!(count.hits, 1, "nothing is charged for what is not stored");
    }

    async fn a_walk_is_submitted_once_and_picked_up_once(db: &Db) {
        let walk = walk(db, 1).await;
        let somebody = user(1, Some("8613800138000"));
        assert!(users::create(db, &somebody).await.unwrap());
        assert!(db.write(interactions::finish_step(&walk, NOW)).await.is_err());
        let later = NOW.plus_secs(5);
        let submitted = at_once(20, |_| {
            let (db, walk, id) = (db.clone(), walk.clone(), somebody.id.clone());
            async move { interactions::submit(&db, (&walk, 0), Some(&id), later, None).await.unwrap() }
        }).await;
        assert_eq!(submitted.iter().filter(|submitted| **submitted).count(), 1);
        assert_eq!(users::find(db, &somebody.id).await.unwrap().unwrap().last_sign_in_at, Some(later));
        assert!(!interactions::save(db, &save(&walk, 1), None).await.unwrap());
        let finished = at_once(20, |_| {
            let (db, walk) = (db.clone(), walk.clone());
            async move { db.write(interactions::finish_step(&walk, NOW)).await.is_ok() }
        }).await;
        assert_eq!(finished.iter().filter(|finished| **finished).count(), 1);
        let stored = interactions::find(db, &walk, NOW).await.unwrap().unwrap();
        assert_eq!((stored.outcome, stored.version), (Outcome::Finished, 2));
    }

    async fn an_expired_walk_is_neither_submitted_nor_picked_up(db: &Db) {
        let one = interaction(1);
        interactions::create(db, &one, None).await.unwrap();
        assert!(!interactions::submit(db, (&one.id, 0), None, one.expires_at, None).await.unwrap());
        assert!(interactions::submit(db, (&one.id, 0), None, NOW, None).await.unwrap());
        assert!(db.write(interactions::finish_step(&one.id, one.expires_at)).await.is_err());
    }

    async fn who_was_locked_or_deleted_meanwhile_is_not_signed_in(db: &Db) {
        let walk = walk(db, 1).await;
        let locked = users::User { is_locked: true, ..user(1, Some("8613800138000")) };
        assert!(users::create(db, &locked).await.unwrap());
        for id in [&locked.id, &user(2, None).id] {
            assert!(!interactions::submit(db, (&walk, 0), Some(id), NOW, Some(&event(1))).await.unwrap());
        }
        assert_eq!(interactions::find(db, &walk, NOW).await.unwrap().unwrap().outcome, Outcome::Open);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 0);
    }

    async fn an_event_is_stored_with_its_result(db: &Db) {
        let failed = audit::Event { error: Some("user.suspended".to_owned()), ..event(2) };
        db.unit(vec![audit::record(&event(1)), audit::record(&failed)]).await.unwrap();
        let rows = db.read("SELECT result, error, user_agent FROM audit_events ORDER BY result", vec![]).await.unwrap();
        assert_eq!(rows[0].text(0).unwrap(), "Error");
        assert_eq!(rows[0].text(1).unwrap(), "user.suspended");
        assert_eq!(rows[1].text(0).unwrap(), "Success");
        assert_eq!(rows[1].opt_text(1).unwrap(), None);
        assert_eq!(rows[1].text(2).unwrap().len(), 256);
    }
}
