//! Connectors and the sign-in experience: versions, one connector at a time, nobody overwrites unseen, the file and the console.
use haoma_core::ids::{AuditId, ClientId, ConnectorId};
use haoma_core::time::Timestamp;
use haoma_store::applications::{self, Application};
use haoma_store::audit::Event;
use haoma_store::connectors::{self, Connector, SavedBy};
use haoma_store::purge::{Retention, purge};
use haoma_store::sign_in_experience::{self, Stored};
use haoma_store::{Db, account_center, configured};

use crate::support::{NOW, at_once};

fn connector(id: &str, version: i64) -> Connector {
    Connector {
        id: ConnectorId::parse(id).unwrap(),
        version,
        factory_id: "aliyun-short-message-service".to_owned(),
        config_sealed: format!("sealed-{version}"),
        saved_by: match version {
            1 => SavedBy::Administrator("alice/o'hara".to_owned()),
            2 => SavedBy::Application("m2m".to_owned()),
            _ => SavedBy::Configuration,
        },
        created_at: NOW.plus_secs(version),
    }
}

fn event(n: usize) -> Event {
    Event {
        id: AuditId::parse(&format!("event-{n}")).unwrap(),
        key: "Connector.Saved".to_owned(),
        error: None,
        user_id: None,
        application_id: None,
        session_id: None,
        interaction_id: None,
        ip: None,
        user_agent: None,
        payload: "{}".to_owned(),
        at: NOW,
    }
}

async fn events(db: &Db) -> usize {
    db.read("SELECT id FROM audit_events", vec![]).await.unwrap().len()
}

async fn live(db: &Db) -> Option<(String, i64)> {
    connectors::live(db).await.unwrap().map(|(id, version)| (id.to_string(), version))
}

on_both! {
    async fn every_version_of_the_live_connector_stays(db: &Db) {
        let one = connector("a", 1);
        assert!(connectors::create(db, &one, &event(0)).await.unwrap());
        for version in 2..=3 {
            let (new, event) = (connector("a", version), event(usize::try_from(version).unwrap()));
            assert!(connectors::add_version(db, version - 1, &new, &event).await.unwrap());
        }
        assert_eq!(live(db).await, Some(("a".to_owned(), 3)));
        assert_eq!(connectors::current(db).await.unwrap(), Some(connector("a", 3)));
        assert_eq!(connectors::versions(db, i64::MAX, 2).await.unwrap(), [connector("a", 3), connector("a", 2)]);
        assert_eq!(connectors::versions(db, 2, 2).await.unwrap(), [connector("a", 1)]);
        assert_eq!(connectors::find(db, &one.id, 1).await.unwrap(), Some(one));
        assert_eq!(events(db).await, 3);
    }

    async fn an_edit_of_an_older_version_changes_nothing(db: &Db) {
        connectors::create(db, &connector("a", 1), &event(0)).await.unwrap();
        let won = at_once(20, |n| {
            let db = db.clone();
            async move { connectors::add_version(&db, 1, &connector("a", 2), &event(n + 1)).await.unwrap() }
        }).await;
        assert_eq!(won.iter().filter(|won| **won).count(), 1);
        assert_eq!(events(db).await, 2, "who lost left no trace");
        assert!(!connectors::add_version(db, 5, &connector("a", 6), &event(90)).await.unwrap());
    }

    async fn of_connectors_created_at_once_one_is_live(db: &Db) {
        let won = at_once(20, |n| {
            let db = db.clone();
            async move { connectors::create(&db, &connector(&format!("c{n}"), 1), &event(n)).await.unwrap() }
        }).await;
        assert!(won.iter().any(|won| *won));
        let rows = db.read("SELECT id FROM connectors WHERE deleted_at IS NULL", vec![]).await.unwrap();
        assert_eq!(rows.len(), 1);
    }

    async fn a_connector_is_deleted_whoever_saves_at_the_same_moment(db: &Db) {
        for round in 0..10 {
            let id = format!("c{round}");
            let n = round * 100;
            assert!(connectors::create(db, &connector(&id, 1), &event(n)).await.unwrap());
            let deleted = at_once(8, |turn| {
                let (db, id) = (db.clone(), id.clone());
                async move {
                    let event = event(n + turn + 1);
                    if turn % 2 == 0 {
                        connectors::add_version(&db, 1, &connector(&id, 2), &event).await.unwrap();
                        return false;
                    }
                    let id = ConnectorId::parse(&id).unwrap();
                    connectors::delete(&db, &id, NOW, &event).await.unwrap()
                }
            }).await;
            assert_eq!(deleted.iter().filter(|done| **done).count(), 1);
            assert_eq!(live(db).await, None, "round {round}");
        }
    }

    async fn of_a_new_connector_and_a_new_version_one_is_live(db: &Db) {
        const SQL: &str = "SELECT DISTINCT id FROM connectors WHERE deleted_at IS NULL";
        for round in 0..10 {
            let (old, n) = (format!("a{round}"), round * 100);
            assert!(connectors::create(db, &connector(&old, 1), &event(n)).await.unwrap());
            at_once(6, |turn| {
                let (db, old) = (db.clone(), old.clone());
                async move {
                    let event = event(n + turn + 1);
                    let new = format!("b{round}-{turn}");
                    if turn % 2 == 0 {
                        connectors::add_version(&db, 1, &connector(&old, 2), &event).await.unwrap()
                    } else {
                        connectors::create(&db, &connector(&new, 1), &event).await.unwrap()
                    }
                }
            }).await;
            assert_eq!(db.read(SQL, vec![]).await.unwrap().len(), 1, "round {round}");
        }
    }

    async fn a_new_connector_takes_the_place_of_the_old_one(db: &Db) {
        connectors::create(db, &connector("a", 1), &event(0)).await.unwrap();
        connectors::add_version(db, 1, &connector("a", 2), &event(1)).await.unwrap();
        assert!(connectors::create(db, &connector("b", 1), &event(2)).await.unwrap());
        assert_eq!(live(db).await, Some(("b".to_owned(), 1)));
        assert_eq!(connectors::versions(db, i64::MAX, 9).await.unwrap(), [connector("b", 1)]);
        let old = connector("a", 2);
        assert_eq!(connectors::find(db, &old.id, 2).await.unwrap(), Some(old), "its messages may still be asked after");
        assert!(!connectors::add_version(db, 2, &connector("a", 3), &event(3)).await.unwrap());
    }

    async fn a_deleted_connector_is_over_and_its_secrets_go_a_day_later(db: &Db) {
        let one = connector("a", 1);
        connectors::create(db, &one, &event(0)).await.unwrap();
        assert!(connectors::delete(db, &one.id, NOW, &event(1)).await.unwrap());
        assert!(!connectors::delete(db, &one.id, NOW, &event(2)).await.unwrap());
        assert_eq!((live(db).await, events(db).await), (None, 2));
        assert!(!connectors::add_version(db, 1, &connector("a", 2), &event(3)).await.unwrap());
        let retention = |deleted_connectors: Timestamp| Retention {
            messages: Timestamp(0),
            audit_events: Timestamp(0),
            hook_deliveries: Timestamp(0),
            expired_codes: Timestamp(0),
            deleted_connectors,
        };
        purge(db, NOW, retention(NOW.plus_secs(-1)), 9).await.unwrap();
        assert!(connectors::find(db, &one.id, 1).await.unwrap().is_some());
        purge(db, NOW, retention(NOW), 9).await.unwrap();
        assert!(connectors::find(db, &one.id, 1).await.unwrap().is_none());
        connectors::create(db, &connector("b", 1), &event(4)).await.unwrap();
        purge(db, NOW, retention(Timestamp(i64::MAX)), 9).await.unwrap();
        assert_eq!(live(db).await, Some(("b".to_owned(), 1)), "a live one stays");
    }

    async fn a_file_that_says_the_same_changes_nothing(db: &Db) {
        let said = async || configured::digests(db).await.unwrap().get(configured::CONNECTOR).cloned();
        let store = async |digest: &str, n: usize, new: Connector| {
            configured::connector(db, digest, &new, &event(n)).await.unwrap()
        };
        assert_eq!(said().await, None);
        assert!(store("one", 0, connector("a", 1)).await);
        assert_eq!(said().await.as_deref(), Some("one"));
        assert!(!store("one", 1, connector("b", 1)).await, "another node was faster");
        connectors::add_version(db, 1, &connector("a", 2), &event(2)).await.unwrap();
        assert!(store("two", 3, connector("a", 3)).await);
        assert_eq!(live(db).await, Some(("a".to_owned(), 3)));
        assert!(!store("three", 4, connector("a", 3)).await, "the console was faster");
        assert_eq!(said().await.as_deref(), Some("two"), "nothing is half done");
        let replace = async |expected: i64, n: usize| {
            configured::sign_in_experience(db, "one", (expected, "{}"), NOW, &event(n)).await.unwrap()
        };
        assert!(replace(0, 5).await);
        assert!(!replace(1, 6).await);
        assert_eq!(sign_in_experience::version(db).await.unwrap(), 1);
        assert_eq!(events(db).await, 4, "an event for each change, and none for what changed nothing");
    }

    async fn an_application_of_the_file_is_not_laid_over_what_was_saved_in_between(db: &Db) {
        let new = |name: &str, at: Timestamp| Application {
            id: ClientId::parse("shop").unwrap(),
            name: name.to_owned(),
            description: None,
            kind: "SPA".to_owned(),
            is_third_party: false,
            is_admin: false,
            oidc_client_metadata: "{}".to_owned(),
            custom_client_metadata: "{}".to_owned(),
            custom_data: "{}".to_owned(),
            created_at: NOW,
            updated_at: at,
        };
        let store = async |digest: &str, n: usize, new: Application, old: Option<&Application>| {
            configured::application(db, digest, (&new, None, old), &event(n)).await.unwrap()
        };
        let first = new("First", NOW);
        let name = async || applications::find(db, &new("", NOW).id).await.unwrap().unwrap().0.name;
        assert!(store("one", 0, first.clone(), None).await);
        assert!(!store("one", 1, new("Again", NOW), None).await, "another node was faster");
        let later = NOW.plus_secs(1);
        assert!(store("two", 2, new("Second", later), Some(&first)).await);
        assert!(!store("three", 3, new("Third", later), Some(&first)).await, "the console was faster");
        assert_eq!(name().await, "Second");
        let said = configured::digests(db).await.unwrap();
        assert_eq!(said.into_iter().collect::<Vec<_>>(), [("application/shop".to_owned(), "two".to_owned())]);
    }

    async fn the_account_center_is_replaced_only_if_it_is_still_what_was_read(db: &Db) {
        let save = async |old: Option<&str>, new: &str, n: usize| account_center::save(db, (old, new), NOW, Some(&event(n))).await.unwrap();
        assert!(!save(Some("{}"), "a", 1).await, "nothing is there yet");
        assert!(save(None, "a", 2).await);
        assert!(!save(None, "b", 3).await);
        assert!(save(Some("a"), "b", 4).await);
        assert!(!save(Some("a"), "c", 5).await);
        assert_eq!(account_center::find(db).await.unwrap().as_deref(), Some("b"));
        assert_eq!(events(db).await, 2);
    }

    async fn of_two_replacements_of_one_version_one_wins(db: &Db) {
        assert_eq!(sign_in_experience::find(db).await.unwrap(), None);
        assert_eq!(sign_in_experience::version(db).await.unwrap(), 0);
        assert!(!sign_in_experience::replace(db, 3, "{}", NOW, &event(99)).await.unwrap());
        for (expected, first) in [(0, 0), (1, 20)] {
            let won = at_once(20, |n| {
                let db = db.clone();
                let document = format!("{{\"n\":{n}}}");
                async move { sign_in_experience::replace(&db, expected, &document, NOW, &event(first + n)).await.unwrap() }
            }).await;
            let winners: Vec<_> = (0..20).filter(|n| won[*n]).collect();
            assert_eq!(winners.len(), 1);
            let document = format!("{{\"n\":{}}}", winners[0]);
            assert_eq!(sign_in_experience::find(db).await.unwrap(), Some(Stored { version: expected + 1, document }));
        }
        assert_eq!(events(db).await, 2);
    }
}
