//! Whoever asks for a message waits for it no longer than their patience (`limits.patience_ms`), whatever the database does. Finding out
//! who they are is a part of that; reading what they send over a slow line is not.
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use haoma_store::Deadline;

use crate::app::App;

/// Somebody who asks for a message: who they are, and how much of their patience is left.
#[derive(Debug)]
pub struct Brief<T> {
    who: T,
    left: Duration,
}

impl<T> Brief<T> {
    /// Who they are, and until when they wait from now on, when everything they sent is here.
    pub fn begin(self) -> (T, Deadline) {
        (self.who, Deadline::after(Instant::now(), self.left))
    }
}

impl<T: FromRequestParts<App>> FromRequestParts<App> for Brief<T> {
    type Rejection = T::Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, T::Rejection> {
        let (begun, patience) = (Instant::now(), app.limits().patience());
        let app = app.by(Deadline::after(begun, patience));
        let who = T::from_request_parts(parts, &app).await?;
        Ok(Self { who, left: patience.saturating_sub(begun.elapsed()) })
    }
}
