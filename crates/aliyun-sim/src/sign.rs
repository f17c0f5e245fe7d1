//! Both signatures, recomputed from the bytes on the wire. Written apart from the client, so that one mistake is
//! not made twice.

use crate::{
    encode::{canonical_query, hex, percent},
    refusal::Refusal,
    request::WireRequest,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// The three parts of a V3 `Authorization` header.
#[derive(Debug)]
pub(crate) struct Authorization {
    pub(crate) credential: String,
    pub(crate) signed_headers: Vec<String>,
    signature: String,
}

impl Authorization {
    /// Reads `ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=…`.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let incomplete = || {
            Refusal::gateway(
                400,
                "IncompleteSignature",
                "The request signature does not conform to Aliyun standards.",
            )
        };
        let (algorithm, rest) = text.split_once(' ').ok_or_else(incomplete)?;
        if algorithm != ALGORITHM {
            let message = "Specified signature method is not valid.";
            return Err(Refusal::gateway(400, "InvalidSignatureMethod", message));
        }
        let field = |name: &str| {
            let mut parts = rest.split(',').filter_map(|part| part.trim().split_once('='));
            parts
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.to_owned())
                .ok_or_else(incomplete)
        };
        let mut signed_headers: Vec<String> =
            field("SignedHeaders")?.split(';').map(str::to_ascii_lowercase).collect();
        signed_headers.sort();
        Ok(Authorization {
            credential: field("Credential")?,
            signed_headers,
            signature: field("Signature")?,
        })
    }
}

/// V3: the signed header list covers what it must, the body is the one that was hashed, and the MAC is right.
/// <https://help.aliyun.com/document_detail/2593177.html>
pub(crate) fn check_v3(
    request: &WireRequest,
    given: &Authorization,
    secret: &str,
) -> Result<(), Refusal> {
    let payload_hash = hex(&Sha256::digest(&request.body));
    let canonical = canonical_request(request, &given.signed_headers, &payload_hash);
    let to_sign = format!("{ALGORITHM}\n{}", hex(&Sha256::digest(&canonical)));
    let expected = hex(&mac::<Hmac<Sha256>>(secret.as_bytes(), &to_sign));
    let stated_hash = request.header("x-acs-content-sha256").unwrap_or_default();
    let whole = covers_all(request, &given.signed_headers) && stated_hash == payload_hash;
    if whole && same(&expected, &given.signature) {
        return Ok(());
    }
    let message = format!(
        "Specified signature does not match our calculation. server StringToSign is [{to_sign}] \
         server CanonicalRequest is [{canonical}]"
    );
    Err(Refusal::gateway(400, "SignatureDoesNotMatch", message))
}

fn canonical_request(
    request: &WireRequest,
    signed_headers: &[String],
    payload_hash: &str,
) -> String {
    let mut out = format!(
        "{}\n{}\n{}\n",
        request.method,
        request.path,
        canonical_query(request.query.iter())
    );
    for name in signed_headers {
        out.push_str(name);
        out.push(':');
        out.push_str(&request.header(name).unwrap_or_default());
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&signed_headers.join(";"));
    out.push('\n');
    out.push_str(payload_hash);
    out
}

/// `host`, the body's hash, the date, every `x-acs-*` header present, and `content-type` when there is a body:
/// an unsigned `content-type` on an empty request is what Python's asynchronous SDK sends.
fn covers_all(request: &WireRequest, signed_headers: &[String]) -> bool {
    let signed = |name: &str| signed_headers.iter().any(|have| have == name);
    let required = ["host", "x-acs-content-sha256", "x-acs-date"];
    let mut present = request.headers.keys().map(axum::http::HeaderName::as_str);
    required.iter().all(|name| signed(name))
        && present.all(|name| match name {
            "content-type" => request.body.is_empty() || signed(name),
            _ => !name.starts_with("x-acs-") || signed(name),
        })
}

/// V1: all parameters but `Signature`, from query and form together, under the method really used.
pub(crate) fn check_v1(request: &WireRequest, secret: &str) -> Result<(), Refusal> {
    let all = request.query.iter().chain(&request.form).filter(|(name, _)| name != "Signature");
    let to_sign = format!("{}&{}&{}", request.method, percent("/"), percent(&canonical_query(all)));
    let expected = STANDARD.encode(mac::<Hmac<Sha1>>(format!("{secret}&").as_bytes(), &to_sign));
    if same(&expected, request.param("Signature").unwrap_or_default()) {
        return Ok(());
    }
    // The old Python SDK splits this text at its first colon and compares the rest with its own string.
    let message = format!(
        "Specified signature is not matched with our calculation. server string to sign is:{to_sign}"
    );
    Err(Refusal::gateway(400, "SignatureDoesNotMatch", message))
}

fn mac<M: Mac + KeyInit>(key: &[u8], text: &str) -> Vec<u8> {
    // A MAC key may have any length; an empty answer would match nothing.
    M::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn same(expected: &str, given: &str) -> bool {
    !expected.is_empty() && expected.as_bytes().ct_eq(given.as_bytes()).into()
}
