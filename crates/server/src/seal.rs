//! Sealing what is secret in the database: AES-256-GCM, the row's id as associated data.
use std::collections::BTreeSet;
use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::entropy::Entropy;
use haoma_core::keys::Key;
use haoma_store::{Db, sealed};
use secrecy::{ExposeSecret as _, SecretString};

/// The version of the format, first in every sealed text.
const VERSION: &str = "v1.";
/// Texts sealed anew between two looks at the database.
const BATCH: i64 = 200;
/// Characters that name the key, between the version and the rest: enough to tell a few keys apart.
const NAME_CHARS: usize = 6;

/// The keys that seal; without them the database holds no readable secret. The first one seals, all of them open.
pub struct SealKeys(Vec<SealKey>);

struct SealKey {
    name: String,
    key: Option<LessSafeKey>,
}

/// A sealed text that does not open: another key, another row, or damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a sealed value does not open with `sealing_key`, `previous_sealing_key` or `server_key` (a key is missing, or the row was changed)"
)]
pub struct CannotOpen;

/// Nothing could be sealed; cannot happen with a key of 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value could not be sealed")]
pub struct CannotSeal;

impl SealKeys {
    /// The key that seals, and after it older ones that still open.
    pub fn new(keys: &[Key]) -> Self {
        Self(keys.iter().map(SealKey::new).collect())
    }

    /// What every text begins with that the current key sealed.
    pub fn prefix(&self) -> String {
        self.0.first().map(SealKey::prefix).unwrap_or_default()
    }

    /// Whether another key than the one that seals opens, too.
    pub fn has_older(&self) -> bool {
        let current = self.prefix();
        self.0.iter().any(|one| one.prefix() != current)
    }

    /// Seals a text for one row, named by table and primary key.
    ///
    /// # Errors
    /// [`CannotSeal`].
    pub fn seal(&self, entropy: &Entropy, row: &str, plain: &str) -> Result<String, CannotSeal> {
        let current = self.0.first().ok_or(CannotSeal)?;
        let key = current.key.as_ref().ok_or(CannotSeal)?;
        let nonce: [u8; NONCE_LEN] = entropy.bytes();
        let mut sealed = plain.as_bytes().to_vec();
        let aad = Aad::from(row.as_bytes());
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_unspecified| CannotSeal)?;
        let mut bytes = nonce.to_vec();
        bytes.append(&mut sealed);
        Ok(format!("{}{}", current.prefix(), URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Opens what [`Self::seal`] sealed for the same row, with whichever key did.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open(&self, row: &str, sealed: &str) -> Result<SecretString, CannotOpen> {
        let mut mine = self.0.iter().filter(|one| sealed.starts_with(&one.prefix()));
        let key = mine.next().and_then(|one| one.key.as_ref()).ok_or(CannotOpen)?;
        let text = sealed.rsplit('.').next().unwrap_or_default();
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_not_base64| CannotOpen)?;
        let (nonce, body) = bytes.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_length| CannotOpen)?;
        let mut body = body.to_vec();
        let plain = key
            .open_in_place(nonce, Aad::from(row.as_bytes()), &mut body)
            .map_err(|_unspecified| CannotOpen)?;
        let text = String::from_utf8(plain.to_vec()).map_err(|_not_utf8| CannotOpen)?;
        Ok(text.into())
    }
}

impl SealKey {
    fn new(key: &Key) -> Self {
        let mut name = URL_SAFE_NO_PAD.encode(key.mac(&[b"name"]));
        name.truncate(NAME_CHARS);
        Self { name, key: UnboundKey::new(&AES_256_GCM, key.expose()).ok().map(LessSafeKey::new) }
    }

    fn prefix(&self) -> String {
        format!("{VERSION}{}.", self.name)
    }
}

/// Whether an older key still seals something: what a rotation beside a server with the old configuration leaves behind.
///
/// # Errors
/// The database's.
pub async fn is_anything_left(db: &Db, keys: &SealKeys) -> haoma_store::Result<bool> {
    for column in sealed::Column::ALL {
        if !sealed::not_under(db, column, &keys.prefix(), "", 1).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Seals anew, with the current key, what an older one sealed; how many texts those were. Safe beside running servers, and to run again.
///
/// # Errors
/// The database's, or texts that no key opens: all of them are named, and every other is sealed anew.
pub async fn rotate(db: &Db, keys: &SealKeys, entropy: &Entropy) -> anyhow::Result<u64> {
    let prefix = keys.prefix();
    let (mut done, mut broken) = (0, BTreeSet::new());
    for column in sealed::Column::ALL {
        let mut from = String::new();
        loop {
            // what does not open is found again each time: others behind it need room of their own
            let room = BATCH + i64::try_from(broken.len()).unwrap_or(BATCH);
            let batch = sealed::not_under(db, column, &prefix, &from, room).await?;
            let new = batch.iter().filter(|old| !broken.contains(&old.row)).collect::<Vec<_>>();
            let Some(last) = new.last() else { break };
            from.clone_from(&last.id);
            for old in new {
                let Ok(plain) = keys.open(&old.row, &old.text) else {
                    broken.insert(old.row.clone());
                    continue;
                };
                let new = keys.seal(entropy, &old.row, plain.expose_secret())?;
                // a row that changed or went meanwhile needs nothing from us
                done += u64::from(sealed::replace(db, column, old, &new).await?);
            }
        }
    }
    anyhow::ensure!(
        broken.is_empty(),
        "{done} sealed anew; {} not: {CannotOpen}: {}",
        broken.len(),
        broken.into_iter().collect::<Vec<_>>().join(", ")
    );
    Ok(done)
}

impl fmt::Debug for SealKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use haoma_core::keys::ServerKey;

    fn key(byte: u8) -> Key {
        ServerKey::new([byte; 32]).derive("seal")
    }

    #[test]
    fn s58_a_sealed_value_opens_only_in_its_row_and_with_its_key() {
        let entropy = Entropy::seeded(1);
        let keys = SealKeys::new(&[key(1)]);
        let sealed = keys.seal(&entropy, "row-a", "secret").unwrap();
        assert_eq!(keys.open("row-a", &sealed).unwrap().expose_secret(), "secret");
        assert!(!sealed.contains("secret"));
        assert_eq!(keys.open("row-b", &sealed).err(), Some(CannotOpen));
        let other = SealKeys::new(&[key(2)]);
        assert_eq!(other.open("row-a", &sealed).err(), Some(CannotOpen));
        let prefix = keys.prefix();
        let renamed = sealed.replace(&prefix, &other.prefix());
        assert_eq!(other.open("row-a", &renamed).err(), Some(CannotOpen));
        for damaged in
            ["", &prefix, &format!("{prefix}AAAA"), "v2.AAAA", &sealed.replace(&prefix, "")]
        {
            assert_eq!(keys.open("row-a", damaged).err(), Some(CannotOpen), "{damaged}");
        }
    }

    #[test]
    fn s59_an_older_key_opens_and_the_current_one_seals() {
        let entropy = Entropy::seeded(1);
        let old = SealKeys::new(&[key(1)]).seal(&entropy, "row", "secret").unwrap();
        let both = SealKeys::new(&[key(2), key(1)]);
        assert_eq!(both.open("row", &old).unwrap().expose_secret(), "secret");
        let new = both.seal(&entropy, "row", "secret").unwrap();
        assert!(SealKeys::new(&[key(2)]).open("row", &new).is_ok());
        assert!(SealKeys::new(&[key(1)]).open("row", &new).is_err());
    }
}
