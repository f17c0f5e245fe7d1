//! Another number, step by step: a code to the one they have, the new one, a code to that, and a yes (security statement 65).
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::phone::{PhoneNumber, Region};
use haoma_store::Deadline;
use serde::Deserialize;
use serde_json::{Value, json};

use super::person::{Person, status};
use super::steps::{Records, Said, Slot, draw, record, send as send_code};
use crate::account::phone::{self, CHANGED, New};
use crate::account::verifications::{JUDGED, recorded};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::flow;
use crate::experience::pages::code::{code_in, kept};
use crate::experience::pages::countries;
use crate::sending::{notice, to_user};
use crate::views::account::StepPage;
use crate::views::frame::respond;
use crate::views::phone::{Agreement, PhonePage};
use crate::views::problem::Problem;
use crate::web::i18n::Piece;
use crate::web::patience::Brief;

/// Longer input is not shown again.
const MOST_SHOWN: usize = 40;

/// What the forms hold.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    csrf: String,
    code: String,
    country: String,
    phone: String,
    others: String,
}

type Filled = Result<Form<Sent>, FormRejection>;

/// A form of theirs, of somebody who may change their number.
fn open(app: &App, person: &Person, form: Filled) -> Result<Sent, ApiError> {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    person.owns(app, &form.csrf)?;
    person.center.edits("phone")?;
    Ok(form)
}

fn told(app: &App, person: &Person, answer: Result<Response, ApiError>) -> Response {
    answer.unwrap_or_else(|error| person.dead_end(app, &error))
}

/// `GET /account/phone`: what will happen.
pub(super) async fn begin(State(app): State<App>, person: Person) -> Response {
    told(&app, &person, first(&app, &person, None))
}

fn first(app: &App, person: &Person, error: Option<&ApiError>) -> Result<Response, ApiError> {
    person.center.edits("phone")?;
    let Some(phone) = person.phone() else { return Ok(person.go("/account")) };
    let lang = person.lang;
    let page = StepPage {
        frame: person.frame(app, "/account/phone"),
        step: Slot::Proof.step(lang),
        title: lang.t("account-prove-title").into_owned(),
        lead: lang.pieces("account-prove-lead", &[("phone", Piece::Number(phone.masked()))]),
        problem: error.map(|error| Problem::of(lang, error)),
        asks_sessions: false,
        action: person.query.link("/account/phone"),
        go: lang.t("get-code").into_owned(),
        cancel_href: person.query.link("/account"),
        csrf: person.csrf(app),
    };
    Ok(respond(error.map_or(StatusCode::OK, status), lang, &page))
}

/// `POST /account/phone`: a code to the number they have.
pub(super) async fn prove(State(app): State<App>, person: Brief<Person>, form: Filled) -> Response {
    let (person, until) = person.begin();
    told(&app, &person, prove_own(&app, &person, form, until).await)
}

async fn prove_own(
    app: &App,
    person: &Person,
    form: Filled,
    until: Deadline,
) -> Result<Response, ApiError> {
    open(app, person, form)?;
    let Some(phone) = person.phone() else { return Ok(person.go("/account")) };
    match send_code(app, person, (Slot::Proof, &phone), None, until).await {
        Ok(response) => Ok(response),
        // sent a moment ago: its code is still good
        Err(error) if error.code == codes::RATE_LIMITED => {
            match record(app, person, Slot::Proof).await? {
                Some(_live) => Ok(person.go(Slot::Proof.path())),
                None => first(app, person, Some(&error)),
            }
        }
        Err(error) => first(app, person, Some(&error)),
    }
}

/// `GET /account/phone/confirm`.
pub(super) async fn show_proof(State(app): State<App>, person: Person) -> Response {
    told(&app, &person, draw(&app, &person, Slot::Proof, (StatusCode::OK, Said::default())).await)
}

/// `GET /account/phone/verify`.
pub(super) async fn show_new(State(app): State<App>, person: Person) -> Response {
    told(&app, &person, draw(&app, &person, Slot::New, (StatusCode::OK, Said::default())).await)
}

/// `POST /account/phone/confirm`.
pub(super) async fn judge_proof(State(app): State<App>, person: Person, form: Filled) -> Response {
    told(&app, &person, judge(&app, &person, Slot::Proof, form).await)
}

/// `POST /account/phone/verify`.
pub(super) async fn judge_new(State(app): State<App>, person: Person, form: Filled) -> Response {
    told(&app, &person, judge(&app, &person, Slot::New, form).await)
}

async fn judge(app: &App, person: &Person, slot: Slot, form: Filled) -> Result<Response, ApiError> {
    let form = open(app, person, form)?;
    let Some(record) = record(app, person, slot).await? else {
        return Ok(person.go(slot.begin()));
    };
    let Some(code) = code_in(&form.code) else {
        let (code, key) = match form.code.trim() {
            "" => ("code.empty", "error-code-empty"),
            _ => ("code.malformed", "error-code-malformed"),
        };
        let problem = Some(Problem::of_page(person.lang, code, key));
        let said = Said { value: kept(&form.code), problem, ..Said::default() };
        return draw(app, person, slot, (StatusCode::UNPROCESSABLE_ENTITY, said)).await;
    };
    let event = person.event(app, JUDGED, &json!({ "usageType": record.usage_type }));
    match to_user::verify(app, &record, None, &code, &event).await {
        Ok(()) => Ok(person.go(slot.next())),
        Err(error) => {
            let error = match error.code {
                codes::CODE_MISMATCH => recorded(app, event, error).await,
                _ => error,
            };
            let problem = Some(Problem::of(person.lang, &error));
            let said = Said { value: code, problem, ..Said::default() };
            draw(app, person, slot, (status(&error), said)).await
        }
    }
}

/// `POST /account/phone/confirm/resend`.
pub(super) async fn prove_again(
    State(app): State<App>,
    person: Brief<Person>,
    form: Filled,
) -> Response {
    let (person, until) = person.begin();
    told(&app, &person, again(&app, &person, Slot::Proof, form, until).await)
}

/// `POST /account/phone/verify/resend`.
pub(super) async fn send_again(
    State(app): State<App>,
    person: Brief<Person>,
    form: Filled,
) -> Response {
    let (person, until) = person.begin();
    told(&app, &person, again(&app, &person, Slot::New, form, until).await)
}

async fn again(
    app: &App,
    person: &Person,
    slot: Slot,
    form: Filled,
    until: Deadline,
) -> Result<Response, ApiError> {
    open(app, person, form)?;
    let hurried = app.by(until);
    let Some(record) = record(&hurried, person, slot).await? else {
        return Ok(person.go(slot.begin()));
    };
    let phone = to_user::number(&record)?;
    match send_code(app, person, (slot, &phone), Some("again"), until).await {
        Ok(response) => Ok(response),
        Err(error) => {
            let trouble = Some(Problem::of(person.lang, &error));
            let said = Said { trouble, ..Said::default() };
            let app = if error.code == codes::UNAVAILABLE { &hurried } else { app };
            draw(app, person, slot, (status(&error), said)).await
        }
    }
}

/// Whether the number they have was proved in this browser a moment ago.
async fn is_proved(app: &App, person: &Person) -> Result<bool, ApiError> {
    let records = Records::of(app, person);
    match phone::proved(app, person.id(), &records.proof, person.now).await {
        Ok(_record) => Ok(true),
        Err(error) if error.code == codes::RECORD_DENIED => Ok(false),
        Err(error) => Err(error),
    }
}

/// `GET /account/phone/new`: which number.
pub(super) async fn ask(State(app): State<App>, person: Person) -> Response {
    if person.center.edits("phone").is_err() {
        return person.go(Slot::Proof.begin());
    }
    match is_proved(&app, &person).await {
        Ok(true) => {}
        Ok(false) => return person.go(Slot::Proof.begin()),
        Err(error) => return person.dead_end(&app, &error),
    }
    new_page(&app, &person, &Sent::default(), (StatusCode::OK, None))
}

fn new_page(
    app: &App,
    person: &Person,
    form: &Sent,
    (status, problem): (StatusCode, Option<Problem>),
) -> Response {
    let lang = person.lang;
    let regions = app.experience.load().phone_regions.clone();
    let own = person.phone().map(|phone| phone.region());
    let wishes = [Region::parse(&form.country).ok(), own, Some(regions.default)];
    let is_allowed = |region: &Region| regions.allowed.contains(region);
    let chosen = wishes.into_iter().flatten().find(is_allowed);
    let chosen = chosen.or_else(|| regions.allowed.first().copied()).unwrap_or(regions.default);
    let page = PhonePage {
        step: Some(Slot::New.step(lang)),
        title: lang.t("account-new-title").into_owned(),
        lead: None,
        action: person.query.link(Slot::New.begin()),
        csrf: person.csrf(app),
        value: form.phone.chars().take(MOST_SHOWN).collect(),
        problem,
        countries: countries::rows(lang, &regions.allowed, chosen),
        agreement: Agreement::None,
        cancel_href: Some(person.query.link("/account")),
        frame: person.frame(app, Slot::New.begin()),
    };
    respond(status, lang, &page)
}

/// `POST /account/phone/new`: a code to the new number.
pub(super) async fn send(State(app): State<App>, person: Brief<Person>, form: Filled) -> Response {
    let (person, until) = person.begin();
    let form = match open(&app, &person, form) {
        Ok(form) => form,
        Err(error) => return person.dead_end(&app, &error),
    };
    match is_proved(&app.by(until), &person).await {
        Ok(true) => {}
        Ok(false) => return person.go(Slot::Proof.begin()),
        Err(error) => return person.dead_end(&app, &error),
    }
    let wrong = |code, key: &str| {
        let problem = Problem::of_page(person.lang, code, key);
        new_page(&app, &person, &form, (StatusCode::UNPROCESSABLE_ENTITY, Some(problem)))
    };
    if form.phone.trim().is_empty() {
        return wrong("phone.empty", "error-phone-empty");
    }
    let default = app.experience.load().phone_regions.default;
    let region = Region::parse(&form.country).unwrap_or(default);
    let parsed = flow::reachable(&app, PhoneNumber::parse(&form.phone, Some(region)));
    if parsed.as_ref().is_ok_and(|phone| person.phone().as_ref() == Some(phone)) {
        return wrong("phone.own", "error-phone-own");
    }
    let sent = match parsed {
        Ok(phone) => send_code(&app, &person, (Slot::New, &phone), None, until).await,
        Err(error) => Err(error),
    };
    sent.unwrap_or_else(|error| {
        let problem = Some(Problem::of(person.lang, &error));
        new_page(&app, &person, &form, (status(&error), problem))
    })
}

/// `GET /account/phone/finish`: the last question.
pub(super) async fn confirm(State(app): State<App>, person: Person) -> Response {
    told(&app, &person, last(&app, &person, None).await)
}

async fn last(app: &App, person: &Person, error: Option<&ApiError>) -> Result<Response, ApiError> {
    let Some(record) = record(app, person, Slot::New).await? else {
        return Ok(person.go(Slot::Proof.begin()));
    };
    if record.verified_at.is_none() {
        return Ok(person.go(Slot::New.path()));
    }
    let (lang, phone) = (person.lang, to_user::number(&record)?.masked());
    let is_told =
        person.phone().is_some_and(|old| notice::would_tell(app, &old, person.now).is_ok());
    let lead = if is_told { "account-finish-lead-told" } else { "account-finish-lead" };
    let page = StepPage {
        frame: person.frame(app, "/account/phone/finish"),
        step: lang.t1("account-step", "step", 3).into_owned(),
        title: lang.t("account-finish-title").into_owned(),
        lead: lang.pieces(lead, &[("phone", Piece::Number(phone))]),
        problem: error.map(|error| Problem::of(lang, error)),
        asks_sessions: true,
        action: person.query.link("/account/phone/finish"),
        go: lang.t("account-finish-go").into_owned(),
        cancel_href: person.query.link("/account"),
        csrf: person.csrf(app),
    };
    Ok(respond(error.map_or(StatusCode::OK, status), lang, &page))
}

/// `POST /account/phone/finish`.
pub(super) async fn finish(State(app): State<App>, person: Person, form: Filled) -> Response {
    match change(&app, &person, form).await {
        Ok(is_told) => {
            let note = if is_told { "phone-changed-told" } else { "phone-changed" };
            let mut response = person.go_with_note("/account", note);
            Records::forget(&app, &mut response);
            response
        }
        Err(error) if error.code == codes::RECORD_DENIED => {
            told(&app, &person, first(&app, &person, Some(&error)))
        }
        Err(error) if error.code == codes::PHONE_IN_USE => {
            told(&app, &person, last(&app, &person, Some(&error)).await)
        }
        Err(error) => person.dead_end(&app, &error),
    }
}

/// Whether the old number is told.
async fn change(app: &App, person: &Person, form: Filled) -> Result<bool, ApiError> {
    let form = open(app, person, form)?;
    let records = Records::of(app, person);
    let proof = phone::proved(app, person.id(), &records.proof, person.now).await?;
    let record = record(app, person, Slot::New).await?;
    let record = record.ok_or_else(|| ApiError::new(codes::RECORD_NOT_FOUND))?;
    let number = to_user::number(&record)?;
    let ends_others = form.others == "end";
    let keep = ends_others.then_some(&person.session.id);
    let event = |payload: &Value| person.event(app, CHANGED, payload);
    let new = New { record: record.id.as_str(), phone: &number };
    phone::set(app, (person.id(), keep), (&proof, &new), event).await
}
