//! What the caller is told to do next, whatever the other side does.

use crate::{
    sending::{STAMP, client, config, message, passcode},
    server::{Reply, Server, answer, json},
};
use aliyun_sms::{Client, Endpoint, Error, Failure, Next, Timeouts, Who, Window};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

async fn outcome(reply: Reply) -> (Error, Server) {
    let server = Server::replying([reply]).await;
    let error = client(&server.url()).send_sms(&message(&passcode()), STAMP).await.unwrap_err();
    (error, server)
}

#[tokio::test]
async fn a_business_refusal_under_200_is_no_success() {
    let body = r#"{"Message":"该账号下找不到对应签名","RequestId":"R-7","Code":"isv.SMS_SIGNATURE_ILLEGAL"}"#;
    let (error, _) = outcome(json("200 OK", body)).await;
    assert_eq!(error.next(), Next::FixConfiguration);
    assert_eq!(error.who(), Who::Operator);
    assert_eq!(error.code(), Some("isv.SMS_SIGNATURE_ILLEGAL"));
    assert_eq!(error.message(), "该账号下找不到对应签名");
    assert_eq!(error.request_id(), Some("R-7"));
    assert_eq!(error.http_status(), Some(200));
    assert!(error.surely_not_sent());
    assert!(!error.may_repeat());
}

#[tokio::test]
async fn a_refused_number_is_for_the_person_to_fix() {
    let (error, _) = outcome(json("200 OK", r#"{"Code":"isv.MOBILE_NUMBER_ILLEGAL"}"#)).await;
    assert_eq!((error.next(), error.who()), (Next::FixNumber, Who::Person));
}

#[tokio::test]
async fn flow_control_says_which_window_is_full_and_how_long_it_lasts() {
    // STAMP is 08:00:00 UTC, the first instant of a minute and of an hour in China
    for (words, window, wait) in [
        ("触发分钟级流控Permits:1", Window::Minute, Some(60)),
        ("触发小时级流控Permits:5", Window::Hour, Some(3600)),
        ("触发天级流控Permits:10", Window::Day, None),
    ] {
        let body = format!(r#"{{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"{words}"}}"#);
        let (error, _) = outcome(json("200 OK", &body)).await;
        assert_eq!(error.next(), Next::Wait);
        assert_eq!(error.window(), Some(window));
        assert_eq!(error.retry_after(), wait.map(Duration::from_secs));
        assert!(error.may_repeat());
    }
}

#[tokio::test]
async fn throttling_waits_as_long_as_the_answer_says() {
    for (header, millis) in [
        ("x-acs-retry-after: 1500\r\n", 1500),
        ("Retry-After: 2\r\n", 2000),
        ("Retry-After: 99999999999\r\n", 86_400_000),
    ] {
        let body = r#"{"Code":"Throttling.User","Message":"Request was denied due to user flow control."}"#;
        let (error, _) = outcome(answer("400 Bad Request", header, body)).await;
        assert_eq!(error.next(), Next::Wait);
        assert_eq!(error.retry_after(), Some(Duration::from_millis(millis)));
    }
}

#[tokio::test]
async fn a_gateway_refusal_is_read_like_a_business_refusal() {
    let body = r#"{"RequestId":"R-8","Message":"Specified access key is not found.",
        "HostId":"dysmsapi.aliyuncs.com","Code":"InvalidAccessKeyId.NotFound","Recommend":"https://x"}"#;
    let (error, _) = outcome(json("404 Not Found", body)).await;
    assert_eq!(error.next(), Next::FixConfiguration);
    assert_eq!(error.code(), Some("InvalidAccessKeyId.NotFound"));
    assert_eq!(error.http_status(), Some(404));
}

#[tokio::test]
async fn a_refused_clock_is_told_how_far_off_it_is() {
    let body = r#"{"Code":"InvalidTimeStamp.Expired","Message":"Specified time stamp or date value is expired."}"#;
    let date = "Date: Thu, 15 Jan 2026 08:20:00 GMT\r\n";
    let (error, _) = outcome(answer("400 Bad Request", date, body)).await;
    assert_eq!(error.next(), Next::FixConfiguration);
    assert_eq!(error.clock_skew_secs(), Some(1200));
}

#[tokio::test]
async fn answers_without_a_verdict_leave_the_outcome_unknown() {
    for reply in [
        json("200 OK", ""),
        json("200 OK", "{}"),
        json("200 OK", "null"),
        json("200 OK", r#"{"Code":""}"#),
        json("200 OK", r#"{"Code":null,"Message":"OK"}"#),
        json("200 OK", r#"{"Code":"ok"}"#),
        json("200 OK", r#"{"Code":"OK""#),
        json("200 OK", "\u{fffd}\u{1}garbage"),
        json("500 Internal Server Error", r#"{"Code":"OK"}"#),
        json("502 Bad Gateway", "<html><h1>502</h1></html>"),
        json("302 Found", ""),
        json("400 Bad Request", "<Error><Code>SignatureDoesNotMatch</Code></Error>"),
        json("500 Internal Server Error", r#"{"Code":"InternalError","Message":"oops"}"#),
        json("503 Service Unavailable", r#"{"Code":"ServiceUnavailable"}"#),
        json("500 Internal Server Error", r#"{"Code":"SomethingNew"}"#),
        json("500 Internal Server Error", r#"{"Code":"isv.SOMETHING_NEW"}"#),
        json("200 OK", r#"{"Code":"isp.SYSTEM_ERROR","Message":"系统错误"}"#),
        json("200 OK", r#"{"Code":"isp.SOMETHING_NEW"}"#),
        json("200 OK", r#"{"Code":"SOMETHING_NEW"}"#),
        Reply::Last(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{\"Code\":\"OK\"}".to_vec()),
        Reply::Last(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()),
    ] {
        let (error, server) = outcome(reply).await;
        assert_eq!(error.next(), Next::Unknown, "{error}");
        assert!(!error.surely_not_sent() && !error.may_repeat(), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn an_unheard_of_refusal_of_the_caller_still_means_not_sent() {
    for reply in [
        json("200 OK", r#"{"Code":"isv.SOMETHING_NEW"}"#),
        json("400 Bad Request", r#"{"Code":"SomethingNew"}"#),
        json("403 Forbidden", r#"{"Code":"Forbidden.Something"}"#),
    ] {
        let (error, _) = outcome(reply).await;
        assert_eq!(error.next(), Next::FixConfiguration);
        assert!(error.surely_not_sent());
    }
    let (error, _) = outcome(json("429 Too Many Requests", r#"{"Code":"SomethingNew"}"#)).await;
    assert_eq!(error.next(), Next::Wait);
}

#[tokio::test]
async fn an_answer_beyond_64_kib_is_not_read_to_its_end() {
    let fits = format!(r#"{{"Code":"OK","Padding":"{}"}}"#, "x".repeat(64 * 1024 - 28));
    assert_eq!(fits.len(), 64 * 1024 - 2);
    let server =
        Server::replying([json("200 OK", &fits), json("200 OK", &format!("{fits}   "))]).await;
    let client = client(&server.url());
    client.send_sms(&message(&passcode()), STAMP).await.unwrap();
    let error = client.send_sms(&message(&passcode()), STAMP).await.unwrap_err();
    assert_eq!(error.next(), Next::Unknown);
    assert!(error.message().contains("65536"), "{error}");
}

#[tokio::test]
async fn a_connection_dropped_after_the_request_was_read_is_unknown_and_asked_once() {
    let (error, server) = outcome(Reply::Drop).await;
    assert_eq!(error.next(), Next::Unknown, "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_pooled_connection_dropped_after_the_request_was_read_is_unknown_and_asked_once() {
    let server = Server::replying([json("200 OK", r#"{"Code":"OK"}"#), Reply::Drop]).await;
    let client = client(&server.url());
    client.send_sms(&message(&passcode()), STAMP).await.unwrap();
    let error = client.send_sms(&message(&passcode()), STAMP).await.unwrap_err();
    assert_eq!(error.next(), Next::Unknown, "{error}");
    assert_eq!(server.seen().len(), 2, "the second request came once");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_silent_server_is_unknown_after_the_total_timeout() {
    let server = Server::replying([Reply::Silent]).await;
    let client = Client::new(config(&server.url())).unwrap();
    let error = client.send_sms(&message(&passcode()), STAMP).await.unwrap_err();
    assert_eq!(error.next(), Next::Unknown, "{error}");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_refused_connection_is_surely_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    not_sent(&url).await;
}

#[tokio::test]
async fn a_host_without_an_address_is_surely_not_sent() {
    not_sent("https://no-such-host.invalid").await;
}

#[tokio::test]
async fn a_failed_or_silent_tls_handshake_is_surely_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        drop(listener.accept().await);
        let _silent = listener.accept().await;
        std::future::pending::<()>().await;
    });
    not_sent(&url).await;
    not_sent(&url).await;
}

async fn not_sent(url: &str) {
    let client = Client::new(config(url)).unwrap();
    let error = client.send_sms(&message(&passcode()), STAMP).await.unwrap_err();
    assert_eq!(error.next(), Next::NotSent, "{error}");
    assert!(error.surely_not_sent() && error.may_repeat());
    assert_eq!((error.code(), error.http_status()), (None, None));
}

#[test]
fn connecting_may_not_take_the_whole_time() {
    let mut config = config("http://127.0.0.1:1");
    let second = Duration::from_secs(1);
    config.timeouts = Timeouts { connect: second, total: second };
    assert!(Client::new(config).is_err());
}

#[test]
fn a_client_cannot_be_made_of_unsendable_keys() {
    for (id, secret, token) in [("", "s", "t"), ("a b", "s", "t"), ("i", "", "t"), ("i", "s", "\n")]
    {
        let mut config = config("http://127.0.0.1:1");
        config.credentials = aliyun_sms::Credentials::sts(id, secret.to_owned(), token.to_owned());
        assert!(Client::new(config).is_err(), "{id:?} {secret:?} {token:?}");
    }
    assert!(Endpoint::parse("http://dysmsapi.aliyuncs.com").is_err());
}

#[tokio::test]
async fn a_failure_without_verdict_says_why() {
    // one that speaks no TLS answers the greeting in plain words
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let mut rest = Vec::new();
        drop(stream.read_to_end(&mut rest).await);
    });
    // a label of 64 letters is no name: nobody has to be asked
    let nowhere = format!("https://{}.invalid", "a".repeat(64));
    let of = |config| Client::new(config).unwrap();
    for (url, failure) in [
        ("http://127.0.0.1:9", Failure::Refused),
        (&plain, Failure::Tls),
        (&nowhere, Failure::Name),
    ] {
        let error = client(url).send_sms(&message(&passcode()), STAMP).await.unwrap_err();
        assert_eq!((error.failure(), error.next()), (Some(failure), Next::NotSent), "{error}");
    }
    for (reply, failure) in [
        (Reply::Drop, Failure::Broken),
        (Reply::Silent, Failure::Silent),
        (json("502 Bad Gateway", "<html>"), Failure::NoVerdict),
    ] {
        let server = Server::replying([reply]).await;
        let timeouts =
            Timeouts { connect: Duration::from_millis(100), total: Duration::from_millis(300) };
        let client = of(aliyun_sms::Config { timeouts, ..config(&server.url()) });
        let error = client.send_sms(&message(&passcode()), STAMP).await.unwrap_err();
        assert_eq!((error.failure(), error.next()), (Some(failure), Next::Unknown), "{error}");
    }
    let told = outcome(json("200 OK", r#"{"Code":"isv.OUT_OF_SERVICE"}"#)).await.0;
    assert_eq!(told.failure(), None, "Aliyun said what it had to say");
}

#[tokio::test]
async fn an_address_that_is_not_admitted_is_not_connected_to() {
    let server = Server::replying([json("200 OK", r#"{"Code":"OK"}"#)]).await;
    let port = server.port;
    for url in [format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")] {
        let mut guarded = config(&url);
        guarded.admit = |host, address| {
            assert!(host == "localhost" || host == address.to_string(), "{host}");
            !address.is_loopback()
        };
        let client = Client::new(guarded).unwrap();
        let error = client.send_sms(&message(&passcode()), STAMP).await.unwrap_err();
        assert_eq!(error.failure(), Some(Failure::NotAdmitted), "{error}");
        assert_eq!((error.next(), error.may_repeat()), (Next::FixConfiguration, false));
    }
    assert_eq!(server.seen().len(), 0);
    let mut open = config(&format!("http://localhost:{port}"));
    open.admit = |host, _address| host == "localhost";
    assert!(Client::new(open).unwrap().send_sms(&message(&passcode()), STAMP).await.is_ok());
}
