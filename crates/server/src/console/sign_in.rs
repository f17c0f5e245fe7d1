//! Signing in to the console with name and password, and out again.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::limits::Charge;
use haoma_core::time::Timestamp;
use haoma_store::administrator_sessions::AdministratorSession;
use haoma_store::administrators::{self, Administrator};
use haoma_store::{administrator_sessions, limits};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::json;

use super::administrator::Signed;
use super::shell::Visit;
use super::{first, places, resume, second, session};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::parts::Again;
use crate::views::console::sign_in::SignInPage;
use crate::views::problem::Problem;
use crate::web::caller::Caller;

/// Characters of a name that are looked at.
const MOST_NAME_CHARS: usize = 65;

/// What the form holds.
#[derive(Debug, Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: SecretString,
    #[serde(default)]
    next: String,
    /// A form to go on with, sealed.
    #[serde(default)]
    form: String,
}

/// What the page keeps.
#[derive(Debug, Default)]
struct Typed {
    name: String,
    form: String,
}

/// `GET /console/sign-in`.
pub(super) async fn show(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let visit = Visit::of(&app, &headers, &uri);
    page(&app, &visit, Typed::default(), None)
}

/// The same for somebody whose session is over, with the form they sent.
pub(super) fn ask_to_go_on(app: &App, visit: &Visit, form: String) -> Response {
    page(app, visit, Typed { name: String::new(), form }, None)
}

/// `POST /console/sign-in`.
pub(super) async fn submit(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
    form: Result<Form<Credentials>, FormRejection>,
) -> Response {
    let visit = Visit::of(&app, &headers, &uri);
    let Ok(Form(form)) = form else {
        let problem = Problem::of(visit.lang, &ApiError::new(codes::WRONG_CREDENTIALS));
        return page(&app, &visit, Typed::default(), Some(problem));
    };
    let visit = visit.on_to(&form.next);
    let name: String = form.name.trim().to_lowercase().chars().take(MOST_NAME_CHARS).collect();
    if visit.is_switch() {
        return page(&app, &visit, Typed { name, form: form.form }, None);
    }
    let now = app.clock.now();
    let judged = judge(&app, (&headers, &caller), (&name, form.password), now).await;
    let (who, charges) = match judged {
        Ok(found) => found,
        Err(error) => return refused(&app, &visit, Typed { name, form: form.form }, error),
    };
    if who.totp_sealed.is_some() {
        return second::ask_for(&app, &visit, &who, form.form, now);
    }
    match begin(&app, &who, (&headers, &caller), None, &charges, now).await {
        Ok((cookies, session)) => {
            let signed = Signed::begun(&app, (who, session), (&headers, &caller), visit, now).await;
            with(&cookies, resume::go_on(&app, &signed, &form.form))
        }
        Err(error) => refused(&app, &visit, Typed { name, form: form.form }, error),
    }
}

/// An answer with these cookies besides its own.
pub(super) fn with(cookies: &HeaderMap, mut response: Response) -> Response {
    for cookie in cookies.get_all(SET_COOKIE) {
        response.headers_mut().append(SET_COOKIE, cookie.clone());
    }
    response
}

/// What the person can mend is told on the page; a fault of ours is one everywhere.
fn refused(app: &App, visit: &Visit, typed: Typed, error: ApiError) -> Response {
    if error.code.status >= 500 {
        return error.into_response();
    }
    page(app, visit, typed, Some(Problem::of(visit.lang, &error)))
}

/// Whose name and password they are. The guess is charged before it is judged, and judged alike whether the account exists or not.
async fn judge(
    app: &App,
    (headers, caller): (&HeaderMap, &Caller),
    (name, password): (&str, SecretString),
    now: Timestamp,
) -> Result<(Administrator, Vec<Charge>), ApiError> {
    let found = match first::name(name) {
        Ok(name) => administrators::find_by_name(&app.db, &name).await?,
        // judged like a name that nobody has
        Err(_no_name) => None,
    };
    let id = found.as_ref().map(|who| who.id.clone());
    let charges = places::charge(app, (name, id.as_ref()), (headers, caller), now).await?;
    let stored = found.as_ref().and_then(|who| who.password_hash.clone());
    let is_right = app.passwords.verify(stored, password).await?;
    if let Some(who) = found.filter(|_| is_right) {
        return Ok((who, charges));
    }
    let error = ApiError::new(codes::WRONG_CREDENTIALS);
    let mut event =
        session::event(app, "Administrator.SignIn", (id.as_ref(), caller), &json!({}), now);
    event.error = Some(error.code.code.to_owned());
    app.db.write(haoma_store::audit::record(&event)).await?;
    Err(error)
}

/// Opens the session of somebody who proved who they are, with the step of time of their second factor's code.
///
/// # Errors
/// `administrator.wrong_code` for a code that let in before.
pub(super) async fn begin(
    app: &App,
    who: &Administrator,
    (headers, caller): (&HeaderMap, &Caller),
    totp_step: Option<i64>,
    charges: &[Charge],
    now: Timestamp,
) -> Result<(HeaderMap, AdministratorSession), ApiError> {
    let (row, token) = session::new(app, &who.id, caller, now);
    let event =
        session::event(app, "Administrator.SignIn", (Some(&who.id), caller), &json!({}), now);
    let before = session::find(app, headers, now).await?.map(|(_who, session)| session.id);
    let new = (who, totp_step);
    if !administrator_sessions::begin(&app.db, new, &row, before.as_ref(), &event).await? {
        return Err(ApiError::new(codes::WRONG_CODE));
    }
    limits::clear(&app.db, charges).await?;
    let mut cookies = HeaderMap::new();
    session::set_cookie(app, &mut cookies, &token);
    places::remember(app, &mut cookies, who);
    Ok((cookies, row))
}

/// `POST /console/sign-out`.
pub(super) async fn sign_out(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    let event = signed.event(&app, "Administrator.SignOut", &json!({}));
    administrator_sessions::end(&app.db, &signed.session.id, &signed.who.id, &event).await?;
    let mut response = Redirect::to("/console/sign-in").into_response();
    session::remove_cookie(&app, response.headers_mut());
    Ok(response)
}

fn page(app: &App, visit: &Visit, typed: Typed, problem: Option<Problem>) -> Response {
    let (mut frame, mut again) = (visit.card(app), None);
    let next = visit.next.clone().unwrap_or_default();
    let is_kept = !typed.form.is_empty();
    if is_kept {
        // a link would lose the form; the page has a switch of its own
        frame.languages.clear();
        let fields = [("name", &typed.name), ("next", &next), (resume::FIELD, &typed.form)];
        again = Some(Again::new("/console/sign-in", fields));
    }
    let status = match &problem {
        Some(problem) => problem.status(),
        None if is_kept => StatusCode::UNAUTHORIZED,
        None => StatusCode::OK,
    };
    let page = SignInPage { frame, name: typed.name, next, form: typed.form, again, problem };
    visit.draw(app, status, &page)
}
