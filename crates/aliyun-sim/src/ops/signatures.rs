//! `QuerySmsSignList`, `GetSmsSign` and its forerunner `QuerySmsSign`.

use super::{Desk, Page};
use crate::{
    refusal::Refusal,
    seed::{Signature, SignatureUse, Status},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// When everything of the seed was applied for and reviewed.
pub(super) const CREATED: &str = "2026-01-05 10:00:00";

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-querysmssignlist>
pub(super) fn list(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let page = Page::read(desk)?;
    let all = desk.book.signatures();
    let items: Vec<Value> = page.of(all.iter()).into_iter().map(|one| list_item(one)).collect();
    Ok(json!({
        "Code": "OK", "Message": "OK",
        "CurrentPage": page.index, "PageSize": page.size, "TotalCount": all.len(),
        "SmsSignList": items,
    }))
}

fn list_item(signature: &Signature) -> Value {
    let business_type = match signature.usage {
        SignatureUse::Verification => "验证码类型",
        SignatureUse::General => "通用类型",
    };
    json!({
        "SignName": signature.name,
        "AuditStatus": audit_state(signature.status),
        "BusinessType": business_type,
        "CreateDate": CREATED,
        "OrderId": "2000000001",
        "Reason": reason(signature.status, signature.reason.as_deref()),
        "authorizationLetterAuditPass": false,
    })
}

/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-getsmssign>
pub(super) fn get(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let signature = find(desk)?;
    Ok(json!({
        "Code": "OK", "Message": "OK",
        "SignName": signature.name,
        "SignCode": "SIGN_100000000001",
        "SignStatus": state_number(signature.status),
        "SignTag": if signature.test { "4" } else { "2" },
        "SignUsage": "1",
        "Remark": "",
        "ThirdParty": false,
        "QualificationId": 1,
        "CreateDate": CREATED,
        "OrderId": "2000000001",
        "ApplyScene": "",
        "AuditInfo": { "AuditDate": CREATED, "RejectInfo": signature.reason.as_deref().unwrap_or_default() },
        "FileUrlList": [],
        "SignIspRegisterDetailList": registrations(signature.status),
    }))
}

/// The deprecated form of [`get`].
pub(super) fn query(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let signature = find(desk)?;
    Ok(json!({
        "Code": "OK", "Message": "OK",
        "SignName": signature.name,
        "SignStatus": state_number(signature.status),
        "Reason": signature.reason.as_deref().unwrap_or_default(),
        "CreateDate": CREATED,
    }))
}

fn find<'d>(desk: &'d Desk<'_>) -> Result<&'d Arc<Signature>, Refusal> {
    let name = desk.required("SignName")?;
    let unknown = || Refusal::business("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名");
    desk.book.signature(name).ok_or_else(unknown)
}

/// Carrier registration: 3 registered, -1 in progress.
fn registrations(status: Status) -> Value {
    let state = if status == Status::Approved { 3 } else { -1 };
    let carriers = ["mobile", "unicom", "telecom"].into_iter();
    carriers
        .map(|carrier| {
            json!({
                "OperatorCode": carrier,
                "OperatorCompleteTime": CREATED,
                "RegisterStatus": state,
                "RegisterStatusReasons": [],
            })
        })
        .collect()
}

/// Review states in lists.
pub(super) fn audit_state(status: Status) -> &'static str {
    match status {
        Status::InReview => "AUDIT_STATE_INIT",
        Status::Approved | Status::Forbidden | Status::Unusable => "AUDIT_STATE_PASS",
        Status::Rejected => "AUDIT_STATE_NOT_PASS",
        Status::Cancelled => "AUDIT_STATE_CANCEL",
    }
}

/// Review states in single queries.
pub(super) fn state_number(status: Status) -> u32 {
    match status {
        Status::InReview => 0,
        Status::Approved | Status::Forbidden | Status::Unusable => 1,
        Status::Rejected => 2,
        Status::Cancelled => 10,
    }
}

/// Why something was rejected, as lists write it.
pub(super) fn reason(status: Status, text: Option<&str>) -> Value {
    let rejected = status == Status::Rejected;
    json!({
        "RejectDate": if rejected { CREATED } else { "" },
        "RejectInfo": text.unwrap_or_default(),
        "RejectSubInfo": "",
    })
}
