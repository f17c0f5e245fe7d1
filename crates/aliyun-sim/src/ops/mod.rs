//! The operations, one file per group. Each reads its parameters, applies the product's rules, and answers.

mod captcha;
mod conversion;
mod details;
mod globe;
mod send;
mod signatures;
mod templates;
pub(crate) mod verify_code;

use crate::{
    book::Book, inbox::Message, refusal::Refusal, request::WireRequest, seed::Account, state::State,
};
use serde_json::{Value, json};

const MAINLAND_API: &str = "2017-05-25";
const GLOBE_API: &str = "2018-05-01";
const CAPTCHA_API: &str = "2023-03-05";

/// What an operation works with: a believed request, and the state it may change.
pub(crate) struct Desk<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) book: &'a Book,
    pub(crate) account: &'a Account,
    pub(crate) request: &'a WireRequest,
    pub(crate) now_ms: i64,
    /// Receipt failure that a fault wants for these messages.
    pub(crate) undelivered: Option<String>,
}

impl<'a> Desk<'a> {
    fn param(&self, name: &str) -> Option<&'a str> {
        self.request.param(name)
    }

    fn required(&self, name: &str) -> Result<&'a str, Refusal> {
        self.param(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A whole number within bounds, or the default when absent.
    fn number(
        &self,
        name: &str,
        default: u32,
        allowed: std::ops::RangeInclusive<u32>,
    ) -> Result<u32, Refusal> {
        let Some(text) = self.param(name) else { return Ok(default) };
        let number = text.parse().ok().filter(|number| allowed.contains(number));
        number.ok_or_else(|| Refusal::parameters(name))
    }

    /// A yes or no: `true`, `True`, `1`.
    fn flag(&self, name: &str) -> bool {
        self.param(name).is_some_and(|text| text.eq_ignore_ascii_case("true") || text == "1")
    }

    /// The caller's own id: fewer than 256 characters.
    fn out_id(&self) -> Result<String, Refusal> {
        let out_id = self.param("OutId").unwrap_or_default();
        if out_id.chars().count() < 256 {
            Ok(out_id.to_owned())
        } else {
            Err(Refusal::parameters("OutId"))
        }
    }

    fn check_service(&self) -> Result<(), Refusal> {
        if self.account.out_of_service {
            return Err(Refusal::from_code("isv.OUT_OF_SERVICE", None, None));
        }
        Ok(())
    }

    fn check_balance(&self, messages: usize) -> Result<(), Refusal> {
        let id = &self.account.access_key_id;
        if self.state.can_pay(id, self.account.balance, messages as u64) {
            return Ok(());
        }
        Err(Refusal::from_code("isv.AMOUNT_NOT_ENOUGH", None, None))
    }

    fn accept(&mut self, message: Message) {
        self.state.accept(&self.account.access_key_id, message);
    }
}

/// Finds the operation and runs it. The answer lacks only its `RequestId`.
pub(crate) fn run(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let action = desk.request.action().ok_or_else(|| Refusal::missing("Action"))?;
    let version = desk.request.version().ok_or_else(|| Refusal::missing("Version"))?;
    let (wanted, operation) =
        find(&action).ok_or_else(|| Refusal::from_code("InvalidAction.NotFound", None, None))?;
    if version != wanted {
        return Err(Refusal::invalid("Version"));
    }
    if desk.account.denied_actions.contains(&action) {
        return Err(Refusal::from_code("isp.RAM_PERMISSION_DENY", None, None));
    }
    operation(desk)
}

type Operation = fn(&mut Desk<'_>) -> Result<Value, Refusal>;

fn find(action: &str) -> Option<(&'static str, Operation)> {
    let found: (&str, Operation) = match action {
        "SendSms" => (MAINLAND_API, send::send_sms),
        "SendBatchSms" => (MAINLAND_API, send::send_batch_sms),
        "QuerySendDetails" => (MAINLAND_API, details::query_send_details),
        "SmsConversionIntl" => (MAINLAND_API, conversion::sms_conversion_intl),
        "QuerySmsSignList" => (MAINLAND_API, signatures::list),
        "GetSmsSign" => (MAINLAND_API, signatures::get),
        "QuerySmsSign" => (MAINLAND_API, signatures::query),
        "QuerySmsTemplateList" => (MAINLAND_API, templates::list),
        "GetSmsTemplate" => (MAINLAND_API, templates::get),
        "QuerySmsTemplate" => (MAINLAND_API, templates::query),
        "SendSmsVerifyCode" => (MAINLAND_API, verify_code::send),
        "CheckSmsVerifyCode" => (MAINLAND_API, verify_code::check),
        "SendMessageToGlobe" => (GLOBE_API, globe::send_message_to_globe),
        "VerifyIntelligentCaptcha" => (CAPTCHA_API, captcha::verify),
        _ => return None,
    };
    Some(found)
}

/// How a business refusal is written for this operation.
pub(crate) fn refusal_body(action: &str, refusal: &Refusal) -> Value {
    match action {
        "SendMessageToGlobe" => {
            json!({ "ResponseCode": refusal.code, "ResponseDescription": refusal.message })
        }
        "SendSmsVerifyCode" | "CheckSmsVerifyCode" | "VerifyIntelligentCaptcha" => {
            json!({ "Code": refusal.code, "Message": refusal.message, "Success": false })
        }
        _ => json!({ "Code": refusal.code, "Message": refusal.message }),
    }
}

/// The product an operation belongs to, as troubleshooting links name it.
pub(crate) fn product(action: &str) -> &'static str {
    match action {
        "SendSmsVerifyCode" | "CheckSmsVerifyCode" => "Dypnsapi",
        "VerifyIntelligentCaptcha" => "captcha",
        _ => "Dysmsapi",
    }
}

/// `PageIndex` and `PageSize` of the list operations, and the part of a list they choose.
struct Page {
    index: u32,
    size: u32,
}

impl Page {
    fn read(desk: &Desk<'_>) -> Result<Self, Refusal> {
        let index = desk.number("PageIndex", 1, 1..=u32::MAX)?;
        Ok(Page { index, size: desk.number("PageSize", 10, 1..=50)? })
    }

    fn of<'t, T>(&self, all: impl Iterator<Item = &'t T>) -> Vec<&'t T> {
        let skip = u64::from(self.index - 1) * u64::from(self.size);
        all.skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(self.size as usize).collect()
    }
}
