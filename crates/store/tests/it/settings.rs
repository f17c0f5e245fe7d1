//! Connectors and the sign-in experience: versions, and nobody overwrites unseen.
use haoma_core::ids::ConnectorId;
use haoma_store::Db;
use haoma_store::connectors::{self, Connector};
use haoma_store::sign_in_experience::{self, Stored};

use crate::support::{NOW, at_once};

fn connector(id: &str, version: i64) -> Connector {
    Connector {
        id: ConnectorId::parse(id).unwrap(),
        version,
        factory_id: "aliyun-short-message-service".to_owned(),
        config_sealed: format!("sealed-{version}"),
        is_enabled: version % 2 == 1,
        created_at: NOW.plus_secs(version),
    }
}

on_both! {
    async fn every_version_stays_and_the_newest_is_listed(db: &Db) {
        for version in [("a", 1), ("a", 2), ("b", 1)] {
            assert!(connectors::add_version(db, &connector(version.0, version.1)).await.unwrap());
        }
        assert!(!connectors::add_version(db, &connector("a", 2)).await.unwrap());
        assert_eq!(connectors::list(db).await.unwrap(), [connector("a", 2), connector("b", 1)]);
        let id = ConnectorId::parse("a").unwrap();
        assert_eq!(connectors::find(db, &id, 1).await.unwrap(), Some(connector("a", 1)));
        assert_eq!(connectors::find(db, &id, 3).await.unwrap(), None);
    }

    async fn of_two_replacements_of_one_version_one_wins(db: &Db) {
        assert_eq!(sign_in_experience::find(db).await.unwrap(), None);
        assert!(!sign_in_experience::replace(db, 3, "{}", NOW).await.unwrap());
        for expected in [0, 1] {
            let won = at_once(20, |n| {
                let db = db.clone();
                async move { sign_in_experience::replace(&db, expected, &format!("{{\"n\":{n}}}"), NOW).await.unwrap() }
            }).await;
            let winners: Vec<_> = (0..20).filter(|n| won[*n]).collect();
            assert_eq!(winners.len(), 1);
            let document = format!("{{\"n\":{}}}", winners[0]);
            assert_eq!(sign_in_experience::find(db).await.unwrap(), Some(Stored { version: expected + 1, document }));
        }
    }
}
