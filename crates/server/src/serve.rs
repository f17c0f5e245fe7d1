//! The accept loop: header timeouts, a cap on connections, a clean end. `axum::serve` has none of these.
use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;
use tower_http::compression::{Compression, CompressionBody};

use crate::work::Work;

/// Seconds a client may take for the head of a request, or stay silent between two.
const HEAD: Duration = Duration::from_secs(20);
/// Seconds a client may leave an answer unread.
const UNREAD: Duration = Duration::from_secs(30);
/// Connections at once, if the system allows as many; more wait in the kernel's queue.
const MOST_CONNECTIONS: u64 = 8192;
/// Open files that are not connections of clients: database, provider, logs.
const OTHER_FILES: u64 = 128;
/// Milliseconds to wait when the system gives no more connections.
const NO_MORE: Duration = Duration::from_millis(250);
/// Seconds that requests under way get when the server ends.
const DRAIN: Duration = Duration::from_secs(20);
/// Seconds that work gets after them before it is told of: a provider may take as long to answer (`timeoutMs`).
const FINISH: Duration = Duration::from_secs(10);

/// Serves until `asked_to_end` is done, then lets requests under way finish and after them `work`, unless it is done a second time.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    mut asked_to_end: impl AsyncFnMut(),
    work: Work,
) {
    let under_way = accept(listener, router, asked_to_end()).await;
    tokio::select! {
        () = finish(under_way, work) => {}
        () = asked_to_end() => tracing::warn!("asked twice: requests under way are cut off"),
    }
}

async fn finish(under_way: GracefulShutdown, work: Work) {
    if tokio::time::timeout(DRAIN, under_way.shutdown()).await.is_err() {
        tracing::warn!("requests were still under way when the server ended");
    }
    if tokio::time::timeout(FINISH, work.ended()).await.is_err() {
        tracing::warn!("work is still under way; the server ends after it");
    }
}

/// Accepts until `ended` is done; the connections under way.
#[expect(clippy::disallowed_methods, reason = "connections are waited for by `GracefulShutdown`")]
async fn accept(
    listener: TcpListener,
    router: Router,
    ended: impl Future<Output = ()>,
) -> GracefulShutdown {
    let room = Arc::new(Semaphore::new(most_connections()));
    let graceful = GracefulShutdown::new();
    let mut ended = pin!(ended);
    let site = Compression::new(router);
    loop {
        let permit = tokio::select! {
            permit = Arc::clone(&room).acquire_owned() => permit,
            () = &mut ended => break,
        };
        let Ok(permit) = permit else { break };
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                // Out of descriptors, or a client that left: wait a moment, go on.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(NO_MORE).await;
                    continue;
                }
            },
            () = &mut ended => break,
        };
        let connection = graceful.watch(connection(stream, peer, site.clone()));
        tokio::spawn(async move {
            // A client that breaks off is not our error.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop(permit);
        });
    }
    graceful
}

/// As many as wanted, or as the limit on open files leaves room for.
fn most_connections() -> usize {
    let files = rlimit::increase_nofile_limit(MOST_CONNECTIONS + OTHER_FILES).unwrap_or(1024);
    let most = files.saturating_sub(OTHER_FILES).clamp(16, MOST_CONNECTIONS);
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// A client's stream, with a limit on how long an answer may stay unread.
type Stream = TokioIo<Pin<Box<TimeoutStream<TcpStream>>>>;

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    site: Compression<Router>,
) -> http1::Connection<
    Stream,
    impl hyper::service::HttpService<
        Incoming,
        ResBody = CompressionBody<Body>,
        Error = Infallible,
        Future: Send,
    >,
> {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY not set");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(UNREAD));
    let service = service_fn(move |request| answer(site.clone(), peer, request));
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

async fn answer(
    site: Compression<Router>,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Result<Response<CompressionBody<Body>>, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    site.oneshot(request).await
}
