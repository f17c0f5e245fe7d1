//! One exchange over a pooled connection. Knows the one line that matters: before a request is written nothing was
//! sent, afterwards only an answer tells.

use crate::{
    client::Admit,
    error::{ConfigError, Error, Failure},
    verdict::RawAnswer,
};
use bytes::Bytes;
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{
            HttpConnector,
            dns::{GaiResolver, Name},
        },
    },
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use std::{
    error::Error as StdError,
    fmt,
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
    vec,
};
use tokio::{net::TcpStream, time::timeout};
use tower_service::Service;

/// Longest answer read, in bytes; real ones are a few hundred, a full list page some tens of thousands.
pub(crate) const LONGEST_ANSWER: usize = 64 * 1024;

/// Connections kept open while idle.
const IDLE_CONNECTIONS: usize = 64;

/// How long they are kept: less than servers usually do, because a request that meets a connection in the moment
/// of its closing ends as "unknown".
const IDLE_FOR: Duration = Duration::from_secs(10);

type BoxError = Box<dyn StdError + Send + Sync>;

/// The connection pool.
#[derive(Clone)]
pub(crate) struct Transport {
    client: Client<Connector, Full<Bytes>>,
}

impl Transport {
    /// `connect` bounds name resolution, TCP and TLS together; `admit` is asked of every address a name has.
    pub(crate) fn new(connect: Duration, admit: Admit) -> Result<Self, ConfigError> {
        let connector = Connector { inner: tls_or_plain(connect, admit)?, limit: connect };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_FOR)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            // another connection is tried only for a request of which no byte was written
            .retry_canceled_requests(true)
            .build(connector);
        Ok(Self { client })
    }

    /// Sends `request` once and reads its answer, all within `total`.
    pub(crate) async fn exchange(
        &self,
        request: Request<Full<Bytes>>,
        total: Duration,
    ) -> Result<RawAnswer, Error> {
        let exchange = async {
            let response = self.client.request(request).await.map_err(|e| failed(&e))?;
            let (head, body) = response.into_parts();
            Ok(RawAnswer { status: head.status, headers: head.headers, body: read(body).await? })
        };
        // connecting ends before `total` does, so what is cut off here had been written
        let silent = |_elapsed| {
            Error::unknown(Failure::Silent, format!("no answer within {} ms", total.as_millis()))
        };
        timeout(total, exchange).await.map_err(silent)?
    }
}

async fn read(body: Incoming) -> Result<Bytes, Error> {
    match Limited::new(body, LONGEST_ANSWER).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let told = format!("the answer is longer than {LONGEST_ANSWER} bytes");
            Err(Error::unknown(Failure::NoVerdict, told))
        }
        Err(error) => {
            let told = format!("the answer broke off: {}", chain(&*error));
            Err(Error::unknown(Failure::Broken, told))
        }
    }
}

fn failed(error: &hyper_util::client::legacy::Error) -> Error {
    let text = chain(error);
    if !error.is_connect() {
        let told = format!("the connection failed after the request was handed over: {text}");
        return Error::unknown(Failure::Broken, told);
    }
    match connect_failure(error) {
        Failure::NotAdmitted => Error::not_admitted(NOT_ADMITTED),
        failure => Error::not_sent(failure, format!("no connection: {text}")),
    }
}

/// The innermost cause that is known says why; the library has no other way to tell.
fn connect_failure(error: &(dyn StdError + 'static)) -> Failure {
    let mut found = Failure::NotConnected;
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<NotAdmitted>() {
            return Failure::NotAdmitted;
        }
        if cause.is::<Late>() {
            return Failure::ConnectTimeout;
        }
        if matches!(cause.to_string().as_str(), "dns error" | "invalid dns name") {
            found = Failure::Name;
        }
        if cause.is::<rustls::Error>() {
            return Failure::Tls;
        }
        let io = cause.downcast_ref::<io::Error>();
        if let Some(io) = io {
            found = match io.kind() {
                io::ErrorKind::ConnectionRefused => Failure::Refused,
                io::ErrorKind::TimedOut => Failure::ConnectTimeout,
                // a peer that does not speak TLS hangs up in the middle of the handshake
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Failure::Tls,
                _ => found,
            };
        }
        // what an `io::Error` wraps is not its source but itself
        let wrapped =
            io.and_then(io::Error::get_ref).map(|inner| inner as &(dyn StdError + 'static));
        next = wrapped.or_else(|| cause.source());
    }
    found
}

/// The error and its causes in one line; none of them holds the request.
fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Roots are embedded, so that a machine without a certificate store can send.
fn tls_or_plain(connect: Duration, admit: Admit) -> Result<Https, ConfigError> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(ConfigError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut tcp = HttpConnector::new_with_resolver(Resolver { inner: GaiResolver::new(), admit });
    tcp.set_connect_timeout(Some(connect));
    tcp.set_nodelay(true);
    tcp.enforce_http(false);
    let builder = HttpsConnectorBuilder::new().with_tls_config(tls);
    Ok(builder.https_or_http().enable_http1().wrap_connector(tcp))
}

/// TCP's own timeout does not cover name resolution and the TLS handshake; this one does, so that whatever
/// hangs before the request is written ends as a connect error.
#[derive(Clone)]
struct Connector {
    inner: Https,
    limit: Duration,
}

type Https = HttpsConnector<HttpConnector<Resolver>>;

/// Resolves names and lets through only what the caller admits: what is connected to are these very addresses, so that a
/// name cannot change its mind in between.
#[derive(Clone)]
struct Resolver {
    inner: GaiResolver,
    admit: Admit,
}

impl Service<Name> for Resolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (admit, host) = (self.admit, name.as_str().to_owned());
        let resolving = self.inner.call(name);
        Box::pin(async move {
            let all: Vec<_> = resolving.await?.collect();
            if all.iter().all(|address| admit(&host, address.ip())) {
                Ok(all.into_iter())
            } else {
                Err(NotAdmitted.into())
            }
        })
    }
}

/// What is said of an address that is not admitted.
pub(crate) const NOT_ADMITTED: &str = "the host leads to an address that is not allowed";

#[derive(Debug)]
struct NotAdmitted;

impl fmt::Display for NotAdmitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NOT_ADMITTED)
    }
}

impl StdError for NotAdmitted {}

#[derive(Debug)]
struct Late(Duration);

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not connected within {} ms", self.0.as_millis())
    }
}

impl StdError for Late {}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connecting, limit) = (self.inner.call(uri), self.limit);
        Box::pin(async move { timeout(limit, connecting).await.map_err(|_elapsed| Late(limit))? })
    }
}
