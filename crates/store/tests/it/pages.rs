//! Pages by key, and changes that only hold if nobody else changed the same meanwhile.
use haoma_core::ids::ClientId;
use haoma_store::applications::{self, Application, Changed as Altered, Filter};
use haoma_store::audit::Event;
use haoma_store::keyset::{Page, Place};
use haoma_store::user_changes::{self, Changed, Changes};
use haoma_store::user_lists::{self, Fitting, Who};
use haoma_store::users::{self, Stored, User};
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

async fn page(db: &Db, who: &Who, place: &Place, size: i64) -> Page<Stored> {
    user_lists::page(db, who, place, size).await.unwrap()
}

fn ids(page: &Page<Stored>) -> Vec<String> {
    page.items.iter().map(|user| user.id.to_string()).collect()
}

fn later(n: usize) -> Event {
    Event { at: NOW.plus_secs(1), ..event(n) }
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

/// More users than are looked at for one page.
const MANY: &str = "INSERT INTO users (id, name, created_at, updated_at)
    SELECT 'u' || CAST(1000000 + n AS TEXT), CASE WHEN n = 10000 THEN 'rare' ELSE 'usual' END, n / 2, 0 FROM numbers";

on_both! {
    async fn pages_of_users_show_everybody_once_in_either_direction(db: &Db) {
        let all = people(db).await;
        let text = Fitting { text: Some("%person%".to_owned()), ..Fitting::default() };
        for who in [Who::Everybody, Who::Fitting(text)] {
            let (mut seen, mut place) = (vec![], Place::Newest);
            let last = loop {
                let next = page(db, &who, &place, 2).await;
                seen.extend(ids(&next));
                match next.older.clone() {
                    Some(older) => place = older,
                    None => break next,
                }
            };
            assert_eq!(seen, all);
            let up = page(db, &who, last.newer.as_ref().unwrap(), 2).await;
            assert_eq!(ids(&up), &all[4..6], "the nearest, newest first");
            let top = page(db, &who, &Place::After("0.x".to_owned()), 9).await;
            assert_eq!((ids(&top), &top.newer), (all.clone(), &None), "above the newest is the newest");
        }
    }

    async fn what_names_no_row_leads_to_the_newest(db: &Db) {
        let all = people(db).await;
        for bad in ["", "x", "1", "x.y", "99999999999999999999.a"] {
            for place in [Place::Before(bad.to_owned()), Place::After(bad.to_owned())] {
                let found = page(db, &Who::Everybody, &place, 2).await;
                assert_eq!((ids(&found), found.newer), (all[..2].to_vec(), None), "{bad}");
            }
        }
    }

    async fn only_the_locked_and_only_who_fits_are_listed(db: &Db) {
        let all = people(db).await;
        let locked = page(db, &Who::Locked, &Place::Newest, 9).await;
        assert_eq!((locked.items.len(), &locked.newer, &locked.older), (1, &None, &None));
        let locked = ids(&locked);
        let top = Place::After("0.x".to_owned());
        assert_eq!(ids(&page(db, &Who::Locked, &top, 9).await), locked);
        let fits = async |fitting: Fitting| ids(&page(db, &Who::Fitting(fitting), &Place::Newest, 9).await);
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
    }

    async fn a_search_looks_at_so_many_users_and_says_where_it_goes_on(db: &Db) {
        for part in 0..13 {
            let (first, last) = (part * 10_000, part * 10_000 + 9_999);
            let sql = format!("WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) {MANY}");
            db.write(haoma_store::Step::new(Box::leak(sql.into_boxed_str()), vec![])).await.unwrap();
        }
        let rare = Who::Fitting(Fitting { text: Some("%rare%".to_owned()), ..Fitting::default() });
        let first = page(db, &rare, &Place::Newest, 4).await;
        assert_eq!((first.items.len(), first.is_cut), (0, true), "the hundred thousand newest");
        let second = page(db, &rare, first.older.as_ref().unwrap(), 4).await;
        assert_eq!((second.items.len(), second.is_cut, &second.older), (1, false, &None));
        let empty = page(db, &rare, second.newer.as_ref().unwrap(), 4).await;
        assert_eq!((empty.items.len(), empty.is_cut), (0, true));
        let back = page(db, &rare, empty.older.as_ref().unwrap(), 4).await;
        assert_eq!(ids(&back), ids(&second), "no row is lost between the two");
    }

    async fn pages_of_applications_show_each_once_in_either_direction(db: &Db) {
        for n in 0..5 {
            let kind = if n == 4 { "Native" } else { "SPA" };
            applications::upsert(db, &application(n, kind), &[]).await.unwrap();
        }
        let read = async |filter: &Filter, place: &Place| {
            let found = application_lists::page(db, filter, place, 2).await.unwrap();
            let ids: Vec<_> = found.items.iter().map(|one| one.id.to_string()).collect();
            (ids, found.newer, found.older)
        };
        let all = Filter::default();
        let (first, newer, older) = read(&all, &Place::Newest).await;
        assert_eq!((first, newer), (vec!["app-4".to_owned(), "app-3".to_owned()], None));
        let (second, _, older) = read(&all, &older.unwrap()).await;
        assert_eq!(second, ["app-2", "app-1"]);
        let (third, newer, older) = read(&all, &older.unwrap()).await;
        assert_eq!((third, older), (vec!["app-0".to_owned()], None));
        assert_eq!(read(&all, &newer.unwrap()).await.0, second);
        let native = Filter { kinds: vec!["Native".to_owned()], ..Filter::default() };
        assert_eq!(read(&native, &Place::Newest).await.0, ["app-4"]);
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
