//! Pages of a list (wire contract C.1): `page`, `page_size`, `Total-Number`, `Link` (RFC 8288).
use axum::Json;
use axum::extract::FromRequestParts;
use axum::http::header::LINK;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::query::Query;
use crate::app::App;
use crate::error::api::{ApiError, codes};

const TOTAL: HeaderName = HeaderName::from_static("total-number");
const TOTAL_IS_CAPPED: HeaderName = HeaderName::from_static("total-number-is-capped");

const DEFAULT_SIZE: i64 = 20;
const MOST_SIZE: i64 = 100;
/// No list is longer: an offset beyond stays a number.
const MOST_PAGE: i64 = 1_000_000_000;
/// Where counting stops when the caller asks for it (`enableCap=true`).
const CAP: i64 = 10_000;

/// Which page of a list.
#[derive(Debug, Clone)]
pub struct Paging {
    page: i64,
    size: i64,
    is_asked: bool,
    is_capped: bool,
    path: String,
    others: Vec<(String, String)>,
}

/// How many there are in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    count: i64,
    is_capped: bool,
}

impl Paging {
    /// `LIMIT` and `OFFSET`.
    pub const fn window(&self) -> (i64, i64) {
        (self.size, (self.page - 1) * self.size)
    }

    /// The same, or all there is where no page was asked for.
    pub const fn window_or_all(&self) -> (i64, i64) {
        if self.is_asked { self.window() } else { (i64::MAX, 0) }
    }

    /// Whether the caller asked for pages; some lists are whole otherwise.
    pub const fn is_asked(&self) -> bool {
        self.is_asked
    }

    /// How far to count: to the end, or to just after the cap that the caller accepts.
    pub const fn count_to(&self) -> i64 {
        if self.is_capped { CAP + 1 } else { i64::MAX }
    }

    /// What such a count means.
    pub const fn total(&self, counted: i64) -> Total {
        let is_capped = self.is_capped && counted > CAP;
        Total { count: if is_capped { CAP } else { counted }, is_capped }
    }

    /// The answer: one page, and how to get at the others.
    pub fn answer(&self, app: &App, total: Total, items: Vec<Value>) -> Response {
        let mut response = Json(items).into_response();
        let headers = response.headers_mut();
        headers.insert(TOTAL, total.count.into());
        if total.is_capped {
            headers.insert(TOTAL_IS_CAPPED, HeaderValue::from_static("true"));
        }
        if let Ok(links) = HeaderValue::from_str(&self.links(app, total)) {
            headers.insert(LINK, links);
        }
        response
    }

    fn links(&self, app: &App, total: Total) -> String {
        let last = (total.count + self.size - 1).div_euclid(self.size).max(1);
        let mut pages = vec![("first", 1)];
        if self.page > 1 {
            pages.push(("prev", (self.page - 1).min(last)));
        }
        // where counting stopped, nobody knows what comes next
        if !total.is_capped {
            if self.page < last {
                pages.push(("next", self.page + 1));
            }
            pages.push(("last", last));
        }
        let base = app.settings.url(&self.path);
        let link = |(rel, page): (&str, i64)| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&self.others);
            query.append_pair("page", &page.to_string());
            query.append_pair("page_size", &self.size.to_string());
            format!("<{base}?{}>; rel=\"{rel}\"", query.finish())
        };
        pages.into_iter().map(link).collect::<Vec<_>>().join(", ")
    }
}

impl<S: Sync> FromRequestParts<S> for Paging {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = Query::from_request_parts(parts, state).await?;
        let number = |name, default, most| match query.one(name).map(str::parse) {
            None => Ok(default),
            Some(Ok(number)) if (1..=most).contains(&number) => Ok(number),
            Some(_) => Err(ApiError::new(codes::INVALID_PAGINATION)),
        };
        let is_own = |name: &str| name == "page" || name == "page_size";
        let others = query.pairs().filter(|(name, _)| !is_own(name));
        Ok(Self {
            page: number("page", 1, MOST_PAGE)?,
            size: number("page_size", DEFAULT_SIZE, MOST_SIZE)?,
            is_asked: query.pairs().any(|(name, _)| is_own(name)),
            is_capped: query.one("enableCap") == Some("true"),
            path: parts.uri.path().to_owned(),
            others: others.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        })
    }
}
