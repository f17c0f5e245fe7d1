//! `/api/sign-in-exp`: how people sign in (wire contract C.4). Each given field replaces the stored one; the whole is checked.
use axum::Json;
use axum::extract::State;
use haoma_store::sign_in_experience as store;
use serde_json::{Map, Value, json};

use super::caller::Manager;
use super::input::{self, Problems};
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::experience::rules::Broken;
use crate::experience::saving;
use crate::experience::settings::SignInExperience;
use crate::web::i18n::Lang;
use crate::web::json::Json as Body;

/// `GET /api/sign-in-exp`.
pub async fn read(State(app): State<App>, _manager: Manager) -> Result<Json<Value>, ApiError> {
    let (_, document) = stored(&app).await?;
    Ok(Json(shown(&document)?))
}

/// `PATCH /api/sign-in-exp`: 200 with the whole, in use at once.
pub async fn change(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let mut given = input::object(body)?;
    // the answer of a GET may be sent back
    given.retain(|name, _| name != "id" && name != "tenantId");
    let (version, old) = stored(&app).await?;
    let document = changed(&old, &given)?;
    let broken: Vec<_> = saving::broken(&app, &document)
        .into_iter()
        .filter(|broken| is_about(broken.key_path, &given))
        .collect();
    refuse(&broken)?;
    if document != old {
        let names: Vec<_> = given.keys().collect();
        let payload = json!({ "fields": names });
        let event = manager.event(&app, "SignInExperience.Updated", None, &payload);
        saving::save(&app, version, &document, &event, manager.now).await?;
    }
    Ok(Json(shown(&document)?))
}

/// The document as it is in the database, which a node may not have loaded yet.
async fn stored(app: &App) -> Result<(i64, SignInExperience), ApiError> {
    let Some(stored) = store::find(&app.db).await? else {
        return Ok((0, app.experience.load().document.clone()));
    };
    let document = serde_json::from_str(&stored.document)
        .map_err(|_e| ApiError::new(codes::INTERNAL).because("the sign-in experience is no JSON"));
    Ok((stored.version, document?))
}

/// The document with what is given in it. Unknown members are ignored, as the contract's own readers do.
fn changed(
    old: &SignInExperience,
    given: &Map<String, Value>,
) -> Result<SignInExperience, ApiError> {
    let old = object(old)?;
    // serde reads a list where an object is meant: every member would fall back to its default
    let is_list =
        |name: &str, value: &Value| value.is_array() && old.get(name).is_some_and(Value::is_object);
    let with = |given: &Map<String, Value>| {
        let mut document = old.clone();
        document.extend(given.clone());
        serde_json::from_value::<SignInExperience>(document.into())
    };
    let mut problems = Problems::default();
    for (name, value) in given {
        let alone = Map::from_iter([(name.clone(), value.clone())]);
        if is_list(name, value) || with(&alone).is_err() {
            problems.add(name, "has not the shape this field has");
        }
    }
    problems.check()?;
    let document = with(given);
    let mut document = document.map_err(|_e| ApiError::new(codes::INVALID_INPUT))?;
    let unknown: Vec<_> = document.unknown_fields().map(ToOwned::to_owned).collect();
    document.rest.retain(|name, _| !unknown.contains(name) || old.contains_key(name));
    Ok(document)
}

/// Whether a rule is about what is given: nobody is refused for what was broken before. Signing in and up belong together.
fn is_about(key_path: &str, given: &Map<String, Value>) -> bool {
    match key_path.split('.').next().unwrap_or_default() {
        "signIn" | "signUp" => given.contains_key("signIn") || given.contains_key("signUp"),
        name => given.contains_key(name),
    }
}

/// The first broken rule gives the code, and all of them the data.
fn refuse(broken: &[Broken]) -> Result<(), ApiError> {
    let Some(first) = broken.first() else { return Ok(()) };
    let one = |broken: &Broken| json!({ "keyPath": broken.key_path, "message": broken.rule.message(Lang::En) });
    let data = broken.iter().map(one).collect();
    Err(ApiError::new(first.rule.code()).with_data(data))
}

fn object(document: &SignInExperience) -> Result<Map<String, Value>, ApiError> {
    match serde_json::to_value(document) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(ApiError::new(codes::INTERNAL).because("the sign-in experience is no object")),
    }
}

/// How the document is shown: with every field of the contract, also those that nobody set.
///
/// # Errors
/// A document that is no object, which is a fault of ours.
pub fn shown(document: &SignInExperience) -> Result<Value, ApiError> {
    let mut shown = json!({
        "tenantId": "default", "id": "default", "hideLogtoBranding": false, "supportEmail": null,
        "supportWebsiteUrl": null, "socialSignIn": {}, "socialSignInConnectorTargets": [],
        "singleSignOnEnabled": false, "passkeySignIn": {}, "adaptiveMfa": {},
        "mfa": { "factors": [], "policy": "UserControlled" }, "passwordPolicy": {},
        "passwordExpiration": {}, "usernamePolicy": {}, "forgotPasswordMethods": null,
        "emailBlocklistPolicy": {}, "signUpProfileFields": null, "customCss": null,
        "customContent": {}, "customUiAssets": null, "customUiCsp": {}, "captchaPolicy": {},
        "sentinelPolicy": {},
    });
    if let Some(shown) = shown.as_object_mut() {
        shown.extend(object(document)?);
        // a file may name these
        shown.insert("tenantId".to_owned(), "default".into());
        shown.insert("id".to_owned(), "default".into());
    }
    Ok(shown)
}
