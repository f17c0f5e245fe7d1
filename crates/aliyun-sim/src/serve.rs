//! The accept loop: our own, because some faults happen on the connection and not in an answer.

use crate::{Sim, api::Hangup};
use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use tower::ServiceExt;

const HEADER_PATIENCE: Duration = Duration::from_secs(30);
const LAST_WORDS: Duration = Duration::from_millis(300);

/// The caller closed the connection or a fault wants it closed.
#[derive(Debug, thiserror::Error)]
#[error("connection dropped on purpose")]
struct Dropped;

/// Serves API, inbox and control paths until `shutdown` is ready; running answers get a moment to finish.
/// Also pushes delivery receipts when they are due.
pub async fn serve(listener: TcpListener, sim: Sim, shutdown: impl Future<Output = ()>) {
    let router = sim.router();
    let stop = watch::Sender::new(false);
    let mut tasks = JoinSet::new();
    let mut pusher = JoinSet::new();
    pusher.spawn(sim.clone().keep_pushing());
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        while tasks.try_join_next().is_some() {}
        match accepted {
            Ok((stream, _)) if sim.lock().faults.take_refusal() => refuse(stream),
            Ok((stream, _)) => {
                tasks.spawn(connection(
                    stream,
                    router.clone(),
                    sim.fresh_connections(),
                    stop.subscribe(),
                ));
            }
            // Out of file handles, most likely: let some connections end.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    stop.send_replace(true);
    let all_done = async { while tasks.join_next().await.is_some() {} };
    drop(tokio::time::timeout(LAST_WORDS, all_done).await);
}

/// Resets the connection: with nothing to linger for, closing sends RST.
fn refuse(stream: TcpStream) {
    drop(stream.set_zero_linger());
    drop(stream);
}

async fn connection(
    stream: TcpStream,
    router: Router,
    mut fresh: watch::Receiver<u64>,
    mut stop: watch::Receiver<bool>,
) {
    drop(stream.set_nodelay(true));
    let is_api = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request: Request<Incoming>| {
        is_api.fetch_or(!request.uri().path().starts_with("/_sim"), Ordering::Relaxed);
        answer(router.clone(), request)
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_PATIENCE);
    let mut running = pin!(builder.serve_connection(TokioIo::new(stream), service));
    loop {
        tokio::select! {
            // The caller is told by the closed connection; there is nobody else to tell.
            _ = running.as_mut() => return,
            Ok(()) = fresh.changed() => if is_api.load(Ordering::Relaxed) { running.as_mut().graceful_shutdown() },
            Ok(()) = stop.changed() => running.as_mut().graceful_shutdown(),
        }
    }
}

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response<Body>, Dropped> {
    let response =
        router.oneshot(request.map(Body::new)).await.unwrap_or_else(|never| match never {});
    if response.extensions().get::<Hangup>().is_some() { Err(Dropped) } else { Ok(response) }
}
