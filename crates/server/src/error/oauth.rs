//! Errors for OAuth clients: the JSON body of RFC 6749, section 5.2, with the two fields Logto's SDKs insist on.
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use haoma_oidc::error::{ErrorKind, OauthError};
use haoma_oidc::keys::KeyError;

/// A refusal on its way to a client.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What the client is told.
    pub error: OauthError,
    /// What happened inside; for the log only.
    pub cause: Option<String>,
    /// Whether a script of the asking origin must not read it.
    pub is_foreign_origin: bool,
}

/// The result of a handler of the protocol.
pub type Result<T> = std::result::Result<T, Refusal>;

impl Refusal {
    /// Our fault.
    #[expect(clippy::needless_pass_by_value, reason = "the signature `map_err` asks for")]
    pub fn internal(cause: impl ToString) -> Self {
        Self { cause: Some(cause.to_string()), ..OauthError::server_error().into() }
    }

    /// Writes what happened inside to the log, once.
    pub fn log(&self) {
        let cause = self.cause.as_deref().unwrap_or_default();
        let error = self.error.kind.name();
        if self.error.kind.status() >= 500 {
            tracing::error!(error, cause, "request failed");
        } else if !cause.is_empty() {
            tracing::info!(error, cause, "request refused");
        }
    }
}

impl From<OauthError> for Refusal {
    fn from(error: OauthError) -> Self {
        Self { error, cause: None, is_foreign_origin: false }
    }
}

impl From<haoma_store::Error> for Refusal {
    fn from(error: haoma_store::Error) -> Self {
        let told = match &error {
            haoma_store::Error::Unavailable(_) => {
                OauthError::new(ErrorKind::TemporarilyUnavailable, "please try again in a moment")
            }
            haoma_store::Error::Nul => {
                OauthError::invalid_request("a parameter holds a NUL character")
            }
            _ => OauthError::server_error(),
        };
        Self { cause: Some(error.to_string()), ..told.into() }
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.log();
        let status = StatusCode::from_u16(self.error.kind.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.error.body())).into_response();
        response.extensions_mut().insert(self.error);
        response
    }
}

/// The answer as the standard has it, without `code` and `message` (`?parse_error=false`, wire contract A.10).
pub fn raw(error: &OauthError, parsed: &Response) -> Response {
    let body = haoma_oidc::error::Body { parsed: None, ..error.body() };
    let mut raw = (parsed.status(), Json(body)).into_response();
    for (name, value) in parsed.headers() {
        if !raw.headers().contains_key(name) && *name != CONTENT_LENGTH {
            raw.headers_mut().append(name, value.clone());
        }
    }
    raw
}
