//! The road of one sign-in: begin, send, verify, identify, submit. The JSON API and the pages both walk it.
use haoma_core::experience::{InteractionEvent, PhoneVerification};
use haoma_core::phone::{PhoneError, PhoneNumber};
use haoma_core::time::Timestamp;
use haoma_store::{Deadline, Told, audit, interactions, users};
use serde_json::json;

pub use super::identify::{identify, identify_or_switch, keep_number};
use super::proof;
pub use super::proof::{Solution, Solved};
use super::settings::Unreachable;
use super::telling;
pub use super::verify::{times, times_with, verify};
use super::visit::Visit;
use crate::app::App;
use crate::connectors::kit::Requester;
use crate::error::api::{ApiError, Code, Times, codes};
use crate::refusals;
use crate::sending::{self, Answer, Wanted};

/// Failures that anybody can cause as often as they like.
const FREE: &[Code] = &[
    codes::RATE_LIMITED,
    codes::CHALLENGE_REQUIRED,
    codes::CHALLENGE_FAILED,
    codes::CAPTCHA_UNAVAILABLE,
    codes::TOO_MANY_SENDS,
    codes::INTERACTION_NOT_FOUND,
    codes::VERIFICATION_NOT_FOUND,
    codes::VERIFICATION_FAILED,
    codes::IDENTIFIER_NOT_FOUND,
    codes::INVALID_INPUT,
    codes::BUSY,
    // there is nothing to record it in
    codes::UNAVAILABLE,
];

/// A message was handed to the provider.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The id to verify with.
    pub verification_id: String,
    /// How the code stands.
    pub times: Times,
}

/// Begins the walk, or begins it again (`PUT /api/experience`).
pub async fn begin(app: &App, visit: &mut Visit, to: InteractionEvent) -> Result<(), ApiError> {
    let mut walk = visit.walk.clone();
    walk.begin(to);
    // beginning again costs nothing, so the log would be anybody's to fill
    let event = visit.event(app, format!("Interaction.{}.Create", to.as_str()), None);
    let event = Some(&event).filter(|_| visit.walk.event.is_none());
    visit.store(app, walk, event).await
}

/// Turns sign-in into registration or the reverse.
pub async fn switch(app: &App, visit: &mut Visit, to: InteractionEvent) -> Result<(), ApiError> {
    let mut walk = visit.walk.clone();
    walk.switch(to)?;
    if !app.experience.load().is_open_to(to) {
        return Err(ApiError::new(codes::FORBIDDEN));
    }
    let key = format!("Interaction.{}.Update", to.as_str());
    // switching to and fro costs nothing either
    let is_told = visit.walk.event != Some(to) && walk.is_first(&key);
    let event = visit.event(app, key, None);
    visit.store(app, walk, Some(&event).filter(|_| is_told)).await
}

/// Reads a number and decides, before anything is paid, whether it may be texted.
pub fn reachable(
    app: &App,
    phone: Result<PhoneNumber, PhoneError>,
) -> Result<PhoneNumber, ApiError> {
    let phone = phone.map_err(|_kind| ApiError::new(codes::INVALID_PHONE))?;
    let region = phone.region().to_string();
    match app.experience.load().reachable(&phone) {
        Ok(()) => Ok(phone),
        Err(Unreachable::Country) => {
            app.refusals.note(refusals::COUNTRY, phone.region(), None);
            Err(ApiError::new(codes::COUNTRY_NOT_ALLOWED).with_data(json!({ "country": region })))
        }
        Err(Unreachable::Kind) => Err(ApiError::new(codes::CANNOT_RECEIVE_SMS)),
    }
}

/// Sends a code for `purpose` to a number, written as `identifier` by the client, who waits `until` then for it to be stored.
pub async fn send(
    app: &App,
    visit: &mut Visit,
    (identifier, phone): (&str, &PhoneNumber),
    purpose: InteractionEvent,
    solved: Option<Solved<'_>>,
    mut until: Deadline,
) -> Result<Sent, ApiError> {
    visit.walk.event()?;
    if !app.experience.load().phone_sign_in() {
        return Err(ApiError::new(codes::METHOD_NOT_ENABLED));
    }
    let event = visit.event(app, audit_key(visit, "Create"), None);
    let proof = proof::judge(app, visit, phone, solved, &mut until).await?;
    let wanted = Wanted {
        identifier,
        phone,
        usage_type: purpose.usage_type(),
        answer: answer(&app.by(until), visit, phone).await?,
        requester: Requester { ip: visit.caller.ip, lang: Some(visit.lang) },
        standing: proof.standing,
        event: &event,
        now: visit.now,
        until,
    };
    match sending::send_code(app, (&visit.row, &visit.walk), &wanted, proof.offer).await {
        Ok(verification) => {
            let is_repeat =
                visit.walk.issued.iter().any(|code| code.passcode_id == verification.passcode_id);
            let times = if is_repeat {
                times(app, &verification, visit.now).await
            } else {
                times_with(&verification, app.codes().max_retry_attempts, visit.now)
            };
            let verification_id = verification.id.to_string();
            let mut walk = visit.walk.clone();
            walk.sent(verification);
            visit.stored(walk);
            Ok(Sent { verification_id, times })
        }
        Err(error) => {
            let error = proof.failed(error);
            record(app, visit, audit_key(visit, "Create"), &error).await;
            // A code that was sent before may still be good.
            match &visit.walk.verification {
                Some(live) if error.times().is_none() => {
                    Err(with_times(app, error, (live, visit.now), until).await)
                }
                _ => Err(error),
            }
        }
    }
}

/// An error tells how the code before it stands, as far as that is known in time.
async fn with_times(
    app: &App,
    error: ApiError,
    (live, now): (&PhoneVerification, Timestamp),
    until: Deadline,
) -> ApiError {
    // where counters have an answer, the tries of a code have one, too
    let times = if error.code == codes::UNAVAILABLE {
        times(&app.by(until), live, now).await
    } else {
        times(app, live, now).await
    };
    error.with_times(times)
}

/// Where only existing accounts may sign in, an unknown number gets the same answer and no message, whatever the client says it wants
/// (security statement 32, wire contract B.3.7).
async fn answer(app: &App, visit: &Visit, phone: &PhoneNumber) -> Result<Answer, ApiError> {
    let only_existing = !app.experience.load().is_open_to(InteractionEvent::Register);
    if !only_existing || visit.walk.user_id.is_some() {
        return Ok(Answer::Outcome);
    }
    let is_known = users::has_account(&app.db, phone).await?;
    Ok(if is_known { Answer::Nothing } else { Answer::Suppressed })
}

/// Ends the walk; the address at which the authorization endpoint goes on.
pub async fn submit(app: &App, visit: &Visit) -> Result<String, ApiError> {
    let user = visit.walk.finish()?;
    let event = visit.event(app, format!("Interaction.{}.Submit", visit.event_name()), None);
    let at = (&visit.row.id, visit.row.version);
    let told = telling::submitted(app, visit, user, &event);
    let told = Told::new(&event, &told);
    if !interactions::submit(&app.db, at, Some(user), visit.now, told).await? {
        return Err(ApiError::new(codes::BUSY));
    }
    Ok(app.settings.url(&format!("/oidc/auth/{}", visit.row.id)))
}

/// What happened so far, for `GET /api/experience/interaction` (wire contract B.5).
pub async fn describe(app: &App, visit: &Visit) -> Result<serde_json::Value, ApiError> {
    let walk = &visit.walk;
    let event = walk.event()?;
    let mut records = vec![];
    if let Some(v) = &walk.verification {
        let times = times(app, v, visit.now).await;
        records.push(json!({
            "id": v.id, "type": "PhoneVerificationCode",
            "identifier": { "type": "phone", "value": v.identifier },
            "templateType": v.usage_type, "verified": v.is_verified,
            "resend_at": times.resend_at, "expires_at": times.expires_at,
            "attempts_left": times.attempts_left, "server_now": times.server_now,
        }));
    }
    let kept = walk.profile_phone.as_ref();
    let profile = kept.map_or_else(|| json!({}), |phone| json!({ "primaryPhone": phone.digits() }));
    let mut told = json!({
        "interactionEvent": event, "profile": profile, "verificationRecords": records,
        "captcha": { "verified": false, "skipped": true },
    });
    // absent rather than null: that is how the contract writes what is not known yet
    if let (Some(told), Some(user)) = (told.as_object_mut(), &walk.user_id) {
        told.insert("userId".to_owned(), user.as_str().into());
    }
    Ok(told)
}

/// The audit key of a phone verification's step (wire contract C.8).
pub(super) fn audit_key(visit: &Visit, what: &str) -> String {
    format!("Interaction.{}.Verification.PhoneVerificationCode.{what}", visit.event_name())
}

/// Records that a step failed, the first time in a walk that it fails so, and never where failing cost nothing at all: anybody could fill
/// the audit log. When even that fails, the person still gets the answer, and the log the event.
pub(super) async fn record(app: &App, visit: &Visit, key: String, error: &ApiError) {
    if FREE.contains(&error.code) {
        return;
    }
    let event = visit.event(app, key, Some(error));
    let counter = format!("audit/{}/{}/{}", visit.row.id, event.key, error.code.code);
    let counter = (counter.as_str(), visit.row.expires_at);
    if let Err(problem) = audit::record_once(&app.db, counter, &event).await {
        tracing::error!(key = event.key, error = %problem, "an audit event was not stored");
    }
}
