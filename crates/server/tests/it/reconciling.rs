//! Messages of unknown outcome are looked up where they were sent, whatever is configured since.
use aliyun_sms_sim::{Fault, FaultKind};
use haoma::connectors::factory;
use haoma::connectors::saving::{self, Draft, Saving};
use haoma::sending::trial;
use haoma_store::connectors::{self, SavedBy};
use haoma_store::messages::{self, Message, Status};
use haoma_store::{Row, Value};

use crate::support::{Database, TestApp, event};

const PHONE: &str = "8613800138000";

/// A message that was sent and whose answer never came.
async fn lost(database: Database) -> (TestApp, Message) {
    let test =
        TestApp::start_with(database, |config| config["timeoutMs"] = 300.into(), |_| {}).await;
    test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let answer = person.asks_code(PHONE, "SignIn").await;
    assert_eq!(answer.brief(), "504 connector.outcome_unknown");
    let message = only(&test).await;
    assert_eq!((message.status, message.connector_version), (Status::Unknown, 1));
    (test, message)
}

async fn only(test: &TestApp) -> Message {
    let rows: Vec<Row> =
        test.app.db.read("SELECT id FROM messages", Vec::<Value>::new()).await.unwrap();
    let id = rows[0].parse(0, haoma_core::ids::MessageId::parse).unwrap();
    messages::find(&test.app.db, &id).await.unwrap().unwrap()
}

/// Another account at another address is configured: version 2, through which messages now go.
async fn moves_to_another_account(test: &TestApp) {
    let app = &test.app;
    let first = connectors::current(&app.db).await.unwrap().unwrap();
    let mut config = saving::open(app, &first).unwrap();
    config["endpoint"] = "http://127.0.0.1:9".into();
    config["accessKeyId"] = "another".into();
    let draft = Draft::check(factory(&first.factory_id).unwrap(), &config, None).unwrap();
    let (by, now) = (SavedBy::Configuration, app.clock.now());
    let saving = Saving { by, event: event(app, "Connector.Saved"), now };
    saving::change(app, &first, &draft, &saving).await.unwrap();
}

on_both! {
    async fn a_lost_message_is_looked_up_with_the_version_it_was_sent_with(database: Database) {
        let (test, _) = lost(database).await;
        moves_to_another_account(&test).await;
        test.advance_secs(31);
        haoma::reconcile::run(&test.app).await.unwrap();
        assert_eq!(test.sim.requests_by_action().get("QuerySendDetails"), Some(&1));
        let message = only(&test).await;
        assert!(matches!(message.status, Status::Accepted | Status::Delivered), "{message:?}");
        assert_eq!((message.check_at, message.connector_version), (None, 1));
        test.advance_secs(7200);
        haoma::reconcile::run(&test.app).await.unwrap();
        assert_eq!(test.sim.requests_by_action().get("QuerySendDetails"), Some(&1), "settled");
        assert_eq!(test.sim.messages(None, 10).len(), 1, "never sent again");
    }

    async fn a_send_under_way_keeps_its_version_when_another_is_saved(database: Database) {
        let test = TestApp::start(database).await;
        test.sim.add_fault(Fault::once(FaultKind::DelayMs { ms: 1500 }));
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sending = tokio::spawn(async move { person.asks_code(PHONE, "SignIn").await.brief() });
        while test.sim.requests_seen() == 0 {
            tokio::task::yield_now().await;
        }
        moves_to_another_account(&test).await;
        assert_eq!(connectors::live(&test.app.db).await.unwrap().unwrap().1, 2);
        assert_eq!(only(&test).await.status, Status::Pending, "the provider has not answered yet");
        assert_eq!(sending.await.unwrap(), "200", "through the account it began with");
        let message = only(&test).await;
        assert_eq!((message.status, message.connector_version), (Status::Accepted, 1));
    }

    async fn a_lost_message_is_looked_up_although_its_connector_was_deleted(database: Database) {
        let (test, message) = lost(database).await;
        let (by, now) = (SavedBy::Configuration, test.app.clock.now());
        let saving = Saving { by, event: event(&test.app, "Connector.Deleted"), now };
        saving::delete(&test.app, &message.connector_id, &saving).await.unwrap();
        assert!(test.app.connector.load().is_none());
        test.advance_secs(31);
        haoma::reconcile::run(&test.app).await.unwrap();
        assert_eq!(test.sim.requests_by_action().get("QuerySendDetails"), Some(&1));
        assert!(matches!(only(&test).await.status, Status::Accepted | Status::Delivered));
    }

    async fn a_pending_message_nobody_tells_of_is_unknown_after_the_last_look(database: Database) {
        let (test, _) = lost(database).await;
        let code = FaultKind::Code { code: "isp.RAM_PERMISSION_DENY".to_owned(), message: None, status: None };
        let refused = Fault { action: Some("QuerySendDetails".to_owned()), ..Fault::always(code) };
        test.sim.add_fault(refused);
        let anew = "UPDATE messages SET status = 'pending', check_at = $1, connector_id = $2";
        for (connector, asks) in [(only(&test).await.connector_id.to_string(), 1), (trial::CONNECTOR.to_owned(), 0)] {
            let due = test.app.clock.now();
            test.app.db.write(haoma_store::Step::new(anew, vec![due.into(), connector.into()])).await.unwrap();
            let asked = || test.sim.requests_by_action().get("QuerySendDetails").copied().unwrap_or_default();
            let before = asked();
            haoma::reconcile::run(&test.app).await.unwrap();
            let looked_at = only(&test).await;
            assert_eq!(looked_at.status == Status::Pending, looked_at.check_at.is_some(), "as long as it is asked about again");
            test.advance_secs(7200);
            haoma::reconcile::run(&test.app).await.unwrap();
            let left = only(&test).await;
            assert_eq!((left.status, left.check_at), (Status::Unknown, None));
            assert!(asked() >= before + asks);
        }
    }

    async fn a_lost_message_whose_connector_is_gone_stays_unknown_and_holds_nothing_up(database: Database) {
        let (test, message) = lost(database).await;
        moves_to_another_account(&test).await;
        let gone = haoma_store::Step::new("DELETE FROM connectors WHERE version = 1", vec![]);
        assert_eq!(test.app.db.write(gone).await.unwrap().changed, 1);
        test.advance_secs(31);
        haoma::reconcile::run(&test.app).await.unwrap();
        let left = only(&test).await;
        assert_eq!(left.status, Status::Unknown);
        assert!(left.check_at > message.check_at, "asked about again later, not at once");
        assert_eq!(test.sim.requests_by_action().get("QuerySendDetails"), None);
    }
}
