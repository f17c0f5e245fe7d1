//! What an application learns about a user, by scope (OpenID Connect Core 5.1 and 5.4; wire contract A.8).
use haoma_core::phone::PhoneDigits;
use haoma_core::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::scope::{Scope, Scopes};

/// All claims there are, for discovery.
pub const SUPPORTED: [&str; 29] = [
    "sub",
    "name",
    "family_name",
    "given_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "username",
    "created_at",
    "phone_number",
    "phone_number_verified",
    "address",
    "custom_data",
    "roles",
    "sid",
    "auth_time",
    "amr",
    "acr",
    "at_hash",
    "nonce",
    "iss",
];

/// Keys of the stored profile and the claims they become.
const PROFILE: [(&str, &str); 11] = [
    ("familyName", "family_name"),
    ("givenName", "given_name"),
    ("middleName", "middle_name"),
    ("nickname", "nickname"),
    ("preferredUsername", "preferred_username"),
    ("profile", "profile"),
    ("website", "website"),
    ("gender", "gender"),
    ("birthdate", "birthdate"),
    ("zoneinfo", "zoneinfo"),
    ("locale", "locale"),
];

/// Keys of the stored address and the members they become (OpenID Connect Core 5.1.1).
const ADDRESS: [(&str, &str); 6] = [
    ("formatted", "formatted"),
    ("streetAddress", "street_address"),
    ("locality", "locality"),
    ("region", "region"),
    ("postalCode", "postal_code"),
    ("country", "country"),
];

/// The members of a stored profile that hold a text.
pub fn profile_keys() -> impl Iterator<Item = &'static str> {
    PROFILE.iter().map(|(key, _)| *key)
}

/// The members of a stored profile's `address`.
pub fn address_keys() -> impl Iterator<Item = &'static str> {
    ADDRESS.iter().map(|(key, _)| *key)
}

/// A user, as far as claims are made of them.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// The `sub`.
    pub id: &'a str,
    /// The verified number.
    pub phone: Option<&'a PhoneDigits>,
    /// The user name.
    pub username: Option<&'a str>,
    /// What people call them.
    pub name: Option<&'a str>,
    /// Address of a picture.
    pub avatar: Option<&'a str>,
    /// A JSON object in the management API's spelling.
    pub profile: &'a str,
    /// A JSON object.
    pub custom_data: &'a str,
    /// The names of their roles; looked up only where the scope is granted.
    pub roles: &'a [String],
    /// When they registered.
    pub created_at: Timestamp,
    /// When any of this changed.
    pub updated_at: Timestamp,
}

/// Who reads the claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The id token: travels through browsers, so it is kept small.
    IdToken,
    /// The user info endpoint.
    UserInfo,
}

/// The claims of a user for some scopes, `sub` included.
pub fn of(subject: &Subject<'_>, scopes: Scopes, place: Place) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("sub".to_owned(), subject.id.into());
    let needs_profile = scopes.has(Scope::Profile) || scopes.has(Scope::Address);
    let profile = if needs_profile { object(subject.profile) } else { Map::new() };
    if scopes.has(Scope::Profile) {
        add_profile(&mut claims, subject, &profile);
    }
    if scopes.has(Scope::Phone) {
        // E.164 with the plus sign (OpenID Connect Core 5.1), unlike the management API.
        claims.insert("phone_number".to_owned(), json!(subject.phone.map(PhoneDigits::e164)));
        claims.insert("phone_number_verified".to_owned(), subject.phone.is_some().into());
    }
    if let (true, Some(Value::Object(stored))) =
        (scopes.has(Scope::Address), profile.get("address"))
    {
        claims.insert("address".to_owned(), renamed(stored, &ADDRESS).into());
    }
    if scopes.has(Scope::Roles) {
        claims.insert("roles".to_owned(), json!(subject.roles));
    }
    if scopes.has(Scope::CustomData) && place == Place::UserInfo {
        claims.insert("custom_data".to_owned(), object(subject.custom_data).into());
    }
    claims
}

fn add_profile(
    claims: &mut Map<String, Value>,
    subject: &Subject<'_>,
    profile: &Map<String, Value>,
) {
    claims.insert("name".to_owned(), json!(subject.name));
    claims.insert("picture".to_owned(), json!(subject.avatar));
    claims.insert("username".to_owned(), json!(subject.username));
    if let Some(username) = subject.username {
        claims.insert("preferred_username".to_owned(), username.into());
    }
    claims.append(&mut renamed(profile, &PROFILE));
    claims.insert("created_at".to_owned(), subject.created_at.0.into());
    claims.insert("updated_at".to_owned(), subject.updated_at.secs().into());
}

/// The members with a value, under their new names.
fn renamed(stored: &Map<String, Value>, names: &[(&str, &str)]) -> Map<String, Value> {
    let some = |(key, claim): &(&str, &str)| {
        let value = stored.get(*key)?.as_str()?;
        (!value.is_empty()).then(|| ((*claim).to_owned(), Value::from(value)))
    };
    names.iter().filter_map(some).collect()
}

fn object(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    fn claims<'a>(scope: &str, place: Place, change: impl FnOnce(&mut Subject<'a>)) -> Value {
        static PHONE: LazyLock<PhoneDigits> =
            LazyLock::new(|| PhoneDigits::from_stored("8613800138000").unwrap());
        let mut subject = Subject {
            id: "u1",
            phone: Some(&PHONE),
            username: None,
            name: None,
            avatar: None,
            profile: "{}",
            custom_data: r#"{"a":1}"#,
            roles: &[],
            created_at: Timestamp(1_700_000_000_123),
            updated_at: Timestamp(1_700_000_001_999),
        };
        change(&mut subject);
        of(&subject, Scopes::parse(scope), place).into()
    }

    #[test]
    fn only_what_was_granted_is_told() {
        assert_eq!(claims("openid", Place::IdToken, |_| {}), json!({"sub":"u1"}));
        assert_eq!(
            claims("openid phone", Place::IdToken, |_| {}),
            json!({"phone_number":"+8613800138000","phone_number_verified":true,"sub":"u1"})
        );
        assert_eq!(
            claims("phone", Place::UserInfo, |s| s.phone = None),
            json!({"phone_number":null,"phone_number_verified":false,"sub":"u1"})
        );
    }

    #[test]
    fn unset_names_are_null_other_unset_claims_absent_and_updates_in_seconds() {
        assert_eq!(
            claims("profile", Place::IdToken, |_| {}),
            json!({"created_at":1_700_000_000_123_i64,"name":null,"picture":null,"sub":"u1","updated_at":1_700_000_001,"username":null})
        );
        let set = claims("profile address", Place::IdToken, |s| {
            s.username = Some("ada");
            s.profile = r#"{"givenName":"Ada","gender":"","address":{"postalCode":"1"},"odd":1}"#;
        });
        assert_eq!(
            (&set["preferred_username"], &set["given_name"], &set["address"]),
            (&json!("ada"), &json!("Ada"), &json!({"postal_code": "1"}))
        );
        assert!(set.get("gender").is_none() && set.get("odd").is_none());
        let own = claims("profile", Place::IdToken, |s| {
            s.username = Some("ada");
            s.profile = r#"{"preferredUsername":"Lady"}"#;
        });
        assert_eq!(own["preferred_username"], "Lady");
    }

    #[test]
    fn roles_are_told_by_name_to_whoever_may_know_them() {
        let roles = ["clerk".to_owned(), "night".to_owned()];
        assert_eq!(
            claims("openid roles", Place::IdToken, |s| s.roles = &roles),
            json!({"roles":["clerk","night"],"sub":"u1"})
        );
        assert_eq!(claims("openid roles", Place::UserInfo, |_| {}), json!({"roles":[],"sub":"u1"}));
        assert_eq!(claims("openid", Place::UserInfo, |s| s.roles = &roles), json!({"sub":"u1"}));
    }

    #[test]
    fn custom_data_stays_out_of_the_id_token() {
        assert_eq!(claims("custom_data", Place::IdToken, |_| {}), json!({"sub":"u1"}));
        assert_eq!(
            claims("custom_data", Place::UserInfo, |_| {}),
            json!({"custom_data":{"a":1},"sub":"u1"})
        );
    }
}
