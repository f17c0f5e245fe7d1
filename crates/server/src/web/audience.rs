//! One error, told to whoever asked: programs get JSON in their language, people a page.
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, ACCEPT_LANGUAGE};
use axum::middleware::Next;
use axum::response::Response;

use crate::app::App;
use crate::error::api::ApiError;
use crate::experience::pages;
use crate::views::problem::Problem;
use crate::web::i18n::Lang;

/// Rewrites the answer of a handler or layer that failed with an [`ApiError`].
pub async fn tell(State(app): State<App>, request: Request, next: Next) -> Response {
    let for_program = request.uri().path().starts_with("/api/") || !wants_page(request.headers());
    let headers = request.headers().clone();
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<ApiError>() else { return response };
    if !for_program {
        return pages::error_page(&app, &headers, &error);
    }
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = Lang::choose(None, asked, Lang::En);
    if lang == Lang::En { response } else { error.answer(&Problem::of(lang, &error).text) }
}

/// Whether a browser asks for something to show, rather than a program for data.
pub fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
