//! The demo application: a real OpenID Connect client, served by `haoma demo` only.
//!
//! It knows Haoma by its public address alone: authorization request, token exchange and key set go over HTTP
//! like those of any other application. Its own state is in two signed cookies.
use axum::Router;
use axum::extract::State;
use axum::http::header::{ACCEPT_LANGUAGE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::experience::pages::frame::{self, Query};
use crate::views::demo::{Failure, StartPage};
use crate::views::frame::{Frame, respond};
use crate::web::cookies::{self, NewCookie};
use crate::web::i18n::Lang;

mod exchange;
mod id_token;
mod show;

/// Registered by `haoma demo`.
const CLIENT_ID: &str = "demo-app";
const HOME: &str = "/demo-app";
const SCOPE: &str = "openid offline_access profile phone";
/// A sign-in that was begun: ten minutes.
const FLOW_COOKIE: &str = "_demo_flow";
const FLOW_SECS: i64 = 600;
/// Who is signed in here, for an hour.
const SESSION_COOKIE: &str = "_demo_session";
const SESSION_SECS: i64 = 3600;

/// Its three addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route(HOME, get(home))
        .route("/demo-app/sign-in", get(sign_in))
        .route("/demo-app/sign-out", post(sign_out))
}

/// What must be remembered between the request and its answer.
#[derive(Serialize, Deserialize)]
struct Flow {
    state: String,
    nonce: String,
    verifier: String,
}

/// What is kept of a token response. The access and refresh tokens are not: nothing here needs them.
#[derive(Serialize, Deserialize)]
struct Session {
    id_token: String,
    scope: String,
    has_refresh_token: bool,
}

/// Why a sign-in did not finish: what the person reads, and what a developer reads.
#[derive(Debug)]
struct Refusal {
    key: &'static str,
    detail: String,
}

impl Refusal {
    fn new(key: &'static str, detail: impl Into<String>) -> Self {
        Self { key, detail: detail.into() }
    }
}

/// The parameters of an authorization response (RFC 6749, 4.1.2; RFC 9207).
#[derive(Debug, Default)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

impl Answer {
    fn read(uri: &Uri) -> Self {
        let mut answer = Self::default();
        for (key, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            let value = Some(value.into_owned());
            match key.as_ref() {
                "code" => answer.code = value,
                "state" => answer.state = value,
                "iss" => answer.iss = value,
                "error" => answer.error = value,
                "error_description" => answer.error_description = value,
                _ => {}
            }
        }
        answer
    }

    fn is_none(&self) -> bool {
        self.code.is_none() && self.error.is_none()
    }
}

/// `GET /demo-app`: the start, the answer to a sign-in, or who is signed in.
async fn home(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let answer = Answer::read(&uri);
    let page = Page::new(&app, &headers, &uri);
    if answer.is_none() {
        return match read_cookie::<Session>(&app, &headers, SESSION_COOKIE) {
            Some(session) => show::signed_in(&app, &page, &session),
            None => page.start(None),
        };
    }
    match finish(&app, &headers, answer).await {
        Ok(session) => {
            let mut response = Redirect::to(&page.query.link(HOME)).into_response();
            set_cookie(&app, &mut response, (SESSION_COOKIE, SESSION_SECS), &session);
            forget(&app, &mut response, FLOW_COOKIE);
            response
        }
        Err(refusal) => {
            let text = page.frame.lang.t(refusal.key).into_owned();
            let mut response = page.start(Some(Failure { text, detail: refusal.detail }));
            forget(&app, &mut response, FLOW_COOKIE);
            response
        }
    }
}

/// `GET /demo-app/sign-in`: to the authorization endpoint, with state, nonce and PKCE (RFC 7636).
async fn sign_in(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let random = || URL_SAFE_NO_PAD.encode(app.entropy.bytes::<32>());
    let flow = Flow { state: random(), nonce: random(), verifier: random() };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(flow.verifier.as_bytes()));
    let lang = Page::new(&app, &headers, &uri).frame.lang;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("client_id", CLIENT_ID)
        .append_pair("redirect_uri", &app.settings.url(HOME))
        .append_pair("response_type", "code")
        .append_pair("scope", SCOPE)
        .append_pair("prompt", "consent")
        .append_pair("state", &flow.state)
        .append_pair("nonce", &flow.nonce)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256")
        .append_pair("ui_locales", lang.tag())
        .finish();
    let mut response =
        Redirect::to(&app.settings.url(&format!("/oidc/auth?{query}"))).into_response();
    set_cookie(&app, &mut response, (FLOW_COOKIE, FLOW_SECS), &flow);
    response
}

/// `POST /demo-app/sign-out`: forgets the person here, and hands the form on to Haoma (307 keeps method and body),
/// so that the id token stays out of every address.
async fn sign_out(State(app): State<App>) -> Response {
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    if let Ok(location) = HeaderValue::from_str(&app.settings.url("/oidc/session/end")) {
        response.headers_mut().insert(LOCATION, location);
    }
    forget(&app, &mut response, SESSION_COOKIE);
    response
}

/// Checks the answer, then exchanges the code.
async fn finish(app: &App, headers: &HeaderMap, answer: Answer) -> Result<Session, Refusal> {
    let flow = read_cookie::<Flow>(app, headers, FLOW_COOKIE)
        .filter(|flow| answer.state.as_deref() == Some(flow.state.as_str()))
        .ok_or_else(|| Refusal::new("demo-failed-state", ""))?;
    if answer.iss.as_deref() != Some(app.settings.issuer().as_str()) {
        return Err(Refusal::new("demo-failed-state", "iss"));
    }
    if let Some(error) = answer.error {
        let description = answer.error_description.unwrap_or_default();
        return Err(Refusal::new("demo-failed-denied", format!("{error} {description}").trim()));
    }
    let tokens = exchange::code(app, &answer.code.unwrap_or_default(), &flow.verifier).await?;
    let keys = exchange::keys(app).await?;
    let expected = id_token::Expected {
        issuer: &app.settings.issuer(),
        audience: CLIENT_ID,
        nonce: &flow.nonce,
        now: app.clock.now(),
    };
    id_token::verify(&tokens.id_token, &keys, &expected)
        .map_err(|reason| Refusal::new("demo-failed-token", reason))?;
    Ok(Session {
        id_token: tokens.id_token,
        scope: tokens.scope.unwrap_or_default(),
        has_refresh_token: tokens.refresh_token.is_some(),
    })
}

/// What every page of the application needs.
struct Page {
    query: Query,
    frame: Frame,
}

impl Page {
    fn new(app: &App, headers: &HeaderMap, uri: &Uri) -> Self {
        let query = Query { ui_locales: Query::read(uri).ui_locales, ..Query::default() };
        let accept = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let lang = Lang::choose(query.ui_locales.as_deref(), accept, Lang::default());
        Self { frame: frame::frame(app, lang, HOME, &query), query }
    }

    fn sign_in_href(&self) -> String {
        self.query.link("/demo-app/sign-in")
    }

    fn start(&self, failure: Option<Failure>) -> Response {
        let status = if failure.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        let page =
            StartPage { frame: self.frame.clone(), sign_in_href: self.sign_in_href(), failure };
        respond(status, self.frame.lang, &page)
    }
}

fn read_cookie<T: DeserializeOwned>(app: &App, headers: &HeaderMap, name: &str) -> Option<T> {
    let text = cookies::read_signed(headers, &app.keys.cookies, name)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

fn set_cookie<T: Serialize>(
    app: &App,
    response: &mut Response,
    (name, max_age): (&'static str, i64),
    content: &T,
) {
    // Structs of strings always serialise.
    let json = serde_json::to_vec(content).unwrap_or_default();
    let cookie =
        NewCookie { name, value: URL_SAFE_NO_PAD.encode(json), path: HOME.to_owned(), max_age };
    cookies::set_signed(response.headers_mut(), app, &cookie);
}

fn forget(app: &App, response: &mut Response, name: &'static str) {
    cookies::remove_signed(response.headers_mut(), app, name, HOME);
}
