//! Numbers that signed in in this browser before. Whoever has the browser and asks for one of them is no stranger: what strangers did
//! to the number's counters does not keep them out (security statement 34).
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::phone::PhoneNumber;

use super::browser::{self, Browser};
use super::cookies::NewCookie;
use crate::app::App;

const NAME: &str = "_known";
/// Numbers that are remembered at once; the oldest makes room.
const MOST: usize = 8;
/// Bytes of a number's keyed hash that are kept: nobody makes one for a number of somebody else, because the cookie is signed.
const BYTES: usize = 16;
/// Seconds it is remembered after the last sign-in: half a year.
const MAX_AGE: i64 = 15_552_000;

/// What the browser is known for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownNumbers(Vec<String>);

impl KnownNumbers {
    /// What the browser sent; empty when it was not set for it.
    pub fn read(headers: &HeaderMap, app: &App) -> Self {
        let value = browser::read(headers, app, NAME).unwrap_or_default();
        Self(value.split('.').filter(|tag| !tag.is_empty()).map(str::to_owned).collect())
    }

    /// Whether a number signed in here before.
    pub fn contains(&self, app: &App, phone: &PhoneNumber) -> bool {
        self.0.contains(&tag(app, phone))
    }

    /// Remembers that a number signed in here.
    pub fn remember(
        mut self,
        (request, response): (&HeaderMap, &mut HeaderMap),
        app: &App,
        phone: &PhoneNumber,
    ) {
        let tag = tag(app, phone);
        self.0.retain(|other| *other != tag);
        self.0.insert(0, tag);
        self.0.truncate(MOST);
        let new = NewCookie {
            name: NAME,
            value: self.0.join("."),
            path: "/".to_owned(),
            max_age: MAX_AGE,
        };
        Browser::of(request, app).set(response, app, &new);
    }
}

fn tag(app: &App, phone: &PhoneNumber) -> String {
    let mac = app.keys.numbers.mac(&[b"known", phone.digits().as_bytes()]);
    URL_SAFE_NO_PAD.encode(mac.get(..BYTES).unwrap_or_default())
}
