//! Security headers on every answer (security statements 41, 42, 47, 48).
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
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

/// A response extension: how a page and a frame with a page of ours go together. Without it a page holds none and is in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// The page has a frame with another page of ours.
    Holds,
    /// The page may stand in a frame of ours, where it leads nowhere and sends nothing.
    Held,
}

/// A response extension: what a page may load from others besides our own, in the words of a policy. For the page with a captcha, which is
/// another's.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Scripts.
    pub script: String,
    /// Styles.
    pub style: String,
    /// Whom its scripts may ask.
    pub connect: String,
}

/// Every answer has one (wire contract A.1: 16 characters).
const REQUEST_ID: HeaderName = HeaderName::from_static("logto-core-request-id");

/// So many headers follow: one growth of the map and not several.
const MOST_ADDED: usize = 10;

/// Adds what is missing; never weakens what a handler set.
pub fn secure(app: &App, response: &mut Response) {
    let form_action = response.extensions_mut().remove::<FormAction>();
    let framing = response.extensions_mut().remove::<Framing>();
    let sources = response.extensions_mut().remove::<Sources>();
    let headers = response.headers_mut();
    headers.reserve(MOST_ADDED);
    default(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    let is_held = framing == Some(Framing::Held);
    default(headers, X_FRAME_OPTIONS, if is_held { "SAMEORIGIN" } else { "DENY" });
    default(headers, REFERRER_POLICY, "strict-origin-when-cross-origin");
    default(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    // scripts of other origins read answers through CORS or not at all
    default(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    default(
        headers,
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=()",
    );
    default(headers, CACHE_CONTROL, "no-store");
    if app.settings.is_https() {
        default(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if !headers.contains_key(CONTENT_SECURITY_POLICY) {
        let policy = match sources {
            Some(sources) => wider(&sources),
            None => policy(form_action.as_ref(), framing),
        };
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if let Ok(id) = HeaderValue::from_str(&URL_SAFE_NO_PAD.encode(app.entropy.bytes::<12>())) {
        headers.insert(REQUEST_ID, id);
    }
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

/// No inline script or style anywhere, nothing from another host, no frame around us.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: https:; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Besides, frames with pages of our own.
const HOLDS: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: https:; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'";

/// Inside a frame of our own: no form is sent, no window opened, and the page around stays where it is.
const HELD: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: https:; form-action 'none'; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'self'; \
    sandbox allow-scripts allow-same-origin";

fn policy(form_action: Option<&FormAction>, framing: Option<Framing>) -> HeaderValue {
    let strict = HeaderValue::from_static(POLICY);
    match framing {
        None => {}
        Some(Framing::Holds) => return HeaderValue::from_static(HOLDS),
        Some(Framing::Held) => return HeaderValue::from_static(HELD),
    }
    let Some(FormAction(origin)) = form_action else { return strict };
    // an address may hold what ends a directive; no host does
    if origin.contains([';', ',', '\'', ' ']) {
        return strict;
    }
    let wider = POLICY.replace("form-action 'self'", &format!("form-action 'self' {origin}"));
    HeaderValue::from_str(&wider).unwrap_or(strict)
}

/// The strict policy, and these sources.
fn wider(sources: &Sources) -> HeaderValue {
    let Sources { script, style, connect } = sources;
    let strict = HeaderValue::from_static(POLICY);
    // a source that ends its directive would begin another
    if [script, style, connect].iter().any(|given| given.contains([';', ','])) {
        return strict;
    }
    let wider = [("script", script), ("style", style), ("connect", connect)].into_iter().fold(
        POLICY.to_owned(),
        |policy, (name, given)| {
            policy.replace(&format!("{name}-src 'self'"), &format!("{name}-src 'self' {given}"))
        },
    );
    HeaderValue::from_str(&wider).unwrap_or(strict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s42_a_page_may_lead_to_its_application_and_to_nobody_else() {
        assert!(POLICY.contains("form-action 'self';") && !POLICY.contains("unsafe"));
        let wider = policy(Some(&FormAction("https://app.example.com".to_owned())), None);
        assert!(wider.to_str().unwrap().contains("form-action 'self' https://app.example.com;"));
        let broken = policy(Some(&FormAction("https://app\r\nx".to_owned())), None);
        assert_eq!(broken, POLICY, "what is no header value opens nothing");
        for other in ["https://x;sandbox;script-src", "https://x,y", "'none'"] {
            assert_eq!(policy(Some(&FormAction(other.to_owned())), None), POLICY, "{other}");
        }
    }

    #[test]
    fn s42_a_page_with_a_captcha_is_as_strict_but_for_its_sources() {
        let given = |text: &str| text.to_owned();
        let sources = Sources {
            script: given("https://script.example"),
            style: given("https://style.example"),
            connect: given("https://a.example https://b.example"),
        };
        let wide = wider(&sources);
        let wide = wide.to_str().unwrap();
        for part in [
            "default-src 'none'; script-src 'self' https://script.example; style-src 'self' https://style.example;",
            "img-src 'self' data: https:; connect-src 'self' https://a.example https://b.example;",
            "form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        ] {
            assert!(wide.contains(part), "{part} in {wide}");
        }
        let broken = Sources { script: given("https://a.example; script-src *"), ..sources };
        assert_eq!(wider(&broken), POLICY);
    }

    #[test]
    fn s41_a_page_in_a_frame_is_in_ours_and_sends_nothing() {
        assert_eq!(HOLDS, format!("{POLICY}; frame-src 'self'"), "nothing else differs");
        assert!(HELD.contains("frame-ancestors 'self';") && HELD.contains("form-action 'none';"));
        assert!(HELD.contains("sandbox allow-scripts") && !HELD.contains("allow-forms"));
    }
}
