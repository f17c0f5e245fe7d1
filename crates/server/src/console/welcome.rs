//! What a one-time link opens: choosing a password. Looking at it spends nothing, because mail programs look, too.
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::header::REFERRER_POLICY;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::password;
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_store::administrator_links;
use haoma_store::administrators::Administrator;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::shell::Visit;
use super::{places, session};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::sign_in::WelcomePage;
use crate::views::message::{MessagePage, Mood};
use crate::views::problem::Problem;
use crate::web::caller::Caller;

/// What the form holds.
#[derive(Debug, Deserialize)]
pub(super) struct NewPassword {
    password: SecretString,
}

/// `GET /console/welcome/{token}`.
pub(super) async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let visit = Visit::of(&app, &headers, &uri);
    let found = find(&app, &token, app.clock.now()).await;
    private(match found {
        Ok((who, _token)) => page(&app, &visit, &who, None),
        Err(error) => refused(&app, &visit, error),
    })
}

/// `POST /console/welcome/{token}`.
pub(super) async fn submit(
    State(app): State<App>,
    Path(token): Path<String>,
    caller: Caller,
    headers: HeaderMap,
    uri: Uri,
    form: Result<Form<NewPassword>, FormRejection>,
) -> Response {
    let visit = Visit::of(&app, &headers, &uri);
    let now = app.clock.now();
    let (who, token) = match find(&app, &token, now).await {
        Ok(found) => found,
        Err(error) => return private(refused(&app, &visit, error)),
    };
    let chosen = form.map_or_else(|_e| SecretString::default(), |Form(form)| form.password);
    private(match spend(&app, &who, &token, chosen, &caller, now).await {
        Ok(cookies) => (cookies, Redirect::to("/console")).into_response(),
        Err(error) if error.code == codes::LINK_GONE || error.code.status >= 500 => {
            refused(&app, &visit, error)
        }
        Err(error) => page(&app, &visit, &who, Some(Problem::of(visit.lang, &error))),
    })
}

async fn find(app: &App, token: &str, now: Timestamp) -> Result<(Administrator, Token), ApiError> {
    let gone = || ApiError::new(codes::LINK_GONE);
    let token = Token::parse(token).ok_or_else(gone)?;
    let found = administrator_links::find(&app.db, token.id(), now).await?;
    let (who, hash) = found.ok_or_else(gone)?;
    if hash.matches(&token.hash()) { Ok((who, token)) } else { Err(gone()) }
}

async fn spend(
    app: &App,
    who: &Administrator,
    token: &Token,
    chosen: SecretString,
    caller: &Caller,
    now: Timestamp,
) -> Result<HeaderMap, ApiError> {
    password::check(chosen.expose_secret(), &who.name).map_err(weak)?;
    let hash = app.passwords.hash(&app.entropy, chosen).await?;
    let (row, cookie) = session::new(app, &who.id, caller, now);
    let event =
        session::event(app, "Administrator.Welcome", (Some(&who.id), caller), &json!({}), now);
    if !administrator_links::spend(&app.db, token.id(), &hash, &row, &event, now).await? {
        return Err(ApiError::new(codes::LINK_GONE));
    }
    let mut cookies = HeaderMap::new();
    session::set_cookie(app, &mut cookies, &cookie);
    places::remember(app, &mut cookies, who);
    Ok(cookies)
}

/// What is wrong with a password, as an error.
pub(super) fn weak(weakness: password::Weakness) -> ApiError {
    ApiError::new(match weakness {
        password::Weakness::Short => codes::PASSWORD_SHORT,
        password::Weakness::Long => codes::PASSWORD_LONG,
        password::Weakness::Common => codes::PASSWORD_COMMON,
        password::Weakness::HasName => codes::PASSWORD_HAS_NAME,
    })
}

fn page(app: &App, visit: &Visit, who: &Administrator, problem: Option<Problem>) -> Response {
    let status = problem.as_ref().map_or(StatusCode::OK, Problem::status);
    let page = WelcomePage {
        frame: visit.card(app),
        name: who.name.clone(),
        action: visit.path.clone(),
        problem,
    };
    visit.draw(app, status, &page)
}

/// A link that works no more is told on a page; a fault of ours is one everywhere.
fn refused(app: &App, visit: &Visit, error: ApiError) -> Response {
    if error.code != codes::LINK_GONE {
        return error.into_response();
    }
    let page = MessagePage::plain(visit.card(app), Mood::Lost, "console-link-gone");
    let page = page
        .with_action(visit.lang.t("console-sign-in").into_owned(), "/console/sign-in".to_owned());
    let status = StatusCode::from_u16(error.code.status).unwrap_or(StatusCode::BAD_REQUEST);
    visit.draw(app, status, &page)
}

/// The address is a secret: no other site that is reached from here hears of it. Not `no-referrer`, with which browsers send forms
/// without their origin.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
