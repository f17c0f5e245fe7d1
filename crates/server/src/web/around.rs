//! What surrounds every handler, in one layer: each layer costs every request a copy of the route and a box.
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::web::audience::Asker;
use crate::web::headers;

/// Tells errors to whoever asked, adds the security headers, logs one line: route, status, milliseconds. Never a
/// query, body, header, or an address with an id in it.
pub async fn handle(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let asker = Asker::of(&request);
    let mut response = asker.tell(&app, next.run(request).await);
    headers::secure(&app, &mut response);
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let status = response.status().as_u16();
    let duration_ms = begun.elapsed().as_millis();
    tracing::debug!(%method, route, status, duration_ms, "request");
    response
}
