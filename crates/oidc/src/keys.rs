//! The keys that sign tokens: ES256, parsed once, published as JWKS (RFC 7517, RFC 7518, RFC 7638).
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};

/// The algorithm of every signature (RFC 7518, section 3.4).
pub const ALGORITHM: &str = "ES256";

/// The type of an access token (RFC 9068, section 2.1).
pub(crate) const ACCESS_TOKEN: &str = "at+jwt";

/// A key could not be made, read or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The library refused to make one.
    #[error("a signing key could not be made")]
    Generate,
    /// The text is no private key.
    #[error("a stored signing key cannot be read")]
    Unreadable,
    /// There is no key to sign with.
    #[error("there is no current signing key")]
    NoCurrent,
    /// The library refused to sign, or the claims are no JSON.
    #[error("a token could not be signed")]
    Sign,
}

/// A private key, ready to sign. Prints only its id.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    public: PublicKey,
    /// The encoded header of every id token it signs: `alg` and `kid`, nothing else.
    header: String,
    /// The same for access tokens, with the type that keeps the two apart (RFC 9068, section 2.1).
    access_header: String,
}

/// A public key (RFC 7517, section 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicKey {
    kty: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    /// The thumbprint of RFC 7638.
    pub kid: String,
    alg: &'static str,
    crv: &'static str,
    pub(crate) x: String,
    pub(crate) y: String,
}

impl SigningKey {
    /// Makes one; also returns the private key as text, to be sealed and stored.
    pub fn generate() -> Result<(Self, SecretString), KeyError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let pair = pair.map_err(|_unspecified| KeyError::Generate)?;
        let document = pair.to_pkcs8v1().map_err(|_unspecified| KeyError::Generate)?;
        let text = URL_SAFE_NO_PAD.encode(document.as_ref());
        Ok((Self::new(pair)?, text.into()))
    }

    /// Reads a stored one.
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.expose_secret());
        let bytes = bytes.map_err(|_not_base64| KeyError::Unreadable)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes);
        Self::new(pair.map_err(|_rejected| KeyError::Unreadable)?)
    }

    fn new(pair: EcdsaKeyPair) -> Result<Self, KeyError> {
        let public = PublicKey::new(pair.public_key().as_ref())?;
        let header = format!(r#"{{"alg":"{ALGORITHM}","kid":"{}"}}"#, public.kid);
        let access_header =
            format!(r#"{{"alg":"{ALGORITHM}","typ":"{ACCESS_TOKEN}","kid":"{}"}}"#, public.kid);
        let header = URL_SAFE_NO_PAD.encode(header);
        Ok(Self { pair, public, header, access_header: URL_SAFE_NO_PAD.encode(access_header) })
    }

    /// Its name in tokens, JWKS and the database.
    pub fn kid(&self) -> &str {
        &self.public.kid
    }

    /// A signed id token (RFC 7515, section 7.1).
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.sign_under(&self.header, claims)
    }

    fn sign_under(&self, header: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let claims = serde_json::to_vec(claims).map_err(|_not_json| KeyError::Sign)?;
        let mut token = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.pair.sign(&SystemRandom::new(), token.as_bytes());
        let signature = signature.map_err(|_unspecified| KeyError::Sign)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
        Ok(token)
    }
}

impl PublicKey {
    /// From an uncompressed point: 0x04, then x and y of 32 bytes each.
    fn new(point: &[u8]) -> Result<Self, KeyError> {
        let coordinates = point.strip_prefix(&[4]).filter(|rest| rest.len() == 64);
        let (x, y) =
            coordinates.and_then(|c| c.split_at_checked(32)).ok_or(KeyError::Unreadable)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        // RFC 7638, section 3: the required members in lexical order, without white space.
        let text = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(text));
        Ok(Self { kty: "EC", usage: "sig", kid, alg: ALGORITHM, crv: "P-256", x, y })
    }
}

/// The keys in use: one signs, all are published.
#[derive(Debug, Clone)]
pub struct KeySet {
    current: Arc<SigningKey>,
    public: Arc<[PublicKey]>,
    jwks: Arc<str>,
}

impl KeySet {
    /// A set that signs with `current` and also publishes the `others`.
    pub fn new(current: SigningKey, others: &[SigningKey]) -> Result<Self, KeyError> {
        let others = others.iter().map(|key| key.public.clone());
        let public: Arc<[_]> = std::iter::once(current.public.clone()).chain(others).collect();
        let jwks = serde_json::json!({ "keys": &*public }).to_string().into();
        Ok(Self { current: Arc::new(current), public, jwks })
    }

    /// Signs an id token with the current key.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.current.sign(claims)
    }

    /// Signs an access token with the current key.
    pub fn sign_access(&self, claims: &impl Serialize) -> Result<String, KeyError> {
        self.current.sign_under(&self.current.access_header, claims)
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
        let key = DecodingKey::from_ec_components(&key.x, &key.y).ok()?;
        let mut rules = Validation::new(Algorithm::ES256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.set_issuer(&[issuer]);
        rules.set_required_spec_claims(&["iss"]);
        Some(jsonwebtoken::decode::<T>(token, &key, &rules).ok()?.claims)
    }

    /// The published keys, current first.
    pub fn public(&self) -> &[PublicKey] {
        &self.public
    }

    /// The JWKS document.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.public.kid).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_storing_and_keeps_its_thumbprint() {
        let (key, text) = SigningKey::generate().unwrap();
        let again = SigningKey::parse(&text).unwrap();
        assert_eq!(again.kid(), key.kid());
        assert_eq!(key.kid().len(), 43);
        assert!(SigningKey::parse(&"nonsense".to_owned().into()).is_err());
        assert!(!format!("{key:?} {text:?}").contains(text.expose_secret()));
    }

    #[test]
    fn the_header_names_algorithm_and_key_and_nothing_else() {
        let (key, _) = SigningKey::generate().unwrap();
        let token = key.sign(&serde_json::json!({"a": 1})).unwrap();
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        let expected = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, key.kid());
        assert_eq!(String::from_utf8(header).unwrap(), expected);
        assert_eq!(token.split('.').count(), 3);
    }

    #[test]
    fn every_key_is_published_and_no_private_half() {
        let (current, secret) = SigningKey::generate().unwrap();
        let (next, _) = SigningKey::generate().unwrap();
        let (a, b) = (current.kid().to_owned(), next.kid().to_owned());
        let set = KeySet::new(current, &[next]).unwrap();
        let jwks: serde_json::Value = serde_json::from_str(set.jwks()).unwrap();
        assert_eq!((&jwks["keys"][0]["kid"], &jwks["keys"][1]["kid"]), (&a.into(), &b.into()));
        assert_eq!(jwks["keys"][0]["use"], "sig");
        assert_eq!(jwks["keys"][0]["alg"], "ES256");
        assert!(jwks["keys"][0].get("d").is_none() && !set.jwks().contains(secret.expose_secret()));
    }
}
