//! What a message is for. One word from the connector's template list to the tables.
use std::fmt;

use serde::{Deserialize, Serialize};

/// The purpose of a message, a verification code or a notice; also selects the connector's template (wire contract D.2).
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
    /// A notice to the number an account had: it has another one now. Ours; the contract has codes only.
    PhoneChanged,
}

impl UsageType {
    /// Every usage type, in the order people read them.
    pub const ALL: [Self; 11] = [
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
        Self::PhoneChanged,
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
            Self::PhoneChanged => "PhoneChanged",
        }
    }

    /// Reads the text of [`Self::as_str`], exactly.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|usage| usage.as_str() == text)
    }

    /// Whether its messages carry no code.
    pub const fn is_notice(self) -> bool {
        matches!(self, Self::PhoneChanged)
    }

    /// The usage types whose template may serve this one, best first: its own, then `Generic` for codes. Nothing else serves a
    /// notice, and a notice's template serves nothing else.
    pub const fn templates(self) -> [Self; 2] {
        if self.is_notice() { [self, self] } else { [self, Self::Generic] }
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

    #[test]
    fn no_code_goes_out_by_a_notices_template_and_no_notice_by_a_codes() {
        for usage in UsageType::ALL {
            let same = |other: &UsageType| other.is_notice() == usage.is_notice();
            assert!(usage.templates().iter().all(same), "{usage}");
            assert_eq!(usage.templates()[0], usage);
        }
        assert_eq!(UsageType::ALL.iter().filter(|usage| usage.is_notice()).count(), 1);
    }
}
