//! `SendMessageToGlobe`: free text to numbers outside the mainland.

use super::Desk;
use crate::{
    inbox::{Fate, Message},
    numbers::Number,
    refusal::Refusal,
    seed::Region,
};
use serde_json::{Value, json};

/// GSM 7-bit characters besides letters and digits of ASCII.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";
/// These take two places.
const GSM_EXTENDED: &str = "|^€{}[]~\\";

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2018-05-01-sendmessagetoglobe>
pub(super) fn send_message_to_globe(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let to = desk.required("To")?;
    let text = desk.required("Message")?;
    let from = desk.param("From").unwrap_or_default();
    if desk.account.out_of_service {
        return Err(Refusal::business("OUT_OF_SERVICE", "Business out of service."));
    }
    let number = Number::parse(to).ok_or_else(|| {
        Refusal::business("MOBILE_NUMBER_ILLEGAL", "The mobile number is invalid.")
    })?;
    let phone = number
        .digits_for(Region::International)
        .ok_or_else(|| {
            Refusal::business("COUNTRY_RESTRICTED", "The country or region is not supported.")
        })?
        .to_owned();
    check_sender(from)?;
    if desk.param("Type").is_some_and(|kind| !["OTP", "NOTIFY", "MKT"].contains(&kind)) {
        return Err(Refusal::business(
            "INVALID_PARAMETERS",
            "Specified parameter Type is not valid.",
        ));
    }
    if desk.check_balance(1).is_err() {
        return Err(Refusal::business("AMOUNT_NOT_ENOUGH", "The account balance is insufficient."));
    }
    let message_id = desk.state.ids.message_id(desk.now_ms);
    desk.accept(Message {
        phone: phone.clone(),
        sign_name: from.to_owned(),
        template_code: String::new(),
        template_param: String::new(),
        content: text.to_owned(),
        biz_id: message_id.clone(),
        out_id: desk.param("TaskId").unwrap_or_default().to_owned(),
        sent_at: desk.now_ms,
        usage: None,
        fate: Fate {
            at_ms: desk.now_ms.saturating_add(desk.state.seed.receipts.delay_ms),
            failure: desk.undelivered.clone(),
        },
    });
    Ok(json!({
        "ResponseCode": "OK",
        "ResponseDescription": "The SMS Send Request was accepted",
        "MessageId": message_id,
        "From": from,
        "To": phone,
        "Segments": segments(text).to_string(),
        "NumberDetail": { "Country": "", "Region": "", "Carrier": "" },
    }))
}

/// At most 11 letters and digits, or at most 15 digits.
fn check_sender(from: &str) -> Result<(), Refusal> {
    let digits = from.bytes().all(|byte| byte.is_ascii_digit()) && from.len() <= 15;
    let letters = from.chars().all(char::is_alphanumeric) && from.chars().count() <= 11;
    if digits || letters {
        return Ok(());
    }
    Err(Refusal::business("INVALID_SENDERID", "The sender ID is invalid."))
}

/// How many pieces the text is billed as. <https://help.aliyun.com/document_detail/44335.htm>
fn segments(text: &str) -> usize {
    let width = |letter: char| match letter {
        _ if letter.is_ascii_alphanumeric() || GSM_BASIC.contains(letter) => Some(1),
        _ if GSM_EXTENDED.contains(letter) => Some(2),
        _ => None,
    };
    let (length, whole, piece) = match text.chars().map(width).sum::<Option<usize>>() {
        Some(length) => (length, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if length <= whole { 1 } else { length.div_ceil(piece) }
}
