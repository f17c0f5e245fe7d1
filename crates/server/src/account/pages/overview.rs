//! `/account` itself: number, name, where they are signed in, whom they let in.
use std::collections::BTreeMap;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::hooks::HookEvent;
use haoma_core::ids::ClientId;
use haoma_store::user_changes::{self, Changed, Changes};
use haoma_store::{Change, Told, applications, grants, sessions};
use serde::Deserialize;
use serde_json::json;

use super::person::Person;
use crate::account::center::Control;
use crate::account::profile::UPDATED;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::hooks;
use crate::oidc::account_client;
use crate::views::account::{Access, AccountPage, ApplicationLine, SessionLine};
use crate::views::consent::ScopeLine;
use crate::views::console::program;
use crate::views::frame::respond;
use crate::views::moment::Moment;
use crate::views::problem::Problem;

/// Characters of a name.
const MOST_NAME: usize = 128;

/// Notes that a page before this one may leave, and their texts.
const NOTES: [&str; 6] = [
    "phone-changed",
    "phone-changed-told",
    "name-saved",
    "session-ended",
    "others-ended",
    "access-ended",
];

/// `GET /account`.
pub(super) async fn show(State(app): State<App>, person: Person) -> Response {
    match page(&app, &person).await {
        Ok(page) => respond(StatusCode::OK, person.lang, &page),
        Err(error) => person.dead_end(&app, &error),
    }
}

/// What the form holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NameForm {
    csrf: String,
    name: String,
}

/// `POST /account/name`.
pub(super) async fn rename(
    State(app): State<App>,
    person: Person,
    form: Result<Form<NameForm>, FormRejection>,
) -> Response {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    match set_name(&app, &person, &form).await {
        Ok(()) => person.go_with_note("/account", "name-saved"),
        Err(error) if error.code == codes::INVALID_INPUT => {
            let page = page(&app, &person).await;
            let problem = Problem::of_page(person.lang, "name.too_long", "error-name-long");
            match page {
                Ok(page) => {
                    let kept = form.name.chars().take(MOST_NAME * 2).collect();
                    let page = AccountPage { name: Some(kept), problem: Some(problem), ..page };
                    respond(StatusCode::UNPROCESSABLE_ENTITY, person.lang, &page)
                }
                Err(error) => person.dead_end(&app, &error),
            }
        }
        Err(error) => person.dead_end(&app, &error),
    }
}

async fn set_name(app: &App, person: &Person, form: &NameForm) -> Result<(), ApiError> {
    person.owns(app, &form.csrf)?;
    person.center.edits("name")?;
    let name = form.name.trim();
    if name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
        return Err(ApiError::new(codes::INVALID_INPUT));
    }
    let name = Some(name.to_owned()).filter(|name| !name.is_empty());
    let changes = Changes { name: Change::Set(name), ..Changes::default() };
    let event = person.event(app, UPDATED, &json!({ "fields": ["name"] }));
    let told =
        hooks::tell_of_user(app, HookEvent::UserDataUpdated, &event, person.id(), || json!({}));
    let told = Told::new(&event, &told);
    match user_changes::change(&app.db, person.id(), &changes, told).await? {
        Changed::Done(_) => Ok(()),
        _ => Err(ApiError::new(codes::BUSY)),
    }
}

async fn page(app: &App, person: &Person) -> Result<AccountPage, ApiError> {
    let control = |field: &str| person.center.control(field);
    let masked = || person.phone().map(|phone| phone.masked()).unwrap_or_default();
    let name = || person.user.name.clone().unwrap_or_default();
    let access = match control("session") {
        Control::Off => None,
        control => Some(Access {
            may_end: control.edits(),
            sessions: sessions(app, person).await?,
            applications: applications(app, person).await?,
        }),
    };
    let note = person.query.note.as_deref().filter(|note| NOTES.contains(note));
    let delete = person.center.delete_account_url.clone();
    Ok(AccountPage {
        frame: person.frame(app, "/account"),
        ui_locales: person.query.ui_locales.clone(),
        note: note.map(|note| person.lang.t(&format!("account-note-{note}")).into_owned()),
        phone: control("phone").shows().then(masked),
        may_change_phone: control("phone").edits() && person.phone().is_some(),
        name: control("name").shows().then(name),
        may_change_name: control("name").edits(),
        problem: None,
        access,
        csrf: person.csrf(app),
        sign_out_href: format!("/oidc/session/end?client_id={}", account_client::ID),
        delete_href: delete.filter(|href| href.starts_with("https://")),
    })
}

/// The newest first, and this one before all.
async fn sessions(app: &App, person: &Person) -> Result<Vec<SessionLine>, ApiError> {
    let mut found = sessions::list_of_user(&app.db, person.id(), person.now).await?;
    found.reverse();
    found.sort_by_key(|session| session.id != person.session.id);
    let line = |session: sessions::Session| SessionLine {
        device: program::named(person.lang, session.place.user_agent.as_deref()),
        ip: session.place.ip.clone(),
        since: Moment::of(person.lang, session.authenticated_at, person.now),
        is_current: session.id == person.session.id,
        action: format!("/account/sessions/{}/end", session.id),
    };
    Ok(found.into_iter().map(line).collect())
}

/// One line for each application, wherever it was let in; this page itself is none.
async fn applications(app: &App, person: &Person) -> Result<Vec<ApplicationLine>, ApiError> {
    let given = grants::list_of_user(&app.db, person.id(), person.now).await?;
    let mut scopes: BTreeMap<ClientId, Vec<String>> = BTreeMap::new();
    for grant in given.into_iter().filter(|grant| grant.client_id.as_str() != account_client::ID) {
        let all = scopes.entry(grant.client_id).or_default();
        for scope in grant.scope.split(' ').filter(|scope| !scope.is_empty()) {
            if !all.iter().any(|known| known == scope) {
                all.push(scope.to_owned());
            }
        }
    }
    let mut lines = vec![];
    for (id, mut scopes) in scopes {
        // what it says is about all the others
        scopes.sort_by_key(|scope| scope == "offline_access");
        let found = applications::find(&app.db, &id).await?;
        let words = scopes.iter().map(|scope| ScopeLine::of(person.lang, scope).title);
        lines.push(ApplicationLine {
            name: found.map_or_else(|| id.to_string(), |(application, _)| application.name),
            scopes: words.collect::<Vec<_>>().join(" · "),
            action: format!("/account/applications/{id}/end"),
        });
    }
    Ok(lines)
}
