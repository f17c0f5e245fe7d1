//! The inbox: its JSON, its page, its bounds.

use crate::support::{Answer, TEMPLATE, code, control, deliver, demo, demo_with};
use aliyun_sms_sim::{INBOX_CAPACITY, Sim};
use axum::{
    body::{Body, HttpBody},
    http::Request,
};
use serde_json::{Value, json};
use std::{pin::Pin, task::Poll};
use tower::ServiceExt;

async fn page(sim: &Sim, language: &str) -> Answer {
    let request = Request::get("/")
        .header("accept", "text/html,*/*;q=0.8")
        .header("accept-language", language);
    deliver(sim, request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn messages_are_given_in_the_agreed_shape() {
    let caller = demo();
    caller.send("13800001234", TEMPLATE, &code("271828")).await;
    let answer =
        control(&caller.sim, "GET", "/_sim/messages?phone=8613800001234", Value::Null).await;
    let biz_id = answer.json["messages"][0]["bizId"].clone();
    let wanted = json!({ "messages": [{
        "phone": "8613800001234",
        "signName": "号码演示",
        "templateCode": TEMPLATE,
        "templateParam": "{\"code\":\"271828\"}",
        "content": "【号码演示】您的验证码是271828，5分钟内有效，请勿告诉他人。",
        "bizId": biz_id,
        "outId": "",
        "sentAt": crate::support::NOON,
        "usage": "Generic",
    }] });
    assert_eq!(answer.json, wanted);
}

#[tokio::test]
async fn messages_come_newest_first_and_one_number_sees_its_own() {
    let caller = demo();
    for phone in ["13800001234", "13900001234"] {
        caller.send(phone, TEMPLATE, &code("1234")).await;
    }
    let all = control(&caller.sim, "GET", "/_sim/messages?limit=1", Value::Null).await.json;
    assert_eq!(all["messages"].as_array().unwrap().len(), 1);
    assert_eq!(all["messages"][0]["phone"], "8613900001234");
    // A plus sign may arrive encoded or as the space it decodes to.
    for spelling in ["13800001234", "8613800001234", "%2B8613800001234", "+8613800001234"] {
        let path = format!("/_sim/messages?phone={spelling}");
        let one = control(&caller.sim, "GET", &path, Value::Null).await.json;
        assert_eq!(one["messages"][0]["phone"], "8613800001234", "{spelling}");
    }
    let none =
        control(&caller.sim, "GET", "/_sim/messages?phone=85291234567", Value::Null).await.json;
    assert_eq!(none, json!({ "messages": [] }));
}

#[tokio::test]
async fn the_inbox_forgets_the_oldest_when_it_is_full() {
    let caller = demo_with(|seed| seed.accounts[0].flow = None);
    caller.send("13700001234", TEMPLATE, &code("1234")).await;
    for start in (0..INBOX_CAPACITY).step_by(1_000) {
        let phones: Vec<String> = (start..start + 1_000).map(|at| format!("138{at:08}")).collect();
        let answer = caller.send(&phones.join(","), TEMPLATE, &code("1234")).await;
        assert_eq!(answer.verdict(), (200, "OK"));
    }
    assert_eq!(caller.sim.messages(None, usize::MAX).len(), INBOX_CAPACITY);
    assert!(caller.sim.latest("13700001234").is_none());
    assert_eq!(caller.sim.latest("13800000000").unwrap().phone, "8613800000000");
    assert_eq!(caller.sim.latest("13800009999").unwrap().phone, "8613800009999");
}

#[tokio::test]
async fn a_browser_gets_the_page_in_its_language() {
    let sim = demo().sim;
    for (language, title) in [
        ("en-US,en;q=0.9", "Messages"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "信息"),
        ("en;q=0.5, zh;q=0.7", "信息"),
        ("fr, zh-TW;q=0.3", "信息"),
        ("fr", "Messages"),
        ("", "Messages"),
    ] {
        let answer = page(&sim, language).await;
        assert!(answer.text.contains(&format!("<h1>{title}</h1>")), "{language}");
        assert!(!answer.text.contains('{'), "a word was not filled in for {language}");
    }
}

#[tokio::test]
async fn the_page_trusts_only_its_own_files() {
    let sim = demo().sim;
    let answer = page(&sim, "en").await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(!answer.text.contains("<style") && !answer.text.contains("<script>"));
    let script = control(&sim, "GET", "/_sim/inbox.js", Value::Null).await;
    for way_in in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("] {
        assert!(!script.text.contains(way_in), "{way_in}");
    }
    let foreign =
        Request::get("/_sim/messages").header("sec-fetch-site", "cross-site").body(Body::empty());
    assert_eq!(deliver(&sim, foreign.unwrap()).await.status, 403);
}

#[tokio::test]
async fn the_page_hears_of_a_message_at_once() {
    let caller = demo();
    let request = Request::get("/_sim/events").body(Body::empty()).unwrap();
    let response = caller.sim.router().oneshot(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut next =
        |context: &mut std::task::Context<'_>| match Pin::new(&mut body).poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
            }
            other => format!("{other:?}"),
        };
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(next(&mut context).contains("data: hello"));
    assert_eq!(next(&mut context), "Pending");
    caller.send("13800001234", TEMPLATE, &code("1234")).await;
    assert_eq!(next(&mut context), "data: changed\n\n");
}
