//! Every path of the simulator on one screen.

use crate::{Sim, admin, api, captcha, page};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{Method, Response, header},
    middleware::{Next, from_fn},
    response::IntoResponse,
    routing::{any, get, post},
};

pub(crate) fn router(sim: Sim) -> Router {
    let control = Router::new()
        .route("/messages", get(admin::messages))
        .route("/requests", get(admin::requests))
        .route("/faults", get(admin::faults).post(admin::add_faults).delete(admin::clear_faults))
        .route("/clock", get(admin::clock).post(admin::set_clock))
        .route("/seed", get(admin::seed).put(admin::set_seed).post(admin::set_seed))
        .route("/receipts", get(admin::receipts).post(admin::set_receipts))
        .route("/reset", post(admin::reset))
        .route("/events", get(admin::events))
        .route("/inbox.js", get(page::script))
        .route("/inbox.css", get(page::style))
        .layer(from_fn(same_site_only));
    // pages of other origins use it, as they use Aliyun's
    let captcha = Router::new()
        .route("/AliyunCaptcha.js", get(captcha::script))
        .route("/init", post(captcha::init))
        .route("/tick", post(captcha::ticked));
    Router::new()
        .route("/", any(root))
        .nest("/captcha", captcha)
        .nest("/_sim", control)
        .with_state(sim)
}

/// The API, or the inbox when a browser looks in.
async fn root(State(sim): State<Sim>, request: Request) -> Response<Body> {
    if is_browser(&request) {
        page::inbox(request.headers())
    } else {
        api::call(&sim, request).await
    }
}

fn is_browser(request: &Request) -> bool {
    let accept = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let asks_api = request.headers().contains_key(header::AUTHORIZATION)
        || ["Action=", "AccessKeyId=", "Signature="].iter().any(|name| query.contains(name));
    request.method() == Method::GET && accept.contains("text/html") && !asks_api
}

/// Pages of other sites may neither read codes nor set faults through a visitor's browser: not by a request of
/// theirs, and not by a name of theirs that was made to mean this machine (DNS rebinding).
async fn same_site_only(request: Request, next: Next) -> Response<Body> {
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own_name = text("host").is_none_or(is_address);
    let fits = match text("sec-fetch-site") {
        None | Some("none" | "same-origin") => true,
        Some("same-site") => request.method() == Method::GET,
        Some(_) => false,
    };
    if own_name && fits {
        next.run(request).await
    } else {
        axum::http::StatusCode::FORBIDDEN.into_response()
    }
}

/// Whether a `Host` is an address or `localhost`, which no DNS answer can redirect.
fn is_address(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn only_addresses_are_answered() {
        for host in ["127.0.0.1", "127.0.0.1:3003", "[::1]:3003", "localhost:3003", "10.1.2.3:80"] {
            assert!(is_address(host), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:3003",
            "127.0.0.1.evil.example",
            "localhost.evil.example:1",
            "",
        ] {
            assert!(!is_address(host), "{host}");
        }
    }
}
