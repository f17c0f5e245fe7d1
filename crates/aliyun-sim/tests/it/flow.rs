//! Flow control: calendar minutes and hours in UTC+8, days of 24 hours, counted at acceptance.

use crate::support::{Caller, NOON, TEMPLATE, code, demo, demo_with};
use aliyun_sms_sim::{FlowLimits, Signature, SimClock};

const NUMBER: &str = "13800001234";
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

async fn message_after(caller: &Caller, sign_name: &str) -> String {
    let param = code("1234");
    let params = [
        ("PhoneNumbers", NUMBER),
        ("SignName", sign_name),
        ("TemplateCode", TEMPLATE),
        ("TemplateParam", &param),
    ];
    let answer = caller.call("SendSms", &params).await;
    let limited = answer.verdict() == (200, "isv.BUSINESS_LIMIT_CONTROL");
    assert!(limited || answer.verdict() == (200, "OK"), "{}", answer.text);
    answer.json["Message"].as_str().unwrap().to_owned()
}

async fn message(caller: &Caller) -> String {
    message_after(caller, "号码演示").await
}

#[tokio::test]
async fn one_message_a_calendar_minute() {
    let caller = demo();
    caller.sim.set_clock(SimClock::Fixed(NOON + MINUTE - 1));
    assert_eq!(message(&caller).await, "OK");
    assert_eq!(message(&caller).await, "触发分钟级流控Permits:1");
    // The window is the minute on the clock, not sixty seconds.
    caller.sim.advance_ms(1);
    assert_eq!(message(&caller).await, "OK");
    // Another number is another matter.
    assert_eq!(caller.send("13900001234", TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
}

#[tokio::test]
async fn five_messages_a_calendar_hour_and_ten_in_24_hours() {
    let caller = demo();
    for _ in 0..5 {
        assert_eq!(message(&caller).await, "OK");
        caller.sim.advance_ms(MINUTE);
    }
    assert_eq!(message(&caller).await, "触发小时级流控Permits:5");
    caller.sim.set_clock(SimClock::Fixed(NOON + HOUR));
    for _ in 0..5 {
        assert_eq!(message(&caller).await, "OK");
        caller.sim.advance_ms(MINUTE);
    }
    caller.sim.set_clock(SimClock::Fixed(NOON + 24 * HOUR - 1));
    assert_eq!(message(&caller).await, "触发天级流控Permits:10");
    caller.sim.advance_ms(1);
    assert_eq!(message(&caller).await, "OK");
}

#[tokio::test]
async fn forty_messages_a_day_to_one_number_over_all_signatures() {
    let caller = demo_with(|seed| {
        let more = (0..5)
            .map(|at| Signature { name: format!("签名{at}"), ..seed.signatures[0].clone() });
        seed.signatures = more.collect();
        seed.accounts[0].flow =
            Some(FlowLimits { per_minute: None, per_hour: None, ..FlowLimits::STANDARD });
    });
    for sign in 0..4 {
        for _ in 0..10 {
            assert_eq!(message_after(&caller, &format!("签名{sign}")).await, "OK");
        }
    }
    assert_eq!(message_after(&caller, "签名4").await, "触发天级流控Permits:40");
}

#[tokio::test]
async fn a_refused_message_counts_nothing() {
    let caller = demo();
    assert_eq!(
        caller.send(NUMBER, TEMPLATE, &code("1")).await.verdict(),
        (200, "isv.PARAM_LENGTH_LIMIT")
    );
    assert_eq!(message(&caller).await, "OK");
    caller.sim.advance_ms(MINUTE);
    // One number at its limit refuses the whole call, and the other number is not charged.
    assert_eq!(caller.send("13900001234", TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
    let both = caller.send("13800001234,13900001234", TEMPLATE, &code("1234")).await;
    assert_eq!(both.verdict(), (200, "isv.BUSINESS_LIMIT_CONTROL"));
    assert_eq!(message(&caller).await, "OK");
}

#[tokio::test]
async fn limits_can_be_switched_off_and_do_not_reach_abroad() {
    let caller = demo_with(|seed| seed.accounts[0].flow = None);
    for _ in 0..50 {
        assert_eq!(message(&caller).await, "OK");
    }
    let caller = demo();
    for _ in 0..12 {
        let answer = caller.send("85291234567", crate::support::ABROAD, &code("1234")).await;
        assert_eq!(answer.verdict(), (200, "OK"));
    }
}

#[tokio::test]
async fn other_messages_have_fifty_a_day() {
    let caller = demo();
    for at in 0..51 {
        let params = [
            ("PhoneNumbers", NUMBER),
            ("SignName", "号码演示通用"),
            ("TemplateCode", "SMS_300000003"),
            ("TemplateParam", r#"{"name":"小明"}"#),
        ];
        let wanted = if at < 50 { "OK" } else { "isv.BUSINESS_LIMIT_CONTROL" };
        assert_eq!(caller.call("SendSms", &params).await.verdict(), (200, wanted), "message {at}");
    }
}
