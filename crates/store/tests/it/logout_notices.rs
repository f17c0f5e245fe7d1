//! Whom to tell that a session ended: noted in the unit that ends it, taken by one node at a time.
use haoma_core::ids::{ClientId, GrantId, SessionId, UserId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use haoma_store::applications::{self, Application};
use haoma_store::grants::{self, Grant};
use haoma_store::logout_notices::{self, Notice};
use haoma_store::sessions::{self, Place, Session};
use haoma_store::user_changes::{self, Changes};
use haoma_store::{Change, Db, Step, users};

use crate::support::{NOW, at_once, entropy, event, number, phone, user};

/// Two applications, of which one wants to know.
async fn applications(db: &Db) {
    for (id, metadata) in [
        ("deaf", r#"{"redirectUris":["https://a/\"backchannelLogoutUri\":\"x"]}"#),
        ("keen", r#"{"redirectUris":[],"backchannelLogoutUri":"https://keen.example/out"}"#),
    ] {
        let row = Application {
            id: ClientId::parse(id).unwrap(),
            name: id.to_owned(),
            description: None,
            kind: "SPA".to_owned(),
            is_third_party: false,
            is_admin: false,
            oidc_client_metadata: metadata.to_owned(),
            custom_client_metadata: "{}".to_owned(),
            custom_data: "{}".to_owned(),
            created_at: NOW,
            updated_at: NOW,
        };
        applications::upsert(db, &row, &[]).await.unwrap();
    }
}

async fn somebody(db: &Db, n: usize) -> UserId {
    let user = user(n, None);
    assert!(users::create(db, &user).await.unwrap());
    user.id
}

/// A session in which both applications were allowed something.
async fn session(db: &Db, n: usize, user: &UserId) -> SessionId {
    let session = Session {
        id: SessionId::generate(NOW, &entropy(n)),
        hash: SecretHash::of("s"),
        user_id: user.clone(),
        authenticated_at: NOW,
        expires_at: NOW.plus_secs(60),
        created_at: NOW,
        place: Place::default(),
    };
    let mut steps = vec![sessions::insert(&session)];
    steps.extend(["deaf", "keen"].iter().enumerate().map(|(at, client)| {
        grants::upsert(&Grant {
            id: GrantId::generate(NOW, &entropy(n + at)),
            user_id: user.clone(),
            client_id: ClientId::parse(client).unwrap(),
            session_id: session.id.clone(),
            scope: "openid".to_owned(),
            resource_scopes: None,
            expires_at: NOW.plus_secs(600),
            created_at: NOW,
        })
    }));
    db.unit(steps).await.unwrap();
    session.id
}

/// Clients and sessions of all that is due.
async fn due(db: &Db) -> Vec<(String, String)> {
    let mut found = vec![];
    for client in logout_notices::clients_due(db, NOW).await.unwrap() {
        found.extend(logout_notices::list_due(db, &client, NOW, 100).await.unwrap());
    }
    found.into_iter().map(|one| (one.client_id.to_string(), one.sids)).collect()
}

fn keen(sids: &str) -> (String, String) {
    ("keen".to_owned(), sids.to_owned())
}

on_both! {
    async fn whoever_ends_a_session_notes_who_wants_to_know(db: &Db) {
        applications(db).await;
        let user = somebody(db, 1).await;
        let one = session(db, 10, &user).await;
        assert!(!sessions::end(db, (&somebody(db, 2).await, &one), &event(1)).await.unwrap());
        assert_eq!(due(db).await, [], "what did not end is told nobody");
        assert!(sessions::end(db, (&user, &one), &event(2)).await.unwrap());
        assert_eq!(due(db).await, [keen(one.as_str())]);
        assert!(!sessions::end(db, (&user, &one), &event(3)).await.unwrap());
        let (two, three) = (session(db, 20, &user).await, session(db, 30, &user).await);
        sessions::end_all(db, &user, &event(4)).await.unwrap();
        let mut all = due(db).await;
        all.sort();
        let mut expected = [&one, &two, &three].map(|one| keen(one.as_str()));
        expected.sort();
        assert_eq!(all, expected);
        let four = session(db, 40, &user).await;
        user_changes::lock(db, &user, true, &event(5)).await.unwrap();
        assert!(due(db).await.contains(&keen(four.as_str())));
        let five = session(db, 50, &user).await;
        assert!(user_changes::delete(db, &user, &event(6)).await.unwrap());
        assert!(due(db).await.contains(&keen(five.as_str())), "the row outlives its user");
        assert_eq!(number(db, "SELECT COUNT(*) FROM logout_notices").await, 5);
    }

    async fn a_marked_account_that_gets_another_number_ends_its_sessions_and_tells_it(db: &Db) {
        applications(db).await;
        let user = somebody(db, 1).await;
        let renumber = async |digits: &str, n| {
            let phone = Change::Set(Some(phone(digits)));
            user_changes::change(db, &user, &Changes { phone, ..Changes::default() }, &event(n)).await.unwrap();
        };
        renumber("8613800138000", 1).await;
        let one = session(db, 10, &user).await;
        renumber("8613800138001", 2).await;
        db.write(Step::new("UPDATE users SET is_test = TRUE", vec![])).await.unwrap();
        renumber("8613800138001", 3).await;
        assert_eq!(due(db).await, [], "nobody but marked accounts, and none that keep their number");
        renumber("8613800138002", 4).await;
        assert_eq!(due(db).await, [keen(one.as_str())]);
        let left = "SELECT (SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM grants)";
        assert_eq!(number(db, left).await, 0);
    }

    async fn an_application_with_very_many_notices_hides_no_other(db: &Db) {
        let note = "INSERT INTO logout_notices (id, client_id, user_id, sids, due_at, created_at) VALUES ($1, $2, 'u', 's', $3, 0)";
        for n in 0..40_i64 {
            let client = if n < 38 { "b".to_owned() } else { ["a", "c"][usize::from(n > 38)].to_owned() };
            let params = vec![format!("n{n}").into(), client.into(), Timestamp(n).into()];
            db.write(Step::new(note, params)).await.unwrap();
        }
        let clients = async |now| -> Vec<String> {
            let due = logout_notices::clients_due(db, Timestamp(now)).await.unwrap();
            due.iter().map(ToString::to_string).collect()
        };
        assert_eq!(clients(-1).await, [""; 0]);
        assert_eq!(clients(0).await, ["b"]);
        assert_eq!(clients(38).await, ["a", "b"]);
        assert_eq!(clients(39).await, ["a", "b", "c"]);
    }

    async fn ending_all_sessions_but_one_notes_all_but_that_one(db: &Db) {
        applications(db).await;
        let user = somebody(db, 1).await;
        let (one, two, kept) = (session(db, 10, &user).await, session(db, 20, &user).await, session(db, 30, &user).await);
        sessions::end_others(db, (&user, &kept), &event(1)).await.unwrap();
        let mut all = due(db).await;
        all.sort();
        let mut expected = [&one, &two].map(|one| keen(one.as_str()));
        expected.sort();
        assert_eq!(all, expected);
    }

    async fn a_browser_that_signs_in_again_is_known_by_its_older_names_too(db: &Db) {
        applications(db).await;
        let (user, other) = (somebody(db, 1).await, somebody(db, 2).await);
        let old = session(db, 10, &user).await;
        let new = SessionId::parse("new").unwrap();
        let mut steps = vec![logout_notices::of_others_in_session(&old, &user, NOW)];
        steps.extend(grants::move_to_session(&old, &new, &user));
        db.unit(steps).await.unwrap();
        assert_eq!(due(db).await, [], "it is the same person");
        db.unit(vec![logout_notices::of_session(&new, NOW), grants::delete_of_session(&new)]).await.unwrap();
        assert_eq!(due(db).await, [keen(&format!("{old} new"))]);
        let theirs = session(db, 20, &user).await;
        let mut steps = vec![logout_notices::of_others_in_session(&theirs, &other, NOW)];
        steps.extend(grants::move_to_session(&theirs, &SessionId::parse("newer").unwrap(), &other));
        db.unit(steps).await.unwrap();
        assert!(due(db).await.contains(&keen(theirs.as_str())), "somebody else took the browser over");
    }

    async fn a_notice_is_tried_by_one_node_at_a_time_and_settled_once(db: &Db) {
        applications(db).await;
        let user = somebody(db, 1).await;
        let one = session(db, 10, &user).await;
        sessions::end(db, (&user, &one), &event(1)).await.unwrap();
        let client = ClientId::parse("keen").unwrap();
        let list = async |now| logout_notices::list_due(db, &client, now, 1).await.unwrap();
        let notice: Notice = list(NOW).await.remove(0);
        let later = NOW.plus_secs(60);
        let taken = at_once(10, |_n| {
            let (db, notice) = (db.clone(), notice.clone());
            async move { logout_notices::claim(&db, notice, later).await.unwrap() }
        })
        .await;
        let mut taken: Vec<_> = taken.into_iter().flatten().collect();
        assert_eq!(taken.len(), 1);
        assert_eq!(due(db).await, []);
        let again = list(later).await;
        assert_eq!(again, taken, "whoever comes after the lease finds it as it was taken");
        assert_eq!((again[0].tries, again[0].created_at), (1, NOW));
        assert!(list(Timestamp(later.0 - 1)).await.is_empty());
        let (ours, soon) = (taken.remove(0), NOW.plus_secs(30));
        let left = async |claimed: &Notice| {
            logout_notices::try_again(db, claimed, ("older", true), soon).await.unwrap()
        };
        assert!(!left(&notice).await, "that is not what was taken");
        assert!(left(&ours).await);
        assert!(!left(&ours).await);
        let again = list(soon).await;
        assert_eq!((again[0].sids.as_str(), again[0].is_heard, again[0].tries), ("older", true, 1));
        assert!(logout_notices::settle(db, &notice.id, &event(2)).await.unwrap());
        assert!(!logout_notices::settle(db, &notice.id, &event(3)).await.unwrap());
        assert_eq!(number(db, "SELECT COUNT(*) FROM logout_notices").await, 0);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 2);
    }
}
