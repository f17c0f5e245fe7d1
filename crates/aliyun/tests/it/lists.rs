//! Answers that are read, in all the spellings Aliyun uses.

use crate::{
    sending::{PHONE, STAMP, client},
    server::{Server, json},
};
use aliyun_sms::{
    AuditState, GetSmsSign, GetSmsTemplate, Next, Origin, Page, QuerySendDetails, RegisterState,
    SendStatus, TemplateKind, china_date,
};
use secrecy::ExposeSecret as _;

async fn server(body: &str) -> Server {
    Server::replying([json("200 OK", body)]).await
}

#[tokio::test]
async fn receipts_are_read_whether_counts_are_numbers_or_texts() {
    for (count, status) in [("1", "3"), (r#""1""#, r#""3""#)] {
        let server = server(&format!(
            r#"{{"Code":"OK","Message":"OK","RequestId":"R","TotalCount":{count},
            "SmsSendDetailDTOs":{{"SmsSendDetailDTO":[{{"PhoneNum":"{PHONE}","SendStatus":{status},
            "ErrCode":"DELIVRD","TemplateCode":"SMS_1","Content":"【x】1234","OutId":"o-1",
            "SendDate":"2026-01-15 16:00:00","ReceiveDate":"2026-01-15 16:00:03","Extra":1}}]}}}}"#
        ))
        .await;
        let request = QuerySendDetails {
            phone_number: PHONE,
            biz_id: Some("1^0"),
            send_date: "20260115",
            page: Page { index: 1, size: 10 },
        };
        let found = client(&server.url()).query_send_details(&request, STAMP).await.unwrap();
        assert_eq!(found.total, Some(1));
        let detail = &found.details[0];
        assert_eq!(detail.send_status, Some(SendStatus::Delivered));
        assert_eq!(detail.out_id.as_deref(), Some("o-1"));
        assert_eq!(detail.content.as_ref().unwrap().expose_secret(), "【x】1234");
        let target = &server.seen()[0].target;
        assert_eq!(
            target,
            "/?BizId=1%5E0&CurrentPage=1&PageSize=10&PhoneNumber=13900000000&SendDate=20260115"
        );
    }
}

#[tokio::test]
async fn no_receipts_are_an_empty_list() {
    for list in ["null", "{}", r#"{"SmsSendDetailDTO":[]}"#, r#"{"SmsSendDetailDTO":null}"#, "[]"] {
        let server =
            server(&format!(r#"{{"Code":"OK","TotalCount":"0","SmsSendDetailDTOs":{list}}}"#))
                .await;
        let request = QuerySendDetails {
            phone_number: PHONE,
            biz_id: None,
            send_date: "20260115",
            page: Page::at(1),
        };
        let found = client(&server.url()).query_send_details(&request, STAMP).await.unwrap();
        assert_eq!((found.total, found.details.len()), (Some(0), 0), "{list}");
    }
}

#[tokio::test]
async fn receipts_that_cannot_be_read_are_no_empty_list() {
    for list in [r#""x""#, r#"{"SmsSendDetailDTO":{}}"#, r#"{"SmsSendDetailDTO":[1]}"#, "[1]"] {
        let server = server(&format!(r#"{{"Code":"OK","SmsSendDetailDTOs":{list}}}"#)).await;
        let request = QuerySendDetails {
            phone_number: PHONE,
            biz_id: None,
            send_date: "20260115",
            page: Page::at(1),
        };
        let found = client(&server.url()).query_send_details(&request, STAMP).await;
        assert_eq!(found.unwrap_err().next(), Next::Unknown, "{list}");
    }
}

#[tokio::test]
async fn signatures_are_listed_with_their_review() {
    let body = r#"{"Code":"OK","RequestId":"R","CurrentPage":1,"PageSize":50,"TotalCount":2,"SmsSignList":[
        {"SignName":"甲","AuditStatus":"AUDIT_STATE_PASS","BusinessType":"验证码类型","OrderId":2002,
         "Reason":{"RejectDate":"","RejectInfo":"","RejectSubInfo":""},"authorizationLetterAuditPass":true},
        {"SignName":"乙","AuditStatus":"AUDIT_STATE_NOT_PASS","Reason":{"RejectInfo":"文件不能证明信息真实性"}}]}"#;
    let server = server(body).await;
    let list = client(&server.url()).query_sms_sign_list(Page::at(1), STAMP).await.unwrap();
    assert_eq!(list.total, Some(2));
    assert_eq!(list.signs[0].state, Some(AuditState::Approved));
    assert_eq!(list.signs[0].reject_reason, None);
    assert_eq!(list.signs[0].order_id.as_deref(), Some("2002"));
    assert_eq!(list.signs[1].state, Some(AuditState::Rejected));
    assert_eq!(list.signs[1].reject_reason.as_deref(), Some("文件不能证明信息真实性"));
    assert_eq!(server.seen()[0].target, "/?PageIndex=1&PageSize=50");
}

#[tokio::test]
async fn templates_are_listed_with_their_kind_in_either_numbering() {
    let body = r#"{"Code":"OK","TotalCount":3,"SmsTemplateList":[
        {"TemplateCode":"SMS_1","TemplateContent":"您的验证码为：${code}","TemplateType":2,"OuterTemplateType":0,
         "AuditStatus":"AUDIT_STATE_INIT"},
        {"TemplateCode":"SMS_2","TemplateType":2,"AuditStatus":"AUDIT_SATE_CANCEL"},
        {"TemplateCode":"SMS_3","TemplateType":6,"AuditStatus":"AUDIT_STATE_CANCEL"}]}"#;
    let server = server(body).await;
    let list = client(&server.url()).query_sms_template_list(Page::at(1), STAMP).await.unwrap();
    let kinds: Vec<_> = list.templates.iter().map(|t| t.kind().unwrap()).collect();
    assert_eq!(
        kinds,
        [TemplateKind::Verification, TemplateKind::Verification, TemplateKind::International]
    );
    let states: Vec<_> = list.templates.iter().map(|t| t.state.clone().unwrap()).collect();
    assert_eq!(states, [AuditState::InReview, AuditState::Cancelled, AuditState::Cancelled]);
}

#[tokio::test]
async fn one_signature_shows_review_origin_and_carriers() {
    let body = r#"{"Code":"OK","RequestId":"R","SignName":"甲","SignCode":"SIGN_1","SignStatus":1,"SignTag":"4",
        "AuditInfo":{"AuditDate":"2026","RejectInfo":null},"FileUrlList":[],"SignIspRegisterDetailList":[
        {"OperatorCode":"mobile","RegisterStatus":3,"OperatorCompleteTime":"2026-01-01"},
        {"OperatorCode":"unicom","RegisterStatus":-2,"RegisterStatusReasons":[
            {"ReasonCode":"1","ReasonDescList":["a","b"]}]}]}"#;
    let server = server(body).await;
    let sign =
        client(&server.url()).get_sms_sign(&GetSmsSign { sign_name: "甲" }, STAMP).await.unwrap();
    assert_eq!(sign.state, Some(AuditState::Approved));
    assert_eq!(sign.origin, Some(Origin::Test));
    assert!(sign.is_test_only());
    assert_eq!(sign.carriers[0].state, Some(RegisterState::Registered));
    assert_eq!(sign.carriers[1].state, Some(RegisterState::NotRegistered));
    assert_eq!(sign.carriers[1].reasons, ["a", "b"]);
}

#[tokio::test]
async fn one_template_shows_review_and_kind_as_numbers_or_texts() {
    for (status, kind) in [("1", "3"), (r#""1""#, r#""3""#)] {
        let body = format!(
            r#"{{"Code":"OK","TemplateCode":"SMS_1","TemplateStatus":{status},"TemplateType":{kind},"IntlType":2,
            "TemplateTag":2,"SignList":{{"SignList":["甲","乙"]}},"MoreDataFileUrlList":{{}}}}"#
        );
        let server = server(&body).await;
        let request = GetSmsTemplate { template_code: "SMS_1" };
        let template = client(&server.url()).get_sms_template(&request, STAMP).await.unwrap();
        assert_eq!(template.state, Some(AuditState::Approved));
        assert_eq!(template.kind, Some(TemplateKind::International));
        assert_eq!(template.international_kind, Some(TemplateKind::Verification));
        assert_eq!(template.origin, Some(Origin::Own));
        assert_eq!(template.signs, ["甲", "乙"]);
    }
}

#[test]
fn review_states_are_read_in_every_spelling() {
    for (texts, state) in [
        (["AUDIT_STATE_INIT", "AUDIT_SATE_INIT", "0", "approving"], AuditState::InReview),
        (["AUDIT_STATE_PASS", "AUDIT_SATE_PASS", "1", "approved"], AuditState::Approved),
        (["AUDIT_STATE_NOT_PASS", "AUDIT_SATE_NOT_PASS", "2", "rejected"], AuditState::Rejected),
        (["AUDIT_STATE_CANCEL", "AUDIT_SATE_CANCEL", "10", "10"], AuditState::Cancelled),
    ] {
        for text in texts {
            assert_eq!(AuditState::parse(text), state, "{text}");
        }
    }
    assert_eq!(AuditState::parse("NEW"), AuditState::Other("NEW".to_owned()));
}

#[test]
fn the_day_of_a_receipt_is_the_day_in_china() {
    assert_eq!(china_date(1_768_492_799_999), "20260115", "23:59:59.999 in China");
    assert_eq!(china_date(1_768_492_800_000), "20260116", "midnight in China");
}
