//! HTTP SMS against services that answer well, badly, and never to the end.
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use haoma::connectors::build;
use haoma::connectors::kit::{
    Accepted, Connector, Content, Lost, NextStep, Notice, Outgoing, Requester, SendError, Trace,
};
use haoma::web::i18n::Lang;
use haoma_core::entropy::Entropy;
use haoma_core::ids::MessageId;
use haoma_core::passcode::Passcode;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::NOW;

/// What a service was sent.
type Seen = Arc<Mutex<Vec<(Uri, HeaderMap, Bytes)>>>;

/// A service that answers with the status its path names.
async fn service() -> (String, Seen) {
    let seen = Seen::default();
    let note = Arc::clone(&seen);
    let answer = async move |uri: Uri, headers: HeaderMap, body: Bytes| -> Response {
        note.lock().unwrap().push((uri.clone(), headers, body));
        match uri.path() {
            "/endless" => {
                let page = || Ok::<_, std::io::Error>(Bytes::from_static(&[b'a'; 4096]));
                Body::from_stream(stream::repeat_with(page)).into_response()
            }
            "/301" => (StatusCode::MOVED_PERMANENTLY, [("location", "/200")]).into_response(),
            "/429" => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "17")]).into_response(),
            path => StatusCode::from_bytes(&path.as_bytes()[1..]).unwrap().into_response(),
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer);
    let never = async || std::future::pending().await;
    tokio::spawn(haoma::serve::serve(listener, router, never, haoma::work::Work::default()));
    (format!("http://{address}"), seen)
}

/// A service that reads the beginning of a request, then does this.
fn raw_service(answer: impl Fn(std::net::TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut some = [0; 256];
        assert!(stream.read(&mut some).unwrap() > 0);
        answer(stream);
    });
    address
}

fn connector(endpoint: &str) -> Arc<dyn Connector> {
    let config = json!({
        "endpoint": endpoint, "authorization": "Bearer abc", "signingKey": "a key", "allowPrivateAddresses": true,
    });
    build("http-sms", &config).unwrap()
}

async fn send(endpoint: &str) -> Result<Accepted, SendError> {
    send_for(endpoint, Requester::default()).await
}

async fn send_for(endpoint: &str, requester: Requester) -> Result<Accepted, SendError> {
    let phone = PhoneNumber::from_international("8613800138000").unwrap();
    let id = MessageId::generate(NOW, &Entropy::seeded(1));
    let message = Outgoing {
        id: &id,
        phone: &phone,
        content: Content::Code {
            usage_type: UsageType::SignIn,
            passcode: &Passcode::parse("123456").unwrap(),
            expires_at: NOW.plus_secs(300),
        },
        requester,
        now: NOW,
        nonce: "n",
    };
    connector(endpoint).send(message).await
}

async fn next(endpoint: &str) -> NextStep {
    let error = send(endpoint).await.unwrap_err();
    assert!(error.entry().is_some(), "{error} is not explained");
    for secret in ["123456", "13800138000", "abc", "a key"] {
        assert!(!error.explanation.contains(secret), "{error}");
    }
    error.next
}

#[tokio::test]
async fn a_message_is_posted_as_the_contract_says() {
    let (at, seen) = service().await;
    let accepted = send(&format!("{at}/202?tenant=1")).await.unwrap();
    assert_eq!(accepted.provider_code.as_deref(), Some("202"));
    let seen = seen.lock().unwrap();
    let [(uri, headers, body)] = seen.as_slice() else { panic!("{seen:?}") };
    assert_eq!(uri, "/202?tenant=1");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["authorization"], "Bearer abc");
    assert_eq!(format!("http://{}", headers["host"].to_str().unwrap()), at);
    assert!(headers["idempotency-key"].len() > 10);
    let body: Value = serde_json::from_slice(body).unwrap();
    let wanted =
        json!({ "to": "8613800138000", "type": "SignIn", "payload": { "code": "123456" } });
    assert_eq!(body, wanted);
}

#[tokio::test]
async fn who_asked_is_told_as_far_as_it_is_known() {
    let (at, seen) = service().await;
    let at = format!("{at}/200");
    let ip = |text: &str| Some(text.parse().unwrap());
    for requester in [
        Requester { ip: ip("203.0.113.7"), lang: Some(Lang::ZhCn) },
        Requester { ip: ip("::ffff:203.0.113.7"), lang: None },
        Requester { ip: None, lang: Some(Lang::En) },
    ] {
        send_for(&at, requester).await.unwrap();
    }
    let told = |(_, _, body): &(Uri, HeaderMap, Bytes)| {
        let body: Value = serde_json::from_slice(body).unwrap();
        (body["payload"].clone(), body.get("ip").cloned())
    };
    let told: Vec<_> = seen.lock().unwrap().iter().map(told).collect();
    let code = "123456";
    let wanted = [
        (json!({ "code": code, "locale": "zh-CN" }), Some(json!("203.0.113.7"))),
        (json!({ "code": code }), Some(json!("203.0.113.7"))),
        (json!({ "code": code, "locale": "en" }), None),
    ];
    assert_eq!(told, wanted);
}

#[tokio::test]
async fn a_notice_is_posted_without_a_code_and_only_to_who_asks_for_notices() {
    let phone = PhoneNumber::from_international("8613800138000").unwrap();
    let usage = UsageType::PhoneChanged;
    assert!(
        !connector("http://127.0.0.1:9").has_template(usage, &phone),
        "others know no such type"
    );
    let (at, seen) = service().await;
    let config =
        json!({ "endpoint": format!("{at}/200"), "allowPrivateAddresses": true, "notices": true });
    let connector = build("http-sms", &config).unwrap();
    assert!(connector.has_template(usage, &phone));
    let notice = Notice::PhoneChanged { ending: "8001", at: NOW };
    let message = Outgoing {
        id: &MessageId::generate(NOW, &Entropy::seeded(1)),
        phone: &phone,
        content: Content::Notice(notice),
        requester: Requester::default(),
        now: NOW,
        nonce: "n",
    };
    connector.send(message).await.unwrap();
    let body: Value = serde_json::from_slice(&seen.lock().unwrap()[0].2).unwrap();
    assert_eq!((&body["type"], &body["to"]), (&json!("PhoneChanged"), &json!("8613800138000")));
    assert_eq!(body["payload"]["number"], "8001");
    assert!(body["payload"]["time"].as_str().unwrap().ends_with('Z'));
    assert_eq!(body["payload"].as_object().unwrap().len(), 2);
}

#[test]
fn the_guided_steps_show_the_whole_request_in_both_languages() {
    let steps = haoma::connectors::http_sms::FACTORY.steps;
    for (lang, locale) in [(Lang::En, "en"), (Lang::ZhCn, "zh-CN")] {
        let text = steps.in_lang(lang);
        let shown = text.split("```json").nth(1).unwrap().split("```").next().unwrap();
        let shown: Value = serde_json::from_str(shown).unwrap();
        assert_eq!(shown["payload"], json!({ "code": "123456", "locale": locale }));
        assert_eq!((&shown["type"], shown["ip"].is_string()), (&json!("SignIn"), true));
    }
}

#[tokio::test]
async fn a_failure_without_answer_has_its_own_words() {
    let trouble = async |endpoint: &str| send(endpoint).await.unwrap_err().trouble.as_str();
    assert_eq!(trouble("http://127.0.0.1:9").await, "connection_refused");
    // a label of 64 letters is no name: nobody has to be asked
    let nowhere = format!("https://{}.invalid/", "a".repeat(64));
    assert_eq!(trouble(&nowhere).await, "name_not_resolved");
    let plain = raw_service(|mut stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").unwrap();
        let mut rest = vec![];
        drop(stream.read_to_end(&mut rest));
    });
    assert_eq!(trouble(&format!("https://{plain}")).await, "tls_failed");
    let hangs_up = raw_service(drop);
    assert_eq!(trouble(&format!("http://{hangs_up}")).await, "connection_broken");
    let noise = raw_service(|mut stream| drop(stream.write_all(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")));
    assert_eq!(trouble(&format!("http://{noise}")).await, "answer_unreadable");
}

#[tokio::test]
async fn the_signature_covers_the_time_and_the_exact_body() {
    let (at, seen) = service().await;
    send(&format!("{at}/200")).await.unwrap();
    let seen = seen.lock().unwrap();
    let (_, headers, body) = &seen[0];
    assert_eq!(headers["haoma-timestamp"], NOW.secs().to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(b"a key").unwrap();
    mac.update(format!("{}.", NOW.secs()).as_bytes());
    mac.update(body);
    let wanted = format!("v1={}", STANDARD.encode(mac.finalize().into_bytes()));
    assert_eq!(headers["haoma-signature"], wanted);
}

#[tokio::test]
async fn a_status_says_what_is_to_be_done() {
    let (at, seen) = service().await;
    for status in [200, 201, 204, 299] {
        assert!(send(&format!("{at}/{status}")).await.is_ok(), "{status}");
    }
    for (status, wanted) in [
        (400, NextStep::FixConfiguration),
        (401, NextStep::FixConfiguration),
        (408, NextStep::Unknown),
        (429, NextStep::Wait { secs: Some(17) }),
        (500, NextStep::Unknown),
        (503, NextStep::Unknown),
    ] {
        assert_eq!(next(&format!("{at}/{status}")).await, wanted, "{status}");
    }
    assert_eq!(seen.lock().unwrap().len(), 10, "one request for each message");
}

#[tokio::test]
async fn s57_a_redirect_is_not_followed() {
    let (at, seen) = service().await;
    assert_eq!(next(&format!("{at}/301")).await, NextStep::FixConfiguration);
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn s57_an_endless_answer_holds_nothing_up() {
    let (at, _seen) = service().await;
    assert!(send(&format!("{at}/endless")).await.is_ok(), "its head said yes");
    let endless_head = raw_service(|mut stream| {
        let mut going = stream.write_all(b"HTTP/1.1 200 OK\r\nx: ");
        while going.is_ok() {
            going = stream.write_all(&[b'a'; 4096]);
        }
    });
    assert_eq!(next(&format!("http://{endless_head}")).await, NextStep::Unknown);
}

#[tokio::test]
async fn what_may_have_been_read_is_unknown_and_the_rest_may_be_tried_again() {
    let hangs_up = raw_service(drop);
    assert_eq!(next(&format!("http://{hangs_up}")).await, NextStep::Unknown);
    assert_eq!(next("http://127.0.0.1:9").await, NextStep::TryAgain);
}

#[tokio::test]
async fn a_lost_message_leaves_no_trace_to_find() {
    let phone = PhoneNumber::from_international("8613800138000").unwrap();
    let id = MessageId::generate(NOW, &Entropy::seeded(1));
    let lost = Lost { id: &id, phone: &phone, sent_at: NOW, now: NOW, nonce: "n" };
    assert_eq!(connector("http://127.0.0.1:9").look_up(lost).await, Ok(Trace::NoTrace));
}

#[test]
fn a_configuration_from_elsewhere_is_accepted_and_its_problems_are_told() {
    let plain =
        json!({ "endpoint": "https://sms.example.com/send", "authorization": "Bearer abc" });
    assert!(build("http-sms", &plain).is_ok());
    let wrong = json!({ "endpoint": "https://10.0.0.1/", "authorization": "a\nb", "allowPrivateAddresses": "x" });
    let problems = build("http-sms", &wrong).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| (p.key_path.as_str(), p.kind.as_str())).collect();
    assert_eq!(
        told,
        [
            ("allowPrivateAddresses", "not_boolean"),
            ("endpoint", "private_address"),
            ("authorization", "not_sendable"),
        ]
    );
    let http = json!({ "endpoint": "http://sms.example.com/" });
    assert_eq!(build("http-sms", &http).unwrap_err()[0].kind.as_str(), "plain_http");
}

#[test]
fn nothing_secret_is_printed() {
    let printed = format!("{:?}", connector("http://127.0.0.1/hook/s3cr3t"));
    for secret in ["abc", "a key", "s3cr3t"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
