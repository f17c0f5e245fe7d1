//! From a call to the HTTP request that carries it, signed. Pure: time and nonce are arguments.

use crate::{credentials::Credentials, endpoint::Endpoint, error::Error, request::Call, sign};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header, uri::PathAndQuery};
use http_body_util::Full;
use jiff::Timestamp;
use secrecy::ExposeSecret;

/// How requests are signed; every operation works with both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signature {
    /// `ACS3-HMAC-SHA256` in headers, parameters in the query (for Captcha 2.0 in the form body), as current official SDKs send it.
    #[default]
    V3,
    /// The older RPC signature (`HMAC-SHA1`), everything in the form body.
    V1,
}

/// When a request is made and what makes it unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp<'a> {
    /// Now, in Unix milliseconds; Aliyun tolerates 15 minutes of difference.
    pub unix_ms: i64,
    /// Never used before with this key: 32 random hex digits, or a UUID. Visible ASCII.
    pub nonce: &'a str,
}

/// What signing needs besides the call.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'a> {
    pub(crate) credentials: &'a Credentials,
    pub(crate) signature: Signature,
    pub(crate) endpoint: &'a Endpoint,
}

const USER_AGENT: &str = concat!("aliyun-sms/", env!("CARGO_PKG_VERSION"));
const FORM: &str = "application/x-www-form-urlencoded";

/// The request, ready to be sent.
pub(crate) fn build(
    call: &Call<'_>,
    signer: Signer<'_>,
    stamp: Stamp<'_>,
) -> Result<Request<Full<Bytes>>, Error> {
    if stamp.nonce.is_empty() || !stamp.nonce.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::unbuildable("the nonce must be visible ASCII"));
    }
    let date = date(stamp.unix_ms)?;
    let built = match signer.signature {
        Signature::V3 => v3(call, signer, stamp.nonce, &date),
        Signature::V1 => v1(call, signer, stamp.nonce, &date),
    };
    built.map_err(|source| Error::unbuildable(format!("the request cannot be written: {source}")))
}

/// `yyyy-MM-ddTHH:mm:ssZ`; both signatures use it.
fn date(unix_ms: i64) -> Result<String, Error> {
    let second = Timestamp::from_second(unix_ms.div_euclid(1000));
    second
        .map(|second| second.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .map_err(|_source| Error::unbuildable("the time is outside the years -9999 to 9999"))
}

fn v3(
    call: &Call<'_>,
    signer: Signer<'_>,
    nonce: &str,
    date: &str,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let is_form = call.product.is_form();
    let mut encoded = String::with_capacity(512);
    let mut pairs: Vec<(&str, &str)> = Vec::with_capacity(call.pairs.len());
    pairs.extend(call.pairs.iter().map(|(name, value)| (*name, value.as_ref())));
    sign::canonical_query_into(&mut encoded, &mut pairs);
    let (query, body) = if is_form { (String::new(), encoded) } else { (encoded, String::new()) };
    let hash = sign::sha256_hex(body.as_bytes());

    let Credentials { access_key_id: id, access_key_secret: secret, security_token } =
        signer.credentials;
    let token = security_token.as_ref().map(ExposeSecret::expose_secret);
    // ascending by name, as they are signed; the set is that of the official SDK for Node
    let all = [
        ("content-type", is_form.then_some(FORM)),
        ("host", Some(signer.endpoint.host())),
        ("x-acs-accesskey-id", token.map(|_| id.as_str())),
        ("x-acs-action", Some(call.action)),
        ("x-acs-content-sha256", Some(hash.as_str())),
        ("x-acs-credentials-provider", Some(token.map_or("static_ak", |_| "static_sts"))),
        ("x-acs-date", Some(date)),
        ("x-acs-security-token", token),
        ("x-acs-signature-nonce", Some(nonce)),
        ("x-acs-version", Some(call.product.version())),
    ];
    let mut signed = Vec::with_capacity(all.len());
    signed.extend(all.iter().filter_map(|(name, value)| value.map(|value| (*name, value))));

    let canonical = sign::v3_canonical_request(&sign::V3Parts {
        method: "POST",
        path: "/",
        canonical_query: &query,
        headers: &signed,
        payload_sha256: &hash,
    });
    let to_sign = sign::v3_string_to_sign(&canonical);
    let signature = sign::v3_signature(secret.expose_secret(), &to_sign);

    let mut headers = HeaderMap::with_capacity(signed.len() + 4);
    for (name, value) in &signed {
        let mut value = HeaderValue::from_str(value)?;
        value.set_sensitive(*name == "x-acs-security-token");
        headers.insert(HeaderName::from_static(name), value);
    }
    let mut authorization = HeaderValue::try_from(authorization(id, &signed, &signature))?;
    authorization.set_sensitive(true);
    headers.insert(header::AUTHORIZATION, authorization);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let target = if query.is_empty() { "/".to_owned() } else { format!("/?{query}") };
    finish(signer, target, headers, body.into())
}

/// No spaces after the commas.
fn authorization(id: &str, signed: &[(&str, &str)], signature: &str) -> String {
    let mut out = String::with_capacity(384);
    for part in [sign::V3_ALGORITHM, " Credential=", id, ",SignedHeaders="] {
        out.push_str(part);
    }
    sign::signed_headers_into(&mut out, signed);
    out.push_str(",Signature=");
    out.push_str(signature);
    out
}

fn v1(
    call: &Call<'_>,
    signer: Signer<'_>,
    nonce: &str,
    date: &str,
) -> Result<Request<Full<Bytes>>, http::Error> {
    let Credentials { access_key_id, access_key_secret, security_token } = signer.credentials;
    let mut pairs: Vec<(&str, &str)> = Vec::with_capacity(call.pairs.len() + 9);
    pairs.extend(call.pairs.iter().map(|(name, value)| (*name, value.as_ref())));
    pairs.extend([
        ("AccessKeyId", access_key_id.as_str()),
        ("Action", call.action),
        // without it the answer is XML
        ("Format", "json"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureNonce", nonce),
        ("SignatureVersion", "1.0"),
        ("Timestamp", date),
        ("Version", call.product.version()),
    ]);
    pairs.extend(security_token.as_ref().map(|token| ("SecurityToken", token.expose_secret())));

    let mut form = String::with_capacity(768);
    sign::canonical_query_into(&mut form, &mut pairs);
    let to_sign = sign::v1_string_to_sign("POST", &form);
    let signature = sign::v1_signature(access_key_secret.expose_secret(), &to_sign);
    form.push_str("&Signature=");
    sign::encode_into(&mut form, &signature);

    let mut headers = HeaderMap::with_capacity(5);
    headers.insert(header::HOST, HeaderValue::from_str(signer.endpoint.host())?);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
    finish(signer, "/".to_owned(), headers, form.into())
}

fn finish(
    signer: Signer<'_>,
    target: String,
    mut headers: HeaderMap,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, http::Error> {
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
    let target = PathAndQuery::from_maybe_shared(Bytes::from(target))?;
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = signer.endpoint.uri(target)?;
    *request.headers_mut() = headers;
    Ok(request)
}

#[cfg(test)]
mod tests;
