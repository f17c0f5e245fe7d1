//! Who asks for a page of the console, and whether they may.
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use haoma_core::role::Right;
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_store::administrator_sessions::AdministratorSession;
use haoma_store::administrators::Administrator;
use haoma_store::audit::Event;

use super::session;
use super::shell::Visit;
use crate::app::App;
use crate::error::api::{ApiError, codes};
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
    /// The session's new cookie, when this request gave it another id.
    pub(super) renewed: Option<Token>,
}

impl FromRequestParts<App> for Signed {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let now = app.clock.now();
        let found = session::find(app, &parts.headers, now).await;
        let Some((who, session)) = found.map_err(ApiError::into_response)? else {
            return Err(to_sign_in(&parts.method, &parts.uri));
        };
        let caller = match Caller::from_request_parts(parts, app).await {
            Ok(caller) => caller,
            Err(never) => match never {},
        };
        let visit = Visit::of(&parts.headers, &parts.uri);
        Ok(Self { who, session, caller, headers: parts.headers.clone(), visit, now, renewed: None })
    }
}

impl Signed {
    /// Refuses what the administrator's role does not allow.
    ///
    /// # Errors
    /// `auth.forbidden`.
    pub(super) fn need(&self, right: Right) -> Result<(), ApiError> {
        if self.who.role.may(right) { Ok(()) } else { Err(ApiError::new(codes::FORBIDDEN)) }
    }

    /// Draws a page for them.
    pub(super) fn draw<T: askama::Template>(
        &self,
        app: &App,
        status: StatusCode,
        page: &T,
    ) -> Response {
        let mut response = self.visit.draw(app, status, page);
        if let Some(token) = &self.renewed {
            session::set_cookie(app, response.headers_mut(), token);
        }
        response
    }

    /// Something this administrator did.
    pub(super) fn event(&self, app: &App, key: &str, payload: &serde_json::Value) -> Event {
        session::event(app, key, (Some(&self.who.id), &self.caller), payload, self.now)
    }
}

/// To the sign-in page, and from there back to what was asked for.
fn to_sign_in(method: &Method, uri: &Uri) -> Response {
    let next = if *method == Method::GET { uri.path() } else { "/console" };
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    Redirect::to(&format!("/console/sign-in?{query}")).into_response()
}
