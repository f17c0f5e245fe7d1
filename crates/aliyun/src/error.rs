//! The one error of a call, named by what the caller does next, and the errors of a configuration.

use crate::codes::{CodeFacts, Next, Who};
use std::{fmt, time::Duration};

/// A call that did not succeed. [`Error::next`] says what to do; the rest is for the administrator's eyes and
/// for the log. Holds no phone number, verification code, secret or token.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<Details>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Details {
    pub(crate) next: Next,
    pub(crate) who: Who,
    pub(crate) retry: bool,
    pub(crate) code: Option<String>,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
    pub(crate) http_status: Option<u16>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) window: Option<Window>,
    pub(crate) clock_skew_secs: Option<i64>,
    pub(crate) failure: Option<Failure>,
}

/// The flow-control window that is full. Minute and hour are calendar windows, a day is 24 hours.
/// Source: <https://help.aliyun.com/document_detail/44335.htm>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Window {
    /// One verification message per minute for a signature and number.
    Minute,
    /// Five per hour.
    Hour,
    /// Ten per day; free again at most 24 hours after the first of them.
    Day,
}

/// Why a call has no verdict of Aliyun. [`Error::next`] tells whether anything may have been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The request could not be written: nothing was connected to.
    Unbuildable,
    /// The host leads to an address that [`crate::Config::admit`] refuses.
    NotAdmitted,
    /// The host's name was not resolved.
    Name,
    /// The host refused the connection.
    Refused,
    /// The encrypted connection did not come about, for instance because of the host's certificate.
    Tls,
    /// No connection in time.
    ConnectTimeout,
    /// No connection for another reason.
    NotConnected,
    /// The request went out, and no answer came in time.
    Silent,
    /// The connection broke after the request went out.
    Broken,
    /// An answer that is none of Aliyun's, or whose end is missing.
    NoVerdict,
}

impl Error {
    /// What the caller does next.
    pub fn next(&self) -> Next {
        self.0.next
    }

    /// True unless the message may have gone out.
    pub fn surely_not_sent(&self) -> bool {
        self.0.next != Next::Unknown
    }

    /// True if the same call, with a new nonce, may be made again without risk of a second message and with a
    /// chance of success; after [`Error::retry_after`] where that is known.
    pub fn may_repeat(&self) -> bool {
        self.0.retry && self.surely_not_sent()
    }

    /// Who has to act.
    pub fn who(&self) -> Who {
        self.0.who
    }

    /// Aliyun's `Code` as received, prefix included; none if there was no verdict of Aliyun.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Aliyun's `Message`, without the numbers and codes of the request, or our own words; often Chinese.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Aliyun's `RequestId`, what its support asks for first.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Status of the answer; none if there was no answer.
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// How long to wait: as the answer says, or until the full minute or hour is over.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The flow-control window that is full, where the answer names it.
    pub fn window(&self) -> Option<Window> {
        self.0.window
    }

    /// Why there is no verdict; none if Aliyun gave one.
    pub fn failure(&self) -> Option<Failure> {
        self.0.failure
    }

    /// Seconds the server's clock is ahead of the request's time, given when Aliyun refused that time.
    pub fn clock_skew_secs(&self) -> Option<i64> {
        self.0.clock_skew_secs
    }

    /// The error a business refusal (HTTP 200) with this code gives; for tests of code that handles errors.
    pub fn refusal(code: &str, message: &str) -> Self {
        let facts = crate::verdict::facts(code, 200);
        let code = Some(code.to_owned());
        Self::of(Details { code, http_status: Some(200), ..Details::new(facts, message) })
    }

    pub(crate) fn of(details: Details) -> Self {
        Self(Box::new(details))
    }

    pub(crate) fn not_sent(failure: Failure, message: impl Into<String>) -> Self {
        Self::failed(failure, Details::plain(Next::NotSent, Who::Operator, true, message))
    }

    pub(crate) fn not_admitted(message: impl Into<String>) -> Self {
        let details = Details::plain(Next::FixConfiguration, Who::Operator, false, message);
        Self::failed(Failure::NotAdmitted, details)
    }

    pub(crate) fn unbuildable(message: impl Into<String>) -> Self {
        let details = Details::plain(Next::FixConfiguration, Who::Developer, false, message);
        Self::failed(Failure::Unbuildable, details)
    }

    pub(crate) fn unknown(failure: Failure, message: impl Into<String>) -> Self {
        Self::failed(failure, Details::plain(Next::Unknown, Who::Provider, false, message))
    }

    fn failed(failure: Failure, details: Details) -> Self {
        Self::of(Details { failure: Some(failure), ..details })
    }
}

impl Details {
    pub(crate) fn new(facts: CodeFacts, message: impl Into<String>) -> Self {
        Self::plain(facts.next, facts.who, facts.retry, message)
    }

    pub(crate) fn plain(next: Next, who: Who, retry: bool, message: impl Into<String>) -> Self {
        Self {
            next,
            who,
            retry,
            code: None,
            message: message.into(),
            request_id: None,
            http_status: None,
            retry_after: None,
            window: None,
            clock_skew_secs: None,
            failure: None,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0.next {
            Next::Wait => "not sent, wait: ",
            Next::FixNumber => "not sent, the number is refused: ",
            Next::FixConfiguration => "not sent, the configuration is refused: ",
            Next::NotSent => "not sent: ",
            Next::Unknown => "outcome unknown: ",
        })?;
        if let Some(code) = self.code() {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(id) = self.request_id() {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A configuration with which no call can be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not `https://host[:port]`.
    #[error("the endpoint is not an address of the form https://host or https://host:port")]
    Endpoint,
    /// `http://` to another machine would show numbers and codes to the network.
    #[error("plain http is allowed for this machine only; use https")]
    PlainHttp,
    /// Empty, or with characters a header cannot carry.
    #[error("the AccessKey id is empty or has characters other than visible ASCII")]
    AccessKeyId,
    /// An empty secret signs nothing.
    #[error("the AccessKey secret is empty")]
    AccessKeySecret,
    /// Empty, or with characters a header cannot carry.
    #[error("the security token is empty or has characters other than visible ASCII")]
    SecurityToken,
    /// Were connecting allowed to take the whole time, "surely not sent" could not be told from "unknown".
    #[error("the connect timeout must be shorter than the total timeout")]
    Timeouts,
    /// The TLS library refuses its own defaults.
    #[error("TLS is not available")]
    Tls(#[source] rustls::Error),
}
