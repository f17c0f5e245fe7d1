//! One line for every request: route, status, milliseconds. Never a query, body, header, or an address with an id in it.
use std::any::Any;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::error::api::{ApiError, codes};

/// Logs a request.
pub async fn requests(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let begun = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let status = response.status().as_u16();
    let duration_ms = begun.elapsed().as_millis();
    tracing::debug!(%method, route, status, duration_ms, "request");
    response
}

/// The answer of a request whose handler panicked; what the panic said may hold anything, so it is not repeated.
pub fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    ApiError::new(codes::INTERNAL).because("a handler panicked").into_response()
}
