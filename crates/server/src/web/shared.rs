//! Addresses that scripts of any origin may use, because only a token in the request opens them (wire contract C.1): cookies do not
//! count there. The Fetch standard, section 3.3.
use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ORIGIN, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// Whether an address is one of them.
pub fn is_shared(path: &str) -> bool {
    path == "/api/my-account"
        || path.starts_with("/api/my-account/")
        || path.starts_with("/api/verifications/")
}

/// A request to one of them.
#[derive(Debug)]
pub struct Sharing {
    origin: HeaderValue,
    is_question: bool,
}

impl Sharing {
    /// `None` for every other address.
    pub fn of(request: &Request) -> Option<Self> {
        is_shared(request.uri().path()).then(|| Self {
            origin: request.headers().get(ORIGIN).cloned().unwrap_or(HeaderValue::from_static("*")),
            is_question: request.method() == Method::OPTIONS,
        })
    }

    /// The answer to the question browsers ask beforehand; `None` where something else is asked.
    pub fn preflight(&self) -> Option<Response> {
        if !self.is_question {
            return None;
        }
        let mut response = StatusCode::NO_CONTENT.into_response();
        let headers = response.headers_mut();
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, PATCH, DELETE"),
            (ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type, logto-verification-id"),
            (ACCESS_CONTROL_MAX_AGE, "3600"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        Some(response)
    }

    /// Lets the asking script read an answer. Never with cookies.
    pub fn share(self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.append(VARY, HeaderValue::from_static("Origin"));
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, self.origin);
        let exposed = HeaderValue::from_static("retry-after, www-authenticate");
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}
