//! The keys that sign tokens: parsed once, published as JWKS (RFC 7517, RFC 7518, RFC 8037).
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Validation;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::algorithm::Algorithm;
use crate::jwk::{Numbers, PublicKey};

/// The type of an access token (RFC 9068, section 2.1).
pub(crate) const ACCESS_TOKEN: &str = "at+jwt";

/// The type of a logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).
pub(crate) const LOGOUT_TOKEN: &str = "logout+jwt";

/// A key could not be made, read or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The library refused to make one.
    #[error("a signing key could not be made")]
    Generate,
    /// The text is no private key.
    #[error("a stored signing key cannot be read")]
    Unreadable,
    /// There is no key to sign with by this algorithm.
    #[error("there is no current {} signing key", .0.as_str())]
    NoCurrent(Algorithm),
    /// The library refused to sign, or the claims are no JSON.
    #[error("a token could not be signed")]
    Sign,
}

/// A private key, ready to sign. Prints only its id.
pub struct SigningKey {
    pair: Pair,
    public: PublicKey,
    /// The encoded header of every id token it signs: `alg` and `kid`, nothing else.
    header: String,
    /// The same for access tokens, with the type that keeps the two apart (RFC 9068, section 2.1).
    access_header: String,
}

/// Both halves, as the library holds them.
enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Makes one; also returns the private key as text, to be sealed and stored. RSA takes up to a second.
    pub fn generate(algorithm: Algorithm) -> Result<(Self, SecretString), KeyError> {
        let (pair, document) = Pair::generate(algorithm)?;
        Ok((Self::new(algorithm, pair)?, URL_SAFE_NO_PAD.encode(document).into()))
    }

    /// Reads a stored one.
    pub fn parse(algorithm: Algorithm, text: &SecretString) -> Result<Self, KeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.expose_secret());
        let bytes = bytes.map_err(|_not_base64| KeyError::Unreadable)?;
        Self::new(algorithm, Pair::parse(algorithm, &bytes)?)
    }

    fn new(algorithm: Algorithm, pair: Pair) -> Result<Self, KeyError> {
        let numbers = pair.numbers(algorithm).ok_or(KeyError::Unreadable)?;
        let public = PublicKey::new(algorithm, numbers);
        let (alg, kid) = (algorithm.as_str(), &public.kid);
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"{alg}","kid":"{kid}"}}"#));
        let access_header = format!(r#"{{"alg":"{alg}","typ":"{ACCESS_TOKEN}","kid":"{kid}"}}"#);
        Ok(Self { pair, public, header, access_header: URL_SAFE_NO_PAD.encode(access_header) })
    }

    /// Its name in tokens, JWKS and the database.
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    fn sign_under(&self, header: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let claims = serde_json::to_vec(claims).map_err(|_not_json| KeyError::Sign)?;
        let mut token = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.pair.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }
}

impl Pair {
    /// A new pair, and its PKCS #8 document.
    fn generate(algorithm: Algorithm) -> Result<(Self, Vec<u8>), KeyError> {
        let failed = |_unspecified| KeyError::Generate;
        Ok(match algorithm {
            Algorithm::Es256 | Algorithm::Es384 => {
                let pair = EcdsaKeyPair::generate(curve(algorithm)).map_err(failed)?;
                let document = pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec();
                (Self::Ecdsa(pair), document)
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
                let document: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                let document = document.as_ref().to_vec();
                (Self::Rsa(pair), document)
            }
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().map_err(failed)?;
                let document = pair.to_pkcs8().map_err(failed)?.as_ref().to_vec();
                (Self::Ed25519(pair), document)
            }
        })
    }

    fn parse(algorithm: Algorithm, document: &[u8]) -> Result<Self, KeyError> {
        let pair = match algorithm {
            Algorithm::Es256 | Algorithm::Es384 => {
                EcdsaKeyPair::from_pkcs8(curve(algorithm), document).map(Self::Ecdsa)
            }
            Algorithm::Rs256 => RsaKeyPair::from_pkcs8(document).map(Self::Rsa),
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(document).map(Self::Ed25519),
        };
        pair.map_err(|_rejected| KeyError::Unreadable)
    }

    fn numbers(&self, algorithm: Algorithm) -> Option<Numbers> {
        match self {
            Self::Ecdsa(pair) => {
                let crv = if algorithm == Algorithm::Es384 { "P-384" } else { "P-256" };
                Numbers::of_point(crv, pair.public_key().as_ref())
            }
            Self::Rsa(pair) => {
                let public = pair.public_key();
                let modulus = public.modulus().big_endian_without_leading_zero();
                let exponent = public.exponent().big_endian_without_leading_zero();
                Some(Numbers::of_rsa(modulus, exponent))
            }
            Self::Ed25519(pair) => Some(Numbers::of_ed25519(pair.public_key().as_ref())),
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let failed = |_unspecified| KeyError::Sign;
        match self {
            Self::Ecdsa(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
            Self::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

fn curve(algorithm: Algorithm) -> &'static EcdsaSigningAlgorithm {
    if algorithm == Algorithm::Es384 {
        &ECDSA_P384_SHA384_FIXED_SIGNING
    } else {
        &ECDSA_P256_SHA256_FIXED_SIGNING
    }
}

/// The keys in use: one of each algorithm signs, all are published.
#[derive(Debug, Clone)]
pub struct KeySet {
    current: Arc<[SigningKey]>,
    public: Arc<[PublicKey]>,
    jwks: Arc<str>,
}

impl KeySet {
    /// A set that signs with the first of `current` of an algorithm and also publishes the `others`.
    pub fn new(current: Vec<SigningKey>, others: &[SigningKey]) -> Self {
        let all = current.iter().chain(others);
        let public: Arc<[_]> = all.map(|key| key.public.clone()).collect();
        let jwks = serde_json::json!({ "keys": &*public }).to_string().into();
        Self { current: current.into(), public, jwks }
    }

    /// Signs an id token (RFC 7515, section 7.1).
    pub fn sign(&self, by: Algorithm, claims: &impl Serialize) -> Result<String, KeyError> {
        let key = self.current(by)?;
        key.sign_under(&key.header, claims)
    }

    /// Signs an access token.
    pub fn sign_access(&self, by: Algorithm, claims: &impl Serialize) -> Result<String, KeyError> {
        let key = self.current(by)?;
        key.sign_under(&key.access_header, claims)
    }

    /// Signs a logout token.
    pub fn sign_logout(&self, by: Algorithm, claims: &impl Serialize) -> Result<String, KeyError> {
        let key = self.current(by)?;
        let (alg, kid) = (by.as_str(), key.kid());
        let header = format!(r#"{{"alg":"{alg}","typ":"{LOGOUT_TOKEN}","kid":"{kid}"}}"#);
        key.sign_under(&URL_SAFE_NO_PAD.encode(header), claims)
    }

    fn current(&self, algorithm: Algorithm) -> Result<&SigningKey, KeyError> {
        let key = self.current.iter().find(|key| key.public.algorithm == algorithm);
        key.ok_or(KeyError::NoCurrent(algorithm))
    }

    /// The claims of a token of ours: signed with a published key by its fixed algorithm, of this issuer, of this type
    /// (`None`: an id token, which has none). Audience and expiry are for the caller to judge.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        issuer: &str,
        kind: Option<&str>,
        token: &str,
    ) -> Option<T> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.typ.as_deref() != kind {
            return None;
        }
        let kid = header.kid?;
        let key = self.public.iter().find(|key| key.kid == kid)?;
        let mut rules = Validation::new(verifying(key.algorithm));
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.set_issuer(&[issuer]);
        rules.set_required_spec_claims(&["iss"]);
        Some(jsonwebtoken::decode::<T>(token, &key.decoding_key()?, &rules).ok()?.claims)
    }

    /// The published keys, those that sign first.
    pub fn public(&self) -> &[PublicKey] {
        &self.public
    }

    /// The JWKS document.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

fn verifying(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
    match algorithm {
        Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
        Algorithm::Es384 => jsonwebtoken::Algorithm::ES384,
        Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        Algorithm::EdDsa => jsonwebtoken::Algorithm::EdDSA,
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.public.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    /// One key of an algorithm.
    pub(crate) fn key(algorithm: Algorithm) -> SigningKey {
        SigningKey::generate(algorithm).unwrap().0
    }

    /// A set with one key, of ES256.
    pub(crate) fn keys() -> KeySet {
        KeySet::new(vec![key(Algorithm::Es256)], &[])
    }

    #[test]
    fn a_key_survives_storing_and_keeps_its_thumbprint() {
        for algorithm in Algorithm::ALL {
            let (key, text) = SigningKey::generate(algorithm).unwrap();
            let again = SigningKey::parse(algorithm, &text).unwrap();
            assert_eq!(again.kid(), key.kid());
            assert_eq!(key.kid().len(), 43);
            assert!(!format!("{key:?} {text:?}").contains(text.expose_secret()));
            let other =
                if algorithm == Algorithm::Es384 { Algorithm::Es256 } else { Algorithm::Es384 };
            assert!(SigningKey::parse(other, &text).is_err(), "{algorithm:?} read as {other:?}");
            assert!(SigningKey::parse(algorithm, &"nonsense".to_owned().into()).is_err());
        }
    }

    #[test]
    fn the_header_names_algorithm_and_key_and_nothing_else() {
        for algorithm in Algorithm::ALL {
            let key = key(algorithm);
            let expected = json!({ "alg": algorithm.as_str(), "kid": key.kid() });
            let token = KeySet::new(vec![key], &[]).sign(algorithm, &json!({"a": 1})).unwrap();
            let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
            assert_eq!(serde_json::from_slice::<serde_json::Value>(&header).unwrap(), expected);
            assert_eq!(token.split('.').count(), 3);
        }
    }

    #[test]
    fn s54_what_one_algorithm_signed_is_verified_by_it_and_by_no_other_key() {
        let set = KeySet::new(Algorithm::ALL.map(key).into(), &[]);
        let claims = json!({ "iss": "https://id/oidc", "sub": "u" });
        for algorithm in Algorithm::ALL {
            let token = set.sign(algorithm, &claims).unwrap();
            let read: Option<serde_json::Value> = set.read("https://id/oidc", None, &token);
            assert_eq!(read.as_ref(), Some(&claims), "{algorithm:?}");
            let (_, rest) = token.split_once('.').unwrap();
            for other in set.public().iter().filter(|key| key.algorithm != algorithm) {
                let header = format!(r#"{{"alg":"{}","kid":"{}"}}"#, algorithm.as_str(), other.kid);
                let forged = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header));
                let read: Option<serde_json::Value> = set.read("https://id/oidc", None, &forged);
                assert_eq!(read, None, "{algorithm:?} under the name of {:?}", other.algorithm);
            }
        }
        let error = keys().sign(Algorithm::Rs256, &claims).unwrap_err();
        assert_eq!(error.to_string(), "there is no current RS256 signing key");
    }

    #[test]
    fn every_key_is_published_and_no_private_half() {
        let (current, secret) = SigningKey::generate(Algorithm::Es256).unwrap();
        let next = [key(Algorithm::Es256), key(Algorithm::Rs256)];
        let kids = [current.kid().to_owned(), next[0].kid().to_owned(), next[1].kid().to_owned()];
        let set = KeySet::new(vec![current], &next);
        let jwks: serde_json::Value = serde_json::from_str(set.jwks()).unwrap();
        let published = jwks["keys"].as_array().unwrap();
        assert_eq!(published.iter().map(|key| &key["kid"]).collect::<Vec<_>>(), kids.each_ref());
        assert_eq!((&published[0]["use"], &published[0]["alg"]), (&json!("sig"), &json!("ES256")));
        for name in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(published.iter().all(|key| key.get(name).is_none()), "{name}");
        }
        assert!(!set.jwks().contains(secret.expose_secret()));
    }
}
