//! Whoever asks for a message waits for it no longer than their patience (`limits.patience_ms`), whatever the database does. Finding out
//! who they are is a part of that; reading what they send over a slow line is not.
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use haoma_store::Deadline;

use crate::app::App;
use crate::error::api::{ApiError, codes};

/// Somebody whom the database tells us of.
pub trait Asker: FromRequestParts<App> {
    /// What they are told when it does not in time.
    fn kept_waiting(app: &App, parts: &Parts, error: ApiError) -> Self::Rejection;
}

/// Somebody who asks for a message: who they are, and how much of their patience is left.
#[derive(Debug)]
pub struct Brief<T> {
    who: T,
    left: Duration,
}

impl<T> Brief<T> {
    /// Who they are, and until when they wait from now on, when everything they sent is here.
    pub fn begin(self) -> (T, Deadline) {
        (self.who, Deadline::after(self.left))
    }
}

impl<T: Asker> FromRequestParts<App> for Brief<T> {
    type Rejection = T::Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, T::Rejection> {
        let (begun, patience) = (Instant::now(), app.limits().patience());
        let found = Deadline::after(patience).wait(T::from_request_parts(parts, app)).await;
        let Some(who) = found else {
            let error = ApiError::new(codes::UNAVAILABLE).because("who asks was not known in time");
            return Err(T::kept_waiting(app, parts, error));
        };
        Ok(Self { who: who?, left: patience.saturating_sub(begun.elapsed()) })
    }
}
