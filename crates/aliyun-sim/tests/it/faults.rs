//! Faults, over a real socket where the connection is part of the story.

use crate::support::{Caller, TEMPLATE, code, demo, query};
use aliyun_sms_sim::{DEMO_SIGN_NAME, Fault, FaultKind, serve};
use std::{io::ErrorKind, net::SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

const NUMBER: &str = "13800001234";

async fn start() -> (Caller, SocketAddr) {
    let caller = demo();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, caller.sim.clone(), std::future::pending()));
    (caller, address)
}

/// A signed `SendSms` as bytes on the wire.
fn wire(caller: &Caller, phone: &str) -> String {
    let param = code("1234");
    let query = query(&[
        ("PhoneNumbers", phone),
        ("SignName", DEMO_SIGN_NAME),
        ("TemplateCode", TEMPLATE),
        ("TemplateParam", &param),
    ]);
    let headers = caller.headers("SendSms", &query, "sim.test", "");
    let lines: String =
        headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("POST /?{query} HTTP/1.1\r\n{lines}content-length: 0\r\nconnection: close\r\n\r\n")
}

/// Everything the server says until it closes.
async fn send(caller: &Caller, address: SocketAddr, phone: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(wire(caller, phone).as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn a_served_call_is_answered_and_chunked_bodies_are_read() {
    let (caller, address) = start().await;
    assert!(send(&caller, address, NUMBER).await.unwrap().contains(r#""Code":"OK""#));
    let body = query(&[("PageSize", "3")]);
    let mut stream = TcpStream::connect(address).await.unwrap();
    let headers = caller.headers("QuerySmsSignList", "", "sim.test", &body);
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{}: {value}\r\n", name.to_uppercase()))
        .collect();
    let (first, second) = body.split_at(4);
    let request = format!(
        "POST / HTTP/1.1\r\n{lines}transfer-encoding: chunked\r\nconnection: close\r\n\r\n\
         {:x}\r\n{first}\r\n{:x}\r\n{second}\r\n0\r\n\r\n",
        first.len(),
        second.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""Code":"OK""#), "{answer}");
}

#[tokio::test]
async fn a_refused_connection_is_reset_and_the_next_one_is_not() {
    let (caller, address) = start().await;
    caller.sim.add_fault(Fault::once(FaultKind::RefuseConnection));
    let error = send(&caller, address, NUMBER).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe),
        "{error:?}"
    );
    assert_eq!(caller.sim.requests_seen(), 0);
    assert!(send(&caller, address, NUMBER).await.unwrap().contains(r#""Code":"OK""#));
}

#[tokio::test]
async fn an_idle_api_connection_is_closed_when_the_next_one_shall_be_refused() {
    let (caller, address) = start().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let keep_alive = wire(&caller, NUMBER).replace("connection: close\r\n", "");
    stream.write_all(keep_alive.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).await.unwrap();
    caller.sim.add_fault(Fault::once(FaultKind::RefuseConnection));
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains(r#""Code":"OK""#));
    assert!(send(&caller, address, NUMBER).await.is_err());
}

#[tokio::test]
async fn a_dropped_call_is_read_and_never_answered() {
    let (caller, address) = start().await;
    caller.sim.add_fault(Fault::once(FaultKind::DropAfterRead));
    assert_eq!(send(&caller, address, NUMBER).await.unwrap_or_default(), "");
    assert_eq!(caller.sim.requests_seen(), 1);
    assert!(caller.sim.latest(NUMBER).is_none());
}

#[tokio::test]
async fn an_accepted_and_dropped_call_was_sent() {
    let (caller, address) = start().await;
    caller.sim.add_fault(Fault::once(FaultKind::AcceptThenDrop));
    assert_eq!(send(&caller, address, NUMBER).await.unwrap_or_default(), "");
    assert!(caller.sim.latest(NUMBER).is_some());
}

#[tokio::test]
async fn an_accepted_and_silent_call_was_sent_and_holds_until_the_caller_leaves() {
    let (caller, address) = start().await;
    caller.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
    let mut events = TcpStream::connect(address).await.unwrap();
    events.write_all(b"GET /_sim/events HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    read_until(&mut events, "hello").await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(wire(&caller, NUMBER).as_bytes()).await.unwrap();
    read_until(&mut events, "changed").await;
    assert!(caller.sim.latest(NUMBER).is_some());
    assert_eq!(stream.try_read(&mut [0; 1]).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(stream);
    caller.sim.advance_ms(60_000);
    assert!(send(&caller, address, NUMBER).await.unwrap().contains(r#""Code":"OK""#));
}

async fn read_until(stream: &mut TcpStream, word: &str) {
    let mut seen = String::new();
    while !seen.contains(word) {
        let mut some = [0; 256];
        let length = stream.read(&mut some).await.unwrap();
        assert!(length > 0, "closed before {word}: {seen}");
        seen.push_str(&String::from_utf8_lossy(&some[..length]));
    }
}

#[tokio::test]
async fn a_silent_call_does_not_stop_the_simulator_from_ending() {
    let caller = demo();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, caller.sim.clone(), async { drop(stopped.await) }));
    caller.sim.add_fault(Fault::once(FaultKind::Silent));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(wire(&caller, NUMBER).as_bytes()).await.unwrap();
    stop.send(()).unwrap();
    serving.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn garbage_and_server_errors_are_answers_without_a_message() {
    let caller = demo();
    caller.sim.add_fault(Fault::once(FaultKind::GarbageBody));
    caller.sim.add_fault(Fault::once(FaultKind::Status { status: 503 }));
    let garbage = caller.send(NUMBER, TEMPLATE, &code("1234")).await;
    assert_eq!((garbage.status, garbage.json), (200, serde_json::Value::Null));
    let broken = caller.send(NUMBER, TEMPLATE, &code("1234")).await;
    assert_eq!(broken.verdict(), (503, "ServiceUnavailable"));
    assert!(caller.sim.messages(None, 1).is_empty());
    assert_eq!(caller.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
}

#[tokio::test]
async fn every_code_comes_with_its_own_status() {
    let caller = demo();
    for (wanted, status) in [
        ("isv.BUSINESS_LIMIT_CONTROL", 200),
        ("isp.SYSTEM_ERROR", 200),
        ("Throttling.User", 400),
        ("NoPermission", 403),
        ("InternalError", 500),
        ("isv.SOMETHING_NEW", 200),
    ] {
        let kind = FaultKind::Code { code: wanted.to_owned(), message: None, status: None };
        caller.sim.add_fault(Fault::once(kind));
        let answer = caller.send(NUMBER, TEMPLATE, &code("1234")).await;
        assert_eq!(answer.verdict(), (status, wanted));
        assert_eq!(
            answer.headers.contains_key("x-acs-retry-after"),
            wanted.starts_with("Throttling")
        );
    }
    let message = Some("自定义".to_owned());
    caller.sim.add_fault(Fault::once(FaultKind::Code {
        code: "X".to_owned(),
        message,
        status: Some(418),
    }));
    let answer = caller.send(NUMBER, TEMPLATE, &code("1234")).await;
    assert_eq!((answer.verdict(), &answer.json["Message"]), ((418, "X"), &"自定义".into()));
    assert!(caller.sim.messages(None, 1).is_empty());
}

#[tokio::test]
async fn a_code_does_not_hide_a_wrong_signature() {
    let caller = Caller { secret: "wrong".to_owned(), ..demo() };
    let code = "isv.OUT_OF_SERVICE".to_owned();
    caller.sim.add_fault(Fault::always(FaultKind::Code { code, message: None, status: None }));
    assert_eq!(caller.call("SendSms", &[]).await.verdict(), (400, "SignatureDoesNotMatch"));
}

#[tokio::test]
async fn a_fault_meets_only_the_number_and_operation_it_names() {
    let caller = demo();
    let kind = FaultKind::Status { status: 500 };
    caller.sim.add_fault(Fault::always(kind.clone()).for_phone("+8613800001234"));
    caller.sim.add_fault(Fault { action: Some("GetSmsSign".to_owned()), ..Fault::once(kind) });
    assert_eq!(caller.send("13900001234", TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
    for _ in 0..2 {
        assert_eq!(caller.send(NUMBER, TEMPLATE, &code("1234")).await.status, 500);
    }
    assert_eq!(caller.call("GetSmsSign", &[]).await.status, 500);
    assert_eq!(caller.call("GetSmsSign", &[]).await.verdict(), (400, "MissingSignName"));
}

#[tokio::test]
async fn a_late_answer_is_the_right_answer() {
    let caller = demo();
    caller.sim.add_fault(Fault::once(FaultKind::DelayMs { ms: 1 }));
    assert_eq!(caller.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
    caller.sim.add_fault(Fault::once(FaultKind::AcceptThenDelay { ms: 1 }));
    assert_eq!(caller.send("13900001234", TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
}
