//! What became of messages, and what the account's signatures and templates look like.

use crate::support::{ABROAD, Caller, TEMPLATE, code, demo};
use aliyun_sms_sim::{Fault, FaultKind};
use serde_json::Value;

const NUMBER: &str = "13800001234";

async fn details(caller: &Caller, phone: &str, day: &str) -> Value {
    let params =
        [("PhoneNumber", phone), ("SendDate", day), ("PageSize", "10"), ("CurrentPage", "1")];
    caller.call("QuerySendDetails", &params).await.json
}

#[tokio::test]
async fn a_message_waits_and_is_then_delivered() {
    let caller = demo();
    caller.send(NUMBER, TEMPLATE, &code("271828")).await;
    let waiting = details(&caller, NUMBER, "20260115").await;
    let item = &waiting["SmsSendDetailDTOs"]["SmsSendDetailDTO"][0];
    assert_eq!((&waiting["Code"], &waiting["TotalCount"]), (&"OK".into(), &1.into()));
    assert_eq!((&item["SendStatus"], &item["PhoneNum"]), (&1.into(), &NUMBER.into()));
    assert_eq!(item["SendDate"], "2026-01-15 16:00:00");
    assert!(item.get("ReceiveDate").is_none());
    caller.sim.advance_ms(1_500);
    let done = details(&caller, "+8613800001234", "20260115").await;
    let item = &done["SmsSendDetailDTOs"]["SmsSendDetailDTO"][0];
    assert_eq!((&item["SendStatus"], &item["ErrCode"]), (&3.into(), &"DELIVERED".into()));
    assert_eq!(item["ReceiveDate"], "2026-01-15 16:00:01");
    assert!(item["Content"].as_str().unwrap().contains("271828"));
}

#[tokio::test]
async fn an_undelivered_message_says_why() {
    let caller = demo();
    let err_code = "MOBILE_NOT_ON_SERVICE".to_owned();
    caller.sim.add_fault(Fault::once(FaultKind::Undelivered { err_code }));
    assert_eq!(caller.send("85291234567", ABROAD, &code("1234")).await.verdict(), (200, "OK"));
    caller.sim.advance_ms(1_500);
    let found = details(&caller, "85291234567", "20260115").await;
    let item = &found["SmsSendDetailDTOs"]["SmsSendDetailDTO"][0];
    assert_eq!(
        (&item["SendStatus"], &item["ErrCode"]),
        (&2.into(), &"MOBILE_NOT_ON_SERVICE".into())
    );
}

#[tokio::test]
async fn details_are_asked_for_by_day_page_and_send() {
    let caller = demo();
    caller.send(NUMBER, TEMPLATE, &code("1234")).await;
    assert_eq!(details(&caller, NUMBER, "20260114").await["TotalCount"], 0);
    assert_eq!(details(&caller, NUMBER, "20251216").await["Code"], "isv.INVALID_PARAMETERS");
    assert_eq!(details(&caller, NUMBER, "15.01.2026").await["Code"], "isv.INVALID_PARAMETERS");
    let mut params = [
        ("PhoneNumber", NUMBER),
        ("SendDate", "20260115"),
        ("PageSize", "51"),
        ("CurrentPage", "1"),
    ];
    let answer = caller.call("QuerySendDetails", &params).await;
    assert_eq!(answer.verdict(), (200, "isv.INVALID_PARAMETERS"));
    params[2] = ("PageSize", "");
    assert_eq!(caller.call("QuerySendDetails", &params).await.verdict(), (400, "MissingPageSize"));
    params[2] = ("PageSize", "1");
    let all = [&params[..], &[("BizId", "900000000000000000^0")]].concat();
    assert_eq!(caller.call("QuerySendDetails", &all).await.json["TotalCount"], 0);
}

#[tokio::test]
async fn signatures_are_listed_with_their_review_state() {
    let caller = demo();
    let list = caller.call("QuerySmsSignList", &[]).await.json;
    assert_eq!(
        (&list["TotalCount"], &list["PageSize"], &list["CurrentPage"]),
        (&5.into(), &10.into(), &1.into())
    );
    let states: Vec<&str> = list["SmsSignList"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["AuditStatus"].as_str().unwrap())
        .collect();
    let (passed, waiting, turned_down) =
        ("AUDIT_STATE_PASS", "AUDIT_STATE_INIT", "AUDIT_STATE_NOT_PASS");
    assert_eq!(states, [passed, passed, waiting, turned_down, passed]);
    assert_eq!(list["SmsSignList"][0]["BusinessType"], "验证码类型");
    assert_eq!(list["SmsSignList"][3]["Reason"]["RejectInfo"], "缺少签名来源的证明材料");
    let page = caller.call("QuerySmsSignList", &[("PageIndex", "3"), ("PageSize", "2")]).await.json;
    assert_eq!(page["SmsSignList"].as_array().unwrap().len(), 1);
    let over = caller.call("QuerySmsSignList", &[("PageSize", "51")]).await;
    assert_eq!(over.verdict(), (200, "isv.INVALID_PARAMETERS"));
}

#[tokio::test]
async fn one_signature_is_shown_in_numbers() {
    let caller = demo();
    let got = caller.call("GetSmsSign", &[("SignName", "号码演示")]).await.json;
    assert_eq!(
        (&got["Code"], &got["SignStatus"], &got["SignTag"]),
        (&"OK".into(), &1.into(), &"2".into())
    );
    assert_eq!(got["SignIspRegisterDetailList"][0]["RegisterStatus"], 3);
    let old = caller.call("QuerySmsSign", &[("SignName", "号码演示驳回")]).await.json;
    assert_eq!((&old["SignStatus"], &old["Reason"]), (&2.into(), &"缺少签名来源的证明材料".into()));
    let none = caller.call("GetSmsSign", &[("SignName", "没有这个")]).await;
    assert_eq!(none.verdict(), (200, "isv.SMS_SIGNATURE_ILLEGAL"));
    assert_eq!(caller.call("GetSmsSign", &[]).await.verdict(), (400, "MissingSignName"));
}

#[tokio::test]
async fn templates_are_numbered_differently_in_lists_and_alone() {
    let caller = demo();
    let list = caller.call("QuerySmsTemplateList", &[("PageSize", "50")]).await.json;
    let of = |code: &str| {
        let all = list["SmsTemplateList"].as_array().unwrap();
        all.iter().find(|one| one["TemplateCode"] == code).unwrap().clone()
    };
    let types = |one: &Value| {
        (one["TemplateType"].as_u64().unwrap(), one["OuterTemplateType"].as_u64().unwrap())
    };
    assert_eq!(types(&of(TEMPLATE)), (2, 0));
    assert_eq!(types(&of("SMS_300000003")), (0, 1));
    assert_eq!(types(&of(ABROAD)), (6, 3));
    assert_eq!(of("SMS_300000001")["AuditStatus"], "AUDIT_STATE_INIT");
    let got = caller.call("GetSmsTemplate", &[("TemplateCode", TEMPLATE)]).await.json;
    assert_eq!((&got["TemplateStatus"], &got["TemplateType"]), (&"1".into(), &"0".into()));
    assert_eq!((&got["IntlType"], &got["TemplateTag"]), (&2.into(), &2.into()));
    assert_eq!(got["VariableAttribute"], r#"{"code":"numberCaptcha"}"#);
    let old = caller.call("QuerySmsTemplate", &[("TemplateCode", ABROAD)]).await.json;
    assert_eq!((&old["TemplateStatus"], &old["TemplateType"]), (&1.into(), &3.into()));
    let none = caller.call("GetSmsTemplate", &[("TemplateCode", "SMS_404")]).await;
    assert_eq!(none.verdict(), (200, "isv.SMS_TEMPLATE_ILLEGAL"));
}
