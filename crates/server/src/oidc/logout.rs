//! `/oidc/session/end`: an application asks that somebody sign out (OpenID Connect RP-Initiated Logout 1.0).
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::{AuditId, ClientId, SessionId, UserId};
use haoma_oidc::client::Client;
use haoma_oidc::error::OauthError;
use haoma_oidc::logout::{self, LogoutRequest};
use haoma_oidc::{id_token, lifetimes};
use haoma_store::audit::{self, Event};
use haoma_store::{grants, logout_notices, sessions};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::body::Sent;
use super::cookies::SESSION;
use super::{client, elsewhere, redirect, visitor};
use crate::app::App;
use crate::error::oauth::{Refusal, Result};
use crate::experience::pages::frame::{self, Query};
use crate::views::frame::respond;
use crate::views::message::{MessagePage, Mood, SignOutPage};
use crate::web::browser::{self, Browser};
use crate::web::caller::Caller;
use crate::web::cookies::{self, NewCookie};
use crate::web::headers::FormAction;

/// The checked wish, while the person is asked.
const COOKIE: &str = "_logout";
/// Where the wish is answered, and the cookie goes.
const COOKIE_PATH: &str = "/oidc/session/end";
/// Our own last page.
const SUCCESS: &str = "/oidc/session/end/success";

/// What the cookie holds.
#[derive(Debug, Serialize, Deserialize)]
struct Asked {
    wish: LogoutRequest,
    client_id: Option<ClientId>,
}

/// Checks the wish, then asks the person, unless the application showed that it knows the session.
pub(super) async fn begin(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    caller: Caller,
    Sent(params): Sent,
) -> Result<Response> {
    let (app, headers, params) = (&app, &headers, &params);
    let hint = params.get("id_token_hint").map(|token| {
        id_token::read_hint(&app.signing.load(), &app.settings.issuer(), token)
            .ok_or_else(|| OauthError::invalid_request("id_token_hint is not an id token of ours"))
    });
    let hint = hint.transpose()?;
    let client = match logout::client_id(params, hint.as_ref())? {
        Some(id) => Some(client::find(app, id, app.clock.now()).await?),
        None => None,
    };
    let target = logout::target(params, client.as_deref())?;
    if elsewhere::is_blind(app, &method, headers) {
        return elsewhere::ask_again(app, headers, (COOKIE_PATH, params), target.as_deref());
    }
    let session = session(app, headers).await?;
    let ids = session.as_ref().map(|(session, user)| (session.as_str(), user.as_str()));
    let wish = LogoutRequest {
        xsrf: URL_SAFE_NO_PAD.encode(app.entropy.bytes::<18>()),
        target,
        session_id: ids.map(|(session, _)| session.to_owned()),
    };
    if logout::must_ask(hint.as_ref(), ids) {
        ask(app, headers, client.as_deref(), &wish)
    } else {
        end(app, wish, client.as_deref().map(|client| &client.id), &caller).await
    }
}

/// The session of this browser, and whose it is; one that has run out, too, as long as something that was allowed in it counts.
async fn session(app: &App, headers: &HeaderMap) -> Result<Option<(SessionId, UserId)>> {
    let Some((id, _secret)) = visitor::cookie(app, headers) else { return Ok(None) };
    let owner = owner(app, &id).await?;
    Ok(owner.map(|user| (id, user)))
}

async fn owner(app: &App, session: &SessionId) -> Result<Option<UserId>> {
    let now = app.clock.now();
    Ok(match sessions::owner(&app.db, session, now).await? {
        None => grants::owner(&app.db, session, now).await?,
        user => user,
    })
}

fn ask(
    app: &App,
    headers: &HeaderMap,
    client: Option<&Client>,
    wish: &LogoutRequest,
) -> Result<Response> {
    let lang = frame::language(app, &Query::default(), headers);
    let mut frame = frame::frame(app, lang, "/", &Query::default());
    frame.languages.clear();
    let page = SignOutPage {
        frame,
        app: client.map(|client| client.name.clone()),
        action: app.settings.url("/oidc/session/end/confirm"),
        xsrf: wish.xsrf.clone(),
    };
    let mut response = respond(StatusCode::OK, lang, &page);
    if let Some(origin) = wish.target.as_deref().and_then(redirect::form_action) {
        response.extensions_mut().insert(FormAction(origin));
    }
    let asked = Asked { wish: wish.clone(), client_id: client.map(|client| client.id.clone()) };
    let json = serde_json::to_string(&asked).map_err(Refusal::internal)?;
    let cookie = NewCookie {
        name: COOKIE,
        value: URL_SAFE_NO_PAD.encode(json),
        path: COOKIE_PATH.to_owned(),
        max_age: lifetimes::LOGOUT,
    };
    let browser = Browser::of(headers, app);
    browser.introduce(response.headers_mut(), app);
    browser.set(response.headers_mut(), app, &cookie);
    Ok(response)
}

/// `POST /oidc/session/end/confirm`: the person answered.
pub(super) async fn confirm(
    State(app): State<App>,
    headers: HeaderMap,
    caller: Caller,
    Sent(params): Sent,
) -> Result<Response> {
    let (app, headers) = (&app, &headers);
    let lost = || OauthError::invalid_request("could not find logout details");
    let cookie = browser::read(headers, app, COOKIE).ok_or_else(lost)?;
    let json = URL_SAFE_NO_PAD.decode(cookie).map_err(|_not_base64| lost())?;
    let asked: Asked = serde_json::from_slice(&json).map_err(|_not_json| lost())?;
    let Asked { mut wish, client_id } = asked;
    let xsrf = params.get("xsrf").unwrap_or_default();
    if !bool::from(wish.xsrf.as_bytes().ct_eq(xsrf.as_bytes())) {
        return Err(lost().into());
    }
    if !params.has("logout") {
        // The person stays, and goes back all the same.
        wish.session_id = None;
        return leave(app, &wish, false);
    }
    end(app, wish, client_id.as_ref(), &caller).await
}

/// Ends the session, takes back what was given in it (security statement 55), and notes which applications are to be told, with the event
/// that tells of it.
async fn end(
    app: &App,
    wish: LogoutRequest,
    client: Option<&ClientId>,
    caller: &Caller,
) -> Result<Response> {
    let Some(session) = &wish.session_id else { return leave(app, &wish, false) };
    let id = SessionId::parse(session).map_err(Refusal::internal)?;
    let now = app.clock.now();
    let notices = logout_notices::of_session(&id, now);
    let mut steps = vec![notices, sessions::delete(&id), grants::delete_of_session(&id)];
    // one that is over already ends without a word
    if let Some(user) = owner(app, &id).await? {
        steps.push(audit::record(&event(app, (&user, &id), client, caller)));
    }
    app.db.unit(steps).await?;
    leave(app, &wish, true)
}

fn event(
    app: &App,
    (user, session): (&UserId, &SessionId),
    client: Option<&ClientId>,
    caller: &Caller,
) -> Event {
    let now = app.clock.now();
    Event {
        id: AuditId::generate(now, &app.entropy),
        key: "Session.Ended".to_owned(),
        error: None,
        user_id: Some(user.to_string()),
        application_id: client.map(ToString::to_string),
        session_id: Some(session.to_string()),
        interaction_id: None,
        ip: caller.ip.map(|ip| ip.to_string()),
        user_agent: caller.user_agent.clone(),
        payload: "{}".to_owned(),
        at: now,
    }
}

/// Away from here. The session's cookie goes where its session ended, and nowhere else.
fn leave(app: &App, wish: &LogoutRequest, is_signed_out: bool) -> Result<Response> {
    let own = app.settings.url(SUCCESS);
    let mut response = redirect::see_other(wish.target.as_deref().unwrap_or(&own))?;
    let headers = response.headers_mut();
    cookies::remove_signed(headers, app, COOKIE, COOKIE_PATH);
    if is_signed_out {
        cookies::remove_signed(headers, app, SESSION, "/");
    }
    Ok(response)
}

/// `GET /oidc/session/end/success`.
pub(super) async fn success(State(app): State<App>, headers: HeaderMap) -> Response {
    let lang = frame::language(&app, &Query::default(), &headers);
    let mut frame = frame::frame(&app, lang, "/", &Query::default());
    frame.languages.clear();
    respond(StatusCode::OK, lang, &MessagePage::plain(frame, Mood::Good, "signed-out"))
        .into_response()
}
