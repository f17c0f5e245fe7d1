//! `QuerySmsTemplateList`, `GetSmsTemplate` and its forerunner `QuerySmsTemplate`. The numbering of types differs
//! between them; that is Aliyun's, not ours.

use super::{
    Desk, Page,
    signatures::{CREATED, audit_state, reason, state_number},
};
use crate::{
    book::Listed,
    refusal::Refusal,
    seed::{Kind, Region, Template, VariableRule},
};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-querysmstemplatelist>
pub(super) fn list(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let page = Page::read(desk)?;
    let all = desk.book.templates();
    let items: Vec<Value> =
        page.of(all.iter()).into_iter().map(|one| list_item(&one.template)).collect();
    Ok(json!({
        "Code": "OK", "Message": "OK",
        "CurrentPage": page.index, "PageSize": page.size, "TotalCount": all.len(),
        "SmsTemplateList": items,
    }))
}

fn list_item(template: &Template) -> Value {
    json!({
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateContent": template.content,
        "TemplateType": list_type(template),
        "OuterTemplateType": outer_type(template),
        "AuditStatus": audit_state(template.status),
        "CreateDate": CREATED,
        "OrderId": "3000000001",
        "Reason": reason(template.status, template.reason.as_deref()),
        "SignatureName": "",
        "TrafficDriving": 0,
    })
}

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-getsmstemplate>
pub(super) fn get(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let listed = find(desk)?;
    let template = &listed.template;
    Ok(json!({
        "Code": "OK", "Message": "OK",
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateContent": template.content,
        "TemplateStatus": state_number(template.status).to_string(),
        "TemplateType": outer_type(template).to_string(),
        "IntlType": intl_type(template),
        "TemplateTag": if template.test { 4 } else { 2 },
        "VariableAttribute": variables(listed),
        "RelatedSignName": "",
        "Remark": "",
        "ApplyScene": "",
        "AuditInfo": { "AuditDate": CREATED, "RejectInfo": template.reason.as_deref().unwrap_or_default() },
        "CreateDate": CREATED,
        "OrderId": "3000000001",
        "FileUrlList": { "FileUrl": [] },
        "MoreDataFileUrlList": { "MoreDataFileUrl": [] },
        "SignList": { "SignList": [] },
    }))
}

/// The deprecated form of [`get`]: state and type are numbers here.
pub(super) fn query(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let template = &find(desk)?.template;
    Ok(json!({
        "Code": "OK", "Message": "OK",
        "TemplateCode": template.code,
        "TemplateName": template.name,
        "TemplateContent": template.content,
        "TemplateStatus": state_number(template.status),
        "TemplateType": outer_type(template),
        "Reason": template.reason.as_deref().unwrap_or_default(),
        "CreateDate": CREATED,
    }))
}

fn find<'d>(desk: &'d Desk<'_>) -> Result<&'d Arc<Listed>, Refusal> {
    let code = desk.required("TemplateCode")?;
    let unknown = || Refusal::business("isv.SMS_TEMPLATE_ILLEGAL", "该账号下找不到对应模板");
    desk.book.template(code).ok_or_else(unknown)
}

/// Numbering of single queries and of `OuterTemplateType`.
fn outer_type(template: &Template) -> u32 {
    match (template.region, template.kind) {
        (Region::International, _) => 3,
        (Region::Mainland, Kind::Verification) => 0,
        (Region::Mainland, Kind::Notification) => 1,
        (Region::Mainland, Kind::Promotion) => 2,
    }
}

/// Numbering of the list's own `TemplateType`.
fn list_type(template: &Template) -> u32 {
    match template.region {
        Region::International => 6,
        Region::Mainland => intl_type(template),
    }
}

fn intl_type(template: &Template) -> u32 {
    match template.kind {
        Kind::Notification => 0,
        Kind::Promotion => 1,
        Kind::Verification => 2,
    }
}

/// `{"code":"numberCaptcha"}`, as a string.
fn variables(listed: &Listed) -> String {
    let attribute = match (listed.template.kind, listed.template.variable) {
        (Kind::Verification, VariableRule::NumberCaptcha) => "numberCaptcha",
        (Kind::Verification, VariableRule::CharacterWithNumber2) => "characterWithNumber2",
        _ => "other_number2",
    };
    let names = listed.pattern.variables().into_iter();
    let map: Map<String, Value> = names.map(|name| (name.to_owned(), attribute.into())).collect();
    Value::Object(map).to_string()
}
