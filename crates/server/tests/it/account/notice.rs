//! What the number an account had hears when it gets another one (security statement 65; ASVS 6.3.7).
use aliyun_sms_sim::{DEMO_GENERAL_SIGN_NAME, Fault, FaultKind, Message};
use axum::http::StatusCode;
use haoma::connectors::kit::Requester;
use haoma::sending::notice;
use haoma::sending::trial::{self, Fallback, Trial};
use haoma_core::ids::{MessageId, UserId};
use haoma_core::limits::Standing;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::messages::Status;
use haoma_store::user_changes::{self, Changed, Changes};
use haoma_store::{Change, messages, users};

use super::page::{reaches_the_end, sends};
use super::*;
use crate::console::owner;
use crate::management::support::robot;
use crate::support::event;

/// A server whose connector has a template for notices, after this change to the configuration.
async fn telling(database: Database, more: impl FnOnce(&mut Value)) -> TestApp {
    let notices = |connector: &mut Value| {
        connector["noticeSignName"] = DEMO_GENERAL_SIGN_NAME.into();
        let template = json!({ "usageType": "PhoneChanged", "templateCode": { "china": "SMS_100000006", "overseas": "SMS_200000006" } });
        connector["templates"].as_array_mut().unwrap().push(template);
    };
    let manage = |raw: &mut Value| {
        raw["applications"].as_array_mut().unwrap().push(crate::support::robot());
        more(raw);
    };
    let test = TestApp::start_with(database, notices, manage).await;
    set(&test, |_center| {}).await;
    test
}

/// Notices that arrived at a number, newest first.
async fn notices(test: &TestApp, phone: &str) -> Vec<Message> {
    test.app.work.ended().await;
    let all = test.sim.messages(Some(phone), 100).into_iter();
    all.filter(|message| message.usage.as_deref() == Some("PhoneChanged")).collect()
}

/// What the audit log says of events of a kind, oldest first: the error, the payload.
async fn log(test: &TestApp, key: &str) -> Vec<(Option<String>, Value)> {
    let sql = "SELECT error, payload FROM audit_events WHERE key = $1 ORDER BY id";
    let rows = test.app.db.read(sql, vec![key.into()]).await.unwrap();
    let read = |row: &haoma_store::Row| {
        (row.opt_text(0).unwrap(), serde_json::from_str(&row.text(1).unwrap()).unwrap())
    };
    rows.iter().map(read).collect()
}

const CHANGED: &str = "Account.PrimaryPhone.Updated";
const TOLD: &str = "Account.PrimaryPhone.OldNumberTold";

async fn of(test: &TestApp, id: &str) -> messages::Message {
    messages::find(&test.app.db, &MessageId::parse(id).unwrap()).await.unwrap().unwrap()
}

/// Somebody's number is another one.
async fn changes(me: &Member) {
    let (proof, record) = (me.proves(PHONE).await, me.proves(NEW).await);
    assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
}

/// A rule that blocks a number.
async fn blocks(test: &TestApp, phone: &str) {
    let body = json!({ "type": "block", "kind": "number", "value": format!("+{phone}") });
    robot(test).await.makes("/api/security/sending-rules", body).await;
}

/// A user with a number, and a change of it that is not made yet.
async fn someone(test: &TestApp) -> (UserId, PhoneNumber, PhoneNumber) {
    let [old, new] = [PHONE, NEW].map(|digits| PhoneNumber::from_international(digits).unwrap());
    member(test, "app", PHONE, SCOPES).await;
    let owner = users::find_by_phone(&test.app.db, &old).await.unwrap().unwrap();
    (owner.id, old, new)
}

on_both! {
    async fn s65_the_old_number_hears_which_number_it_is_now_and_no_code(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        changes(&me).await;
        let heard = notices(&test, PHONE).await;
        let [message] = heard.as_slice() else { panic!("one message: {heard:?}") };
        assert!(message.content.starts_with("【号码演示通用】您的账号已更换手机号，新号码尾号8001，更换时间2026年11月22日08:"), "{}", message.content);
        assert_eq!(message.content.matches(|c: char| c.is_ascii_digit()).count(), 4 + 14, "the ending and the time");
        assert!(notices(&test, NEW).await.is_empty());
        assert_eq!(test.sim.requests_by_action()["SendSms"], 4, "a sign-in, two proofs, and the provider is called once for this");
        let [(None, changed)] = &log(&test, CHANGED).await[..] else { panic!("one change") };
        assert_eq!((&changed["oldNumberTold"], &changed["messageId"]), (&json!(true), &json!(message.out_id)));
        let [(None, told)] = &log(&test, TOLD).await[..] else { panic!("one outcome") };
        assert_eq!(told, &json!({ "messageId": message.out_id }));
        let stored = of(&test, &message.out_id).await;
        assert_eq!((stored.status, stored.usage_type), (Status::Accepted, UsageType::PhoneChanged));
        let full = test.app.db.read("SELECT COUNT(*) FROM audit_events WHERE payload LIKE '%13800138%'", vec![]).await.unwrap();
        assert_eq!(full[0].int(0).unwrap(), 0, "no number");
        let budget = haoma_store::limits::find(&test.app.db, "all:budget_day").await.unwrap().unwrap();
        assert_eq!(budget.0.hits, 4, "it is paid for like every message");
        notice::run(&test.app).await.unwrap();
        test.advance_secs(86_400);
        notice::run(&test.app).await.unwrap();
        assert_eq!(notices(&test, PHONE).await.len(), 1, "and never again");
    }

    async fn s65_the_page_says_what_the_old_number_gets(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let mut person = member(&test, "app", PHONE, SCOPES).await.browser;
        reaches_the_end(&mut person, PHONE, NEW).await;
        let page = person.get("/account/phone/finish").await.text;
        assert!(page.contains("which gets a message about it"), "{page}");
        let done = sends(&mut person, "/account/phone/finish", "/account/phone/finish", &[]).await;
        assert_eq!(done.location(), "/account?note=phone-changed-told");
        let page = person.get(&done.location()).await.text;
        assert!(page.contains("Your old number gets a message about it."), "{page}");
        assert_eq!(notices(&test, PHONE).await.len(), 1);
    }

    async fn s65_without_a_template_of_its_own_nothing_is_sent_and_the_log_and_the_pages_say_so(database: Database) {
        let test = open(database).await;
        let mut me = member(&test, "app", PHONE, SCOPES).await;
        changes(&me).await;
        test.app.work.ended().await;
        assert_eq!(me.browser.messages(PHONE), 2, "the sign-in's code and the proof's; Generic's template is for codes");
        let [(None, changed)] = &log(&test, CHANGED).await[..] else { panic!("one change") };
        assert_eq!(changed, &json!({ "otherSessionsEnded": false, "oldNumberTold": false, "why": "no_template" }));
        assert!(log(&test, TOLD).await.is_empty());
        test.advance_secs(61);
        reaches_the_end(&mut me.browser, NEW, PHONE).await;
        let page = me.browser.get("/account/phone/finish").await.text;
        assert!(!page.contains("gets a message"), "{page}");
        let mut li = owner(&test).await;
        let page = li.get("/console/connectors").await.text;
        assert!(page.contains("The connector has no template for notices"), "{page}");
    }

    async fn the_change_stands_whatever_becomes_of_the_message(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let (proof, record) = (me.proves(PHONE).await, me.proves(NEW).await);
        test.sim.add_fault(Fault::always(FaultKind::Code { code: "isv.AMOUNT_NOT_ENOUGH".to_owned(), message: None, status: None }));
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        assert!(notices(&test, PHONE).await.is_empty());
        assert_eq!(me.get("/api/my-account").await.json()["primaryPhone"], NEW);
        let [(Some(error), told)] = &log(&test, TOLD).await[..] else { panic!("one outcome") };
        assert_eq!(error, "connector.general");
        let stored = of(&test, told["messageId"].as_str().unwrap()).await;
        assert_eq!((stored.status, stored.provider_code.as_deref()), (Status::Refused, Some("isv.AMOUNT_NOT_ENOUGH")));
        test.sim.clear_faults();
        test.advance_secs(7_200);
        notice::run(&test.app).await.unwrap();
        assert!(notices(&test, PHONE).await.is_empty(), "what was refused is not tried again by itself");
    }

    async fn what_surely_was_not_sent_is_tried_again_and_what_may_have_been_is_not(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        test.sim.add_fault(Fault { action: Some("SendSms".to_owned()), phone: Some(PHONE.to_owned()), ..Fault::once(FaultKind::Code { code: "SignatureNonceUsed".to_owned(), message: None, status: None }) });
        // the proof's message meets it, too
        assert_eq!(me.asks(PHONE).await.status.as_u16(), 502);
        test.advance_secs(61);
        let (proof, record) = (me.proves(PHONE).await, me.proves(NEW).await);
        test.sim.add_fault(Fault::once(FaultKind::Code { code: "SignatureNonceUsed".to_owned(), message: None, status: None }));
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        assert!(notices(&test, PHONE).await.is_empty() && log(&test, TOLD).await.is_empty(), "nobody knows yet");
        notice::run(&test.app).await.unwrap();
        assert!(notices(&test, PHONE).await.is_empty(), "not before it is due");
        test.advance_secs(30);
        test.sim.add_fault(Fault::once(FaultKind::AcceptThenDrop));
        notice::run(&test.app).await.unwrap();
        assert_eq!(notices(&test, PHONE).await.len(), 1);
        let [(Some(error), told)] = &log(&test, TOLD).await[..] else { panic!("one outcome") };
        assert_eq!(error, "connector.outcome_unknown");
        let id = told["messageId"].as_str().unwrap();
        assert_eq!(of(&test, id).await.status, Status::Unknown);
        test.advance_secs(31);
        notice::run(&test.app).await.unwrap();
        haoma::reconcile::run(&test.app).await.unwrap();
        assert_eq!(of(&test, id).await.status, Status::Delivered, "found by its id");
        assert_eq!(notices(&test, PHONE).await.len(), 1);
    }

    async fn who_fills_the_providers_count_for_a_number_only_puts_its_warning_off(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let (proof, record) = (me.proves(PHONE).await, me.proves(NEW).await);
        let full = FaultKind::Code { code: "isv.BUSINESS_LIMIT_CONTROL".to_owned(), message: None, status: None };
        test.sim.add_fault(Fault { times: Some(2), ..Fault::once(full) });
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        for _ in 0..2 {
            assert!(notices(&test, PHONE).await.is_empty() && log(&test, TOLD).await.is_empty(), "nobody knows yet");
            test.advance_secs(86_400);
            notice::run(&test.app).await.unwrap();
        }
        assert_eq!(notices(&test, PHONE).await.len(), 1);
    }

    async fn a_number_that_is_blocked_hears_nothing_and_the_page_and_the_log_say_so(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let mut person = member(&test, "app", PHONE, SCOPES).await.browser;
        reaches_the_end(&mut person, PHONE, NEW).await;
        blocks(&test, PHONE).await;
        let page = person.get("/account/phone/finish").await.text;
        assert!(!page.contains("gets a message"), "{page}");
        let done = sends(&mut person, "/account/phone/finish", "/account/phone/finish", &[]).await;
        assert_eq!(done.location(), "/account?note=phone-changed");
        assert!(notices(&test, PHONE).await.is_empty());
        let [(None, changed)] = &log(&test, CHANGED).await[..] else { panic!("one change") };
        assert_eq!((&changed["oldNumberTold"], &changed["why"]), (&json!(false), &json!("blocked")));
        haoma::refusals::store(&test.app).await.unwrap();
        let counted = haoma_store::refusals::list(&test.app.db, Timestamp(0), (10, 0)).await.unwrap();
        assert_eq!((counted.len(), counted[0].reason.as_str(), counted[0].hits), (1, "blocked_number", 1), "once, and not by looking");
    }

    async fn a_notice_to_a_number_that_was_blocked_between_two_tries_is_settled_for_good(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let (proof, record) = (me.proves(PHONE).await, me.proves(NEW).await);
        test.sim.add_fault(Fault::once(FaultKind::Code { code: "SignatureNonceUsed".to_owned(), message: None, status: None }));
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        assert!(notices(&test, PHONE).await.is_empty() && log(&test, TOLD).await.is_empty(), "to be tried again");
        blocks(&test, PHONE).await;
        test.advance_secs(30);
        notice::run(&test.app).await.unwrap();
        assert!(notices(&test, PHONE).await.is_empty());
        let [(Some(error), told)] = &log(&test, TOLD).await[..] else { panic!("one outcome") };
        assert_eq!(error, "request.sending_blocked");
        let stored = of(&test, told["messageId"].as_str().unwrap()).await;
        assert_eq!((stored.status, stored.provider_code.as_deref()), (Status::NotSent, Some("blocked")));
        let robot = robot(&test).await;
        let all = robot.get("/api/security/sending-rules").await.json();
        robot.delete(&format!("/api/security/sending-rules/{}", text(&all[0], "id"))).await;
        for _ in 0..4 {
            test.advance_secs(7_200);
            notice::run(&test.app).await.unwrap();
        }
        assert!(notices(&test, PHONE).await.is_empty(), "nor later");
    }

    async fn tries_come_to_an_end(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let (proof, record) = (me.proves(PHONE).await, me.proves(NEW).await);
        test.sim.add_fault(Fault::always(FaultKind::Code { code: "SignatureNonceUsed".to_owned(), message: None, status: None }));
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        for tried in 0..4 {
            assert!(notices(&test, PHONE).await.is_empty() && log(&test, TOLD).await.is_empty(), "{tried}");
            test.advance_secs(7_200);
            notice::run(&test.app).await.unwrap();
        }
        assert_eq!(log(&test, TOLD).await.len(), 1, "it is given up, and the log says so");
    }

    async fn a_notice_goes_through_the_connector_that_is_in_use_by_then(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let (id, old, new) = someone(&test).await;
        let planned = notice::plan(&test.app, (&id, &old, &new), Standing::Known, test.app.clock.now()).unwrap();
        let changes = Changes { phone: Change::Set(Some(new.clone())), ..Changes::default() };
        user_changes::change_and_notify(&test.app.db, &id, (&changes, &planned), &event(&test.app, "User.Data.Updated")).await.unwrap().unwrap();
        let before = test.app.connector.swap(std::sync::Arc::new(None));
        notice::run(&test.app).await.unwrap();
        assert!(notices(&test, PHONE).await.is_empty() && log(&test, TOLD).await.is_empty(), "there is none at the moment");
        let newer = before.as_ref().as_ref().map(|one| haoma::connectors::InUse { version: one.version + 1, ..one.clone() });
        test.app.connector.store(std::sync::Arc::new(newer));
        test.advance_secs(30);
        notice::run(&test.app).await.unwrap();
        assert_eq!(notices(&test, PHONE).await.len(), 1);
        assert_eq!(of(&test, planned.message.id.as_str()).await.connector_version, planned.message.connector_version + 1);
    }

    async fn who_fills_the_counters_of_a_number_keeps_nobody_from_being_told(database: Database) {
        let test = telling(database, |raw| raw["limits"] = json!({ "per_number_hour": 2 })).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let proof = me.proves(PHONE).await;
        test.advance_secs(61);
        assert_eq!(me.asks(PHONE).await.brief(), "429 request.message_rate_limited", "no code goes there any more");
        let record = me.proves(NEW).await;
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        assert_eq!(notices(&test, PHONE).await.len(), 1);
    }

    async fn s27_a_budget_that_is_used_up_sends_nothing_and_stops_no_change(database: Database) {
        let test = telling(database, |raw| raw["limits"] = json!({ "budget_day": 3 })).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        changes(&me).await;
        assert!(notices(&test, PHONE).await.is_empty());
        let [(None, changed)] = &log(&test, CHANGED).await[..] else { panic!("one change") };
        assert_eq!((&changed["oldNumberTold"], &changed["why"], &changed["limit"]), (&json!(false), &json!("limit"), &json!("budget_day")));
        let left = test.app.db.read("SELECT COUNT(*) FROM messages WHERE usage_type = 'PhoneChanged'", vec![]).await.unwrap();
        assert_eq!(left[0].int(0).unwrap(), 0);
    }

    async fn a_notice_that_nobody_handed_over_is_sent_once_by_any_node(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let (id, old, new) = someone(&test).await;
        let planned = notice::plan(&test.app, (&id, &old, &new), Standing::Known, test.app.clock.now()).unwrap();
        let changes = Changes { phone: Change::Set(Some(new.clone())), ..Changes::default() };
        // the process dies here
        let done = user_changes::change_and_notify(&test.app.db, &id, (&changes, &planned), &event(&test.app, "User.Data.Updated")).await.unwrap();
        assert!(matches!(done, Ok(Changed::Done(_))));
        haoma::reconcile::run(&test.app).await.unwrap();
        let other = test.second_node().await;
        other.clock.advance_millis(test.app.clock.now().0 - other.clock.now().0);
        let (one, two) = tokio::join!(notice::run(&test.app), notice::run(&other));
        one.unwrap();
        two.unwrap();
        assert_eq!(notices(&test, PHONE).await.len(), 1);
        assert_eq!(of(&test, planned.message.id.as_str()).await.status, Status::Accepted);
    }

    async fn a_number_that_an_administrator_replaces_is_told_too(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let robot = robot(&test).await;
        let made = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let path = format!("/api/users/{}", text(&made, "id"));
        for (phone, heard) in [(json!(PHONE), 0), (json!(format!("+{NEW}")), 1), (json!(NEW), 1)] {
            assert_eq!(robot.patch(&path, json!({ "primaryPhone": phone })).await.brief(), "200");
            assert_eq!(notices(&test, PHONE).await.len(), heard, "{phone}");
        }
        assert_eq!(robot.patch(&path, json!({ "primaryPhone": null })).await.brief(), "200");
        assert_eq!(robot.patch(&path, json!({ "primaryPhone": OTHER })).await.brief(), "200");
        assert!(notices(&test, NEW).await.is_empty(), "there was no new number, and then no old one");
        let of_changes: Vec<_> = log(&test, "User.Data.Updated").await.into_iter().map(|(_, payload)| payload["oldNumberTold"].clone()).collect();
        let told = of_changes.iter().filter(|told| **told == json!(true)).count();
        let silent = of_changes.iter().filter(|told| told.is_null()).count();
        assert_eq!((told, silent), (1, 4), "{of_changes:?}");
        let mut li = owner(&test).await;
        let user = format!("/console/users/{}", text(&made, "id"));
        assert_eq!(li.posts(&format!("{user}/phone"), &[("phone", "138 0013 8000")]).await.status, StatusCode::SEE_OTHER);
        assert!(li.get(&user).await.text.contains("The old one gets a message about it."));
        let heard = notices(&test, OTHER).await;
        assert!(heard.len() == 1 && heard[0].content.contains("尾号8000"), "{heard:?}");
        let taken = robot.makes("/api/users", json!({ "primaryPhone": NEW })).await;
        let refused = robot.patch(&format!("/api/users/{}", text(&taken, "id")), json!({ "primaryPhone": PHONE })).await;
        assert_eq!(refused.brief(), "422 user.phone_already_in_use");
        assert!(notices(&test, NEW).await.is_empty(), "nothing happened");
    }

    async fn a_program_that_moves_a_number_to_and_fro_does_not_bomb_it(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let robot = robot(&test).await;
        let made = robot.makes("/api/users", json!({ "primaryPhone": PHONE })).await;
        let path = format!("/api/users/{}", text(&made, "id"));
        for _ in 0..12 {
            for phone in [NEW, PHONE] {
                assert_eq!(robot.patch(&path, json!({ "primaryPhone": phone })).await.brief(), "200");
            }
        }
        assert_eq!((notices(&test, PHONE).await.len(), notices(&test, NEW).await.len()), (10, 10));
        let untold = log(&test, "User.Data.Updated").await.into_iter().filter(|(_, payload)| payload["oldNumberTold"] == false);
        let untold: Vec<_> = untold.map(|(_, payload)| (payload["why"].clone(), payload["limit"].clone())).collect();
        assert_eq!(untold, vec![(json!("limit"), json!("notices")); 4]);
    }

    async fn no_code_is_tried_through_a_template_for_notices_and_a_notice_is_tried_as_it_reads(database: Database) {
        let test = telling(database, |_raw| {}).await;
        let mut config = test.connector().clone();
        config["templates"] = json!([{ "usageType": "PhoneChanged", "templateCode": "SMS_100000006" }]);
        let connector = haoma::connectors::build("aliyun-short-message-service", &config).unwrap();
        let phone = PhoneNumber::from_international(PHONE).unwrap();
        let event = event(&test.app, "Connector.Tested");
        for usage_type in UsageType::ALL {
            assert_eq!(connector.has_template(usage_type, &phone), usage_type.is_notice(), "{usage_type}");
            let trial = Trial {
                connector: &connector, phone: &phone, usage_type, fallback: Fallback::Any,
                requester: Requester::default(), caller: "li", event: &event, now: test.app.clock.now(),
            };
            match trial::send(&test.app, &trial).await {
                Ok(tried) => assert!(tried.outcome.is_ok() && usage_type.is_notice(), "{usage_type}"),
                Err(error) => assert!(error.code.code == "connector.template_not_found" && !usage_type.is_notice(), "{usage_type}"),
            }
        }
        let heard = notices(&test, PHONE).await;
        assert!(heard.len() == 1 && heard[0].content.contains("尾号0000"), "{heard:?}");
    }
}
