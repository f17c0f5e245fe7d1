//! Trying a connector before it is saved: what is told while it happens, what is told of silence, and whom the receipt is asked from.
use aliyun_sms_sim::{DEMO_ACCESS_KEY_SECRET, Fault, FaultKind};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;

use crate::console::{owner, with_role};
use crate::console_connectors::{NEW, PHONE, empty, saves, typed};
use crate::support::TestApp;
use crate::support::visitor::hidden;

/// The colour of each step of the report and what it says.
fn steps(html: &str) -> Vec<(&str, &str)> {
    let (_, list) = html.split_once("<ol class=\"report\"").expect("a report");
    let list = list.split("</ol>").next().unwrap();
    list.split("<li class=\"")
        .skip(1)
        .map(|item| {
            let (tone, rest) = item.split_once('"').unwrap();
            let title = rest.split("<strong>").nth(1).unwrap().split('<').next().unwrap();
            (tone, title)
        })
        .collect()
}

async fn events(test: &TestApp, key: &str) -> usize {
    let sql = format!("SELECT id FROM audit_events WHERE key = '{key}'");
    test.app.db.read(Box::leak(sql.into_boxed_str()), vec![]).await.unwrap().len()
}

on_both! {
    async fn a_message_is_told_while_it_is_sent_and_its_receipt_can_be_asked_for_after(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let send = [("action", "send"), ("trial_phone", PHONE), ("trial_usage", "SignIn"), ("live", "yes")];
        let told = li.posts(NEW, &typed(&address, &send)).await;
        assert_eq!(told.status, StatusCode::OK);
        assert!(told.headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/event-stream"));
        let reports: Vec<_> = told.text.split_terminator("\n\n").collect();
        let [begun, over] = reports.as_slice() else { panic!("two reports: {}", told.text) };
        assert_eq!(steps(begun).iter().map(|(tone, _)| *tone).collect::<Vec<_>>(), ["good", "plain"]);
        assert!(begun.contains("Signing, and handing over") && !begun.contains("name=\"pending\""));
        assert_eq!(steps(over).iter().map(|(tone, _)| *tone).collect::<Vec<_>>(), ["good", "good", "good", "plain"]);
        assert!(over.contains("Accepted by the provider") && over.contains("data-waits"));
        assert!(!told.text.contains(DEMO_ACCESS_KEY_SECRET));
        test.advance_secs(30);
        let pending = hidden(over, "pending");
        let asked = li.posts(NEW, &typed(&address, &[("action", "receipt"), ("pending", &pending)])).await.text;
        assert_eq!(steps(&asked).last().unwrap().0, "good");
        assert!(asked.contains("Delivered") && steps(&asked).len() == 4);
    }

    async fn what_is_in_the_way_is_told_by_the_page_and_nothing_is_streamed(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let send = [("action", "send"), ("trial_phone", "12"), ("live", "yes"), ("signName", ""), ("timeoutMs", "soon")];
        let refused = li.posts(NEW, &typed(&address, &send)).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        for id in ["trial_phone", "signName", "timeoutMs"] {
            assert!(refused.text.contains(&format!("id=\"{id}-error\"")), "{id} at once: {}", refused.text);
        }
        assert_eq!(test.sim.requests_by_action().get("SendSms"), None);
    }

    async fn a_step_that_did_not_happen_is_not_green(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let send = |address: &'static str| typed(address, &[("action", "send"), ("trial_phone", PHONE)]);
        let refused = li.posts(NEW, &send("http://127.0.0.1:9")).await.text;
        let tones: Vec<_> = steps(&refused).iter().map(|(tone, _)| *tone).collect();
        assert_eq!(tones, ["good", "bad", "bad"], "{refused}");
        assert!(refused.contains("Not handed over"));
        test.sim.add_fault(Fault::once(FaultKind::DropAfterRead));
        let silent = li.posts(NEW, &send(address.clone().leak())).await.text;
        let tones: Vec<_> = steps(&silent).iter().map(|(tone, _)| *tone).collect();
        assert_eq!(tones, ["good", "warn", "warn", "plain"], "{silent}");
        let asked = [("action", "receipt"), ("pending", &hidden(&silent, "pending"))];
        let asked = li.posts(NEW, &typed(&address, &asked)).await.text;
        assert_eq!(steps(&asked).len(), 4, "what was told before stays: {asked}");
    }

    async fn a_receipt_is_asked_for_through_what_was_sent_with_counted_and_recorded(database: Database) {
        let (test, address) = empty(database).await;
        let mut li = owner(&test).await;
        let send = [("action", "send"), ("trial_phone", PHONE), ("trial_usage", "SignIn")];
        let sent = li.posts(NEW, &typed(&address, &send)).await.text;
        let pending = hidden(&sent, "pending");
        let ask = [("action", "receipt"), ("pending", pending.as_str()), ("accessKeySecret", "changed-in-the-meantime"), ("accessKeyId", "changed")];
        let ask = typed(&address, &ask);
        for n in 1..=60 {
            let told = li.posts(NEW, &ask).await;
            assert_eq!(told.status, StatusCode::OK);
            assert!(told.text.contains("Waiting for the operator") || told.text.contains("does not know of it yet"), "{n}: {}", told.text);
        }
        assert_eq!(events(&test, "Connector.ReceiptAsked").await, 60);
        let full = li.posts(NEW, &ask).await;
        assert_eq!(full.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(steps(&full.text).len() == 3 && full.text.contains("value=\"changed\""), "nothing is lost: {}", full.text);
        let look = li.posts(NEW, &typed(&address, &[("action", "look")])).await;
        assert_eq!(look.status, StatusCode::TOO_MANY_REQUESTS, "the same count");
        assert!(look.text.contains("data-wizard"), "what was typed is not lost");
        for _ in 0..2 {
            test.advance_secs(1800);
            assert_eq!(li.get(NEW).await.status, StatusCode::OK);
        }
        let told = li.posts(NEW, &ask).await.text;
        assert!(told.contains("Delivered"), "{told}");
    }

    async fn whoever_may_only_look_is_handed_no_sealed_secret_and_no_query_of_an_address(database: Database) {
        let (test, _) = empty(database).await;
        let mut li = owner(&test).await;
        let mut wang = with_role(&test, &mut li, "wang", "viewer").await;
        let http = "/console/connectors/new/http-sms";
        let path = saves(&mut li, http, &[("endpoint", "https://sms.example.com/send?key=sesame")]).await;
        assert!(li.get(&path).await.text.contains("send?key=sesame"), "an owner may change it");
        let second = [("endpoint", "https://sms.example.com/to?key=sesame"), ("base", "1")];
        saves(&mut li, &path, &second).await;
        for page in [http.to_owned(), path.clone(), format!("{path}/versions/1")] {
            let shown = wang.get(&page).await;
            assert_eq!(shown.status, StatusCode::OK);
            assert!(!shown.text.contains("name=\"pending\"") && !shown.text.contains("sesame"), "{page}");
        }
        assert!(wang.get(&path).await.text.contains("https://sms.example.com/to?…"));
        assert!(li.get(&format!("{path}/versions/1")).await.text.contains("sesame"));
    }
}
