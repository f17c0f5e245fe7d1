//! What is known of wrong codes for a user's number, and forgetting them: who is locked out by somebody who guesses is let in again.
use axum::extract::{Path, State};
use axum::response::Response;
use haoma_core::role::Right;
use haoma_store::users::Stored;
use serde_json::json;

use super::path;
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::error::api::ApiError;
use crate::management::users::find;
use crate::management::wrong_codes::{FORGOTTEN, number};
use crate::views::console::lists::Cell;
use crate::views::console::messages::in_words;
use crate::views::console::parts::{Confirm, Fact, Notice, Tone};
use crate::views::console::users::WrongPart;
use crate::web::i18n::Lang;
use crate::wrong_codes::{self, Lock, WrongCodes};

/// `POST /console/users/{id}/wrong-codes/forget`.
pub(in crate::console) async fn forget(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let user = find(&app, &id).await?;
    if let Some(phone) = number(&user) {
        let mut event = signed.event(&app, FORGOTTEN, &json!({}));
        event.user_id = Some(user.id.to_string());
        wrong_codes::forget(&app, &phone, &event).await?;
    }
    Ok(Done::good("console-user-wrong-forgotten").on(&app, &path(&user.id)))
}

/// The part of their page; nothing where nobody typed a wrong code lately.
pub(super) async fn part(
    app: &App,
    signed: &Signed,
    user: &Stored,
    path: &str,
) -> Result<Option<WrongPart>, ApiError> {
    let Some(phone) = number(user) else { return Ok(None) };
    let found = wrong_codes::of(app, &phone, signed.now).await?;
    if found.is_nothing() {
        return Ok(None);
    }
    let lang = signed.visit.lang;
    let can_write = signed.who.role.may(Right::Write);
    Ok(Some(WrongPart {
        locked: locked(lang, &found),
        facts: facts(lang, &found),
        forget: can_write.then(|| Confirm {
            ask: lang.t("console-user-wrong-forget").into_owned(),
            text: lang.t("console-user-wrong-forget-what").into_owned(),
            action: format!("{path}/wrong-codes/forget"),
            go: lang.t("console-user-wrong-forget-go").into_owned(),
            is_calm: true,
            ..Confirm::default()
        }),
    }))
}

fn locked(lang: Lang, found: &WrongCodes) -> Option<Notice> {
    let (tone, key) = match found.lock {
        Lock::No => return None,
        Lock::Elsewhere => (Tone::Warn, "console-user-wrong-elsewhere"),
        Lock::Everywhere => (Tone::Bad, "console-user-wrong-everywhere"),
    };
    let text = match found.until {
        Some(until) => lang.t1(key, "until", in_words(until)).into_owned(),
        None => lang.t(&format!("{key}-for-good")).into_owned(),
    };
    Some(Notice::new(tone, text))
}

fn facts(lang: Lang, found: &WrongCodes) -> Vec<Fact> {
    let fact = |key: &str, count: i64| {
        Fact::new(lang.t(key), Cell::Text(lang.t1("setting-tries", "count", count).into_owned()))
    };
    vec![
        fact("console-user-wrong-recent", found.recent),
        fact("setting-guesses-in-a-row", found.in_a_row),
    ]
}
