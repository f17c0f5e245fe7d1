//! Captcha 2.0: the other product, with a version, a host and a way of carrying parameters of its own.

use crate::{
    recompute::{v1, v3},
    sending::{STAMP, config},
    server::{Reply, Server, json},
};
use aliyun_sms::{
    CaptchaVerdict, Client, Config, Error, Failure, Next, Signature, Timeouts,
    VerifyIntelligentCaptcha,
};

const SECRET: &str = "theSecret";
/// As a browser hands it over: base64, with the characters that no address likes.
const PARAM: &str = "eyJjZXJ0aWZ5SWQiOiJhYmMrLz09Iiwic2NlbmVJZCI6InMxIn0+/w==";
const PASSED: &str = r#"{"RequestId":"95784F","Success":true,"Code":"Success","Message":"success","Result":{"VerifyResult":true,"VerifyCode":"T001","CertifyId":"x"}}"#;

async fn asks(server: &Server, signature: Signature) -> Result<CaptchaVerdict, Error> {
    let config = config(&server.url());
    let captcha_endpoint = config.endpoint.clone();
    let config = Config { captcha_endpoint, signature, timeouts: Timeouts::default(), ..config };
    let request = VerifyIntelligentCaptcha { captcha_verify_param: PARAM, scene_id: "s1" };
    Client::new(config).unwrap().verify_intelligent_captcha(&request, STAMP).await
}

#[tokio::test]
async fn a_check_is_asked_for_in_the_body_signed_as_the_official_sdk_signs_it() {
    let server = Server::replying([json("200 OK", PASSED)]).await;
    let verdict = asks(&server, Signature::V3).await.unwrap();
    assert!(verdict.passed);
    assert_eq!((verdict.code.as_str(), verdict.request_id.as_str()), ("T001", "95784F"));
    let seen = server.seen();
    let wire = crate::sending::wire(&seen[0]);
    let got = v3(&wire, SECRET);
    assert_eq!(got.signature, got.sent);
    assert_eq!(wire.target, "/", "longer than an address may be");
    assert_eq!(wire.header("x-acs-version"), "2023-03-05");
    assert_eq!(wire.header("x-acs-action"), "VerifyIntelligentCaptcha");
    assert_eq!(wire.header("x-acs-content-sha256"), got.payload_sha256);
    assert!(got.canonical_request.contains("\ncontent-type:application/x-www-form-urlencoded\n"));
    assert!(got.canonical_request.contains("\ncontent-type;host;x-acs-action;"));
    for (name, value) in [("CaptchaVerifyParam", PARAM), ("SceneId", "s1")] {
        assert!(wire.parameters().contains(&(name.to_owned(), value.to_owned())), "{name}");
    }
}

#[tokio::test]
async fn the_older_signature_covers_a_check_as_well() {
    let server = Server::replying([json("200 OK", PASSED)]).await;
    assert!(asks(&server, Signature::V1).await.unwrap().passed);
    let seen = server.seen();
    let wire = crate::sending::wire(&seen[0]);
    let got = v1(&wire, SECRET);
    assert_eq!(got.signature, got.sent);
    assert!(wire.parameters().contains(&("Version".to_owned(), "2023-03-05".to_owned())));
}

#[tokio::test]
async fn a_check_that_was_not_passed_is_a_verdict_and_everything_else_is_none() {
    let failed = PASSED.replace("true,\"VerifyCode\":\"T001", "false,\"VerifyCode\":\"F018");
    let server = Server::replying([json("200 OK", &failed)]).await;
    let verdict = asks(&server, Signature::V3).await.unwrap();
    assert_eq!((verdict.passed, verdict.code.as_str()), (false, "F018"));
    for (reply, next, failure) in [
        // what sending calls a success is none here
        (json("200 OK", &PASSED.replace("\"Success\",", "\"OK\",")), Next::Unknown, None),
        (json("500 Internal Server Error", PASSED), Next::Unknown, Some(Failure::NoVerdict)),
        (
            json("200 OK", r#"{"Code":"Success","Success":true}"#),
            Next::Unknown,
            Some(Failure::NoVerdict),
        ),
        (
            json("400 Bad Request", r#"{"Code":"SignatureDoesNotMatch","Message":"no"}"#),
            Next::FixConfiguration,
            None,
        ),
        (
            json("503 Service Unavailable", r#"{"Code":"ServiceUnavailable","Message":"later"}"#),
            Next::Unknown,
            None,
        ),
        (json("200 OK", "<html>"), Next::Unknown, Some(Failure::NoVerdict)),
        (Reply::Drop, Next::Unknown, Some(Failure::Broken)),
    ] {
        let server = Server::replying([reply]).await;
        let error = asks(&server, Signature::V3).await.unwrap_err();
        assert_eq!((error.next(), error.failure()), (next, failure), "{error}");
    }
}

#[tokio::test]
async fn what_a_browser_handed_over_is_repeated_nowhere() {
    let echo = format!(r#"{{"Code":"InvalidParameter","Message":"{PARAM} is none"}}"#);
    let server = Server::replying([json("400 Bad Request", &echo)]).await;
    let error = asks(&server, Signature::V3).await.unwrap_err();
    let request = VerifyIntelligentCaptcha { captcha_verify_param: PARAM, scene_id: "s1" };
    for text in [format!("{error:?}"), error.to_string(), format!("{request:?}")] {
        assert!(!text.contains("eyJjZXJ0aWZ5SWQi"), "{text}");
    }
}
