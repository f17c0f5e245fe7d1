//! Locking a user out, letting them in again, and the end of an account.
use axum::extract::{Path, State};
use axum::response::Response;
use haoma_core::hooks::HookEvent;
use haoma_core::role::Right;
use haoma_store::{Told, user_changes};
use serde_json::json;

use super::{HERE, path, title};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::error::api::{ApiError, codes};
use crate::hooks;
use crate::management::users::{find, parse};
use crate::views::console::parts::Confirm;
use crate::web::i18n::Lang;

/// `POST /console/users/{id}/lock`: ends every session and token in the same step.
pub(in crate::console) async fn lock(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    set(&app, &signed, &id, (true, "console-user-is-locked")).await
}

/// `POST /console/users/{id}/unlock`.
pub(in crate::console) async fn unlock(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    set(&app, &signed, &id, (false, "console-user-is-unlocked")).await
}

async fn set(
    app: &App,
    signed: &Signed,
    id: &str,
    (is_locked, said): (bool, &'static str),
) -> Result<Response, ApiError> {
    let id = parse(id)?;
    let payload = json!({ "isSuspended": is_locked });
    let mut event = signed.event(app, "User.SuspensionStatus.Updated", &payload);
    event.user_id = Some(id.to_string());
    let told =
        hooks::tell_of_user(app, HookEvent::UserSuspensionStatusUpdated, &event, &id, || json!({}));
    let told = Told::new(&event, &told);
    match user_changes::lock(&app.db, &id, is_locked, told).await? {
        Some(_) => Ok(Done::good(said).on(app, &path(&id))),
        None => Err(ApiError::new(codes::ENTITY_NOT_FOUND)),
    }
}

/// `POST /console/users/{id}/delete`: with every session, grant and token.
pub(in crate::console) async fn delete(
    State(app): State<App>,
    mut signed: Signed,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let user = find(&app, &id).await?;
    let name = title(signed.visit.lang, &user);
    let what = signed.visit.lang.t1("console-prove-user-delete", "name", name).into_owned();
    if let Err(asked) = forms::proved(&app, &mut signed, sent, (HERE, &what)).await? {
        return Ok(asked);
    }
    let mut event = signed.event(&app, "User.Deleted", &json!({}));
    event.user_id = Some(user.id.to_string());
    // one who is gone already is what was wanted
    let told = hooks::tell_of_user(&app, HookEvent::UserDeleted, &event, &user.id, || json!({}));
    user_changes::delete(&app.db, &user.id, Told::new(&event, &told)).await?;
    Ok(Done::good("console-user-deleted").on(&app, HERE.path()))
}

/// What locking does, before it is done.
pub(super) fn confirm_lock(lang: Lang, path: &str) -> Confirm {
    let t = |key: &str| lang.t(key).into_owned();
    Confirm {
        ask: t("console-user-lock"),
        text: t("console-user-lock-what"),
        list: vec![
            t("console-user-lock-sessions"),
            t("console-user-lock-tokens"),
            t("console-user-lock-back"),
        ],
        action: format!("{path}/lock"),
        go: t("console-user-lock-go"),
        ..Confirm::default()
    }
}

/// What deleting does, before it is done.
pub(super) fn confirm_delete(lang: Lang, path: &str) -> Confirm {
    let t = |key: &str| lang.t(key).into_owned();
    Confirm {
        ask: t("console-user-delete"),
        text: t("console-user-delete-what"),
        list: vec![
            t("console-user-delete-access"),
            t("console-user-delete-data"),
            t("console-user-delete-again"),
        ],
        action: format!("{path}/delete"),
        go: t("console-user-delete-go"),
        ..Confirm::default()
    }
}
