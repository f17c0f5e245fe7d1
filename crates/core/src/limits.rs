//! Which counters a message is charged to. The store charges them all or none.
use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::keys::Key;
use crate::phone::{PhoneNumber, Region};
use crate::policy::SendPolicy;
use crate::time::Timestamp;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Aliyun counts in the calendar of UTC+8.
const PROVIDER_OFFSET_MS: i64 = 8 * HOUR_MS;

/// What a counter is for: the reason a person hears when it is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// The pause between two messages to one number.
    Cooldown,
    /// Messages to one number in an hour.
    NumberHour,
    /// Messages to one number in a day.
    NumberDay,
    /// The provider's own count for one number.
    Provider,
    /// Guesses at an administrator's password.
    Password,
    /// Guesses at one administrator's second factor.
    SecondFactor,
    /// Test messages of one administrator or application.
    Tests,
    /// Searches for a number by somebody who may not see numbers.
    Searches,
    /// Looks at a provider's account.
    Looks,
    /// Messages that one user causes who is signed in.
    Account,
}

impl LimitKind {
    /// As written in logs, audit and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cooldown => "cooldown",
            Self::NumberHour => "number_hour",
            Self::NumberDay => "number_day",
            Self::Provider => "provider",
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::Tests => "tests",
            Self::Searches => "searches",
            Self::Looks => "looks",
            Self::Account => "account",
        }
    }
}

/// One count against one counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Why the counter exists.
    pub kind: LimitKind,
    /// The counter's name; holds a keyed hash of the number, never the number.
    pub bucket: String,
    /// How many fit before `resets_at`; a limit that is turned off has no counter.
    pub max: NonZeroU32,
    /// When a counter that starts now starts anew.
    pub resets_at: Timestamp,
}

/// The counters one message to `phone` is charged to, in the order they are tried.
///
/// `earlier` is how many messages this walk through the pages sent to the number before.
pub fn for_message(
    policy: &SendPolicy,
    key: &Key,
    phone: &PhoneNumber,
    earlier: usize,
    now: Timestamp,
) -> Vec<Charge> {
    let number = number_id(key, phone);
    let charge = |kind: LimitKind, max: i64, resets_at| {
        let max = NonZeroU32::new(u32::try_from(max.max(0)).unwrap_or(u32::MAX))?;
        // the number first: its counters lie together in the index
        Some(Charge { kind, bucket: format!("{number}:{}", kind.as_str()), max, resets_at })
    };
    let cooldown = policy.cooldown(earlier);
    let provider = if phone.region() == Region::CHINA { policy.provider_hour } else { 0 };
    let all = [
        charge(LimitKind::Cooldown, cooldown.min(1), now.plus_secs(cooldown)),
        charge(LimitKind::NumberHour, policy.per_number_hour, now.plus_millis(HOUR_MS)),
        charge(LimitKind::NumberDay, policy.per_number_day, now.plus_millis(DAY_MS)),
        charge(LimitKind::Provider, provider, provider_hour_end(now)),
    ];
    all.into_iter().flatten().collect()
}

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
    let mac = key.mac(&[kind.as_str().as_bytes(), caller.as_bytes()]);
    let name = URL_SAFE_NO_PAD.encode(mac.get(..16).unwrap_or_default());
    let bucket = format!("{name}:{}", kind.as_str());
    let charge = |max| Charge { kind, bucket, max, resets_at };
    NonZeroU32::new(max).map(charge).into_iter().collect()
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
    let mac = key.mac(parts);
    let name = URL_SAFE_NO_PAD.encode(mac.get(..16).unwrap_or_default());
    let charge = |(max, minutes): &(u32, i64)| {
        let resets_at = now.plus_millis(minutes * MINUTE_MS);
        let bucket = format!("{name}:password{minutes}");
        Some(Charge { kind: LimitKind::Password, bucket, max: NonZeroU32::new(*max)?, resets_at })
    };
    stair.iter().filter_map(charge).collect()
}

/// The name of a number in counters, messages and analytics: a keyed hash, unlinkable without the key.
pub fn number_id(key: &Key, phone: &PhoneNumber) -> String {
    let mac = key.mac(&[b"number", phone.digits().as_bytes()]);
    URL_SAFE_NO_PAD.encode(mac.get(..16).unwrap_or_default())
}

/// The end of the current calendar hour in UTC+8.
fn provider_hour_end(now: Timestamp) -> Timestamp {
    let local = now.0.saturating_add(PROVIDER_OFFSET_MS);
    Timestamp(local - local.rem_euclid(HOUR_MS) + HOUR_MS - PROVIDER_OFFSET_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ServerKey;

    fn charges(digits: &str, earlier: usize, now: i64) -> Vec<Charge> {
        let phone = PhoneNumber::from_international(digits).unwrap();
        let key = ServerKey::new([1; 32]).derive("limits");
        for_message(&SendPolicy::default(), &key, &phone, earlier, Timestamp(now))
    }

    #[test]
    fn a_mainland_message_counts_in_our_windows_and_the_providers() {
        let kinds: Vec<_> = charges("8613800138000", 0, 0)
            .into_iter()
            .map(|c| (c.kind, c.max.get(), c.resets_at.0))
            .collect();
        let hour = 3_600_000;
        assert_eq!(
            kinds,
            [
                (LimitKind::Cooldown, 1, 60_000),
                (LimitKind::NumberHour, 5, hour),
                (LimitKind::NumberDay, 10, 24 * hour),
                (LimitKind::Provider, 5, hour),
            ]
        );
        assert_eq!(
            charges("85251234567", 0, 0).len(),
            3,
            "the provider counts mainland numbers only"
        );
        assert_eq!(charges("8613800138000", 1, 0)[0].resets_at, Timestamp(120_000));
    }

    #[test]
    fn the_providers_hour_is_a_calendar_hour() {
        assert_eq!(provider_hour_end(Timestamp(HOUR_MS - 1)), Timestamp(HOUR_MS));
        assert_eq!(provider_hour_end(Timestamp(HOUR_MS)), Timestamp(2 * HOUR_MS));
    }

    #[test]
    fn counters_do_not_name_the_number() {
        for charge in charges("8613800138000", 0, 0) {
            assert!(!charge.bucket.contains("13800138000"), "{charge:?}");
        }
    }

    #[test]
    fn zero_turns_a_count_off() {
        let phone = PhoneNumber::from_international("8613800138000").unwrap();
        let key = ServerKey::new([1; 32]).derive("limits");
        let off = SendPolicy {
            cooldown_secs: [0; 3],
            per_number_hour: 0,
            per_number_day: 0,
            provider_hour: 0,
            ..SendPolicy::default()
        };
        assert_eq!(for_message(&off, &key, &phone, 0, Timestamp(0)), []);
        let huge = SendPolicy { per_number_day: i64::MAX, ..off };
        let [day] = &for_message(&huge, &key, &phone, 0, Timestamp(0))[..] else { panic!("one") };
        assert_eq!((day.kind, day.max), (LimitKind::NumberDay, NonZeroU32::MAX));
    }
}
