//! A test number is nobody's, gets no message, and ends at its time; however many try at once.
use haoma_core::ids::{SessionId, TestNumberId};
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use haoma_store::keyset::Place;
use haoma_store::messages::{self, Code, Intended, Intent};
use haoma_store::passcodes::Tried;
use haoma_store::sessions::{self, Session};
use haoma_store::test_accounts::{self, Found, Proof};
use haoma_store::test_numbers::{self, Asked, Kept, New};
use haoma_store::user_changes::{self, Changes};
use haoma_store::users::{self, Registered};
use haoma_store::{Change, Db, passcodes};

use crate::support::{
    NOW, at_once, entropy, event, message, number, passcode, phone, save, soon, user, walk,
};

const DIGITS: &str = "8613800138000";

fn id(n: usize) -> TestNumberId {
    TestNumberId::generate(NOW, &entropy(n))
}

/// Makes one that lasts an hour; its keyed name is that of every message in these tests.
async fn create(db: &Db, n: usize, digits: &str) -> Kept {
    let (id, phone) = (id(n), phone(digits));
    let new = New {
        id: &id,
        number_id: "number",
        phone: &phone,
        owner: "App review",
        expires_at: NOW.plus_secs(3600),
        created_at: NOW,
    };
    test_numbers::create(db, &new, &event(n)).await.unwrap()
}

async fn send(db: &Db, n: usize, now: Timestamp) -> Intended {
    let message = messages::NewMessage { created_at: now, ..message(n, None) };
    let intent = Intent {
        charges: &[],
        code: None,
        message,
        save: None,
        record: None,
        event: None,
        now,
        until: soon(),
    };
    messages::intend(db, &intent).await.unwrap()
}

async fn ask(db: &Db, code: &Code, now: Timestamp) -> Intended {
    let (id, event) = (id(1), event(usize::try_from(now.0 - NOW.0).unwrap() + 100));
    let asked = Asked {
        charges: &[],
        id: &id,
        code,
        save: None,
        record: None,
        event: &event,
        now,
        until: soon(),
    };
    test_numbers::ask(db, &asked).await.unwrap()
}

on_both! {
    async fn a_number_that_was_ever_meant_to_get_a_message_is_refused_for_ever(db: &Db) {
        assert_eq!(send(db, 1, NOW).await, Intended::Committed);
        assert_eq!(create(db, 1, DIGITS).await, Kept::Texted);
        db.write(haoma_store::Step::new("DELETE FROM messages", vec![])).await.unwrap();
        assert_eq!(create(db, 1, DIGITS).await, Kept::Texted, "messages are forgotten, this is not");
        assert_eq!(number(db, "SELECT COUNT(*) FROM test_numbers").await, 0);
        assert_eq!(number(db, "SELECT COUNT(*) FROM audit_events").await, 0);
    }

    async fn nothing_is_sent_to_a_test_number_until_it_ends(db: &Db) {
        assert_eq!(create(db, 1, DIGITS).await, Kept::Done);
        assert_eq!(create(db, 2, DIGITS).await, Kept::Exists);
        let end = NOW.plus_secs(3600);
        assert_eq!(send(db, 1, end.plus_millis(-1)).await, Intended::TestNumber);
        assert_eq!(number(db, "SELECT COUNT(*) FROM messages").await, 0);
        assert_eq!(send(db, 1, end).await, Intended::Committed);
        let longer = (None, Some(end.plus_secs(60)));
        let changed = test_numbers::change(db, &id(1), longer, &event(3)).await.unwrap();
        assert_eq!(changed, Kept::Texted, "it got a message since");
        let gone = test_numbers::change(db, &id(9), longer, &event(3)).await.unwrap();
        assert_eq!(gone, Kept::Gone);
    }

    /// Half of them make the number a test number while the other half text it: whatever came first, nobody came second.
    async fn a_test_number_and_a_message_are_never_both(db: &Db) {
        for round in 0..12_usize {
            let name = format!("number-{round}");
            let answers = at_once(8, |n| {
                let (db, name) = (db.clone(), name.clone());
                async move {
                    let n = round * 8 + n;
                    if n.is_multiple_of(2) {
                        let message = messages::NewMessage { number_id: name, ..message(n, None) };
                        let intent = Intent {
                            charges: &[], code: None, message, save: None, record: None, event: None, now: NOW, until: soon(),
                        };
                        return messages::intend(&db, &intent).await.unwrap() == Intended::Committed;
                    }
                    let digits = format!("861380013{:04}", n / 8);
                    let (id, phone) = (id(n), phone(&digits));
                    let new = New {
                        id: &id, number_id: &name, phone: &phone, owner: "x",
                        expires_at: NOW.plus_secs(60), created_at: NOW,
                    };
                    test_numbers::create(&db, &new, &event(n)).await.unwrap() == Kept::Done
                }
            }).await;
            let texted = answers.iter().step_by(2).any(|done| *done);
            let made = answers.iter().skip(1).step_by(2).filter(|done| **done).count();
            assert!(texted != (made > 0) && made < 2, "{answers:?}");
        }
        let both = "SELECT COUNT(*) FROM test_numbers WHERE number_id IN (SELECT number_id FROM messages)";
        assert_eq!(number(db, both).await, 0);
    }

    async fn a_number_of_an_account_that_was_not_made_with_it_is_refused_and_ends(db: &Db) {
        assert!(users::create(db, &user(1, Some(DIGITS))).await.unwrap());
        assert_eq!(create(db, 1, DIGITS).await, Kept::Somebodys);
        // as accounts from elsewhere may hold it
        let zero = "INSERT INTO users (id, phone, created_at, updated_at) VALUES ('zero', '49015112345679', 1, 1)";
        db.write(haoma_store::Step::new(zero, vec![])).await.unwrap();
        assert_eq!(create(db, 2, "4915112345679").await, Kept::Somebodys);

        let free = "8613800138001";
        assert_eq!(create(db, 1, free).await, Kept::Done);
        assert_eq!(test_numbers::count_active(db, NOW).await.unwrap(), 1);
        let taken = "UPDATE users SET phone = '8613800138001' WHERE id = 'zero'";
        db.write(haoma_store::Step::new(taken, vec![])).await.unwrap();
        assert_eq!(test_numbers::count_active(db, NOW).await.unwrap(), 0);
        let found = test_numbers::find(db, &id(1)).await.unwrap().unwrap();
        assert!(found.is_somebodys && !found.is_active(NOW));
        assert_eq!(test_numbers::find_active(db, "number", NOW).await.unwrap(), None);
        assert_eq!(send(db, 1, NOW).await, Intended::Committed, "what reaches them is a message");
    }

    async fn an_account_made_with_a_test_number_keeps_it_one_and_others_do_not(db: &Db) {
        let walk = walk(db, 1).await;
        let lin = user(1, Some(DIGITS));
        let none = users::register(db, (&lin, Some(&id(1))), &save(&walk, 0), None).await.unwrap();
        assert_eq!(none, Registered::NoTestNumber);
        assert_eq!(number(db, "SELECT COUNT(*) FROM users").await, 0);
        assert_eq!(create(db, 1, DIGITS).await, Kept::Done);
        let made = users::register(db, (&lin, Some(&id(1))), &save(&walk, 0), None).await.unwrap();
        assert_eq!(made, Registered::Done);
        let owner = users::find_by_phone(db, &phone(DIGITS)).await.unwrap().unwrap();
        assert!(owner.is_test);
        assert_eq!(test_numbers::count_active(db, NOW).await.unwrap(), 1);
        assert!(test_numbers::delete(db, &id(1), &event(5)).await.unwrap());
        assert!(!test_numbers::delete(db, &id(1), &event(6)).await.unwrap());
        assert_eq!(create(db, 2, DIGITS).await, Kept::Done, "its account was made with it");
        // people who were there before are nobody's test account
        assert!(users::add_all(db, &[user(3, Some("8613800138003"))], &[]).await.unwrap());
        assert!(!users::find_by_phone(db, &phone("8613800138003")).await.unwrap().unwrap().is_test);
    }

    async fn a_test_number_that_came_after_another_takes_nothing_over_from_it(db: &Db) {
        let walk = walk(db, 1).await;
        let lin = user(1, Some(DIGITS));
        assert_eq!(create(db, 1, DIGITS).await, Kept::Done);
        assert!(test_numbers::delete(db, &id(1), &event(5)).await.unwrap());
        assert_eq!(create(db, 2, DIGITS).await, Kept::Done);
        let made = users::register(db, (&lin, Some(&id(1))), &save(&walk, 0), None).await.unwrap();
        assert_eq!((made, number(db, "SELECT COUNT(*) FROM users").await), (Registered::NoTestNumber, 0));
        let made = users::register(db, (&lin, Some(&id(2))), &save(&walk, 0), None).await.unwrap();
        assert_eq!(made, Registered::Done);
        for (n, found) in [(1, Found::NoTestNumber), (2, Found::Done)] {
            let id = id(n);
            let who = (&lin.id, Proof::FixedCode(&id));
            assert_eq!(test_accounts::found(db, who, &save(&walk, 1), (None, NOW)).await.unwrap(), found);
            let entered = db.unit(test_accounts::enter((&lin.id, &id), NOW).to_vec()).await;
            assert_eq!(entered.is_ok(), found == Found::Done);
        }
    }

    /// While some enter by the fixed code, the account gets another number: whoever came first, nobody is in it afterwards.
    async fn nobody_enters_an_account_by_a_fixed_code_while_it_gets_another_number(db: &Db) {
        for round in 0..12_usize {
            let digits = format!("861380013{round:04}");
            let owner = user(round, Some(&digits));
            let (test_number, phone_here) = (id(round), phone(&digits));
            let new = New {
                id: &test_number, number_id: &digits, phone: &phone_here, owner: "x",
                expires_at: NOW.plus_secs(60), created_at: NOW,
            };
            assert_eq!(test_numbers::create(db, &new, &event(round * 100)).await.unwrap(), Kept::Done);
            let walk = walk(db, round).await;
            let made = users::register(db, (&owner, Some(&test_number)), &save(&walk, 0), None).await;
            assert_eq!(made.unwrap(), Registered::Done);
            let entered = at_once(8, |n| {
                let (db, user, test_number) = (db.clone(), owner.id.clone(), test_number.clone());
                async move {
                    let n = round * 100 + n + 1;
                    if n % 100 == 4 {
                        let changes = Changes {
                            phone: Change::Set(Some(phone(&format!("861390013{round:04}")))),
                            ..Changes::default()
                        };
                        user_changes::change(&db, &user, &changes, &event(n)).await.unwrap();
                        return false;
                    }
                    let mut steps = test_accounts::enter((&user, &test_number), NOW).to_vec();
                    steps.push(sessions::insert(&Session {
                        id: SessionId::generate(NOW, &entropy(n)),
                        hash: SecretHash::of("s"),
                        user_id: user,
                        authenticated_at: NOW,
                        expires_at: NOW.plus_secs(60),
                        created_at: NOW,
                        place: sessions::Place::default(),
                    }));
                    db.unit(steps).await.is_ok()
                }
            }).await;
            let left = number(db, "SELECT COUNT(*) FROM sessions").await;
            assert_eq!(left, 0, "{entered:?}");
        }
        assert_eq!(number(db, "SELECT COUNT(*) FROM users WHERE is_test = TRUE").await, 0);
    }

    async fn a_fixed_code_is_charged_and_ends_with_its_number(db: &Db) {
        assert_eq!(create(db, 1, DIGITS).await, Kept::Done);
        let walk = walk(db, 1).await;
        let end = NOW.plus_secs(3600);
        let near = end.plus_secs(-60);
        let code = passcodes::NewPasscode { expires_at: near.plus_secs(600), ..passcode(1, &walk) };
        let row = code.id.clone();
        assert_eq!(ask(db, &Code::New(code), near).await, Intended::Committed);
        assert_eq!(test_numbers::of_code(db, &row).await.unwrap(), Some(id(1)));
        assert_eq!(passcodes::find(db, &row).await.unwrap().unwrap().expires_at, end, "not beyond its number");
        assert_eq!(passcodes::charge(db, (&row, 5), &[], near).await.unwrap(), Tried::Gone, "no other code counts");
        for _ in 0..2 {
            assert_eq!(test_numbers::charge(db, (&row, 2), &[], near).await.unwrap(), Tried::Yes);
        }
        assert_eq!(test_numbers::charge(db, (&row, 2), &[], near).await.unwrap(), Tried::Gone);
        assert_eq!(test_numbers::charge(db, (&row, 9), &[], end).await.unwrap(), Tried::Gone);
        let again = Code::Repeat { id: row.clone(), max_attempts: 9, charged: vec![] };
        assert_eq!(ask(db, &again, near.plus_millis(1)).await, Intended::Committed);
        assert_eq!(ask(db, &again, end).await, Intended::CodeGone);
        let of_phone = Intent {
            charges: &[], code: Some(again), message: message(4, None), save: None, record: None, event: None, now: near, until: soon(),
        };
        assert_eq!(messages::intend(db, &of_phone).await.unwrap(), Intended::CodeGone, "a message carries another code");
        assert!(test_numbers::delete(db, &id(1), &event(5)).await.unwrap());
        assert_eq!(passcodes::find(db, &row).await.unwrap(), None, "what was under way ends with it");
    }

    async fn the_list_has_pages_and_counts_what_is_active(db: &Db) {
        for n in 0..5_usize {
            let (id, phone) = (TestNumberId::generate(NOW.plus_secs(1), &entropy(n)), phone(&format!("861380013800{n}")));
            let expires_at = NOW.plus_secs(i64::try_from(n).unwrap());
            let new = New { id: &id, number_id: phone.digits(), phone: &phone, owner: "x", expires_at, created_at: NOW };
            assert_eq!(test_numbers::create(db, &new, &event(n)).await.unwrap(), Kept::Done);
        }
        assert_eq!(test_numbers::count_active(db, NOW.plus_secs(2)).await.unwrap(), 2);
        let first = test_numbers::list(db, &Place::Newest, 3).await.unwrap();
        let rest = test_numbers::list(db, first.older.as_ref().unwrap(), 3).await.unwrap();
        assert_eq!((first.items.len(), rest.items.len(), rest.older), (3, 2, None));
        let (window, all) = test_numbers::list_window(db, (2, 3)).await.unwrap();
        assert_eq!((window, all), (rest.items, 5));
    }
}
