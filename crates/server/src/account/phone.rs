//! `/api/my-account/primary-phone`: another number, or none (wire contract C.11; security statement 65).
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use haoma_core::hooks::HookEvent;
use haoma_core::ids::{SessionId, UserId};
use haoma_core::limits::Standing;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_oidc::scope::Scope;
use haoma_store::Told;
use haoma_store::audit::Event;
use haoma_store::notices::NewNotice;
use haoma_store::verification_records::{self, PhoneChange, PhoneChanged, Stored};
use serde_json::{Value, json};

use super::caller::Member;
use super::verifications::recorded;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::hooks;
use crate::management::input::{Fields, Problems};
use crate::sending::notice::{self, Untold};
use crate::sending::to_user;
use crate::web::json::Json as Body;

/// The header that names the record of the current number.
const PROOF: &str = "logto-verification-id";

/// Seconds for which the current number counts as proved (security statement 65).
pub(super) const PROOF_SECS: i64 = 300;

const MOST_PHONE: usize = 32;
const MOST_ID: usize = 64;

/// The audit key of a change.
pub(super) const CHANGED: &str = "Account.PrimaryPhone.Updated";

/// What is asked for.
struct Asked {
    phone: String,
    record: String,
    ends_others: bool,
}

/// `POST /api/my-account/primary-phone`.
pub async fn change(
    State(app): State<App>,
    member: Member,
    headers: HeaderMap,
    Body(body): Body<Value>,
) -> Result<StatusCode, ApiError> {
    let asked = read(body)?;
    let proof = proof(&app, &member, &headers).await?;
    member.may_change("phone", Scope::Phone)?;
    let phone = PhoneNumber::from_international(&asked.phone).map_err(|e| unknown().because(e))?;
    let keep = asked.ends_others.then(|| member.session());
    let event = |payload: &Value| member.event(&app, CHANGED, payload);
    let new = New { record: &asked.record, phone: &phone };
    set(&app, (member.user(), keep), (&proof, &new), event).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/my-account/primary-phone`: nobody signs in without a number here, so it stays.
pub async fn remove(
    State(app): State<App>,
    member: Member,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    proof(&app, &member, &headers).await?;
    member.may_change("phone", Scope::Phone)?;
    Err(ApiError::new(codes::LAST_IDENTIFIER))
}

async fn proof(app: &App, member: &Member, headers: &HeaderMap) -> Result<Stored, ApiError> {
    let id = headers.get(PROOF).and_then(|value| value.to_str().ok()).ok_or_else(denied)?;
    proved(app, member.user(), id, member.now).await
}

/// The record by which a user proved the number they have, no longer ago than five minutes.
///
/// # Errors
/// `verification_record.permission_denied`.
pub(super) async fn proved(
    app: &App,
    user: &UserId,
    id: &str,
    now: Timestamp,
) -> Result<Stored, ApiError> {
    let record = match to_user::find(app, user, id, now).await {
        Err(error) if error.code == codes::RECORD_NOT_FOUND => return Err(denied()),
        found => found?,
    };
    let is_recent = record.verified_at.is_some_and(|at| at > now.plus_secs(-PROOF_SECS));
    let fits = record.usage_type == UsageType::UserPermissionValidation;
    if is_recent && fits { Ok(record) } else { Err(denied()) }
}

/// The new number and the record that verified it.
pub(super) struct New<'a> {
    pub(super) record: &'a str,
    pub(super) phone: &'a PhoneNumber,
}

/// Makes the change, once: both records are used up by it. With a session to keep, all others end. The old number is told, where
/// messages without a code can be sent, and the audit log says whether it is. Whether it is.
pub(super) async fn set(
    app: &App,
    (user, keep): (&UserId, Option<&SessionId>),
    (proof, new): (&Stored, &New<'_>),
    event: impl Fn(&Value) -> Event,
) -> Result<bool, ApiError> {
    let payload = || json!({ "otherSessionsEnded": keep.is_some() });
    let failed = |error| recorded(app, event(&payload()), error);
    let (old, now) = match to_user::number(proof) {
        Ok(old) => (old, app.clock.now()),
        Err(error) => return Err(failed(error).await),
    };
    let mut planned = notice::plan(app, (user, &old, new.phone), Standing::Known, now);
    loop {
        let mut payload = payload();
        notice::note(&mut payload, &planned);
        let told = planned.as_ref().ok();
        match once(app, (user, keep), (proof, &old, new), told, &event(&payload)).await {
            Ok(PhoneChanged::Done) => break,
            // without a notice there is no such answer
            Ok(PhoneChanged::NoticeLimited(kind)) => planned = Err(Untold::Limit(kind)),
            Ok(PhoneChanged::NotProved) => return Err(failed(denied()).await),
            Ok(PhoneChanged::NotVerified) => return Err(failed(unknown()).await),
            Ok(PhoneChanged::Taken) => {
                return Err(failed(ApiError::new(codes::PHONE_IN_USE)).await);
            }
            Err(error) => return Err(failed(error).await),
        }
    }
    if let Ok(new) = &planned {
        notice::begin(app, &new.message.id);
    }
    Ok(planned.is_ok())
}

async fn once(
    app: &App,
    (user, keep): (&UserId, Option<&SessionId>),
    (proof, old, new): (&Stored, &PhoneNumber, &New<'_>),
    notice: Option<&NewNotice>,
    event: &Event,
) -> Result<PhoneChanged, ApiError> {
    let record = to_user::find(app, user, new.record, event.at).await?;
    let change = PhoneChange {
        user,
        proof: &proof.id,
        old,
        proved_after: event.at.plus_secs(-PROOF_SECS),
        record: &record.id,
        new: new.phone,
        only_session: keep,
        notice,
    };
    let told = hooks::tell_of_user(app, HookEvent::UserDataUpdated, event, user, || json!({}));
    Ok(verification_records::change_phone(&app.db, &change, Told::new(event, &told)).await?)
}

fn denied() -> ApiError {
    ApiError::new(codes::RECORD_DENIED)
}

fn unknown() -> ApiError {
    ApiError::new(codes::RECORD_NOT_FOUND)
}

fn read(body: Value) -> Result<Asked, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let phone = fields.required_text("phone", MOST_PHONE);
    let digits = phone.strip_prefix('+').unwrap_or(&phone);
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        fields.refuse("phone", "must be digits, country code first");
    }
    let record = fields.required_text("newIdentifierVerificationRecordId", MOST_ID);
    let ends_others = fields.flag("endOtherSessions").unwrap_or_default();
    problems.check()?;
    Ok(Asked { phone, record, ends_others })
}
