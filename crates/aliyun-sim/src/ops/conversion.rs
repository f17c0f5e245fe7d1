//! `SmsConversionIntl`: whether the code of a message that went outside the mainland was given.

use super::Desk;
use crate::{conversions::Conversion, refusal::Refusal, seed::Region};
use serde_json::{Value, json};

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-smsconversionintl>
///
/// `MessageId` is taken for the `BizId` of `SendSms`, as nothing else could be. The documentation names no codes of refusals.
pub(super) fn sms_conversion_intl(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let message_id = desk.required("MessageId")?;
    let delivered = desk.required("Delivered")?.to_ascii_lowercase();
    let delivered = delivered.parse().map_err(|_not_one| Refusal::parameters("Delivered"))?;
    let time = desk.param("ConversionTime").map(str::parse::<i64>).transpose();
    let time = time.map_err(|_no_number| Refusal::parameters("ConversionTime"))?;
    let sent_at = desk
        .state
        .inbox
        .all()
        .find(|message| message.biz_id == message_id)
        .filter(|message| {
            let template = desk.book.template(&message.template_code);
            template.is_some_and(|listed| listed.template.region == Region::International)
        })
        .map(|message| message.sent_at)
        .ok_or_else(|| Refusal::parameters("MessageId"))?;
    if time.is_some_and(|time| time <= sent_at || time >= desk.now_ms) {
        return Err(Refusal::parameters("ConversionTime"));
    }
    let at = time.unwrap_or(desk.now_ms);
    desk.state.conversions.push(Conversion { message_id: message_id.to_owned(), delivered, at });
    Ok(json!({ "Code": "OK", "Message": "OK" }))
}
