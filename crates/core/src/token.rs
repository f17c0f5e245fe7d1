//! Opaque tokens: 43 characters, of which 21 name the row and 22 are secret (132 bits).
//!
//! The row id is ordered by time, so that inserting is cheap; only a hash of the secret is stored.
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::entropy::Entropy;
use crate::ids::TokenId;
use crate::keys::Key;
use crate::time::Timestamp;

const ID_LEN: usize = 21;
const SECRET_LEN: usize = 22;

/// A session cookie, authorization code, access or refresh token, in clear.
#[derive(Debug, Clone)]
pub struct Token {
    id: TokenId,
    secret: SecretString,
}

/// What the database keeps of a secret: SHA-256 in base64url. A secret of 132 random bits needs no salt.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(String);

impl Token {
    /// A fresh one.
    pub fn generate(now: Timestamp, entropy: &Entropy) -> Self {
        let mut secret = URL_SAFE_NO_PAD.encode(entropy.bytes::<17>());
        secret.truncate(SECRET_LEN);
        Self { id: TokenId::generate(now, entropy), secret: secret.into() }
    }

    /// One whose secret follows from a server key and from the token it replaces: whoever makes it for that token makes the same.
    pub fn successor(id: TokenId, key: &Key, of: &TokenId) -> Self {
        let mut secret = URL_SAFE_NO_PAD.encode(key.mac(&[b"successor", of.as_str().as_bytes()]));
        secret.truncate(SECRET_LEN);
        Self { id, secret: secret.into() }
    }

    /// Reads what a client presented; `None` when it cannot be one of ours, without asking the database.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_at_checked(ID_LEN)?;
        let url_safe = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if secret.len() != SECRET_LEN || !secret.bytes().all(url_safe) {
            return None;
        }
        Some(Self { id: TokenId::parse(id).ok()?, secret: secret.to_owned().into() })
    }

    /// The primary key of its row.
    pub fn id(&self) -> &TokenId {
        &self.id
    }

    /// The whole text, for the answer to the client only.
    pub fn reveal(&self) -> String {
        format!("{}{}", self.id, self.secret.expose_secret())
    }

    /// What is stored and compared.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(self.secret.expose_secret())
    }
}

impl SecretHash {
    /// The hash of a high-entropy secret (a token's, or a client secret of at least 128 random bits).
    pub fn of(secret: &str) -> Self {
        Self(URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes())))
    }

    /// From the database.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// For the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares without telling how much matched.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ServerKey;

    #[test]
    fn a_token_survives_the_wire_and_matches_only_itself() {
        let entropy = Entropy::seeded(3);
        let token = Token::generate(Timestamp(1_700_000_000_000), &entropy);
        let text = token.reveal();
        assert_eq!(text.len(), 43);
        let read = Token::parse(&text).unwrap();
        assert_eq!(read.id(), token.id());
        assert!(read.hash().matches(&token.hash()));
        assert!(!Token::generate(Timestamp(0), &entropy).hash().matches(&token.hash()));
    }

    #[test]
    fn a_successor_is_the_same_whoever_makes_it_and_nobody_makes_it_without_the_key() {
        let key = |byte| ServerKey::new([byte; 32]).derive("tokens");
        let [id, parent, other] = ["a", "b", "c"].map(|c| TokenId::parse(&c.repeat(21)).unwrap());
        let secret = |key: &Key, of: &TokenId| Token::successor(id.clone(), key, of).hash();
        let made = secret(&key(1), &parent);
        assert!(made.matches(&secret(&key(1), &parent)));
        assert!(
            !made.matches(&secret(&key(1), &other)) && !made.matches(&secret(&key(2), &parent))
        );
        let text = Token::successor(id.clone(), &key(1), &parent).reveal();
        assert!(Token::parse(&text).unwrap().hash().matches(&made), "it survives the wire");
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_a_database() {
        let good = Token::generate(Timestamp(0), &Entropy::seeded(1)).reveal();
        for bad in [
            "",
            "short",
            good.strip_prefix(|_: char| true).unwrap(),
            &format!("{good}x"),
            &good.replace('0', "é"),
        ] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn debug_says_nothing_secret() {
        let token = Token::generate(Timestamp(0), &Entropy::seeded(1));
        let secret = token.reveal().split_off(21);
        assert!(!format!("{token:?} {:?}", token.hash()).contains(&secret));
        assert!(!format!("{:?}", token.hash()).contains(token.hash().as_str()));
    }
}
