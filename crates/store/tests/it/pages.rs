//! Pages by key, and changes that only hold if nobody else changed the same meanwhile.
use haoma_core::ids::ClientId;
use haoma_core::phone::PhoneDigits;
use haoma_store::applications::{self, Application, Changed as Altered, Filter};
use haoma_store::audit::Event;
use haoma_store::page::{Key, Page};
use haoma_store::user_changes::{self, Changed, Changes};
use haoma_store::user_lists::{self, Fitting, Who};
use haoma_store::users::{self, User};
use haoma_store::{Change, Db, application_lists};

use crate::support::{NOW, event, user};

/// Seven users, two of each moment; the fourth is locked.
async fn people(db: &Db) -> Vec<String> {
    let mut ids = vec![];
    for n in 0_usize..7 {
        let digits = format!("861380013{n:04}");
        let at = NOW.plus_secs(i64::try_from(n / 2).unwrap());
        let one = User {
            name: Some(format!("Person {n}")),
            username: Some(format!("user_{n}")),
            is_locked: n == 3,
            created_at: at,
            ..user(n, Some(&digits))
        };
        assert!(users::create(db, &one).await.unwrap());
        ids.push((at, one.id.to_string()));
    }
    ids.sort();
    ids.into_iter().rev().map(|(_, id)| id).collect()
}

async fn shown(db: &Db, who: &Who, at: &Page, limit: i64) -> Vec<String> {
    let found = user_lists::page(db, who, at, limit).await.unwrap();
    found.into_iter().map(|user| user.id.to_string()).collect()
}

fn later(n: usize) -> Event {
    Event { at: NOW.plus_secs(1), ..event(n) }
}

async fn key(db: &Db, id: &str) -> Key {
    let id = haoma_core::ids::UserId::parse(id).unwrap();
    let user = users::find(db, &id).await.unwrap().unwrap();
    Key { at: user.created_at, id: id.to_string() }
}

fn application(n: i64, kind: &str) -> Application {
    Application {
        id: ClientId::parse(&format!("app-{n}")).unwrap(),
        name: format!("App {n}"),
        description: None,
        kind: kind.to_owned(),
        is_third_party: false,
        is_admin: false,
        oidc_client_metadata: "{}".to_owned(),
        custom_client_metadata: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        created_at: NOW.plus_secs(n / 2),
        updated_at: NOW,
    }
}

on_both! {
    async fn pages_of_users_show_everybody_once_in_either_direction(db: &Db) {
        let all = people(db).await;
        let mut seen = vec![];
        let mut at = Page::First;
        loop {
            let page = shown(db, &Who::Everybody, &at, 2).await;
            let Some(last) = page.last() else { break };
            at = Page::After(key(db, last).await);
            seen.extend(page);
        }
        assert_eq!(seen, all);
        let before = Page::Before(key(db, &all[5]).await);
        assert_eq!(shown(db, &Who::Everybody, &before, 2).await, &all[3..5], "the nearest, newest first");
    }

    async fn only_the_locked_and_only_who_fits_are_listed(db: &Db) {
        let all = people(db).await;
        let locked = shown(db, &Who::Locked, &Page::First, 9).await;
        assert_eq!(locked.len(), 1);
        let beside = Page::After(key(db, &locked[0]).await);
        assert_eq!(shown(db, &Who::Locked, &beside, 9).await, Vec::<String>::new());
        let beside = Page::Before(key(db, all.last().unwrap()).await);
        assert_eq!(shown(db, &Who::Locked, &beside, 9).await, locked);
        let fits = async |fitting: Fitting| shown(db, &Who::Fitting(fitting), &Page::First, 9).await;
        let text = |text: &str| Fitting { text: Some(text.to_owned()), ..Fitting::default() };
        assert_eq!(fits(text("%PERSON 3%")).await, locked);
        assert_eq!(fits(text(r"%user\_5%")).await.len(), 1);
        assert_eq!(fits(text(&all[0])).await, &all[..1], "the id");
        assert_eq!(fits(Fitting { only_locked: true, ..text("%person%") }).await, locked);
        assert_eq!(fits(text("%nobody%")).await, Vec::<String>::new());
        let phone = |one: &str, other: Option<&str>| Fitting {
            phones: [Some(one.to_owned()), None, other.map(ToOwned::to_owned)],
            ..Fitting::default()
        };
        assert_eq!(fits(phone("86138%", None)).await.len(), 7);
        assert_eq!(fits(phone("0003%", Some("%0003"))).await, locked);
        let middle = Page::Before(key(db, all.last().unwrap()).await);
        let up = user_lists::page(db, &Who::Fitting(text("%person%")), &middle, 2).await.unwrap();
        assert_eq!(up.iter().map(|one| one.id.to_string()).collect::<Vec<_>>(), &all[4..6]);
        assert!(up.iter().all(|one| one.phone.as_ref().map(PhoneDigits::as_str).is_some()));
    }

    async fn pages_of_applications_show_each_once_in_either_direction(db: &Db) {
        for n in 0..5 {
            let kind = if n == 4 { "Native" } else { "SPA" };
            applications::upsert(db, &application(n, kind), &[]).await.unwrap();
        }
        let ids = async |filter: &Filter, at: &Page| {
            let found = application_lists::page(db, filter, at, 2).await.unwrap();
            found.into_iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
        };
        let all = Filter::default();
        assert_eq!(ids(&all, &Page::First).await, ["app-4", "app-3"]);
        let key = |n: i64| Key { at: NOW.plus_secs(n / 2), id: format!("app-{n}") };
        assert_eq!(ids(&all, &Page::After(key(3))).await, ["app-2", "app-1"]);
        assert_eq!(ids(&all, &Page::Before(key(0))).await, ["app-2", "app-1"]);
        let native = Filter { kinds: vec!["Native".to_owned()], ..Filter::default() };
        assert_eq!(ids(&native, &Page::First).await, ["app-4"]);
    }

    async fn a_change_made_after_a_look_is_not_written_over(db: &Db) {
        let lin = user(1, None);
        users::add(db, &lin, None).await.unwrap();
        let named = |name: &str, if_left_at| Changes {
            name: Change::Set(Some(name.to_owned())),
            if_left_at,
            ..Changes::default()
        };
        let first = user_changes::change(db, &lin.id, &named("a", Some(lin.updated_at)), &later(2)).await.unwrap();
        let Changed::Done(after) = first else { panic!("{first:?}") };
        assert_ne!(after.updated_at, lin.updated_at);
        let late = user_changes::change(db, &lin.id, &named("b", Some(lin.updated_at)), &event(3)).await.unwrap();
        assert_eq!(late, Changed::Stale);
        let app = application(1, "SPA");
        applications::upsert(db, &app, &[]).await.unwrap();
        let named = |name: &str| applications::Changes {
            name: Change::Set(name.to_owned()),
            if_left_at: Some(NOW),
            ..applications::Changes::default()
        };
        assert!(matches!(applications::change(db, &app.id, &named("a"), &later(4)).await.unwrap(), Altered::Done(_)));
        assert_eq!(applications::change(db, &app.id, &named("b"), &event(5)).await.unwrap(), Altered::Stale);
        let gone = ClientId::parse("gone").unwrap();
        assert_eq!(applications::change(db, &gone, &named("b"), &event(6)).await.unwrap(), Altered::Gone);
    }
}
