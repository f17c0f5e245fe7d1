//! Counters of those who are signed in, and of whoever tries to sign in to the console.
use super::{Charge, DAY_MS, HOUR_MS, LimitKind, MINUTE_MS, name};
use crate::keys::Key;
use crate::time::Timestamp;

/// Test messages of one caller in an hour: enough to set up a connector, too few to spend money with.
const TESTS_PER_HOUR: u32 = 20;

/// The counter one test message of a caller (an administrator or an application, by id) is charged to.
pub fn for_test(key: &Key, caller: &str, now: Timestamp) -> Vec<Charge> {
    by_caller(key, LimitKind::Tests, TESTS_PER_HOUR, caller, now.plus_millis(HOUR_MS))
}

/// Searches for a number in a day by one administrator who sees numbers masked: the four hidden digits take months.
const SEARCHES_PER_DAY: u32 = 60;

/// The counter one such search is charged to.
pub fn for_search(key: &Key, caller: &str, now: Timestamp) -> Vec<Charge> {
    by_caller(key, LimitKind::Searches, SEARCHES_PER_DAY, caller, now.plus_millis(DAY_MS))
}

/// Looks at a provider's account in an hour by one administrator.
const LOOKS_PER_HOUR: u32 = 60;

/// The counter one such look is charged to.
pub fn for_look(key: &Key, caller: &str, now: Timestamp) -> Vec<Charge> {
    by_caller(key, LimitKind::Looks, LOOKS_PER_HOUR, caller, now.plus_millis(HOUR_MS))
}

/// Messages in a day that one user causes who is signed in: enough for a change of number with its second tries, too few to text
/// strangers.
const ACCOUNT_PER_DAY: u32 = 10;

/// The counter one such message is charged to, besides those of its number.
pub fn for_account(key: &Key, user: &str, now: Timestamp) -> Vec<Charge> {
    by_caller(key, LimitKind::Account, ACCOUNT_PER_DAY, user, now.plus_millis(DAY_MS))
}

/// Guesses in a day at one administrator's second factor, from everywhere but the browsers they signed in in before. Only who knows the
/// password gets that far, and needs 18 years for one right guess on average.
pub const SECOND_FACTOR_PER_DAY: u32 = 50;

/// The counter one such guess is charged to.
pub fn for_second_factor(key: &Key, administrator: &str, now: Timestamp) -> Vec<Charge> {
    let kind = LimitKind::SecondFactor;
    by_caller(key, kind, SECOND_FACTOR_PER_DAY, administrator, now.plus_millis(DAY_MS))
}

fn by_caller(
    key: &Key,
    kind: LimitKind,
    max: u32,
    caller: &str,
    resets_at: Timestamp,
) -> Vec<Charge> {
    let name = name(key, &[kind.as_str().as_bytes(), caller.as_bytes()]);
    Charge::new(kind, &name, i64::from(max), resets_at).into_iter().collect()
}

/// Guesses at a password from one place: so many within so many minutes, then a wait until they are over. The longest comes first,
/// because the first that is full tells how long to wait.
pub const PASSWORD_GUESSES: [(u32, i64); 3] = [(20, 360), (10, 15), (5, 1)];

/// The same from one place at all accounts together: wrong names are guesses, too.
pub const PASSWORD_GUESSES_AT_ALL: [(u32, i64); 2] = [(200, 360), (20, 1)];

/// The counters one guess at an administrator's password is charged to.
///
/// `place` is the browser that signed in to the account before, or else the address: nobody fills the counters of an
/// administrator at another place.
pub fn for_password(key: &Key, account: &str, place: &str, now: Timestamp) -> Vec<Charge> {
    guesses(key, &[b"password", account.as_bytes(), place.as_bytes()], &PASSWORD_GUESSES, now)
}

/// The counters that all guesses from one place are charged to, whatever the account.
pub fn for_passwords(key: &Key, place: &str, now: Timestamp) -> Vec<Charge> {
    guesses(key, &[b"passwords", place.as_bytes()], &PASSWORD_GUESSES_AT_ALL, now)
}

fn guesses(key: &Key, parts: &[&[u8]], stair: &[(u32, i64)], now: Timestamp) -> Vec<Charge> {
    let name = name(key, parts);
    let charge = |(max, minutes): &(u32, i64)| {
        let resets_at = now.plus_millis(minutes * MINUTE_MS);
        // one counter for every step of the stair
        let name = format!("{name}:{minutes}");
        Charge::new(LimitKind::Password, &name, i64::from(*max), resets_at)
    };
    stair.iter().filter_map(charge).collect()
}
