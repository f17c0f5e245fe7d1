//! Delivery receipts: pushed in Aliyun's form, repeated by the clock, kept on this machine.

use crate::support::{Caller, TEMPLATE, code, control, demo};
use aliyun_sms_sim::{BadReceiptUrl, serve};
use axum::{Json, Router, extract::State, http::StatusCode, routing::post};
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{net::TcpListener, sync::mpsc};

type Shared = (mpsc::UnboundedSender<Value>, Arc<AtomicUsize>);

/// Somebody who takes receipts, after refusing so many of them.
async fn receiver(refusals: usize) -> (String, mpsc::UnboundedReceiver<Value>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let left = Arc::new(AtomicUsize::new(refusals));
    let take = |State((sender, left)): State<Shared>, Json(body): Json<Value>| async move {
        sender.send(body).unwrap();
        let refuse = left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .is_ok();
        let status = if refuse { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
        (status, Json(json!({ "code": 0, "msg": "接收成功" })))
    };
    let app = Router::new().route("/receipts", post(take)).with_state((sender, left));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/receipts", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let service = TowerToHyperService::new(app.clone());
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.unwrap();
        }
    });
    (url, receiver)
}

async fn sent_to(refusals: usize) -> (Caller, mpsc::UnboundedReceiver<Value>) {
    let (url, receiver) = receiver(refusals).await;
    let caller = demo();
    let set = control(&caller.sim, "POST", "/_sim/receipts", json!({ "url": url })).await;
    assert_eq!(set.json["url"], url);
    caller.send("13800001234", TEMPLATE, &code("1234")).await;
    (caller, receiver)
}

#[tokio::test]
async fn a_receipt_is_pushed_when_the_message_is_delivered() {
    let (caller, mut received) = sent_to(0).await;
    assert_eq!(caller.sim.push_due_receipts().await, 0);
    caller.sim.advance_ms(1_500);
    assert_eq!(caller.sim.push_due_receipts().await, 1);
    let biz_id = caller.sim.latest("13800001234").unwrap().biz_id;
    let wanted = json!([{
        "phone_number": "13800001234",
        "send_time": "2026-01-15 16:00:00",
        "report_time": "2026-01-15 16:00:01",
        "success": true,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": biz_id,
        "out_id": "",
    }]);
    assert_eq!(received.recv().await.unwrap(), wanted);
    assert_eq!(caller.sim.push_due_receipts().await, 0);
}

#[tokio::test]
async fn a_receipt_not_taken_is_repeated_after_one_five_and_ten_minutes_and_then_never() {
    let (caller, _received) = sent_to(100).await;
    caller.sim.advance_ms(1_500);
    assert_eq!(caller.sim.push_due_receipts().await, 1);
    for minutes in [1, 5, 10] {
        caller.sim.advance_ms(minutes * 60_000 - 1);
        assert_eq!(caller.sim.push_due_receipts().await, 0, "before {minutes} minutes");
        caller.sim.advance_ms(1);
        assert_eq!(caller.sim.push_due_receipts().await, 1, "after {minutes} minutes");
    }
    caller.sim.advance_ms(24 * 3_600_000);
    assert_eq!(caller.sim.push_due_receipts().await, 0);
}

#[tokio::test]
async fn a_running_simulator_pushes_when_the_clock_is_moved() {
    let (caller, mut received) = sent_to(0).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    tokio::spawn(serve(listener, caller.sim.clone(), std::future::pending()));
    caller.sim.advance_ms(1_500);
    assert_eq!(received.recv().await.unwrap()[0]["phone_number"], "13800001234");
}

#[tokio::test]
async fn receipts_stay_on_this_machine_unless_the_seed_says_otherwise() {
    let sim = demo().sim;
    for url in ["http://192.0.2.1/x", "http://receipts.example/x", "http://localhost.example/x"] {
        assert_eq!(sim.set_receipt_url(Some(url)), Err(BadReceiptUrl::NotLoopback), "{url}");
    }
    for url in ["https://127.0.0.1/x", "ftp://127.0.0.1/", "not a url", "/x"] {
        assert_eq!(sim.set_receipt_url(Some(url)), Err(BadReceiptUrl::NotHttp), "{url}");
    }
    for url in ["http://127.0.0.1:9/x", "http://[::1]:9/x", "http://localhost:9/x"] {
        assert_eq!(sim.set_receipt_url(Some(url)), Ok(()), "{url}");
    }
    let mut seed = sim.seed();
    seed.receipts.allow_remote = true;
    sim.set_seed(seed);
    assert_eq!(sim.set_receipt_url(Some("http://192.0.2.1/x")), Ok(()));
}
