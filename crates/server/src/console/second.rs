//! The second factor: a code from an app, asked for after the password.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fast_qr::QRBuilder;
use fast_qr::convert::svg::SvgBuilder;
use haoma_core::ids::AdministratorId;
use haoma_core::time::Timestamp;
use haoma_core::totp::Secret;
use haoma_store::administrator_sessions::{AdministratorSession, Sessions};
use haoma_store::administrators::{self, Administrator, row_of};
use haoma_store::{audit, limits};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::administrator::Signed;
use super::done::Done;
use super::prove::{Fields, prove_now};
use super::shell::{Visit, shell};
use super::{places, resume, session, sign_in};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::parts::Again;
use crate::views::console::second::{SecondPage, SetUpPage};
use crate::views::console::shell::Section;
use crate::views::problem::Problem;
use crate::web::caller::Caller;
use crate::web::cookies::{self, NewCookie};

const HERE: Section = Section::Account;
/// Says that the password was right.
const COOKIE: &str = "__Host-_console_second";
const PATH: &str = "/console/sign-in/second";
/// Seconds for finding the phone.
const LIFE: i64 = 5 * 60;
/// Seconds a password counts for when an app is set up.
const SET_UP_LIFE: i64 = 10 * 60;

/// What the form of a code holds.
#[derive(Debug, Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    code: SecretString,
    #[serde(default)]
    next: String,
    /// A form to go on with, sealed.
    #[serde(default)]
    form: String,
    /// A secret that is being set up, sealed.
    #[serde(default)]
    sealed: String,
}

/// After the right password: to the page that asks for the code.
pub(super) fn ask_for(
    app: &App,
    visit: &Visit,
    who: &Administrator,
    form: String,
    now: Timestamp,
) -> Response {
    let mut response = if form.is_empty() {
        let next = visit.next.as_deref().unwrap_or("/console");
        let mut query = form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("next", next).finish();
        Redirect::to(&format!("{PATH}?{query}")).into_response()
    } else {
        page(app, visit, form, None)
    };
    let until = now.plus_secs(LIFE);
    let value = format!("{}.{}.{}", who.id, until.0, proof(app, who, until));
    let name = cookies::of_host(app, COOKIE);
    let new = NewCookie { name, value, path: "/".to_owned(), max_age: LIFE };
    cookies::set_signed(response.headers_mut(), app, &new);
    response
}

/// Names the password that was right: after another one is chosen, knowing the old one is worth nothing.
fn proof(app: &App, who: &Administrator, until: Timestamp) -> String {
    let (id, until) = (who.id.as_str().as_bytes(), until.0.to_be_bytes());
    let password = who.password_hash.as_deref().unwrap_or_default().as_bytes();
    URL_SAFE_NO_PAD.encode(app.keys.cookies.mac(&[b"second", id, &until, password]))
}

/// `GET /console/sign-in/second`.
pub(super) async fn show(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let visit = Visit::of(&app, &headers, &uri);
    match waiting(&app, &headers, app.clock.now()).await {
        Ok(Some(_who)) => page(&app, &visit, String::new(), None),
        Ok(None) => Redirect::to("/console/sign-in").into_response(),
        Err(error) => error.into_response(),
    }
}

/// `POST /console/sign-in/second`.
pub(super) async fn submit(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
    form: Result<Form<Given>, FormRejection>,
) -> Response {
    let now = app.clock.now();
    let who = match waiting(&app, &headers, now).await {
        Ok(Some(who)) => who,
        Ok(None) => return Redirect::to("/console/sign-in").into_response(),
        Err(error) => return error.into_response(),
    };
    let Ok(Form(form)) = form else { return ApiError::new(codes::INVALID_INPUT).into_response() };
    let visit = Visit::of(&app, &headers, &uri).on_to(&form.next);
    if visit.is_switch() {
        return page(&app, &visit, form.form, None);
    }
    match judge(&app, &who, (&headers, &caller), &form.code, now).await {
        Ok((cookies, session)) => {
            let signed = Signed::begun(&app, (who, session), (&headers, &caller), visit, now).await;
            sign_in::with(&cookies, resume::go_on(&app, &signed, &form.form))
        }
        Err(error) if error.code.status >= 500 => error.into_response(),
        Err(error) => page(&app, &visit, form.form, Some(Problem::of(visit.lang, &error))),
    }
}

/// Lets in with the right code, once. The guess is charged before it is judged.
async fn judge(
    app: &App,
    who: &Administrator,
    (headers, caller): (&HeaderMap, &Caller),
    code: &SecretString,
    now: Timestamp,
) -> Result<(HeaderMap, AdministratorSession), ApiError> {
    let charges = places::charge(app, (&who.name, Some(&who.id)), (headers, caller), now).await?;
    let of_account = places::charge_code(app, who, headers, now).await?;
    let sealed = who.totp_sealed.as_deref().unwrap_or_default();
    let row = row_of(&who.id);
    // nothing that was typed can mend a stored secret that does not open
    let secret = open(app, &row, sealed)
        .map_err(|_e| ApiError::new(codes::INTERNAL).because(format!("{row} does not open")))?;
    if let Some(step) = secret.step_of(code.expose_secret(), now) {
        let (mut cookies, session) =
            sign_in::begin(app, who, (headers, caller), Some(step), &charges, now).await?;
        limits::give_back(&app.db, &of_account).await?;
        cookies::remove_signed(&mut cookies, app, cookies::of_host(app, COOKIE), "/");
        return Ok((cookies, session));
    }
    let error = ApiError::new(codes::WRONG_CODE);
    let mut event =
        session::event(app, "Administrator.Second", (Some(&who.id), caller), &json!({}), now);
    event.error = Some(error.code.code.to_owned());
    app.db.write(audit::record(&event)).await?;
    Err(error)
}

/// Whose password was right in this browser a moment ago.
async fn waiting(
    app: &App,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<Administrator>, ApiError> {
    let name = cookies::of_host(app, COOKIE);
    let value = cookies::read_signed(headers, &app.keys.cookies, name);
    let Some((id, until, given)) = value.and_then(parts) else { return Ok(None) };
    let found = administrators::find(&app.db, &id).await?;
    Ok(found
        .filter(|who| until > now && who.totp_sealed.is_some() && proof(app, who, until) == given))
}

fn parts(value: &str) -> Option<(AdministratorId, Timestamp, &str)> {
    let (id, rest) = value.split_once('.')?;
    let (until, given) = rest.split_once('.')?;
    Some((AdministratorId::parse(id).ok()?, Timestamp(until.parse().ok()?), given))
}

/// `POST /console/account/second`: a new secret, not stored yet.
pub(super) async fn set_up(
    State(app): State<App>,
    mut signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let what = signed.visit.lang.t("console-prove-second-set");
    if let Some(asked) = prove_now(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    let until = signed.now.plus_secs(SET_UP_LIFE);
    set_up_page(&app, &signed, (&Secret::generate(&app.entropy), until), None)
}

/// `POST /console/account/second/confirm`: stores the secret when the app shows the right code.
pub(super) async fn confirm(
    State(app): State<App>,
    mut signed: Signed,
    form: Result<Form<Given>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(form)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let Some((secret, until)) = read_pending(&app, &signed, &form.sealed)? else {
        return Ok(Done::bad("console-second-late").on(&app, HERE.path()));
    };
    let Some(step) = secret.step_of(form.code.expose_secret(), signed.now) else {
        let problem = Problem::of(signed.visit.lang, &ApiError::new(codes::WRONG_CODE));
        return set_up_page(&app, &signed, (&secret, until), Some(problem));
    };
    let sealed = seal(&app, &row_of(&signed.who.id), &secret)?;
    store(&app, &mut signed, (Some(&sealed), step), "Set").await
}

/// `POST /console/account/second/remove`.
pub(super) async fn remove(
    State(app): State<App>,
    mut signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let what = signed.visit.lang.t("console-prove-second-remove");
    if signed.who.totp_sealed.is_none() {
        return Ok(Done::good("console-second-removed").on(&app, HERE.path()));
    }
    if let Some(asked) = prove_now(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    store(&app, &mut signed, (None, 0), "Removed").await
}

/// Stores another second factor, or none. Sessions that began without knowing of it end (security statement 44).
async fn store(
    app: &App,
    signed: &mut Signed,
    new: (Option<&str>, i64),
    what: &'static str,
) -> Result<Response, ApiError> {
    let event = signed.event(app, &format!("Administrator.Second{what}"), &json!({}));
    let (session, token) = signed.turned(app);
    let sessions = Sessions::Turn(&signed.session.id, &session);
    let id = &signed.who.id;
    if !administrators::set_totp(&app.db, id, new, sessions, signed.now, &event).await? {
        return Ok(Redirect::to("/console/sign-in").into_response());
    }
    signed.renew(app, session, &token);
    let said = if new.0.is_some() { "console-second-set" } else { "console-second-removed" };
    let mut response = Done::good(said).on(app, HERE.path());
    // this browser just passed the new one
    let who = Administrator { totp_sealed: new.0.map(ToOwned::to_owned), ..signed.who.clone() };
    places::remember(app, response.headers_mut(), &who);
    Ok(response)
}

fn set_up_page(
    app: &App,
    signed: &Signed,
    (secret, until): (&Secret, Timestamp),
    problem: Option<Problem>,
) -> Result<Response, ApiError> {
    let status = problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let uri = secret.uri("Haoma", &signed.who.name);
    let picture = QRBuilder::new(uri).build();
    let picture = picture.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    let page = SetUpPage {
        shell: shell(app, signed, HERE, HERE.path()),
        picture: SvgBuilder::default().to_str(&picture),
        secret: secret.reveal().to_owned(),
        sealed: seal_text(app, &pending(signed), &format!("{}.{}", until.0, secret.reveal()))?,
        problem,
    };
    Ok(signed.draw(app, status, &page))
}

fn page(app: &App, visit: &Visit, form: String, problem: Option<Problem>) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let next = visit.next.clone().unwrap_or_default();
    let (mut frame, mut again) = (visit.card(app), None);
    if !form.is_empty() {
        frame.languages.clear();
        again = Some(Again::new(PATH, [("next", &next), (resume::FIELD, &form)]));
    }
    visit.draw(app, status, &SecondPage { frame, next, form, again, problem })
}

/// What a secret is sealed for until it is confirmed: this session, no row.
fn pending(signed: &Signed) -> String {
    format!("pending/{}", signed.session.id)
}

/// The secret that waits to be confirmed, and until when; `None` when that is over: the password was given too long ago.
fn read_pending(
    app: &App,
    signed: &Signed,
    sealed: &str,
) -> Result<Option<(Secret, Timestamp)>, ApiError> {
    let opened = app.keys.seal.open(&pending(signed), sealed);
    let opened = opened.map_err(|e| ApiError::new(codes::INVALID_INPUT).because(e))?;
    let (until, secret) = opened.expose_secret().split_once('.').unwrap_or_default();
    let until = Timestamp(until.parse().unwrap_or_default());
    if until <= signed.now {
        return Ok(None);
    }
    let secret = Secret::parse(&SecretString::from(secret));
    Ok(Some((secret.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?, until)))
}

fn seal(app: &App, row: &str, secret: &Secret) -> Result<String, ApiError> {
    seal_text(app, row, secret.reveal())
}

fn seal_text(app: &App, row: &str, text: &str) -> Result<String, ApiError> {
    let sealed = app.keys.seal.seal(&app.entropy, row, text);
    sealed.map_err(|e| ApiError::new(codes::INTERNAL).because(e))
}

fn open(app: &App, row: &str, sealed: &str) -> Result<Secret, ApiError> {
    let opened = app.keys.seal.open(row, sealed);
    let opened = opened.map_err(|e| ApiError::new(codes::INVALID_INPUT).because(e))?;
    Secret::parse(&opened).map_err(|e| ApiError::new(codes::INTERNAL).because(e))
}
