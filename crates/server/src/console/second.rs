//! The second factor: a code from an app, asked for after the password.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use fast_qr::QRBuilder;
use fast_qr::convert::svg::SvgBuilder;
use haoma_core::ids::AdministratorId;
use haoma_core::time::Timestamp;
use haoma_core::totp::Secret;
use haoma_store::administrators::{self, Administrator, row_of};
use haoma_store::audit;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::administrator::Signed;
use super::done::Done;
use super::prove::{Fields, prove};
use super::shell::{Visit, shell};
use super::{places, session, sign_in};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::second::{SecondPage, SetUpPage};
use crate::views::console::shell::Section;
use crate::views::problem::Problem;
use crate::web::caller::Caller;
use crate::web::cookies::{self, NewCookie};

const HERE: Section = Section::Account;
/// Says that the password was right.
const COOKIE: &str = "_console_second";
const PATH: &str = "/console/sign-in/second";
/// Seconds for finding the phone.
const LIFE: i64 = 5 * 60;

/// What the form of a code holds.
#[derive(Debug, Deserialize)]
pub(super) struct Given {
    code: SecretString,
    #[serde(default)]
    next: String,
    /// A secret that is being set up, sealed.
    #[serde(default)]
    sealed: String,
}

/// After the right password: to the page that asks for the code.
pub(super) fn ask_for(app: &App, visit: &Visit, who: &Administrator, now: Timestamp) -> Response {
    let next = visit.next.as_deref().unwrap_or("/console");
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    let mut response = Redirect::to(&format!("{PATH}?{query}")).into_response();
    let value = format!("{}.{}", who.id, now.plus_secs(LIFE).0);
    let new = NewCookie { name: COOKIE, value, path: PATH.to_owned(), max_age: LIFE };
    cookies::set_signed(response.headers_mut(), app, &new);
    response
}

/// `GET /console/sign-in/second`.
pub(super) async fn show(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let visit = Visit::of(&headers, &uri);
    match waiting(&app, &headers, app.clock.now()).await {
        Ok(Some(_who)) => page(&app, &visit, None),
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
    let visit = Visit::of(&headers, &uri).on_to(&form.next);
    match judge(&app, &who, (&headers, &caller), &form.code, now).await {
        Ok(cookies) => (cookies, visit.go_on()).into_response(),
        Err(error) if error.code.status >= 500 => error.into_response(),
        Err(error) => page(&app, &visit, Some(Problem::of(visit.lang, &error))),
    }
}

/// Lets in with the right code, once. The guess is charged before it is judged.
async fn judge(
    app: &App,
    who: &Administrator,
    (headers, caller): (&HeaderMap, &Caller),
    code: &SecretString,
    now: Timestamp,
) -> Result<HeaderMap, ApiError> {
    let charges = places::charge(app, (&who.name, Some(&who.id)), (headers, caller), now).await?;
    let sealed = who.totp_sealed.as_deref().unwrap_or_default();
    let row = row_of(&who.id);
    // nothing that was typed can mend a stored secret that does not open
    let secret = open(app, &row, sealed)
        .map_err(|_e| ApiError::new(codes::INTERNAL).because(format!("{row} does not open")))?;
    if let Some(step) = secret.step_of(code.expose_secret(), now) {
        let mut cookies =
            sign_in::begin(app, who, (headers, caller), Some(step), &charges, now).await?;
        cookies::remove_signed(&mut cookies, app, COOKIE, PATH);
        return Ok(cookies);
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
    let value = cookies::read_signed(headers, &app.keys.cookies, COOKIE);
    let Some((id, until)) = value.and_then(|value| value.split_once('.')) else { return Ok(None) };
    let lives = until.parse().is_ok_and(|until| Timestamp(until) > now);
    let Ok(id) = AdministratorId::parse(id) else { return Ok(None) };
    let all = administrators::list(&app.db).await?;
    Ok(all.into_iter().find(|one| lives && one.id == id && one.totp_sealed.is_some()))
}

/// `POST /console/account/second`: a new secret, not stored yet.
pub(super) async fn set_up(
    State(app): State<App>,
    mut signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let what = signed.visit.lang.t("console-prove-second-set");
    if let Some(asked) = prove(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    set_up_page(&app, &signed, &Secret::generate(&app.entropy), None)
}

/// `POST /console/account/second/confirm`: stores the secret when the app shows the right code.
pub(super) async fn confirm(
    State(app): State<App>,
    signed: Signed,
    form: Result<Form<Given>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(form)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let secret = open(&app, &pending(&signed), &form.sealed)?;
    let Some(step) = secret.step_of(form.code.expose_secret(), signed.now) else {
        let problem = Problem::of(signed.visit.lang, &ApiError::new(codes::WRONG_CODE));
        return set_up_page(&app, &signed, &secret, Some(problem));
    };
    let sealed = seal(&app, &row_of(&signed.who.id), &secret)?;
    let event = signed.event(&app, "Administrator.SecondSet", &json!({}));
    let new = (Some(sealed.as_str()), step);
    administrators::set_totp(&app.db, &signed.who.id, new, signed.now, &event).await?;
    Ok(Done::good("console-second-set").on(&app, HERE.path()))
}

/// `POST /console/account/second/remove`.
pub(super) async fn remove(
    State(app): State<App>,
    mut signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let what = signed.visit.lang.t("console-prove-second-remove");
    if let Some(asked) = prove(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    let event = signed.event(&app, "Administrator.SecondRemoved", &json!({}));
    administrators::set_totp(&app.db, &signed.who.id, (None, 0), signed.now, &event).await?;
    Ok(Done::good("console-second-removed").on(&app, HERE.path()))
}

fn set_up_page(
    app: &App,
    signed: &Signed,
    secret: &Secret,
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
        sealed: seal(app, &pending(signed), secret)?,
        problem,
    };
    Ok(signed.draw(app, status, &page))
}

fn page(app: &App, visit: &Visit, problem: Option<Problem>) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let next = visit.next.clone().unwrap_or_default();
    visit.draw(app, status, &SecondPage { frame: visit.card(app), next, problem })
}

/// What a secret is sealed for until it is confirmed: this session, no row.
fn pending(signed: &Signed) -> String {
    format!("pending/{}", signed.session.id)
}

fn seal(app: &App, row: &str, secret: &Secret) -> Result<String, ApiError> {
    let sealed = app.keys.seal.seal(&app.entropy, row, secret.reveal());
    sealed.map_err(|e| ApiError::new(codes::INTERNAL).because(e))
}

fn open(app: &App, row: &str, sealed: &str) -> Result<Secret, ApiError> {
    let opened = app.keys.seal.open(row, sealed);
    let opened = opened.map_err(|e| ApiError::new(codes::INVALID_INPUT).because(e))?;
    Secret::parse(&opened).map_err(|e| ApiError::new(codes::INTERNAL).because(e))
}
