//! Which codes were given is heard of messages that went outside the mainland, between their sending and now.

use crate::support::{ABROAD, Caller, NOON, TEMPLATE, code, demo};
use aliyun_sms_sim::Conversion;

/// Sends, and lets a minute pass; Aliyun's id of the message.
async fn sent(caller: &Caller, phone: &str, template: &str) -> String {
    let answer = caller.send(phone, template, &code("271828")).await;
    assert_eq!(answer.verdict(), (200, "OK"), "{}", answer.text);
    caller.sim.advance_ms(60_000);
    answer.json["BizId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_code_that_was_given_is_noted_with_its_message_and_time() {
    let caller = demo();
    let id = sent(&caller, "85291234567", ABROAD).await;
    let told = [("MessageId", id.as_str()), ("Delivered", "True")];
    let answer = caller.call("SmsConversionIntl", &told).await;
    assert_eq!(answer.verdict(), (200, "OK"), "{}", answer.text);
    assert!(answer.json["RequestId"].is_string());
    let earlier = (NOON + 30_000).to_string();
    let told =
        [("MessageId", id.as_str()), ("Delivered", "false"), ("ConversionTime", earlier.as_str())];
    assert_eq!(caller.call("SmsConversionIntl", &told).await.verdict(), (200, "OK"));
    let noted = |delivered, at| Conversion { message_id: id.clone(), delivered, at };
    let wanted = [noted(true, NOON + 60_000), noted(false, NOON + 30_000)];
    assert_eq!(caller.sim.conversions(), wanted);
    caller.sim.reset();
    assert_eq!(caller.sim.conversions(), []);
}

#[tokio::test]
async fn what_is_told_of_no_message_or_of_another_time_is_refused() {
    let caller = demo();
    let id = sent(&caller, "85291234567", ABROAD).await;
    let mainland = sent(&caller, "13800001234", TEMPLATE).await;
    let now = caller.sim.now_ms().to_string();
    let sent_at = NOON.to_string();
    let illegal = (200, "isv.INVALID_PARAMETERS");
    for (told, wanted) in [
        (&[("Delivered", "true")][..], (400, "MissingMessageId")),
        (&[("MessageId", id.as_str())], (400, "MissingDelivered")),
        (&[("MessageId", "900000000000000000^0"), ("Delivered", "true")], illegal),
        (&[("MessageId", mainland.as_str()), ("Delivered", "true")], illegal),
        (&[("MessageId", id.as_str()), ("Delivered", "yes")], illegal),
        (&[("MessageId", id.as_str()), ("Delivered", "true"), ("ConversionTime", "noon")], illegal),
        (&[("MessageId", &id), ("Delivered", "true"), ("ConversionTime", &sent_at)], illegal),
        (&[("MessageId", &id), ("Delivered", "true"), ("ConversionTime", &now)], illegal),
    ] {
        let answer = caller.call("SmsConversionIntl", told).await;
        assert_eq!(answer.verdict(), wanted, "{told:?}: {}", answer.text);
    }
    assert_eq!(caller.sim.conversions(), []);
}
