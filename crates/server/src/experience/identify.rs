//! Who the verified number belongs to: an existing account, or a new one (wire contract B.4).
use haoma_core::experience::InteractionEvent;
use haoma_core::ids::{TestNumberId, UserId};
use haoma_core::phone::PhoneNumber;
use haoma_store::Told;
use haoma_store::test_accounts::{self, Found, Proof};
use haoma_store::users::{self, Registered, User};
use serde_json::json;

use super::flow::{record, switch};
use super::telling;
use super::visit::Visit;
use crate::app::App;
use crate::error::api::{ApiError, codes};

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
        record(app, visit, key, error).await;
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
    let verification = visit.walk.verified_by(id)?;
    if !settings.phone_sign_in() {
        return Err(ApiError::new(codes::METHOD_NOT_ENABLED));
    }
    let Some(user) = users::find_by_phone(&app.db, &verification.phone).await? else {
        let identifier = json!({ "identifier": verification.identifier });
        return Err(ApiError::new(codes::USER_NOT_EXIST).with_data(identifier));
    };
    if user.is_locked {
        return Err(ApiError::new(codes::SUSPENDED));
    }
    let proof = match (&verification.test_number, user.is_test) {
        (None, false) => Proof::Code,
        (None, true) => Proof::FirstCode,
        (Some(test_number), true) => Proof::FixedCode(test_number),
        // the number became somebody's since the fixed code was given
        (Some(_), false) => return Err(ApiError::new(codes::CODE_EXPIRED)),
    };
    let mut walk = visit.walk.clone();
    let is_told = walk.user_id.is_none();
    walk.identified(user.id.clone(), verification.test_number.clone())?;
    let event = visit.event(app, "Interaction.SignIn.Identifier.Submit".to_owned(), None);
    let told = (Some(&event).filter(|_| is_told), visit.now);
    match test_accounts::found(&app.db, (&user.id, proof), &visit.save(&walk)?, told).await? {
        Found::Done => {
            visit.stored(walk);
            Ok(())
        }
        Found::Stale => Err(ApiError::new(codes::BUSY)),
        Found::NoTestNumber => Err(ApiError::new(codes::CODE_EXPIRED)),
    }
}

async fn register(
    app: &App,
    visit: &mut Visit,
    verification_id: Option<&str>,
) -> Result<(), ApiError> {
    let settings = app.experience.load_full();
    let is_open = settings.is_open_to(InteractionEvent::Register);
    let proved = match (verification_id, &visit.walk.profile_phone) {
        (Some(id), _) => proved(visit, id)?,
        (None, Some(kept)) => (kept.clone(), visit.walk.profile_test_number.clone()),
        (None, None) if is_open => return Err(missing(&settings.missing_of_nothing())),
        (None, None) => return Err(ApiError::new(codes::FORBIDDEN)),
    };
    let lacking = settings.missing_profile();
    if is_open && lacking.is_empty() {
        return create(app, visit, proved).await;
    }
    // a number that is taken is the first thing to say, as where creating says it
    if users::find_by_phone(&app.db, &proved.0).await?.is_some() {
        return Err(ApiError::new(codes::PHONE_IN_USE));
    }
    keep(app, visit, proved).await?;
    Err(if is_open { missing(&lacking) } else { ApiError::new(codes::FORBIDDEN) })
}

/// The number that a verification proves, and by which test number's fixed code, where it is by one.
fn proved(visit: &Visit, id: &str) -> Result<(PhoneNumber, Option<TestNumberId>), ApiError> {
    let verification = visit.walk.verified_by(id)?;
    Ok((verification.phone.clone(), verification.test_number.clone()))
}

/// The walk remembers the number and how it was proved, so that identification need not name its verification again.
async fn keep(
    app: &App,
    visit: &mut Visit,
    (phone, test_number): (PhoneNumber, Option<TestNumberId>),
) -> Result<(), ApiError> {
    let mut walk = visit.walk.clone();
    walk.profile_phone = Some(phone);
    walk.profile_test_number = test_number;
    let key = "Interaction.Register.Profile.Update";
    let is_told = walk.is_first(key);
    let event = visit.event(app, key.to_owned(), None);
    visit.store(app, walk, Some(&event).filter(|_| is_told)).await
}

/// Keeps a verified number for the account that is to be made (wire contract B.2, `POST /experience/profile`).
///
/// # Errors
/// In this order: recovery, signing in as nobody, no such verification, not verified, somebody who has a number
/// already, a number that is somebody's.
pub async fn keep_number(
    app: &App,
    visit: &mut Visit,
    verification_id: &str,
) -> Result<(), ApiError> {
    let is_known = visit.walk.user_id.is_some();
    match visit.walk.event()? {
        InteractionEvent::ForgotPassword => {
            return Err(ApiError::new(codes::NOT_SUPPORTED_FOR_FORGOT_PASSWORD));
        }
        InteractionEvent::SignIn if !is_known => {
            return Err(ApiError::new(codes::IDENTIFIER_NOT_FOUND));
        }
        InteractionEvent::SignIn | InteractionEvent::Register => {}
    }
    let proved = proved(visit, verification_id)?;
    // whoever is identified was found, or made, by a number
    if is_known {
        return Err(ApiError::new(codes::PHONE_IN_PROFILE));
    }
    if users::find_by_phone(&app.db, &proved.0).await?.is_some() {
        return Err(ApiError::new(codes::PHONE_IN_USE));
    }
    keep(app, visit, proved).await
}

async fn create(
    app: &App,
    visit: &mut Visit,
    (phone, test_number): (PhoneNumber, Option<TestNumberId>),
) -> Result<(), ApiError> {
    let user = new_user(app, visit, phone);
    let mut walk = visit.walk.clone();
    walk.identified(user.id.clone(), test_number.clone())?;
    let event = visit.event(app, "Interaction.Register.Identifier.Submit".to_owned(), None);
    let told = telling::registered(app, &user.id, &event);
    let told = Told::new(&event, &told);
    match users::register(&app.db, (&user, test_number.as_ref()), &visit.save(&walk)?, told).await?
    {
        Registered::Done => {
            visit.stored(walk);
            Ok(())
        }
        Registered::PhoneTaken => Err(ApiError::new(codes::PHONE_IN_USE)),
        Registered::Stale => Err(ApiError::new(codes::BUSY)),
        Registered::NoTestNumber => Err(ApiError::new(codes::CODE_EXPIRED)),
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
