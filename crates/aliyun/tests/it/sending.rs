//! What goes over the wire and what comes back when all is well.

use crate::{
    recompute::{Wire, v1, v3},
    server::{Seen, Server, json},
};
use aliyun_sms::{
    Client, Config, Credentials, Endpoint, SendSms, SendSmsVerifyCode, Signature,
    SmsConversionIntl, Stamp, TemplateParam, Timeouts,
};
use std::time::Duration;

pub(crate) const STAMP: Stamp<'_> = Stamp { unix_ms: 1_768_464_000_000, nonce: "0123456789abcdef" };
pub(crate) const PHONE: &str = "13900000000";
pub(crate) const PASSCODE: &str = "493817";
const SECRET: &str = "theSecret";

pub(crate) fn config(url: &str) -> Config {
    let mut config = Config::new(Credentials::access_key("theKey", SECRET.to_owned()));
    config.endpoint = Endpoint::parse(url).unwrap();
    config.verify_endpoint = config.endpoint.clone();
    config.timeouts =
        Timeouts { connect: Duration::from_millis(150), total: Duration::from_millis(300) };
    config
}

/// Patient, for tests in which nothing is slow on purpose.
pub(crate) fn client(url: &str) -> Client {
    let config = Config { timeouts: Timeouts::default(), ..config(url) };
    Client::new(config).unwrap()
}

pub(crate) fn passcode() -> TemplateParam {
    TemplateParam::one("code", PASSCODE)
}

pub(crate) fn message(param: &TemplateParam) -> SendSms<'_> {
    SendSms {
        phone_numbers: PHONE,
        sign_name: "阿里云短信测试",
        template_code: "SMS_154950909",
        template_param: Some(param),
        sms_up_extend_code: None,
        out_id: Some("out 1+2~*'()!"),
    }
}

pub(crate) fn wire(seen: &Seen) -> Wire<'_> {
    Wire {
        method: &seen.method,
        target: &seen.target,
        headers: seen.headers.clone(),
        body: &seen.body,
    }
}

const ACCEPTED: &str = r#"{"RequestId":"A25164FD","Message":"OK","BizId":"158003852956472458^0","Code":"OK","New":[]}"#;

#[tokio::test]
async fn a_message_is_signed_with_v3_over_what_really_went_out() {
    let server = Server::replying([json("200 OK", ACCEPTED)]).await;
    let param = passcode();
    let sent = client(&server.url()).send_sms(&message(&param), STAMP).await.unwrap();
    assert_eq!(sent.biz_id.as_deref(), Some("158003852956472458^0"));
    assert_eq!(sent.request_id, "A25164FD");

    let seen = server.seen();
    let wire = wire(&seen[0]);
    let got = v3(&wire, SECRET);
    assert_eq!(got.signature, got.sent);
    assert_eq!(wire.method, "POST");
    assert_eq!(wire.header("host"), format!("127.0.0.1:{}", server.port));
    assert_eq!(wire.header("content-length"), "0");
    assert_eq!(wire.header("x-acs-date"), "2026-01-15T08:00:00Z");
    assert_eq!(wire.header("x-acs-signature-nonce"), STAMP.nonce);
    assert_eq!(wire.header("x-acs-content-sha256"), got.payload_sha256);
    for (name, value) in [("PhoneNumbers", PHONE), ("OutId", "out 1+2~*'()!")] {
        assert!(wire.parameters().contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
}

#[tokio::test]
async fn a_message_is_signed_with_v1_over_what_really_went_out() {
    let server = Server::replying([json("200 OK", ACCEPTED)]).await;
    let config = Config { signature: Signature::V1, ..config(&server.url()) };
    let param = passcode();
    Client::new(config).unwrap().send_sms(&message(&param), STAMP).await.unwrap();

    let seen = server.seen();
    let wire = wire(&seen[0]);
    let got = v1(&wire, SECRET);
    assert_eq!(got.signature, got.sent);
    assert_eq!(wire.target, "/", "nothing of a V1 call is in the target");
    for (name, value) in [
        ("Action", "SendSms"),
        ("Version", "2017-05-25"),
        ("Timestamp", "2026-01-15T08:00:00Z"),
        ("TemplateParam", r#"{"code":"493817"}"#),
    ] {
        assert!(wire.parameters().contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
}

/// The recorded call of an official SDK with these values.
fn recorded(id: &str) -> serde_json::Value {
    let file = include_str!("../vectors/v3-node-openapi-core.json");
    let file = serde_json::from_str::<serde_json::Value>(file).unwrap();
    let mut all = file["vectors"].as_array().unwrap().iter();
    all.find(|vector| vector["id"] == id).unwrap().clone()
}

#[tokio::test]
async fn a_conversion_goes_out_as_the_official_sdk_writes_it_and_holds_nothing_else() {
    let noted = r#"{"RequestId":"F655A8D5","Message":"OK","Code":"OK"}"#;
    let server = Server::replying([json("200 OK", noted), json("200 OK", noted)]).await;
    let client = client(&server.url());
    let request = SmsConversionIntl {
        message_id: "1008030300000001",
        delivered: true,
        conversion_time_ms: Some(1_768_464_000_000),
    };
    let answer = client.sms_conversion_intl(&request, STAMP).await.unwrap();
    assert_eq!(answer.request_id, "F655A8D5");
    let bare = SmsConversionIntl { delivered: false, conversion_time_ms: None, ..request };
    client.sms_conversion_intl(&bare, STAMP).await.unwrap();

    let seen = server.seen();
    let first = wire(&seen[0]);
    let got = v3(&first, SECRET);
    assert_eq!(got.signature, got.sent);
    assert_eq!(first.target, recorded("node-v3-smsconversionintl")["request"]["target"]);
    assert_eq!(first.header("x-acs-action"), "SmsConversionIntl");
    assert_eq!(wire(&seen[1]).target, "/?Delivered=false&MessageId=1008030300000001");
    assert!(seen.iter().all(|one| one.body.is_empty()));
}

#[tokio::test]
async fn temporary_credentials_send_their_token_signed() {
    for signature in [Signature::V3, Signature::V1] {
        let server = Server::replying([json("200 OK", ACCEPTED)]).await;
        let mut config = config(&server.url());
        config.credentials = Credentials::sts("STS.key", SECRET.to_owned(), "to/ken+==".to_owned());
        config.signature = signature;
        let param = passcode();
        Client::new(config).unwrap().send_sms(&message(&param), STAMP).await.unwrap();
        let seen = server.seen();
        let wire = wire(&seen[0]);
        if signature == Signature::V3 {
            let got = v3(&wire, SECRET);
            assert_eq!(got.signature, got.sent);
            assert!(got.canonical_request.contains("\nx-acs-security-token:to/ken+==\n"));
        } else {
            let got = v1(&wire, SECRET);
            assert_eq!(got.signature, got.sent);
            assert!(got.canonicalized_query_string.contains("&SecurityToken=to%2Fken%2B%3D%3D&"));
        }
    }
}

#[tokio::test]
async fn calls_one_after_the_other_share_a_connection() {
    let server = Server::replying([json("200 OK", ACCEPTED), json("200 OK", ACCEPTED)]).await;
    let client = client(&server.url());
    let other = Config { timeouts: Timeouts::default(), ..config(&server.url()) };
    let other = client.with_config(other).unwrap();
    let param = passcode();
    client.send_sms(&message(&param), STAMP).await.unwrap();
    other.send_sms(&message(&param), STAMP).await.unwrap();
    assert_eq!(server.seen().len(), 2);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_code_made_by_the_service_is_returned_and_does_not_print() {
    use secrecy::ExposeSecret as _;
    let body = r#"{"Code":"OK","Message":"成功","Success":true,"AccessDeniedDetail":null,
        "Model":{"BizId":112231421412414124,"OutId":"o","RequestId":"R-1","VerifyCode":"4232"}}"#;
    let server = Server::replying([json("200 OK", body)]).await;
    let param = TemplateParam::of([("code", "##code##"), ("min", "5")]);
    let mut request = SendSmsVerifyCode::new(PHONE, "签名", "100001", &param);
    request.return_verify_code = Some(true);
    let sent = client(&server.url()).send_sms_verify_code(&request, STAMP).await.unwrap();
    assert_eq!(sent.verify_code.as_ref().unwrap().expose_secret(), "4232");
    assert_eq!(sent.biz_id.as_deref(), Some("112231421412414124"));
    assert_eq!(sent.request_id, "R-1");
    assert!(!format!("{sent:?}").contains("4232"));
    assert!(server.seen()[0].target.contains("ReturnVerifyCode=true"));
}

#[tokio::test]
async fn many_at_once_are_each_sent_once() {
    let server = Server::replying((0..40).map(|_| json("200 OK", ACCEPTED))).await;
    let client = client(&server.url());
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..40 {
        let client = client.clone();
        calls.spawn(async move {
            let stamp = Stamp { nonce: &format!("nonce-{n}"), ..STAMP };
            client.send_sms(&message(&passcode()), stamp).await.map(drop)
        });
    }
    for outcome in calls.join_all().await {
        outcome.unwrap();
    }
    let nonces =
        server.seen().iter().map(|seen| wire(seen).header("x-acs-signature-nonce")).collect();
    let nonces: std::collections::BTreeSet<String> = nonces;
    assert_eq!((nonces.len(), server.seen().len()), (40, 40));
}
