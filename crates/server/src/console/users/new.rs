//! A new user, made by an administrator.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::UserId;
use haoma_core::role::Right;
use haoma_store::user_changes::Changes;
use haoma_store::users::{self, Added};
use haoma_store::{Change, Told};
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
use crate::hooks;
use crate::management::input::Problems;
use crate::management::taken::Wanted;
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
    let id = UserId::generate(signed.now, &app.entropy);
    let mut problems = Problems::default();
    let known = read(&app, &fields, &mut problems);
    let wanted = Wanted::of(&id, &known);
    let refused = |error: ApiError| {
        if error.code.status >= 500 {
            return Err(error);
        }
        Ok(page(&app, &signed, &fields, Some(&error)))
    };
    if let Err(error) = wanted.judge(&app, problems).await {
        return refused(error);
    }
    let user = user_body::user(known.clone(), id.clone(), signed.now);
    let mut event = signed.event(&app, "User.Created", &json!({}));
    event.user_id = Some(user.id.to_string());
    let told = hooks::tell_of_user(&app, HookEvent::UserCreated, &event, &user.id, || json!({}));
    match users::add(&app.db, &user, Told::new(&event, &told)).await? {
        Added::Done => Ok(Done::good("console-user-created").on(&app, &path(&user.id))),
        Added::PhoneTaken => refused(wanted.taken(&app, codes::PHONE_IN_USE).await),
        Added::UsernameTaken => refused(wanted.taken(&app, codes::USERNAME_IN_USE).await),
    }
}

/// What is known of them. Somebody without number and user name could never be found again.
fn read(app: &App, fields: &Fields, problems: &mut Problems) -> Changes {
    let known = user_body::read(form::body(fields), problems);
    let phone = form::phone(fields, app.experience.load().phone_regions.default, problems);
    if forms::one(fields, "phone").is_empty() && forms::one(fields, "username").is_empty() {
        let code = codes::NOTHING_TO_CHANGE;
        problems.add_coded(form::PHONE, code, code.message);
    }
    Changes { phone: Change::Set(phone), ..known }
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
