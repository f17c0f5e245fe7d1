//! Who opens a page, and where people go who have no sign-in under way (wire contract A.5, page guard).
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::frame::{self, Query};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::visit::Visit;
use crate::views::frame::{Frame, respond};
use crate::views::message::{GoingPage, MessagePage, Mood};
use crate::views::problem::Problem;
use crate::web::caller::Caller;
use crate::web::csrf;
use crate::web::i18n::Lang;

/// A request for a page.
#[derive(Debug, Clone)]
pub(super) struct Visitor {
    /// The path asked for.
    pub(super) path: String,
    /// What the address says.
    pub(super) query: Query,
    /// The language to answer in.
    pub(super) lang: Lang,
    /// The request's headers.
    pub(super) headers: HeaderMap,
    raw_query: Option<String>,
    caller: Caller,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let query = Query::read(&parts.uri);
        Ok(Self {
            path: parts.uri.path().to_owned(),
            lang: frame::language(app, &query, &parts.headers),
            headers: parts.headers.clone(),
            raw_query: parts.uri.query().map(str::to_owned),
            query,
            caller,
        })
    }
}

impl Visitor {
    /// The sign-in under way in this browser.
    pub(super) async fn visit(&self, app: &App) -> Result<Visit, ApiError> {
        Visit::load(app, &self.headers, self.raw_query.as_deref(), self.caller.clone()).await
    }

    /// The frame of the page at `path`.
    pub(super) fn frame(&self, app: &App, path: &str) -> Frame {
        frame::frame(app, self.lang, path, &self.query)
    }

    /// Whether a form was drawn for this sign-in.
    pub(super) fn owns_form(app: &App, visit: &Visit, token: &str) -> bool {
        csrf::is_valid(app, &visit.row.id, token)
    }

    /// To another page of the same walk, with a GET.
    pub(super) fn go(&self, path: &str) -> Response {
        Redirect::to(&self.query.link(path)).into_response()
    }

    /// A page was opened and could not be shown.
    pub(super) fn turned_away(&self, app: &App, error: &ApiError) -> Response {
        if error.code != codes::SESSION_NOT_FOUND {
            return self.dead_end(app, error);
        }
        let elsewhere = app.experience.load().unknown_session_redirect_url.clone();
        match elsewhere.filter(|url| url.starts_with("https://") || url.starts_with("http://")) {
            Some(url) => Redirect::to(&url).into_response(),
            None => Redirect::to(&self.query.link("/unknown-session")).into_response(),
        }
    }

    /// A form came, and no sign-in of it is under way: on to the application where the same form, sent twice, has ended it.
    pub(super) async fn over(&self, app: &App, error: &ApiError) -> Response {
        if error.code != codes::SESSION_NOT_FOUND {
            return self.dead_end(app, error);
        }
        let ended = Visit::way_on(app, &self.headers, self.raw_query.as_deref()).await;
        match ended.ok().flatten() {
            Some(href) => self.going(app, href),
            None => self.dead_end(app, error),
        }
    }

    /// Back to the application, by way of a page of ours that ends the form's chain of redirects.
    pub(super) fn going(&self, app: &App, href: String) -> Response {
        let mut frame = self.frame(app, &self.path);
        frame.languages.clear();
        respond(StatusCode::OK, self.lang, &GoingPage { frame, href })
    }

    /// Nothing this page can mend: the error as a page of its own. Also the answer to a form whose sign-in is over,
    /// because a browser does not follow a form to another origin.
    pub(super) fn dead_end(&self, app: &App, error: &ApiError) -> Response {
        let frame = self.frame(app, "/unknown-session");
        let page = if error.code == codes::SESSION_NOT_FOUND {
            MessagePage::plain(frame, Mood::Lost, "unknown-session")
        } else if error.code.status >= 500 {
            MessagePage::plain(frame, Mood::Lost, "server-error")
                .with_problem(Problem::of(self.lang, error))
        } else {
            MessagePage::plain(frame, Mood::Lost, "bad-request")
                .with_problem(Problem::of(self.lang, error))
        };
        respond(status(error), self.lang, &page)
    }
}

/// The HTTP status of an error.
pub(super) fn status(error: &ApiError) -> StatusCode {
    StatusCode::from_u16(error.code.status).unwrap_or(StatusCode::BAD_REQUEST)
}
