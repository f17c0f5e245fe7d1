//! Requests to an address that an administrator wrote: resolved, checked, pinned, never redirected, answers capped.
mod address;
mod names;
#[cfg(test)]
mod tests;
mod wait;

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{HOST, RETRY_AFTER};
use http::{HeaderMap, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_rustls::{HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};
use tower::{ServiceExt as _, service_fn};
use url::{Host, Url};

pub(crate) use self::address::{Zone, zone};
pub use self::names::Names;
pub use self::wait::Wait;
use crate::config::is_loopback;
use crate::connectors::kit::{ProblemKind, Trouble};

/// Of an exchange, names and connections at most: shorter, so that what is cut off here was surely not sent.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// The most that is read of an answer's head.
const MOST_HEAD_BYTES: usize = 16 * 1024;

/// Roots are embedded, so that a machine without a certificate store can send.
static TLS: LazyLock<Option<ClientConfig>> = LazyLock::new(|| {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().ok()?;
    Some(builder.with_root_certificates(roots).with_no_client_auth())
});

/// The settings of TLS, with the embedded roots; `None` where the library refuses its own defaults.
pub(crate) fn tls() -> Option<ClientConfig> {
    TLS.clone()
}

/// How far an address may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To the internet, over https.
    PublicOnly,
    /// To this machine and private networks too, there also over plain http.
    PrivateToo,
}

impl Reach {
    /// How far addresses of applications may lead: a server that only this machine reaches is somebody's trial, and so are the applications
    /// beside it.
    pub fn of_applications(endpoint: &Url) -> Self {
        if is_loopback(endpoint) { Self::PrivateToo } else { Self::PublicOnly }
    }
}

/// How long an exchange may take, and how much of the answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The whole exchange, names and connection included.
    pub patience: Duration,
    /// Bytes of the answer's body that are read; what comes after is left unread, and may be endless.
    pub most_body_bytes: usize,
    /// Who else waits for names with it.
    pub names: Names,
}

impl Terms {
    /// For somebody waiting, where only the status tells something: 5 seconds, no body.
    pub const STATUS: Self =
        Self { patience: Duration::from_secs(5), most_body_bytes: 0, names: Names::OfMessages };
}

/// An address that was checked as far as it can be without resolving it.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    url: Url,
    reach: Reach,
}

/// An answer, as far as it was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status; redirects are not followed.
    pub status: StatusCode,
    /// `Retry-After`, if it is there and can be read.
    pub retry_after: Option<Wait>,
    /// The beginning of its body; what did not come in time is missing.
    pub body: Bytes,
}

/// A request that was not answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The name leads to an address that is not allowed; nothing was sent.
    #[error("the address leads to this machine, a private network or a metadata service")]
    Forbidden,
    /// No connection; nothing was sent.
    #[error("not sent: {1}")]
    NotSent(Trouble, String),
    /// The request may have been read.
    #[error("outcome unknown: {1}")]
    Unknown(Trouble, String),
}

impl Failure {
    /// What happened, as the error desk knows it.
    pub const fn trouble(&self) -> Trouble {
        match self {
            Self::Forbidden => Trouble::NotAdmitted,
            Self::NotSent(trouble, _) | Self::Unknown(trouble, _) => *trouble,
        }
    }
}

impl Target {
    /// Reads an address: https (http only within [`Reach::PrivateToo`]), no user, no password, an IPv4 address only in
    /// its usual spelling.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, ProblemKind> {
        let url = Url::parse(text).map_err(|_cause| ProblemKind::BadAddress)?;
        match (url.scheme(), reach) {
            ("https", _) | ("http", Reach::PrivateToo) => {}
            ("http", Reach::PublicOnly) => return Err(ProblemKind::PlainHttp),
            _ => return Err(ProblemKind::BadAddress),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProblemKind::BadAddress);
        }
        let target = Self { url, reach };
        let literal = match target.url.host() {
            None => return Err(ProblemKind::BadAddress),
            // 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1: whoever writes so wants to hide something
            Some(Host::Ipv4(ip)) if !text.contains(&ip.to_string()) => {
                return Err(ProblemKind::BadAddress);
            }
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                let is_local = name == "localhost" || name.ends_with(".localhost");
                is_local.then_some(IpAddr::from([127, 0, 0, 1]))
            }
        };
        match literal {
            Some(ip) if !target.admits(ip) => Err(ProblemKind::PrivateAddress),
            _ => Ok(target),
        }
    }

    /// Posts once. Neither redirects nor repeats.
    ///
    /// # Errors
    /// Whether anything was sent, and why there is no answer.
    pub async fn post(
        &self,
        headers: HeaderMap,
        body: Bytes,
        terms: Terms,
    ) -> Result<Answer, Failure> {
        let deadline = Instant::now() + terms.patience;
        let connecting = async { self.connect(self.resolve(terms.names).await?).await };
        let late = |_elapsed| {
            Failure::NotSent(Trouble::ConnectTimeout, "no connection in time".to_owned())
        };
        let connect_patience = CONNECT_PATIENCE.min(terms.patience);
        let stream = timeout(connect_patience, connecting).await.map_err(late)??;
        let request = self.request(headers, body)?;
        exchange(stream, request, (deadline, terms.most_body_bytes)).await
    }

    /// What may be connected to, now. Every address of the name has to be allowed, not just the first.
    fn admits(&self, ip: IpAddr) -> bool {
        match (zone(ip), self.url.scheme(), self.reach) {
            (Zone::Public, "https", _) | (Zone::Private, _, Reach::PrivateToo) => true,
            (Zone::Public | Zone::Private | Zone::Never, ..) => false,
        }
    }

    async fn resolve(&self, names: Names) -> Result<Vec<SocketAddr>, Failure> {
        let port = self.url.port_or_known_default().unwrap_or(443);
        match self.url.host() {
            Some(Host::Ipv4(ip)) => Ok(vec![(ip, port).into()]),
            Some(Host::Ipv6(ip)) => Ok(vec![(ip, port).into()]),
            Some(Host::Domain(name)) => {
                let name = name.to_owned();
                let asked = name.clone();
                let asking =
                    async move { lookup_host((name, port)).await.map(Iterator::collect::<Vec<_>>) };
                let unknown = |error: io::Error| Failure::NotSent(Trouble::Name, error.to_string());
                let share = names.share(&asked);
                names::ask((share, names.slots()), asking).await.map_err(unknown)
            }
            None => Err(Failure::Forbidden),
        }
    }

    /// Connects to these very addresses: the name is not asked for again, so it cannot change its mind.
    async fn connect(
        &self,
        pinned: Vec<SocketAddr>,
    ) -> Result<MaybeHttpsStream<TokioIo<TcpStream>>, Failure> {
        if pinned.is_empty() || !pinned.iter().all(|address| self.admits(address.ip())) {
            return Err(Failure::Forbidden);
        }
        let no_tls = || Failure::NotSent(Trouble::Tls, "TLS is not available".to_owned());
        let tls = tls().ok_or_else(no_tls)?;
        let tcp = service_fn(move |_name: Uri| {
            let pinned = pinned.clone();
            async move { TcpStream::connect(pinned.as_slice()).await.map(TokioIo::new) }
        });
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let connector = builder.enable_http1().wrap_connector(tcp);
        let uri = self.url.as_str().parse::<Uri>();
        let uri = uri.map_err(|error| Failure::NotSent(Trouble::Unbuildable, error.to_string()))?;
        let failed =
            |error: BoxError| Failure::NotSent(connect_trouble(&*error), error.to_string());
        connector.oneshot(uri).await.map_err(failed)
    }

    fn request(&self, headers: HeaderMap, body: Bytes) -> Result<Request<Full<Bytes>>, Failure> {
        let host = self.url.host_str().unwrap_or_default();
        let host = match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let query = self.url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("{}{query}", self.url.path()))
            .header(HOST, host)
            .body(Full::new(body));
        let unbuildable =
            |error: http::Error| Failure::NotSent(Trouble::Unbuildable, error.to_string());
        let mut request = request.map_err(unbuildable)?;
        request.headers_mut().extend(headers);
        Ok(request)
    }
}

/// Sends, and reads as much of the answer as is wanted.
async fn exchange(
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    request: Request<Full<Bytes>>,
    (deadline, most_body_bytes): (Instant, usize),
) -> Result<Answer, Failure> {
    let mut builder = http1::Builder::new();
    let handshake = builder.max_buf_size(MOST_HEAD_BYTES).handshake(stream).await;
    let (mut sender, connection) =
        handshake.map_err(|e| Failure::NotSent(Trouble::NotConnected, e.to_string()))?;
    // ends with this future: whoever stops waiting leaves no connection behind
    let mut running = JoinSet::new();
    running.spawn(connection);
    let answer = timeout_at(deadline, sender.send_request(request)).await;
    let silent = |_elapsed| Failure::Unknown(Trouble::Silent, "no answer in time".to_owned());
    let broken = |error: hyper::Error| {
        let is_noise = error.is_parse() || error.is_parse_too_large();
        let trouble = if is_noise { Trouble::NoVerdict } else { Trouble::Broken };
        Failure::Unknown(trouble, error.to_string())
    };
    let answer = answer.map_err(silent)?.map_err(broken)?;
    let (head, body) = answer.into_parts();
    let body = beginning(body, (deadline, most_body_bytes)).await;
    drop(running);
    let wait = head.headers.get(RETRY_AFTER).and_then(|wait| wait.to_str().ok());
    Ok(Answer { status: head.status, retry_after: wait.and_then(Wait::parse), body })
}

/// What comes of a body in time, cut where enough was read. The status is known by then, so nothing here fails.
async fn beginning(mut body: Incoming, (deadline, most): (Instant, usize)) -> Bytes {
    let mut read = BytesMut::new();
    while read.len() < most {
        let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await else { break };
        if let Some(data) = frame.data_ref() {
            read.extend_from_slice(data);
        }
    }
    read.truncate(most);
    read.freeze()
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why there is no connection: the innermost cause says it.
fn connect_trouble(error: &(dyn std::error::Error + 'static)) -> Trouble {
    let mut causes = std::iter::successors(Some(error), |cause| {
        // what an `io::Error` wraps is not its source but itself
        let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn std::error::Error + 'static)).or_else(|| cause.source())
    });
    let of = |cause: &(dyn std::error::Error + 'static)| {
        if cause.is::<rustls::Error>() {
            return Some(Trouble::Tls);
        }
        match cause.downcast_ref::<io::Error>()?.kind() {
            io::ErrorKind::ConnectionRefused => Some(Trouble::ConnectionRefused),
            io::ErrorKind::TimedOut => Some(Trouble::ConnectTimeout),
            // a certificate that is refused, and a peer that speaks no TLS
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Some(Trouble::Tls),
            _ => None,
        }
    };
    causes.find_map(of).unwrap_or(Trouble::NotConnected)
}

/// Path and query may hold a token of their own: only the host prints.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.url.host_str().unwrap_or_default())
    }
}
