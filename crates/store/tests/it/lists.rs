//! Long lists for people: whole, in order, narrowed, and never dear.
use haoma_core::ids::{AuditId, MessageId};
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::keyset::{Page, Place};
use haoma_store::messages::{self, Intent, NewMessage, Settlement, Status};
use haoma_store::{Db, audit, audit_search, message_search, statistics};

use crate::support::{NOW, entropy, event, message, soon};

const SECOND: i64 = 1000;

/// The message `n` seconds after the first.
fn nth(n: usize) -> NewMessage {
    let created_at = after(n);
    NewMessage { id: MessageId::generate(created_at, &entropy(n)), created_at, ..message(n, None) }
}

fn after(n: usize) -> Timestamp {
    NOW.plus_millis(i64::try_from(n).unwrap() * SECOND)
}

async fn store(db: &Db, message: NewMessage) {
    let now = message.created_at;
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
    messages::intend(db, &intent).await.unwrap();
}

async fn settle(db: &Db, n: usize, status: Status) {
    let settlement = Settlement {
        id: nth(n).id,
        status,
        provider_message_id: Some("biz".to_owned()),
        provider_code: Some("OK".to_owned()),
        provider_request_id: Some("request".to_owned()),
        at: after(n).plus_millis(150),
    };
    assert!(messages::settle(db, &settlement, None).await.unwrap());
}

async fn record(db: &Db, n: usize, change: impl FnOnce(&mut Event)) {
    let at = after(n);
    let mut one = Event { id: AuditId::generate(at, &entropy(n)), at, ..event(n) };
    change(&mut one);
    db.write(audit::record(&one)).await.unwrap();
}

/// Which messages a page holds, as seconds after the first.
fn seconds(page: &Page<message_search::Shown>) -> Vec<i64> {
    page.items.iter().map(|one| (one.created_at.0 - NOW.0) / SECOND).collect()
}

async fn page(
    db: &Db,
    filter: &message_search::Filter,
    place: &Place,
) -> Page<message_search::Shown> {
    message_search::list(db, filter, place, 4).await.unwrap()
}

on_both! {
    async fn a_list_read_page_by_page_down_and_up_again_is_whole(db: &Db) {
        for n in 0..10 {
            store(db, nth(n)).await;
        }
        let filters = [
            message_search::Filter::default(),
            message_search::Filter { status: Some(Status::Pending), ..Default::default() },
            message_search::Filter { number_id: Some("number".to_owned()), ..Default::default() },
        ];
        for filter in filters {
            let first = page(db, &filter, &Place::Newest).await;
            assert_eq!((seconds(&first), &first.newer), (vec![9, 8, 7, 6], &None));
            let second = page(db, &filter, first.older.as_ref().unwrap()).await;
            assert_eq!(seconds(&second), [5, 4, 3, 2]);
            let third = page(db, &filter, second.older.as_ref().unwrap()).await;
            assert_eq!((seconds(&third), &third.older), (vec![1, 0], &None));
            let back = page(db, &filter, third.newer.as_ref().unwrap()).await;
            assert_eq!(seconds(&back), [5, 4, 3, 2], "{filter:?}");
            let top = page(db, &filter, back.newer.as_ref().unwrap()).await;
            assert_eq!((seconds(&top), &top.newer), (vec![9, 8, 7, 6], &None));
        }
    }

    async fn rows_that_come_meanwhile_shift_no_page(db: &Db) {
        for n in 0..6 {
            store(db, nth(n)).await;
        }
        let all = message_search::Filter::default();
        let first = page(db, &all, &Place::Newest).await;
        for n in 6..9 {
            store(db, nth(n)).await;
        }
        let second = page(db, &all, first.older.as_ref().unwrap()).await;
        assert_eq!(seconds(&second), [1, 0]);
    }

    async fn messages_are_narrowed_by_state_use_number_and_time(db: &Db) {
        for n in 0..6 {
            let usage_type = if n % 2 == 0 { UsageType::SignIn } else { UsageType::Register };
            let number_id = if n < 3 { "one" } else { "two" }.to_owned();
            store(db, NewMessage { usage_type, number_id, ..nth(n) }).await;
        }
        settle(db, 1, Status::Accepted).await;
        settle(db, 4, Status::Refused).await;
        let narrowed = async |filter: message_search::Filter| seconds(&page(db, &filter, &Place::Newest).await);
        let none = message_search::Filter::default;
        assert_eq!(narrowed(message_search::Filter { status: Some(Status::Refused), ..none() }).await, [4]);
        assert_eq!(narrowed(message_search::Filter { usage_type: Some(UsageType::Register), ..none() }).await, [5, 3, 1]);
        assert_eq!(narrowed(message_search::Filter { number_id: Some("one".to_owned()), ..none() }).await, [2, 1, 0]);
        let both = message_search::Filter { number_id: Some("two".to_owned()), usage_type: Some(UsageType::SignIn), ..none() };
        assert_eq!(narrowed(both).await, [4]);
        let time = message_search::Filter { from: Some(after(2)), until: Some(after(4)), ..none() };
        assert_eq!(narrowed(time).await, [3, 2], "until is not included");
        let nobody = message_search::Filter { number_id: Some("three".to_owned()), ..none() };
        assert!(narrowed(nobody).await.is_empty());
    }

    async fn a_message_shows_what_became_of_it_and_not_its_number(db: &Db) {
        store(db, nth(1)).await;
        settle(db, 1, Status::Accepted).await;
        let found = message_search::find(db, &nth(1).id).await.unwrap().unwrap();
        assert_eq!(found.settled_at, Some(after(1).plus_millis(150)));
        assert_eq!((found.provider_request_id.as_deref(), found.provider_message_id.as_deref()), (Some("request"), Some("biz")));
        assert_eq!((found.status, found.check_at), (Status::Accepted, None));
        let text = format!("{found:?}");
        assert!(!text.contains("sealed") && !text.contains("number_id"), "{text}");
        assert_eq!(message_search::find(db, &nth(2).id).await.unwrap(), None);
    }

    async fn events_are_narrowed_by_key_result_user_application_and_time(db: &Db) {
        record(db, 0, |_| {}).await;
        record(db, 1, |one| "Interaction.SignIn.Identifier.Submit".clone_into(&mut one.key)).await;
        record(db, 2, |one| one.error = Some("user.user_not_exist".to_owned())).await;
        record(db, 3, |one| { "User.Deleted".clone_into(&mut one.key); one.user_id = Some("u1".to_owned()); }).await;
        record(db, 4, |one| { "INTERACTION.SignIn".clone_into(&mut one.key); one.application_id = None; }).await;
        let narrowed = async |filter: audit_search::Filter| {
            let page = audit_search::list(db, &filter, &Place::Newest, 9).await.unwrap();
            page.items.iter().map(|one| (one.at.0 - NOW.0) / SECOND).collect::<Vec<_>>()
        };
        let none = audit_search::Filter::default;
        assert_eq!(narrowed(none()).await, [4, 3, 2, 1, 0]);
        let begins = |key: &str| audit_search::Filter { key: Some(key.to_owned()), ..none() };
        assert_eq!(narrowed(begins("Interaction.")).await, [2, 1, 0]);
        assert_eq!(narrowed(begins("Interaction.SignIn.Submit")).await, [2, 0]);
        assert_eq!(narrowed(begins("%")).await, [0; 0]);
        assert_eq!(narrowed(audit_search::Filter { result: Some(audit_search::Went::Wrong), ..none() }).await, [2]);
        assert_eq!(narrowed(audit_search::Filter { user_id: Some("u1".to_owned()), ..none() }).await, [3]);
        assert_eq!(narrowed(audit_search::Filter { application_id: Some("demo-app".to_owned()), ..none() }).await, [3, 2, 1, 0]);
        record(db, 5, |one| r#"{"administratorId":"li1"}"#.clone_into(&mut one.payload)).await;
        record(db, 6, |one| r#"{"administratorId":"li12","text":"\"administratorId\":\"li1\""}"#.clone_into(&mut one.payload)).await;
        for (who, expected) in [("li1", vec![5]), ("li12", vec![6]), ("li%", vec![]), ("", vec![])] {
            assert_eq!(narrowed(audit_search::Filter { administrator_id: Some(who.to_owned()), ..none() }).await, expected, "{who}");
        }
        assert_eq!(narrowed(audit_search::Filter { from: Some(after(1)), until: Some(after(3)), ..none() }).await, [2, 1]);
    }

    async fn counts_are_of_their_stretch_of_time_and_of_what_went_well(db: &Db) {
        for n in 0..5 {
            store(db, nth(n)).await;
            record(db, n, |one| if n == 3 { one.error = Some("user.suspended".to_owned()) }).await;
        }
        settle(db, 2, Status::Accepted).await;
        let tried = NewMessage { id: MessageId::generate(after(2), &entropy(77)), connector_version: 0, ..nth(2) };
        store(db, tried).await;
        let mut counted = statistics::messages(db, (after(1), after(4)), "no_account").await.unwrap();
        counted.sort_by_key(|(_, count)| *count);
        assert_eq!(counted, [(Status::Accepted, 1), (Status::Pending, 2)]);
        let events = statistics::events(db, after(1), after(4)).await.unwrap();
        assert_eq!(events, [("Interaction.SignIn.Submit".to_owned(), 2)]);
        assert_eq!(statistics::messages(db, (after(9), after(99)), "no_account").await.unwrap(), []);
    }
}

/// More rows than are looked at for one page.
const MANY: &str = "INSERT INTO messages (id, connector_id, connector_version, usage_type, number_id, phone_masked, phone_sealed,
        region, status, created_at)
    SELECT SUBSTR('0k0000000' || CAST(1000000 + n AS TEXT) || '000000000000', 1, 21), 'c', 1, 'SignIn', 'n', 'm', 's', 'CN',
        CASE WHEN n = 100000 OR n = 150000 THEN 'refused' ELSE 'accepted' END, 0 FROM numbers";

on_both! {
    async fn a_page_looks_at_so_many_rows_and_says_where_it_goes_on(db: &Db) {
        let sql: String = format!("WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 249999) {MANY}");
        db.write(haoma_store::Step::new(Box::leak(sql.into_boxed_str()), vec![])).await.unwrap();
        let refused = message_search::Filter { status: Some(Status::Refused), ..Default::default() };
        let first = page(db, &refused, &Place::Newest).await;
        assert_eq!((first.items.len(), first.is_cut), (1, true), "the hundred thousand newest");
        let second = page(db, &refused, first.older.as_ref().unwrap()).await;
        assert_eq!((second.items.len(), second.is_cut), (1, true));
        let third = page(db, &refused, second.older.as_ref().unwrap()).await;
        assert_eq!((third.items.len(), third.is_cut, &third.older), (0, false, &None));
        let back = page(db, &refused, &Place::After(second.items[0].id.to_string())).await;
        assert_eq!(back.items.len(), 1, "{:?}", back.newer);
        let unknown = message_search::Filter { status: Some(Status::Unknown), ..Default::default() };
        let (mut place, mut rounds) = (Place::Newest, 0);
        while let Some(older) = page(db, &unknown, &place).await.older {
            (place, rounds) = (older, rounds + 1);
        }
        assert_eq!(rounds, 2, "to the end, nothing skipped");
    }
}
