//! The parameters of a request: a query, or form fields or JSON scalars in a POST (wire contract A.4 and A.6).
use axum::extract::{FromRequest, Request};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use haoma_oidc::error::OauthError;
use haoma_oidc::params::Params;
use http_body_util::{BodyExt as _, Limited};

use crate::app::App;
use crate::error::oauth::{Refusal, Result};

/// No request of the protocol needs more.
const MOST_BYTES: usize = 56 * 1024;

/// The parameters, wherever the method puts them.
pub(super) struct Sent(pub(super) Params);

impl FromRequest<App> for Sent {
    type Rejection = Refusal;

    async fn from_request(request: Request, _app: &App) -> Result<Self> {
        if request.method() == Method::POST {
            return read(request).await.map(Self);
        }
        Ok(Self(form(request.uri().query().unwrap_or_default().as_bytes())?))
    }
}

/// Reads the body of a request.
pub(super) async fn read(request: Request) -> Result<Params> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let kind = kind.to_ascii_lowercase();
    let is_json = kind == "application/json";
    if !is_json && kind != "application/x-www-form-urlencoded" {
        let path = request.uri().path();
        let text =
            "only application/x-www-form-urlencoded content-type bodies are supported on POST";
        return Err(OauthError::invalid_request(format!("{text} {path}")).into());
    }
    let Ok(body) = Limited::new(request.into_body(), MOST_BYTES).collect().await else {
        return Err(
            OauthError::invalid_request("the request body is too large or incomplete").into()
        );
    };
    let bytes = body.to_bytes();
    Ok(if is_json { Params::from_json(&bytes)? } else { form(&bytes)? })
}

/// The parameters of a form.
pub(super) fn form(bytes: &[u8]) -> std::result::Result<Params, OauthError> {
    Params::new(form_urlencoded::parse(bytes).into_owned().collect())
}
