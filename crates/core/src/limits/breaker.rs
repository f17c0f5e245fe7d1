//! Whom the breaker of a country lets pass although it is full: it would keep everybody new out otherwise, whoever filled it.
use std::num::NonZeroU32;

use super::{Charge, Count, DAY_MS, LimitKind, Standing};
use crate::policy::SendPolicy;
use crate::time::Timestamp;

/// What a full breaker means for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaker {
    /// They wait until it recovers.
    Refuses,
    /// They pass once their device did the hardest work.
    AsksForWork,
    /// They pass: what goes on in the country does not come from their network.
    Passes,
    /// They pass while nothing of their network is without its code ([`Charge::at_home`]).
    PassesOnce,
}

impl Breaker {
    /// For somebody from a network that stands so, but for their own message that is repeated; `None`: nobody knows where they are.
    /// `is_usual`: the country is the one people of this server are expected from. There a home passes that has left no code unentered: new
    /// people are at home. Elsewhere it is not enough to be nobody yet, because who earns from messages has thousands of such addresses and
    /// takes countries where each costs much.
    pub const fn of(network: Option<Count>, is_usual: bool, standing: Standing) -> Self {
        let Some(count) = network else { return Self::Refuses };
        if count.is_proven() {
            Self::Passes
        } else if !is_usual || !count.is_spotless() {
            Self::Refuses
        } else if matches!(standing, Standing::Stranger) {
            Self::AsksForWork
        } else {
            Self::PassesOnce
        }
    }
}

impl Count {
    /// Whether a network has shown that people are behind it who enter their codes: ten did lately, and two for every code that nobody
    /// entered.
    const fn is_proven(self) -> bool {
        self.verified >= 10 && self.is_spotless()
    }

    /// Whether nobody there left a code, but for one where two others entered theirs.
    const fn is_spotless(self) -> bool {
        self.hits * 2 <= self.verified
    }
}

impl Charge {
    /// What a message is charged to for [`Breaker::PassesOnce`]. Of many messages of one network at once one is charged, or two where the second
    /// repeats the first. In place of the country's, all that pass so are counted, and together are no more than half of a day's budget, and
    /// half of those whose code was given: whoever has more networks than that leaves the other half.
    #[must_use]
    pub fn at_home(self, policy: &SendPolicy, is_repeat: bool, now: Timestamp) -> Option<Self> {
        match self.kind {
            LimitKind::Network => {
                let max = NonZeroU32::MIN.saturating_add(u32::from(is_repeat));
                Some(Self { max, share: 100, solved_share: 100, ..self })
            }
            LimitKind::Country => {
                let name = format!("homes/{}", self.bucket);
                let day = now.plus_millis(DAY_MS);
                let all = Self::new(LimitKind::Country, &name, policy.budget_day / 2, day)?;
                Some(all.growing(self.growth))
            }
            _ => Some(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(hits: i64, verified: i64) -> Count {
        Count { hits, verified }
    }

    #[test]
    fn s28_who_is_new_at_home_passes_the_breaker_of_the_usual_country_for_work() {
        let home = |network, standing| Breaker::of(network, true, standing);
        assert_eq!(home(Some(at(0, 0)), Standing::Stranger), Breaker::AsksForWork);
        assert_eq!(home(Some(at(0, 0)), Standing::Solved), Breaker::PassesOnce);
        assert_eq!(home(Some(at(1, 2)), Standing::Solved), Breaker::PassesOnce);
        for standing in [Standing::Stranger, Standing::Solved] {
            assert_eq!(home(Some(at(1, 1)), standing), Breaker::Refuses, "a code was left");
            assert_eq!(home(None, standing), Breaker::Refuses, "nobody knows from where");
            assert_eq!(Breaker::of(Some(at(0, 0)), false, standing), Breaker::Refuses, "elsewhere");
        }
    }

    #[test]
    fn s28_a_network_whose_people_enter_their_codes_passes_everywhere() {
        for is_usual in [true, false] {
            let of = |network| Breaker::of(Some(network), is_usual, Standing::Stranger);
            assert_eq!(of(at(0, 10)), Breaker::Passes);
            assert_eq!(of(at(5, 10)), Breaker::Passes);
            assert_eq!(of(at(6, 10)), Breaker::Refuses);
        }
        assert_eq!(Breaker::of(Some(at(0, 9)), false, Standing::Stranger), Breaker::Refuses);
    }
}
