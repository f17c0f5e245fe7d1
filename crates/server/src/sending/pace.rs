//! How long providers take. What is not handed to one waits as long, so that time tells nobody whose number is known (security
//! statement 32).
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use haoma_core::entropy::Entropy;

/// Calls that are remembered.
const MOST: usize = 64;
/// What a call is taken to last before there was one.
const USUAL: Duration = Duration::from_millis(120);

/// The latest calls of this process.
#[derive(Debug, Default)]
pub struct Pace(Mutex<VecDeque<Duration>>);

impl Pace {
    /// A call lasted so long.
    pub fn took(&self, call: Duration) {
        let mut calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.len() == MOST {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    /// Waits as long as one of them lasted, whichever chance picks.
    pub async fn wait(&self, entropy: &Entropy) {
        tokio::time::sleep(self.pick(entropy)).await;
    }

    fn pick(&self, entropy: &Entropy) -> Duration {
        let calls = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [chance] = entropy.bytes::<1>();
        let at = usize::from(chance) * calls.len() / 256;
        calls.get(at).copied().unwrap_or(USUAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s32_a_wait_is_as_long_as_one_of_the_latest_calls() {
        let (pace, entropy) = (Pace::default(), Entropy::seeded(7));
        assert_eq!(pace.pick(&entropy), USUAL);
        (0..100).map(Duration::from_millis).for_each(|call| pace.took(call));
        let picked: Vec<_> = (0..400).map(|_| pace.pick(&entropy)).collect();
        let latest = Duration::from_millis(36)..Duration::from_millis(100);
        assert!(picked.iter().all(|wait| latest.contains(wait)));
        let (short, long) = (Duration::from_millis(40), Duration::from_millis(95));
        assert!(
            picked.iter().any(|w| *w < short) && picked.iter().any(|w| *w > long),
            "from all of them"
        );
    }
}
