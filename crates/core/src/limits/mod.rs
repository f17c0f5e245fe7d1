//! Which counters a message or a guess is charged to. The store charges them all or none.
//!
//! One counter, several heights: a counter is full earlier for whom nothing is known of ([`Standing`]). So a stranger never uses up what
//! is kept for whoever signed in before, and no second counter is needed for it.
mod breaker;
mod callers;
mod captchas;
mod guessing;
mod leaves;
mod notices;
mod pace;
mod sending;

use std::net::IpAddr;
use std::num::NonZeroU32;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use breaker::Breaker;
pub use callers::{
    PASSWORD_GUESSES, PASSWORD_GUESSES_AT_ALL, SECOND_FACTOR_PER_DAY, for_account, for_look,
    for_password, for_passwords, for_search, for_second_factor, for_test,
};
pub use captchas::{all_captchas, for_captcha};
pub use guessing::{Guess, for_guess};
pub use leaves::{Leaves, STAIR};
pub use notices::for_notice;
pub use sending::{
    Ask, COUNTRIES, budgets, credited, for_message, for_new_country, unverified_of_country,
};

use crate::keys::Key;
use crate::phone::PhoneNumber;
use crate::time::Timestamp;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// What a counter is for: the reason a person hears when it is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitKind {
    /// The pause between two messages to one number.
    Cooldown,
    /// Messages to one number.
    Number,
    /// The provider's own count for one number.
    Provider,
    /// Messages from one network to one number in a day.
    NumberNetwork,
    /// Messages from one address that were not verified.
    Address,
    /// Messages from one network that were not verified.
    Network,
    /// Countries that one address texted in a day.
    AddressCountries,
    /// Messages to one country that were not verified: the breaker.
    Country,
    /// All messages in an hour.
    BudgetHour,
    /// All messages in a day.
    BudgetDay,
    /// What all messages in an hour cost.
    MoneyHour,
    /// What all messages in a day cost.
    MoneyDay,
    /// Captchas that people from one network failed.
    CaptchaNetwork,
    /// All captchas that their provider is asked about.
    CaptchaHour,
    /// Wrong codes for one number.
    GuessesNumber,
    /// Wrong codes for one number since the last right one.
    GuessesInARow,
    /// Wrong codes from one network for one number: the wait grows.
    GuessesNetwork,
    /// Wrong codes from one address.
    GuessesAddress,
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
    /// Notices to one number in a day.
    Notices,
}

impl LimitKind {
    /// Whether it counts all messages of everybody.
    pub const fn is_budget(self) -> bool {
        matches!(self, Self::BudgetHour | Self::BudgetDay | Self::MoneyHour | Self::MoneyDay)
    }

    /// Whether one row counts for everybody who asks, or for a whole country: they all wait for it.
    pub const fn is_everybodys(self) -> bool {
        self.is_budget() || matches!(self, Self::Country | Self::CaptchaHour)
    }

    /// As written in counters' names, logs, audit and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cooldown => "cooldown",
            Self::Number => "number",
            Self::Provider => "provider",
            Self::NumberNetwork => "number_network",
            Self::Address => "address",
            Self::Network => "network",
            Self::AddressCountries => "address_countries",
            Self::Country => "country",
            Self::BudgetHour => "budget_hour",
            Self::BudgetDay => "budget_day",
            Self::MoneyHour => "money_hour",
            Self::MoneyDay => "money_day",
            Self::CaptchaNetwork => "captcha_network",
            Self::CaptchaHour => "captcha_hour",
            Self::GuessesNumber => "guesses_number",
            Self::GuessesInARow => "guesses_in_a_row",
            Self::GuessesNetwork => "guesses_network",
            Self::GuessesAddress => "guesses_address",
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::Tests => "tests",
            Self::Searches => "searches",
            Self::Looks => "looks",
            Self::Account => "account",
            Self::Notices => "notices",
        }
    }
}

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
struct Shares([u32; 4]);

impl Shares {
    /// Everybody may use all of it.
    const ALL: Self = Self([100, 100, 100, 100]);
    /// The last fifth is kept for whoever signed in before, and the fifth before that costs a challenge.
    const KEPT: Self = Self([60, 80, 80, 100]);
    /// The last fifth is kept for whoever signed in before; no challenge makes guesses more.
    const IN_A_ROW: Self = Self([80, 80, 80, 100]);
    /// The same of the few that fit at once, where a fifth would not let an owner mistype.
    const GUESSES: Self = Self([75, 75, 75, 100]);
    /// Half of it costs a challenge, and as much again a captcha.
    const CHALLENGED: Self = Self([50, 100, 200, 100]);

    /// Half of it is for nothing, and there is no end for who works.
    const WORKED: Self = Self([50, 1_000_000, 1_000_000, 1_000_000]);

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
    fn new(kind: LimitKind, name: &str, max: i64, resets_at: Timestamp) -> Option<Self> {
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

    fn shared(self, shares: Shares, standing: Standing) -> Self {
        let solved_share = shares.of(standing.max(Standing::Solved));
        Self { share: shares.of(standing), solved_share, ..self }
    }

    fn growing(self, growth: u32) -> Self {
        Self { growth, ..self }
    }

    fn of(self, amount: u32) -> Self {
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

    fn room(&self, count: Count, share: u32) -> i64 {
        let grown = count.verified.saturating_mul(i64::from(self.growth)) / 100;
        let all = i64::from(self.max.get()).saturating_add(grown);
        let room = all.saturating_mul(i64::from(share)).saturating_add(99) / 100;
        // of few, rounding up would leave nothing of what is kept
        if self.leaves.is_evenly() && share < 100 && all > 1 { room.min(all - 1) } else { room }
    }
}

/// The name of a number in counters, messages and analytics: a keyed hash, unlinkable without the key.
pub fn number_id(key: &Key, phone: &PhoneNumber) -> String {
    name(key, &[b"number", phone.digits().as_bytes()])
}

/// Addresses that tell who asks: those of this machine and of private networks are a proxy's that is not among `trusted_proxies`, or
/// of people whom somebody let in.
pub fn telling(address: IpAddr) -> Option<IpAddr> {
    let address = address.to_canonical();
    let is_private = match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    };
    (!is_private).then_some(address)
}

/// What one customer of a network operator has: an address of IPv4, a /64 of IPv6. It begins as its network does, so that the counters of
/// both lie together.
fn address_id(key: &Key, address: IpAddr) -> String {
    let network = network_id(key, address);
    within(&network, &prefix_id(key, "address", address, (32, 64)))
}

/// What one organisation has: a /24 of IPv4, a /48 of IPv6.
fn network_id(key: &Key, address: IpAddr) -> String {
    prefix_id(key, "network", address, (24, 48))
}

fn prefix_id(key: &Key, what: &str, address: IpAddr, (v4, v6): (u8, u8)) -> String {
    let prefix = if address.is_ipv4() { v4 } else { v6 };
    let base = crate::network::first_of(address, prefix).to_string();
    name(key, &[what.as_bytes(), base.as_bytes()])
}

/// The name of a part of something, which lies beside it in the index: what is changed together is on one page then. 66 bits tell the
/// parts of one thing apart.
fn within(whole: &str, part: &str) -> String {
    let part = part.get(..11).unwrap_or(part);
    format!("{whole}.{part}")
}

fn name(key: &Key, parts: &[&[u8]]) -> String {
    URL_SAFE_NO_PAD.encode(key.mac(parts).get(..16).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ServerKey;
    use crate::policy::{GuessPolicy, SendPolicy};

    fn key() -> Key {
        ServerKey::new([1; 32]).derive("limits")
    }

    fn phone(digits: &str) -> PhoneNumber {
        PhoneNumber::from_international(digits).unwrap()
    }

    fn ask(phone: &PhoneNumber) -> Ask<'_> {
        Ask {
            phone,
            address: Some("203.0.113.7".parse().unwrap()),
            standing: Standing::Stranger,
            price: 450,
            earlier: 0,
            now: Timestamp(0),
        }
    }

    fn charged(ask: &Ask<'_>) -> Vec<Charge> {
        for_message(&SendPolicy::default(), &key(), ask)
    }

    fn kinds(charges: &[Charge]) -> Vec<LimitKind> {
        charges.iter().map(|charge| charge.kind).collect()
    }

    #[test]
    fn a_mainland_message_counts_in_our_windows_and_the_providers() {
        let li = phone("8613800138000");
        let of_number: Vec<_> = charged(&ask(&li))
            .into_iter()
            .take(3)
            .map(|c| (c.kind, c.max.get(), c.resets_at.0))
            .collect();
        let hour = HOUR_MS;
        assert_eq!(
            of_number,
            [
                (LimitKind::Cooldown, 1, 60_000),
                (LimitKind::Number, 5, 4 * hour),
                (LimitKind::Provider, 5, hour),
            ]
        );
        let abroad = phone("85251234567");
        let kinds = kinds(&charged(&ask(&abroad)));
        assert!(!kinds.contains(&LimitKind::Provider), "it counts mainland numbers only");
        let again = Ask { earlier: 1, ..ask(&li) };
        assert_eq!(charged(&again)[0].resets_at, Timestamp(120_000));
    }

    #[test]
    fn the_providers_hour_is_a_calendar_hour() {
        let li = phone("8613800138000");
        let end = |now| charged(&Ask { now: Timestamp(now), ..ask(&li) })[2].resets_at.0;
        assert_eq!((end(HOUR_MS - 1), end(HOUR_MS)), (HOUR_MS, 2 * HOUR_MS));
    }

    #[test]
    fn counters_name_neither_numbers_nor_addresses() {
        let li = phone("8613800138000");
        let guess = Guess {
            number_id: &number_id(&key(), &li),
            address: Some("203.0.113.7".parse().unwrap()),
            standing: Standing::Stranger,
            now: Timestamp(0),
        };
        let mut all = charged(&ask(&li));
        all.extend(for_guess(&GuessPolicy::default(), &key(), &guess));
        all.extend(for_new_country(&SendPolicy::default(), &key(), &ask(&li)).unwrap());
        let mut names: Vec<_> = all.iter().map(|charge| charge.bucket.as_str()).collect();
        for name in &names {
            assert!(!name.contains("13800138000") && !name.contains("203.0.113"), "{name}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len(), "two counters share a name");
    }

    #[test]
    fn zero_turns_a_count_off() {
        let li = phone("8613800138000");
        let off = SendPolicy {
            cooldown_secs: [0; 3],
            per_number_hour: 0,
            per_number_day: 0,
            provider_hour: 0,
            per_number_and_network_day: 0,
            per_address_day: 0,
            per_network_day: 0,
            per_country_unverified: 0,
            budget_hour: 0,
            budget_day: 0,
            money_hour: 0,
            money_day: 0,
            ..SendPolicy::default()
        };
        assert_eq!(for_message(&off, &key(), &ask(&li)), []);
        let huge = SendPolicy { budget_day: i64::MAX, ..off };
        let [day] = &for_message(&huge, &key(), &ask(&li))[..] else { panic!("one") };
        assert_eq!((day.kind, day.max), (LimitKind::BudgetDay, NonZeroU32::MAX));
    }

    #[test]
    fn s34_the_last_fifth_of_a_number_is_kept_for_where_it_signed_in_before() {
        let li = phone("8613800138000");
        let fits = |standing, hits| {
            let charges = charged(&Ask { standing, ..ask(&li) });
            let number = charges.iter().find(|c| c.kind == LimitKind::Number).unwrap();
            hits < number.room(Count::default(), number.share)
        };
        let most = |standing| (0..10).find(|hits| !fits(standing, *hits)).unwrap();
        let all = [Standing::Stranger, Standing::Solved, Standing::LetThrough, Standing::Known];
        assert_eq!(all.map(most), [3, 4, 4, 5]);
    }

    #[test]
    fn s34_who_signed_in_here_before_is_not_judged_by_where_they_are() {
        let li = phone("8613800138000");
        let of_place =
            [LimitKind::NumberNetwork, LimitKind::Address, LimitKind::Network, LimitKind::Country];
        let known = kinds(&charged(&Ask { standing: Standing::Known, ..ask(&li) }));
        assert!(of_place.iter().all(|kind| !known.contains(kind)), "{known:?}");
        let stranger = kinds(&charged(&ask(&li)));
        assert!(of_place.iter().all(|kind| stranger.contains(kind)), "{stranger:?}");
    }

    #[test]
    fn s34_who_is_let_through_meets_no_place_and_leaves_the_owners_fifth() {
        let li = phone("8613800138000");
        let of = |standing| {
            let ask = Ask { standing, ..ask(&li) };
            assert!(for_new_country(&SendPolicy::default(), &key(), &ask).is_none());
            charged(&ask)
        };
        let (let_through, known) = (of(Standing::LetThrough), of(Standing::Known));
        assert_eq!(kinds(&let_through), kinds(&known));
        for (charge, whole) in let_through.iter().zip(&known) {
            let wanted = if charge.kind == LimitKind::Cooldown { 100 } else { 80 };
            assert_eq!((charge.share, whole.share), (wanted, 100), "{:?}", charge.kind);
            assert!(!charge.is_helped_by_a_challenge(Count { hits: 1 << 40, verified: 0 }));
        }
    }

    #[test]
    fn s22_an_address_of_version_6_counts_by_its_64_and_its_48() {
        let li = phone("8613800138000");
        let of = |address: &str, kind| {
            let address = Some(address.parse().unwrap());
            let charges = charged(&Ask { address, ..ask(&li) });
            charges.into_iter().find(|c| c.kind == kind).unwrap().bucket
        };
        let same = |a: &str, b: &str, kind| of(a, kind) == of(b, kind);
        assert!(same("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", LimitKind::Address));
        assert!(!same("2001:db8:1:1::1", "2001:db8:1:2::1", LimitKind::Address));
        assert!(same("2001:db8:1:1::1", "2001:db8:1:2::1", LimitKind::Network));
        assert!(!same("203.0.113.7", "203.0.113.8", LimitKind::Address));
        assert!(same("203.0.113.7", "203.0.113.8", LimitKind::Network));
        assert!(same("203.0.113.7", "::ffff:203.0.113.7", LimitKind::Address));
    }

    #[test]
    fn an_address_of_this_machine_or_a_private_network_tells_nothing() {
        let li = phone("8613800138000");
        for address in ["127.0.0.1", "10.0.0.7", "192.168.1.1", "::1", "fd00::1", "fe80::1"] {
            let address = Some(address.parse().unwrap());
            let kinds = kinds(&charged(&Ask { address, ..ask(&li) }));
            assert!(!kinds.contains(&LimitKind::Address), "{address:?}");
            assert!(kinds.contains(&LimitKind::Country), "{address:?}");
        }
    }

    #[test]
    fn s28_what_is_verified_makes_room_and_a_challenge_the_other_half() {
        let li = phone("8613800138000");
        let charges = charged(&ask(&li));
        let country = charges.iter().find(|c| c.kind == LimitKind::Country).unwrap();
        let count = |hits, verified| Count { hits, verified };
        let fits = |count: Count| count.hits < country.room(count, country.share);
        assert!(fits(count(99, 0)) && !fits(count(100, 0)));
        assert!(fits(count(349, 1_000)) && !fits(count(350, 1_000)), "half of 200 + 500");
        assert!(country.is_helped_by_a_challenge(count(199, 0)));
        assert!(!country.is_helped_by_a_challenge(count(200, 0)));
        assert_eq!(
            [0, 100, 200, 999].map(|hits| country.fullness(count(hits, 0))),
            [0, 50, 100, 100]
        );
        let solved = charged(&Ask { standing: Standing::Solved, ..ask(&li) });
        let country = solved.iter().find(|c| c.kind == LimitKind::Country).unwrap();
        assert!(!country.is_helped_by_a_challenge(count(200, 0)), "nobody is asked twice");
    }

    #[test]
    fn s38_a_captcha_doubles_what_counts_places_and_nothing_of_a_number_or_of_all() {
        let li = phone("8613800138000");
        let of = |standing| charged(&Ask { standing, ..ask(&li) });
        for (solved, checked) in of(Standing::Solved).iter().zip(&of(Standing::Checked)) {
            let raised = [LimitKind::Address, LimitKind::Network, LimitKind::Country];
            let times = if raised.contains(&solved.kind) { 2 } else { 1 };
            assert_eq!(checked.share, solved.share * times, "{:?}", solved.kind);
            let full = solved.room(Count::default(), solved.share);
            let count = |hits| Count { hits, verified: 0 };
            assert_eq!(solved.is_helped_by_a_captcha(count(full)), times == 2);
            assert!(!solved.is_helped_by_a_captcha(count(2 * full)), "{:?}", solved.kind);
            assert!(!checked.is_helped_by_a_captcha(count(full)), "nobody is asked twice");
        }
        let guess = Guess {
            number_id: "number",
            address: Some("203.0.113.7".parse().unwrap()),
            standing: Standing::Checked,
            now: Timestamp(0),
        };
        let guesses = for_guess(&GuessPolicy::default(), &key(), &guess);
        assert!(guesses.iter().all(|charge| charge.share <= 100), "no captcha makes guesses more");
    }

    #[test]
    fn rows_are_credited_in_the_order_in_which_messages_are_charged() {
        let li = phone("8613800138000");
        let growing = |address: &str| {
            let ask = Ask { address: Some(address.parse().unwrap()), ..ask(&li) };
            charged(&ask).into_iter().filter(|c| c.growth > 0).map(|c| c.bucket).collect::<Vec<_>>()
        };
        let (here, there) = (growing("203.0.113.7"), growing("198.51.100.7"));
        let [here_address, here_network, country] = &here[..] else { panic!("{here:?}") };
        let [there_address, there_network, _] = &there[..] else { panic!("{there:?}") };
        let names = [&here[..], &there[..], &here[..]].concat();
        let mut addresses = [(here_address.as_str(), 2), (there_address.as_str(), 1)];
        let mut networks = [(here_network.as_str(), 2), (there_network.as_str(), 1)];
        addresses.sort_unstable();
        networks.sort_unstable();
        assert_eq!(
            credited(&names),
            [&addresses[..], &networks, &[(country.as_str(), 3)]].concat()
        );
    }

    #[test]
    fn s28_an_expensive_country_never_costs_more_than_a_tenth() {
        let policy = SendPolicy::default();
        let of = |price| unverified_of_country(&policy, price);
        assert_eq!([0, 450, 5_000, 10_000_000].map(of), [200, 200, 50, 1]);
        let off = SendPolicy { money_hour: 0, ..policy };
        assert_eq!(unverified_of_country(&off, 5_000), 200);
    }

    #[test]
    fn s27_a_message_that_costs_nothing_is_counted_and_not_paid() {
        let li = phone("8613800138000");
        let free = kinds(&charged(&Ask { price: 0, ..ask(&li) }));
        assert!(free.contains(&LimitKind::BudgetDay) && !free.contains(&LimitKind::MoneyDay));
        let paid = charged(&ask(&li));
        let money = paid.iter().find(|c| c.kind == LimitKind::MoneyDay).unwrap();
        assert_eq!((money.amount, money.max.get()), (450, 5_000_000));
    }

    #[test]
    fn s35_a_hundred_wrong_codes_in_a_row_are_the_end_for_strangers_before_that() {
        let guess = |standing| Guess {
            number_id: "number",
            address: Some("203.0.113.7".parse().unwrap()),
            standing,
            now: Timestamp(0),
        };
        let rooms = |standing| {
            let charges = for_guess(&GuessPolicy::default(), &key(), &guess(standing));
            let room = |c: &Charge| (c.kind, c.room(Count::default(), c.share));
            charges.iter().map(room).collect::<Vec<_>>()
        };
        let of_number =
            |lately, row| [(LimitKind::GuessesNumber, lately), (LimitKind::GuessesInARow, row)];
        assert_eq!(rooms(Standing::Known), of_number(9, 100));
        let stranger = rooms(Standing::Stranger);
        assert_eq!(stranger[stranger.len() - 2..], of_number(7, 80));
        assert_eq!(stranger[0], (LimitKind::GuessesAddress, 60));
    }
}
