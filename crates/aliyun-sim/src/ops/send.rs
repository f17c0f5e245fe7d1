//! `SendSms` and `SendBatchSms`: the rules a message passes before it is accepted, in order.

use super::Desk;
use crate::{
    book::Listed,
    flow::Subject,
    inbox::{Fate, Message},
    numbers::Number,
    refusal::Refusal,
    seed::{Kind, Region, Signature, SignatureUse, Status},
    text,
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms>
const MOST_NUMBERS: usize = 1_000;
/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendbatchsms>
const MOST_IN_BATCH: usize = 100;

/// One message as asked for.
struct Asked {
    phone: String,
    sign_name: String,
    /// The JSON as received.
    param: String,
    values: Map<String, Value>,
}

/// One message that passed every rule but flow control and balance.
struct Ready {
    phone: String,
    sign_name: String,
    param: String,
    content: String,
}

/// One text to one or several numbers.
pub(super) fn send_sms(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let phones = desk.required("PhoneNumbers")?;
    let sign_name = desk.required("SignName")?;
    let code = desk.required("TemplateCode")?;
    let param = desk.param("TemplateParam");
    desk.check_service()?;
    if phones.split(',').count() > MOST_NUMBERS {
        return Err(too_many(MOST_NUMBERS));
    }
    let asked = |values: &Map<String, Value>, phone: &str| Asked {
        phone: phone.to_owned(),
        sign_name: sign_name.to_owned(),
        param: param.unwrap_or_default().to_owned(),
        values: values.clone(),
    };
    check_forms(phones.split(','))?;
    let listed = usable_template(desk, code, &[sign_name])?;
    let values = text::parse_values(param)?;
    let all = phones.split(',').map(|phone| asked(&values, phone)).collect();
    submit(desk, &listed, all)
}

/// A text, signature and values of its own for each number.
pub(super) fn send_batch_sms(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let phones = strings(desk.required("PhoneNumberJson")?, "PhoneNumberJson")?;
    let sign_names = strings(desk.required("SignNameJson")?, "SignNameJson")?;
    let code = desk.required("TemplateCode")?;
    desk.check_service()?;
    if phones.len() > MOST_IN_BATCH {
        return Err(too_many(MOST_IN_BATCH));
    }
    check_forms(phones.iter().map(String::as_str))?;
    let names: Vec<&str> = sign_names.iter().map(String::as_str).collect();
    let listed = usable_template(desk, code, &names)?;
    let values = batch_values(desk.param("TemplateParamJson"), phones.len())?;
    if phones.is_empty() || phones.len() != sign_names.len() || phones.len() != values.len() {
        return Err(Refusal::parameters("PhoneNumberJson, SignNameJson, TemplateParamJson"));
    }
    let all = phones.into_iter().zip(sign_names).zip(values);
    let all = all.map(|((phone, sign_name), values)| {
        let param = Value::Object(values.clone()).to_string();
        Asked { phone, sign_name, param, values }
    });
    submit(desk, &listed, all.collect())
}

fn submit(desk: &mut Desk<'_>, listed: &Listed, all: Vec<Asked>) -> Result<Value, Refusal> {
    let out_id = desk.out_id()?;
    let ready =
        all.into_iter().map(|asked| prepare(desk, listed, asked)).collect::<Result<Vec<_>, _>>()?;
    desk.check_balance(ready.len())?;
    charge_flow(desk, listed, &ready)?;
    let biz_id = desk.state.ids.biz_id(desk.now_ms);
    let fate = Fate {
        at_ms: desk.now_ms.saturating_add(desk.state.seed.receipts.delay_ms),
        failure: desk.undelivered.clone(),
    };
    for one in ready {
        desk.accept(Message {
            phone: one.phone,
            sign_name: one.sign_name,
            template_code: listed.template.code.clone(),
            template_param: one.param,
            content: one.content,
            biz_id: biz_id.clone(),
            out_id: out_id.clone(),
            sent_at: desk.now_ms,
            usage: listed.template.usage.clone(),
            fate: fate.clone(),
        });
    }
    Ok(json!({ "Code": "OK", "Message": "OK", "BizId": biz_id }))
}

/// Signatures and template are known, approved and go together.
fn usable_template(
    desk: &Desk<'_>,
    code: &str,
    sign_names: &[&str],
) -> Result<Arc<Listed>, Refusal> {
    let signatures = sign_names.iter().map(|name| usable_signature(desk, name));
    let signatures = signatures.collect::<Result<Vec<_>, _>>()?;
    let listed =
        desk.book.template(code).filter(|listed| listed.template.status == Status::Approved);
    let listed = listed
        .ok_or_else(|| Refusal::business("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板"))?;
    for signature in signatures {
        fits_together(&signature, listed)?;
    }
    Ok(Arc::clone(listed))
}

fn usable_signature(desk: &Desk<'_>, name: &str) -> Result<Arc<Signature>, Refusal> {
    let unknown = || Refusal::business("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名");
    let signature = desk.book.signature(name).ok_or_else(unknown)?;
    match signature.status {
        Status::Approved => Ok(Arc::clone(signature)),
        Status::InReview | Status::Rejected | Status::Cancelled => Err(unknown()),
        Status::Forbidden => Err(Refusal::business("isv.SMS_SIGN_ILLEGAL", "签名禁止使用")),
        Status::Unusable => Err(Refusal::business("isv.SIGN_STATE_ILLEGAL", "签名状态不可用")),
    }
}

fn fits_together(signature: &Signature, listed: &Listed) -> Result<(), Refusal> {
    if signature.usage == SignatureUse::Verification && listed.template.kind != Kind::Verification {
        return Err(Refusal::business(
            "isv.SMS_SIGNATURE_SCENE_ILLEGAL",
            "签名与模板类型不符：验证码签名仅支持验证码模板",
        ));
    }
    if signature.test != listed.template.test {
        return Err(Refusal::business(
            "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT",
            "测试模板和签名限制：须结合使用",
        ));
    }
    Ok(())
}

fn prepare(desk: &Desk<'_>, listed: &Listed, asked: Asked) -> Result<Ready, Refusal> {
    let number = Number::parse(&asked.phone).ok_or_else(illegal_number)?;
    let template = &listed.template;
    let phone = number.digits_for(template.region).ok_or_else(|| match template.region {
        Region::Mainland => illegal_number(),
        Region::International => Refusal::business(
            "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
            "国际/港澳台消息模板不支持发送境内号码",
        ),
    })?;
    let bound = || desk.account.bound_numbers.iter().filter_map(|text| Number::parse(text));
    if template.test && !bound().any(|one| one.digits_for(template.region) == Some(phone)) {
        return Err(Refusal::business(
            "isv.SMS_TEST_NUMBER_LIMIT",
            "只能向已回复授权信息的手机号发送",
        ));
    }
    text::check_values(template, &listed.pattern, &asked.values)?;
    let content = listed.pattern.fill(&asked.sign_name, &asked.values);
    if content.chars().count() > 500 {
        return Err(Refusal::business("isv.PARAM_LENGTH_LIMIT", "短信内容超过500个字符"));
    }
    Ok(Ready { phone: phone.to_owned(), sign_name: asked.sign_name, param: asked.param, content })
}

/// Counted at acceptance, whatever the receipt says later; numbers outside the mainland are not counted.
fn charge_flow(desk: &mut Desk<'_>, listed: &Listed, ready: &[Ready]) -> Result<(), Refusal> {
    let template = &listed.template;
    let Some(limits) = desk.account.flow.filter(|_| template.region == Region::Mainland) else {
        return Ok(());
    };
    let other_template = (template.kind != Kind::Verification).then_some(template.code.as_str());
    let subjects = ready.iter().map(|Ready { phone, sign_name, .. }| Subject {
        phone,
        sign_name,
        other_template,
    });
    let subjects: Vec<Subject<'_>> = subjects.collect();
    desk.state.flow.charge(&subjects, &limits, desk.now_ms)
}

fn check_forms<'t>(phones: impl Iterator<Item = &'t str>) -> Result<(), Refusal> {
    let all_good = phones.map(Number::parse).all(|number| number.is_some());
    if all_good { Ok(()) } else { Err(illegal_number()) }
}

fn illegal_number() -> Refusal {
    Refusal::business("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
}

fn too_many(limit: usize) -> Refusal {
    Refusal::business("isv.MOBILE_COUNT_OVER_LIMIT", format!("手机号码数量超过限制：{limit}"))
}

fn strings(text: &str, name: &str) -> Result<Vec<String>, Refusal> {
    serde_json::from_str(text).map_err(|_ignored| Refusal::parameters(name))
}

fn batch_values(text: Option<&str>, numbers: usize) -> Result<Vec<Map<String, Value>>, Refusal> {
    let Some(text) = text else { return Ok(vec![Map::new(); numbers]) };
    let list: Vec<Map<String, Value>> =
        serde_json::from_str(text).map_err(|_ignored| text::bad_json())?;
    list.into_iter().map(text::check_strings).collect()
}
