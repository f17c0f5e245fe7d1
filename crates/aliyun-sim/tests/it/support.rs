//! A caller that signs properly, and answers that are easy to look at.

use aliyun_sms_sim::{
    DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_SIGN_NAME, Seed, Sim, SimClock,
};
use axum::{
    body::Body,
    http::{HeaderMap, Request},
};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

/// 2026-01-15T08:00:00Z, which is 16:00 in UTC+8.
pub(crate) const NOON: i64 = 1_768_464_000_000;
/// An approved mainland verification template of the default seed.
pub(crate) const TEMPLATE: &str = "SMS_100000003";
/// An approved international one.
pub(crate) const ABROAD: &str = "SMS_200000003";

/// An answer, taken apart.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    /// Status and code, the two things most promises are about.
    pub(crate) fn verdict(&self) -> (u16, &str) {
        let code = self.json["Code"].as_str().or(self.json["ResponseCode"].as_str());
        let xml = || self.text.split_once("<Code>")?.1.split_once("</Code>").map(|(code, _)| code);
        (self.status, code.or_else(xml).unwrap_or("no code"))
    }
}

/// Somebody with an access key.
pub(crate) struct Caller {
    pub(crate) sim: Sim,
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// The demo account at a standing clock.
pub(crate) fn demo() -> Caller {
    with_seed(Seed::default())
}

/// The demo account, after a change of the seed.
pub(crate) fn demo_with(change: impl FnOnce(&mut Seed)) -> Caller {
    let mut seed = Seed::default();
    change(&mut seed);
    with_seed(seed)
}

fn with_seed(seed: Seed) -> Caller {
    Caller {
        sim: Sim::new(seed, SimClock::Fixed(NOON)),
        id: DEMO_ACCESS_KEY_ID.to_owned(),
        secret: DEMO_ACCESS_KEY_SECRET.to_owned(),
    }
}

impl Caller {
    /// Calls an operation of the version it belongs to, properly signed.
    pub(crate) async fn call(&self, action: &str, params: &[(&str, &str)]) -> Answer {
        deliver(&self.sim, self.signed(action, params)).await
    }

    /// `SendSms` of one code with the demo signature.
    pub(crate) async fn send(&self, phone: &str, template: &str, param: &str) -> Answer {
        let params = [
            ("PhoneNumbers", phone),
            ("SignName", DEMO_SIGN_NAME),
            ("TemplateCode", template),
            ("TemplateParam", param),
        ];
        self.call("SendSms", &params).await
    }

    /// The request of [`Caller::call`], for tests that change it or send it over a socket.
    pub(crate) fn signed(&self, action: &str, params: &[(&str, &str)]) -> Request<Body> {
        let query = query(params);
        let headers = self.headers(action, &query, "sim.test", "");
        let mut request = Request::post(format!("/?{query}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(Body::empty()).unwrap()
    }

    /// All headers of a V3 request, `host` and `authorization` included.
    pub(crate) fn headers(
        &self,
        action: &str,
        query: &str,
        host: &str,
        body: &str,
    ) -> Vec<(String, String)> {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let version = match action {
            "SendMessageToGlobe" => "2018-05-01",
            "VerifyIntelligentCaptcha" => "2023-03-05",
            _ => "2017-05-25",
        };
        let date = jiff::Timestamp::from_millisecond(self.sim.now_ms()).unwrap();
        let hash = hex(&Sha256::digest(body));
        let mut headers: Vec<(String, String)> = [
            ("host", host.to_owned()),
            ("x-acs-action", action.to_owned()),
            ("x-acs-content-sha256", hash.clone()),
            ("x-acs-date", date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            ("x-acs-signature-nonce", format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed))),
            ("x-acs-version", version.to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec();
        let lines: String =
            headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
        let canonical = format!("POST\n/\n{query}\n{lines}\n{names}\n{hash}");
        let to_sign = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical)));
        let mac =
            Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap().chain_update(to_sign);
        let signature = hex(&mac.finalize().into_bytes());
        let id = &self.id;
        let value =
            format!("ACS3-HMAC-SHA256 Credential={id},SignedHeaders={names},Signature={signature}");
        headers.push(("authorization".to_owned(), value));
        headers
    }
}

/// A sorted, encoded query string.
pub(crate) fn query(params: &[(&str, &str)]) -> String {
    let letter = |byte: u8| match byte {
        b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    let encode = |text: &str| text.bytes().map(letter).collect::<String>();
    let mut pairs: Vec<(&str, &str)> = params.to_vec();
    pairs.sort_unstable();
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts a request through the router.
pub(crate) async fn deliver(sim: &Sim, request: Request<Body>) -> Answer {
    let response = sim.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    Answer { status: parts.status.as_u16(), headers: parts.headers, text, json }
}

/// A control request.
pub(crate) async fn control(sim: &Sim, method: &str, path: &str, body: Value) -> Answer {
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    deliver(sim, Request::builder().method(method).uri(path).body(body).unwrap()).await
}

/// `{"code": …}` as text.
pub(crate) fn code(digits: &str) -> String {
    json!({ "code": digits }).to_string()
}
