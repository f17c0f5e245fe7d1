//! How messages and the connector fare, told without a number in full.
use aliyun_sms_sim::{Fault, FaultKind};

use super::*;

/// The account has no money left.
fn broke() -> FaultKind {
    FaultKind::Code { code: "isv.AMOUNT_NOT_ENOUGH".to_owned(), message: None, status: None }
}

/// A server that waits little for its provider.
async fn impatient(database: Database) -> TestApp {
    TestApp::start_with(database, |config| config["timeoutMs"] = 300.into(), |_| {}).await
}

/// Somebody new asks for a code; what they hear, once hooks were told.
async fn asks(test: &TestApp, phone: &str) -> String {
    let mut person = test.visitor().at("203.0.113.9").with_program("A phone");
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let answer = person.asks_code(phone, "SignIn").await;
    deliver::run(&test.app).await;
    answer.brief()
}

on_both! {
    async fn a_message_that_does_not_go_out_and_a_connector_that_fails_are_told_without_the_number(database: Database) {
        let test = impatient(database).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
        assert_eq!(asks(&test, PHONE).await, "504 connector.outcome_unknown");
        let heard = receiver.heard();
        assert_eq!((heard.len(), &heard[0]["event"]), (1, &json!("Message.OutcomeUnknown")));
        assert_eq!(heard[0]["recipientMasked"], "+86 138****8000");
        let told = heard[0].to_string();
        assert!(!told.contains(PHONE) && heard[0]["messageId"].is_string(), "{told}");
        test.sim.add_fault(Fault::once(broke()));
        asks(&test, "8613800138001").await;
        let heard = receiver.heard();
        let [failing, refused] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!((&failing["event"], &failing["reason"]), (&json!("Connector.Failing"), &json!("isv.AMOUNT_NOT_ENOUGH")));
        assert_eq!((&refused["event"], &refused["ip"]), (&json!("Message.Refused"), &json!("203.0.113.9")));
        for of_somebody in ["ip", "userIp", "userAgent", "sessionId", "applicationId", "application"] {
            assert!(failing.get(of_somebody).is_none(), "{of_somebody} in {failing}");
        }
        test.sim.add_fault(Fault::once(broke()));
        asks(&test, "8613800138002").await;
        assert_eq!(receiver.names(), ["Message.Refused"], "that it fails is told once");
        assert_eq!(asks(&test, "8613800138003").await, "200");
        assert_eq!(receiver.names(), ["Connector.Recovered"]);
        assert_eq!(asks(&test, "8613800138004").await, "200");
        assert!(receiver.names().is_empty());
    }

    async fn that_it_fails_is_told_every_day_and_that_it_works_again_however_many_days_it_failed(database: Database) {
        let test = impatient(database).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        for day in 0..3 {
            for n in 0..2 {
                test.sim.add_fault(Fault::once(broke()));
                asks(&test, &format!("86138001380{day}{n}")).await;
                let expected = if n == 0 { &["Connector.Failing", "Message.Refused"][..] } else { &["Message.Refused"] };
                assert_eq!(receiver.names(), expected, "day {day}");
            }
            test.advance_secs(86_400);
        }
        // the reminder is over, and so is what counts only for a day
        let now = test.app.clock.now();
        let kept = haoma_store::purge::Retention {
            messages: now, audit_events: now, hook_deliveries: now, expired_codes: now, deleted_connectors: now,
        };
        while haoma_store::purge::purge(&test.app.db, now, kept, 100).await.unwrap() > 0 {}
        assert_eq!(asks(&test, PHONE).await, "200");
        assert_eq!(receiver.names(), ["Connector.Recovered"]);
    }

    async fn a_provider_that_never_answers_fails_too(database: Database) {
        let test = impatient(database).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        let silent = async |n: usize| {
            test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
            asks(&test, &format!("861380013801{n}")).await;
            receiver.names()
        };
        for n in [0, 1] {
            assert_eq!(silent(n).await, ["Message.OutcomeUnknown"], "may be chance");
        }
        assert_eq!(asks(&test, "8613800138020").await, "200");
        assert!(receiver.names().is_empty(), "it did not fail");
        for n in [2, 3] {
            assert_eq!(silent(n).await, ["Message.OutcomeUnknown"], "counted anew");
        }
        assert_eq!(silent(4).await, ["Connector.Failing", "Message.OutcomeUnknown"]);
        assert_eq!(silent(5).await, ["Message.OutcomeUnknown"]);
        assert_eq!(asks(&test, "8613800138021").await, "200");
        assert_eq!(receiver.names(), ["Connector.Recovered"]);
    }

    async fn a_message_that_surely_did_not_go_out_is_told(database: Database) {
        let nobody = |config: &mut Value| config["endpoint"] = "http://127.0.0.1:9".into();
        let test = TestApp::start_with(database, nobody, |_| {}).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        assert_eq!(asks(&test, PHONE).await, "502 connector.unreachable");
        let heard = receiver.heard();
        let [failing, message] = &heard[..] else { panic!("{heard:?}") };
        assert_eq!((&failing["event"], &failing["reason"]), (&json!("Connector.Failing"), &json!("connection_refused")));
        assert_eq!((&message["event"], &message["providerCode"]), (&json!("Message.NotSent"), &json!("connection_refused")));
    }

    async fn what_becomes_of_a_message_later_is_told_once(database: Database) {
        let test = impatient(database).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
        asks(&test, PHONE).await;
        let unknown = receiver.heard().remove(0);
        let reconciles = async || {
            test.advance_secs(31);
            haoma::reconcile::run(&test.app).await.unwrap();
            deliver::run(&test.app).await;
            receiver.heard()
        };
        let heard = reconciles().await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!(heard[0]["event"], "Message.Delivered");
        for same in ["messageId", "usageType", "connectorId", "recipientMasked"] {
            assert_eq!(heard[0][same], unknown[same], "{same}");
        }
        assert_eq!(reconciles().await, [json!(null); 0], "once");
        test.sim.add_fault(Fault::once(FaultKind::Undelivered { err_code: "MK:0001".to_owned() }));
        assert_eq!(asks(&test, "8613800138001").await, "200");
        assert!(receiver.names().is_empty());
        let lost = "UPDATE messages SET status = 'unknown', check_at = $1 WHERE status = 'accepted'";
        let now = test.app.clock.now();
        test.app.db.write(haoma_store::Step::new(lost, vec![now.into()])).await.unwrap();
        let heard = reconciles().await;
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!((&heard[0]["event"], &heard[0]["providerCode"]), (&json!("Message.Undelivered"), &json!("MK:0001")));
    }

    async fn a_message_of_a_node_that_died_is_told_of_when_nobody_knows_what_became_of_it(database: Database) {
        let test = impatient(database).await;
        let receiver = Receiver::listens().await;
        test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
        asks(&test, PHONE).await;
        listening(&test, &receiver).await;
        let nobody_says = FaultKind::Code { code: "isp.RAM_PERMISSION_DENY".to_owned(), message: None, status: None };
        test.sim.add_fault(Fault { action: Some("QuerySendDetails".to_owned()), ..Fault::always(nobody_says) });
        let anew = "UPDATE messages SET status = 'pending', check_at = $1";
        test.app.db.write(haoma_store::Step::new(anew, vec![test.app.clock.now().into()])).await.unwrap();
        for _look in 0..5 {
            test.advance_secs(7200);
            haoma::reconcile::run(&test.app).await.unwrap();
        }
        deliver::run(&test.app).await;
        assert_eq!(receiver.names(), ["Message.OutcomeUnknown"]);
    }
}
