//! `/api/verification-codes`: a program proves somebody's number with a code of ours (wire contract C.3).
use axum::extract::State;
use axum::http::StatusCode;
use haoma_core::limits::Standing;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use haoma_store::audit;
use serde_json::{Value, json};

use super::caller::Manager;
use super::input::{Fields, Problems};
use super::user_body::phone_digits;
use crate::app::App;
use crate::connectors::kit::Requester;
use crate::error::api::{ApiError, codes};
use crate::experience::flow;
use crate::sending::{Answer, Wanted, to_number};
use crate::web::json::Json as Body;
use crate::web::patience::Brief;

/// The template of such codes.
const USAGE: UsageType = UsageType::Generic;
const MOST_EMAIL: usize = 256;
/// More than any code; what is typed may have spaces.
const MOST_CODE: usize = 64;

/// Who is meant.
pub(super) enum Identifier {
    Phone(String),
    Email,
}

/// `POST /api/verification-codes`.
pub async fn send(
    State(app): State<App>,
    manager: Brief<Manager>,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    let (manager, until) = manager.begin();
    let Identifier::Phone(digits) = read(body)? else {
        return Err(ApiError::new(codes::NO_CONNECTOR));
    };
    let phone = flow::reachable(&app, PhoneNumber::from_international(&digits))?;
    let event =
        manager.event(&app, "VerificationCode.Created", None, &json!({ "usageType": USAGE }));
    let wanted = Wanted {
        identifier: &digits,
        phone: &phone,
        usage_type: USAGE,
        answer: Answer::Outcome,
        requester: Requester { ip: manager.caller.ip, lang: None },
        // nobody is there to work, and what is kept for whoever signed in before is not for a program's visitors
        standing: Standing::Solved,
        event: &event,
        now: manager.now,
        until,
    };
    match to_number::send(&app, &wanted).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(recorded(&app, event, error).await),
    }
}

/// `POST /api/verification-codes/verify`.
pub async fn verify(
    State(app): State<App>,
    manager: Manager,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    let (identifier, typed) = read_given(body)?;
    let unknown = || ApiError::new(codes::CODE_NOT_FOUND);
    let Identifier::Phone(digits) = identifier else { return Err(unknown()) };
    let phone = PhoneNumber::from_international(&digits).map_err(|e| unknown().because(e))?;
    let event =
        manager.event(&app, "VerificationCode.Verified", None, &json!({ "usageType": USAGE }));
    match to_number::verify(&app, (&phone, USAGE), &typed, &event).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        // guesses that were not charged are not recorded either
        Err(error) if error.code == codes::CODE_MISMATCH => Err(recorded(&app, event, error).await),
        Err(error) => Err(error),
    }
}

/// Who shall get a code.
pub(super) fn read(body: Value) -> Result<Identifier, ApiError> {
    let mut problems = Problems::default();
    let identifier = identifier(&mut Fields::of(body, &mut problems));
    problems.check()?;
    Ok(identifier)
}

/// Who was to get a code, and the code.
pub(super) fn read_given(body: Value) -> Result<(Identifier, String), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let identifier = identifier(&mut fields);
    let typed = fields.required_text("verificationCode", MOST_CODE);
    problems.check()?;
    Ok((identifier, typed))
}

/// `phone` or `email`: one of them.
pub(super) fn identifier(fields: &mut Fields<'_>) -> Identifier {
    let (has_phone, has_email) = (fields.has("phone"), fields.has("email"));
    if has_phone == has_email {
        fields.refuse("phone", "is required, or email; not both");
    } else if has_email {
        fields.text("email", MOST_EMAIL);
        return Identifier::Email;
    }
    Identifier::Phone(phone_digits(fields, "phone").set().cloned().flatten().unwrap_or_default())
}

/// An event of what did not come about. When even that fails, the caller still gets the answer, and the log the event.
async fn recorded(app: &App, event: audit::Event, error: ApiError) -> ApiError {
    if error.code == codes::UNAVAILABLE {
        // there is nothing to record it in
        return error;
    }
    let event = audit::Event { error: Some(error.code.code.to_owned()), ..event };
    if let Err(problem) = app.db.write(audit::record(&event)).await {
        tracing::error!(key = event.key, error = %problem, "an audit event was not stored");
    }
    error
}
