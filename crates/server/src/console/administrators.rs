//! Who administers: for owners.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Form, extract::rejection::FormRejection};
use haoma_core::ids::AdministratorId;
use haoma_core::role::{Right, Role};
use haoma_store::administrators::{self, Administrator};
use serde_json::json;

use super::administrator::Signed;
use super::done::Done;
use super::first;
use super::links;
use super::prove::{Fields, prove};
use super::shell::shell;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::administrators::{AdministratorLine, AdministratorsPage, NewLink};
use crate::views::console::shell::Section;
use crate::views::moment::Moment;
use crate::views::problem::Problem;

const HERE: Section = Section::Administrators;

/// What a page of this room says besides the list.
#[derive(Debug, Default)]
struct Said {
    typed: String,
    problem: Option<Problem>,
    link: Option<NewLink>,
}

/// `GET /console/administrators`.
pub(super) async fn show(State(app): State<App>, signed: Signed) -> Result<Response, ApiError> {
    signed.need(Right::Administer)?;
    page(&app, &signed, Said::default()).await
}

/// `POST /console/administrators`.
pub(super) async fn create(
    State(app): State<App>,
    mut signed: Signed,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let what = signed.visit.lang.t("console-prove-add");
    let fields = match allowed(&app, &mut signed, form, &what).await? {
        Ok(fields) => fields,
        Err(asked) => return Ok(asked),
    };
    let typed = field(&fields, "name").to_owned();
    let wrong = |code| {
        let problem = Some(Problem::of(signed.visit.lang, &ApiError::new(code)));
        Said { typed: typed.clone(), problem, ..Said::default() }
    };
    let Ok(name) = first::name(&typed) else {
        return page(&app, &signed, wrong(codes::ADMINISTRATOR_NAME)).await;
    };
    let role =
        Role::parse(field(&fields, "role")).map_err(|_e| ApiError::new(codes::INVALID_INPUT))?;
    let new = first::new(&app, &name, role);
    let event = signed.event(&app, "Administrator.Create", &about(&new));
    if !administrators::create(&app.db, &new, &event).await? {
        return page(&app, &signed, wrong(codes::ADMINISTRATOR_NAME_IN_USE)).await;
    }
    linked(&app, &signed, &new).await
}

/// `POST /console/administrators/{id}/link`.
pub(super) async fn new_link(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let who = find(&app, &signed, &id).await?;
    let what = signed.visit.lang.t1("console-prove-link", "name", who.name.as_str());
    if let Err(asked) = allowed(&app, &mut signed, form, &what).await? {
        return Ok(asked);
    }
    linked(&app, &signed, &who).await
}

/// `POST /console/administrators/{id}/role`.
pub(super) async fn set_role(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let who = find(&app, &signed, &id).await?;
    let what = signed.visit.lang.t1("console-prove-role", "name", who.name.as_str());
    let fields = match allowed(&app, &mut signed, form, &what).await? {
        Ok(fields) => fields,
        Err(asked) => return Ok(asked),
    };
    let role =
        Role::parse(field(&fields, "role")).map_err(|_e| ApiError::new(codes::INVALID_INPUT))?;
    let payload = json!({ "name": who.name, "role": role.as_str() });
    let event = signed.event(&app, "Administrator.Role", &payload);
    let done = administrators::set_role(&app.db, &who.id, role, signed.now, &event).await?;
    Ok(after(&app, done, "console-role-changed"))
}

/// `POST /console/administrators/{id}/remove`.
pub(super) async fn remove(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    form: Result<Form<Fields>, FormRejection>,
) -> Result<Response, ApiError> {
    let who = find(&app, &signed, &id).await?;
    let what = signed.visit.lang.t1("console-prove-remove", "name", who.name.as_str());
    if let Err(asked) = allowed(&app, &mut signed, form, &what).await? {
        return Ok(asked);
    }
    let event = signed.event(&app, "Administrator.Delete", &about(&who));
    let done = administrators::delete(&app.db, &who.id, &event).await?;
    Ok(after(&app, done, "console-administrator-removed"))
}

/// The form of an owner who proved who they are; or the page that asks for it.
async fn allowed(
    app: &App,
    signed: &mut Signed,
    form: Result<Form<Fields>, FormRejection>,
    what: &str,
) -> Result<Result<Fields, Response>, ApiError> {
    signed.need(Right::Administer)?;
    let Ok(Form(fields)) = form else { return Err(ApiError::new(codes::INVALID_INPUT)) };
    Ok(match prove(app, signed, &fields, (HERE, what)).await? {
        None => Ok(fields),
        Some(asked) => Err(asked),
    })
}

/// Whom an owner asks about. Before the password is: a session that gets another id must get an answer that says so.
async fn find(app: &App, signed: &Signed, id: &str) -> Result<Administrator, ApiError> {
    signed.need(Right::Administer)?;
    let gone = || ApiError::new(codes::NOT_FOUND);
    let id = AdministratorId::parse(id).map_err(|_e| gone())?;
    let all = administrators::list(&app.db).await?;
    all.into_iter().find(|one| one.id == id).ok_or_else(gone)
}

async fn linked(app: &App, signed: &Signed, who: &Administrator) -> Result<Response, ApiError> {
    let event = signed.event(app, "Administrator.Link", &about(who));
    let href = links::make(app, &who.id, &event, signed.now).await?;
    let link = Some(NewLink { name: who.name.clone(), href, minutes: links::LIFE / 60 });
    page(app, signed, Said { link, ..Said::default() }).await
}

fn after(app: &App, done: bool, good: &'static str) -> Response {
    let done = if done { Done::good(good) } else { Done::bad("console-last-owner") };
    done.on(app, HERE.path())
}

async fn page(app: &App, signed: &Signed, said: Said) -> Result<Response, ApiError> {
    let (lang, now) = (signed.visit.lang, signed.now);
    let line = |one: Administrator| AdministratorLine {
        is_me: one.id == signed.who.id,
        has_password: one.password_hash.is_some(),
        id: one.id.to_string(),
        role: one.role,
        since: Moment::of(lang, one.created_at, now),
        name: one.name,
    };
    let all = administrators::list(&app.db).await?;
    let status = said.problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let page = AdministratorsPage {
        shell: shell(app, signed, HERE, HERE.path()),
        all: all.into_iter().map(line).collect(),
        typed: said.typed,
        problem: said.problem,
        link: said.link,
    };
    Ok(signed.draw(app, status, &page))
}

fn about(who: &Administrator) -> serde_json::Value {
    json!({ "name": who.name, "role": who.role.as_str() })
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}
