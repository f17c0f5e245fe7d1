//! The algorithms that sign tokens (RFC 7518, section 3.1; RFC 8037, section 3.1).
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// How a token is signed. A client may choose; ES256 is what it gets otherwise.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    #[default]
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA on P-384 with SHA-384.
    #[serde(rename = "ES384")]
    Es384,
    /// RSASSA-PKCS1-v1_5 with SHA-256, for libraries that know nothing newer.
    #[serde(rename = "RS256")]
    Rs256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl Algorithm {
    /// All of them, as in discovery.
    pub const ALL: [Self; 4] = [Self::Es256, Self::Es384, Self::Rs256, Self::EdDsa];

    /// As in JOSE headers and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Reads [`Self::as_str`].
    ///
    /// # Errors
    /// The text names none of them.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let known = Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text);
        known.ok_or("not an algorithm that signs tokens")
    }

    /// The left half of a token's digest, by the hash of the signature (OpenID Connect Core 3.1.3.6).
    pub fn half_digest(self, token: &str) -> String {
        fn left<D: AsRef<[u8]>>(digest: D) -> String {
            let bytes = digest.as_ref();
            let half = bytes.get(..bytes.len() / 2).unwrap_or_default();
            URL_SAFE_NO_PAD.encode(half)
        }
        match self {
            Self::Es256 | Self::Rs256 => left(Sha256::digest(token)),
            Self::Es384 => left(Sha384::digest(token)),
            Self::EdDsa => left(Sha512::digest(token)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_algorithm_is_read_as_it_is_written() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.as_str()), Ok(algorithm));
            let json = serde_json::json!(algorithm);
            assert_eq!(json, algorithm.as_str());
        }
        for other in ["none", "HS256", "es256", ""] {
            assert!(Algorithm::parse(other).is_err(), "{other}");
        }
    }

    /// OpenID Connect Core, appendix A.3, has the first; the lengths follow from the hashes.
    #[test]
    fn half_a_digest_is_as_long_as_its_hash_says() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        let halves = Algorithm::ALL.map(|algorithm| algorithm.half_digest(token));
        assert_eq!(halves[0], "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(halves[2], halves[0]);
        assert_eq!(halves.map(|half| half.len()), [22, 32, 22, 43]);
    }
}
