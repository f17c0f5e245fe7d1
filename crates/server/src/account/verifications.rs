//! `/api/verifications/verification-code`: somebody who is signed in proves a number, their own or a new one (wire contract C.11).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::usage_type::UsageType;
use haoma_oidc::scope::Scope;
use haoma_store::audit::{self, Event};
use haoma_store::verification_records::Record;
use serde_json::{Value, json};

use super::caller::Member;
use crate::app::App;
use crate::connectors::kit::Requester;
use crate::error::api::{ApiError, codes};
use crate::experience::flow;
use crate::management::input::{Fields, Problems};
use crate::sending::{Answer, Wanted, to_user};
use crate::web::iso::iso;
use crate::web::json::Json as Body;
use crate::web::patience::Brief;

/// Digits of a number as sent; the plans decide the rest.
const MOST_VALUE: usize = 32;
const MOST_EMAIL: usize = 256;
const MOST_ID: usize = 64;
/// More than any code; what is typed may have spaces.
const MOST_CODE: usize = 64;

/// The audit keys of the two steps.
pub(super) const SENT: &str = "Account.Verification.PhoneVerificationCode.Create";
pub(super) const JUDGED: &str = "Account.Verification.PhoneVerificationCode.Submit";

/// Who is meant.
enum Identifier {
    Phone(String),
    Email,
}

/// `POST /api/verifications/verification-code`: 201 with the record's id.
pub async fn send(
    State(app): State<App>,
    member: Brief<Member>,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let (member, until) = member.begin();
    let (identifier, asked) = read(body)?;
    member.is_ours()?;
    let Identifier::Phone(identifier) = identifier else {
        return Err(ApiError::new(codes::NO_CONNECTOR));
    };
    let phone = flow::reachable(&app, PhoneNumber::from_international(&identifier))?;
    let usage_type = if is_own(member.holder.phone.as_ref(), &phone) {
        asked.unwrap_or(UsageType::UserPermissionValidation)
    } else {
        // a code that nothing can be done with is not worth a message
        member.may_change("phone", Scope::Phone)?;
        UsageType::BindNewIdentifier
    };
    let event = member.event(&app, SENT, &json!({ "usageType": usage_type }));
    let wanted = Wanted {
        identifier: &identifier,
        phone: &phone,
        usage_type,
        answer: Answer::Outcome,
        requester: Requester { ip: member.caller.ip, lang: Some(member.lang) },
        standing: to_user::standing(usage_type),
        event: &event,
        now: member.now,
        until,
    };
    let record = match to_user::send(&app, member.user(), &wanted).await {
        Ok(record) => record,
        Err(error) => return Err(recorded(&app, event, error).await),
    };
    Ok((StatusCode::CREATED, Json(told(&app, &member, &record).await?)))
}

async fn told(app: &App, member: &Member, record: &Record) -> Result<Value, ApiError> {
    let stored = to_user::find(app, member.user(), record.id.as_str(), member.now).await?;
    let times = to_user::times(app, &stored, member.now).await?;
    Ok(json!({
        "verificationRecordId": record.id,
        "expiresAt": iso(record.expires_at),
        "resend_at": times.resend_at, "expires_at": times.expires_at,
        "attempts_left": times.attempts_left, "server_now": times.server_now,
    }))
}

/// `POST /api/verifications/verification-code/verify`.
pub async fn verify(
    State(app): State<App>,
    member: Member,
    Body(body): Body<Value>,
) -> Result<Json<Value>, ApiError> {
    let (identifier, id, typed) = read_given(body)?;
    member.is_ours()?;
    let record = to_user::find(&app, member.user(), &id, member.now).await?;
    let Identifier::Phone(identifier) = identifier else {
        return Err(ApiError::new(codes::RECORD_NOT_FOUND));
    };
    let event = member.event(&app, JUDGED, &json!({ "usageType": record.usage_type }));
    match to_user::verify(&app, &record, Some(&identifier), &typed, &event).await {
        Ok(()) => Ok(Json(json!({ "verificationRecordId": record.id }))),
        // guesses that were not charged are not recorded either
        Err(error) if error.code == codes::CODE_MISMATCH => Err(recorded(&app, event, error).await),
        Err(error) => Err(error),
    }
}

/// Whether a number is the one a user has; rows that came from elsewhere may hold it with its national trunk zero.
pub(super) fn is_own(own: Option<&PhoneDigits>, phone: &PhoneNumber) -> bool {
    let same = |own: &PhoneDigits| {
        PhoneNumber::from_international(own.as_str()).is_ok_and(|own| own == *phone)
    };
    own.is_some_and(same)
}

/// An event of what did not come about, unless it cost whoever tried nothing: anybody could fill the log with those. When even that fails, the person still gets the answer, and the log the event.
pub(super) async fn recorded(app: &App, event: Event, error: ApiError) -> ApiError {
    // and where the database does not answer, there is nothing to record it in
    let free = [codes::RATE_LIMITED, codes::RECORD_NOT_FOUND, codes::BUSY, codes::UNAVAILABLE];
    if free.contains(&error.code) {
        return error;
    }
    let event = Event { error: Some(error.code.code.to_owned()), ..event };
    if let Err(problem) = app.db.write(audit::record(&event)).await {
        tracing::error!(key = event.key, error = %problem, "an audit event was not stored");
    }
    error
}

fn read(body: Value) -> Result<(Identifier, Option<UsageType>), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let identifier = identifier(&mut fields);
    let usage = match fields.text("templateType", MOST_ID).as_deref() {
        None => None,
        Some("UserPermissionValidation") => Some(UsageType::UserPermissionValidation),
        Some("BindMfa") => Some(UsageType::BindMfa),
        Some(_other) => {
            fields.refuse("templateType", "must be one of: UserPermissionValidation, BindMfa");
            None
        }
    };
    problems.check()?;
    Ok((identifier, usage))
}

fn read_given(body: Value) -> Result<(Identifier, String, String), ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let identifier = identifier(&mut fields);
    let id = fields.required_text("verificationId", MOST_ID);
    let code = fields.required_text("code", MOST_CODE);
    problems.check()?;
    Ok((identifier, id, code))
}

/// `identifier`: digits with country code (a leading plus does no harm), or an e-mail address.
fn identifier(fields: &mut Fields<'_>) -> Identifier {
    let read = |inner: &mut Fields<'_>| {
        let kind = inner.required_text("type", MOST_ID);
        if kind == "email" {
            inner.required_text("value", MOST_EMAIL);
            return Identifier::Email;
        }
        let value = inner.required_text("value", MOST_VALUE);
        let digits = value.strip_prefix('+').unwrap_or(&value);
        if kind != "phone" {
            inner.refuse("type", "must be one of: phone, email");
        } else if !digits.bytes().all(|b| b.is_ascii_digit()) {
            inner.refuse("value", "must be digits, country code first");
        }
        Identifier::Phone(value)
    };
    fields.nested("identifier", read).unwrap_or_else(|| {
        fields.refuse("identifier", "is required");
        Identifier::Email
    })
}
