//! Promises of the tables of OpenID Connect: sessions, grants, codes, tokens, applications, keys.
use haoma_core::ids::{ClientId, GrantId, SessionId, UserId};
use haoma_core::time::Timestamp;
use haoma_core::token::{SecretHash, Token};
use haoma_store::access_tokens::{self, AccessToken};
use haoma_store::applications::{self, Application, Secret};
use haoma_store::authorization_codes::{self, AuthorizationCode};
use haoma_store::grants::{self, Given, Grant};
use haoma_store::interactions::{self, Interaction, Outcome, Prompt};
use haoma_store::refresh_tokens::{self, Exchanged, RefreshToken};
use haoma_store::sessions::{self, Granted, Place, Session};
use haoma_store::signing_keys::{self, State, StoredKey};
use haoma_store::users;
use haoma_store::{Db, Error};

use crate::support::{NOW, at_once, entropy, event, interaction, number, user};

fn app() -> ClientId {
    ClientId::parse("demo-app").unwrap()
}

fn client(n: usize) -> ClientId {
    ClientId::parse(&format!("client-{n}")).unwrap()
}

fn session(n: usize, user_id: &UserId) -> Session {
    let token = Token::generate(NOW, &entropy(n));
    Session {
        id: SessionId::parse(token.id().as_str()).unwrap(),
        hash: token.hash(),
        user_id: user_id.clone(),
        authenticated_at: NOW,
        expires_at: NOW.plus_secs(100),
        created_at: NOW,
        place: Place::default(),
    }
}

fn grant(n: usize, session: &Session, scope: &str) -> Grant {
    Grant {
        id: GrantId::generate(NOW, &entropy(n)),
        user_id: session.user_id.clone(),
        client_id: app(),
        session_id: session.id.clone(),
        scope: scope.to_owned(),
        resource_scopes: Some(r#"{"https://api.example":["read"]}"#.to_owned()),
        expires_at: NOW.plus_secs(100),
        created_at: NOW,
    }
}

fn code(n: usize, grant: &Grant) -> AuthorizationCode {
    let token = Token::generate(NOW, &entropy(n));
    AuthorizationCode {
        id: token.id().clone(),
        hash: token.hash(),
        grant_id: grant.id.clone(),
        client_id: app(),
        redirect_uri: "https://a.example/cb".to_owned(),
        code_challenge: Some("challenge".to_owned()),
        nonce: None,
        scope: "openid".to_owned(),
        resource_scopes: grant.resource_scopes.clone(),
        offline: true,
        authenticated_at: NOW,
        consumed_at: None,
        expires_at: NOW.plus_secs(60),
        created_at: NOW,
    }
}

fn access(n: usize, grant: &Grant) -> AccessToken {
    let token = Token::generate(NOW, &entropy(n));
    AccessToken {
        id: token.id().clone(),
        hash: token.hash(),
        grant_id: grant.id.clone(),
        client_id: app(),
        scope: "openid phone".to_owned(),
        expires_at: NOW.plus_secs(60),
        created_at: NOW,
    }
}

fn refresh(n: usize, grant: &Grant) -> RefreshToken {
    let token = Token::generate(NOW, &entropy(n));
    RefreshToken {
        id: token.id().clone(),
        hash: token.hash(),
        grant_id: grant.id.clone(),
        client_id: app(),
        scope: "openid offline_access".to_owned(),
        resource_scopes: grant.resource_scopes.clone(),
        authenticated_at: NOW,
        family_started_at: NOW,
        consumed_at: None,
        successor_id: None,
        expires_at: NOW.plus_secs(90),
        created_at: NOW,
    }
}

/// A user with a session and an allowed application.
async fn allowed(db: &Db) -> (Session, Grant) {
    let user = user(1, Some("8613800138000"));
    assert!(users::create(db, &user).await.unwrap());
    let session = session(2, &user.id);
    db.write(sessions::insert(&session)).await.unwrap();
    let grant = grant(3, &session, "openid phone");
    assert!(give(db, 4, &grant).await);
    (session, grant)
}

/// Gives a grant by way of a consent interaction of its own.
async fn give(db: &Db, n: usize, grant: &Grant) -> bool {
    let mut row = interaction(n);
    row.prompt = Prompt::Consent;
    row.session_id = Some(grant.session_id.clone());
    interactions::create(db, &row, None).await.unwrap();
    let before = before(db, grant).await;
    let given = grants::give(db, (grant, before.as_ref()), (&row.id, 0), Some(&event(n))).await;
    given.unwrap() == Given::Done
}

/// What is allowed to a grant's client in its session already.
async fn before(db: &Db, grant: &Grant) -> Option<Granted> {
    let (id, client) = (&grant.session_id, &grant.client_id);
    sessions::find(db, id, client, NOW).await.unwrap().and_then(|(_, granted)| granted)
}

on_both! {
    async fn a_session_is_found_with_what_was_allowed_in_it(db: &Db) {
        let (session, grant) = allowed(db).await;
        let (found, granted) = sessions::find(db, &session.id, &app(), NOW).await.unwrap().unwrap();
        assert_eq!(found, session);
        let granted = granted.unwrap();
        assert_eq!((granted.id, granted.scope), (grant.id, grant.scope));
        let other = ClientId::parse("other").unwrap();
        assert_eq!(sessions::find(db, &session.id, &other, NOW).await.unwrap().unwrap().1, None);
        assert_eq!(sessions::find(db, &session.id, &app(), session.expires_at).await.unwrap(), None);
        db.write(sessions::delete(&session.id)).await.unwrap();
        assert_eq!(sessions::find(db, &session.id, &app(), NOW).await.unwrap(), None);
    }

    async fn a_locked_user_has_no_session(db: &Db) {
        let mut locked = user(1, None);
        locked.is_locked = true;
        assert!(users::create(db, &locked).await.unwrap());
        let session = session(2, &locked.id);
        db.write(sessions::insert(&session)).await.unwrap();
        assert_eq!(sessions::find(db, &session.id, &app(), NOW).await.unwrap(), None);
    }

    async fn a_second_consent_widens_the_grant_and_keeps_its_id(db: &Db) {
        let (session, first) = allowed(db).await;
        let wider = grant(9, &session, "openid phone profile");
        assert!(give(db, 10, &wider).await);
        let (_, granted) = sessions::find(db, &session.id, &app(), NOW).await.unwrap().unwrap();
        let granted = granted.unwrap();
        assert_eq!((granted.id, granted.scope), (first.id, wider.scope));
        assert_eq!(number(db, "SELECT COUNT(*) FROM grants").await, 1);
    }

    async fn consent_is_given_once_and_only_for_a_consent_that_is_open(db: &Db) {
        let (session, _) = allowed(db).await;
        let mut row = interaction(20);
        row.prompt = Prompt::Consent;
        interactions::create(db, &row, None).await.unwrap();
        let grant = grant(21, &session, "openid");
        let (id, before) = (row.id.clone(), before(db, &grant).await);
        let won = at_once(10, |_| {
            let (db, grant, id, before) = (db.clone(), grant.clone(), id.clone(), before.clone());
            async move { grants::give(&db, (&grant, before.as_ref()), (&id, 0), None).await.unwrap() }
        });
        assert_eq!(won.await.into_iter().filter(|given| *given == Given::Done).count(), 1);
        let stored = interactions::find(db, &id, NOW).await.unwrap().unwrap();
        assert_eq!(stored.outcome, Outcome::Submitted);
        let login = interaction(22);
        interactions::create(db, &login, None).await.unwrap();
        let given = grants::give(db, (&grant, before.as_ref()), (&login.id, 0), None).await;
        assert_eq!(given.unwrap(), Given::Gone);
    }

    async fn of_two_agreements_to_one_application_neither_undoes_the_other(db: &Db) {
        let (session, first) = allowed(db).await;
        let read = before(db, &first).await;
        for (n, scope, before, expected) in [
            (50, "openid phone profile", read.as_ref(), Given::Done),
            (52, "openid phone address", read.as_ref(), Given::Stale),
            (54, "openid phone roles", None, Given::Stale),
        ] {
            let row = Interaction { prompt: Prompt::Consent, ..interaction(n) };
            interactions::create(db, &row, None).await.unwrap();
            let wider = grant(n + 1, &session, scope);
            let given = grants::give(db, (&wider, before), (&row.id, 0), None).await.unwrap();
            assert_eq!(given, expected, "{scope}");
            let stored = interactions::find(db, &row.id, NOW).await.unwrap().unwrap();
            assert_eq!(stored.outcome == Outcome::Open, expected == Given::Stale, "to be tried again");
        }
        assert_eq!(before(db, &first).await.unwrap().scope, "openid phone profile");
    }

    async fn of_many_refusals_and_agreements_one_decides_and_a_refusal_is_never_resumed(db: &Db) {
        let (session, _) = allowed(db).await;
        for round in 0..8 {
            let row = Interaction { prompt: Prompt::Consent, ..interaction(200 + round) };
            interactions::create(db, &row, None).await.unwrap();
            let grant = Grant { client_id: client(round), ..grant(300 + round, &session, "openid") };
            // who comes first changes from round to round
            let won = at_once(12, |n| {
                let (db, grant, id) = (db.clone(), grant.clone(), row.id.clone());
                let (is_refusal, event) = ((n + round) % 2 == 0, event(1000 + round * 12 + n));
                async move {
                    let won = if is_refusal {
                        interactions::refuse(&db, (&id, 0), NOW, Some(&event)).await.unwrap()
                    } else {
                        let given = grants::give(&db, (&grant, None), (&id, 0), Some(&event)).await;
                        given.unwrap() == Given::Done
                    };
                    won.then_some(is_refusal)
                }
            });
            let won: Vec<bool> = won.await.into_iter().flatten().collect();
            assert_eq!(won.len(), 1, "round {round}");
            let is_refused = won[0];
            let stored = interactions::find(db, &row.id, NOW).await.unwrap().unwrap();
            let outcome = if is_refused { Outcome::Finished } else { Outcome::Submitted };
            assert_eq!((stored.outcome, stored.version), (outcome, 1), "round {round}");
            let (_, granted) = sessions::find(db, &session.id, &client(round), NOW).await.unwrap().unwrap();
            assert_eq!(granted.is_none(), is_refused, "a refusal leaves no grant");
            let resumed = db.write(interactions::finish_step(&row.id, NOW)).await;
            assert_eq!(resumed.is_err(), is_refused, "round {round}: {resumed:?}");
        }
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 9, "one per decision, one before");
    }

    async fn a_refused_consent_cannot_be_agreed_to_submitted_or_resumed(db: &Db) {
        let (session, _) = allowed(db).await;
        let row = Interaction { prompt: Prompt::Consent, ..interaction(20) };
        interactions::create(db, &row, None).await.unwrap();
        assert!(!interactions::refuse(db, (&row.id, 1), NOW, None).await.unwrap(), "another version");
        assert!(!interactions::refuse(db, (&row.id, 0), row.expires_at, None).await.unwrap(), "expired");
        assert!(interactions::refuse(db, (&row.id, 0), NOW, None).await.unwrap());
        let grant = Grant { client_id: client(1), ..grant(21, &session, "openid") };
        for version in 0..3 {
            assert!(!interactions::refuse(db, (&row.id, version), NOW, None).await.unwrap());
            let given = grants::give(db, (&grant, None), (&row.id, version), None).await;
            assert_eq!(given.unwrap(), Given::Gone);
            assert!(!interactions::submit(db, (&row.id, version), None, NOW, None).await.unwrap());
            assert!(db.write(interactions::finish_step(&row.id, NOW)).await.is_err());
        }
        let stored = interactions::find(db, &row.id, NOW).await.unwrap().unwrap();
        assert_eq!((stored.outcome, stored.version), (Outcome::Finished, 1));
    }

    async fn what_a_user_allowed_follows_to_their_new_session_and_what_others_allowed_does_not(db: &Db) {
        let (old, mine) = allowed(db).await;
        let second = Grant { client_id: client(2), ..grant(30, &old, "openid phone") };
        assert!(give(db, 31, &second).await);
        let somebody = user(32, Some("8613800138001"));
        assert!(users::create(db, &somebody).await.unwrap());
        // the browser's old session, in which somebody else had allowed something, and that person's own
        let theirs_here = Grant { user_id: somebody.id.clone(), client_id: client(3), ..grant(33, &old, "openid") };
        assert!(give(db, 34, &theirs_here).await);
        let elsewhere = session(35, &somebody.id);
        db.write(sessions::insert(&elsewhere)).await.unwrap();
        let theirs = grant(36, &elsewhere, "openid");
        assert!(give(db, 37, &theirs).await);
        db.write(access_tokens::insert(&access(38, &mine))).await.unwrap();

        let new = session(39, &old.user_id);
        let mut steps = grants::move_to_session(&old.id, &new.id, &old.user_id).to_vec();
        steps.extend([sessions::delete(&old.id), sessions::insert(&new)]);
        db.unit(steps).await.unwrap();

        let former = Some(old.id.to_string());
        for (session, client, grant, former_sids) in [
            (&new, &mine.client_id, &mine, former.clone()),
            (&new, &second.client_id, &second, former),
            (&elsewhere, &app(), &theirs, None),
        ] {
            let (_, granted) = sessions::find(db, &session.id, client, NOW).await.unwrap().unwrap();
            assert_eq!(granted.unwrap(), Granted { id: grant.id.clone(), scope: grant.scope.clone(), resource_scopes: grant.resource_scopes.clone(), former_sids });
        }
        let (_, granted) = sessions::find(db, &new.id, &client(3), NOW).await.unwrap().unwrap();
        assert_eq!(granted, None, "nobody inherits what another person allowed");
        assert_eq!(number(db, "SELECT COUNT(*) FROM grants").await, 3, "it is taken back");
        assert_eq!(number(db, "SELECT COUNT(*) FROM access_tokens").await, 1, "tokens stay with their grant");
    }

    async fn s51_a_code_is_spent_once_however_many_ask(db: &Db) {
        let (_, grant) = allowed(db).await;
        let code = code(5, &grant);
        db.write(authorization_codes::insert(&code)).await.unwrap();
        let (found, holder) = authorization_codes::find(db, &code.id).await.unwrap().unwrap();
        assert_eq!(found, code);
        assert_eq!(holder.phone.as_ref().unwrap().as_str(), "8613800138000");
        assert_eq!((&holder.grant_id, &holder.session_id), (&grant.id, &grant.session_id));
        let tries = at_once(20, |n| {
            let (db, id, token) = (db.clone(), code.id.clone(), access(100 + n, &grant));
            async move {
                let steps = vec![authorization_codes::consume(&id, NOW), access_tokens::insert(&token)];
                match db.unit(steps).await {
                    Ok(_) => true,
                    Err(Error::Unchanged { step: 0 }) => false,
                    Err(error) => panic!("{error}"),
                }
            }
        });
        assert_eq!(tries.await.into_iter().filter(|won| *won).count(), 1);
        assert_eq!(number(db, "SELECT COUNT(*) FROM access_tokens").await, 1);
        let (spent, _) = authorization_codes::find(db, &code.id).await.unwrap().unwrap();
        assert_eq!(spent.consumed_at, Some(NOW));
    }

    async fn an_expired_code_is_not_spent(db: &Db) {
        let (_, grant) = allowed(db).await;
        let code = code(5, &grant);
        db.write(authorization_codes::insert(&code)).await.unwrap();
        let late = db.write(authorization_codes::consume(&code.id, code.expires_at)).await;
        assert!(matches!(late, Err(Error::Unchanged { .. })), "{late:?}");
    }

    async fn s51_what_hangs_on_a_grant_goes_with_it(db: &Db) {
        let (session, grant) = allowed(db).await;
        let (code, access, refresh) = (code(5, &grant), access(6, &grant), refresh(7, &grant));
        let steps = vec![
            authorization_codes::insert(&code),
            access_tokens::insert(&access),
            refresh_tokens::insert(&refresh),
        ];
        db.unit(steps).await.unwrap();
        assert_eq!(access_tokens::find(db, &access.id, NOW).await.unwrap().unwrap().0, access);
        assert_eq!(refresh_tokens::find(db, &refresh.id, NOW).await.unwrap().unwrap().0, refresh);
        db.write(grants::delete(&grant.id)).await.unwrap();
        assert!(authorization_codes::find(db, &code.id).await.unwrap().is_none());
        assert!(access_tokens::find(db, &access.id, NOW).await.unwrap().is_none());
        assert!(refresh_tokens::find(db, &refresh.id, NOW).await.unwrap().is_none());
        let orphan = db.write(access_tokens::insert(&access)).await;
        assert!(matches!(orphan, Err(Error::Conflict(_))), "{orphan:?}");
        assert!(sessions::find(db, &session.id, &app(), NOW).await.unwrap().is_some());
    }

    async fn s55_ending_a_session_takes_back_what_was_given_in_it(db: &Db) {
        let (session, grant) = allowed(db).await;
        db.write(access_tokens::insert(&access(6, &grant))).await.unwrap();
        let steps = vec![sessions::delete(&session.id), grants::delete_of_session(&session.id)];
        db.unit(steps).await.unwrap();
        assert_eq!(number(db, "SELECT COUNT(*) FROM access_tokens").await, 0);
    }

    async fn an_access_token_dies_with_its_time_or_its_grants(db: &Db) {
        let (_, grant) = allowed(db).await;
        let mut long = access(6, &grant);
        long.expires_at = NOW.plus_secs(10_000);
        db.write(access_tokens::insert(&long)).await.unwrap();
        assert!(access_tokens::find(db, &long.id, NOW.plus_secs(99)).await.unwrap().is_some());
        assert!(access_tokens::find(db, &long.id, grant.expires_at).await.unwrap().is_none());
    }

    async fn s52_requests_that_cross_get_one_successor_and_a_later_copy_none(db: &Db) {
        let (_, grant) = allowed(db).await;
        let token = refresh(7, &grant);
        db.write(refresh_tokens::insert(&token)).await.unwrap();
        let at = |millis| NOW.plus_millis(millis);
        let exchange = async |db: &Db, n: usize, now: Timestamp| {
            let next = RefreshToken { created_at: now, ..refresh(n, &grant) };
            let grace = now.plus_millis(-3000);
            refresh_tokens::exchange(db, (&token.id, &next), grace, vec![]).await.unwrap()
        };
        let crossing = at_once(8, |n| {
            let (db, id, next) = (db.clone(), token.id.clone(), refresh(60 + n, &grant));
            async move {
                let grace = NOW.plus_millis(-3000);
                refresh_tokens::exchange(&db, (&id, &next), grace, vec![]).await.unwrap()
            }
        });
        let got = crossing.await;
        assert!(matches!(&got[0], Exchanged::For(_)) && got.iter().all(|one| *one == got[0]), "{got:?}");
        assert_eq!(exchange(db, 70, at(2999)).await, got[0]);
        assert_eq!(number(db, "SELECT COUNT(*) FROM refresh_tokens").await, 2, "one line");
        let (stored, _) = refresh_tokens::find(db, &token.id, NOW).await.unwrap().unwrap();
        assert_eq!(stored.consumed_at, Some(NOW), "the grace does not grow with use");
        assert_eq!(exchange(db, 71, at(3000)).await, Exchanged::Spent);
        let keep = |now: Timestamp| refresh_tokens::keep(&token.id, now, now.plus_millis(-3000));
        assert!(db.write(keep(at(2999))).await.is_ok());
        let late = db.write(keep(at(3000))).await;
        assert!(matches!(late, Err(Error::Unchanged { .. })), "{late:?}");
    }

    async fn a_grant_lives_until_it_ends_or_its_user_may_not_sign_in(db: &Db) {
        let (session, grant) = allowed(db).await;
        assert!(grants::lives(db, &grant.id, NOW).await.unwrap());
        assert!(!grants::lives(db, &grant.id, grant.expires_at).await.unwrap());
        assert_eq!(grants::owner(db, &session.id, NOW).await.unwrap(), Some(grant.user_id));
        assert_eq!(grants::owner(db, &session.id, grant.expires_at).await.unwrap(), None);
        db.write(grants::delete(&grant.id)).await.unwrap();
        assert!(!grants::lives(db, &grant.id, NOW).await.unwrap());
    }

    async fn an_application_is_found_with_all_its_secrets(db: &Db) {
        let mut application = application();
        let secret = |name: &str, expires_at| Secret {
            name: name.to_owned(),
            hash: SecretHash::of(name),
            last_four: "abcd".to_owned(),
            expires_at,
            created_at: NOW,
        };
        applications::upsert(db, &application, &[]).await.unwrap();
        let found = applications::find(db, &application.id).await.unwrap().unwrap();
        assert_eq!(found, (application.clone(), vec![]));
        "Renamed".clone_into(&mut application.name);
        application.updated_at = NOW.plus_secs(1);
        let secrets = [secret("a", None), secret("b", Some(NOW))];
        applications::upsert(db, &application, &secrets).await.unwrap();
        applications::upsert(db, &application, &secrets).await.unwrap();
        let (found, mut stored) = applications::find(db, &application.id).await.unwrap().unwrap();
        stored.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!((found, stored.as_slice()), (application, &secrets[..]));
        assert_eq!(applications::find(db, &ClientId::parse("nobody").unwrap()).await.unwrap(), None);
    }

    async fn an_application_is_of_a_known_kind(db: &Db) {
        let odd = Application { kind: "Odd".to_owned(), ..application() };
        let refused = applications::upsert(db, &odd, &[]).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    }

    async fn nodes_that_start_at_once_agree_on_one_signing_key(db: &Db) {
        at_once(8, |n| {
            let db = db.clone();
            let key = StoredKey {
                id: format!("key-{n}"),
                algorithm: "ES256".to_owned(),
                private_sealed: "sealed".to_owned(),
                state: State::Current,
                state_since: NOW,
                created_at: NOW,
            };
            async move { signing_keys::ensure(&db, &key).await.unwrap() }
        })
        .await;
        let keys = signing_keys::list(db).await.unwrap();
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].state, State::Current);
    }

    async fn a_signing_key_takes_over_once_however_many_nodes_try(db: &Db) {
        for (id, state) in [("old", State::Current), ("new", State::Next)] {
            signing_keys::ensure(db, &stored_key(id, "ES256", state)).await.unwrap();
        }
        signing_keys::ensure(db, &stored_key("spare", "ES256", State::Next)).await.unwrap();
        signing_keys::ensure(db, &stored_key("other", "RS256", State::Current)).await.unwrap();
        let later = NOW.plus_secs(5);
        let won = at_once(8, |n| {
            let db = db.clone();
            async move { signing_keys::promote(&db, Some("old"), "new", later, &event(n)).await.unwrap() }
        })
        .await;
        assert_eq!(won.iter().filter(|won| **won).count(), 1);
        let keys = signing_keys::list(db).await.unwrap();
        let mut states: Vec<_> = keys.iter().map(|key| (key.id.as_str(), key.state, key.state_since)).collect();
        states.sort_by_key(|(id, ..)| *id);
        assert_eq!(states, [("new", State::Current, later), ("old", State::Previous, later), ("other", State::Current, NOW)]);
        assert!(!signing_keys::remove_previous(db, "new", &event(8)).await.unwrap(), "it signs");
        assert!(signing_keys::remove_previous(db, "old", &event(9)).await.unwrap());
        let told = db.read("SELECT id FROM audit_events", vec![]).await.unwrap();
        assert_eq!(told.len(), 2, "one took over, one went");
    }
}

fn stored_key(id: &str, algorithm: &str, state: State) -> StoredKey {
    StoredKey {
        id: id.to_owned(),
        algorithm: algorithm.to_owned(),
        private_sealed: "sealed".to_owned(),
        state,
        state_since: NOW,
        created_at: NOW,
    }
}

fn application() -> Application {
    Application {
        id: app(),
        name: "Demo".to_owned(),
        description: None,
        kind: "SPA".to_owned(),
        is_third_party: false,
        is_admin: false,
        oidc_client_metadata: r#"{"redirectUris":[]}"#.to_owned(),
        custom_client_metadata: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        created_at: NOW,
        updated_at: NOW,
    }
}
