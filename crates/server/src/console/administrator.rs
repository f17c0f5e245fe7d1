//! Who asks for a page of the console, and whether they may.
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_store::administrator_sessions::AdministratorSession;
use haoma_store::administrators::Administrator;
use haoma_store::audit::Event;
use haoma_store::test_numbers;

use super::carry::Carried;
use super::shell::Visit;
use super::{done, resume, session};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::console::parts::Notice;
use crate::web::caller::Caller;

/// Somebody signed in to the console.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    /// Who.
    pub(super) who: Administrator,
    /// In which session.
    pub(super) session: AdministratorSession,
    /// From where.
    pub(super) caller: Caller,
    /// The request's headers.
    pub(super) headers: HeaderMap,
    /// How to draw for them.
    pub(super) visit: Visit,
    /// When; read once for the whole request.
    pub(super) now: Timestamp,
    /// How many numbers have a fixed code now.
    pub(super) tests: i64,
    /// What the page that is looked at has to say of the form before it.
    pub(super) notice: Option<Notice>,
    carried: Carried,
}

impl FromRequestParts<App> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let now = app.clock.now();
        let found = session::find(app, &parts.headers, now).await;
        let Some((who, session)) = found.map_err(ApiError::into_response)? else {
            return Err(resume::to_sign_in(app, parts, now));
        };
        let is_watching = session::is_watching(parts);
        if !is_watching {
            session::note_use(app, &session, now).await.map_err(ApiError::into_response)?;
        }
        let caller = match Caller::from_request_parts(parts, app).await {
            Ok(caller) => caller,
            Err(never) => match never {},
        };
        let visit = Visit::of(app, &parts.headers, &parts.uri);
        let is_look = parts.method == Method::GET && !is_watching;
        let notice = if is_look { done::read(app, &parts.headers, visit.lang) } else { None };
        let (headers, carried) = (parts.headers.clone(), Carried::of(parts));
        let mut signed =
            Self { who, session, caller, headers, visit, now, tests: 0, notice, carried };
        signed.count_tests(app).await.map_err(ApiError::into_response)?;
        Ok(signed)
    }
}

impl Signed {
    /// Somebody who signed in with this request.
    pub(super) async fn begun(
        app: &App,
        (who, session): (Administrator, AdministratorSession),
        (headers, caller): (&HeaderMap, &Caller),
        visit: Visit,
        now: Timestamp,
    ) -> Self {
        let (headers, caller) = (headers.clone(), caller.clone());
        let carried = Carried::default();
        let mut signed =
            Self { who, session, caller, headers, visit, now, tests: 0, notice: None, carried };
        if let Err(error) = signed.count_tests(app).await {
            // the next page says it; they are signed in
            tracing::warn!(code = error.code.code, "test numbers were not counted");
        }
        signed
    }

    /// Counts the numbers that have a fixed code now: every page tells of them.
    ///
    /// # Errors
    /// The database's.
    pub(super) async fn count_tests(&mut self, app: &App) -> Result<(), ApiError> {
        self.tests = test_numbers::count_active(&app.db, self.now).await?;
        Ok(())
    }

    /// Refuses what the administrator's role does not allow.
    ///
    /// # Errors
    /// `auth.forbidden`.
    pub(super) fn need(&self, right: Right) -> Result<(), ApiError> {
        if self.who.role.may(right) { Ok(()) } else { Err(ApiError::new(codes::FORBIDDEN)) }
    }

    /// The session under another id, for a unit that ends every other; [`Self::renew`] after it was stored.
    pub(super) fn turned(&self, app: &App) -> (AdministratorSession, Token) {
        session::renewed(app, &self.session, &self.caller, self.now)
    }

    /// Goes on in a session of another id; whatever the answer becomes, it hands over the cookie.
    pub(super) fn renew(&mut self, app: &App, session: AdministratorSession, token: &Token) {
        self.session = session;
        let mut cookies = HeaderMap::new();
        session::set_cookie(app, &mut cookies, token);
        self.carried.put(cookies);
    }

    /// Draws a page for them.
    pub(super) fn draw<T: askama::Template>(
        &self,
        app: &App,
        status: StatusCode,
        page: &T,
    ) -> Response {
        let mut response = self.visit.draw(app, status, page);
        if self.notice.is_some() {
            done::forget(app, response.headers_mut());
        }
        response
    }

    /// Something this administrator did.
    pub(super) fn event(&self, app: &App, key: &str, payload: &serde_json::Value) -> Event {
        session::event(app, key, (Some(&self.who.id), &self.caller), payload, self.now)
    }
}
