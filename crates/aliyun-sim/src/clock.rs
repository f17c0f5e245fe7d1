//! The simulator's clock: the machine's own, shifted, or standing still.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where the simulator takes the time from. Times are milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimClock {
    /// The machine's clock.
    System,
    /// The machine's clock plus so many milliseconds (negative: the past).
    Offset(i64),
    /// Stands still at this moment until it is moved.
    Fixed(i64),
}

impl SimClock {
    /// The current time by this clock, in milliseconds since 1970-01-01 UTC.
    pub fn now_ms(self) -> i64 {
        match self {
            SimClock::System => system_ms(),
            SimClock::Offset(by) => system_ms().saturating_add(by),
            SimClock::Fixed(at) => at,
        }
    }

    /// The same clock, `ms` later (negative: earlier). The machine's clock becomes a shifted one.
    pub fn advanced(self, ms: i64) -> Self {
        match self {
            SimClock::System => SimClock::Offset(ms),
            SimClock::Offset(by) => SimClock::Offset(by.saturating_add(ms)),
            SimClock::Fixed(at) => SimClock::Fixed(at.saturating_add(ms)),
        }
    }

    /// Whether time passes by itself.
    pub(crate) fn is_running(self) -> bool {
        !matches!(self, SimClock::Fixed(_))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of this crate that looks at the clock"
)]
fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
