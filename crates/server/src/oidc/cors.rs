//! Telling browsers which scripts may read an answer (wire contract A.9; the Fetch standard, section 3.3).
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN,
    VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::error::oauth::Result;

/// The answer to a handler's result, readable by the asking script unless its origin was refused. Never with cookies.
pub(super) fn answer(headers: &HeaderMap, result: Result<Response>) -> Response {
    let is_foreign = result.as_ref().is_err_and(|refusal| refusal.is_foreign_origin);
    let mut response = result.unwrap_or_else(IntoResponse::into_response);
    let answered = response.headers_mut();
    answered.append(VARY, HeaderValue::from_static("Origin"));
    if let (false, Some(origin)) = (is_foreign, headers.get(ORIGIN)) {
        answered.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let exposed = HeaderValue::from_static("www-authenticate");
        answered.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
    response
}

/// The question browsers ask beforehand. The client is not known yet: the request itself is judged.
pub(super) async fn preflight(headers: HeaderMap) -> Response {
    let mut response = answer(&headers, Ok(StatusCode::NO_CONTENT.into_response()));
    let answered = response.headers_mut();
    answered.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"));
    answered.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
    if let Some(wanted) = headers.get(ACCESS_CONTROL_REQUEST_HEADERS) {
        answered.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    response
}
