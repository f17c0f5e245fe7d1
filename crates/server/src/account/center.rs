//! The account center: whether people may see and change their own account, and which parts of it (wire contract C.11).
use std::collections::BTreeMap;

use haoma_core::time::Timestamp;
use haoma_store::account_center;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::api::{ApiError, codes};

/// What people may do with a part of their account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Control {
    /// Nothing.
    #[default]
    Off,
    /// See it.
    ReadOnly,
    /// See and change it.
    Edit,
}

impl Control {
    /// As in the document.
    pub const WORDS: [&'static str; 3] = ["Off", "ReadOnly", "Edit"];

    /// Reads one of [`Self::WORDS`].
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Off" => Some(Self::Off),
            "ReadOnly" => Some(Self::ReadOnly),
            "Edit" => Some(Self::Edit),
            _ => None,
        }
    }

    /// Whether it is shown.
    pub const fn shows(self) -> bool {
        !matches!(self, Self::Off)
    }

    /// Whether it can be changed.
    pub const fn edits(self) -> bool {
        matches!(self, Self::Edit)
    }
}

/// The parts of an account that have a control. Those that nobody has here are kept and given back.
pub const FIELDS: [&str; 13] = [
    "name",
    "avatar",
    "profile",
    "email",
    "phone",
    "password",
    "username",
    "social",
    "customData",
    "mfa",
    "passkey",
    "session",
    "trustedDevice",
];

/// The document. Off until somebody switches it on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountCenter {
    /// Whether there is one.
    pub enabled: bool,
    /// What people may do with each part; a part that is not named is off.
    pub fields: BTreeMap<String, Control>,
    /// Kept and given back.
    pub webauthn_related_origins: Vec<String>,
    /// Where people go who want their account deleted.
    pub delete_account_url: Option<String>,
    /// Kept and given back.
    pub custom_css: Option<String>,
}

impl AccountCenter {
    /// As the demo has it: everything that phone sign-in knows can be changed.
    pub fn open() -> Self {
        let edit = |name: &str| (name.to_owned(), Control::Edit);
        let known = ["name", "avatar", "profile", "phone", "username", "customData", "session"];
        Self { enabled: true, fields: known.map(edit).into(), ..Self::default() }
    }

    /// What people may do with a part.
    pub fn control(&self, field: &str) -> Control {
        self.fields.get(field).copied().unwrap_or_default()
    }

    /// Refuses where a part is not shown.
    ///
    /// # Errors
    /// `account_center.field_not_enabled`.
    pub fn shows(&self, field: &str) -> Result<(), ApiError> {
        let is_shown = self.control(field).shows();
        if is_shown { Ok(()) } else { Err(ApiError::new(codes::FIELD_OFF)) }
    }

    /// Refuses where a part cannot be changed.
    ///
    /// # Errors
    /// `account_center.field_not_editable`.
    pub fn edits(&self, field: &str) -> Result<(), ApiError> {
        let is_editable = self.control(field).edits();
        if is_editable { Ok(()) } else { Err(ApiError::new(codes::FIELD_NOT_EDITABLE)) }
    }
}

/// The document as it is stored; it is read so seldom that no node keeps it.
///
/// # Errors
/// A database that does not answer, or a document that is no JSON, which is a fault of ours.
pub async fn load(app: &App) -> Result<AccountCenter, ApiError> {
    stored(app).await.map(|(_text, center)| center)
}

/// The same with its text, which whoever changes it has to know.
///
/// # Errors
/// As [`load`].
pub async fn stored(app: &App) -> Result<(Option<String>, AccountCenter), ApiError> {
    let text = account_center::find(&app.db).await?;
    let read = text.as_deref().map(serde_json::from_str).transpose();
    let center = read.map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    Ok((text, center.unwrap_or_default()))
}

/// The same where it is on.
///
/// # Errors
/// `account_center.not_enabled`.
pub async fn enabled(app: &App) -> Result<AccountCenter, ApiError> {
    let center = load(app).await?;
    if center.enabled { Ok(center) } else { Err(ApiError::new(codes::ACCOUNT_OFF)) }
}

/// Switches everything on where nobody decided anything yet: for the demo.
///
/// # Errors
/// A database that does not answer.
pub async fn open_at_first(app: &App, now: Timestamp) -> anyhow::Result<()> {
    let document = serde_json::to_string(&AccountCenter::open())?;
    account_center::save(&app.db, (None, &document), now, None).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_off() {
        let center = AccountCenter::open();
        assert!(center.edits("phone").is_ok() && center.shows("phone").is_ok());
        assert!(center.edits("email").is_err() && center.shows("nonsense").is_err());
        assert!(!AccountCenter::default().enabled);
        assert!(center.fields.keys().all(|name| FIELDS.contains(&name.as_str())));
    }
}
