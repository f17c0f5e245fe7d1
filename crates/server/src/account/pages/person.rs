//! Who opens a page of their own account: whoever is signed in in this browser.
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::ids::{AuditId, ClientId, UserId};
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::time::Timestamp;
use haoma_store::audit::Event;
use haoma_store::sessions::Session;
use haoma_store::users::{self, Stored};
use serde_json::Value;

use crate::account::center::{self, AccountCenter};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::pages::frame::{self, Query};
use crate::oidc::account_client;
use crate::views::frame::{Frame, respond};
use crate::views::message::{MessagePage, Mood};
use crate::views::problem::Problem;
use crate::web::caller::Caller;
use crate::web::csrf;
use crate::web::i18n::Lang;

/// Somebody, and the request they make. Taking one as a parameter is what guards a page.
#[derive(Debug, Clone)]
pub(super) struct Person {
    /// Their session in this browser.
    pub(super) session: Session,
    /// Their account.
    pub(super) user: Stored,
    /// What they may see and change.
    pub(super) center: AccountCenter,
    /// The language of the page.
    pub(super) lang: Lang,
    /// What the address says.
    pub(super) query: Query,
    /// The request's headers.
    pub(super) headers: HeaderMap,
    /// From where.
    pub(super) caller: Caller,
    /// When; read once for the whole request.
    pub(super) now: Timestamp,
}

impl Person {
    /// Whose account it is.
    pub(super) fn id(&self) -> &UserId {
        &self.user.id
    }

    /// The frame of the page at `path`.
    pub(super) fn frame(&self, app: &App, path: &str) -> Frame {
        frame::frame(app, self.lang, path, &self.query)
    }

    /// To another of these pages.
    pub(super) fn go(&self, path: &str) -> Response {
        Redirect::to(&self.query.link(path)).into_response()
    }

    /// The same, with something to say there.
    pub(super) fn go_with_note(&self, path: &str, note: &str) -> Response {
        Redirect::to(&self.query.link_with_note(path, note)).into_response()
    }

    /// The hidden field of their forms.
    pub(super) fn csrf(&self, app: &App) -> String {
        csrf::account_token(app, &self.session.id)
    }

    /// Whether a form was drawn for them.
    pub(super) fn owns(&self, app: &App, sent: &str) -> Result<(), ApiError> {
        if csrf::is_of_session(app, &self.session.id, sent) {
            Ok(())
        } else {
            Err(ApiError::new(codes::CROSS_SITE))
        }
    }

    /// Their number, as far as a numbering plan still knows it.
    pub(super) fn phone(&self) -> Option<PhoneNumber> {
        let digits = self.user.phone.as_ref().map(PhoneDigits::as_str)?;
        PhoneNumber::from_international(digits).ok()
    }

    /// An audit event of what they do; `payload` never holds a number, name or secret.
    pub(super) fn event(&self, app: &App, key: &str, payload: &Value) -> Event {
        Event {
            id: AuditId::generate(self.now, &app.entropy),
            key: key.to_owned(),
            error: None,
            user_id: Some(self.id().to_string()),
            application_id: ClientId::parse(account_client::ID).ok().map(|id| id.to_string()),
            session_id: Some(self.session.id.to_string()),
            interaction_id: None,
            ip: self.caller.ip.map(|ip| ip.to_string()),
            user_agent: self.caller.user_agent.clone(),
            payload: payload.to_string(),
            at: self.now,
        }
    }

    /// An error as a page of its own, with the way back.
    pub(super) fn dead_end(&self, app: &App, error: &ApiError) -> Response {
        let name = if error.code.status >= 500 { "server-error" } else { "bad-request" };
        let way = (self.lang.t("account-back").into_owned(), self.query.link("/account"));
        let page = MessagePage::plain(self.frame(app, "/account"), Mood::Lost, name)
            .with_problem(Problem::of(self.lang, error))
            .with_action(way.0, way.1);
        respond(status(error), self.lang, &page)
    }
}

/// The HTTP status of an error.
pub(super) fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.code.status).unwrap_or(StatusCode::BAD_REQUEST)
}

impl FromRequestParts<App> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(caller) = Caller::from_request_parts(parts, app).await;
        let query = Query::read(&parts.uri);
        let lang = frame::language(app, &query, &parts.headers);
        let now = app.clock.now();
        let lost = |error: ApiError| off(app, (lang, &query), &error);
        let center = center::enabled(app).await.map_err(lost)?;
        let session = account_client::signed_in(app, &parts.headers, now).await.map_err(lost)?;
        let Some(session) = session else { return Err(to_sign_in(app, &parts.method, &query)) };
        let user = users::find(&app.db, &session.user_id).await.map_err(|e| lost(e.into()))?;
        let Some(user) = user else { return Err(to_sign_in(app, &parts.method, &query)) };
        let headers = parts.headers.clone();
        Ok(Self { session, user, center, lang, query, headers, caller, now })
    }
}

/// Through sign-in and back. A form of somebody who is not signed in any more begins at the page again.
fn to_sign_in(app: &App, method: &Method, query: &Query) -> Response {
    if method == Method::GET {
        Redirect::to(&account_client::sign_in(app, query.ui_locales.as_deref())).into_response()
    } else {
        Redirect::to(&query.link("/account")).into_response()
    }
}

/// There is no such page here, or it cannot be shown.
fn off(app: &App, (lang, query): (Lang, &Query), error: &ApiError) -> Response {
    let frame = frame::frame(app, lang, "/account", query);
    let page = if error.code == codes::ACCOUNT_OFF {
        MessagePage::plain(frame, Mood::Lost, "account-off")
    } else {
        MessagePage::plain(frame, Mood::Lost, "server-error").with_problem(Problem::of(lang, error))
    };
    let status =
        if error.code == codes::ACCOUNT_OFF { StatusCode::NOT_FOUND } else { status(error) };
    respond(status, lang, &page)
}
