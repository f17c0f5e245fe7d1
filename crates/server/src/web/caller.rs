//! Who is asking: the client's address and program, as far as they can be trusted.
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

/// Longer programs' names are cut.
const MOST_USER_AGENT: usize = 256;

/// The other end of a request.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The address of the connection.
    pub ip: Option<IpAddr>,
    /// The `User-Agent`, at most 256 characters.
    pub user_agent: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let ip = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(a)| a.ip());
        let agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        Ok(Self { ip, user_agent: agent.map(|a| a.chars().take(MOST_USER_AGENT).collect()) })
    }
}
