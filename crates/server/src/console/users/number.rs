//! The number of a user: shown whole when it is asked for, and changed.
use axum::extract::{Path, State};
use axum::response::Response;
use haoma_core::hooks::HookEvent;
use haoma_core::role::Right;
use haoma_store::Change;
use haoma_store::audit::{self, Event};
use haoma_store::user_changes::Changes;
use serde_json::{Value, json};

use super::one::{self, Said};
use super::{HERE, form, path, title};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::console::prove::{Fields, prove};
use crate::error::api::{ApiError, codes};
use crate::hooks;
use crate::management::input::Problems;
use crate::management::renumber;
use crate::management::taken::Wanted;
use crate::management::users::{UPDATED, find};
use crate::views::problem::Problem;

/// `POST /console/users/{id}/number`: the page with the whole number. Who looked is recorded before anybody sees it.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let user = find(&app, &id).await?;
    let mut event = signed.event(&app, "User.Phone.Shown", &json!({}));
    event.user_id = Some(user.id.to_string());
    app.db.write(audit::record(&event)).await?;
    one::page(&app, &signed, &user, Said { has_number: true, ..Said::default() }).await
}

/// `POST /console/users/{id}/phone`.
pub(in crate::console) async fn change(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let user = find(&app, &id).await?;
    let what = signed
        .visit
        .lang
        .t1("console-prove-phone", "name", title(signed.visit.lang, &user))
        .into_owned();
    let changes = match read(&app, &fields) {
        Ok(changes) => changes,
        Err(error) => return refused(&app, &signed, (&id, &fields), &error).await,
    };
    if let Some(asked) = prove(&app, &mut signed, &fields, (HERE, &what)).await? {
        return Ok(asked);
    }
    let event = |payload: &Value| {
        let event = signed.event(&app, UPDATED, payload);
        Event { user_id: Some(user.id.to_string()), ..event }
    };
    let told = |event: &Event| {
        hooks::tell_of_user(&app, HookEvent::UserDataUpdated, event, &user.id, || json!({}))
    };
    let (changed, is_told) = renumber::change(&app, (&user.id, &changes), event, told).await?;
    let done = match is_told {
        None => "console-user-phone-changed",
        Some(true) => "console-user-phone-changed-told",
        Some(false) => "console-user-phone-changed-untold",
    };
    match Wanted::of(&user.id, &changes).changed(&app, changed).await {
        Ok(_user) => Ok(Done::good(done).on(&app, &path(&user.id))),
        Err(error) if error.code.status >= 500 => Err(error),
        Err(error) => refused(&app, &signed, (&id, &fields), &error).await,
    }
}

fn read(app: &App, fields: &Fields) -> Result<Changes, ApiError> {
    let mut problems = Problems::default();
    let phone = form::phone(fields, app.experience.load().phone_regions.default, &mut problems);
    problems.check()?;
    let phone = phone.ok_or_else(|| ApiError::new(codes::INVALID_PHONE))?;
    Ok(Changes { phone: Change::Set(Some(phone)), ..Changes::default() })
}

async fn refused(
    app: &App,
    signed: &Signed,
    (id, fields): (&str, &Fields),
    error: &ApiError,
) -> Result<Response, ApiError> {
    let problem = Problem::of(signed.visit.lang, error);
    let user = find(app, id).await?;
    one::page(app, signed, &user, Said { phone: Some((fields, problem)), ..Said::default() }).await
}
