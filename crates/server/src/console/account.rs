//! An administrator's own account: password and sessions.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::ids::AdministratorSessionId;
use haoma_core::password;
use haoma_store::administrator_sessions::{self, AdministratorSession};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::administrator::Signed;
use super::done::Done;
use super::prove::Judged;
use super::shell::shell;
use super::{prove, session, welcome};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::account::{AccountPage, SessionLine};
use crate::views::console::fields::{Field, Kind};
use crate::views::console::parts::Confirm;
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

const HERE: Section = Section::Account;

/// What the form of a new password holds.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    current_password: SecretString,
    new_password: SecretString,
}

/// What was wrong with it, beside its field.
#[derive(Debug, Default)]
struct Wrong {
    current: Option<Problem>,
    new: Option<Problem>,
}

/// `GET /console/account`.
pub(super) async fn show(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    page(&app, &signed, Wrong::default()).await
}

/// `POST /console/account/password`.
pub(super) async fn change_password(
    State(app): State<App>,
    mut signed: Signed,
    form: Result<Form<Change>, FormRejection>,
) -> Result<Response, ApiError> {
    let Ok(Form(form)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    let lang = signed.visit.lang;
    let weak = password::check(form.new_password.expose_secret(), &signed.who.name);
    let new = weak.err().map(|weak| Problem::of(lang, &welcome::weak(weak)));
    let current = prove::judge(&app, &mut signed, form.current_password).await;
    let current = match current {
        Err(error) if error.code.status >= 500 => return Err(error),
        Ok(Judged::Over) => return Ok(Redirect::to("/console/sign-in").into_response()),
        judged => judged.err().map(|error| Problem::of(lang, &error)),
    };
    if new.is_some() || current.is_some() {
        return page(&app, &signed, Wrong { current, new }).await;
    }
    let hash = app.passwords.hash(&app.entropy, form.new_password).await?;
    let event = signed.event(&app, "Administrator.Password", &json!({}));
    let (new, kept) = ((&signed.who, hash.as_str()), &signed.session.id);
    if !administrator_sessions::change_password(&app.db, new, kept, signed.now, &event).await? {
        return Ok(Redirect::to("/console/sign-in").into_response());
    }
    Ok(Done::good("console-password-changed").on(&app, HERE.path()))
}

/// `POST /console/account/sessions/{id}/end`.
pub(super) async fn end_session(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = AdministratorSessionId::parse(&id).map_err(|_e| ApiError::new(codes::NOT_FOUND))?;
    let event = signed.event(&app, "Administrator.EndSession", &json!({ "session": id.as_str() }));
    // one that is over already is what was wanted
    administrator_sessions::end(&app.db, &id, &signed.who.id, &event).await?;
    if id == signed.session.id {
        let mut response = Redirect::to("/console/sign-in").into_response();
        session::remove_cookie(&app, response.headers_mut());
        return Ok(response);
    }
    Ok(Done::good("console-session-ended").on(&app, HERE.path()))
}

async fn page(app: &App, signed: &Signed, wrong: Wrong) -> Result<Response, ApiError> {
    let (lang, now) = (signed.visit.lang, signed.now);
    let idle_since = session::idle_since(now);
    let all = administrator_sessions::list(&app.db, &signed.who.id, idle_since, now).await?;
    let line = |row: AdministratorSession| SessionLine {
        end: (row.id != signed.session.id).then(|| end_confirm(lang, &row)),
        id: row.id.to_string(),
        program: row.user_agent,
        ip: row.ip,
        began: Moment::of(lang, row.created_at, now),
        seen: Moment::of(lang, row.seen_at, now),
    };
    let first = wrong.current.as_ref().or(wrong.new.as_ref());
    let status = first.map_or(StatusCode::OK, Problem::status);
    let page = AccountPage {
        shell: shell(app, signed, HERE, HERE.path()),
        sessions: all.into_iter().map(line).collect(),
        second_off: signed.who.totp_sealed.as_ref().map(|_| second_off(lang)),
        current: wrong.current,
        new: wrong.new,
    };
    Ok(signed.draw(app, status, &page))
}

fn end_confirm(lang: Lang, row: &AdministratorSession) -> Confirm {
    let where_from = row.ip.clone();
    let where_from = where_from.unwrap_or_else(|| lang.t("console-address-unknown").into_owned());
    Confirm {
        ask: lang.t("console-end-session").into_owned(),
        of: Some(where_from.clone()),
        text: lang.t1("console-end-session-what", "address", where_from).into_owned(),
        action: format!("/console/account/sessions/{}/end", row.id),
        go: lang.t("console-end-session-go").into_owned(),
        ..Confirm::default()
    }
}

/// Asks for the password whenever it was given last: whoever found the console open must not make the account weaker.
fn second_off(lang: Lang) -> Confirm {
    let t = |key: &str| lang.t(key).into_owned();
    let password = Field::new(prove::FIELD, t("console-field-current-password"));
    let password = Field { autocomplete: "current-password", ..password };
    Confirm {
        ask: t("console-second-remove"),
        text: t("console-second-remove-what"),
        list: vec![t("console-second-remove-sessions"), t("console-second-remove-app")],
        action: "/console/account/second/remove".to_owned(),
        typed: Some(password.typed(Kind::Password).id("second-password").at_most(512)),
        go: t("console-second-remove-go"),
        ..Confirm::default()
    }
}
