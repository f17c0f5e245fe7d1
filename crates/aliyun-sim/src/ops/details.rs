//! `QuerySendDetails`: what became of the messages of one number on one day.

use super::Desk;
use crate::{
    inbox::Message,
    numbers::{Number, national},
    refusal::Refusal,
    time,
};
use serde_json::{Value, json};

const DAY_MS: i64 = 86_400_000;
const DAYS_KEPT: i64 = 30;

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-querysenddetails>
pub(super) fn query_send_details(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let phone = desk.required("PhoneNumber")?;
    let day = desk.required("SendDate")?;
    desk.required("PageSize")?;
    desk.required("CurrentPage")?;
    let size = desk.number("PageSize", 10, 1..=50)? as usize;
    let page = desk.number("CurrentPage", 1, 1..=u32::MAX)? as usize;
    let number = Number::parse(phone)
        .ok_or_else(|| Refusal::business("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号"))?;
    check_day(day, desk.now_ms)?;
    let biz_id = desk.param("BizId");
    let found: Vec<&Message> = [crate::seed::Region::Mainland, crate::seed::Region::International]
        .into_iter()
        .filter_map(|region| number.digits_for(region))
        .flat_map(|digits| desk.state.inbox.of(digits))
        .filter(|message| {
            time::date(message.sent_at) == day && biz_id.is_none_or(|id| id == message.biz_id)
        })
        .collect();
    let items = found.iter().skip((page - 1).saturating_mul(size)).take(size);
    let items: Vec<Value> = items.map(|message| item(message, desk.now_ms)).collect();
    Ok(json!({
        "Code": "OK", "Message": "OK",
        "TotalCount": found.len(),
        "SmsSendDetailDTOs": { "SmsSendDetailDTO": items },
    }))
}

fn check_day(day: &str, now_ms: i64) -> Result<(), Refusal> {
    let known = (0..DAYS_KEPT).any(|ago| time::date(now_ms - ago * DAY_MS) == day);
    if known { Ok(()) } else { Err(Refusal::parameters("SendDate")) }
}

/// `SendStatus`: 1 waiting for the receipt, 2 failed, 3 delivered.
fn item(message: &Message, now_ms: i64) -> Value {
    let mut item = json!({
        "PhoneNum": national(&message.phone),
        "SendStatus": 1,
        "ErrCode": "",
        "TemplateCode": message.template_code,
        "Content": message.content,
        "SendDate": time::date_time(message.sent_at),
        "OutId": message.out_id,
    });
    if message.fate.at_ms <= now_ms
        && let Some(fields) = item.as_object_mut()
    {
        let (status, code) = match &message.fate.failure {
            Some(code) => (2, code.as_str()),
            None => (3, "DELIVERED"),
        };
        fields.insert("SendStatus".to_owned(), status.into());
        fields.insert("ErrCode".to_owned(), code.into());
        fields.insert("ReceiveDate".to_owned(), time::date_time(message.fate.at_ms).into());
    }
    item
}
