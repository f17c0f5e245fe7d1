//! What the management API changes and lists: partial updates, ends, searches.
use haoma_core::ids::{ClientId, SessionId, TokenId, UserId};
use haoma_core::token::SecretHash;
use haoma_store::application_secrets::{self, Kept, Secret};
use haoma_store::applications::{self, Application, Changed as Altered, Filter};
use haoma_store::audit::Event;
use haoma_store::grants::{self, Grant};
use haoma_store::sessions::{self, Place, Session};
use haoma_store::user_changes::{self, Changed, Changes, Document};
use haoma_store::user_search::{self, Patterns, Search};
use haoma_store::users::{self, Added, Stored, User};
use haoma_store::{Change, Db};

use crate::support::{NOW, at_once, entropy, event, number, phone, user};

fn application(id: &str, kind: &str) -> Application {
    Application {
        id: ClientId::parse(id).unwrap(),
        name: id.to_owned(),
        description: None,
        kind: kind.to_owned(),
        is_third_party: false,
        is_admin: false,
        oidc_client_metadata: "{}".to_owned(),
        custom_client_metadata: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        created_at: NOW,
        updated_at: NOW,
    }
}

fn secret(name: &str) -> Secret {
    Secret {
        name: name.to_owned(),
        hash: SecretHash::of(name),
        last_four: "abcd".to_owned(),
        expires_at: None,
        created_at: NOW,
    }
}

/// A user's session with a grant for each client, whose ids begin at `n`.
async fn signed_in(db: &Db, n: usize, user: &UserId, clients: &[&str]) -> Session {
    let session = Session {
        id: SessionId::generate(NOW, &entropy(n)),
        hash: SecretHash::of("s"),
        user_id: user.clone(),
        authenticated_at: NOW,
        expires_at: NOW.plus_secs(60),
        created_at: NOW,
        place: Place::default(),
    };
    db.write(sessions::insert(&session)).await.unwrap();
    for (at, client) in clients.iter().enumerate() {
        let grant = Grant {
            id: haoma_core::ids::GrantId::generate(NOW, &entropy(n + at)),
            user_id: user.clone(),
            client_id: ClientId::parse(client).unwrap(),
            session_id: session.id.clone(),
            scope: "openid".to_owned(),
            resource_scopes: None,
            expires_at: NOW.plus_secs(60),
            created_at: NOW,
        };
        db.write(grants::upsert(&grant)).await.unwrap();
    }
    session
}

fn named(n: usize, digits: Option<&str>, username: Option<&str>) -> User {
    User { username: username.map(ToOwned::to_owned), ..user(n, digits) }
}

async fn ids(db: &Db, search: &Search) -> Vec<UserId> {
    let found = user_search::list(db, search, (100, 0)).await.unwrap();
    let counted = user_search::count(db, search, i64::MAX).await.unwrap();
    assert_eq!(usize::try_from(counted), Ok(found.len()), "{search:?}");
    found.into_iter().map(|user| user.id).collect()
}

on_both! {
    async fn a_partial_update_of_a_user_sets_what_it_says_and_stores_its_event(db: &Db) {
        let before = named(1, Some("8613800138000"), Some("lin"));
        assert_eq!(users::add(db, &before, Some(&event(1))).await.unwrap(), Added::Done);
        let changes = Changes {
            name: Change::Set(None),
            custom_data: Change::Set(r#"{"a":1}"#.to_owned()),
            ..Changes::default()
        };
        let Changed::Done(after) = user_changes::change(db, &before.id, &changes, &event(2)).await.unwrap() else {
            panic!("not changed")
        };
        let expected = Stored::from(User { name: None, custom_data: r#"{"a":1}"#.to_owned(), ..before.clone() });
        assert_eq!(*after, expected);
        assert_eq!(users::find(db, &before.id).await.unwrap(), Some(expected));
        let nobody = UserId::parse("nobody").unwrap();
        assert_eq!(user_changes::change(db, &nobody, &changes, &event(3)).await.unwrap(), Changed::Gone);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 2, "none for what did not happen");
    }

    async fn a_number_or_name_is_taken_once_whichever_way_it_is_set(db: &Db) {
        let first = named(1, Some("4915112345678"), Some("lin"));
        let second = named(2, None, None);
        users::add(db, &first, None).await.unwrap();
        users::add(db, &second, None).await.unwrap();
        let taken = named(3, Some("4915112345678"), None);
        assert_eq!(users::add(db, &taken, None).await.unwrap(), Added::PhoneTaken);
        let taken = named(4, None, Some("lin"));
        assert_eq!(users::add(db, &taken, None).await.unwrap(), Added::UsernameTaken);
        let set_phone = |digits: &str| Changes { phone: Change::Set(Some(phone(digits))), ..Changes::default() };
        let change = async |changes: &Changes| user_changes::change(db, &second.id, changes, &event(5)).await.unwrap();
        assert_eq!(change(&set_phone("4915112345678")).await, Changed::PhoneTaken);
        let set_name = Changes { username: Change::Set(Some("lin".to_owned())), ..Changes::default() };
        assert_eq!(change(&set_name).await, Changed::UsernameTaken);
        let imported = "INSERT INTO users (id, phone, created_at, updated_at) VALUES ('zero', '49015112345679', 1, 1)";
        db.write(haoma_store::Step::new(imported, vec![])).await.unwrap();
        assert_eq!(change(&set_phone("4915112345679")).await, Changed::PhoneTaken, "with its trunk zero");
        let own = user_changes::change(db, &first.id, &set_phone("4915112345678"), &event(6)).await.unwrap();
        assert!(matches!(own, Changed::Done(_)), "one's own number is not taken");
    }

    async fn one_of_many_gets_a_number_however_many_ask(db: &Db) {
        let everybody: Vec<_> = (0..8).map(|n| user(n, None)).collect();
        for one in &everybody {
            users::add(db, one, None).await.unwrap();
        }
        let answers = at_once(8, |n| {
            let (db, id) = (db.clone(), everybody[n].id.clone());
            async move {
                let changes = Changes { phone: Change::Set(Some(phone("8613800138000"))), ..Changes::default() };
                user_changes::change(&db, &id, &changes, &event(n)).await.unwrap()
            }
        }).await;
        let won = answers.iter().filter(|answer| matches!(answer, Changed::Done(_))).count();
        let lost = answers.iter().filter(|answer| **answer == Changed::PhoneTaken).count();
        assert_eq!((won, lost), (1, 7));
    }

    async fn locking_somebody_out_ends_everything_of_theirs_and_nothing_else(db: &Db) {
        let (one, other) = (user(1, None), user(2, None));
        for user in [&one, &other] {
            users::add(db, user, None).await.unwrap();
        }
        signed_in(db, 10, &one.id, &["a", "b"]).await;
        signed_in(db, 20, &one.id, &["a"]).await;
        let kept = signed_in(db, 30, &other.id, &["a"]).await;
        let locked = user_changes::lock(db, &one.id, true, &event(1)).await.unwrap().unwrap();
        assert!(locked.is_locked);
        assert_eq!(sessions::list_of_user(db, &one.id, NOW).await.unwrap(), []);
        assert_eq!(grants::list_of_user(db, &one.id, NOW).await.unwrap(), []);
        assert_eq!(sessions::list_of_user(db, &other.id, NOW).await.unwrap(), [kept]);
        assert_eq!(grants::list_of_user(db, &other.id, NOW).await.unwrap().len(), 1);
        let later = Event { at: NOW.plus_secs(9), ..event(4) };
        let still = user_changes::lock(db, &one.id, true, &later).await.unwrap();
        assert_eq!(still, Some(locked), "who is locked out already is left as they are");
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1, "and nothing is told of it");
        let back = user_changes::lock(db, &one.id, false, &event(2)).await.unwrap().unwrap();
        assert!(!back.is_locked);
        assert_eq!(user_changes::lock(db, &UserId::parse("nobody").unwrap(), true, &event(3)).await.unwrap(), None);
    }

    async fn a_change_and_a_lock_come_together_or_not_at_all(db: &Db) {
        let one = user(1, None);
        users::add(db, &one, None).await.unwrap();
        signed_in(db, 10, &one.id, &["a"]).await;
        let changes = |at| Changes { name: Change::Set(Some("Wu".to_owned())), if_left_at: Some(at), ..Changes::default() };
        let (events, later) = ([event(1), event(2)], NOW.plus_secs(1));
        let stale = user_changes::change_and_lock(db, &one.id, &changes(later), (&events, later)).await.unwrap();
        assert_eq!(stale, Changed::Stale);
        assert_eq!(grants::list_of_user(db, &one.id, NOW).await.unwrap().len(), 1, "nothing ended");
        let Changed::Done(done) = user_changes::change_and_lock(db, &one.id, &changes(NOW), (&events, later)).await.unwrap() else {
            panic!("not changed")
        };
        assert_eq!((done.name.as_deref(), done.is_locked, done.updated_at), (Some("Wu"), true, later));
        assert_eq!(users::find(db, &one.id).await.unwrap(), Some(*done));
        assert_eq!(sessions::list_of_user(db, &one.id, NOW).await.unwrap(), []);
        assert_eq!(grants::list_of_user(db, &one.id, NOW).await.unwrap(), []);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 2);
        let back = user_changes::lock(db, &one.id, false, &event(3)).await.unwrap().unwrap();
        let Changed::Done(same) = user_changes::change(db, &one.id, &Changes::default(), &event(4)).await.unwrap() else {
            panic!("not changed")
        };
        assert!(!back.is_locked && !same.is_locked, "a change locks nobody");
    }

    async fn a_deleted_user_is_gone_with_sessions_and_grants(db: &Db) {
        let one = user(1, Some("8613800138000"));
        users::add(db, &one, None).await.unwrap();
        signed_in(db, 10, &one.id, &["a"]).await;
        assert!(user_changes::delete(db, &one.id, &event(1)).await.unwrap());
        assert!(!user_changes::delete(db, &one.id, &event(2)).await.unwrap());
        assert_eq!(number(db, "SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(number(db, "SELECT COUNT(*) FROM grants").await, 0);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
    }

    async fn a_document_is_replaced_only_if_it_is_still_what_was_read(db: &Db) {
        let one = user(1, None);
        users::add(db, &one, None).await.unwrap();
        for document in [Document::CustomData, Document::Profile] {
            let replace = async |old, new| user_changes::replace(db, &one.id, (document, old, new), &event(7)).await.unwrap();
            assert!(replace("{}", r#"{"a":1}"#).await);
            db.write(haoma_store::Step::new("DELETE FROM audit_events", vec![])).await.unwrap();
            assert!(!replace("{}", r#"{"b":1}"#).await, "{document:?}");
            assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 0);
        }
        let stored = users::find(db, &one.id).await.unwrap().unwrap();
        assert_eq!((stored.custom_data.as_str(), stored.profile.as_str()), (r#"{"a":1}"#, r#"{"a":1}"#));
        db.write(applications_row("app")).await.unwrap();
        let app = ClientId::parse("app").unwrap();
        assert!(applications::replace_custom_data(db, &app, ("{}", r#"{"a":1}"#), &event(8)).await.unwrap());
        assert!(!applications::replace_custom_data(db, &app, ("{}", "{}"), &event(9)).await.unwrap());
    }

    async fn a_session_or_grant_is_ended_only_for_its_user(db: &Db) {
        let (one, other) = (user(1, None), user(2, None));
        for user in [&one, &other] {
            users::add(db, user, None).await.unwrap();
        }
        let session = signed_in(db, 10, &one.id, &["a", "b"]).await;
        let grant = grants::list_of_user(db, &one.id, NOW).await.unwrap()[0].id.clone();
        assert!(!sessions::end(db, (&other.id, &session.id), &event(1)).await.unwrap());
        assert!(!grants::take_back(db, (&other.id, &grant), &event(2)).await.unwrap());
        assert_eq!(sessions::owner(db, &session.id, NOW).await.unwrap(), Some(one.id.clone()));
        assert!(grants::take_back(db, (&one.id, &grant), &event(3)).await.unwrap());
        assert_eq!(grants::list_of_user(db, &one.id, NOW).await.unwrap().len(), 1);
        assert!(sessions::end(db, (&one.id, &session.id), &event(4)).await.unwrap());
        assert_eq!(grants::list_of_user(db, &one.id, NOW).await.unwrap(), [], "with what was given in it");
        assert_eq!(sessions::owner(db, &session.id, NOW).await.unwrap(), None);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 2);
    }

    async fn users_are_listed_newest_first_and_numbers_in_their_order(db: &Db) {
        let at = |n: usize, digits: Option<&str>, secs: i64| User { created_at: NOW.plus_secs(secs), ..user(n, digits) };
        let everybody = [
            at(1, Some("8613800138001"), 1), at(2, Some("8613800138000"), 3), at(3, None, 2), at(4, Some("85261234567"), 2),
        ];
        for one in &everybody {
            users::add(db, one, None).await.unwrap();
        }
        let [a, b, c, d] = everybody.map(|user| user.id);
        let (newer, older) = if c > d { (c, d.clone()) } else { (d.clone(), c) };
        assert_eq!(ids(db, &Search::All).await, [b.clone(), newer.clone(), older, a.clone()]);
        let page = user_search::list(db, &Search::All, (1, 1)).await.unwrap();
        assert_eq!(page[0].id, newer);
        assert_eq!(ids(db, &Search::numbers("86138")).await, [b.clone(), a.clone()]);
        assert_eq!(ids(db, &Search::number("8613800138001")).await, std::slice::from_ref(&a));
        assert_eq!(ids(db, &Search::number("861380013800")).await, []);
        assert_eq!(ids(db, &Search::numbers("")).await, [d, b, a]);
        assert_eq!(user_search::count(db, &Search::All, 3).await.unwrap(), 3, "counting stops where it is told");
    }

    async fn a_number_that_no_plan_knows_any_more_does_not_spoil_a_list(db: &Db) {
        let odd = "INSERT INTO users (id, phone, created_at, updated_at) VALUES ('odd', '99912', 1, 1)";
        db.write(haoma_store::Step::new(odd, vec![])).await.unwrap();
        users::add(db, &user(1, Some("8613800138000")), None).await.unwrap();
        let found = user_search::list(db, &Search::All, (9, 0)).await.unwrap();
        assert_eq!(found[1].phone.as_ref().map(haoma_core::phone::PhoneDigits::as_str), Some("99912"));
    }

    async fn patterns_fit_letters_in_either_case_and_no_more_than_they_say(db: &Db) {
        let ada = User { name: Some("Ada 100%".to_owned()), ..named(1, Some("8613800138000"), Some("ada_l")) };
        let bob = User { name: None, created_at: NOW.plus_secs(1), ..named(2, None, Some("BOB")) };
        for one in [&ada, &bob] {
            users::add(db, one, None).await.unwrap();
        }
        let text = |text: &str| Some(text.to_owned());
        for (patterns, expected) in [
            (Patterns { name: text("ADA%"), ..Patterns::default() }, vec![&ada]),
            (Patterns { username: text("bo_"), ..Patterns::default() }, vec![&bob]),
            (Patterns { username: text("ada\\_l"), ..Patterns::default() }, vec![&ada]),
            (Patterns { username: text("b\\_b"), ..Patterns::default() }, vec![]),
            (Patterns { name: text("%100\\%"), ..Patterns::default() }, vec![&ada]),
            (Patterns { phone: text("%8000"), username: text("bob"), ..Patterns::default() }, vec![&bob, &ada]),
            (Patterns { phone: text("%8000"), username: text("bob"), all: true, ..Patterns::default() }, vec![]),
            (Patterns { phone: text("%8000"), username: text("ada%"), all: true, ..Patterns::default() }, vec![&ada]),
            (Patterns { id: text(&ada.id.as_str().to_uppercase()), ..Patterns::default() }, vec![&ada]),
            (Patterns { all: true, ..Patterns::default() }, vec![&bob, &ada]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|user| user.id.clone()).collect();
            assert_eq!(ids(db, &Search::Patterns(patterns.clone())).await, expected, "{patterns:?}");
        }
    }

    async fn an_application_changes_only_as_told_and_only_a_service_manages(db: &Db) {
        let spa = application("spa", "SPA");
        let service = application("service", "MachineToMachine");
        applications::create(db, &spa, &[], &event(1)).await.unwrap();
        applications::create(db, &service, &[secret("a")], &event(2)).await.unwrap();
        let admin = applications::Changes { is_admin: Change::Set(true), ..applications::Changes::default() };
        assert_eq!(applications::change(db, &spa.id, &admin, &event(3)).await.unwrap(), Altered::NoService);
        let Altered::Done(changed) = applications::change(db, &service.id, &admin, &event(4)).await.unwrap() else {
            panic!("not changed")
        };
        assert_eq!(*changed, Application { is_admin: true, ..service.clone() });
        assert!(applications::is_known(db, &service.id).await.unwrap());
        let nobody = ClientId::parse("nobody").unwrap();
        assert!(!applications::is_known(db, &nobody).await.unwrap());
        assert_eq!(applications::change(db, &nobody, &admin, &event(5)).await.unwrap(), Altered::Gone);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 3);
        let kinds = Filter { kinds: vec!["SPA".to_owned(), "Native".to_owned()], ..Filter::default() };
        let pattern = Filter { pattern: Some("SERV%".to_owned()), ..Filter::default() };
        let foreign = Filter { is_third_party: Some(true), ..Filter::default() };
        for (filter, expected) in [(kinds, vec![spa]), (pattern, vec![*changed]), (foreign, vec![])] {
            assert_eq!(applications::list(db, &filter, (9, 0)).await.unwrap(), expected);
            assert_eq!(usize::try_from(applications::count(db, &filter).await.unwrap()), Ok(expected.len()));
        }
    }

    async fn a_deleted_application_loses_every_grant_however_many(db: &Db) {
        db.write(applications_row("app")).await.unwrap();
        let one = user(1, None);
        users::add(db, &one, None).await.unwrap();
        let steps = (0..1100_i64).map(|n| {
            let sql = "INSERT INTO grants (id, user_id, client_id, session_id, scope, expires_at, created_at)
                VALUES ($1, $2, $3, $4, '', $5, $5)";
            let client = if n < 1090 { "app" } else { "other" };
            let id = TokenId::generate(NOW, &entropy(usize::try_from(n).unwrap()));
            let params = vec![id.as_str().into(), one.id.as_str().into(), client.into(), id.as_str().into(), NOW.into()];
            haoma_store::Step::new(sql, params)
        });
        db.unit(steps.collect()).await.unwrap();
        let app = ClientId::parse("app").unwrap();
        assert!(applications::delete(db, &app, &event(1)).await.unwrap());
        assert_eq!(number(db, "SELECT COUNT(*) FROM grants").await, 10);
        assert!(!applications::delete(db, &app, &event(2)).await.unwrap());
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 1);
    }

    async fn a_secret_has_one_name_and_an_application(db: &Db) {
        db.write(applications_row("app")).await.unwrap();
        let (app, nobody) = (ClientId::parse("app").unwrap(), ClientId::parse("nobody").unwrap());
        let add = async |id, name| application_secrets::add(db, id, &secret(name), &event(7)).await.unwrap();
        assert_eq!(add(&app, "a").await, Kept::Done(secret("a")));
        assert_eq!(add(&app, "a").await, Kept::NameTaken);
        assert_eq!(add(&nobody, "a").await, Kept::Gone);
        application_secrets::add(db, &app, &secret("b"), &event(8)).await.unwrap();
        let rename = async |from, to| application_secrets::rename(db, &app, (from, to), &event(9)).await.unwrap();
        assert_eq!(rename("a", "b").await, Kept::NameTaken);
        assert_eq!(rename("x", "y").await, Kept::Gone);
        assert_eq!(rename("a", "c").await, Kept::Done(Secret { name: "c".to_owned(), ..secret("a") }));
        assert!(!application_secrets::delete(db, &app, "a", &event(10)).await.unwrap());
        assert!(application_secrets::delete(db, &app, "c", &event(11)).await.unwrap());
        let (_, left) = applications::find(db, &app).await.unwrap().unwrap();
        assert_eq!(left, [secret("b")]);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 4);
    }
}

fn applications_row(id: &'static str) -> haoma_store::Step {
    let sql = "INSERT INTO applications (id, name, kind, created_at, updated_at) VALUES ($1, $1, 'SPA', 1, 1)";
    haoma_store::Step::new(sql, vec![id.into()])
}
