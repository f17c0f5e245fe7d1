//! API resources and their scopes.
use haoma_core::ids::{ResourceId, ScopeId};
use haoma_store::resources::{self, Changes, MANAGEMENT_API, Resource};
use haoma_store::scopes::{self, Kept, Scope};
use haoma_store::{Change, Db};

use crate::support::{NOW, at_once, entropy, event, number};

const ALL: (i64, i64) = (i64::MAX, 0);

pub(crate) fn resource(n: usize, indicator: &str) -> Resource {
    Resource {
        id: ResourceId::generate(NOW, &entropy(n)),
        name: "Shop".to_owned(),
        indicator: indicator.to_owned(),
        is_default: false,
        access_token_ttl: 600,
        created_at: NOW,
    }
}

pub(crate) fn scope(n: usize, resource: &Resource, name: &str) -> Scope {
    Scope {
        id: ScopeId::generate(NOW, &entropy(n)),
        resource_id: resource.id.clone(),
        name: name.to_owned(),
        description: Some("what it does".to_owned()),
        created_at: NOW,
    }
}

on_both! {
    async fn an_indicator_names_one_resource(db: &Db) {
        let first = resource(1, "https://api.example");
        assert!(resources::create(db, &first, &event(2)).await.unwrap());
        assert!(!resources::create(db, &resource(3, "https://api.example"), &event(4)).await.unwrap());
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1, "what was refused is told nowhere");
        assert_eq!(resources::find(db, &first.id).await.unwrap(), Some(first.clone()));
        assert!(resources::is_known(db, "https://api.example").await.unwrap());
        assert!(!resources::is_known(db, "https://api.example/").await.unwrap());
        let all = resources::list(db, ALL).await.unwrap();
        assert_eq!(all.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [first.id.as_str(), MANAGEMENT_API]);
        assert_eq!((resources::count(db).await.unwrap(), resources::list(db, (1, 1)).await.unwrap().len()), (2, 1));
        let renamed = Changes { name: Change::Set("Till".to_owned()), ..Changes::default() };
        let changed = resources::change(db, &first.id, &renamed, &event(5)).await.unwrap();
        assert_eq!(changed, Some(Resource { name: "Till".to_owned(), ..first.clone() }));
        assert!(resources::delete(db, &first.id, &event(6)).await.unwrap());
        assert!(!resources::delete(db, &first.id, &event(7)).await.unwrap());
        assert_eq!(resources::change(db, &first.id, &renamed, &event(8)).await.unwrap(), None);
    }

    async fn one_resource_at_most_is_meant_where_none_is_named(db: &Db) {
        let (a, b) = (resource(1, "https://a.example"), resource(2, "https://b.example"));
        for (n, one) in [&a, &b].into_iter().enumerate() {
            assert!(resources::create(db, one, &event(n)).await.unwrap());
        }
        assert_eq!(resources::default_indicator(db).await.unwrap(), None);
        for one in [&a, &b] {
            let set = resources::set_default(db, &one.id, true, &event(usize::from(one == &a) + 10)).await.unwrap();
            assert!(set.unwrap().is_default);
            assert_eq!(resources::default_indicator(db).await.unwrap().as_ref(), Some(&one.indicator));
        }
        let ids = [a.id.clone(), b.id.clone()];
        at_once(20, |n| {
            let (db, id) = (db.clone(), ids[n % 2].clone());
            async move { resources::set_default(&db, &id, true, &event(20 + n)).await.is_ok() }
        })
        .await;
        assert_eq!(number(db, "SELECT COUNT(*) FROM resources WHERE is_default = TRUE").await, 1);
        for one in [&a, &b] {
            assert!(!resources::set_default(db, &one.id, false, &event(50 + usize::from(one == &a))).await.unwrap().unwrap().is_default);
        }
        assert_eq!(resources::default_indicator(db).await.unwrap(), None);
        let nobody = ResourceId::parse("nobody").unwrap();
        assert_eq!(resources::set_default(db, &nobody, true, &event(60)).await.unwrap(), None);
    }

    async fn a_name_is_one_scope_of_its_resource(db: &Db) {
        let (shop, till) = (resource(1, "https://a.example"), resource(2, "https://b.example"));
        for (n, one) in [&shop, &till].into_iter().enumerate() {
            assert!(resources::create(db, one, &event(n)).await.unwrap());
        }
        let read = scope(3, &shop, "read");
        assert_eq!(scopes::create(db, &read, &event(3)).await.unwrap(), Kept::Done(read.clone()));
        assert_eq!(scopes::create(db, &scope(4, &shop, "read"), &event(4)).await.unwrap(), Kept::NameTaken);
        let theirs = scope(5, &till, "read");
        assert_eq!(scopes::create(db, &theirs, &event(5)).await.unwrap(), Kept::Done(theirs.clone()));
        let lost = scope(6, &resource(7, "https://c.example"), "read");
        assert_eq!(scopes::create(db, &lost, &event(6)).await.unwrap(), Kept::Gone);
        let write = scope(8, &shop, "write");
        scopes::create(db, &write, &event(8)).await.unwrap();
        let to = |name: &str| scopes::Changes { name: Change::Set(name.to_owned()), description: Change::Set(None) };
        let change = async |scope: &ScopeId, name: &str, n: usize| {
            scopes::change(db, (&shop.id, scope), &to(name), &event(n)).await.unwrap()
        };
        assert_eq!(change(&write.id, "read", 9).await, Kept::NameTaken);
        assert_eq!(change(&theirs.id, "other", 10).await, Kept::Gone, "another resource's");
        let changed = Scope { name: "edit".to_owned(), description: None, ..write.clone() };
        assert_eq!(change(&write.id, "edit", 11).await, Kept::Done(changed.clone()));
        assert_eq!(scopes::list(db, &shop.id, ALL).await.unwrap(), [changed, read.clone()]);
        assert_eq!(scopes::count(db, &shop.id).await.unwrap(), 2);
        assert!(!scopes::delete(db, (&till.id, &read.id), &event(12)).await.unwrap());
        assert!(scopes::delete(db, (&shop.id, &read.id), &event(13)).await.unwrap());
        assert!(resources::delete(db, &shop.id, &event(14)).await.unwrap());
        let left: Vec<_> = scopes::list_all(db).await.unwrap().into_iter().map(|one| one.id).collect();
        assert_eq!(left, [theirs.id, ScopeId::parse("management-api-all").unwrap()]);
    }
}
