//! One request to a hook: headers, signature, and what came of it.
use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue, USER_AGENT};
use http::{HeaderName, StatusCode};
use sha2::Sha256;

use super::config::{HookConfig, header};
use crate::outbound::{Answer, Names, Target, Terms, Wait};

/// The header that proves where a request comes from (wire contract C.9).
pub const SIGNATURE: &str = "logto-signature-sha-256";
const AGENT: &str = concat!("Haoma/", env!("CARGO_PKG_VERSION"));
/// A receiver has 10 seconds; of what it says, this much is read for whoever tries a hook out.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer that somebody who tries a hook out is shown.
pub const MOST_SHOWN: usize = 4096;

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// The HTTP status, if there was an answer.
    pub status: Option<StatusCode>,
    /// Why it was not answered well: a stable word.
    pub error: Option<String>,
    /// How long the receiver wants to be left alone.
    pub wait: Option<Wait>,
    /// The beginning of the answer's body, where it was asked for.
    pub body: Bytes,
}

/// Posts once. `id` names what is told, so that a receiver knows what it has already.
pub async fn post(config: &HookConfig, id: &str, body: String, most_body_bytes: usize) -> Came {
    let refused = |error: &str| Came {
        status: None,
        error: Some(error.to_owned()),
        wait: None,
        body: Bytes::new(),
    };
    let target = match Target::parse(&config.url, config.reach()) {
        Ok(target) => target,
        Err(kind) => return refused(kind.as_str()),
    };
    let Some(headers) = headers(config, id, &body) else { return refused("request_unbuildable") };
    let terms = Terms { patience: PATIENCE, most_body_bytes, names: Names::OfNotices };
    match target.post(headers, body.into(), terms).await {
        Ok(answer) => judge(answer),
        Err(failure) => refused(failure.trouble().as_str()),
    }
}

/// Any 2xx is a yes; redirects are not followed.
fn judge(answer: Answer) -> Came {
    let is_good = answer.status.is_success();
    Came {
        status: Some(answer.status),
        error: (!is_good).then(|| format!("HTTP {}", answer.status.as_u16())),
        wait: answer.retry_after,
        body: answer.body,
    }
}

/// Ours, then the hook's own; what is configured wins where the contract lets it.
fn headers(config: &HookConfig, id: &str, body: &str) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in &config.headers {
        let (name, value) = header(name, value).ok()?;
        headers.insert(name, value);
    }
    headers.insert(HeaderName::from_static("idempotency-key"), HeaderValue::from_str(id).ok()?);
    let signature = HeaderValue::from_str(&signature(&config.signing_key, body)?).ok()?;
    headers.insert(HeaderName::from_static(SIGNATURE), signature);
    Some(headers)
}

/// HMAC-SHA-256 of the exact body, in hexadecimal.
pub fn signature(key: &str, body: &str) -> Option<String> {
    // HMAC takes keys of any length
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body.as_bytes());
    let mut text = String::with_capacity(64);
    for byte in mac.finalize().into_bytes() {
        write!(text, "{byte:02x}").ok()?;
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hexadecimal_hmac_of_the_body() {
        // RFC 4231, section 4.3
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let signed = signature("Jefe", "what do ya want for nothing?");
        assert_eq!(signed.as_deref(), Some(expected));
    }
}
