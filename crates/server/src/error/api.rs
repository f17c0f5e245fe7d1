//! Errors of the JSON API: a stable code, a sentence for the person, and separately the cause for the log.
use std::fmt;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use haoma_core::experience::WrongStep;
use haoma_core::time::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

pub use super::codes;

/// One kind of error. The code is part of the API, the sentence is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Such as `verification_code.expired` (wire contract B.8).
    pub code: &'static str,
    /// The HTTP status it is answered with.
    pub status: u16,
    /// What happened and what next, in English.
    pub message: &'static str,
}

/// The times every answer about a code carries (design 5.5); milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Times {
    /// When another message may be asked for.
    pub resend_at: Timestamp,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// Guesses left.
    pub attempts_left: i64,
    /// The server's clock, so that a page can count down without trusting its own.
    pub server_now: Timestamp,
}

/// An error of ours, on its way to whoever asked.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// Which kind.
    pub code: Code,
    more: Box<More>,
}

#[derive(Debug, Clone, Default)]
struct More {
    data: Option<Value>,
    times: Option<Times>,
    retry_at: Option<(Timestamp, Timestamp)>,
    cause: Option<String>,
}

impl ApiError {
    /// An error without more to say.
    pub fn new(code: Code) -> Self {
        Self { code, more: Box::default() }
    }

    /// Adds data for programs (wire contract: `data`).
    pub fn with_data(mut self, data: Value) -> Self {
        self.more.data = Some(data);
        self
    }

    /// Adds how the code stands.
    pub fn with_times(mut self, times: Times) -> Self {
        self.more.times = Some(times);
        self
    }

    /// Adds when trying again makes sense, and what time it is.
    pub fn retry_at(mut self, at: Timestamp, now: Timestamp) -> Self {
        self.more.retry_at = Some((at, now));
        self
    }

    /// Adds what happened inside, for the log only.
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.more.cause = Some(format!("{cause}"));
        self
    }

    /// How the code stands, where the error is about one.
    pub fn times(&self) -> Option<&Times> {
        self.more.times.as_ref()
    }

    /// When trying again makes sense, and what time it is.
    pub fn waiting(&self) -> Option<(Timestamp, Timestamp)> {
        self.more.retry_at
    }

    /// More for programs.
    pub fn data(&self) -> Option<&Value> {
        self.more.data.as_ref()
    }

    /// The answer in JSON, with this sentence.
    pub fn answer(&self, message: &str) -> Response {
        let status = StatusCode::from_u16(self.code.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, Json(self.body(message))).into_response();
        if let Some((at, now)) = self.more.retry_at
            && let Ok(secs) = HeaderValue::from_str(&at.secs_since(now).max(1).to_string())
        {
            response.headers_mut().insert(RETRY_AFTER, secs);
        }
        // RFC 9110, section 15.5.2: who may not enter is told what would open
        if self.code.status == 401 && self.code.code.starts_with("auth.") {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }

    fn body(&self, message: &str) -> Value {
        let mut body = json!({ "code": self.code.code, "message": message });
        let Some(object) = body.as_object_mut() else { return body };
        if let Some(data) = &self.more.data {
            object.insert("data".to_owned(), data.clone());
        }
        if let Some(times) = &self.more.times
            && let Ok(Value::Object(times)) = serde_json::to_value(times)
        {
            object.extend(times);
        }
        if let Some((at, now)) = self.more.retry_at {
            object.insert("resend_at".to_owned(), at.0.into());
            object.insert("server_now".to_owned(), now.0.into());
        }
        body
    }

    /// Writes what happened inside to the log. Whatever is answered does so itself: this is for an error that is told in another way.
    pub fn log(&self) {
        let cause = self.more.cause.as_deref().unwrap_or_default();
        if self.code.status >= 500 {
            tracing::error!(code = self.code.code, cause, "request failed");
        } else if !cause.is_empty() {
            tracing::info!(code = self.code.code, cause, "request refused");
        }
    }
}

/// The answer in English; `web::audience` turns it into the language or the page the asker wants.
impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let mut response = self.answer(self.code.message);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<haoma_store::Error> for ApiError {
    fn from(error: haoma_store::Error) -> Self {
        let code = match &error {
            haoma_store::Error::Unavailable(_) => codes::UNAVAILABLE,
            haoma_store::Error::Nul => codes::INVALID_INPUT,
            _ => codes::INTERNAL,
        };
        Self::new(code).because(error)
    }
}

impl From<WrongStep> for ApiError {
    fn from(step: WrongStep) -> Self {
        Self::new(match step {
            WrongStep::NotBegun => codes::INTERACTION_NOT_FOUND,
            WrongStep::Recovery => codes::NOT_SUPPORTED_FOR_FORGOT_PASSWORD,
            WrongStep::VerificationNotFound => codes::VERIFICATION_NOT_FOUND,
            WrongStep::NotVerified => codes::VERIFICATION_FAILED,
            WrongStep::IdentityConflict => codes::IDENTITY_CONFLICT,
            WrongStep::NotIdentified => codes::IDENTIFIER_NOT_FOUND,
            WrongStep::TooManySends | WrongStep::TooManyNumbers => codes::TOO_MANY_SENDS,
        })
    }
}
