//! The cookies of a sign-in (wire contract A.5).
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cookie::{Cookie, SameSite};
use haoma_core::ids::{ClientId, InteractionId};
use haoma_core::token::Token;
use haoma_oidc::lifetimes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::app::App;
use crate::web::browser::{self, Browser};
use crate::web::cookies::{self, NewCookie};
use crate::web::interaction_cookie::InteractionCookie;

/// Who is signed in: a [`Token`] of the `sessions` table.
pub(super) const SESSION: &str = "_session";
/// Which interaction this browser may resume.
const RESUME: &str = "_interaction_resume";
/// What pages may read by script.
const HINTS: &str = "_logto";

/// The cookies of a new interaction. `request` are the headers the browser sent, which hold the interactions of others.
pub(super) fn set_interaction(
    (request, response): (&HeaderMap, &mut HeaderMap),
    app: &App,
    (client, id): (&ClientId, &InteractionId),
    ui_locales: Option<&str>,
) {
    let browser = Browser::of(request, app);
    browser.introduce(response, app);
    let mut map = InteractionCookie::read(request, app);
    map.insert(client, id);
    browser.set(response, app, &map.cookie(lifetimes::INTERACTION));
    let resume = NewCookie {
        name: RESUME,
        value: id.to_string(),
        path: resume_path(id),
        max_age: lifetimes::INTERACTION,
    };
    browser.set(response, app, &resume);
    set_hints(response, app, client, ui_locales);
}

/// The interaction was answered: its cookies go.
pub(super) fn remove_interaction(
    (request, response): (&HeaderMap, &mut HeaderMap),
    app: &App,
    (client, id): (&ClientId, &InteractionId),
) {
    let mut map = InteractionCookie::read(request, app);
    if map.find(Some(client)).as_ref() == Some(id) {
        map.remove(client);
        Browser::of(request, app).set(response, app, &map.cookie(lifetimes::INTERACTION));
    }
    cookies::remove_signed(response, app, RESUME, &resume_path(id));
}

/// Whether this browser began the interaction.
pub(super) fn may_resume(headers: &HeaderMap, app: &App, id: &InteractionId) -> bool {
    browser::read(headers, app, RESUME) == Some(id.as_str())
}

/// The session cookie of a fresh session, for the browser that resumed its interaction. Its row says how long somebody is signed in; the
/// cookie outlives that, so that what was allowed in the session is found when its person signs in again or out.
pub(super) fn set_session(
    (request, response): (&HeaderMap, &mut HeaderMap),
    app: &App,
    token: &Token,
) {
    let new = NewCookie {
        name: SESSION,
        value: token.reveal(),
        path: "/".to_owned(),
        max_age: lifetimes::SESSION_COOKIE,
    };
    Browser::of(request, app).set(response, app, &new);
}

fn resume_path(id: &InteractionId) -> String {
    format!("/oidc/auth/{id}")
}

/// `_logto`: JSON, readable by scripts, for the length of the visit. Nothing secret.
fn set_hints(response: &mut HeaderMap, app: &App, client: &ClientId, ui_locales: Option<&str>) {
    let mut hints = serde_json::json!({ "appId": client });
    if let (Some(object), Some(locales)) = (hints.as_object_mut(), ui_locales) {
        object.insert("uiLocales".to_owned(), locales.into());
    }
    let json = hints.to_string();
    let value = utf8_percent_encode(&json, NON_ALPHANUMERIC).to_string();
    let tag = app.keys.cookies.mac(&[HINTS.as_bytes(), value.as_bytes()]);
    for (name, value) in
        [(HINTS.to_owned(), value), (format!("{HINTS}.sig"), URL_SAFE_NO_PAD.encode(tag))]
    {
        let line = Cookie::build((name, value))
            .path("/")
            .secure(app.settings.is_https())
            .same_site(SameSite::Lax)
            .build();
        if let Ok(line) = HeaderValue::from_str(&line.to_string()) {
            response.append(SET_COOKIE, line);
        }
    }
}
