//! The Experience API (wire contract B) for phone numbers.
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use haoma_core::experience::InteractionEvent;
use haoma_core::phone::PhoneNumber;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::flow::{self, Solution, Solved};
use super::visit::Visit;
use crate::app::App;
use crate::error::api::{ApiError, Times, codes};
use crate::web::json::Json;
use crate::web::patience::Brief;

/// `PUT /api/experience` and `PUT /api/experience/interaction-event`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRequest {
    interaction_event: InteractionEvent,
}

/// Who is meant.
#[derive(Deserialize)]
pub struct Identifier {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

/// `POST /api/experience/verification/verification-code`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendRequest {
    identifier: Identifier,
    interaction_event: InteractionEvent,
    /// Our own: the challenge of `session.captcha_required`, and the number that solves it.
    challenge: Option<String>,
    solution: Option<String>,
    /// Instead of a solution: what the provider of a captcha gave to the page; empty where it could not be shown.
    captcha_token: Option<String>,
}

/// `POST /api/experience/verification/verification-code/verify`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyRequest {
    identifier: Identifier,
    verification_id: String,
    code: String,
}

/// `POST /api/experience/identification`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdentifyRequest {
    verification_id: Option<String>,
}

/// `POST /api/experience/profile`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileRequest {
    #[serde(rename = "type")]
    kind: String,
    verification_id: Option<String>,
}

/// The verification and how its code stands.
#[derive(Debug, Serialize)]
pub struct VerificationReply {
    #[serde(rename = "verificationId")]
    verification_id: String,
    #[serde(flatten)]
    times: Option<Times>,
}

/// Begins the walk.
pub async fn begin(
    State(app): State<App>,
    mut visit: Visit,
    Json(request): Json<EventRequest>,
) -> Result<StatusCode, ApiError> {
    not_recovery(request.interaction_event)?;
    flow::begin(&app, &mut visit, request.interaction_event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Turns sign-in into registration or the reverse.
pub async fn switch(
    State(app): State<App>,
    mut visit: Visit,
    Json(request): Json<EventRequest>,
) -> Result<StatusCode, ApiError> {
    flow::switch(&app, &mut visit, request.interaction_event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a code.
pub async fn send(
    State(app): State<App>,
    visit: Brief<Visit>,
    Json(request): Json<SendRequest>,
) -> Result<Response, ApiError> {
    let (mut visit, until) = visit.begin();
    not_recovery(request.interaction_event)?;
    let Some(identifier) = phone_identifier(&request.identifier)? else {
        return Err(ApiError::new(codes::NO_CONNECTOR));
    };
    let phone = flow::reachable(&app, PhoneNumber::from_international(identifier))?;
    let solved = request.challenge.as_deref().map(|challenge| Solved {
        challenge,
        by: match &request.captcha_token {
            Some(token) => Solution::Captcha(token),
            None => Solution::Work(request.solution.as_deref().unwrap_or_default()),
        },
    });
    let (to, event) = ((identifier, &phone), request.interaction_event);
    let sent = flow::send(&app, &mut visit, to, event, solved, until).await?;
    let reply =
        VerificationReply { verification_id: sent.verification_id, times: Some(sent.times) };
    Ok(axum::Json(reply).into_response())
}

/// Judges a code.
pub async fn verify(
    State(app): State<App>,
    mut visit: Visit,
    Json(request): Json<VerifyRequest>,
) -> Result<Response, ApiError> {
    let Some(identifier) = phone_identifier(&request.identifier)? else {
        return Err(ApiError::new(codes::VERIFICATION_NOT_FOUND));
    };
    let VerifyRequest { verification_id, code, .. } = &request;
    flow::verify(&app, &mut visit, Some(identifier), verification_id, code).await?;
    let times = match visit.walk.find(&request.verification_id) {
        // Spent: no tries are left, and none are needed.
        Ok(verification) => Some(flow::times_with(verification, 0, visit.now)),
        Err(_replaced) => None,
    };
    let reply = VerificationReply { verification_id: request.verification_id, times };
    Ok(axum::Json(reply).into_response())
}

/// Finds or creates the user.
pub async fn identify(
    State(app): State<App>,
    mut visit: Visit,
    Json(request): Json<IdentifyRequest>,
) -> Result<StatusCode, ApiError> {
    let created = flow::identify(&app, &mut visit, request.verification_id.as_deref()).await?;
    Ok(if created { StatusCode::CREATED } else { StatusCode::NO_CONTENT })
}

/// Keeps a verified number for the account that is to be made.
pub async fn profile(
    State(app): State<App>,
    mut visit: Visit,
    Json(request): Json<ProfileRequest>,
) -> Result<StatusCode, ApiError> {
    match request.kind.as_str() {
        "phone" => {}
        "email" | "social" | "username" | "password" | "extraProfile" => {
            return Err(ApiError::new(codes::NOT_SUPPORTED));
        }
        _ => return Err(misplaced("type")),
    }
    let id = request.verification_id.ok_or_else(|| misplaced("verificationId"))?;
    flow::keep_number(&app, &mut visit, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the walk.
pub async fn submit(State(app): State<App>, visit: Visit) -> Result<axum::Json<Value>, ApiError> {
    let redirect_to = flow::submit(&app, &visit).await?;
    Ok(axum::Json(json!({ "redirectTo": redirect_to })))
}

/// What happened so far.
pub async fn interaction(
    State(app): State<App>,
    visit: Visit,
) -> Result<axum::Json<Value>, ApiError> {
    flow::describe(&app, &visit).await.map(axum::Json)
}

/// Account recovery is not offered, so no code is ever sent for it.
fn not_recovery(event: InteractionEvent) -> Result<(), ApiError> {
    match event {
        InteractionEvent::ForgotPassword => {
            Err(ApiError::new(codes::NOT_SUPPORTED_FOR_FORGOT_PASSWORD))
        }
        InteractionEvent::SignIn | InteractionEvent::Register => Ok(()),
    }
}

/// The digits of a phone identifier: `^\d+$` in the contract, a leading plus is accepted. `None` for an e-mail address, which the
/// contract knows and nothing here can write to.
fn phone_identifier(identifier: &Identifier) -> Result<Option<&str>, ApiError> {
    let value = identifier.value.as_str();
    let digits = value.strip_prefix('+').unwrap_or(value);
    let well_formed = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match identifier.kind.as_str() {
        "phone" if well_formed && value.len() <= 32 => Ok(Some(value)),
        "phone" => Err(misplaced("identifier.value")),
        "email" => Ok(None),
        _ => Err(misplaced("identifier.type")),
    }
}

fn misplaced(place: &str) -> ApiError {
    ApiError::new(codes::INVALID_INPUT).with_data(json!({ "keyPath": place }))
}
