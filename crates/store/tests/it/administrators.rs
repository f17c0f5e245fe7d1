//! Administrators, their sessions and their links: one by one, all or nothing, and an owner remains.
use haoma_core::ids::{AdministratorId, AdministratorSessionId, TokenId};
use haoma_core::role::Role;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use haoma_store::Db;
use haoma_store::administrator_links::{self, Link};
use haoma_store::administrator_sessions::{self, AdministratorSession, Sessions};
use haoma_store::administrators::{self, Administrator};

use crate::support::{NOW, at_once, event, number};

const HOUR: i64 = 3600;

fn id(name: &str) -> AdministratorId {
    AdministratorId::parse(name).unwrap()
}

/// Stored, with a password.
async fn somebody(db: &Db, name: &str, role: Role, n: usize) -> Administrator {
    let new = Administrator {
        id: id(name),
        name: name.to_owned(),
        role,
        password_hash: Some(format!("hash-of-{name}")),
        totp_sealed: None,
        last_sign_in_at: None,
        created_at: NOW,
        updated_at: NOW,
    };
    assert!(administrators::create(db, &new, &event(n)).await.unwrap());
    new
}

fn session(of: &Administrator, name: &str, now: Timestamp) -> AdministratorSession {
    AdministratorSession {
        id: AdministratorSessionId::parse(name).unwrap(),
        hash: SecretHash::from_stored(format!("hash-of-{name}")),
        administrator_id: of.id.clone(),
        ip: Some("192.0.2.1".to_owned()),
        user_agent: None,
        proved_at: now,
        seen_at: now,
        expires_at: now.plus_secs(12 * HOUR),
        created_at: now,
    }
}

async fn begins(db: &Db, of: &Administrator, name: &str, n: usize) -> AdministratorSession {
    let session = session(of, name, NOW);
    assert!(
        administrator_sessions::begin(db, (of, None), &session, None, &event(n)).await.unwrap()
    );
    session
}

async fn lives(db: &Db, session: &AdministratorSession) -> bool {
    let found = administrator_sessions::find(db, &session.id, NOW.plus_secs(-HOUR), NOW).await;
    found.unwrap().is_some()
}

async fn again(db: &Db, one: &Administrator) -> Option<Administrator> {
    administrators::find(db, &one.id).await.unwrap()
}

fn link(of: &Administrator, name: &str) -> Link {
    Link {
        id: TokenId::parse(name).unwrap(),
        hash: SecretHash::from_stored(format!("hash-of-{name}")),
        administrator_id: of.id.clone(),
        expires_at: NOW.plus_secs(900),
    }
}

async fn events(db: &Db) -> i64 {
    number(db, "SELECT count(*) FROM audit_events").await
}

on_both! {
    async fn one_is_found_by_id_and_by_name_and_a_name_is_one_persons(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        somebody(db, "wang", Role::Viewer, 1).await;
        assert!(administrators::find(db, &li.id).await.unwrap() == Some(li.clone()));
        assert!(administrators::find_by_name(db, "li").await.unwrap() == Some(li.clone()));
        assert!(administrators::find(db, &id("nobody")).await.unwrap().is_none());
        let twin = Administrator { id: id("twin"), ..li };
        assert!(!administrators::create(db, &twin, &event(2)).await.unwrap());
        let names: Vec<_> = administrators::list(db).await.unwrap().into_iter().map(|one| one.name).collect();
        assert_eq!(names, ["li", "wang"]);
        assert_eq!(events(db).await, 2, "what was not done left no trace");
    }

    async fn of_two_owners_who_go_at_once_one_stays(db: &Db) {
        for round in 0..8 {
            let names = [format!("a{round}"), format!("b{round}")];
            for (n, name) in names.iter().enumerate() {
                somebody(db, name, Role::Owner, round * 10 + n).await;
            }
            let done = at_once(2, |n| {
                let (db, id, event) = (db.clone(), id(&names[n]), event(round * 10 + 5 + n));
                async move {
                    if n == 0 {
                        administrators::delete(&db, &id, &event).await.unwrap()
                    } else {
                        administrators::set_role(&db, &id, Role::Viewer, Sessions::End, NOW, &event).await.unwrap()
                    }
                }
            }).await;
            assert_eq!(done.iter().filter(|done| **done).count(), 1, "round {round}");
            db.write(haoma_store::Step::new("DELETE FROM administrators", vec![])).await.unwrap();
        }
    }

    async fn an_owner_without_a_password_is_none_to_rely_on(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let new = Administrator { id: id("new"), name: "new".to_owned(), password_hash: None, ..li.clone() };
        assert!(administrators::create(db, &new, &event(1)).await.unwrap());
        assert!(!administrators::delete(db, &li.id, &event(2)).await.unwrap());
        assert!(administrators::delete(db, &new.id, &event(3)).await.unwrap());
        assert!(!administrators::delete(db, &new.id, &event(4)).await.unwrap(), "gone already");
    }

    async fn s44_a_change_of_role_or_second_factor_ends_the_sessions_there_were(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let wang = somebody(db, "wang", Role::Viewer, 1).await;
        let mine = begins(db, &li, "mine", 2).await;
        let phone = begins(db, &wang, "phone", 3).await;
        assert!(administrators::set_role(db, &wang.id, Role::Editor, Sessions::End, NOW, &event(4)).await.unwrap());
        assert!(!lives(db, &phone).await && lives(db, &mine).await, "only those of whose role it is");
        let other = begins(db, &li, "other", 5).await;
        let renewed = session(&li, "renewed", NOW);
        let turn = Sessions::Turn(&mine.id, &renewed);
        assert!(administrators::set_totp(db, &li.id, (Some("sealed"), 7), turn, NOW, &event(6)).await.unwrap());
        assert!(!lives(db, &mine).await && !lives(db, &other).await && lives(db, &renewed).await);
        assert_eq!(again(db, &li).await.unwrap().totp_sealed.as_deref(), Some("sealed"));
    }

    async fn s44_a_session_that_ended_meanwhile_changes_nothing(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let mine = session(&li, "mine", NOW);
        let renewed = session(&li, "renewed", NOW);
        let turn = Sessions::Turn(&mine.id, &renewed);
        assert!(!administrators::set_totp(db, &li.id, (Some("sealed"), 7), turn, NOW, &event(1)).await.unwrap());
        assert!(again(db, &li).await == Some(li.clone()));
        assert!(!lives(db, &renewed).await);
        assert_eq!(events(db).await, 1);
    }

    async fn a_session_begins_only_for_the_password_that_was_judged(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let old = Administrator { password_hash: Some("an older one".to_owned()), ..li.clone() };
        let new = session(&li, "new", NOW);
        assert!(!administrator_sessions::begin(db, (&old, None), &new, None, &event(1)).await.unwrap());
        assert_eq!(again(db, &li).await.unwrap().last_sign_in_at, None);
        assert!(administrator_sessions::begin(db, (&li, None), &new, None, &event(2)).await.unwrap());
        assert_eq!(again(db, &li).await.unwrap().last_sign_in_at, Some(NOW));
        let next = session(&li, "next", NOW.plus_secs(5));
        assert!(administrator_sessions::begin(db, (&li, None), &next, Some(&new.id), &event(3)).await.unwrap());
        assert!(!lives(db, &new).await && lives(db, &next).await, "the one the browser had");
        let gone = (&old, "another-hash");
        assert!(!administrator_sessions::change_password(db, gone, &next.id, NOW, &event(4)).await.unwrap());
        assert!(lives(db, &next).await);
    }

    async fn a_code_lets_in_one_of_twenty(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let let_in = at_once(20, |n| {
            let (db, li) = (db.clone(), li.clone());
            async move {
                let new = session(&li, &format!("s{n}"), NOW);
                administrator_sessions::begin(&db, (&li, Some(7)), &new, None, &event(n + 1)).await.unwrap()
            }
        }).await;
        assert_eq!(let_in.iter().filter(|is_in| **is_in).count(), 1);
        assert_eq!(number(db, "SELECT count(*) FROM administrator_sessions").await, 1);
        assert_eq!(events(db).await, 2);
    }

    async fn a_session_is_over_when_it_rests_too_long_or_its_time_is_up(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let one = begins(db, &li, "one", 1).await;
        for (idle_since, now, wanted) in [(-1, 0, true), (0, 0, false), (-1, 12 * HOUR - 1, true), (-1, 12 * HOUR, false)] {
            let (idle_since, now) = (NOW.plus_secs(idle_since), NOW.plus_secs(now));
            let found = administrator_sessions::find(db, &one.id, idle_since, now).await.unwrap();
            let listed = administrator_sessions::list(db, &li.id, idle_since, now).await.unwrap();
            assert_eq!((found.is_some(), listed.len()), (wanted, usize::from(wanted)), "{idle_since:?} {now:?}");
        }
        administrator_sessions::seen(db, &one.id, NOW.plus_secs(60)).await.unwrap();
        administrator_sessions::seen(db, &one.id, NOW.plus_secs(30)).await.unwrap();
        let (_, seen) = administrator_sessions::find(db, &one.id, NOW, NOW).await.unwrap().unwrap();
        assert_eq!(seen.seen_at, NOW.plus_secs(60), "never earlier than before");
    }

    async fn a_session_is_ended_by_whose_it_is(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let wang = somebody(db, "wang", Role::Viewer, 1).await;
        let mine = begins(db, &li, "mine", 2).await;
        assert!(!administrator_sessions::end(db, &mine.id, &wang.id, &event(3)).await.unwrap());
        assert!(lives(db, &mine).await);
        assert!(administrator_sessions::end(db, &mine.id, &li.id, &event(4)).await.unwrap());
        assert!(!administrator_sessions::end(db, &mine.id, &li.id, &event(5)).await.unwrap());
        let theirs = begins(db, &wang, "theirs", 6).await;
        assert!(administrators::delete(db, &wang.id, &event(7)).await.unwrap());
        assert!(!lives(db, &theirs).await, "gone with whose it was");
    }

    async fn a_session_takes_anothers_place_once(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let old = begins(db, &li, "old", 1).await;
        let done = at_once(8, |n| {
            let (db, li, old) = (db.clone(), li.clone(), old.id.clone());
            async move {
                let new = session(&li, &format!("new{n}"), NOW);
                administrator_sessions::renew(&db, &li, &old, &new, &event(n + 2)).await.unwrap()
            }
        }).await;
        assert_eq!(done.iter().filter(|done| **done).count(), 1);
        let all = administrator_sessions::list(db, &li.id, NOW.plus_secs(-HOUR), NOW).await.unwrap();
        assert_eq!(all.len(), 1);
    }

    async fn a_new_password_leaves_one_session_and_no_link(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let (kept, other) = (begins(db, &li, "kept", 1).await, begins(db, &li, "other", 2).await);
        administrator_links::replace(db, &link(&li, "link"), &event(3)).await.unwrap();
        let new = (&li, "another-hash");
        assert!(administrator_sessions::change_password(db, new, &kept.id, NOW, &event(4)).await.unwrap());
        assert!(lives(db, &kept).await && !lives(db, &other).await);
        assert!(administrator_links::find(db, &link(&li, "link").id, NOW).await.unwrap().is_none());
        assert_eq!(again(db, &li).await.unwrap().password_hash.as_deref(), Some("another-hash"));
        assert!(!administrator_sessions::change_password(db, new, &kept.id, NOW, &event(5)).await.unwrap(), "judged by the old one");
    }

    async fn the_newer_link_counts_until_its_time_is_up(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        administrator_links::replace(db, &link(&li, "older"), &event(1)).await.unwrap();
        let newer = link(&li, "newer");
        administrator_links::replace(db, &newer, &event(2)).await.unwrap();
        assert!(administrator_links::find(db, &link(&li, "older").id, NOW).await.unwrap().is_none());
        let (who, hash) = administrator_links::find(db, &newer.id, NOW.plus_secs(899)).await.unwrap().unwrap();
        assert!(who == li && hash == newer.hash);
        assert!(administrator_links::find(db, &newer.id, newer.expires_at).await.unwrap().is_none());
        let late = session(&li, "late", NOW.plus_secs(900));
        assert!(!administrator_links::spend(db, &newer.id, "another-hash", &late, &event(3), NOW.plus_secs(900)).await.unwrap());
        assert!(again(db, &li).await == Some(li.clone()));
    }

    async fn a_link_is_spent_once_and_leaves_nothing_of_before(db: &Db) {
        let li = somebody(db, "li", Role::Owner, 0).await;
        let before = begins(db, &li, "before", 1).await;
        let renewed = session(&li, "renewed", NOW);
        let turn = Sessions::Turn(&before.id, &renewed);
        administrators::set_totp(db, &li.id, (Some("sealed"), 7), turn, NOW, &event(2)).await.unwrap();
        let link = link(&li, "link");
        administrator_links::replace(db, &link, &event(3)).await.unwrap();
        let spent = at_once(20, |n| {
            let (db, li, id) = (db.clone(), li.clone(), link.id.clone());
            async move {
                let first = session(&li, &format!("s{n}"), NOW);
                administrator_links::spend(&db, &id, &format!("hash{n}"), &first, &event(n + 4), NOW).await.unwrap()
            }
        }).await;
        let winners: Vec<_> = (0..20).filter(|n| spent[*n]).collect();
        assert_eq!(winners.len(), 1);
        let now = again(db, &li).await.unwrap();
        assert_eq!(now.password_hash, Some(format!("hash{}", winners[0])));
        assert_eq!((now.totp_sealed, now.last_sign_in_at), (None, Some(NOW)));
        assert!(!lives(db, &renewed).await);
        assert_eq!(events(db).await, 5, "who came too late left no trace");
    }
}
