//! Ids: one type each, lower-case ASCII, so that both databases order them alike.
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::entropy::Entropy;
use crate::time::Timestamp;

const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Digits of base 36 that hold the time: enough until the year 5188.
const TIME_DIGITS: usize = 9;

/// Text that is not an id of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an id is 1 to 64 letters, digits, dashes or underscores")]
pub struct InvalidId;

/// `len` random characters of base 36 (5.17 bits each).
fn random(entropy: &Entropy, len: usize) -> String {
    let mut out = String::with_capacity(len);
    while out.len() < len {
        for byte in entropy.bytes::<32>() {
            // 252 is the largest multiple of 36 in a byte: above it, the first letters would be likelier.
            if byte < 252 && out.len() < len {
                out.push(char::from(*ALPHABET.get(usize::from(byte) % 36).unwrap_or(&b'0')));
            }
        }
    }
    out
}

/// The moment in base 36, then chance: rows made together lie together in an index.
fn time_ordered(now: Timestamp, entropy: &Entropy, len: usize) -> String {
    let mut rest = u64::try_from(now.0).unwrap_or(0);
    let mut digits = [b'0'; TIME_DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit = *ALPHABET.get(usize::try_from(rest % 36).unwrap_or(0)).unwrap_or(&b'0');
        rest /= 36;
    }
    let mut id: String = digits.iter().copied().map(char::from).collect();
    id.push_str(&random(entropy, len.saturating_sub(TIME_DIGITS)));
    id
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:expr, $how:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// A fresh one.
            pub fn generate(now: Timestamp, entropy: &Entropy) -> Self {
                Self(id!(@$how now, entropy, $len))
            }

            /// Reads one that came from outside: 1 to 64 characters of `A–Z a–z 0–9 - _`.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
                let fits = (1..=64).contains(&text.len()) && text.bytes().all(plain);
                if fits { Ok(Self(text.to_owned())) } else { Err(InvalidId) }
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
    (@time $now:expr, $entropy:expr, $len:expr) => { time_ordered($now, $entropy, $len) };
    (@random $now:expr, $entropy:expr, $len:expr) => {{ let _unused: Timestamp = $now; random($entropy, $len) }};
}

id!(
    /// A user; also the `sub` claim. Random, because it is shown to applications and must not tell when somebody registered.
    UserId, 12, random
);
id!(
    /// A registered application; also the OAuth `client_id`.
    ClientId, 21, time
);
id!(
    /// One walk through the pages (wire contract A.5: also the `uid` of the resume address).
    InteractionId, 21, time
);
id!(
    /// An authorization request sent ahead (RFC 9126, section 7.1: 129 random bits, so that nobody guesses one).
    PushedRequestId, 34, time
);
id!(
    /// The proof that a code was asked for and perhaps verified (wire contract B.3: 21 characters).
    VerificationId, 21, time
);
id!(
    /// A passcode row; an input of the code itself.
    PasscodeId, 21, time
);
id!(
    /// A message we meant to send; travels to the provider as `OutId`.
    MessageId, 21, time
);
id!(
    /// A configured connector.
    ConnectorId, 21, time
);
id!(
    /// What a user allowed a client within one session.
    GrantId, 21, time
);
id!(
    /// A browser's signed-in state, without its secret.
    SessionId, 21, time
);
id!(
    /// Somebody who administers Haoma; no user.
    AdministratorId, 21, time
);
id!(
    /// An administrator's signed-in browser, without its secret.
    AdministratorSessionId, 21, time
);
impl AdministratorSessionId {
    /// The session whose cookie has this public half.
    pub fn of(token: &TokenId) -> Self {
        Self(token.0.clone())
    }
}
id!(
    /// An API that access tokens are made for.
    ResourceId, 21, time
);
id!(
    /// What may be done with such an API.
    ScopeId, 21, time
);
id!(
    /// What users or services are allowed together.
    RoleId, 21, time
);
id!(
    /// A web-hook.
    HookId, 21, time
);
id!(
    /// One event that one web-hook is told of; also the `Idempotency-Key` of its requests.
    DeliveryId, 21, time
);
id!(
    /// Whom messages are kept from, or let through to.
    SendingRuleId, 21, time
);
id!(
    /// A test number; an input of its fixed code.
    TestNumberId, 21, time
);
id!(
    /// An audit event.
    AuditId, 21, time
);
id!(
    /// The public half of a token: see [`crate::token`].
    TokenId, 21, time
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_later() {
        let entropy = Entropy::seeded(1);
        let ids: Vec<_> = [0, 1, 35, 36, 1_700_000_000_000, 1_800_000_000_000]
            .map(|ms| MessageId::generate(Timestamp(ms), &entropy))
            .into();
        assert!(ids.is_sorted(), "{ids:?}");
        assert!(ids.iter().all(|id| id.as_str().len() == 21));
    }

    #[test]
    fn what_could_not_be_an_id_is_refused() {
        let long = "a".repeat(65);
        for text in ["", "a b", "a/b", "é", "a\0", long.as_str()] {
            assert_eq!(UserId::parse(text), Err(InvalidId), "{text:?}");
        }
        assert_eq!(ClientId::parse("demo-app").unwrap().as_str(), "demo-app");
    }
}
