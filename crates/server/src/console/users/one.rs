//! One user: what is known of them, and what can be changed.
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::ClientId;
use haoma_core::phone::PhoneDigits;
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_store::users::Stored;
use haoma_store::{Told, applications, user_changes};
use serde_json::json;

use super::form::{self, Typed};
use super::{HERE, head, locking, masked, path, tabs, wrong_codes};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::console::prove::Fields;
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::hooks;
use crate::management::input::Problems;
use crate::management::taken::Wanted;
use crate::management::user_body;
use crate::management::users::{UPDATED, find};
use crate::views::console::lists::Cell;
use crate::views::console::parts::{Fact, Link, Notice};
use crate::views::console::users::UserPage;
use crate::views::moment::Moment;
use crate::views::problem::Problem;

/// What the page says besides what is stored.
#[derive(Debug, Default)]
pub(super) struct Said<'a> {
    /// What was typed, and what was wrong with it.
    pub(super) profile: Option<(&'a Fields, &'a ApiError)>,
    /// The number that was typed, and what was wrong with it.
    pub(super) phone: Option<(&'a Fields, Problem)>,
    /// Whether the whole number is shown.
    pub(super) has_number: bool,
}

/// `GET /console/users/{id}`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Read)?;
    let user = find(&app, &id).await?;
    page(&app, &signed, &user, Said::default()).await
}

/// `POST /console/users/{id}`.
pub(in crate::console) async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let user = find(&app, &id).await?;
    let error = match store(&app, &signed, &user, &fields).await {
        Ok(()) => return Ok(Done::good("console-saved").on(&app, &path(&user.id))),
        Err(error) if error.code.status >= 500 || error.code == codes::ENTITY_NOT_FOUND => {
            return Err(error);
        }
        Err(error) => error,
    };
    // what a colleague stored in the meantime is what the next try is made from
    let user = find(&app, &id).await?;
    page(&app, &signed, &user, Said { profile: Some((&fields, &error)), ..Said::default() }).await
}

async fn store(app: &App, signed: &Signed, user: &Stored, fields: &Fields) -> Result<(), ApiError> {
    let mut problems = Problems::default();
    let mut changes = user_body::read(form::body(fields), &mut problems);
    Wanted::of(&user.id, &changes).judge(app, problems).await?;
    changes.if_left_at = forms::one(fields, "left_at").parse().ok().map(Timestamp);
    let mut event = signed.event(app, UPDATED, &form::changed(&changes));
    event.user_id = Some(user.id.to_string());
    let told = hooks::tell_of_user(app, HookEvent::UserDataUpdated, &event, &user.id, || json!({}));
    let told = Told::new(&event, &told);
    let changed = user_changes::change(&app.db, &user.id, &changes, told).await?;
    Wanted::of(&user.id, &changes).changed(app, changed).await.map(drop)
}

/// The page of a user.
pub(super) async fn page(
    app: &App,
    signed: &Signed,
    user: &Stored,
    said: Said<'_>,
) -> Result<Response, ApiError> {
    let (lang, role, path) = (signed.visit.lang, signed.who.role, path(&user.id));
    let mut shell = shell(app, signed, HERE, &path);
    let error = said.profile.map(|(_, error)| error);
    if error.is_some_and(|error| error.code == codes::CHANGED_MEANWHILE) {
        shell.notice = Some(Notice::bad(lang, "console-changed-meanwhile"));
    }
    let kept = form::fields_of(user)?;
    let nothing = vec![];
    let typed = Typed { lang, fields: said.profile.map_or(&kept, |(fields, _)| fields), error };
    let numbers = said.phone.as_ref().map_or(&nothing, |(fields, _)| *fields);
    let problem = said.phone.as_ref().map(|(_, problem)| problem.clone());
    let status = error.and_then(|error| StatusCode::from_u16(error.code.status).ok());
    let status = status.or(problem.as_ref().map(Problem::status)).unwrap_or(StatusCode::OK);
    let can_write = role.may(Right::Write);
    let page = UserPage {
        shell,
        head: head(lang, user),
        tabs: tabs(lang, user, ""),
        facts: facts(app, signed, user, said.has_number).await?,
        can_show_number: can_write && user.phone.is_some() && !said.has_number,
        group: typed.profile(),
        left_at: user.updated_at.0,
        phone: Typed { lang, fields: numbers, error: None }.phone().wrong(problem),
        can_write,
        wrong: wrong_codes::part(app, signed, user, &path).await?,
        lock: (!user.is_locked).then(|| locking::confirm_lock(lang, &path)),
        delete: locking::confirm_delete(lang, &path),
        path,
    };
    Ok(signed.draw(app, status, &page))
}

async fn facts(
    app: &App,
    signed: &Signed,
    user: &Stored,
    has_number: bool,
) -> Result<Vec<Fact>, ApiError> {
    let (lang, now) = (signed.visit.lang, signed.now);
    let t = |key: &str| lang.t(key).into_owned();
    let at = |at: Timestamp| Cell::Moment(Moment::of(lang, at, now));
    let label = t("console-user-phone");
    let phone = match &user.phone {
        None => Fact::new(label, Cell::Nothing),
        Some(phone) if has_number => Fact::code(label, PhoneDigits::e164(phone)),
        Some(phone) => Fact::new(label, Cell::Number(masked(phone))),
    };
    let never = || Cell::Soft(t("console-never"));
    let mut facts = vec![
        phone,
        Fact::code(t("console-user-id"), user.id.to_string()),
        Fact::new(
            t("console-user-username"),
            user.username.clone().map_or(Cell::Nothing, Cell::Text),
        ),
        Fact::new(t("console-user-last"), user.last_sign_in_at.map_or_else(never, at)),
        Fact::new(t("console-user-since"), at(user.created_at)),
    ];
    if let Some(id) = &user.application_id {
        facts.push(Fact::new(t("console-user-through"), application(app, id).await?));
    }
    Ok(facts)
}

/// An application by its name, if it is still there.
pub(in crate::console) async fn application(app: &App, id: &str) -> Result<Cell, ApiError> {
    let Ok(parsed) = ClientId::parse(id) else { return Ok(Cell::Code(id.to_owned())) };
    let found = applications::find(&app.db, &parsed).await?;
    Ok(found.map_or(Cell::Code(id.to_owned()), |(application, _)| {
        Cell::Link(Link::new(application.name, format!("/console/applications/{id}")))
    }))
}
