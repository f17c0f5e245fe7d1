//! What a message is for. One word from the connector's template list to the tables.
use std::fmt;

use serde::{Deserialize, Serialize};

/// The purpose of a verification code; also selects the connector's template (wire contract D.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum UsageType {
    /// Signing in.
    SignIn,
    /// Creating an account.
    Register,
    /// Recovering an account.
    ForgotPassword,
    /// Anything without a template of its own.
    Generic,
    /// The console's test message.
    Test,
    /// An invitation to an organization.
    OrganizationInvitation,
    /// Proving oneself again before something sensitive.
    UserPermissionValidation,
    /// Adding or changing a number.
    BindNewIdentifier,
    /// A second factor.
    MfaVerification,
    /// Setting up a second factor.
    BindMfa,
}

impl UsageType {
    /// Every usage type, in the order people read them.
    pub const ALL: [Self; 10] = [
        Self::SignIn,
        Self::Register,
        Self::ForgotPassword,
        Self::Generic,
        Self::Test,
        Self::OrganizationInvitation,
        Self::UserPermissionValidation,
        Self::BindNewIdentifier,
        Self::MfaVerification,
        Self::BindMfa,
    ];

    /// As written in configurations, tables and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "SignIn",
            Self::Register => "Register",
            Self::ForgotPassword => "ForgotPassword",
            Self::Generic => "Generic",
            Self::Test => "Test",
            Self::OrganizationInvitation => "OrganizationInvitation",
            Self::UserPermissionValidation => "UserPermissionValidation",
            Self::BindNewIdentifier => "BindNewIdentifier",
            Self::MfaVerification => "MfaVerification",
            Self::BindMfa => "BindMfa",
        }
    }

    /// Reads the text of [`Self::as_str`], exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|usage| usage.as_str() == text)
    }

    /// The usage types whose template may serve this one, best first: its own, then `Generic`.
    pub const fn templates(self) -> [Self; 2] {
        [self, Self::Generic]
    }
}

impl fmt::Display for UsageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_type_are_one_to_one() {
        for usage in UsageType::ALL {
            assert_eq!(UsageType::parse(usage.as_str()), Some(usage));
            assert_eq!(serde_json::to_value(usage).unwrap(), usage.as_str());
        }
        assert_eq!(UsageType::parse("signin"), None);
    }
}
