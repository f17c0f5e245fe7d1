//! What was done, told on the page that a form leads to: kept in a cookie for one look.
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::app::App;
use crate::views::console::parts::{Notice, Tone};
use crate::web::cookies::{self, NewCookie};
use crate::web::i18n::Lang;

const COOKIE: &str = "__Host-_console_notice";
const PATH: &str = "/";
/// Seconds until nobody looks any more.
const LIFE: i64 = 60;

/// The key of a sentence, and how it is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Done {
    key: &'static str,
    is_good: bool,
}

impl Done {
    /// It was done.
    pub(super) const fn good(key: &'static str) -> Self {
        Self { key, is_good: true }
    }

    /// It was not, for a reason that is none of the form's.
    pub(super) const fn bad(key: &'static str) -> Self {
        Self { key, is_good: false }
    }

    /// After a form: to a page, which says once what was done. Reloading it does nothing again.
    pub(super) fn on(self, app: &App, path: &str) -> Response {
        let mut response = Redirect::to(path).into_response();
        let mood = if self.is_good { "good" } else { "bad" };
        let value = format!("{mood}.{}", self.key);
        let name = cookies::of_host(app, COOKIE);
        let new = NewCookie { name, value, path: PATH.to_owned(), max_age: LIFE };
        cookies::set_signed(response.headers_mut(), app, &new);
        response
    }
}

/// What the page before had to say; only the server wrote it.
pub(super) fn read(app: &App, headers: &HeaderMap, lang: Lang) -> Option<Notice> {
    let value = cookies::read_signed(headers, &app.keys.cookies, cookies::of_host(app, COOKIE))?;
    let (mood, key) = value.split_once('.')?;
    let tone = if mood == "good" { Tone::Good } else { Tone::Bad };
    lang.has(key).then(|| Notice::new(tone, lang.t(key)))
}

/// It was read.
pub(super) fn forget(app: &App, response: &mut HeaderMap) {
    cookies::remove_signed(response, app, cookies::of_host(app, COOKIE), PATH);
}
