//! Which browser this is. What is signed for one is worth nothing in another, so that nobody can plant the cookies of their own
//! sign-in in a stranger's browser and finish it as them (security statement 44).
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::cookies::{self, NewCookie};
use crate::app::App;

const NAME: &str = "__Host-_browser";
/// 128 random bits.
const BYTES: usize = 16;
/// Their length in base64url.
const CHARS: usize = 22;
/// Seconds it lives, anew with every sign-in: as long as browsers allow (400 days).
const MAX_AGE: i64 = 34_560_000;

/// A browser's name.
pub struct Browser(String);

impl Browser {
    /// The one that sent these headers, or a new one.
    pub fn of(request: &HeaderMap, app: &App) -> Self {
        let known = known(request, app).map(str::to_owned);
        Self(known.unwrap_or_else(|| URL_SAFE_NO_PAD.encode(app.entropy.bytes::<BYTES>())))
    }

    /// Tells the browser its name.
    pub fn introduce(&self, response: &mut HeaderMap, app: &App) {
        let name = name(app);
        let new = NewCookie { name, value: self.0.clone(), path: "/".to_owned(), max_age: MAX_AGE };
        cookies::set(response, app, &new);
    }

    /// Sets a cookie that counts in this browser only.
    pub fn set(&self, response: &mut HeaderMap, app: &App, new: &NewCookie) {
        cookies::sign(response, app, new, &[&self.0]);
    }
}

/// The value of a cookie that was set for the browser that sends it.
pub fn read<'a>(request: &'a HeaderMap, app: &App, name: &str) -> Option<&'a str> {
    cookies::signed(request, &app.keys.cookies, name, &[known(request, app)?])
}

/// Whether a request says which browser it comes from.
pub fn is_known(request: &HeaderMap, app: &App) -> bool {
    known(request, app).is_some()
}

fn known<'a>(request: &'a HeaderMap, app: &App) -> Option<&'a str> {
    cookies::all(request, name(app)).find(|text| text.len() == CHARS)
}

fn name(app: &App) -> &'static str {
    cookies::of_host(app, NAME)
}
