//! Cookies that a request must hand over whatever becomes of it: a page, a redirect, an error.
use std::sync::{Arc, OnceLock};

use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// What the answer of a request has to carry; a session gets another id once at most.
#[derive(Debug, Clone, Default)]
pub(super) struct Carried(Arc<OnceLock<HeaderMap>>);

impl Carried {
    /// What the layer gave the request.
    pub(super) fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Has the answer carry these headers.
    pub(super) fn put(&self, headers: HeaderMap) {
        // a second one would be a mistake of the handler; the first is the one that was stored first
        let _first = self.0.set(headers);
    }

    fn lines(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let headers = self.0.get();
        headers.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone()))
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
