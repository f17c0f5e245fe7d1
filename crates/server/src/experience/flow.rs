//! The road of one sign-in: begin, send, verify, identify, submit. The JSON API and the pages both walk it.
use haoma_core::experience::{Experience, InteractionEvent, PhoneVerification};
use haoma_core::ids::UserId;
use haoma_core::passcode::{Passcode, Refusal};
use haoma_core::phone::{PhoneError, PhoneNumber};
use haoma_core::time::Timestamp;
use haoma_store::interactions;
use haoma_store::passcodes::{self, Spent};
use haoma_store::users::{self, Registered, User};
use serde_json::json;

use super::settings::Unreachable;
use super::visit::Visit;
use crate::app::App;
use crate::error::api::{ApiError, Times, codes};
use crate::sending::{self, Wanted};

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
    let event = visit.event(app, format!("Interaction.{}.Create", to.as_str()), None);
    visit.store(app, walk, &event).await
}

/// Turns sign-in into registration or the reverse.
pub async fn switch(app: &App, visit: &mut Visit, to: InteractionEvent) -> Result<(), ApiError> {
    let mut walk = visit.walk.clone();
    walk.switch(to)?;
    if !app.experience.load().is_open_to(to) {
        return Err(ApiError::new(codes::FORBIDDEN));
    }
    let event = visit.event(app, format!("Interaction.{}.Update", to.as_str()), None);
    visit.store(app, walk, &event).await
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
            Err(ApiError::new(codes::COUNTRY_NOT_ALLOWED).with_data(json!({ "country": region })))
        }
        Err(Unreachable::Kind) => Err(ApiError::new(codes::CANNOT_RECEIVE_SMS)),
    }
}

/// Sends a code for `purpose` to a number, written as `identifier` by the client.
pub async fn send(
    app: &App,
    visit: &mut Visit,
    (identifier, phone): (&str, &PhoneNumber),
    purpose: InteractionEvent,
) -> Result<Sent, ApiError> {
    visit.walk.event()?;
    if !app.experience.load().phone_sign_in() {
        return Err(ApiError::new(codes::METHOD_NOT_ENABLED));
    }
    let wanted = Wanted { identifier, phone, usage_type: purpose.usage_type(), now: visit.now };
    let event = visit.event(app, audit_key(visit, "Create"), None);
    match sending::send_code(app, (&visit.row, &visit.walk), &wanted, &event).await {
        Ok(verification) => {
            let times = times(app, &verification, visit.now).await?;
            let verification_id = verification.id.to_string();
            let mut walk = visit.walk.clone();
            walk.sent(verification);
            visit.stored(walk);
            Ok(Sent { verification_id, times })
        }
        Err(error) => {
            record_failure(app, visit, "Create", &error).await?;
            Err(error)
        }
    }
}

/// Judges a code. A try is counted before it is judged.
pub async fn verify(
    app: &App,
    visit: &mut Visit,
    identifier: Option<&str>,
    verification_id: &str,
    typed: &str,
) -> Result<(), ApiError> {
    let outcome = judge(app, visit, identifier, verification_id, typed).await;
    if let Err(error) = &outcome {
        record_failure(app, visit, "Submit", error).await?;
    }
    outcome
}

async fn judge(
    app: &App,
    visit: &mut Visit,
    identifier: Option<&str>,
    verification_id: &str,
    typed: &str,
) -> Result<(), ApiError> {
    let verification = visit.walk.find(verification_id)?.clone();
    let max = app.settings.codes.max_retry_attempts;
    if typed.trim().is_empty() {
        return Err(ApiError::new(codes::CODE_NOT_FOUND));
    }
    if identifier.is_some_and(|sent| sent != verification.identifier) {
        let state = passcodes::find(&app.db, &verification.passcode_id).await?;
        let unspent = state.is_some_and(|state| !state.is_consumed);
        let refusal = if unspent { Refusal::PhoneMismatch } else { Refusal::NotFound };
        return Err(refused(app, &verification, refusal, visit.now).await?);
    }
    let Some(attempts) =
        passcodes::charge(&app.db, &verification.passcode_id, visit.now, max).await?
    else {
        let state = passcodes::find(&app.db, &verification.passcode_id).await?;
        let refusal = state.map_or(Refusal::NotFound, |state| state.refusal(visit.now));
        return Err(refused(app, &verification, refusal, visit.now).await?);
    };
    let PhoneVerification { passcode_id, phone, usage_type, .. } = &verification;
    let right = Passcode::derive(&app.keys.passcodes, passcode_id, phone, *usage_type);
    if !Passcode::parse(typed).is_some_and(|guess| guess.matches(&right)) {
        let attempts_left = max.saturating_sub(attempts);
        let refusal = Refusal::Mismatch { attempts_left };
        return Err(refused(app, &verification, refusal, visit.now).await?);
    }
    spend(app, visit, &verification).await
}

/// Spends the right code and stores that the number is verified, both or neither.
async fn spend(
    app: &App,
    visit: &mut Visit,
    verification: &PhoneVerification,
) -> Result<(), ApiError> {
    let mut walk = visit.walk.clone();
    walk.verified();
    let event = visit.event(app, audit_key(visit, "Submit"), None);
    let save = visit.save(&walk)?;
    match passcodes::consume(&app.db, &verification.passcode_id, visit.now, &save, Some(&event))
        .await?
    {
        Spent::Done => {
            visit.stored(walk);
            Ok(())
        }
        Spent::Already => Err(ApiError::new(codes::CODE_NOT_FOUND)),
        Spent::Stale => Err(ApiError::new(codes::BUSY)),
    }
}

/// The answer to a guess that was not accepted, with how the code stands.
async fn refused(
    app: &App,
    verification: &PhoneVerification,
    refusal: Refusal,
    now: Timestamp,
) -> Result<ApiError, ApiError> {
    let code = match refusal {
        Refusal::NotFound => codes::CODE_NOT_FOUND,
        Refusal::PhoneMismatch => codes::PHONE_MISMATCH,
        Refusal::Expired => codes::CODE_EXPIRED,
        Refusal::ExceedMaxTry => codes::EXCEED_MAX_TRY,
        Refusal::Mismatch { .. } => codes::CODE_MISMATCH,
    };
    Ok(ApiError::new(code).with_times(times(app, verification, now).await?))
}

/// How the newest code stands (design 5.5).
pub async fn times(
    app: &App,
    verification: &PhoneVerification,
    now: Timestamp,
) -> Result<Times, ApiError> {
    let max = app.settings.codes.max_retry_attempts;
    let state = passcodes::find(&app.db, &verification.passcode_id).await?;
    let attempts_left = match state {
        Some(state) if !state.is_consumed => max.saturating_sub(state.attempts).max(0),
        _ => 0,
    };
    let PhoneVerification { resend_at, expires_at, .. } = *verification;
    Ok(Times { resend_at, expires_at, attempts_left, server_now: now })
}

/// Finds or creates the user of the verified number (wire contract B.4). `true` when an account was created.
pub async fn identify(
    app: &App,
    visit: &mut Visit,
    verification_id: Option<&str>,
) -> Result<bool, ApiError> {
    let outcome = match visit.walk.event()? {
        InteractionEvent::SignIn => sign_in(app, visit, verification_id).await.map(|()| false),
        InteractionEvent::Register => register(app, visit, verification_id).await.map(|()| true),
        InteractionEvent::ForgotPassword => {
            Err(ApiError::new(codes::NOT_SUPPORTED_FOR_FORGOT_PASSWORD))
        }
    };
    if let Err(error) = &outcome {
        let key = format!("Interaction.{}.Identifier.Submit", visit.event_name());
        record(app, visit, key, error).await?;
    }
    outcome
}

async fn sign_in(
    app: &App,
    visit: &mut Visit,
    verification_id: Option<&str>,
) -> Result<(), ApiError> {
    let id = verification_id.ok_or_else(|| ApiError::new(codes::INVALID_INPUT))?;
    let settings = app.experience.load_full();
    if !settings.is_open_to(InteractionEvent::SignIn) {
        return Err(ApiError::new(codes::FORBIDDEN));
    }
    let verification = visit.walk.find(id)?;
    let phone = visit.walk.verified_phone(id)?;
    if !settings.phone_sign_in() {
        return Err(ApiError::new(codes::METHOD_NOT_ENABLED));
    }
    let Some(user) = users::find_by_phone(&app.db, phone).await? else {
        let identifier = json!({ "identifier": verification.identifier });
        return Err(ApiError::new(codes::USER_NOT_EXIST).with_data(identifier));
    };
    if user.is_locked {
        return Err(ApiError::new(codes::SUSPENDED));
    }
    let mut walk = visit.walk.clone();
    walk.identified(user.id)?;
    let event = visit.event(app, "Interaction.SignIn.Identifier.Submit".to_owned(), None);
    visit.store(app, walk, &event).await
}

async fn register(
    app: &App,
    visit: &mut Visit,
    verification_id: Option<&str>,
) -> Result<(), ApiError> {
    let settings = app.experience.load_full();
    let phone = match (verification_id, &visit.walk.profile_phone) {
        (Some(id), _) => visit.walk.verified_phone(id)?.clone(),
        (None, Some(kept)) => kept.clone(),
        (None, None) => return Err(missing(&["phone"])),
    };
    if users::find_by_phone(&app.db, &phone).await?.is_some() {
        return Err(ApiError::new(codes::PHONE_IN_USE));
    }
    if !settings.is_open_to(InteractionEvent::Register) {
        return Err(ApiError::new(codes::FORBIDDEN));
    }
    let lacking = settings.missing_profile();
    if !lacking.is_empty() {
        let mut walk = visit.walk.clone();
        walk.profile_phone = Some(phone);
        let event = visit.event(app, "Interaction.Register.Profile.Update".to_owned(), None);
        visit.store(app, walk, &event).await?;
        return Err(missing(&lacking));
    }
    create(app, visit, phone).await
}

async fn create(app: &App, visit: &mut Visit, phone: PhoneNumber) -> Result<(), ApiError> {
    let user = new_user(app, visit, phone);
    let mut walk = visit.walk.clone();
    walk.identified(user.id.clone())?;
    let event = visit.event(app, "Interaction.Register.Identifier.Submit".to_owned(), None);
    match users::register(&app.db, &user, &visit.save(&walk)?, Some(&event)).await? {
        Registered::Done => {
            visit.stored(walk);
            Ok(())
        }
        Registered::PhoneTaken => Err(ApiError::new(codes::PHONE_IN_USE)),
        Registered::Stale => Err(ApiError::new(codes::BUSY)),
    }
}

fn new_user(app: &App, visit: &Visit, phone: PhoneNumber) -> User {
    User {
        id: UserId::generate(visit.now, &app.entropy),
        phone: Some(phone),
        username: None,
        name: None,
        avatar: None,
        profile: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        application_id: Some(visit.row.client_id.to_string()),
        is_locked: false,
        last_sign_in_at: None,
        created_at: visit.now,
        updated_at: visit.now,
    }
}

fn missing(what: &[&str]) -> ApiError {
    ApiError::new(codes::MISSING_PROFILE).with_data(json!({ "missingProfile": what }))
}

/// Signs the person in or registers them, whichever fits the number and is open: what the pages do in one step.
pub async fn identify_or_switch(
    app: &App,
    visit: &mut Visit,
    verification_id: &str,
) -> Result<(), ApiError> {
    let other = match identify(app, visit, Some(verification_id)).await {
        Ok(_created) => return Ok(()),
        Err(error) if error.code == codes::USER_NOT_EXIST => InteractionEvent::Register,
        Err(error) if error.code == codes::PHONE_IN_USE => InteractionEvent::SignIn,
        Err(error) => return Err(error),
    };
    if !app.experience.load().is_open_to(other) {
        let closed = match other {
            InteractionEvent::Register => codes::USER_NOT_EXIST,
            _ => codes::PHONE_IN_USE,
        };
        return Err(ApiError::new(closed));
    }
    switch(app, visit, other).await?;
    identify(app, visit, Some(verification_id)).await.map(|_created| ())
}

/// Ends the walk; the address at which the authorization endpoint goes on.
pub async fn submit(app: &App, visit: &Visit) -> Result<String, ApiError> {
    let user = visit.walk.finish()?;
    let event = visit.event(app, format!("Interaction.{}.Submit", visit.event_name()), None);
    let at = (&visit.row.id, visit.row.version);
    if !interactions::submit(&app.db, at, Some(user), visit.now, Some(&event)).await? {
        return Err(ApiError::new(codes::BUSY));
    }
    Ok(app.settings.url(&format!("/oidc/auth/{}", visit.row.id)))
}

/// What happened so far, for `GET /api/experience/interaction` (wire contract B.5).
pub fn describe(walk: &Experience) -> Result<serde_json::Value, ApiError> {
    let records: Vec<_> = walk
        .verification
        .iter()
        .map(|v| {
            json!({
                "id": v.id, "type": "PhoneVerificationCode",
                "identifier": { "type": "phone", "value": v.identifier },
                "templateType": v.usage_type, "verified": v.is_verified,
                "resend_at": v.resend_at, "expires_at": v.expires_at,
            })
        })
        .collect();
    let profile = walk.profile_phone.as_ref().map_or_else(|| json!({}), |p| json!({ "phone": p }));
    Ok(json!({
        "interactionEvent": walk.event()?, "userId": walk.user_id, "profile": profile,
        "verificationRecords": records, "captcha": { "verified": false, "skipped": true },
    }))
}

fn audit_key(visit: &Visit, what: &str) -> String {
    format!("Interaction.{}.Verification.PhoneVerificationCode.{what}", visit.event_name())
}

async fn record_failure(
    app: &App,
    visit: &Visit,
    what: &str,
    error: &ApiError,
) -> Result<(), ApiError> {
    record(app, visit, audit_key(visit, what), error).await
}

async fn record(app: &App, visit: &Visit, key: String, error: &ApiError) -> Result<(), ApiError> {
    let event = visit.event(app, key, Some(error));
    app.db.write(haoma_store::audit::record(&event)).await?;
    Ok(())
}
