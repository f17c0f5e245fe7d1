//! Why a row is not carried over. A reason shows no number in full and no secret.
use std::fmt;

use serde_json::Value;

use crate::error::api::ApiError;
use crate::error::codes;

/// Why a row is not carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// There is no phone number, and nobody signs in here without one.
    NoPhone,
    /// The phone number is none of any numbering plan.
    BadPhone,
    /// Somebody else has the number: their id here, or in an earlier row.
    PhoneTaken(String),
    /// Somebody else has the user name.
    UsernameTaken,
    /// The id is that of somebody with another number, or of an application of another kind.
    IdTaken,
    /// Protected and SAML applications are not offered.
    NotOffered(String),
    /// Something in it does not fit: each place and what is wrong there.
    Unfit(Vec<String>),
    /// It was changed here in this very moment; another run decides anew.
    ChangedMeanwhile,
}

impl Reason {
    /// What a reader of the management API found wrong.
    pub(super) fn of(error: &ApiError) -> Self {
        let found: Vec<_> = error.data().and_then(Value::as_array).into_iter().flatten().collect();
        let said = |entry: &Value, key: &str| {
            entry.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let is_phone = |entry: &&Value| {
            said(entry, "code") == codes::INVALID_PHONE.code
                || said(entry, "keyPath") == "primaryPhone"
        };
        if !found.is_empty() && found.iter().all(is_phone) {
            return Self::BadPhone;
        }
        let told =
            |entry: &&Value| format!("{} {}", said(entry, "keyPath"), said(entry, "message"));
        Self::Unfit(found.iter().map(told).map(|text| text.trim().to_owned()).collect())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPhone => f.write_str("no phone number"),
            Self::BadPhone => f.write_str("the phone number is none of any numbering plan"),
            Self::PhoneTaken(id) => write!(f, "the phone number belongs to {id}"),
            Self::UsernameTaken => f.write_str("the user name belongs to somebody else"),
            Self::IdTaken => f.write_str("the id belongs to something else here"),
            Self::NotOffered(kind) => write!(f, "applications of the type {kind} are not offered"),
            Self::Unfit(problems) => f.write_str(&problems.join("; ")),
            Self::ChangedMeanwhile => f.write_str("changed here in the meantime; run again"),
        }
    }
}
