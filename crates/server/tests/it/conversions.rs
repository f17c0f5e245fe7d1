//! Where it is switched on, the provider hears once which message's code was given, of messages that left the mainland; and nobody waits for it.
use std::collections::BTreeSet;

use aliyun_sms_sim::{Fault, FaultKind};
use futures_util::FutureExt as _;
use haoma_store::Step;
use serde_json::{Value, json};

use crate::account::{SCOPES, member, set};
use crate::management::support::robot;
use crate::support::{self, Database, TestApp};

const ABROAD: &str = "85291234567";
const OTHER: &str = "85291234568";
const MAINLAND: &str = "8613800138000";
const ACTION: &str = "SmsConversionIntl";

fn switched_on(connector: &mut Value) {
    connector["reportConversions"] = json!(true);
}

async fn telling(database: Database) -> TestApp {
    let manage =
        |raw: &mut Value| raw["applications"].as_array_mut().unwrap().push(support::robot());
    TestApp::start_with(database, switched_on, manage).await
}

/// What the provider was told in the meantime: which messages' codes were given.
async fn told(test: &TestApp) -> Vec<String> {
    test.app.work.ended().await;
    let told = test.sim.conversions();
    assert!(told.iter().all(|one| one.delivered), "{told:?}");
    let ids: Vec<_> = told.into_iter().map(|one| one.message_id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "once for a message");
    ids
}

/// How often it was asked to listen.
fn asked(test: &TestApp) -> u64 {
    test.sim.requests_by_action().get(ACTION).copied().unwrap_or_default()
}

fn newest(test: &TestApp, phone: &str) -> String {
    test.sim.latest(phone).unwrap().biz_id
}

on_both! {
    async fn a_code_that_was_given_abroad_is_told_once(database: Database) {
        let test = telling(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("Register").await;
        assert_eq!(person.asks_code(ABROAD, "Register").await.brief(), "200");
        test.advance_secs(61);
        let id = person.asks_code(ABROAD, "Register").await.json()["verificationId"].as_str().unwrap().to_owned();
        assert_eq!(person.messages(ABROAD), 2, "with one code");
        let code = person.reads_sms(ABROAD);
        person.gives_code(ABROAD, &id, "000000").await;
        assert_eq!(told(&test).await, [""; 0], "a wrong one is none");
        assert_eq!(person.gives_code(ABROAD, &id, &code).await.brief(), "200");
        assert_eq!(told(&test).await, [newest(&test, ABROAD)], "of two messages the newer");
        assert_eq!(person.gives_code(ABROAD, &id, &code).await.brief(), "400 verification_code.not_found");
        assert_eq!((told(&test).await.len(), asked(&test)), (1, 1));
    }

    async fn codes_of_accounts_and_of_programs_are_told_too(database: Database) {
        let test = telling(database).await;
        set(&test, |_center| {}).await;
        let me = member(&test, "app", ABROAD, SCOPES).await;
        let mut wanted = told(&test).await;
        assert_eq!(wanted, [newest(&test, ABROAD)]);
        me.proves(ABROAD).await;
        wanted.push(newest(&test, ABROAD));
        assert_eq!(told(&test).await, wanted);
        let robot = robot(&test).await;
        robot.post("/api/verification-codes", json!({ "phone": OTHER })).await;
        let given = json!({ "phone": OTHER, "verificationCode": test.visitor().reads_sms(OTHER) });
        assert_eq!(robot.post("/api/verification-codes/verify", given).await.brief(), "204");
        wanted.push(newest(&test, OTHER));
        assert_eq!(told(&test).await, wanted);
    }

    async fn whoever_gives_a_code_waits_for_no_provider_and_no_refusal_reaches_them(database: Database) {
        let test = telling(database).await;
        let refuses = FaultKind::Code { code: "isp.RAM_PERMISSION_DENY".to_owned(), message: None, status: None };
        for (n, kind) in [FaultKind::Silent, FaultKind::DropAfterRead, refuses].into_iter().enumerate() {
            let action = Some(ACTION.to_owned());
            let is_silent = kind == FaultKind::Silent;
            test.sim.add_fault(Fault { kind, times: Some(1), phone: None, action });
            let phone = format!("8529123456{n}");
            let mut person = test.visitor();
            // with the code given
            let id = person.proves("app", &phone, "Register").await;
            let is_over = test.app.work.ended().now_or_never().is_some();
            assert!(!(is_silent && is_over), "nobody has answered yet");
            assert_eq!(person.identifies(&id).await.brief(), "201");
            assert_eq!(person.submits().await.brief(), "200");
            assert_eq!(told(&test).await, [""; 0]);
            assert_eq!(asked(&test), u64::try_from(n + 1).unwrap(), "once only");
        }
        assert_eq!(test.sim.faults(), []);
    }

    async fn nothing_is_told_of_the_mainland(database: Database) {
        let test = TestApp::start_with(database, switched_on, |_raw| {}).await;
        test.visitor().signs_in("app", MAINLAND, "Register").await;
        assert_eq!((told(&test).await.len(), asked(&test)), (0, 0));
    }

    async fn nothing_is_told_where_nobody_switched_it_on(database: Database) {
        let mut database = database;
        for (n, written) in [None, Some(Value::Null), Some(json!(false))].into_iter().enumerate() {
            let write = |connector: &mut Value| {
                assert_eq!(connector.get("reportConversions"), None, "not by these tests either");
                if let Some(written) = &written {
                    connector["reportConversions"] = written.clone();
                }
            };
            let test = TestApp::start_with(database, write, |_raw| {}).await;
            let phone = format!("8529123456{n}");
            test.visitor().signs_in("app", &phone, "Register").await;
            assert_eq!(test.sim.messages(Some(&phone), 10).len(), 1, "a message that is told of elsewhere");
            assert_eq!((told(&test).await.len(), asked(&test)), (0, 0), "{written:?}");
            database = test.end();
        }
    }

    async fn a_message_of_another_connector_and_one_that_was_lost_are_not_told_of(database: Database) {
        let test = telling(database).await;
        for change in ["UPDATE messages SET connector_id = 'another'", "UPDATE messages SET status = 'undelivered'"] {
            let mut person = test.visitor();
            person.arrives_from("app").await;
            person.begins("Register").await;
            let id = person.asks_code(ABROAD, "Register").await.json()["verificationId"].as_str().unwrap().to_owned();
            test.app.work.ended().await;
            test.app.db.write(Step::new(change, vec![])).await.unwrap();
            let code = person.reads_sms(ABROAD);
            assert_eq!(person.gives_code(ABROAD, &id, &code).await.brief(), "200");
            assert_eq!((told(&test).await.len(), asked(&test)), (0, 0), "{change}");
            test.advance_secs(600);
        }
    }
}
