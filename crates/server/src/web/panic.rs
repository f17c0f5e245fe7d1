//! A handler that panics answers like any other fault of ours.
use std::any::Any;

use axum::response::{IntoResponse as _, Response};

use crate::error::api::{ApiError, codes};

/// The answer of a request whose handler panicked; what the panic said may hold anything, so it is not repeated.
pub fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    ApiError::new(codes::INTERNAL).because("a handler panicked").into_response()
}
