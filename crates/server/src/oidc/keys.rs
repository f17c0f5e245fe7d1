//! The keys that sign tokens: made, published and exchanged by age (security statement 54), stored sealed.
use anyhow::Context as _;
use haoma_core::entropy::Entropy;
use haoma_core::time::Timestamp;
use haoma_oidc::algorithm::Algorithm;
use haoma_oidc::keys::{KeySet, SigningKey};
use haoma_oidc::rotation::{self, Held, Todo, Use};
use haoma_store::Db;
use haoma_store::audit::Event;
use haoma_store::signing_keys::{self, State, StoredKey};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::app::App;
use crate::own_events::By;
use crate::seal::SealKeys;

/// What keys are made with.
#[derive(Clone, Copy)]
struct Makers<'a> {
    db: &'a Db,
    seal: &'a SealKeys,
    entropy: &'a Entropy,
    now: Timestamp,
}

/// Opens the stored signing keys, or makes the first one; all sealed with `seal`. [`tend`] makes those of other algorithms.
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
        let with = Makers { db, seal, entropy, now };
        make(with, Algorithm::default(), State::Current).await?;
        // Another node may have been faster: what is stored counts.
        stored = signing_keys::list(db).await?;
    }
    open(&stored, seal)
}

/// Does what is due, and takes into use what this or another node did.
///
/// # Errors
/// The database, or a key that does not open.
pub async fn tend(app: &App) -> anyhow::Result<()> {
    let with =
        Makers { db: &app.db, seal: &app.keys.seal, entropy: &app.entropy, now: app.clock.now() };
    let mut stored = signing_keys::list(with.db).await?;
    loop {
        let held = held(&stored)?;
        let todo = rotation::due(&held, with.now);
        if todo.is_empty() {
            break;
        }
        for one in todo {
            carry_out(with, one).await?;
        }
        stored = signing_keys::list(with.db).await?;
    }
    let set = open(&stored, with.seal)?;
    if set.jwks() != app.signing.load().jwks() {
        tracing::info!(keys = stored.len(), "signing keys loaded");
        app.signing.store(set.into());
    }
    Ok(())
}

/// What became of [`promote`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promoted {
    /// It signs from now on.
    Done,
    /// It was made less than a day ago, and somebody may not know it yet.
    TooNew,
    /// There is none, or another node was faster.
    Nothing,
}

/// Lets the next key of an algorithm sign before its time, by command. Where the old one `leaked`, nothing it signed counts any more.
///
/// # Errors
/// The database.
pub async fn promote(
    db: &Db,
    algorithm: Algorithm,
    leaked: bool,
    (entropy, now): (&Entropy, Timestamp),
) -> anyhow::Result<Promoted> {
    let at = (entropy, now);
    let stored = signing_keys::list(db).await?;
    let find =
        |state| stored.iter().find(|key| key.state == state && key.algorithm == algorithm.as_str());
    if leaked {
        // a key that signed before the current one may be the one that leaked
        let is_previous =
            |key: &&StoredKey| key.state == State::Previous && key.algorithm == algorithm.as_str();
        for key in stored.iter().filter(is_previous) {
            signing_keys::remove_previous(db, &key.id, &removed(By::Command, &key.id, at)).await?;
        }
    }
    let Some(next) = find(State::Next) else { return Ok(Promoted::Nothing) };
    if !leaked && next.state_since.plus_secs(rotation::PUBLISHED_BEFORE) > now {
        return Ok(Promoted::TooNew);
    }
    let current = find(State::Current).map(|key| key.id.as_str());
    let event = promoted(By::Command, (current, &next.id), leaked, at);
    if !signing_keys::promote(db, current, &next.id, now, &event).await? {
        return Ok(Promoted::Nothing);
    }
    if let Some(old) = current.filter(|_| leaked) {
        signing_keys::remove_previous(db, old, &removed(By::Command, old, at)).await?;
    }
    Ok(Promoted::Done)
}

/// One key signs from now on instead of another.
fn promoted(
    by: By,
    (old, new): (Option<&str>, &str),
    leaked: bool,
    at: (&Entropy, Timestamp),
) -> Event {
    let payload = json!({ "kid": new, "before": old, "leaked": leaked });
    by.event("SigningKey.Promoted", &payload, at)
}

/// What a key signed counts no more.
fn removed(by: By, kid: &str, at: (&Entropy, Timestamp)) -> Event {
    by.event("SigningKey.Removed", &json!({ "kid": kid }), at)
}

fn held(stored: &[StoredKey]) -> anyhow::Result<Vec<Held<'_>>> {
    let mut all = Vec::with_capacity(stored.len());
    for key in stored {
        let used = match key.state {
            State::Next => Use::Next,
            State::Current => Use::Current,
            State::Previous => Use::Previous,
        };
        all.push(Held { id: &key.id, algorithm: algorithm(key)?, used, since: key.state_since });
    }
    Ok(all)
}

fn algorithm(key: &StoredKey) -> anyhow::Result<Algorithm> {
    Algorithm::parse(&key.algorithm).map_err(|why| anyhow::anyhow!("{}: {why}", key.algorithm))
}

async fn carry_out(with: Makers<'_>, todo: Todo<'_>) -> anyhow::Result<()> {
    match todo {
        Todo::Make(algorithm, Use::Current) => make(with, algorithm, State::Current).await,
        Todo::Make(algorithm, _) => make(with, algorithm, State::Next).await,
        Todo::Promote { current, next } => {
            let event = promoted(By::Age, (current, next), false, (with.entropy, with.now));
            if signing_keys::promote(with.db, current, next, with.now, &event).await? {
                tracing::info!(kid = next, "a signing key took over");
            }
            Ok(())
        }
        Todo::Remove(id) => {
            let event = removed(By::Age, id, (with.entropy, with.now));
            if signing_keys::remove_previous(with.db, id, &event).await? {
                tracing::info!(kid = id, "a signing key is published no longer");
            }
            Ok(())
        }
    }
}

async fn make(with: Makers<'_>, algorithm: Algorithm, state: State) -> anyhow::Result<()> {
    // RSA takes a while
    let (key, text) =
        tokio::task::spawn_blocking(move || SigningKey::generate(algorithm)).await??;
    let row = signing_keys::row_of(key.kid());
    let stored = StoredKey {
        id: key.kid().to_owned(),
        algorithm: algorithm.as_str().to_owned(),
        private_sealed: with.seal.seal(with.entropy, &row, text.expose_secret())?,
        state,
        state_since: with.now,
        created_at: with.now,
    };
    Ok(signing_keys::ensure(with.db, &stored).await?)
}

/// The keys as they sign and are published: current ones first, as they were made.
fn open(stored: &[StoredKey], seal: &SealKeys) -> anyhow::Result<KeySet> {
    let (mut current, mut others) = (Vec::new(), Vec::new());
    for row in stored {
        let text = seal.open(&signing_keys::row_of(&row.id), &row.private_sealed).context(
            "the stored signing key does not open: neither the server key nor a sealing key is the one this database was used with; put the old key back",
        )?;
        let key = SigningKey::parse(algorithm(row)?, &text)?;
        if row.state == State::Current { current.push(key) } else { others.push(key) }
    }
    anyhow::ensure!(!current.is_empty(), "there is no current signing key");
    Ok(KeySet::new(current, &others))
}
