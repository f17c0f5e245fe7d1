//! What the protocol answers instead of success (RFC 6749, OpenID Connect Core 3.1.2.6, RFC 6750, RFC 8707).
use std::borrow::Cow;

use serde::Serialize;

/// The error names of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is malformed.
    InvalidRequest,
    /// No such client: HTTP 400, so that a person sees it.
    UnknownClient,
    /// The client could not prove who it is: HTTP 401.
    ClientAuthenticationFailed,
    /// A code or refresh token that is worth nothing (any more).
    InvalidGrant,
    /// The redirect address is not one of the client's.
    InvalidRedirectUri,
    /// More was asked than was granted.
    InvalidScope,
    /// A resource nobody knows (RFC 8707, section 2).
    InvalidTarget,
    /// The access token is unknown or expired: HTTP 401.
    InvalidToken,
    /// The access token does not reach this far: HTTP 403.
    InsufficientScope,
    /// The client may not do this.
    UnauthorizedClient,
    /// Another grant type than those advertised.
    UnsupportedGrantType,
    /// Another response type than `code`.
    UnsupportedResponseType,
    /// Another response mode than those advertised.
    UnsupportedResponseMode,
    /// A token that has no such operation (RFC 7009, section 2.2.1).
    UnsupportedTokenType,
    /// A request object.
    RequestNotSupported,
    /// A request object by address.
    RequestUriNotSupported,
    /// The name of a pushed request that is unknown, expired or used (RFC 9101, section 6.2).
    InvalidRequestUri,
    /// A client description inside the request.
    RegistrationNotSupported,
    /// `prompt=none`, and somebody would have to sign in.
    LoginRequired,
    /// `prompt=none`, and somebody would have to be asked.
    ConsentRequired,
    /// The person said no.
    AccessDenied,
    /// The interaction is unknown, expired or used up; a person starts again.
    SessionNotFound,
    /// No such address under `/oidc`: HTTP 404.
    UnknownRoute,
    /// Overloaded or without its database; the same request may be sent again: HTTP 503.
    TemporarilyUnavailable,
    /// Our fault: HTTP 500.
    ServerError,
}

impl ErrorKind {
    /// The value of `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest | Self::SessionNotFound | Self::UnknownRoute => "invalid_request",
            Self::UnknownClient | Self::ClientAuthenticationFailed => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedResponseMode => "unsupported_response_mode",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::AccessDenied => "access_denied",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// The HTTP status of an answer that is not a redirect.
    pub const fn status(self) -> u16 {
        match self {
            Self::ClientAuthenticationFailed | Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
            Self::UnknownRoute => 404,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }

    /// A sentence for people, always present because SDKs insist on it.
    const fn message(self) -> &'static str {
        match self {
            Self::UnknownClient | Self::ClientAuthenticationFailed => {
                "The application could not be recognised."
            }
            Self::InvalidGrant => "The sign-in is no longer valid. Please sign in again.",
            Self::InvalidRedirectUri => {
                "The redirect_uri is not one this application has registered."
            }
            Self::InvalidScope => "More was asked for than was allowed.",
            Self::InvalidTarget => "The requested resource is not available.",
            Self::InvalidToken => "The access token is not valid.",
            Self::InsufficientScope => "The access token does not allow this.",
            Self::UnauthorizedClient => "The application may not do this.",
            Self::UnsupportedGrantType => "This grant type is not supported.",
            Self::UnsupportedResponseType => "This response type is not supported.",
            Self::UnsupportedResponseMode => "This response mode is not supported.",
            Self::LoginRequired => "Somebody has to sign in.",
            Self::ConsentRequired => "Somebody has to agree.",
            Self::AccessDenied => "Access was refused.",
            Self::SessionNotFound => {
                "This sign-in was not found or has expired. Please start again."
            }
            Self::TemporarilyUnavailable => "The service is busy. Please try again in a moment.",
            Self::ServerError => "Something went wrong on our side.",
            _ => "The request is not valid.",
        }
    }
}

/// An error of the protocol: what kind, and what exactly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {description}", kind.name())]
pub struct OauthError {
    /// What kind.
    pub kind: ErrorKind,
    /// The value of `error_description`; holds no secret.
    pub description: Cow<'static, str>,
}

impl OauthError {
    /// An error with its description.
    pub fn new(kind: ErrorKind, description: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, description: description.into() }
    }

    /// The most frequent kind.
    pub fn invalid_request(description: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::InvalidRequest, description)
    }

    /// A code, refresh token or user that is worth nothing; says no more, whoever asks.
    pub const fn invalid_grant() -> Self {
        let description = Cow::Borrowed("grant request is invalid");
        Self { kind: ErrorKind::InvalidGrant, description }
    }

    /// A client asks in a way that is not for its kind.
    pub const fn grant_not_allowed() -> Self {
        let description = Cow::Borrowed("requested grant type is not allowed for this client");
        Self { kind: ErrorKind::UnauthorizedClient, description }
    }

    /// The interaction is unknown, expired, used up, or not this browser's.
    pub const fn session_not_found() -> Self {
        let description = Cow::Borrowed("interaction session not found");
        Self { kind: ErrorKind::SessionNotFound, description }
    }

    /// A bearer token that opens nothing.
    pub const fn invalid_token() -> Self {
        let description = Cow::Borrowed("invalid token provided");
        Self { kind: ErrorKind::InvalidToken, description }
    }

    /// Our fault; the reason is in the log.
    pub const fn server_error() -> Self {
        let description = Cow::Borrowed("oops! something went wrong");
        Self { kind: ErrorKind::ServerError, description }
    }

    /// The address or method does not exist under `/oidc`.
    pub fn unknown_route(method: &str, path: &str) -> Self {
        let text = format!("unrecognized route or not allowed method ({method} on {path})");
        Self::new(ErrorKind::UnknownRoute, text)
    }

    /// The JSON body (wire contract A.10).
    pub fn body(&self) -> Body<'_> {
        let code = match self.kind {
            ErrorKind::SessionNotFound => "session.not_found".to_owned(),
            kind => format!("oidc.{}", kind.name()),
        };
        let uri = "https://openid.sh/debug/invalid_grant";
        Body {
            parsed: Some(Parsed { code, message: self.kind.message() }),
            error_uri: (self.kind == ErrorKind::InvalidGrant).then_some(uri),
            error: self.kind.name(),
            error_description: &self.description,
        }
    }
}

/// The JSON body of an error.
#[derive(Debug, Clone, Serialize)]
pub struct Body<'a> {
    /// What SDKs look for; absent in the raw form (`?parse_error=false`).
    #[serde(flatten)]
    pub parsed: Option<Parsed>,
    /// A page about the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_uri: Option<&'static str>,
    /// The error's name.
    pub error: &'static str,
    /// What exactly.
    pub error_description: &'a str,
}

/// The two fields without which Logto's SDKs report an unexpected answer.
#[derive(Debug, Clone, Serialize)]
pub struct Parsed {
    /// A stable code such as `oidc.invalid_grant`.
    pub code: String,
    /// A sentence for people.
    pub message: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(error: &OauthError) -> serde_json::Value {
        serde_json::to_value(error.body()).unwrap()
    }

    #[test]
    fn every_body_has_the_code_and_message_sdks_insist_on() {
        let body = json(&OauthError::invalid_request("x"));
        assert_eq!(body["code"], "oidc.invalid_request");
        assert_eq!(body["error"], "invalid_request");
        assert_eq!(body["error_description"], "x");
        assert!(body["message"].is_string() && body.get("error_uri").is_none());
    }

    #[test]
    fn a_dead_grant_has_its_page_and_a_lost_interaction_its_code() {
        let grant = json(&OauthError::invalid_grant());
        assert_eq!(grant["error_uri"], "https://openid.sh/debug/invalid_grant");
        let lost = json(&OauthError::session_not_found());
        assert_eq!(
            (&lost["code"], &lost["error"]),
            (&"session.not_found".into(), &"invalid_request".into())
        );
    }

    #[test]
    fn statuses_follow_the_contract() {
        for (kind, status) in [
            (ErrorKind::UnknownClient, 400),
            (ErrorKind::ClientAuthenticationFailed, 401),
            (ErrorKind::InvalidToken, 401),
            (ErrorKind::InsufficientScope, 403),
            (ErrorKind::UnknownRoute, 404),
            (ErrorKind::ServerError, 500),
            (ErrorKind::InvalidGrant, 400),
        ] {
            assert_eq!(kind.status(), status, "{kind:?}");
        }
    }
}
