//! Public keys as others read them (RFC 7517, section 4) and what they are called (RFC 7638).
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::algorithm::Algorithm;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicKey {
    #[serde(flatten)]
    numbers: Numbers,
    #[serde(rename = "use")]
    usage: &'static str,
    /// The thumbprint of RFC 7638.
    pub kid: String,
    #[serde(rename = "alg")]
    pub(crate) algorithm: Algorithm,
}

/// What a key is made of, base64url.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kty")]
pub(crate) enum Numbers {
    /// A point on a curve.
    #[serde(rename = "EC")]
    Point { crv: &'static str, x: String, y: String },
    /// Modulus and exponent.
    #[serde(rename = "RSA")]
    Rsa { n: String, e: String },
    /// A point of which one coordinate says all (RFC 8037).
    #[serde(rename = "OKP")]
    Short { crv: &'static str, x: String },
}

impl PublicKey {
    pub(crate) fn new(algorithm: Algorithm, numbers: Numbers) -> Self {
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(numbers.canonical()));
        Self { numbers, usage: "sig", kid, algorithm }
    }

    /// For the library that verifies.
    pub(crate) fn decoding_key(&self) -> Option<DecodingKey> {
        match &self.numbers {
            Numbers::Point { x, y, .. } => DecodingKey::from_ec_components(x, y).ok(),
            Numbers::Rsa { n, e } => DecodingKey::from_rsa_components(n, e).ok(),
            Numbers::Short { x, .. } => DecodingKey::from_ed_components(x).ok(),
        }
    }
}

impl Numbers {
    /// An uncompressed point: 0x04, then both coordinates, equally long.
    pub(crate) fn of_point(crv: &'static str, point: &[u8]) -> Option<Self> {
        let both = point.strip_prefix(&[4])?;
        let (x, y) = both.split_at_checked(both.len() / 2)?;
        Some(Self::Point { crv, x: URL_SAFE_NO_PAD.encode(x), y: URL_SAFE_NO_PAD.encode(y) })
    }

    pub(crate) fn of_rsa(modulus: &[u8], exponent: &[u8]) -> Self {
        Self::Rsa { n: URL_SAFE_NO_PAD.encode(modulus), e: URL_SAFE_NO_PAD.encode(exponent) }
    }

    pub(crate) fn of_ed25519(public: &[u8]) -> Self {
        Self::Short { crv: "Ed25519", x: URL_SAFE_NO_PAD.encode(public) }
    }

    /// RFC 7638, section 3: the required members in lexical order, without white space.
    fn canonical(&self) -> String {
        match self {
            Self::Point { crv, x, y } => {
                format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Self::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
            Self::Short { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7638, section 3.1, and that of RFC 8037, appendix A.3.
    #[test]
    fn thumbprints_are_those_of_the_standards() {
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let rsa = Numbers::Rsa { n: modulus.to_owned(), e: "AQAB".to_owned() };
        let short = Numbers::Short {
            crv: "Ed25519",
            x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        };
        let kid = |algorithm, numbers| PublicKey::new(algorithm, numbers).kid;
        assert_eq!(kid(Algorithm::Rs256, rsa), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(kid(Algorithm::EdDsa, short), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_point_is_cut_in_the_middle_or_refused() {
        let mut point = vec![4];
        point.extend([1; 48]);
        point.extend([2; 48]);
        let numbers = Numbers::of_point("P-384", &point).unwrap();
        let json = serde_json::to_value(PublicKey::new(Algorithm::Es384, numbers)).unwrap();
        assert_eq!(json["x"], URL_SAFE_NO_PAD.encode([1; 48]));
        assert_eq!(json["y"], URL_SAFE_NO_PAD.encode([2; 48]));
        assert_eq!((&json["kty"], &json["alg"]), (&"EC".into(), &"ES384".into()));
        assert_eq!(Numbers::of_point("P-256", &[2, 1, 1]), None);
    }
}
