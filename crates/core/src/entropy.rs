//! Randomness as a dependency, so a test can seed it.
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rand::rngs::SysRng;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

/// Where random bytes come from: `ChaCha20` seeded by the operating system, or by a test.
#[derive(Clone)]
pub struct Entropy(Arc<Mutex<ChaCha20Rng>>);

/// The operating system gave no random bytes; nothing may start without them.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes: {0}")]
pub struct NoEntropy(String);

impl Entropy {
    /// Seeded by the operating system.
    pub fn from_os() -> Result<Self, NoEntropy> {
        let rng = ChaCha20Rng::try_from_rng(&mut SysRng).map_err(|e| NoEntropy(e.to_string()))?;
        Ok(Self(Arc::new(Mutex::new(rng))))
    }

    /// The same bytes every run; for tests.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(ChaCha20Rng::seed_from_u64(seed))))
    }

    /// Fills a buffer, for tokens and keys.
    pub fn fill(&self, buffer: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(buffer);
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut buffer = [0; N];
        self.fill(&mut buffer);
        buffer
    }

    /// `N` random bytes as `2 N` lower-case hexadecimal digits.
    pub fn hex<const N: usize>(&self) -> String {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        self.bytes::<N>().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_two_digits_a_byte() {
        let text = Entropy::seeded(1).hex::<16>();
        assert!(text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()), "{text}");
    }

    #[test]
    fn a_seed_repeats_and_the_system_does_not() {
        assert_eq!(Entropy::seeded(1).bytes::<16>(), Entropy::seeded(1).bytes::<16>());
        assert_ne!(
            Entropy::from_os().unwrap().bytes::<16>(),
            Entropy::from_os().unwrap().bytes::<16>()
        );
    }
}
