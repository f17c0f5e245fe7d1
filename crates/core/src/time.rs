//! Time as a value. Only [`Clock::now`] looks at the real one.
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC: the only form of time the database sees.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment plus some seconds (negative: earlier).
    pub const fn plus_secs(self, secs: i64) -> Self {
        self.plus_millis(secs.saturating_mul(1000))
    }

    /// This moment plus some milliseconds (negative: earlier).
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Whole seconds since 1970, as JWTs want them (RFC 7519, section 2).
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Seconds from `earlier` to this moment, rounded up and never negative: what a person waits.
    pub const fn secs_since(self, earlier: Self) -> i64 {
        let millis = self.0.saturating_sub(earlier.0);
        if millis <= 0 { 0 } else { millis.saturating_add(999) / 1000 }
    }
}

/// Where `now` comes from. Three cases, so an enum and not a trait.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// The machine's clock plus milliseconds that a test harness moves.
    Shifted(Arc<AtomicI64>),
    /// A clock that stands still until a test moves it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// Reads the clock. A handler calls this once and passes the value on.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => system(),
            Self::Shifted(by) => system().plus_millis(by.load(Ordering::Relaxed)),
            Self::Fixed(ms) => Timestamp(ms.load(Ordering::Relaxed)),
        }
    }

    /// A clock that stands at `now`.
    pub fn fixed(now: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(now.0)))
    }

    /// Moves a test's clock; the machine's clock cannot be moved.
    pub fn advance_millis(&self, millis: i64) {
        if let Self::Shifted(clock) | Self::Fixed(clock) = self {
            clock.fetch_add(millis, Ordering::Relaxed);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that may look at the clock")]
fn system() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp(since.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_and_never_negative() {
        for (millis, secs) in [(-5, 0), (0, 0), (1, 1), (1000, 1), (1001, 2)] {
            assert_eq!(Timestamp(millis).secs_since(Timestamp(0)), secs, "{millis} ms");
        }
    }

    #[test]
    fn a_fixed_clock_moves_only_by_hand() {
        let clock = Clock::fixed(Timestamp(5));
        assert_eq!(clock.now(), clock.now());
        clock.advance_millis(10);
        assert_eq!(clock.now(), Timestamp(15));
    }
}
