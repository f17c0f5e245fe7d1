//! What is refused before any product sees it.

use crate::support::{Caller, NOON, TEMPLATE, code, deliver, demo, demo_with, query};
use aliyun_sms_sim::SimClock;
use axum::{body::Body, http::Request};

const NUMBER: &str = "13800001234";

#[tokio::test]
async fn a_call_without_a_key_is_told_so() {
    let request = Request::post("/").header("x-acs-action", "SendSms").body(Body::empty()).unwrap();
    let answer = deliver(&demo().sim, request).await;
    assert_eq!(answer.verdict(), (400, "MissingAccessKeyId"));
    assert_eq!(answer.json["Message"], "AccessKeyId is mandatory for this action.");
}

#[tokio::test]
async fn keys_are_checked_before_parameters() {
    let stranger = Caller { id: "LTAIstranger".to_owned(), ..demo() };
    assert_eq!(stranger.call("SendSms", &[]).await.verdict(), (404, "InvalidAccessKeyId.NotFound"));
    let wrong = Caller { secret: "wrong".to_owned(), ..demo() };
    assert_eq!(wrong.call("SendSms", &[]).await.verdict(), (400, "SignatureDoesNotMatch"));
    let off = demo_with(|seed| seed.accounts[0].active = false);
    assert_eq!(off.call("SendSms", &[]).await.verdict(), (400, "InvalidAccessKeyId.Inactive"));
    assert_eq!(demo().call("SendSms", &[]).await.verdict(), (400, "MissingPhoneNumbers"));
}

#[tokio::test]
async fn a_gateway_refusal_has_the_shape_sdks_expect() {
    let wrong = Caller { secret: "wrong".to_owned(), ..demo() };
    let answer = wrong.call("SendSms", &[]).await;
    let message = answer.json["Message"].as_str().unwrap();
    assert!(message.starts_with(
        "Specified signature does not match our calculation. server StringToSign is ["
    ));
    assert_eq!(answer.json["HostId"], "sim.test");
    assert!(
        answer.json["Recommend"]
            .as_str()
            .unwrap()
            .contains("q=SignatureDoesNotMatch&product=Dysmsapi")
    );
    let id = answer.json["RequestId"].as_str().unwrap();
    assert_eq!(answer.headers["x-acs-request-id"], id);
    assert_eq!(answer.headers["content-type"], "application/json;charset=utf-8");
    assert_eq!(id.len(), 36);
    assert_eq!(id, id.to_ascii_uppercase());
}

#[tokio::test]
async fn an_empty_parameter_is_a_missing_one() {
    let params = [("PhoneNumbers", NUMBER), ("SignName", ""), ("TemplateCode", TEMPLATE)];
    let answer = demo().call("SendSms", &params).await;
    assert_eq!(answer.verdict(), (400, "MissingSignName"));
    assert_eq!(answer.json["Message"], "SignName is mandatory for this action.");
}

#[tokio::test]
async fn fifteen_minutes_either_way_are_tolerated_and_no_more() {
    for (late_ms, wanted) in [
        (900_000, (200, "OK")),
        (900_001, (400, "InvalidTimeStamp.Expired")),
        (-900_000, (200, "OK")),
        (-900_001, (400, "InvalidTimeStamp.Expired")),
    ] {
        let caller = demo();
        let params = [("PageSize", "1")];
        let request = caller.signed("QuerySmsSignList", &params);
        caller.sim.set_clock(SimClock::Fixed(NOON + late_ms));
        assert_eq!(deliver(&caller.sim, request).await.verdict(), wanted, "{late_ms} ms");
    }
}

#[tokio::test]
async fn a_stamp_of_another_form_is_refused() {
    let caller = demo();
    let mut request = caller.signed("QuerySmsSignList", &[]);
    request.headers_mut().insert("x-acs-date", "2026-01-15 08:00:00".parse().unwrap());
    assert_eq!(deliver(&caller.sim, request).await.verdict(), (400, "InvalidTimeStamp.Format"));
}

#[tokio::test]
async fn a_nonce_is_forgotten_only_when_its_stamp_is_too_old() {
    let caller = demo();
    let headers = caller.headers("QuerySmsSignList", "", "sim.test", "");
    let request = || {
        let mut request = Request::post("/");
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(deliver(&caller.sim, request()).await.verdict(), (200, "OK"));
    for _ in 0..2 {
        caller.sim.advance_ms(450_000);
        assert_eq!(deliver(&caller.sim, request()).await.verdict(), (400, "SignatureNonceUsed"));
    }
    caller.sim.advance_ms(1);
    assert_eq!(deliver(&caller.sim, request()).await.verdict(), (400, "InvalidTimeStamp.Expired"));
}

#[tokio::test]
async fn unknown_operations_and_versions_are_told_apart() {
    let caller = demo();
    assert_eq!(caller.call("SendPigeons", &[]).await.verdict(), (404, "InvalidAction.NotFound"));
    let mut request = caller.signed("QuerySmsSignList", &[]);
    request.headers_mut().insert("x-acs-version", "2018-05-01".parse().unwrap());
    assert_eq!(deliver(&caller.sim, request).await.verdict(), (400, "SignatureDoesNotMatch"));
    let put = Request::put("/").body(Body::empty()).unwrap();
    let answer = deliver(&caller.sim, put).await;
    assert!(answer.text.contains("UnsupportedHTTPMethod"), "{}", answer.text);
}

#[tokio::test]
async fn a_body_must_be_signed_with_its_type() {
    let caller = demo();
    let body = query(&[("PageSize", "3")]);
    let request = |content_type: &str| {
        let mut request = Request::post("/").header("content-type", content_type);
        for (name, value) in caller.headers("QuerySmsSignList", "", "sim.test", &body) {
            request = request.header(name, value);
        }
        request.body(Body::from(body.clone())).unwrap()
    };
    let unsigned = deliver(&caller.sim, request("application/x-www-form-urlencoded")).await;
    assert_eq!(unsigned.verdict(), (400, "SignatureDoesNotMatch"));
    // Without a body the same unsigned header is what an official SDK sends.
    let mut empty = caller.signed("QuerySmsSignList", &[]);
    empty.headers_mut().insert("content-type", "application/octet-stream".parse().unwrap());
    assert_eq!(deliver(&caller.sim, empty).await.verdict(), (200, "OK"));
}

#[tokio::test]
async fn a_temporary_key_needs_its_own_token_in_time() {
    let caller = demo_with(|seed| {
        seed.accounts[0].security_token = Some("the-token".into());
        seed.accounts[0].security_token_expires_at = Some(NOON + 1_000);
    });
    assert_eq!(caller.call("QuerySmsSignList", &[]).await.verdict(), (400, "MissingSecurityToken"));
    let with = |token: &'static str| {
        let mut request = caller.signed("QuerySmsSignList", &[]);
        request.headers_mut().insert("x-acs-security-token", token.parse().unwrap());
        request
    };
    let other = deliver(&caller.sim, with("another")).await;
    assert_eq!(other.verdict(), (400, "InvalidSecurityToken.MismatchWithAccessKey"));
    // The right token, but not covered by the signature.
    assert_eq!(
        deliver(&caller.sim, with("the-token")).await.verdict(),
        (400, "SignatureDoesNotMatch")
    );
    caller.sim.advance_ms(1_000);
    assert_eq!(
        deliver(&caller.sim, with("the-token")).await.verdict(),
        (400, "InvalidSecurityToken.Expired")
    );
}

#[tokio::test]
async fn rights_are_checked_per_operation() {
    let caller =
        demo_with(|seed| seed.accounts[0].denied_actions = vec!["QuerySmsSignList".to_owned()]);
    assert_eq!(
        caller.call("QuerySmsSignList", &[]).await.verdict(),
        (200, "isp.RAM_PERMISSION_DENY")
    );
    assert_eq!(caller.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
}

#[tokio::test]
async fn the_older_scheme_answers_xml_unless_json_is_asked_for() {
    let sim = demo().sim;
    let ask = |query: &'static str| Request::get(query).body(Body::empty()).unwrap();
    let xml = deliver(&sim, ask("/?Action=SendSms&AccessKeyId=LTAInobody")).await;
    assert_eq!(xml.headers["content-type"], "text/xml;charset=utf-8");
    assert_eq!(xml.verdict(), (404, "InvalidAccessKeyId.NotFound"));
    assert!(xml.text.contains("<Error><"), "{}", xml.text);
    let json = deliver(&sim, ask("/?Action=SendSms&AccessKeyId=LTAInobody&Format=json")).await;
    assert_eq!(json.verdict(), (404, "InvalidAccessKeyId.NotFound"));
}

#[tokio::test]
async fn nothing_the_simulator_shows_of_itself_holds_a_secret() {
    let seed = format!("{:?}", demo().sim.seed());
    assert!(seed.contains("LTAIdemoHaoma"));
    assert!(!seed.contains("demo-secret"));
}
