//! The console's session: a cookie with the public and the secret half of a row.
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use haoma_core::ids::{AdministratorId, AdministratorSessionId, AuditId};
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_store::administrator_sessions::{self, AdministratorSession};
use haoma_store::administrators::Administrator;
use haoma_store::audit::Event;

use crate::app::App;
use crate::error::api::ApiError;
use crate::views::console::shell::Section;
use crate::web::caller::Caller;
use crate::web::cookies::{self, NewCookie};

const COOKIE: &str = "__Host-_console";
/// Seconds a session lives, used or not.
pub(super) const LIFE: i64 = 12 * 60 * 60;
/// Seconds a session lives unused.
pub(super) const IDLE: i64 = 60 * 60;
/// Seconds between two notes that a session is used.
const NOTE_EVERY: i64 = 60;

/// A session that is not stored yet, with its cookie's value.
pub(super) fn new(
    app: &App,
    administrator: &AdministratorId,
    caller: &Caller,
    now: Timestamp,
) -> (AdministratorSession, Token) {
    let token = Token::generate(now, &app.entropy);
    let session = AdministratorSession {
        id: AdministratorSessionId::of(token.id()),
        hash: token.hash(),
        administrator_id: administrator.clone(),
        ip: caller.ip.map(|ip| ip.to_string()),
        user_agent: caller.user_agent.clone(),
        proved_at: now,
        seen_at: now,
        expires_at: now.plus_secs(LIFE),
        created_at: now,
    };
    (session, token)
}

/// The same session under another id, and from where it is used now. It began when it began, and ends when it would have ended.
pub(super) fn renewed(
    app: &App,
    old: &AdministratorSession,
    caller: &Caller,
    now: Timestamp,
) -> (AdministratorSession, Token) {
    let (new, token) = new(app, &old.administrator_id, caller, now);
    let (expires_at, created_at) = (old.expires_at, old.created_at);
    (AdministratorSession { proved_at: old.proved_at, expires_at, created_at, ..new }, token)
}

/// Sent by a page that asks again by itself: nobody is there who uses the session, or reads what is told once.
const WATCHING: &str = "x-haoma-watching";

/// Whether a page asks by itself. Only one does: on everything else, and with every form, somebody is there whatever a header says.
pub(super) fn is_watching(parts: &Parts) -> bool {
    let is_watched = parts.method == Method::GET && parts.uri.path() == Section::Security.path();
    is_watched && parts.headers.contains_key(WATCHING)
}

/// Hands the session to the browser.
pub(super) fn set_cookie(app: &App, response: &mut HeaderMap, token: &Token) {
    let new =
        NewCookie { name: name(app), value: token.reveal(), path: "/".to_owned(), max_age: LIFE };
    cookies::set(response, app, &new);
}

/// Takes it back.
pub(super) fn remove_cookie(app: &App, response: &mut HeaderMap) {
    let gone =
        NewCookie { name: name(app), value: String::new(), path: "/".to_owned(), max_age: 0 };
    cookies::set(response, app, &gone);
}

/// Since when a session must have been used to live.
pub(super) fn idle_since(now: Timestamp) -> Timestamp {
    now.plus_secs(-IDLE)
}

/// Who is signed in in this browser.
pub(super) async fn find(
    app: &App,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<(Administrator, AdministratorSession)>, ApiError> {
    for value in cookies::all(headers, name(app)) {
        let Some(token) = Token::parse(value) else { continue };
        let id = AdministratorSessionId::of(token.id());
        let found = administrator_sessions::find(&app.db, &id, idle_since(now), now).await?;
        if let Some(found) = found.filter(|(_, s)| s.hash.matches(&token.hash())) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Notes that somebody uses the session.
pub(super) async fn note_use(
    app: &App,
    session: &AdministratorSession,
    now: Timestamp,
) -> Result<(), ApiError> {
    if session.seen_at.plus_secs(NOTE_EVERY) <= now {
        administrator_sessions::seen(&app.db, &session.id, now).await?;
    }
    Ok(())
}

/// An event of the console; `who` did it, `payload` names what it was done to.
pub(super) fn event(
    app: &App,
    key: &str,
    (who, caller): (Option<&AdministratorId>, &Caller),
    payload: &serde_json::Value,
    now: Timestamp,
) -> Event {
    let mut payload = payload.clone();
    if let (Some(object), Some(who)) = (payload.as_object_mut(), who) {
        object.insert("administratorId".to_owned(), who.as_str().into());
    }
    Event {
        id: AuditId::generate(now, &app.entropy),
        key: key.to_owned(),
        error: None,
        user_id: None,
        application_id: None,
        session_id: None,
        interaction_id: None,
        ip: caller.ip.map(|ip| ip.to_string()),
        user_agent: caller.user_agent.clone(),
        payload: payload.to_string(),
        at: now,
    }
}

fn name(app: &App) -> &'static str {
    cookies::of_host(app, COOKIE)
}
