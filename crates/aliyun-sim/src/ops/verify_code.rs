//! `SendSmsVerifyCode` and `CheckSmsVerifyCode` of the number-verification product.

use super::Desk;
use crate::{
    inbox::{Fate, Message},
    numbers::Number,
    refusal::Refusal,
    seed::Region,
    text::{self, Pattern},
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// In `TemplateParam`: the service makes the code itself.
const GENERATE: &str = "##code##";
/// Above so many numbers the expired codes are thrown out.
const SWEEP_AT: usize = 10_000;

/// A code the service made and can check.
#[derive(Debug)]
struct Issued {
    code: String,
    out_id: String,
    sent_at: i64,
    expires_at: i64,
}

/// Codes by number and scheme.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    issued: HashMap<String, Vec<Issued>>,
    /// When a number was last sent to, whoever made the code.
    last_sent: HashMap<String, i64>,
    /// So many numbers are looked through next; twice as many as stayed the last time.
    sweep_at: usize,
}

impl Codes {
    fn sweep(&mut self, now: i64) {
        if self.last_sent.len() <= self.sweep_at.max(SWEEP_AT) {
            return;
        }
        self.issued.retain(|_, list| list.iter().any(|one| one.expires_at > now));
        self.last_sent.retain(|_, sent| now.saturating_sub(*sent) < 86_400_000);
        self.sweep_at = 2 * self.last_sent.len();
    }
}

/// What the parameters of a send say about the code.
struct Wish {
    length: usize,
    alphabet: Vec<u8>,
    valid_ms: i64,
    interval_ms: i64,
    keep_older: bool,
}

impl Wish {
    fn read(desk: &Desk<'_>) -> Result<Self, Refusal> {
        let seconds = |value: u32| i64::from(value) * 1_000;
        Ok(Wish {
            length: desk.number("CodeLength", 4, 4..=8)? as usize,
            alphabet: alphabet(desk.number("CodeType", 1, 1..=7)?),
            valid_ms: seconds(desk.number("ValidTime", 300, 1..=86_400)?),
            interval_ms: seconds(desk.number("Interval", 60, 0..=86_400)?),
            keep_older: desk.number("DuplicatePolicy", 1, 1..=2)? == 2,
        })
    }
}

/// <https://help.aliyun.com/zh/pnvs/developer-reference/api-dypnsapi-2017-05-25-sendsmsverifycode>
pub(super) fn send(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let phone_text = desk.required("PhoneNumber")?;
    let sign_name = desk.required("SignName")?;
    let template_code = desk.required("TemplateCode")?;
    let param = desk.required("TemplateParam")?;
    let wish = Wish::read(desk)?;
    let out_id = desk.out_id()?;
    desk.check_service()?;
    let phone = mainland(desk, phone_text)?;
    if !desk.book.dypns.signatures.iter().any(|name| name == sign_name) {
        return Err(Refusal::business("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名"));
    }
    let granted = desk.book.dypns.templates.iter().find(|one| one.code == template_code);
    let granted = granted
        .ok_or_else(|| Refusal::business("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板"))?;
    let mut values = text::parse_values(Some(param))?;
    let pattern = Pattern::parse(&granted.content);
    if pattern.variables().iter().any(|name| !values.contains_key(*name)) {
        return Err(Refusal::business(
            "isv.TEMPLATE_MISSING_PARAMETERS",
            "模板变量中存在未赋值的变量",
        ));
    }
    let key = format!("{phone}\u{0}{}", desk.param("SchemeName").unwrap_or_default());
    let last = desk.state.codes.last_sent.get(&key);
    if last.is_some_and(|sent| desk.now_ms.saturating_sub(*sent) < wish.interval_ms) {
        return Err(Refusal::from_code("biz.FREQUENCY", None, None));
    }
    desk.check_balance(1)?;
    let code = desk.state.ids.verify_code(&wish.alphabet, wish.length);
    let generated = values.values().any(|value| value == GENERATE);
    for value in values.values_mut().filter(|value| **value == GENERATE) {
        *value = Value::String(code.clone());
    }
    let content = pattern.fill(sign_name, &values);
    if generated {
        remember(desk, &key, &wish, &code, &out_id);
    }
    desk.state.codes.last_sent.insert(key, desk.now_ms);
    desk.state.codes.sweep(desk.now_ms);
    let biz_id = deliver(desk, &phone, &out_id, content);
    let shown = if generated && desk.flag("ReturnVerifyCode") { Some(code) } else { None };
    Ok(send_answer(&biz_id, &out_id, shown))
}

fn remember(desk: &mut Desk<'_>, key: &str, wish: &Wish, code: &str, out_id: &str) {
    let list = desk.state.codes.issued.entry(key.to_owned()).or_default();
    if !wish.keep_older {
        list.clear();
    }
    list.push(Issued {
        code: code.to_owned(),
        out_id: out_id.to_owned(),
        sent_at: desk.now_ms,
        expires_at: desk.now_ms.saturating_add(wish.valid_ms),
    });
}

fn deliver(desk: &mut Desk<'_>, phone: &str, out_id: &str, content: String) -> String {
    let biz_id = desk.state.ids.biz_id(desk.now_ms);
    let text = |name: &str| desk.param(name).unwrap_or_default().to_owned();
    let message = Message {
        phone: phone.to_owned(),
        sign_name: text("SignName"),
        template_code: text("TemplateCode"),
        template_param: text("TemplateParam"),
        content,
        biz_id: biz_id.clone(),
        out_id: out_id.to_owned(),
        sent_at: desk.now_ms,
        usage: None,
        fate: Fate {
            at_ms: desk.now_ms.saturating_add(desk.state.seed.receipts.delay_ms),
            failure: desk.undelivered.clone(),
        },
    };
    desk.accept(message);
    biz_id
}

fn send_answer(biz_id: &str, out_id: &str, code: Option<String>) -> Value {
    let mut model = json!({ "BizId": biz_id, "OutId": out_id, "RequestId": biz_id });
    if let (Some(fields), Some(code)) = (model.as_object_mut(), code) {
        fields.insert("VerifyCode".to_owned(), code.into());
    }
    json!({ "Code": "OK", "Message": "成功", "Success": true, "Model": model })
}

/// A wrong, expired or superseded code is HTTP 400, whatever the documentation says about `UNKNOWN`.
/// <https://help.aliyun.com/zh/pnvs/developer-reference/api-dypnsapi-2017-05-25-checksmsverifycode>
pub(super) fn check(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let phone_text = desk.required("PhoneNumber")?;
    let given = desk.required("VerifyCode")?;
    let exact = desk.number("CaseAuthPolicy", 1, 1..=2)? == 2;
    let phone = mainland(desk, phone_text)?;
    let key = format!("{phone}\u{0}{}", desk.param("SchemeName").unwrap_or_default());
    let same = |code: &str| if exact { code == given } else { code.eq_ignore_ascii_case(given) };
    let now = desk.now_ms;
    let list = desk.state.codes.issued.get_mut(&key);
    let found = list.and_then(|list| {
        let live = |one: &Issued| (one.sent_at..one.expires_at).contains(&now);
        let at = list.iter().position(|one| live(one) && same(&one.code))?;
        Some(list.remove(at))
    });
    let issued = found.ok_or_else(|| Refusal::from_code("isv.ValidateFail", None, None))?;
    Ok(json!({
        "Code": "OK", "Message": "成功", "Success": true,
        "Model": { "OutId": issued.out_id, "VerifyResult": "PASS" },
    }))
}

fn mainland(desk: &Desk<'_>, phone: &str) -> Result<String, Refusal> {
    let illegal = || Refusal::business("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号");
    if desk.param("CountryCode").is_some_and(|code| code != "86") {
        return Err(illegal());
    }
    let number = Number::parse(phone).ok_or_else(illegal)?;
    number.digits_for(Region::Mainland).map(str::to_owned).ok_or_else(illegal)
}

/// `CodeType` 1 to 7.
fn alphabet(kind: u32) -> Vec<u8> {
    let (digits, upper, lower) = (b'0'..=b'9', b'A'..=b'Z', b'a'..=b'z');
    match kind {
        2 => upper.collect(),
        3 => lower.collect(),
        4 => upper.chain(lower).collect(),
        5 => digits.chain(upper).collect(),
        6 => digits.chain(lower).collect(),
        7 => digits.chain(upper).chain(lower).collect(),
        _ => digits.collect(),
    }
}
