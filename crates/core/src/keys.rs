//! One server key from outside the database; every other symmetric key is derived from it.
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use secrecy::{ExposeSecret as _, SecretBox};

/// 256 bits for one purpose. Prints nothing, is wiped when dropped.
pub struct Key(SecretBox<[u8; 32]>);

/// The server key: from configuration, never in the database.
pub struct ServerKey(Key);

/// The configured server key is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server key must be 64 hexadecimal digits (32 random bytes)")]
pub struct InvalidServerKey;

impl ServerKey {
    /// From 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Key::new(bytes))
    }

    /// From 64 hexadecimal digits, as written in a key file; white space around them is fine.
    pub fn parse(text: &str) -> Result<Self, InvalidServerKey> {
        let text = text.trim();
        let mut bytes = [0_u8; 32];
        if text.len() != 64 {
            return Err(InvalidServerKey);
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(2 * i..2 * i + 2).ok_or(InvalidServerKey)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_invalid_digit| InvalidServerKey)?;
        }
        Ok(Self::new(bytes))
    }

    /// How many different bytes it has: about 30 when made by chance, few when typed by hand.
    pub fn distinct_bytes(&self) -> usize {
        let mut bytes = *self.0.expose();
        bytes.sort_unstable();
        bytes.chunk_by(|a, b| a == b).count()
    }

    /// A key for one purpose; different purposes give unrelated keys.
    pub fn derive(&self, purpose: &str) -> Key {
        Key::new(self.0.mac(&[b"haoma/", purpose.as_bytes()]))
    }
}

impl Key {
    /// From 32 bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// The bytes, for a cipher.
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// HMAC-SHA-256 over length-prefixed parts, so that no two lists of parts collide.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes keys of any length: the empty fallback cannot happen.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()) else {
            return [0; 32];
        };
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether `tag` is [`Self::mac`] of the parts; constant time.
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.mac(parts).as_slice().ct_eq(tag).into()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_do_not_share_keys_and_parts_do_not_run_together() {
        let server = ServerKey::new([7; 32]);
        assert_ne!(server.derive("passcode").expose(), server.derive("cookie").expose());
        let key = server.derive("x");
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
        assert!(key.verify(&[b"a"], &key.mac(&[b"a"])));
        assert!(!key.verify(&[b"a"], &key.mac(&[b"b"])));
    }

    #[test]
    fn a_key_file_is_64_hex_digits() {
        let text = "0f".repeat(32);
        assert_eq!(ServerKey::parse(&format!(" {text}\n")).unwrap().0.expose(), &[15; 32]);
        for bad in ["", "0f", &"0g".repeat(32), &"é".repeat(32), &"0f".repeat(33)] {
            assert!(ServerKey::parse(bad).is_err(), "{bad}");
        }
        assert!(!format!("{:?}", ServerKey::new([15; 32])).contains("15"));
    }
}
