//! What pages may know before anybody signs in: `GET /api/.well-known/…`, `GET /api/status`.
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::app::App;
use crate::error::api::ApiError;

/// The sign-in experience (wire contract B.6), with what the pages never offer told plainly.
pub async fn sign_in_experience(State(app): State<App>) -> Json<Value> {
    let settings = app.experience.load_full();
    let mut document = serde_json::to_value(&**settings).unwrap_or_else(|_| json!({}));
    if let Some(object) = document.as_object_mut() {
        object.remove("emailBlocklistPolicy");
        object.remove("forgotPasswordMethods");
        let fixed = json!({
            "id": "default", "tenantId": "default", "socialConnectors": [], "ssoConnectors": [],
            "forgotPassword": { "phone": false, "email": false }, "isDevelopmentTenant": false,
            "customProfileFields": [], "customProfileFieldCatalog": [],
            "verificationCodePolicy": app.codes(),
        });
        if let Value::Object(fixed) = fixed {
            object.extend(fixed);
        }
        object.entry("adaptiveMfa").or_insert_with(|| json!({}));
    }
    Json(document)
}

/// Alive, and the database answers.
pub async fn status(State(app): State<App>) -> Result<StatusCode, ApiError> {
    app.db.ping().await?;
    Ok(StatusCode::NO_CONTENT)
}
