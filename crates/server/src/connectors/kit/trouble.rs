//! Why a message was not accepted, where no code of the provider's says so.
use std::fmt;

/// What went wrong. The words for people are at the error desk, under [`Trouble::as_str`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The provider refused; its code may say more.
    Refused,
    /// The provider answered, and its answer leaves open whether the message goes out; its code may say more.
    Unclear,
    /// What answered is not the provider, or its answer has no end.
    NoVerdict,
    /// There is no template for this use and place.
    NoTemplate,
    /// This connector reaches mainland numbers only.
    OutsideMainland,
    /// The address leads where requests may not go.
    NotAdmitted,
    /// The name in the address was not resolved.
    Name,
    /// Nobody listens at the address.
    ConnectionRefused,
    /// The encrypted connection did not come about.
    Tls,
    /// No connection in time.
    ConnectTimeout,
    /// No connection for another reason.
    NotConnected,
    /// The request went out, and no answer came in time.
    Silent,
    /// The connection broke after the request went out.
    Broken,
    /// The request could not be written.
    Unbuildable,
    /// Only people with an account may sign in, and the number has none: nobody was asked to send.
    NoAccount,
    /// An administrator blocked the number after the message was meant: nobody was asked to send.
    Blocked,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Refused,
        Self::Unclear,
        Self::NoVerdict,
        Self::NoTemplate,
        Self::OutsideMainland,
        Self::NotAdmitted,
        Self::Name,
        Self::ConnectionRefused,
        Self::Tls,
        Self::ConnectTimeout,
        Self::NotConnected,
        Self::Silent,
        Self::Broken,
        Self::Unbuildable,
        Self::NoAccount,
        Self::Blocked,
    ];

    /// The stable word, which stands where a provider's code would. It never changes once released.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unclear => "answer_unclear",
            Self::NoVerdict => "answer_unreadable",
            Self::NoTemplate => "no_template",
            Self::OutsideMainland => "outside_mainland",
            Self::NotAdmitted => "address_not_allowed",
            Self::Name => "name_not_resolved",
            Self::ConnectionRefused => "connection_refused",
            Self::Tls => "tls_failed",
            Self::ConnectTimeout => "connect_timeout",
            Self::NotConnected => "not_connected",
            Self::Silent => "no_answer",
            Self::Broken => "connection_broken",
            Self::Unbuildable => "request_unbuildable",
            Self::NoAccount => "no_account",
            Self::Blocked => "blocked",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
