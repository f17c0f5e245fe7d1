//! A number has at most one user, in whichever form it is stored.
use haoma_store::users::{self, Owner, Registered, User};
use haoma_store::{Db, Step};

use crate::support::{NOW, at_once, event, number, phone, save, user, walk};

/// A row as an import may leave it, with the national trunk zero.
async fn import(db: &Db, id: &str, digits: &str, created_at: i64) {
    let sql = "INSERT INTO users (id, phone, created_at, updated_at) VALUES ($1, $2, $3, $3)";
    let params = vec![id.into(), digits.into(), created_at.into()];
    db.write(Step::new(sql, params)).await.unwrap();
}

async fn id_of(db: &Db, digits: &str) -> Option<String> {
    let found = users::find_by_phone(db, &phone(digits)).await.unwrap();
    found.map(|user| user.id.to_string())
}

on_both! {
    async fn a_user_comes_back_as_stored(db: &Db) {
        let full = User {
            username: Some("lin".to_owned()),
            avatar: Some("https://example.com/lin.png".to_owned()),
            profile: r#"{"nickname":"林"}"#.to_owned(),
            last_sign_in_at: Some(NOW.plus_secs(1)),
            updated_at: NOW.plus_secs(2),
            ..user(1, Some("8613800138000"))
        };
        let bare = User { is_locked: true, ..user(2, None) };
        for stored in [&full, &bare] {
            assert!(users::create(db, stored).await.unwrap());
            assert_eq!(users::find(db, &stored.id).await.unwrap(), Some(stored.clone().into()));
        }
        let owner = Owner { id: full.id, is_locked: false, is_test: false };
        assert_eq!(users::find_by_phone(db, &phone("8613800138000")).await.unwrap(), Some(owner));
        assert_eq!(users::find_by_phone(db, &phone("8613800138001")).await.unwrap(), None);
    }

    async fn a_number_is_registered_once_however_many_ask(db: &Db) {
        let walks: Vec<_> = at_once(20, |n| {
            let db = db.clone();
            async move { walk(&db, n).await }
        }).await;
        let answers = at_once(20, |n| {
            let (db, walk) = (db.clone(), walks[n].clone());
            async move {
                let one = user(n, Some("8613800138000"));
                users::register(&db, (&one, None), &save(&walk, 0), Some(&event(n))).await.unwrap()
            }
        }).await;
        assert_eq!(answers.iter().filter(|answer| **answer == Registered::Done).count(), 1);
        assert_eq!(answers.iter().filter(|answer| **answer == Registered::PhoneTaken).count(), 19);
        assert_eq!(number(db, "SELECT COUNT(*) FROM users").await, 1);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
        assert_eq!(number(db, "SELECT COUNT(*) FROM interactions WHERE version = 1").await, 1);
    }

    async fn nobody_is_registered_on_a_changed_walk(db: &Db) {
        let walk = walk(db, 1).await;
        let somebody = user(1, Some("8613800138000"));
        let stale = users::register(db, (&somebody, None), &save(&walk, 7), None).await.unwrap();
        assert_eq!(stale, Registered::Stale);
        assert_eq!(users::find(db, &somebody.id).await.unwrap(), None);
    }

    async fn create_says_when_something_is_taken(db: &Db) {
        let first = User { username: Some("lin".to_owned()), ..user(1, Some("8613800138000")) };
        assert!(users::create(db, &first).await.unwrap());
        let same_id = User { id: first.id.clone(), ..user(2, Some("8613800138001")) };
        let same_name = User { username: Some("lin".to_owned()), ..user(3, Some("8613800138002")) };
        for taken in [user(4, Some("8613800138000")), same_id, same_name] {
            assert!(!users::create(db, &taken).await.unwrap(), "{taken:?}");
        }
        assert!(users::create(db, &user(5, None)).await.unwrap());
        assert!(users::create(db, &user(6, None)).await.unwrap());
        assert_eq!(number(db, "SELECT COUNT(*) FROM users").await, 3);
    }

    async fn many_come_in_together_or_nobody_does(db: &Db) {
        let people = [user(1, Some("8613800138000")), user(2, Some("8613800138001"))];
        assert!(users::add_all(db, &people, &[event(1), event(2)]).await.unwrap());
        let same_id = User { id: people[0].id.clone(), ..user(4, Some("8613800138004")) };
        for taken in [user(3, Some("8613800138001")), same_id] {
            let batch = [user(5, Some("8613800138005")), taken];
            assert!(!users::add_all(db, &batch, &[event(5), event(6)]).await.unwrap());
        }
        assert_eq!(number(db, "SELECT COUNT(*) FROM users").await, 2);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 2);
    }

    async fn a_number_stored_with_its_trunk_zero_is_found_and_taken(db: &Db) {
        import(db, "zero", "49015112345678", 1).await;
        assert_eq!(id_of(db, "4915112345678").await.as_deref(), Some("zero"));
        assert!(!users::create(db, &user(1, Some("4915112345678"))).await.unwrap());
        import(db, "exact", "4915112345678", 0).await;
        assert_eq!(id_of(db, "4915112345678").await.as_deref(), Some("exact"));
    }
}
