//! How what was counted leaves a counter again, and what a row says of a counter because of that.
use super::{Charge, Count};
use crate::time::Timestamp;

/// How what was counted leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaves {
    /// All of it, when the time that began with the first is over.
    AtOnce,
    /// One of it every so many milliseconds: a leaky bucket.
    Evenly {
        /// How many.
        every_ms: i64,
    },
    /// All of it, an hour after the last; until then the next waits the longer the more were counted ([`STAIR`]).
    Late,
}

/// After so many the next waits so many seconds: from half a minute to an hour (security statement 35). The last wait is also how long after the
/// last one all are forgotten.
pub const STAIR: [(i64, i64); 3] = [(3, 30), (5, 300), (7, 3600)];

impl Leaves {
    pub(super) const fn is_evenly(self) -> bool {
        matches!(self, Self::Evenly { .. })
    }
}

impl Charge {
    /// How far from now a leaky bucket may be from empty for this to fit, in milliseconds. `every_ms` is its own.
    pub fn full_ms(&self, every_ms: i64) -> i64 {
        let others = self.room(Count::default(), self.share) - i64::from(self.amount);
        others.max(0).saturating_mul(every_ms)
    }

    /// How a counter stands of which the row says this, and when it has room for what is charged.
    pub fn seen(&self, (count, ends): (Count, Timestamp), now: Timestamp) -> (Count, Timestamp) {
        match self.leaves {
            Leaves::AtOnce => (count, ends),
            Leaves::Evenly { every_ms } => {
                let left = ends.0.saturating_sub(now.0).max(0);
                let hits = left / every_ms + i64::from(left % every_ms > 0);
                (Count { hits, ..count }, ends.plus_millis(-self.full_ms(every_ms)))
            }
            Leaves::Late => {
                let step = STAIR.iter().rev().find(|(tries, _)| count.hits >= *tries);
                let wait_secs = step.map_or(0, |(_, secs)| *secs);
                let [.., (_, kept_secs)] = STAIR;
                (count, ends.plus_secs(wait_secs - kept_secs))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{HOUR_MS, LimitKind};

    #[test]
    fn s35_the_wait_grows_from_half_a_minute_to_an_hour_after_the_last() {
        let charge = Charge::new(LimitKind::GuessesNetwork, "name", 7, Timestamp(HOUR_MS)).unwrap();
        let charge = Charge { leaves: Leaves::Late, ..charge };
        let waits = |hits| {
            let count = Count { hits, verified: 0 };
            charge.seen((count, Timestamp(HOUR_MS)), Timestamp(0)).1.0 / 1000
        };
        assert_eq!([0, 2, 3, 4, 5, 6, 7, 8].map(waits), [0, 0, 30, 30, 300, 300, 3600, 3600]);
    }
}
