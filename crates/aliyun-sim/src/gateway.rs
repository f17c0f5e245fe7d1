//! What stands in front of the products: key, token, time, nonce, signature, action and version, in that order.

use crate::{
    book::Book,
    refusal::Refusal,
    request::{Scheme, WireRequest},
    seed::Account,
    sign::{self, Authorization},
    time,
};
use axum::http::Method;
use std::sync::Arc;

/// How far a request's time may be from ours, in milliseconds.
pub(crate) const WINDOW_MS: i64 = 15 * 60_000;

/// A caller whose signature is right.
pub(crate) struct Caller {
    pub(crate) account: Arc<Account>,
    pub(crate) nonce: Option<Nonce>,
}

/// A nonce, and until when it must be remembered.
pub(crate) struct Nonce {
    pub(crate) text: String,
    pub(crate) until_ms: i64,
}

/// What the request says about itself, under either scheme.
struct Claims {
    access_key_id: Option<String>,
    token: Option<String>,
    stamp: Option<String>,
    nonce: Option<String>,
}

/// Believes the request or says why not. `seen` tells whether a nonce of this key was used already.
pub(crate) fn authenticate(
    request: &WireRequest,
    book: &Book,
    now_ms: i64,
    seen: impl Fn(&str, &str) -> bool,
) -> Result<Caller, Refusal> {
    if ![Method::GET, Method::POST].contains(&request.method) {
        return Err(Refusal::gateway(
            400,
            "UnsupportedHTTPMethod",
            "This http method is not supported.",
        ));
    }
    let scheme = request.scheme();
    let authorization = authorization(request, scheme)?;
    let claims = claims(request, authorization.as_ref());
    let id = claims
        .access_key_id
        .filter(|id| !id.is_empty())
        .ok_or_else(|| Refusal::missing("AccessKeyId"))?;
    let account = book
        .account(&id)
        .ok_or_else(|| Refusal::from_code("InvalidAccessKeyId.NotFound", None, None))?;
    if !account.active {
        return Err(Refusal::from_code("InvalidAccessKeyId.Inactive", None, None));
    }
    check_token(account, claims.token.as_deref(), now_ms)?;
    let stamp_ms = check_time(claims.stamp.as_deref(), scheme, now_ms)?;
    if scheme == Scheme::V1 {
        check_v1_form(request)?;
    }
    let nonce = claims.nonce.filter(|nonce| !nonce.is_empty());
    if nonce.as_ref().is_some_and(|nonce| seen(&id, nonce)) {
        return Err(Refusal::from_code("SignatureNonceUsed", None, None));
    }
    let secret = account.access_key_secret.expose();
    match &authorization {
        Some(given) => sign::check_v3(request, given, secret)?,
        None => sign::check_v1(request, secret)?,
    }
    let nonce = nonce.map(|text| Nonce { text, until_ms: stamp_ms.saturating_add(WINDOW_MS) });
    Ok(Caller { account: Arc::clone(account), nonce })
}

fn authorization(request: &WireRequest, scheme: Scheme) -> Result<Option<Authorization>, Refusal> {
    match scheme {
        Scheme::V1 => Ok(None),
        Scheme::V3 => {
            let text =
                request.header("authorization").ok_or_else(|| Refusal::missing("AccessKeyId"))?;
            Authorization::parse(&text).map(Some)
        }
    }
}

fn claims(request: &WireRequest, authorization: Option<&Authorization>) -> Claims {
    match authorization {
        Some(given) => Claims {
            access_key_id: Some(given.credential.clone()),
            token: request.header("x-acs-security-token"),
            stamp: request.header("x-acs-date"),
            nonce: request.header("x-acs-signature-nonce"),
        },
        None => Claims {
            access_key_id: request.param("AccessKeyId").map(str::to_owned),
            token: request.param("SecurityToken").map(str::to_owned),
            stamp: request.param("Timestamp").map(str::to_owned),
            nonce: request.param("SignatureNonce").map(str::to_owned),
        },
    }
}

fn check_token(account: &Account, given: Option<&str>, now_ms: i64) -> Result<(), Refusal> {
    let refuse = |code: &str, text: &str| Err(Refusal::gateway(400, code, text));
    let given = given.filter(|token| !token.is_empty());
    let expired = account.security_token_expires_at.is_some_and(|end| end <= now_ms);
    match (&account.security_token, given) {
        (None, Some(_)) => {
            refuse("InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
        }
        (Some(_), None) => Err(Refusal::missing("SecurityToken")),
        (Some(right), Some(given)) if right.expose() != given => {
            let text = "Specified SecurityToken mismatch with the AccessKey.";
            refuse("InvalidSecurityToken.MismatchWithAccessKey", text)
        }
        (Some(_), Some(_)) if expired => {
            refuse("InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
        }
        (None, None) | (Some(_), Some(_)) => Ok(()),
    }
}

fn check_time(stamp: Option<&str>, scheme: Scheme, now_ms: i64) -> Result<i64, Refusal> {
    let stamp =
        stamp.filter(|text| !text.is_empty()).ok_or_else(|| Refusal::missing("Timestamp"))?;
    let stamp_ms = time::parse_stamp(stamp, scheme == Scheme::V1)
        .map_err(|time::BadStamp| Refusal::from_code("InvalidTimeStamp.Format", None, None))?;
    if now_ms.abs_diff(stamp_ms) > WINDOW_MS.unsigned_abs() {
        return Err(Refusal::from_code("InvalidTimeStamp.Expired", None, None));
    }
    Ok(stamp_ms)
}

fn check_v1_form(request: &WireRequest) -> Result<(), Refusal> {
    for name in ["Signature", "SignatureNonce", "SignatureMethod", "SignatureVersion"] {
        request.param(name).ok_or_else(|| Refusal::missing(name))?;
    }
    if request.param("SignatureMethod") != Some("HMAC-SHA1") {
        let message = "Specified signature method is not valid.";
        return Err(Refusal::gateway(400, "InvalidSignatureMethod", message));
    }
    if request.param("SignatureVersion") != Some("1.0") {
        return Err(Refusal::invalid("SignatureVersion"));
    }
    Ok(())
}
