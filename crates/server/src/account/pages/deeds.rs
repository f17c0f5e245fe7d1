//! Signing out elsewhere, and taking access back.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use haoma_core::ids::{ClientId, SessionId};
use haoma_store::{grants, sessions};
use serde::Deserialize;
use serde_json::json;

use super::person::Person;
use crate::account::access::{ENDED, TAKEN_BACK};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::oidc::account_client;
use crate::views::frame::respond;
use crate::views::message::{MessagePage, Mood};

/// What each of these forms holds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Deed {
    csrf: String,
}

type Sent = Result<Form<Deed>, FormRejection>;

/// `POST /account/sessions/{session}/end`: one that is over already is what was wanted.
pub(super) async fn end_session(
    State(app): State<App>,
    person: Person,
    Path(session): Path<String>,
    form: Sent,
) -> Response {
    match end(&app, &person, &session, form).await {
        Ok(id) if id == person.session.id => signed_out(&app, &person),
        Ok(_other) => person.go_with_note("/account", "session-ended"),
        Err(error) => person.dead_end(&app, &error),
    }
}

async fn end(app: &App, person: &Person, session: &str, form: Sent) -> Result<SessionId, ApiError> {
    may_end(app, person, form)?;
    let id = SessionId::parse(session).map_err(|_e| ApiError::new(codes::NOT_FOUND))?;
    let event = person.event(app, ENDED, &json!({ "sessionId": id }));
    sessions::end(&app.db, (person.id(), &id), &event).await?;
    Ok(id)
}

fn signed_out(app: &App, person: &Person) -> Response {
    let mut frame = person.frame(app, "/account");
    frame.languages.clear();
    let page = MessagePage::plain(frame, Mood::Good, "signed-out");
    let mut response = respond(StatusCode::OK, person.lang, &page);
    account_client::forget_session(response.headers_mut(), app);
    response
}

/// `POST /account/sessions/end-others`.
pub(super) async fn end_others(State(app): State<App>, person: Person, form: Sent) -> Response {
    let done = async {
        may_end(&app, &person, form)?;
        let event = person.event(&app, ENDED, &json!({ "others": true }));
        Ok(sessions::end_others(&app.db, (person.id(), &person.session.id), &event).await?)
    };
    answer(&app, &person, done.await, "others-ended")
}

/// `POST /account/applications/{id}/end`: in every session, with every code and token.
pub(super) async fn take_back(
    State(app): State<App>,
    person: Person,
    Path(id): Path<String>,
    form: Sent,
) -> Response {
    let done = async {
        may_end(&app, &person, form)?;
        let id = ClientId::parse(&id).map_err(|_e| ApiError::new(codes::NOT_FOUND))?;
        let event = person.event(&app, TAKEN_BACK, &json!({ "clientId": id }));
        Ok(grants::take_back_all(&app.db, (person.id(), &id), &event).await?)
    };
    answer(&app, &person, done.await, "access-ended")
}

fn may_end(app: &App, person: &Person, form: Sent) -> Result<(), ApiError> {
    let form = form.map(|Form(form)| form).unwrap_or_default();
    person.owns(app, &form.csrf)?;
    person.center.edits("session")
}

fn answer(app: &App, person: &Person, done: Result<(), ApiError>, note: &str) -> Response {
    match done {
        Ok(()) => person.go_with_note("/account", note),
        Err(error) => person.dead_end(app, &error),
    }
}
