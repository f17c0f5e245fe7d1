//! Proof Key for Code Exchange (RFC 7636), S256 only.
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::error::OauthError;

/// A code challenge: 43 characters of base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Challenge(String);

impl Challenge {
    /// From `code_challenge` and `code_challenge_method`. A missing method means `plain` (RFC 7636, section 4.3), which is refused.
    pub fn parse(
        challenge: Option<&str>,
        method: Option<&str>,
    ) -> Result<Option<Self>, OauthError> {
        let Some(challenge) = challenge else {
            return match method {
                None => Ok(None),
                Some(_) => Err(OauthError::invalid_request(
                    "code_challenge must be provided with code_challenge_method",
                )),
            };
        };
        if method != Some("S256") {
            let text = "not supported value of code_challenge_method";
            return Err(OauthError::invalid_request(text));
        }
        // 32 bytes are 43 characters; anything else could never match.
        if URL_SAFE_NO_PAD.decode(challenge).is_ok_and(|bytes| bytes.len() == 32) {
            Ok(Some(Self(challenge.to_owned())))
        } else {
            Err(OauthError::invalid_request("code_challenge must be a base64url SHA-256"))
        }
    }

    /// One that was stored.
    pub const fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// For storing.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the verifier is the one the challenge was made from; constant time.
    pub fn is_met_by(&self, verifier: &str) -> bool {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        is_verifier(verifier) && bool::from(digest.as_bytes().ct_eq(self.0.as_bytes()))
    }
}

/// 43 to 128 unreserved characters (RFC 7636, section 4.1).
fn is_verifier(text: &str) -> bool {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    (43..=128).contains(&text.len()) && text.bytes().all(unreserved)
}

/// Judges the verifier of a code exchange. A verifier without a challenge is refused too, so that a challenge cannot be
/// stripped on the way (RFC 9700, section 2.1.1).
pub fn is_proved(challenge: Option<&Challenge>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn challenge() -> Challenge {
        Challenge::parse(Some(CHALLENGE), Some("S256")).unwrap().unwrap()
    }

    #[test]
    fn s50_the_vector_of_rfc_7636_is_met() {
        assert!(challenge().is_met_by(VERIFIER));
    }

    #[test]
    fn s50_plain_and_malformed_challenges_are_refused() {
        for (challenge, method) in [
            (Some(CHALLENGE), Some("plain")),
            (Some(CHALLENGE), None),
            (Some(CHALLENGE), Some("s256")),
            (None, Some("S256")),
            (Some("short"), Some("S256")),
            (Some(&*format!("{CHALLENGE}=")), Some("S256")),
            (Some(&*CHALLENGE.replace('-', "+")), Some("S256")),
        ] {
            assert!(Challenge::parse(challenge, method).is_err(), "{challenge:?} {method:?}");
        }
        assert_eq!(Challenge::parse(None, None), Ok(None));
    }

    #[test]
    fn s50_proof_is_needed_exactly_when_it_was_promised() {
        let challenge = challenge();
        let long = "a".repeat(129);
        for (challenge, verifier, proved) in [
            (Some(&challenge), Some(VERIFIER), true),
            (Some(&challenge), Some(CHALLENGE), false),
            (Some(&challenge), Some("short"), false),
            (Some(&challenge), Some(&*long), false),
            (Some(&challenge), None, false),
            (None, Some(VERIFIER), false),
            (None, None, true),
        ] {
            assert_eq!(is_proved(challenge, verifier), proved, "{challenge:?} {verifier:?}");
        }
    }

    proptest! {
        #[test]
        fn s50_only_the_verifier_itself_meets_its_challenge(a in "[A-Za-z0-9._~-]{43,128}", b in "[A-Za-z0-9._~-]{43,128}") {
            let made = URL_SAFE_NO_PAD.encode(Sha256::digest(a.as_bytes()));
            let challenge = Challenge::parse(Some(&made), Some("S256")).unwrap().unwrap();
            prop_assert!(challenge.is_met_by(&a));
            prop_assert_eq!(challenge.is_met_by(&b), a == b);
        }
    }
}
