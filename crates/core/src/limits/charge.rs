//! One count against one counter, and how high the counter goes for whoever asks.
use std::num::NonZeroU32;

use super::{Leaves, LimitKind};
use crate::time::Timestamp;

/// What is known of whoever asks. It decides how high counters may go for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Nothing.
    Stranger,
    /// They solved a challenge for this very message.
    Solved,
    /// They passed a captcha for this very message: a third party takes them for a person.
    Checked,
    /// An administrator lets them through: they are not judged by where they are.
    LetThrough,
    /// They signed in with this number in this browser before.
    Known,
}

/// How much of a counter strangers, those who solved a challenge, those who passed a captcha, and known people may use, in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shares([u32; 4]);

impl Shares {
    /// Everybody may use all of it.
    pub(super) const ALL: Self = Self([100, 100, 100, 100]);
    /// The last fifth is kept for whoever signed in before, and the fifth before that costs a challenge.
    pub(super) const KEPT: Self = Self([60, 80, 80, 100]);
    /// The last fifth is kept for whoever signed in before; no challenge makes guesses more.
    pub(super) const IN_A_ROW: Self = Self([80, 80, 80, 100]);
    /// The same of the few that fit at once, where a fifth would not let an owner mistype.
    pub(super) const GUESSES: Self = Self([75, 75, 75, 100]);
    /// Half of it costs a challenge, and as much again a captcha.
    pub(super) const CHALLENGED: Self = Self([50, 100, 200, 100]);

    /// Half of it is for nothing, and there is no end for who works.
    pub(super) const WORKED: Self = Self([50, 1_000_000, 1_000_000, 1_000_000]);

    const fn of(self, standing: Standing) -> u32 {
        let Self([stranger, solved, checked, known]) = self;
        match standing {
            Standing::Stranger => stranger,
            // the rest is the owner's, whoever is let through
            Standing::Solved | Standing::LetThrough => solved,
            Standing::Checked => checked,
            Standing::Known => known,
        }
    }
}

/// One count against one counter. It fits when `hits + amount <= (max + verified * growth / 100) * share / 100`, rounded up. `hits` is what
/// was counted and has not left again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Why the counter exists.
    pub kind: LimitKind,
    /// The counter's name; holds keyed hashes of numbers and addresses, never these.
    pub bucket: String,
    /// What is added: one, or a price.
    pub amount: u32,
    /// How much fits before `resets_at`; a limit that is turned off has no counter.
    pub max: NonZeroU32,
    /// What one that came back verified adds to `max`, in hundredths.
    pub growth: u32,
    /// How much of that whoever asks may use, in hundredths.
    pub share: u32,
    /// How much of it they could use after solving a challenge.
    pub solved_share: u32,
    /// When a counter that starts now starts anew, or is empty again.
    pub resets_at: Timestamp,
    /// How what was counted leaves again.
    pub leaves: Leaves,
}

/// How a counter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// What was counted.
    pub hits: i64,
    /// What of it came back verified, and left `hits` again.
    pub verified: i64,
}

impl Charge {
    /// A counter of everybody's that counts one.
    pub(super) fn new(kind: LimitKind, name: &str, max: i64, resets_at: Timestamp) -> Option<Self> {
        let max = NonZeroU32::new(u32::try_from(max.max(0)).unwrap_or(u32::MAX))?;
        // what is counted comes first: its counters lie together in the index
        let bucket = format!("{name}:{}", kind.as_str());
        let share = Shares::ALL.of(Standing::Stranger);
        Some(Self {
            kind,
            bucket,
            amount: 1,
            max,
            growth: 0,
            share,
            solved_share: share,
            resets_at,
            leaves: Leaves::AtOnce,
        })
    }

    pub(super) fn shared(self, shares: Shares, standing: Standing) -> Self {
        let solved_share = shares.of(standing.max(Standing::Solved));
        Self { share: shares.of(standing), solved_share, ..self }
    }

    pub(super) fn growing(self, growth: u32) -> Self {
        Self { growth, ..self }
    }

    pub(super) fn of(self, amount: u32) -> Self {
        Self { amount, ..self }
    }

    /// Whether this fits where the counter stands so.
    pub fn fits(&self, count: Count) -> bool {
        count.hits + i64::from(self.amount) <= self.room(count, self.share)
    }

    /// Whether a challenge would let this through where the counter stands so.
    pub fn is_helped_by_a_challenge(&self, count: Count) -> bool {
        self.room(count, self.solved_share) > self.room(count, self.share)
            && count.hits + i64::from(self.amount) <= self.room(count, self.solved_share)
    }

    /// Whether passing a captcha would let this through where the counter stands so.
    pub fn is_helped_by_a_captcha(&self, count: Count) -> bool {
        let share = Shares::CHALLENGED.of(Standing::Checked);
        let is_raised =
            matches!(self.kind, LimitKind::Address | LimitKind::Network | LimitKind::Country);
        is_raised
            && self.share < share
            && count.hits + i64::from(self.amount) <= self.room(count, share)
    }

    /// How full the counter is for somebody who solves challenges, in hundredths: the harder the challenge.
    pub fn fullness(&self, count: Count) -> i64 {
        let room = self.room(count, self.solved_share).max(1);
        (count.hits.saturating_mul(100) / room).clamp(0, 100)
    }

    pub(super) fn room(&self, count: Count, share: u32) -> i64 {
        let grown = count.verified.saturating_mul(i64::from(self.growth)) / 100;
        let all = i64::from(self.max.get()).saturating_add(grown);
        let room = all.saturating_mul(i64::from(share)).saturating_add(99) / 100;
        // of few, rounding up would leave nothing of what is kept
        if self.leaves.is_evenly() && share < 100 && all > 1 { room.min(all - 1) } else { room }
    }
}
