//! Reading a JSON body: capped, and with an error that names the place.
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use http_body_util::{BodyExt as _, Limited};
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::error::api::{ApiError, codes};

/// No request of the API needs more.
const MOST_BYTES: usize = 64 * 1024;

/// A body that was JSON and fits `T`.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !kind.is_some_and(|kind| kind.trim_start().starts_with("application/json")) {
            return Err(
                ApiError::new(codes::INVALID_INPUT).because("the body is not application/json")
            );
        }
        let body = Limited::new(request.into_body(), MOST_BYTES).collect().await;
        let bytes = body.map_err(|e| ApiError::new(codes::TOO_LARGE).because(e))?.to_bytes();
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Self(value)),
            // serde's text can quote the value; only its place is repeated.
            Err(e) => Err(ApiError::new(codes::INVALID_INPUT)
                .with_data(json!({ "line": e.line(), "column": e.column() }))),
        }
    }
}
