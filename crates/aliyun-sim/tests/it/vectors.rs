//! Every recorded request of the official clients, replayed at its own moment with its own key.

use crate::support::{Answer, deliver};
use aliyun_sms_sim::{Account, Seed, Sim, SimClock};
use axum::{body::Body, http::Request};
use serde_json::Value;
use std::path::Path;

const GATEWAY_REFUSALS: [&str; 12] = [
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "InvalidSignatureMethod",
    "InvalidTimeStamp.Expired",
    "InvalidTimeStamp.Format",
    "SignatureNonceUsed",
    "MissingAccessKeyId",
    "InvalidAccessKeyId.NotFound",
    "MissingSecurityToken",
    "InvalidSecurityToken.Malformed",
    "InvalidSecurityToken.MismatchWithAccessKey",
    "MissingTimestamp",
];

fn vectors() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../aliyun/tests/vectors");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let json = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    json.flat_map(|path| {
        let document: Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        document["vectors"].as_array().unwrap().clone()
    })
    .collect()
}

fn simulator(vector: &Value) -> Sim {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let keys = &vector["credentials"];
    let id = text(&keys["access_key_id"]);
    let mut account = Account::new(&id, &text(&keys["access_key_secret"]));
    account.security_token = keys["security_token"].as_str().map(Into::into);
    account.flow = None;
    let known = !id.starts_with("unknown");
    let seed = Seed { accounts: if known { vec![account] } else { Vec::new() }, ..Seed::default() };
    let stamp = vector["reference_clock"].as_str().unwrap_or(vector["timestamp"].as_str().unwrap());
    Sim::new(seed, SimClock::Fixed(stamp.parse::<jiff::Timestamp>().unwrap().as_millisecond()))
}

async fn replay(sim: &Sim, vector: &Value) -> Answer {
    let recorded = &vector["request"];
    let mut request = Request::builder()
        .method(recorded["method"].as_str().unwrap())
        .uri(recorded["target"].as_str().unwrap());
    for header in recorded["headers"].as_array().unwrap() {
        request = request.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
    }
    let body = recorded["body"].as_str().unwrap().to_owned();
    deliver(sim, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn every_valid_recording_passes_the_gateway() {
    let mut passed = 0;
    for vector in vectors().iter().filter(|vector| vector.get("expected_answer").is_none()) {
        let answer = replay(&simulator(vector), vector).await;
        let (_, code) = answer.verdict();
        assert!(!GATEWAY_REFUSALS.contains(&code), "{}: {}", vector["id"], answer.text);
        passed += 1;
    }
    assert_eq!(passed, 97);
}

#[tokio::test]
async fn every_refused_recording_gets_its_answer() {
    let mut refused = 0;
    for vector in vectors().iter().filter(|vector| vector.get("expected_answer").is_some()) {
        let (sim, expected) = (simulator(vector), &vector["expected_answer"]);
        let mut answer = replay(&sim, vector).await;
        if expected["on"] == "second submission" {
            assert_eq!(answer.status, 200, "{}: {}", vector["id"], answer.text);
            answer = replay(&sim, vector).await;
        }
        let wanted =
            (expected["http_status"].as_u64().unwrap(), expected["Code"].as_str().unwrap());
        let (status, code) = answer.verdict();
        assert_eq!((u64::from(status), code), wanted, "{}: {}", vector["id"], answer.text);
        refused += 1;
    }
    assert_eq!(refused, 10);
}

#[tokio::test]
async fn no_recording_survives_a_changed_byte_of_its_signature() {
    for vector in &vectors() {
        if vector.get("expected_answer").is_some() {
            continue;
        }
        let mut spoiled = vector.clone();
        let sent = vector["request"].to_string();
        // The first character of the signature, wherever it travels, becomes another.
        let mark = if sent.contains(",Signature=") { ",Signature=" } else { "Signature=" };
        let (before, after) = sent.split_once(mark).unwrap();
        let mut rest = after.chars();
        let other = if rest.next() == Some('a') { 'b' } else { 'a' };
        let text = format!("{before}{mark}{other}{}", rest.as_str());
        spoiled["request"] = serde_json::from_str(&text).unwrap();
        let answer = replay(&simulator(vector), &spoiled).await;
        assert_eq!(
            answer.verdict(),
            (400, "SignatureDoesNotMatch"),
            "{}: {}",
            vector["id"],
            answer.text
        );
    }
}
