//! Step-up: what is dangerous needs the password again (security statement 63).
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_store::{administrator_sessions, audit, limits};
use secrecy::SecretString;
use serde_json::json;

use super::administrator::Signed;
use super::shell::shell;
use super::{places, resume};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::parts::Again;
use crate::views::console::prove::ProvePage;
use crate::views::console::shell::Section;
use crate::views::problem::Problem;

/// Seconds a password counts for.
const FRESH: i64 = 10 * 60;
/// The field of the password on the page that asks for it.
pub(super) const FIELD: &str = "current_password";

/// The fields of a form, in the order they were sent.
pub(super) type Fields = Vec<(String, String)>;

/// What is sensitive: the section to go back to, and a sentence that says what is about to be done.
pub(super) type Sensitive<'a> = (Section, &'a str);

/// Lets through who gave the password lately, or gives it with this form. Everybody else, and who sends a form of before they signed
/// in, gets a page that names the deed, asks for the password and sends the same form again, so that nothing typed is lost.
///
/// # Errors
/// A fault of ours.
pub(super) async fn prove(
    app: &App,
    signed: &mut Signed,
    fields: &Fields,
    what: Sensitive<'_>,
) -> Result<Option<Response>, ApiError> {
    let is_fresh = signed.session.proved_at.plus_secs(FRESH) > signed.now;
    let is_resumed = fields.iter().any(|(name, _)| name == resume::RESUMED);
    if is_fresh && !is_resumed && !signed.visit.is_switch() {
        return Ok(None);
    }
    prove_now(app, signed, fields, what).await
}

/// The same, however lately the password was given: for what a session that was taken over must not be able to do.
///
/// # Errors
/// A fault of ours.
pub(super) async fn prove_now(
    app: &App,
    signed: &mut Signed,
    fields: &Fields,
    what: Sensitive<'_>,
) -> Result<Option<Response>, ApiError> {
    // the language switch of the page below sends the form, and wants nothing done
    let is_answer = |(name, _): &&(String, String)| name == FIELD && !signed.visit.is_switch();
    let given = fields.iter().find(is_answer);
    let Some((_, password)) = given else { return Ok(Some(ask(app, signed, fields, what, None))) };
    match judge(app, signed, SecretString::from(password.as_str())).await {
        Ok(Judged::Right) => Ok(None),
        Ok(Judged::Over) => Ok(Some(Redirect::to("/console/sign-in").into_response())),
        Err(error) if error.code.status >= 500 => Err(error),
        Err(error) => Ok(Some(ask(app, signed, fields, what, Some(&error)))),
    }
}

/// What a right password led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// The session goes on under another id.
    Right,
    /// The session is over: it was ended, the password changed, or a second click on the same button was faster and has the new id.
    Over,
}

/// Whether it is the password of who is signed in; if so, the session gets another id. The guess is charged before it is judged.
///
/// # Errors
/// `administrator.wrong_password`, or `request.too_many_attempts`.
pub(super) async fn judge(
    app: &App,
    signed: &mut Signed,
    password: SecretString,
) -> Result<Judged, ApiError> {
    let Signed { who, caller, headers, now, .. } = &*signed;
    let charges = places::charge(app, (&who.name, Some(&who.id)), (headers, caller), *now).await?;
    let mut event = signed.event(app, "Administrator.Prove", &json!({}));
    if !app.passwords.verify(who.password_hash.clone(), password).await? {
        event.error = Some(codes::WRONG_PASSWORD.code.to_owned());
        app.db.write(audit::record(&event)).await?;
        return Err(ApiError::new(codes::WRONG_PASSWORD));
    }
    let (mut new, token) = signed.turned(app);
    new.proved_at = *now;
    let session = &signed.session.id;
    let is_renewed = administrator_sessions::renew(&app.db, who, session, &new, &event).await?;
    limits::clear(&app.db, &charges).await?;
    if !is_renewed {
        return Ok(Judged::Over);
    }
    signed.renew(app, new, &token);
    Ok(Judged::Right)
}

fn ask(
    app: &App,
    signed: &Signed,
    fields: &Fields,
    (here, text): Sensitive<'_>,
    error: Option<&ApiError>,
) -> Response {
    let problem = error.map(|error| Problem::of(signed.visit.lang, error));
    let status = problem.as_ref().map_or(StatusCode::FORBIDDEN, Problem::status);
    let mut shell = shell(app, signed, here, here.path());
    // a link would lose what was typed; the page has a switch of its own
    shell.languages.clear();
    let fields = fields.iter().filter(|(name, _)| name != FIELD).cloned();
    let page = ProvePage {
        shell,
        text: text.to_owned(),
        again: Again::new(signed.visit.path.as_str(), fields),
        back: here.path(),
        problem,
    };
    signed.draw(app, status, &page)
}
