//! What a caller may say of a user, and how one is shown (wire contract C.5).
use haoma_core::ids::UserId;
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::time::Timestamp;
use haoma_oidc::claims;
use haoma_store::Change;
use haoma_store::user_changes::Changes;
use haoma_store::users::{Stored, User};
use serde_json::{Map, Value, json};

use super::application_body::stored;
use super::input::{Fields, Problems};
use crate::error::api::{ApiError, codes};

const MOST_NAME: usize = 128;
const MOST_TEXT: usize = 2048;
/// Digits of a number as sent; the plans decide the rest.
const MOST_PHONE: usize = 32;

/// A new user of whom this is known.
pub fn user(known: Changes, id: UserId, now: Timestamp) -> User {
    let Changes { phone, username, name, avatar, profile, custom_data, .. } = known;
    let empty = || "{}".to_owned();
    User {
        id,
        phone: phone.set().cloned().flatten(),
        username: username.set().cloned().flatten(),
        name: name.set().cloned().flatten(),
        avatar: avatar.set().cloned().flatten(),
        profile: profile.set().cloned().unwrap_or_else(empty),
        custom_data: custom_data.set().cloned().unwrap_or_else(empty),
        application_id: None,
        is_locked: false,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    }
}

/// A partial update; each given object replaces the stored one as a whole.
///
/// # Errors
/// `guard.invalid_input`, `user.invalid_phone` or `request.feature_not_supported`, with every problem.
pub fn changes(body: Value) -> Result<Changes, ApiError> {
    let mut problems = Problems::default();
    let changes = read(body, &mut problems);
    problems.check()?;
    Ok(changes)
}

/// What people may change of their own account themselves.
///
/// # Errors
/// `guard.invalid_input`, with every problem.
pub fn own_changes(body: Value) -> Result<Changes, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let changes = Changes {
        username: username(&mut fields),
        name: fields.nullable_text("name", MOST_NAME),
        avatar: fields.nullable_text("avatar", MOST_TEXT),
        custom_data: fields.object("customData").map(text).into(),
        ..Changes::default()
    };
    problems.check()?;
    Ok(changes)
}

fn username(fields: &mut Fields<'_>) -> Change<Option<String>> {
    let username = fields.nullable_text("username", MOST_NAME);
    if !username.set().and_then(Option::as_deref).is_none_or(is_username) {
        fields.refuse(
            "username",
            "must be letters, digits and underscores, and not begin with a digit",
        );
    }
    username
}

/// The same, with what is wrong noted.
pub fn read(body: Value, problems: &mut Problems) -> Changes {
    let mut fields = Fields::of(body, problems);
    // a `password` is not kept, and `hasPassword` says so: programs that always send one can go on
    for key in ["primaryEmail", "passwordDigest", "passwordAlgorithm"] {
        if fields.has(key) {
            fields.refuse_as(key, codes::NOT_SUPPORTED, "is not supported");
        }
    }
    let phone = phone(&mut fields);
    let username = username(&mut fields);
    Changes {
        phone,
        username,
        name: fields.nullable_text("name", MOST_NAME),
        avatar: fields.nullable_text("avatar", MOST_TEXT),
        custom_data: fields.object("customData").map(text).into(),
        profile: fields.nested("profile", profile).map(text).into(),
        if_left_at: None,
    }
}

/// Digits with country code; a leading plus does no harm.
pub(super) fn phone_digits(fields: &mut Fields<'_>, key: &str) -> Change<Option<String>> {
    let sent = fields.nullable_text(key, MOST_PHONE);
    let is_well_formed = |text: &str| {
        let digits = text.strip_prefix('+').unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    if sent.set().and_then(Option::as_deref).is_none_or(is_well_formed) {
        return sent;
    }
    fields.refuse(key, "must be digits, country code first");
    Change::Keep
}

fn phone(fields: &mut Fields<'_>) -> Change<Option<PhoneNumber>> {
    const KEY: &str = "primaryPhone";
    match phone_digits(fields, KEY) {
        Change::Keep => Change::Keep,
        Change::Set(None) => Change::Set(None),
        Change::Set(Some(text)) => match PhoneNumber::from_international(&text) {
            Ok(phone) => Change::Set(Some(phone)),
            Err(_invalid) => {
                fields.refuse_as(KEY, codes::INVALID_PHONE, "is no number of any numbering plan");
                Change::Keep
            }
        },
    }
}

fn is_username(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    text.bytes().next().is_some_and(|b| !b.is_ascii_digit()) && text.bytes().all(plain)
}

/// The standard claims that can be stored with a user; others are ignored.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn profile_of(body: Value) -> Result<Map<String, Value>, ApiError> {
    let mut problems = Problems::default();
    let read = profile(&mut Fields::of(body, &mut problems));
    problems.check()?;
    Ok(read)
}

fn profile(fields: &mut Fields<'_>) -> Map<String, Value> {
    let mut kept = texts(fields, claims::profile_keys());
    if let Some(address) = fields.nested("address", |inner| texts(inner, claims::address_keys())) {
        kept.insert("address".to_owned(), address.into());
    }
    kept
}

fn texts(
    fields: &mut Fields<'_>,
    keys: impl IntoIterator<Item = &'static str>,
) -> Map<String, Value> {
    let mut kept = Map::new();
    for key in keys {
        if let Some(text) = fields.text(key, MOST_TEXT) {
            kept.insert(key.to_owned(), text.into());
        }
    }
    kept
}

fn text(object: Map<String, Value>) -> String {
    Value::Object(object).to_string()
}

/// The members that a partial update sets, for the audit log.
pub fn names(changes: &Changes) -> Vec<&'static str> {
    let all = [
        ("primaryPhone", changes.phone.is_keep()),
        ("username", changes.username.is_keep()),
        ("name", changes.name.is_keep()),
        ("avatar", changes.avatar.is_keep()),
        ("profile", changes.profile.is_keep()),
        ("customData", changes.custom_data.is_keep()),
    ];
    all.into_iter().filter(|(_, is_keep)| !is_keep).map(|(name, _)| name).collect()
}

/// How a user is shown.
///
/// # Errors
/// A stored document that is no JSON, which is a fault of ours.
pub fn shown(user: &Stored) -> Result<Value, ApiError> {
    Ok(json!({
        "id": user.id,
        "username": user.username,
        "primaryEmail": null,
        "primaryPhone": user.phone.as_ref().map(PhoneDigits::as_str),
        "name": user.name,
        "avatar": user.avatar,
        "customData": stored(&user.custom_data)?,
        "identities": {},
        "lastSignInAt": user.last_sign_in_at,
        "createdAt": user.created_at,
        "updatedAt": user.updated_at,
        "profile": stored(&user.profile)?,
        "applicationId": user.application_id,
        "cimdClientId": null,
        "isSuspended": user.is_locked,
        "hasPassword": false,
    }))
}
