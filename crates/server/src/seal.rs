//! Sealing what is secret in the database: AES-256-GCM, the row's id as associated data.
use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::entropy::Entropy;
use haoma_core::keys::Key;
use secrecy::SecretString;

/// The version of the format, first in every sealed text.
const PREFIX: &str = "v1.";

/// The key that seals; without it the database holds no readable secret.
pub struct SealKey(Option<LessSafeKey>);

/// A sealed text that does not open: another key, another row, or damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value does not open with the server key (wrong key, or the row was changed)")]
pub struct CannotOpen;

/// Nothing could be sealed; cannot happen with a key of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value could not be sealed")]
pub struct CannotSeal;

impl SealKey {
    /// From 256 bits.
    pub fn new(key: &Key) -> Self {
        Self(UnboundKey::new(&AES_256_GCM, key.expose()).ok().map(LessSafeKey::new))
    }

    /// Seals a text for one row.
    pub fn seal(&self, entropy: &Entropy, row_id: &str, plain: &str) -> Result<String, CannotSeal> {
        let key = self.0.as_ref().ok_or(CannotSeal)?;
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let mut sealed = plain.as_bytes().to_vec();
        let aad = Aad::from(row_id.as_bytes());
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_unspecified| CannotSeal)?;
        let mut bytes = nonce.to_vec();
        bytes.append(&mut sealed);
        Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what [`Self::seal`] sealed for the same row.
    pub fn open(&self, row_id: &str, sealed: &str) -> Result<SecretString, CannotOpen> {
        let key = self.0.as_ref().ok_or(CannotOpen)?;
        let text = sealed.strip_prefix(PREFIX).ok_or(CannotOpen)?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_not_base64| CannotOpen)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_length| CannotOpen)?;
        let mut body = body.to_vec();
        let plain = key
            .open_in_place(nonce, Aad::from(row_id.as_bytes()), &mut body)
            .map_err(|_unspecified| CannotOpen)?;
        let text = String::from_utf8(plain.to_vec()).map_err(|_not_utf8| CannotOpen)?;
        Ok(text.into())
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haoma_core::keys::ServerKey;
    use secrecy::ExposeSecret as _;

    #[test]
    fn s58_a_sealed_value_opens_only_in_its_row_and_with_its_key() {
        let entropy = Entropy::seeded(1);
        let key = SealKey::new(&ServerKey::new([1; 32]).derive("seal"));
        let sealed = key.seal(&entropy, "row-a", "secret").unwrap();
        assert_eq!(key.open("row-a", &sealed).unwrap().expose_secret(), "secret");
        assert!(!sealed.contains("secret"));
        assert_eq!(key.open("row-b", &sealed).err(), Some(CannotOpen));
        let other = SealKey::new(&ServerKey::new([2; 32]).derive("seal"));
        assert_eq!(other.open("row-a", &sealed).err(), Some(CannotOpen));
        for damaged in ["", "v1.", "v1.AAAA", "v2.AAAA", &sealed.replace("v1.", "")] {
            assert_eq!(key.open("row-a", damaged).err(), Some(CannotOpen), "{damaged}");
        }
    }
}
