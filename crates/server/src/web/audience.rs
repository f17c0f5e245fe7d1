//! One error, told to whoever asked: programs get JSON in their language, people a page.
use axum::extract::Request;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use haoma_oidc::error::OauthError;

use crate::app::App;
use crate::console::Lost;
use crate::error::api::ApiError;
use crate::error::oauth;
use crate::experience::pages;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// What an error needs to know of who asked.
#[derive(Debug)]
pub struct Asker {
    is_program: bool,
    wants_raw: bool,
    language: Option<HeaderValue>,
    console: Option<Lost>,
}

impl Asker {
    /// Who sent a request.
    pub fn of(app: &App, request: &Request) -> Self {
        let is_program =
            request.uri().path().starts_with("/api/") || !wants_page(request.headers());
        let mut query =
            form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        Self {
            is_program,
            wants_raw: query.any(|(name, value)| name == "parse_error" && value == "false"),
            language: request.headers().get(ACCEPT_LANGUAGE).cloned(),
            console: Lost::of(app, request),
        }
    }

    /// Rewrites the answer of a handler that failed with an [`ApiError`] or [`OauthError`].
    pub fn tell(&self, app: &App, mut response: Response) -> Response {
        if let Some(error) = response.extensions_mut().remove::<OauthError>() {
            return if self.wants_raw { oauth::raw(&error, &response) } else { response };
        }
        let Some(error) = response.extensions_mut().remove::<ApiError>() else { return response };
        let Some(mut told) = self.told(app, &error) else { return response };
        // a session that got another id before something failed is told of all the same
        for cookie in response.headers().get_all(SET_COOKIE) {
            told.headers_mut().append(SET_COOKIE, cookie.clone());
        }
        told
    }

    /// `None` when the answer is told in the right way already.
    fn told(&self, app: &App, error: &ApiError) -> Option<Response> {
        if let (false, Some(console)) = (self.is_program, &self.console) {
            return Some(console.page(app, error));
        }
        if !self.is_program {
            let language = self.language.iter().map(|value| (ACCEPT_LANGUAGE, value.clone()));
            return Some(pages::error_page(app, &language.collect(), error));
        }
        let asked = self.language.as_ref().and_then(|value| value.to_str().ok());
        let lang = Lang::choose(None, asked, Lang::En);
        (lang != Lang::En).then(|| error.answer(&Problem::of(lang, error).text))
    }
}

/// Whether a browser asks for something to show, rather than a program for data.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
