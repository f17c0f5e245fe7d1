//! Security headers on every answer (security statements 41, 42, 47, 48).
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;

/// A response extension: an origin that a form of this page leads to in the end, besides our own.
///
/// Browsers apply `form-action` to every redirect after a form was posted, so the page from which a
/// person goes back to the application must name the application's origin.
#[derive(Debug, Clone)]
pub struct FormAction(pub String);

/// Every answer has one (wire contract A.1: 16 characters).
const REQUEST_ID: HeaderName = HeaderName::from_static("logto-core-request-id");

/// Adds what is missing; never weakens what a handler set.
pub async fn secure(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let form_action = response.extensions_mut().remove::<FormAction>();
    let headers = response.headers_mut();
    default(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(headers, X_FRAME_OPTIONS, "DENY");
    default(headers, REFERRER_POLICY, "strict-origin-when-cross-origin");
    default(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    default(
        headers,
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    );
    default(headers, CACHE_CONTROL, "no-store");
    if app.settings.is_https() {
        default(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&policy(form_action.as_ref()))
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(id) = HeaderValue::from_str(&URL_SAFE_NO_PAD.encode(app.entropy.bytes::<12>())) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// No inline script or style anywhere, nothing from another host, no frame around us.
fn policy(form_action: Option<&FormAction>) -> String {
    let extra = form_action.map_or("", |FormAction(origin)| origin.as_str());
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; \
         connect-src 'self'; manifest-src 'self'; form-action 'self' {extra}; object-src 'none'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}
