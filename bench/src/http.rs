//! One kept-alive connection, and what comes back on it. Cheaper than a client with a pool, which is the point.
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::header::{COOKIE, HOST, HeaderMap, LOCATION};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// More than any answer takes on a healthy server.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server on this machine.
#[derive(Debug)]
pub(crate) struct Peer {
    address: SocketAddr,
    host: String,
    connection: Option<SendRequest<Full<Bytes>>>,
    /// From where a proxy would say that it is asked.
    from: Option<Ipv4Addr>,
}

/// A request, apart from its cookies.
#[derive(Debug, Clone)]
pub(crate) struct Ask<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) header: Option<(&'static str, String)>,
    pub(crate) body: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl<'a> Ask<'a> {
    /// Without a body.
    pub(crate) fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, header: None, body: String::new() }
    }

    /// With JSON.
    pub(crate) fn json(method: Method, path: &'a str, body: &serde_json::Value) -> Self {
        let header = Some(("content-type", "application/json".to_owned()));
        Self { method, path, header, body: body.to_string() }
    }

    /// With a form.
    pub(crate) fn form(path: &'a str, body: String) -> Self {
        let header = Some(("content-type", "application/x-www-form-urlencoded".to_owned()));
        Self { method: Method::POST, path, header, body }
    }
}

impl Peer {
    /// Not connected yet.
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, host: address.to_string(), connection: None, from: None }
    }

    /// Asks from another address from now on.
    pub(crate) fn asks_from(&mut self, address: Ipv4Addr) {
        self.from = Some(address);
    }

    /// Asks and waits for the whole answer.
    pub(crate) async fn ask(&mut self, ask: &Ask<'_>, cookies: &str) -> anyhow::Result<Answer> {
        let mut request =
            Request::builder().method(&ask.method).uri(ask.path).header(HOST, &self.host);
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies);
        }
        if let Some(from) = self.from {
            request = request.header("x-forwarded-for", from.to_string());
        }
        if let Some((name, value)) = &ask.header {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(ask.body.clone())))?;
        tokio::time::timeout(PATIENCE, self.exchange(request)).await.context("no answer in time")?
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Answer> {
        let connection = self.connected().await?;
        let (parts, body) = connection.send_request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer { status: parts.status, headers: parts.headers, body })
    }

    #[expect(clippy::disallowed_methods, reason = "it ends with its connection")]
    async fn connected(&mut self) -> anyhow::Result<&mut SendRequest<Full<Bytes>>> {
        let is_open = match &mut self.connection {
            Some(open) => open.ready().await.is_ok(),
            None => false,
        };
        if !is_open {
            let stream = TcpStream::connect(self.address).await?;
            stream.set_nodelay(true)?;
            let (sender, connection) = handshake(TokioIo::new(stream)).await?;
            // It ends with its last sender; whoever waits for an answer hears of an error there.
            tokio::spawn(async move { drop(connection.await) });
            self.connection = Some(sender);
        }
        self.connection.as_mut().context("just connected")
    }
}

impl Answer {
    /// The JSON in it.
    pub(crate) fn json(&self) -> anyhow::Result<serde_json::Value> {
        serde_json::from_slice(&self.body).context("not JSON")
    }

    /// Where it redirects to, without scheme and host when that is this machine's server.
    pub(crate) fn location(&self) -> anyhow::Result<&str> {
        self.headers.get(LOCATION).context("no Location")?.to_str().context("Location is not text")
    }

    /// What may be shown of an answer that should have been another: never a code or token, which only the expected one holds.
    pub(crate) fn shown(&self) -> String {
        let place = self.location().ok().and_then(|all| all.split('?').next()).unwrap_or_default();
        let text: String = String::from_utf8_lossy(&self.body).chars().take(500).collect();
        format!("{} {place} {text}", self.status)
    }
}

/// The path and query of an absolute or relative address.
pub(crate) fn path_of(address: &str) -> &str {
    let Some((_, rest)) = address.split_once("://") else { return address };
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_may_be_relative_or_absolute() {
        assert_eq!(path_of("/sign-in?app_id=a"), "/sign-in?app_id=a");
        assert_eq!(path_of("http://127.0.0.1:3001/oidc/auth/x?y"), "/oidc/auth/x?y");
        assert_eq!(path_of("http://127.0.0.1:3001"), "/");
    }

    #[test]
    fn what_is_shown_of_an_unexpected_answer_has_no_query() {
        let headers =
            HeaderMap::from_iter([(LOCATION, "http://x/callback?code=s3cr3t".parse().unwrap())]);
        let answer = Answer { status: StatusCode::SEE_OTHER, headers, body: Bytes::new() };
        assert!(!answer.shown().contains("s3cr3t"));
    }
}
