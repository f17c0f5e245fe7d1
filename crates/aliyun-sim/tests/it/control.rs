//! The control paths: clock, seed, faults, reset.

use crate::support::{Caller, NOON, TEMPLATE, code, control, demo};
use aliyun_sms_sim::{Account, Fault, FaultKind, SimClock};
use serde_json::{Value, json};

const NUMBER: &str = "13800001234";

#[tokio::test]
async fn the_clock_can_be_set_moved_and_set_right() {
    let sim = demo().sim;
    let moved = control(&sim, "POST", "/_sim/clock", json!({ "advance_ms": 1_000 })).await.json;
    assert_eq!(moved, json!({ "now_ms": NOON + 1_000, "mode": "fixed" }));
    let set = control(&sim, "POST", "/_sim/clock", json!({ "now_ms": 5 })).await.json;
    assert_eq!(set["now_ms"], 5);
    control(&sim, "POST", "/_sim/clock", json!({ "system": true })).await;
    assert_eq!(sim.clock(), SimClock::System);
    control(&sim, "POST", "/_sim/clock", json!({ "advance_ms": -60_000 })).await;
    assert_eq!(sim.clock(), SimClock::Offset(-60_000));
    for nonsense in [json!({}), json!({ "now_ms": 1, "system": true }), json!({ "hour": 3 })] {
        assert_eq!(control(&sim, "POST", "/_sim/clock", nonsense).await.status, 400);
    }
}

#[tokio::test]
async fn a_seed_can_be_read_changed_and_put_back() {
    let caller = demo();
    let mut seed = control(&caller.sim, "GET", "/_sim/seed", Value::Null).await.json;
    assert_eq!(seed["accounts"][0]["accessKeyId"], "LTAIdemoHaoma");
    seed["accounts"] =
        json!([{ "accessKeyId": "LTAIother", "accessKeySecret": "other", "flow": null }]);
    assert_eq!(control(&caller.sim, "PUT", "/_sim/seed", seed).await.status, 200);
    assert_eq!(
        caller.call("QuerySmsSignList", &[]).await.verdict(),
        (404, "InvalidAccessKeyId.NotFound")
    );
    let other = Caller { id: "LTAIother".to_owned(), secret: "other".to_owned(), ..caller };
    for _ in 0..3 {
        assert_eq!(other.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
    }
    assert_eq!(
        control(&other.sim, "PUT", "/_sim/seed", json!({ "acounts": [] })).await.status,
        400
    );
}

#[tokio::test]
async fn a_small_seed_gets_standard_values() {
    let seed = json!({
        "accounts": [{ "accessKeyId": "LTAI1", "accessKeySecret": "s" }],
        "signatures": [{ "name": "小店" }],
        "templates": [{ "code": "SMS_1", "name": "验证码", "content": "验证码${code}" }],
    });
    let caller = Caller { id: "LTAI1".to_owned(), secret: "s".to_owned(), ..demo() };
    assert_eq!(control(&caller.sim, "PUT", "/_sim/seed", seed).await.status, 200);
    let param = code("1234");
    let params = [
        ("PhoneNumbers", NUMBER),
        ("SignName", "小店"),
        ("TemplateCode", "SMS_1"),
        ("TemplateParam", &param),
    ];
    assert_eq!(caller.call("SendSms", &params).await.verdict(), (200, "OK"));
    assert_eq!(
        caller.call("SendSms", &params).await.verdict(),
        (200, "isv.BUSINESS_LIMIT_CONTROL")
    );
}

#[tokio::test]
async fn a_reset_forgets_everything_but_the_start() {
    let caller = demo();
    caller.send(NUMBER, TEMPLATE, &code("1234")).await;
    caller.sim.advance_ms(5_000);
    caller.sim.add_fault(Fault::always(FaultKind::Silent));
    let mut seed = caller.sim.seed();
    seed.accounts = vec![Account::new("LTAIother", "other")];
    caller.sim.set_seed(seed);
    control(&caller.sim, "POST", "/_sim/reset", Value::Null).await;
    assert_eq!((caller.sim.now_ms(), caller.sim.requests_seen()), (NOON, 0));
    assert!(caller.sim.messages(None, 1).is_empty());
    assert!(caller.sim.faults().is_empty());
    // The same minute, and the counters are empty again.
    assert_eq!(caller.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
}

#[tokio::test]
async fn calls_are_counted_by_operation() {
    let caller = demo();
    caller.send(NUMBER, TEMPLATE, &code("1234")).await;
    caller.call("GetSmsSign", &[]).await;
    let counted = control(&caller.sim, "GET", "/_sim/requests", Value::Null).await.json;
    assert_eq!(counted, json!({ "total": 2, "byAction": { "GetSmsSign": 1, "SendSms": 1 } }));
}

#[tokio::test]
async fn faults_are_posted_in_json_and_listed_as_they_wear_off() {
    let caller = demo();
    let list = json!([
        { "kind": "code", "code": "isv.OUT_OF_SERVICE", "times": 2 },
        { "kind": "delay_ms", "ms": 1, "times": null, "phone": "+8613800001234", "action": "SendSms" },
    ]);
    assert_eq!(control(&caller.sim, "POST", "/_sim/faults", list).await.status, 200);
    let one = json!({ "faults": [{ "kind": "refuse_connection" }] });
    control(&caller.sim, "POST", "/_sim/faults", one).await;
    caller.call("GetSmsSign", &[]).await;
    let left = control(&caller.sim, "GET", "/_sim/faults", Value::Null).await.json;
    assert_eq!(left["faults"][0]["times"], 1);
    assert_eq!(left["faults"][1]["times"], Value::Null);
    assert_eq!(left["faults"][2]["kind"], "refuse_connection");
    for nonsense in
        [json!({ "kind": "earthquake" }), json!({ "kind": "delay_ms" }), json!([{ "ms": 1 }])]
    {
        assert_eq!(control(&caller.sim, "POST", "/_sim/faults", nonsense).await.status, 400);
    }
    let typo = json!({ "kind": "delay_ms", "ms": 1, "tmes": 3 });
    assert_eq!(control(&caller.sim, "POST", "/_sim/faults", typo).await.status, 400);
    control(&caller.sim, "DELETE", "/_sim/faults", Value::Null).await;
    assert!(caller.sim.faults().is_empty());
}
