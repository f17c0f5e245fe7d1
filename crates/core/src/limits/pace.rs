//! Counters from which what was counted leaves evenly, as water leaves a leaky bucket.
//!
//! A window that starts anew lets twice as many pass around its end, and who filled it keeps everybody out until then. Here no hour and no
//! day has more than it may, wherever it begins, and room comes back bit by bit: of what is kept for the owner there always is some.
use super::{Charge, DAY_MS, HOUR_MS, Leaves, LimitKind};
use crate::time::Timestamp;

/// A day's hours.
const HOURS: i64 = 24;
/// More than anybody counts, and far from where numbers end.
const MOST: i64 = 1_000_000_000;

/// How many fit at once, and in how many milliseconds one of them leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace {
    at_once: i64,
    every_ms: i64,
}

/// The fastest way to let at most `hour` pass in any hour and `day` in any day; zero is no limit.
///
/// Of `n` that pass within `t` all but `at_once` waited for one before them to leave: `(n - at_once) * every_ms < t`. So with
/// `every_ms = day / (most + 1 - at_once)` a day has no more than `most`, and an hour likewise. As many at once as the hour allows without
/// slowing down the day, but no fewer than half of the hour's and no more than half of the day's: nobody who uses them up is to wait for all of
/// the rest.
fn pace(hour: i64, day: i64) -> Option<Pace> {
    let (hour, day) = (hour.clamp(0, MOST), day.clamp(0, MOST));
    let half = |most: i64| most / 2 + most % 2;
    let every = |span: i64, most: i64, at_once: i64| {
        let leave = most + 1 - at_once;
        span / leave + i64::from(span % leave > 0)
    };
    let (at_once, every_ms) = match (hour, day) {
        (0, 0) => return None,
        (0, _) => (half(day), every(DAY_MS, day, half(day))),
        (_, 0) => (half(hour), every(HOUR_MS, hour, half(hour))),
        _ => {
            // where both bounds leave equally fast
            let even = (HOURS * (hour + 1) - (day + 1)) / (HOURS - 1);
            let at_once = even.max(half(hour)).min(half(day)).min(hour);
            (at_once, every(DAY_MS, day, at_once).max(every(HOUR_MS, hour, at_once)))
        }
    };
    Some(Pace { at_once, every_ms })
}

impl Charge {
    /// A counter of everybody's that lets at most so many pass in any hour, and in any day; zero is no limit.
    pub(super) fn evenly(
        kind: LimitKind,
        name: &str,
        (hour, day): (i64, i64),
        now: Timestamp,
    ) -> Option<Self> {
        let Pace { at_once, every_ms } = pace(hour, day)?;
        let charge = Self::new(kind, name, at_once, now.plus_millis(every_ms))?;
        Some(Self { leaves: Leaves::Evenly { every_ms }, ..charge })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::{Count, MINUTE_MS};

    /// When everything passes that somebody asks for who asks all the time, for three days.
    fn greedy(pace: Pace) -> Vec<i64> {
        let (mut empty, mut passed) = (0_i64, vec![]);
        let mut now = 0;
        while now < 3 * DAY_MS && passed.len() < 10_000 {
            passed.push(now);
            empty = empty.max(now) + pace.every_ms;
            now = now.max(empty - (pace.at_once - 1) * pace.every_ms);
        }
        passed
    }

    fn most_within(passed: &[i64], span: i64) -> usize {
        let within =
            |from: &i64| passed.iter().filter(|at| (*from..from + span).contains(*at)).count();
        passed.iter().map(within).max().unwrap_or(0)
    }

    #[test]
    fn no_hour_and_no_day_has_more_than_it_may_wherever_it_begins() {
        let numbers = [0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 20, 50];
        for hour in numbers {
            for day in numbers.into_iter().chain([100, 300]) {
                let Some(pace) = pace(hour, day) else {
                    assert_eq!((hour, day), (0, 0));
                    continue;
                };
                let passed = greedy(pace);
                let most = |span| i64::try_from(most_within(&passed, span)).unwrap();
                assert!(hour == 0 || most(HOUR_MS) <= hour, "{hour}, {day}: {pace:?}");
                assert!(day == 0 || most(DAY_MS) <= day, "{hour}, {day}: {pace:?}");
                assert!(pace.at_once >= 1 && pace.every_ms > 0, "{hour}, {day}: {pace:?}");
            }
        }
    }

    #[test]
    fn as_many_as_the_hour_allows_pass_at_once_and_the_day_is_used() {
        let of = |hour, day| pace(hour, day).map(|pace| (pace.at_once, pace.every_ms));
        assert_eq!(of(5, 10), Some((5, 4 * HOUR_MS)));
        assert_eq!(of(10, 50), Some((9, DAY_MS.div_euclid(42) + 1)));
        assert_eq!(of(5, 0), Some((3, HOUR_MS / 3)));
        assert_eq!(of(0, 10), Some((5, 4 * HOUR_MS)));
        assert_eq!(of(10, 10), Some((5, 4 * HOUR_MS)));
        assert_eq!(of(1, 1), Some((1, DAY_MS)));
        assert_eq!(of(0, 0), None);
        assert_eq!(
            of(5, 100),
            Some((3, 20 * MINUTE_MS)),
            "a day that is no limit leaves the hour's"
        );
        let defaults = pace(5, 10).unwrap();
        assert_eq!(most_within(&greedy(defaults), DAY_MS), 10);
        assert!(pace(i64::MAX, i64::MAX).is_some());
    }

    #[test]
    fn a_counter_tells_how_much_is_left_and_when_there_is_room() {
        let charge = Charge::evenly(LimitKind::Number, "name", (5, 10), Timestamp(0)).unwrap();
        let every = 4 * HOUR_MS;
        assert_eq!((charge.max.get(), charge.resets_at), (5, Timestamp(every)));
        assert_eq!(charge.full_ms(every), 4 * every);
        let seen = |ends, now| {
            let (count, free) = charge.seen((Count::default(), Timestamp(ends)), Timestamp(now));
            (count.hits, free.0)
        };
        assert_eq!(seen(5 * every, 0), (5, every));
        assert_eq!(seen(5 * every, 1), (5, every), "it is as full as its last drop");
        assert_eq!(seen(5 * every, every), (4, every));
        assert_eq!(seen(5 * every, 9 * every), (0, every));
        let stranger = Charge { share: 60, ..charge };
        assert_eq!(stranger.full_ms(every), 2 * every, "three of five");
    }

    #[test]
    fn s34_however_few_fit_at_once_one_is_the_owners() {
        let room = |hour, day, share| {
            let charge = Charge::evenly(LimitKind::Number, "name", (hour, day), Timestamp(0));
            charge.unwrap().room(Count::default(), share)
        };
        for (hour, day) in [(2, 4), (3, 6), (5, 8), (5, 10), (5, 100), (10, 50)] {
            assert!(room(hour, day, 80) < room(hour, day, 100), "{hour}, {day}");
            assert!(room(hour, day, 60) >= 1, "{hour}, {day}");
        }
        assert_eq!((room(1, 1, 80), room(1, 1, 100)), (1, 1), "of one there is no part");
    }
}
