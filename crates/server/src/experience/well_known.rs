//! What pages may know before anybody signs in: `GET /api/.well-known/…`, `GET /api/status`.
use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::pages::frame::{self, Query};
use super::phrases;
use crate::app::App;
use crate::error::api::ApiError;
use crate::management::sign_in_exp;

/// The sign-in experience (wire contract B.6), with what the pages never offer told plainly.
pub async fn sign_in_experience(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    let mut document = sign_in_exp::shown(&app.experience.load())?;
    if let Some(object) = document.as_object_mut() {
        object.remove("emailBlocklistPolicy");
        object.remove("forgotPasswordMethods");
        let fixed = json!({
            "socialConnectors": [], "ssoConnectors": [],
            "forgotPassword": { "phone": false, "email": false }, "isDevelopmentTenant": false,
            "customProfileFields": [], "customProfileFieldCatalog": [],
            "verificationCodePolicy": app.codes(),
        });
        if let Value::Object(fixed) = fixed {
            object.extend(fixed);
        }
    }
    Ok(Json(document))
}

/// The texts of the sign-in pages for clients that draw their own (wire contract B.2): `?lng=`, else what the browser reads.
pub async fn phrases(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let wanted = pairs.into_iter().find(|(key, _)| key == "lng").map(|(_, tag)| tag.into_owned());
    let query = Query { ui_locales: wanted, ..Query::default() };
    let lang = frame::language(&app, &query, &headers);
    let said = [(CONTENT_LANGUAGE, lang.tag())];
    (said, Json(json!({ "translation": phrases::of(lang) }))).into_response()
}

/// Alive, and the database answers.
pub async fn status(State(app): State<App>) -> Result<StatusCode, ApiError> {
    app.db.ping().await?;
    Ok(StatusCode::NO_CONTENT)
}
