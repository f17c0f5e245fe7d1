//! What surrounds every handler, in one layer: each layer costs every request a copy of the route and a box.
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;

use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::audience::Asker;
use crate::web::shared::Sharing;
use crate::web::{csrf, headers};

/// No page or form needs more.
pub(crate) const MOST_BODY_BYTES: usize = 64 * 1024;
/// Seconds a request may take in all; the slowest of ours waits 5 for a provider.
const MOST_TIME: Duration = Duration::from_secs(30);

/// Refuses what other sites caused, survives panics, ends what hangs, tells errors to whoever asked, adds the security headers, logs
/// one line: route, status, milliseconds. Never a query, body, header, or an address with an id in it.
pub async fn handle(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let asker = Asker::of(&app, &request);
    let sharing = Sharing::of(&request);
    DefaultBodyLimit::max(MOST_BODY_BYTES).apply(&mut request);
    let answered =
        match (sharing.as_ref().and_then(Sharing::preflight), csrf::check(&app, &request)) {
            (Some(preflight), _) => Ok(preflight),
            (None, Ok(())) => whatever_happens(next.run(request)).await,
            (None, Err(error)) => Err(error),
        };
    let answered = answered.unwrap_or_else(IntoResponse::into_response);
    let mut response = asker.tell(&app, with_words(answered));
    headers::secure(&app, &mut response);
    if let Some(sharing) = sharing {
        sharing.share(&mut response);
    }
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let status = response.status().as_u16();
    let duration_ms = begun.elapsed().as_millis();
    tracing::debug!(%method, route, status, duration_ms, "request");
    response
}

/// The router refuses a method without a word, and says in `Allow` which ones the address takes; that header it adds after us.
fn with_words(answered: Response) -> Response {
    let is_silent = answered.extensions().get::<ApiError>().is_none();
    if is_silent && answered.status() == StatusCode::METHOD_NOT_ALLOWED {
        return ApiError::new(codes::METHOD_NOT_ALLOWED).into_response();
    }
    answered
}

/// An answer also to a request whose handler panicked or hangs.
async fn whatever_happens(handler: impl Future<Output = Response>) -> Result<Response, ApiError> {
    match tokio::time::timeout(MOST_TIME, AssertUnwindSafe(handler).catch_unwind()).await {
        Ok(Ok(response)) => Ok(response),
        // what a panic said may hold anything, so it is not repeated
        Ok(Err(_payload)) => Err(ApiError::new(codes::INTERNAL).because("a handler panicked")),
        Err(_elapsed) => Err(ApiError::new(codes::TIMEOUT)),
    }
}
