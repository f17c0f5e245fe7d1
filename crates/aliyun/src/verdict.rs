//! What an answer means: success, or an [`Error`] with its next step. Pure; knows statuses, headers and bodies.

use crate::{
    codes::{CodeFacts, Next, Who, look_up},
    error::{Details, Error, Failure, Window},
    lenient, redact,
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use jiff::fmt::rfc2822::DateTimeParser;
use serde::Deserialize;
use std::time::Duration;

/// An answer as received, body whole and within the cap.
#[derive(Debug)]
pub(crate) struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Longest wait believed; a header is no reason to wait for years.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// What the judge must know of the request.
pub(crate) struct Asked {
    /// The time the request was signed with, in Unix milliseconds.
    pub(crate) unix_ms: i64,
    /// Numbers and codes that no message may repeat.
    pub(crate) secrets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Head {
    #[serde(deserialize_with = "lenient::text")]
    code: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    message: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    request_id: Option<String>,
}

/// The product's `Code` for it (`OK`, or `Success`) under a 2xx status is the only success.
pub(crate) fn judge(
    answer: &RawAnswer,
    yes: &str,
    asked: impl FnOnce() -> Asked,
) -> Result<(), Error> {
    let head = serde_json::from_slice::<Head>(&answer.body).ok();
    let code = head.as_ref().and_then(|head| head.code.as_deref()).filter(|code| !code.is_empty());
    match (head.as_ref(), code) {
        (_, Some(code)) if code == yes && answer.status.is_success() => Ok(()),
        (Some(head), Some(code)) if code != yes => Err(refused(answer, head, code, &asked())),
        _ => Err(no_verdict(answer)),
    }
}

/// The facts about `code` under this HTTP status: the table first, then the prefix, then the status.
pub(crate) fn facts(code: &str, status: u16) -> CodeFacts {
    let fallback = |next, who, retry| CodeFacts { code: "", next, who, retry };
    look_up(code).unwrap_or_else(|| match status {
        _ if code.starts_with("isp.") => fallback(Next::Unknown, Who::Provider, true),
        429 => fallback(Next::Wait, Who::Nobody, true),
        408 => fallback(Next::Unknown, Who::Provider, true),
        400..=499 => fallback(Next::FixConfiguration, Who::Operator, false),
        200..=299 if code.starts_with("isv.") || code.starts_with("biz.") => {
            fallback(Next::FixConfiguration, Who::Operator, false)
        }
        // nobody has said what this code means, so nobody may conclude that nothing went out
        _ => fallback(Next::Unknown, Who::Provider, false),
    })
}

fn refused(answer: &RawAnswer, head: &Head, code: &str, asked: &Asked) -> Error {
    let status = answer.status.as_u16();
    let facts = facts(code, status);
    let message = head.message.as_deref().unwrap_or_default();
    let window = (facts.next == Next::Wait).then(|| window(code, message)).flatten();
    let until = || window.and_then(|window| rest_of(window, asked.unix_ms));
    Error::of(Details {
        code: Some(redact::label(code, 80)),
        request_id: request_id(head.request_id.as_deref(), &answer.headers),
        http_status: Some(status),
        retry_after: stated_wait(&answer.headers).or_else(until),
        window,
        clock_skew_secs: code
            .starts_with("InvalidTimeStamp")
            .then(|| skew_secs(&answer.headers, asked.unix_ms))
            .flatten(),
        ..Details::new(facts, redact::message(message, &asked.secrets))
    })
}

fn no_verdict(answer: &RawAnswer) -> Error {
    let (status, bytes) = (answer.status.as_u16(), answer.body.len());
    let message = format!("HTTP {status} without a verdict of Aliyun ({bytes} bytes of body)");
    Error::of(Details {
        http_status: Some(status),
        request_id: request_id(None, &answer.headers),
        failure: Some(Failure::NoVerdict),
        ..Details::plain(Next::Unknown, Who::Provider, false, message)
    })
}

fn request_id(body: Option<&str>, headers: &HeaderMap) -> Option<String> {
    let header = || headers.get("x-acs-request-id").and_then(|value| value.to_str().ok());
    let id = redact::label(body.filter(|id| !id.is_empty()).or_else(header)?, 80);
    (!id.is_empty()).then_some(id)
}

/// Messages seen: `触发分钟级流控Permits:1`, `触发小时级流控Permits:5`, `触发天级流控Permits:10`.
fn window(code: &str, message: &str) -> Option<Window> {
    let said = |suffix: &str, word: &str| code.ends_with(suffix) || message.contains(word);
    match () {
        () if said("_MINUTE", "分钟级") => Some(Window::Minute),
        () if said("_HOUR", "小时级") => Some(Window::Hour),
        () if said("_DAY", "天级") => Some(Window::Day),
        () => None,
    }
}

/// Minutes and hours of UTC+8 end when those of UTC end. Where a day's 24 hours begin is not documented.
fn rest_of(window: Window, unix_ms: i64) -> Option<Duration> {
    let length = match window {
        Window::Minute => 60_000,
        Window::Hour => 3_600_000,
        Window::Day => return None,
    };
    u64::try_from(length - unix_ms.rem_euclid(length)).ok().map(Duration::from_millis)
}

/// `x-acs-retry-after` is in milliseconds, `Retry-After` (RFC 9110 section 10.2.3) in seconds; zero says nothing.
fn stated_wait(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    number("x-acs-retry-after")
        .map(Duration::from_millis)
        .or_else(|| number("retry-after").map(Duration::from_secs))
        .filter(|wait| !wait.is_zero())
        .map(|wait| wait.min(LONGEST_WAIT))
}

fn skew_secs(headers: &HeaderMap, unix_ms: i64) -> Option<i64> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let server = DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(server.as_second() - unix_ms.div_euclid(1000))
}
