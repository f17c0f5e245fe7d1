//! The keys that sign tokens: made at the first start, stored sealed.
use anyhow::Context as _;
use haoma_core::entropy::Entropy;
use haoma_core::time::Timestamp;
use haoma_oidc::keys::{ALGORITHM, KeySet, SigningKey};
use haoma_store::Db;
use haoma_store::signing_keys::{self, State, StoredKey};

use crate::seal::SealKeys;

/// Opens the stored signing keys, or makes the first one; all sealed with `seal`.
///
/// # Errors
/// The database, or a key that does not open with this server key.
pub async fn load(
    db: &Db,
    seal: &SealKeys,
    entropy: &Entropy,
    now: Timestamp,
) -> anyhow::Result<KeySet> {
    let mut stored = signing_keys::list(db).await?;
    if !stored.iter().any(|key| key.state == State::Current) {
        make(db, seal, entropy, now).await?;
        // Another node may have been faster: what is stored counts.
        stored = signing_keys::list(db).await?;
    }
    let mut current = None;
    let mut others = Vec::new();
    for row in &stored {
        let text = seal.open(&signing_keys::row_of(&row.id), &row.private_sealed).context(
            "the stored signing key does not open: neither the server key nor a sealing key is the one this database was used with; put the old key back",
        )?;
        let key = SigningKey::parse(&text)?;
        if row.state == State::Current { current = Some(key) } else { others.push(key) }
    }
    Ok(KeySet::new(current.context("there is no current signing key")?, &others)?)
}

async fn make(db: &Db, seal: &SealKeys, entropy: &Entropy, now: Timestamp) -> anyhow::Result<()> {
    use secrecy::ExposeSecret as _;
    let (key, text) = SigningKey::generate()?;
    let row = StoredKey {
        id: key.kid().to_owned(),
        algorithm: ALGORITHM.to_owned(),
        private_sealed: seal.seal(
            entropy,
            &signing_keys::row_of(key.kid()),
            text.expose_secret(),
        )?,
        state: State::Current,
        created_at: now,
    };
    Ok(signing_keys::ensure(db, &row).await?)
}
