//! The code page: judges a code, sends another message, goes back to the application.
use std::time::Instant;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::experience::{InteractionEvent, PhoneVerification};
use haoma_store::Deadline;
use serde::Deserialize;

use super::path_of;
use super::task;
use super::visitor::{Visitor, status};
use crate::app::App;
use crate::error::api::{ApiError, Code, codes};
use crate::experience::flow;
use crate::experience::visit::Visit;
use crate::views::code::{CodePage, Note};
use crate::views::frame::respond;
use crate::views::message::{MessagePage, Mood};
use crate::views::problem::Problem;
use crate::web::csrf;

/// Errors that another code, or the same one again, can mend; all others end this page.
const MENDABLE: &[Code] = &[
    codes::CODE_MISMATCH,
    codes::CODE_NOT_FOUND,
    codes::CODE_EXPIRED,
    codes::EXCEED_MAX_TRY,
    codes::GUESSES_BLOCKED,
    codes::PHONE_MISMATCH,
    codes::VERIFICATION_NOT_FOUND,
    codes::BUSY,
    codes::UNAVAILABLE,
    codes::INTERNAL,
];

/// What the forms hold.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    csrf: String,
    code: String,
    challenge: String,
    solution: String,
    captcha_token: Option<String>,
}

/// What the page says besides the code.
#[derive(Default)]
struct Said {
    value: String,
    problem: Option<Problem>,
    trouble: Option<Problem>,
    note: Option<Note>,
}

/// `GET /sign-in/verify` and `GET /register/verify`.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Response {
    let visit = match visitor.visit(&app).await {
        Ok(visit) => visit,
        Err(error) => return visitor.turned_away(&app, &error),
    };
    if visit.walk.verification.as_ref().is_none_or(|newest| newest.is_verified) {
        return back(&visitor, &visit);
    }
    let note = match visitor.query.note.as_deref() {
        Some("again") => Some(Note::SentAgain),
        Some("unclear") => Some(Note::Unclear),
        _ => None,
    };
    draw(&app, &visitor, &visit, StatusCode::OK, Said { note, ..Said::default() }).await
}

/// `POST /sign-in/verify` and `POST /register/verify`.
pub(super) async fn verify(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Response {
    let visit = visitor.visit(&app).await;
    let (mut visit, form) = match open(&app, &visitor, visit, form).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let Some(newest) = visit.walk.verification.clone() else { return back(&visitor, &visit) };
    let found = code_in(&form.code);
    let mistake = match &found {
        _ if form.code.trim().is_empty() => Some(("code.empty", "error-code-empty")),
        None => Some(("code.malformed", "error-code-malformed")),
        Some(_) => None,
    };
    if let Some((code, key)) = mistake {
        let problem = Some(Problem::of_page(visitor.lang, code, key));
        let said = Said { value: kept(&form.code), problem, ..Said::default() };
        return draw(&app, &visitor, &visit, StatusCode::UNPROCESSABLE_ENTITY, said).await;
    }
    let code = found.unwrap_or_default();
    match finish(&app, &mut visit, &newest, &code).await {
        Ok(href) => visitor.going(&app, href),
        Err(error) if MENDABLE.contains(&error.code) => {
            let problem = Some(Problem::of(visitor.lang, &error));
            let said = Said { value: code, problem, ..Said::default() };
            draw(&app, &visitor, &visit, status(&error), said).await
        }
        Err(error) => refused(&app, &visitor, &visit, &error),
    }
}

/// `POST /sign-in/resend` and `POST /register/resend`.
pub(super) async fn resend(
    State(app): State<App>,
    visitor: Visitor,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Response {
    let until = Deadline::after(Instant::now(), app.limits().patience());
    let hurried = app.by(until);
    let visit = visitor.visit(&hurried).await;
    let (mut visit, form) = match open(&hurried, &visitor, visit, form).await {
        Ok(opened) => opened,
        Err(response) => return response,
    };
    let Some(newest) = visit.walk.verification.clone() else { return back(&visitor, &visit) };
    let event = visit.walk.event.unwrap_or(InteractionEvent::SignIn);
    let solved = task::solved(&form.challenge, &form.solution, form.captcha_token.as_deref());
    let to = (newest.identifier.as_str(), &newest.phone);
    let sent = flow::send(&app, &mut visit, to, event, solved, until).await;
    let note = match &sent {
        Ok(_) => "again",
        Err(error) if error.code == codes::CONNECTOR_UNKNOWN => "unclear",
        Err(error) if error.code == codes::SESSION_NOT_FOUND => {
            return visitor.dead_end(&app, error);
        }
        Err(error) if task::is_asked(error) => {
            let paths =
                (format!("{}/resend", path_of(event)), format!("{}/verify", path_of(event)));
            return task::page(
                &app,
                &visitor,
                (&paths.0, &paths.1),
                vec![("csrf", form.csrf)],
                error,
            );
        }
        Err(error) => {
            let trouble = Some(Problem::of(visitor.lang, error));
            let said = Said { trouble, ..Said::default() };
            if error.code == codes::UNAVAILABLE {
                return draw(&hurried, &visitor, &visit, status(error), said).await;
            }
            // A refused message still starts the pause, so the page asks the database how things stand.
            let visit = visitor.visit(&app).await.unwrap_or(visit);
            return draw(&app, &visitor, &visit, status(error), said).await;
        }
    };
    let path = format!("{}/verify", path_of(event));
    Redirect::to(&visitor.query.link_with_note(&path, note)).into_response()
}

/// `GET /sign-in/resend` and `GET /register/resend`: a reload of the page that said why nothing was sent. Sends nothing.
pub(super) async fn to_code_page(visitor: Visitor) -> Response {
    visitor.go(&visitor.path.replace("/resend", "/verify"))
}

/// A form of this sign-in, or the answer to one that is not.
async fn open(
    app: &App,
    visitor: &Visitor,
    visit: Result<Visit, ApiError>,
    form: Result<Form<CodeForm>, FormRejection>,
) -> Result<(Visit, CodeForm), Response> {
    let visit = match visit {
        Ok(visit) => visit,
        Err(error) => return Err(visitor.over(app, &error).await),
    };
    let form = form.map(|Form(form)| form).unwrap_or_default();
    if Visitor::owns_form(app, &visit, &form.csrf) {
        return Ok((visit, form));
    }
    let problem = Some(Problem::of_page(visitor.lang, "form.stale", "error-form-stale"));
    let said = Said { problem, ..Said::default() };
    Err(draw(app, visitor, &visit, StatusCode::FORBIDDEN, said).await)
}

/// Verifies, identifies, submits. A code that was right before is not asked for again.
async fn finish(
    app: &App,
    visit: &mut Visit,
    newest: &PhoneVerification,
    code: &str,
) -> Result<String, ApiError> {
    let id = newest.id.as_str();
    if !newest.is_verified {
        flow::verify(app, visit, None, id, code).await?;
    }
    flow::identify_or_switch(app, visit, id).await?;
    flow::submit(app, visit).await
}

/// The number is right and still nobody can be signed in: why, and the way to another number.
fn refused(app: &App, visitor: &Visitor, visit: &Visit, error: &ApiError) -> Response {
    if error.code == codes::SESSION_NOT_FOUND {
        return visitor.dead_end(app, error);
    }
    let phone_page = path_of(visit.walk.event.unwrap_or(InteractionEvent::SignIn));
    let page = MessagePage::plain(visitor.frame(app, phone_page), Mood::Lost, "bad-request")
        .with_problem(Problem::of(visitor.lang, error))
        .with_action(visitor.lang.t("code-change").into_owned(), visitor.query.link(phone_page));
    respond(status(error), visitor.lang, &page)
}

fn back(visitor: &Visitor, visit: &Visit) -> Response {
    visitor.go(path_of(visit.walk.event.unwrap_or(InteractionEvent::SignIn)))
}

/// The page for the newest message, also when its code was right and what came after it failed: sent again, the form goes on from
/// there. Back to the number when there is none.
async fn draw(
    app: &App,
    visitor: &Visitor,
    visit: &Visit,
    status: StatusCode,
    said: Said,
) -> Response {
    let Some(newest) = &visit.walk.verification else { return back(visitor, visit) };
    let path = path_of(visit.walk.event.unwrap_or(InteractionEvent::SignIn));
    let page = CodePage {
        frame: visitor.frame(app, &format!("{path}/verify")),
        step: None,
        action: visitor.query.link(&format!("{path}/verify")),
        resend_action: visitor.query.link(&format!("{path}/resend")),
        change_href: visitor.query.link(path),
        change_key: "code-change",
        csrf: csrf::token(app, &visit.row.id),
        phone: newest.phone.masked(),
        value: said.value,
        problem: said.problem,
        trouble: said.trouble,
        note: said.note.unwrap_or(Note::None),
        times: flow::times(app, newest, visit.now).await,
    };
    respond(status, visitor.lang, &page)
}

/// What is shown again of something that was no code.
pub(crate) fn kept(typed: &str) -> String {
    typed.trim().chars().take(16).collect()
}

/// The six digits in what was typed or pasted: `123 456`, `code is 123-456`, full-width digits.
pub(crate) fn code_in(typed: &str) -> Option<String> {
    let mut run = String::new();
    let mut gap = false;
    for c in typed.chars().take(200).chain(['.']) {
        match c.to_digit(10).or_else(|| full_width(c)).and_then(|d| char::from_digit(d, 10)) {
            Some(digit) => {
                run.push(digit);
                gap = false;
            }
            None if matches!(c, ' ' | '-' | '\u{a0}') && !gap && !run.is_empty() => gap = true,
            None if run.len() == 6 => return Some(run),
            None => {
                run.clear();
                gap = false;
            }
        }
    }
    None
}

fn full_width(c: char) -> Option<u32> {
    u32::from(c).checked_sub(u32::from('０')).filter(|d| *d <= 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_whatever_was_pasted() {
        for typed in [
            "123456",
            " 123 456 ",
            "123-456",
            "１２３４５６",
            "code is 123 456",
            "【Haoma】验证码123456，5分钟内有效",
        ] {
            assert_eq!(code_in(typed).as_deref(), Some("123456"), "{typed}");
        }
        for typed in ["", "12345", "1234567", "12a456", "13800138000", "123  456"] {
            assert_eq!(code_in(typed), None, "{typed}");
        }
        assert_eq!(code_in("000123").as_deref(), Some("000123"));
    }
}
