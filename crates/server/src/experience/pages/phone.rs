//! The phone page's handlers: ask for a number, send the code, go on to the code page.
use std::time::Instant;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::experience::InteractionEvent;
use haoma_core::phone::{PhoneNumber, Region};
use haoma_store::Deadline;
use serde::Deserialize;

use super::path_of;
use super::phone_page::{self, Asking, Wrong};
use super::task;
use super::visitor::{Visitor, status};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::flow;
use crate::experience::settings::SignInExperience;
use crate::experience::visit::Visit;
use crate::views::frame::respond;
use crate::views::problem::Problem;
use crate::web::cookies::{self, NewCookie};
use crate::web::i18n::Lang;

/// Remembers the country last used on this device.
pub(super) const COUNTRY_COOKIE: &str = "_country";
const YEAR_SECS: i64 = 365 * 24 * 3600;

/// What the form holds.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct PhoneForm {
    pub(super) csrf: String,
    pub(super) country: String,
    pub(super) phone: String,
    pub(super) agree: String,
    pub(super) challenge: String,
    pub(super) solution: String,
    pub(super) captcha_token: Option<String>,
}

/// `GET /sign-in`.
pub(super) async fn show_sign_in(State(app): State<App>, visitor: Visitor) -> Response {
    show(&app, &visitor, InteractionEvent::SignIn).await
}

/// `GET /register`.
pub(super) async fn show_register(State(app): State<App>, visitor: Visitor) -> Response {
    show(&app, &visitor, InteractionEvent::Register).await
}

/// `POST /sign-in`.
pub(super) async fn sign_in(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<PhoneForm>, FormRejection>,
) -> Response {
    submit(&app, &visitor, InteractionEvent::SignIn, form).await
}

/// `POST /register`.
pub(super) async fn register(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<PhoneForm>, FormRejection>,
) -> Response {
    submit(&app, &visitor, InteractionEvent::Register, form).await
}

async fn show(app: &App, visitor: &Visitor, event: InteractionEvent) -> Response {
    if let Some(other) = other_event(&app.experience.load(), event) {
        return visitor.go(path_of(other));
    }
    let visit = match visitor.visit(app).await {
        Ok(visit) => Some(visit),
        Err(_) if visitor.query.is_preview => None,
        Err(error) => return visitor.turned_away(app, &error),
    };
    // nothing is asked for that would be refused
    if visit.is_some() && !app.experience.load().phone_sign_in() {
        return visitor.dead_end(app, &ApiError::new(codes::METHOD_NOT_ENABLED));
    }
    let asking = Asking::new(app, visitor, event, visit.as_ref()).await;
    let phone = visitor.query.login_hint.clone().unwrap_or_default();
    let page = asking.page(&PhoneForm { phone, ..PhoneForm::default() }, None);
    respond(StatusCode::OK, visitor.lang, &page)
}

async fn submit(
    app: &App,
    visitor: &Visitor,
    event: InteractionEvent,
    form: Result<Form<PhoneForm>, FormRejection>,
) -> Response {
    if let Some(other) = other_event(&app.experience.load(), event) {
        return visitor.go(path_of(other));
    }
    let until = Deadline::after(Instant::now(), app.limits().patience());
    let hurried = app.by(until);
    let mut visit = match visitor.visit(&hurried).await {
        Ok(visit) => visit,
        Err(error) => return visitor.over(&hurried, &error).await,
    };
    let form = form.map(|Form(form)| form).unwrap_or_default();
    let asking = Asking::new(&hurried, visitor, event, Some(&visit)).await;
    let again = |wrong, status| respond(status, visitor.lang, &asking.page(&form, Some(wrong)));
    if let Some((wrong, status)) = mistake(app, visitor.lang, &visit, &form) {
        return again(wrong, status);
    }
    let code_path = format!("{}/verify", path_of(event));
    match send(app, &mut visit, &form, event, until).await {
        Ok(phone) => sent(app, &phone, &visitor.query.link(&code_path)),
        Err(error) if error.code == codes::CONNECTOR_UNKNOWN => {
            Redirect::to(&visitor.query.link_with_note(&code_path, "unclear")).into_response()
        }
        Err(error) if error.code == codes::SESSION_NOT_FOUND => visitor.dead_end(app, &error),
        Err(error) if task::is_asked(&error) => {
            let PhoneForm { csrf, country, phone, agree, .. } = form;
            let fields =
                vec![("csrf", csrf), ("country", country), ("phone", phone), ("agree", agree)];
            task::page(app, visitor, (path_of(event), path_of(event)), fields, &error)
        }
        Err(error) => again(Wrong::Phone(Problem::of(visitor.lang, &error)), status(&error)),
    }
}

/// What is missing before the number is even looked at.
fn mistake(app: &App, lang: Lang, visit: &Visit, form: &PhoneForm) -> Option<(Wrong, StatusCode)> {
    let of_page = |code, key: &str| Problem::of_page(lang, code, key);
    if !Visitor::owns_form(app, visit, &form.csrf) {
        let stale = Wrong::Phone(of_page("form.stale", "error-form-stale"));
        return Some((stale, StatusCode::FORBIDDEN));
    }
    if form.phone.trim().is_empty() {
        let empty = Wrong::Phone(of_page("phone.empty", "error-phone-empty"));
        return Some((empty, StatusCode::UNPROCESSABLE_ENTITY));
    }
    if phone_page::must_agree(&app.experience.load()) && form.agree != "yes" {
        let missing = Wrong::Agreement(of_page("terms.not_agreed", "error-agree"));
        return Some((missing, StatusCode::UNPROCESSABLE_ENTITY));
    }
    None
}

/// Parses the number, decides whether it may be texted, and sends. Within the pause after a message to the same number
/// nothing is sent: the code page shows when the next one may go.
async fn send(
    app: &App,
    visit: &mut Visit,
    form: &PhoneForm,
    event: InteractionEvent,
    until: Deadline,
) -> Result<PhoneNumber, ApiError> {
    let default = app.experience.load().phone_regions.default;
    let region = Region::parse(&form.country).unwrap_or(default);
    let phone = flow::reachable(app, PhoneNumber::parse(&form.phone, Some(region)))?;
    let just_sent = visit.walk.verification.as_ref().is_some_and(|newest| {
        newest.phone == phone && !newest.is_verified && visit.now < newest.resend_at
    });
    if just_sent && visit.walk.event == Some(event) {
        return Ok(phone);
    }
    if visit.walk.event != Some(event) || visit.walk.user_id.is_some() {
        flow::begin(&app.by(until), visit, event).await?;
    }
    let solved = task::solved(&form.challenge, &form.solution, form.captcha_token.as_deref());
    flow::send(app, visit, (phone.digits(), &phone), event, solved, until).await?;
    Ok(phone)
}

/// On to the code page with a GET, so that a reload sends nothing.
fn sent(app: &App, phone: &PhoneNumber, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    let country = NewCookie {
        name: COUNTRY_COOKIE,
        value: phone.region().to_string(),
        path: "/".to_owned(),
        max_age: YEAR_SECS,
    };
    cookies::set_signed(response.headers_mut(), app, &country);
    response
}

/// The event that is open instead of this one.
fn other_event(settings: &SignInExperience, event: InteractionEvent) -> Option<InteractionEvent> {
    let other = match event {
        InteractionEvent::Register => InteractionEvent::SignIn,
        InteractionEvent::SignIn | InteractionEvent::ForgotPassword => InteractionEvent::Register,
    };
    (!settings.is_open_to(event) && settings.is_open_to(other)).then_some(other)
}
