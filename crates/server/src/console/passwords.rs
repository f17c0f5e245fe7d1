//! Hashing administrators' passwords: argon2id, off the threads that serve, few at a time because each takes 19 MiB.
use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use haoma_core::entropy::Entropy;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::error::api::{ApiError, codes};

/// Hashes computed at once.
const AT_ONCE: usize = 2;
/// Requests that wait for it or are at it; more are told to come again: a hash takes some 30 ms, so nobody waits half a second.
const IN_LINE: usize = 32;
/// Memory in KiB, passes and lanes (OWASP Password Storage Cheat Sheet: 19 MiB, two passes).
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Random bytes of a salt (RFC 9106, section 3.1).
const SALT_BYTES: usize = 16;
/// What a password is compared with where there is no account, so that the answer takes as long: in the form of a hash, of no
/// known text.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$N2Q0ZjFhOWMzZTViNjA4Mg$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";

/// The place where passwords are hashed.
#[derive(Clone)]
pub struct Passwords {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        Self { working: semaphore(AT_ONCE), waiting: semaphore(IN_LINE) }
    }
}

impl Passwords {
    /// Hashes a password for the database.
    ///
    /// # Errors
    /// `request.internal` when nothing could be hashed.
    pub async fn hash(
        &self,
        entropy: &Entropy,
        password: SecretString,
    ) -> Result<String, ApiError> {
        let salt: [u8; SALT_BYTES] = entropy.bytes();
        let hashed = self
            .run(move || {
                let hash =
                    argon2()?.hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
                Some(hash.ok()?.to_string())
            })
            .await?;
        hashed.ok_or_else(|| ApiError::new(codes::INTERNAL).because("a password was not hashed"))
    }

    /// Whether a password belongs to a stored hash; without one it takes as long and does not.
    ///
    /// # Errors
    /// `request.internal` when the comparison could not be made.
    pub async fn verify(
        &self,
        stored: Option<String>,
        password: SecretString,
    ) -> Result<bool, ApiError> {
        let is_somebody = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
        let matches = self
            .run(move || {
                let hash = PasswordHash::new(&stored).ok()?;
                Some(argon2()?.verify_password(password.expose_secret().as_bytes(), &hash).is_ok())
            })
            .await?;
        let damaged =
            || ApiError::new(codes::INTERNAL).because("a stored password hash is damaged");
        matches.map(|matches| matches && is_somebody).ok_or_else(damaged)
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let internal = |cause: String| ApiError::new(codes::INTERNAL).because(cause);
        let place = Arc::clone(&self.waiting).try_acquire_owned();
        let place = place.map_err(|e| ApiError::new(codes::UNAVAILABLE).because(e))?;
        let permit = Arc::clone(&self.working).acquire_owned().await;
        let permit = permit.map_err(|e| internal(e.to_string()))?;
        // the permits belong to the work, which goes on also when whoever asked for it has left
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop((place, permit));
            done
        });
        done.await.map_err(|e| internal(e.to_string()))
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwords(…)")
    }
}

fn argon2() -> Option<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_and_nobodys_account() {
        let passwords = Passwords::default();
        let entropy = Entropy::seeded(1);
        let hash = passwords.hash(&entropy, "seven green kettles".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let again = passwords.hash(&entropy, "seven green kettles".into()).await.unwrap();
        assert_ne!(hash, again, "salted");
        let judge = |stored: Option<&str>, password: &str| {
            let passwords = passwords.clone();
            let (stored, password) =
                (stored.map(str::to_owned), SecretString::from(password.to_owned()));
            async move { passwords.verify(stored, password).await }
        };
        assert!(judge(Some(&hash), "seven green kettles").await.unwrap());
        assert!(!judge(Some(&hash), "seven green kettle").await.unwrap());
        assert!(!judge(None, "seven green kettles").await.unwrap());
        assert_eq!(judge(Some("damaged"), "x").await.unwrap_err().code, codes::INTERNAL);
    }
}
