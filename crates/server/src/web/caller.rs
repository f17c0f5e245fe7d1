//! Who is asking: the client's address and program, as far as they can be trusted.
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use haoma_core::network;

use crate::app::App;

/// What proxies append the address to that they were asked from. `Forwarded` (RFC 7239) is not read: a proxy that writes the one passes
/// on a forged other.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Longer programs' names are cut.
const MOST_USER_AGENT: usize = 256;

/// The other end of a request.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The client's address: the connection's, or what trusted proxies say (security statement 23). IPv4 is always written as IPv4.
    pub ip: Option<IpAddr>,
    /// The `User-Agent`, at most 256 characters.
    pub user_agent: Option<String>,
}

impl FromRequestParts<App> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(a)| a.ip());
        let trusted = &app.settings.trusted_proxies;
        let ip = peer.map(|peer| network::client(peer, hops(&parts.headers), trusted));
        let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self { ip, user_agent: agent.map(|a| a.chars().take(MOST_USER_AGENT).collect()) })
    }
}

/// What proxies wrote, the last first. Bytes, because what a client wrote before them may be anything.
fn hops(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    lines.flat_map(|line| line.as_bytes().rsplit(|b| *b == b','))
}
