//! The two signatures of Aliyun's gateway as functions over values: no request types, no clock, no chance.
//! V3 is <https://help.aliyun.com/document_detail/2593177.html>; V1 is the older RPC signature.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// Lower-case hex SHA-256 of an empty body.
pub const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Name of the V3 algorithm, first word of the `Authorization` header.
pub const V3_ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Appends `text` percent-encoded as both signatures want it: UTF-8, `A-Z a-z 0-9 - _ . ~` as they are, the
/// rest `%XX` in upper case (so a space is `%20` and `*` is `%2A`).
pub fn encode_into(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_hex(out, byte, b'A');
        }
    }
}

/// Sorts decoded `pairs` by name, equal names by value, and appends them as `k=v&…`, both sides encoded.
/// A pair without a value keeps its `=`.
pub fn canonical_query_into<K: AsRef<str>, V: AsRef<str>>(out: &mut String, pairs: &mut [(K, V)]) {
    pairs.sort_unstable_by(|a, b| (a.0.as_ref(), a.1.as_ref()).cmp(&(b.0.as_ref(), b.1.as_ref())));
    for (place, (name, value)) in pairs.iter().enumerate() {
        if place > 0 {
            out.push('&');
        }
        encode_into(out, name.as_ref());
        out.push('=');
        encode_into(out, value.as_ref());
    }
}

/// What the V3 signature covers.
#[derive(Debug, Clone, Copy)]
pub struct V3Parts<'a> {
    /// The HTTP method as sent.
    pub method: &'a str,
    /// The path as sent; `/` for every RPC operation.
    pub path: &'a str,
    /// What [`canonical_query_into`] makes of the query; empty without one.
    pub canonical_query: &'a str,
    /// The signed headers: lower-case names in ascending order, trimmed values, several values of one name
    /// sorted and joined by commas.
    pub headers: &'a [(&'a str, &'a str)],
    /// [`sha256_hex`] of the body as sent.
    pub payload_sha256: &'a str,
}

/// The canonical request of V3.
pub fn v3_canonical_request(parts: &V3Parts<'_>) -> String {
    let headers: usize = parts.headers.iter().map(|(n, v)| 2 * n.len() + v.len() + 3).sum();
    let mut out = String::with_capacity(parts.canonical_query.len() + headers + 96);
    for line in [parts.method, parts.path, parts.canonical_query] {
        out.push_str(line);
        out.push('\n');
    }
    for (name, value) in parts.headers {
        out.push_str(name);
        out.push(':');
        out.push_str(value);
        out.push('\n');
    }
    out.push('\n');
    signed_headers_into(&mut out, parts.headers);
    out.push('\n');
    out.push_str(parts.payload_sha256);
    out
}

/// Appends the names of `headers` joined by `;`.
pub fn signed_headers_into(out: &mut String, headers: &[(&str, &str)]) {
    for (place, (name, _)) in headers.iter().enumerate() {
        if place > 0 {
            out.push(';');
        }
        out.push_str(name);
    }
}

/// The string to sign of V3, made from its canonical request.
pub fn v3_string_to_sign(canonical_request: &str) -> String {
    let mut out = String::with_capacity(V3_ALGORITHM.len() + 65);
    out.push_str(V3_ALGORITHM);
    out.push('\n');
    hex_into(&mut out, &Sha256::digest(canonical_request.as_bytes()));
    out
}

/// The V3 signature: lower-case hex, keyed with the secret as it is.
pub fn v3_signature(secret: &str, string_to_sign: &str) -> String {
    let mut out = String::with_capacity(64);
    hex_into(&mut out, &hmac_sha256(secret.as_bytes(), string_to_sign.as_bytes()));
    out
}

/// The string to sign of V1: the canonical query (without `Signature`) is encoded a second time.
pub fn v1_string_to_sign(method: &str, canonical_query: &str) -> String {
    let mut out = String::with_capacity(canonical_query.len() * 2 + 16);
    out.push_str(method);
    out.push_str("&%2F&");
    encode_into(&mut out, canonical_query);
    out
}

/// The V1 signature: base64, keyed with the secret and a trailing `&`.
pub fn v1_signature(secret: &str, string_to_sign: &str) -> String {
    let key = SecretString::from(format!("{secret}&"));
    STANDARD.encode(hmac_sha1(key.expose_secret().as_bytes(), string_to_sign.as_bytes()))
}

/// Lower-case hex SHA-256, as `x-acs-content-sha256` wants it.
pub fn sha256_hex(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return EMPTY_SHA256.to_owned();
    }
    let mut out = String::with_capacity(64);
    hex_into(&mut out, &Sha256::digest(bytes));
    out
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length, RFC 2104 section 2")]
fn hmac_sha256(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length, RFC 2104 section 2")]
fn hmac_sha1(key: &[u8], text: &[u8]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("any key length");
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn hex_into(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        push_hex(out, *byte, b'a');
    }
}

/// `ten` is the letter that stands for ten, `a` or `A`.
fn push_hex(out: &mut String, byte: u8, ten: u8) {
    for digit in [byte >> 4, byte & 0x0f] {
        let letter = if digit < 10 { b'0' + digit } else { ten + digit - 10 };
        out.push(char::from(letter));
    }
}
