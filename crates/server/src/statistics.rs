//! What the overview counts, day by day in UTC. A day that is over is counted once and kept; today is counted once a minute.
//!
//! Kept in memory: every node counts for itself, and the same.
use std::collections::BTreeMap;

use haoma_core::time::Timestamp;
use haoma_store::messages::Status;
use haoma_store::user_search::count_registered;
use haoma_store::{Db, Result, statistics};
use tokio::sync::Mutex;

use crate::connectors::kit::Trouble;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Counts of a day that still changes may be this old.
const FRESH_MS: i64 = 60 * 1000;
/// After its end a day still changes for so long: messages are looked up for two hours.
const SETTLED_MS: i64 = 3 * 60 * 60 * 1000;
/// Days that are kept.
const MOST_DAYS: i64 = 31;

/// One day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// Its first moment.
    pub begin: Timestamp,
    /// People who are new.
    pub registrations: i64,
    /// Walks through the pages that came to their end.
    pub sign_ins: i64,
    /// Messages the provider took.
    pub accepted: i64,
    /// Messages that it did not take, or that did not arrive.
    pub failed: i64,
    /// Messages whose outcome is not known.
    pub open: i64,
    /// Codes that went out.
    pub sent: i64,
    /// Codes that came back right.
    pub verified: i64,
}

/// Everybody, and the last days, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// People with an account.
    pub users: i64,
    /// Day by day.
    pub days: Vec<Day>,
}

/// What was counted so far.
#[derive(Debug, Default)]
pub struct Statistics(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    users: Option<(Timestamp, i64)>,
    days: BTreeMap<Timestamp, (Timestamp, Day)>,
}

impl Statistics {
    /// The last `count` days, today included. Who asks meanwhile waits and gets the same.
    ///
    /// # Errors
    /// The database's.
    pub async fn last(&self, db: &Db, count: i64, now: Timestamp) -> Result<Counted> {
        let mut kept = self.0.lock().await;
        let today = Timestamp(now.0 - now.0.rem_euclid(DAY_MS));
        let known = kept.users.filter(|(at, _)| is_fresh(*at, now));
        let (at, users) = match known {
            Some(known) => known,
            None => (now, count_registered(db, Timestamp(0), Timestamp(i64::MAX)).await?),
        };
        kept.users = Some((at, users));
        let mut days = vec![];
        for back in (0..count.clamp(1, MOST_DAYS)).rev() {
            let begin = today.plus_millis(-back * DAY_MS);
            let known = kept.days.get(&begin).filter(|(at, _)| stands(begin, *at, now));
            let day = if let Some((_, day)) = known {
                *day
            } else {
                let day = count_day(db, begin).await?;
                kept.days.insert(begin, (now, day));
                day
            };
            days.push(day);
        }
        kept.days.retain(|begin, _| begin.0 > today.0 - MOST_DAYS * DAY_MS);
        Ok(Counted { users, days })
    }
}

const fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    now.0 >= at.0 && now.0 - at.0 < FRESH_MS
}

/// Whether what was counted of a day at a moment holds now.
const fn stands(begin: Timestamp, at: Timestamp, now: Timestamp) -> bool {
    at.0 >= begin.0 + DAY_MS + SETTLED_MS || is_fresh(at, now)
}

async fn count_day(db: &Db, begin: Timestamp) -> Result<Day> {
    let end = begin.plus_millis(DAY_MS);
    let registrations = count_registered(db, begin, end).await?;
    let mut day = Day { begin, registrations, ..Day::default() };
    for (status, count) in
        statistics::messages(db, (begin, end), Trouble::NoAccount.as_str()).await?
    {
        match status {
            Status::Accepted | Status::Delivered => day.accepted += count,
            Status::Refused | Status::NotSent | Status::Undelivered => day.failed += count,
            Status::Pending | Status::Unknown => day.open += count,
        }
    }
    for (key, count) in statistics::events(db, begin, end).await? {
        match key.as_str() {
            "Interaction.SignIn.Submit" | "Interaction.Register.Submit" => day.sign_ins += count,
            key if key.ends_with(".PhoneVerificationCode.Create") => day.sent += count,
            key if key.ends_with(".PhoneVerificationCode.Submit") => day.verified += count,
            _ => {}
        }
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_over_stands_and_today_for_a_minute() {
        let (begin, hour) = (Timestamp(0), 60 * 60 * 1000);
        let noon = Timestamp(12 * hour);
        assert!(stands(begin, noon, noon.plus_millis(59_999)));
        assert!(!stands(begin, noon, noon.plus_millis(60_000)));
        let evening = Timestamp(26 * hour);
        assert!(!stands(begin, evening, evening.plus_millis(hour)), "receipts still come");
        let later = Timestamp(27 * hour);
        assert!(stands(begin, later, later.plus_millis(1000 * hour)));
        assert!(!stands(begin, noon, Timestamp(0)), "the clock went back");
    }
}
