//! A new user, made by an administrator.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::UserId;
use haoma_core::role::Right;
use haoma_store::users::{self, Added, User};
use serde_json::json;

use super::form::{self, Typed};
use super::{HERE, path};
use crate::app::App;
use crate::console::administrator::Signed;
use crate::console::done::Done;
use crate::console::forms::{self, Sent};
use crate::console::prove::Fields;
use crate::console::shell::shell;
use crate::error::api::{ApiError, codes};
use crate::management::user_body;
use crate::views::console::parts::{Head, Link};
use crate::views::console::users::NewUserPage;

/// `GET /console/users/new`.
pub(in crate::console) async fn show(
    State(app): State<App>,
    signed: Signed,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    Ok(page(&app, &signed, &vec![], None))
}

/// `POST /console/users`.
pub(in crate::console) async fn create(
    State(app): State<App>,
    signed: Signed,
    sent: Sent,
) -> Result<Response, ApiError> {
    signed.need(Right::Write)?;
    let fields = forms::read(sent)?;
    let refused = |error: ApiError| Ok(page(&app, &signed, &fields, Some(&error)));
    let user = match read(&app, &signed, &fields) {
        Ok(user) => user,
        Err(error) => return refused(error),
    };
    let mut event = signed.event(&app, "User.Created", &json!({}));
    event.user_id = Some(user.id.to_string());
    match users::add(&app.db, &user, Some(&event)).await? {
        Added::Done => Ok(Done::good("console-user-created").on(&app, &path(&user.id))),
        Added::PhoneTaken => refused(ApiError::new(codes::PHONE_IN_USE)),
        Added::UsernameTaken => refused(ApiError::new(codes::USERNAME_IN_USE)),
    }
}

/// Somebody without number and user name could never be found again.
fn read(app: &App, signed: &Signed, fields: &Fields) -> Result<User, ApiError> {
    let id = UserId::generate(signed.now, &app.entropy);
    let mut user = user_body::new(form::body(fields), id, signed.now)?;
    user.phone = form::phone(fields, app.experience.load().phone_regions.default)?;
    let is_known = user.phone.is_some() || user.username.is_some();
    if is_known { Ok(user) } else { Err(ApiError::new(codes::NOTHING_TO_CHANGE)) }
}

fn page(app: &App, signed: &Signed, fields: &Fields, error: Option<&ApiError>) -> Response {
    let lang = signed.visit.lang;
    let status = error.and_then(|error| StatusCode::from_u16(error.code.status).ok());
    let page = NewUserPage {
        shell: shell(app, signed, HERE, "/console/users/new"),
        head: Head {
            lead: Some(lang.t("console-user-add-lead").into_owned()),
            back: Some(Link::new(lang.t(HERE.key()), HERE.path())),
            ..Head::new(lang.t("console-user-add"))
        },
        group: Typed { lang, fields, error }.for_new(),
    };
    signed.draw(app, status.unwrap_or(StatusCode::OK), &page)
}
