//! What went wrong under `/console`, as a page of the console.
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;

use super::administrator::Signed;
use super::shell::Visit;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::views::message::{MessagePage, Mood};
use crate::views::problem::Problem;

/// How to draw an error for somebody who asked for a page of the console.
#[derive(Debug)]
pub(crate) struct Lost {
    visit: Visit,
    can_switch: bool,
}

impl Lost {
    /// `None` for a request that is not for the console.
    pub(crate) fn of(app: &App, request: &Request) -> Option<Self> {
        let path = request.uri().path();
        let is_ours = path == "/console" || path.starts_with("/console/");
        // what answers a form cannot be drawn again in another language; a one-time link is not repeated
        let can_switch = *request.method() == Method::GET && !path.starts_with("/console/welcome/");
        let visit = || Visit::of(app, request.headers(), request.uri());
        is_ours.then(|| Self { visit: visit(), can_switch })
    }

    /// The page.
    pub(crate) fn page(&self, app: &App, error: &ApiError) -> Response {
        let lang = self.visit.lang;
        let mut frame = self.visit.card(app);
        if !self.can_switch {
            frame.languages.clear();
        }
        let status = StatusCode::from_u16(error.code.status).unwrap_or(StatusCode::BAD_REQUEST);
        let name = match status {
            StatusCode::FORBIDDEN if error.code == codes::FORBIDDEN => "console-forbidden-title",
            StatusCode::NOT_FOUND => "console-lost-title",
            status if status.is_server_error() => "server-error-title",
            _ => "console-error-title",
        };
        let page = MessagePage {
            frame,
            mood: Mood::Lost,
            title: lang.t(name).into_owned(),
            lead: String::new(),
            problem: Some(Problem::of(lang, error)),
            action: Some((lang.t("console-back").into_owned(), "/console".to_owned())),
            reference: None,
        };
        self.visit.draw(app, status, &page)
    }
}

/// An address under `/console` that is none.
pub(super) async fn nothing(_signed: Signed) -> ApiError {
    ApiError::new(codes::NOT_FOUND)
}
