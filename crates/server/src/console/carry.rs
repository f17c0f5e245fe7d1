//! Cookies that a request must hand over whatever becomes of it: a page, a redirect, an error.
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// What the answer of a request has to carry: the cookie of the last id that its session got.
#[derive(Debug, Clone, Default)]
pub(super) struct Carried(Arc<Mutex<HeaderMap>>);

impl Carried {
    /// What the layer gave the request.
    pub(super) fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Has the answer carry these headers, and none that were put before.
    pub(super) fn put(&self, headers: HeaderMap) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = headers;
    }

    fn lines(&self) -> Vec<(HeaderName, HeaderValue)> {
        let headers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// The layer around every handler of the console.
pub(super) async fn carry(mut request: Request, next: Next) -> Response {
    let carried = Carried::default();
    request.extensions_mut().insert(carried.clone());
    let mut response = next.run(request).await;
    for (name, value) in carried.lines() {
        response.headers_mut().append(name, value);
    }
    response
}
