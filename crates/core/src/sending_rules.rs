//! Whom an administrator keeps messages from, and whom they let through.
//!
//! The narrowest rule decides: one number or one customer's address comes before prefixes and networks, these before countries, and of two
//! prefixes or networks the longer. Where two are equally narrow, one on the number and one on the address, blocking wins.
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;

use crate::network::Network;
use crate::phone::{PhoneNumber, Region, begins_with_a_calling_code};
use crate::time::Timestamp;

/// Rules at most: all of them are kept in memory.
pub const MOST_RULES: usize = 10_000;
/// Digits of a prefix at most, country code included.
const MOST_PREFIX_DIGITS: usize = 12;
/// Digits that a prefix leaves open at least: one that leaves fewer says whose number it is.
const LEAST_OPEN_DIGITS: usize = 4;

/// What a rule does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// No message goes out.
    Block,
    /// Whoever asks is not judged by where they are.
    Allow,
}

/// What kind of thing a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Numbers of a country.
    Country,
    /// Numbers that begin so.
    Prefix,
    /// One number.
    Number,
    /// An address that asks, or a network of them.
    Network,
}

/// What a rule is about.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Numbers of a country.
    Country(Region),
    /// Numbers that begin so.
    Prefix(Prefix),
    /// One number, by its keyed hash: [`crate::limits::number_id`].
    Number(String),
    /// An address that asks, or a network of them.
    Network(Network),
}

/// The first digits of numbers, country code included.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix(String);

/// Text that is no prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPrefix {
    /// Nothing says that it begins with a country code: `170` may be of China or of the United States.
    #[error("a prefix begins with + (or 00) and the country code, such as +86 170")]
    NoPlus,
    /// Not digits with a country code in front.
    #[error("a prefix is + and 1 to 12 digits that begin with the country code")]
    Form,
    /// No country has it.
    #[error(
        "no country code begins so: a prefix is + and a country code, with more digits or none"
    )]
    NoCountry,
    /// Nearly a number.
    #[error("a prefix leaves at least four digits open; a single number is a rule of its own")]
    TooNarrow,
}

/// Text that names no kind or effect of ours, or no subject of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a rule of ours")]
pub struct NoRule;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it is about.
    pub subject: Subject,
    /// What it does.
    pub effect: Effect,
    /// From when on it does nothing any more.
    pub expires_at: Option<Timestamp>,
}

/// What the rules say of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It goes out as if there were none.
    Usual,
    /// It does not go out, because of a rule of this kind.
    Blocked(Kind),
    /// Whoever asks is not judged by where they are.
    Allowed,
}

/// All rules, as they are looked up.
#[derive(Debug, Default)]
pub struct SendingRules {
    countries: HashMap<Region, Entry>,
    prefixes: HashMap<String, Entry>,
    /// Lengths of prefixes, the longest first.
    lengths: Vec<usize>,
    numbers: HashMap<String, Entry>,
    networks: HashMap<Network, Entry>,
    /// Bits of networks, the most first.
    bits: Vec<u8>,
}

type Entry = (Effect, Option<Timestamp>);

impl Effect {
    /// As in tables, forms and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Allow => "allow",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Result<Self, NoRule> {
        [Self::Block, Self::Allow].into_iter().find(|one| one.as_str() == text).ok_or(NoRule)
    }
}

impl Kind {
    /// Every kind, in the order in which people choose.
    pub const ALL: [Self; 4] = [Self::Number, Self::Prefix, Self::Country, Self::Network];

    /// As in tables, forms and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Prefix => "prefix",
            Self::Number => "number",
            Self::Network => "network",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Result<Self, NoRule> {
        Self::ALL.into_iter().find(|one| one.as_str() == text).ok_or(NoRule)
    }

    /// What refusals by a rule of this kind are counted as.
    pub const fn as_reason(self) -> &'static str {
        match self {
            Self::Country => "blocked_country",
            Self::Prefix => "blocked_prefix",
            Self::Number => "blocked_number",
            Self::Network => "blocked_network",
        }
    }
}

impl Prefix {
    /// Reads digits as people write them: `+86 138`, `0086-138`.
    ///
    /// # Errors
    /// [`InvalidPrefix`].
    pub fn parse(typed: &str) -> Result<Self, InvalidPrefix> {
        let typed = typed.trim();
        let bare = ["+", "＋", "00"].iter().find_map(|begin| typed.strip_prefix(begin));
        let bare = bare.ok_or(InvalidPrefix::NoPlus)?;
        let digits: String = bare.chars().filter(|c| !" -().".contains(*c)).collect();
        let fits = (1..=MOST_PREFIX_DIGITS).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        match digits {
            _ if !fits => Err(InvalidPrefix::Form),
            digits if !begins_with_a_calling_code(&digits) => Err(InvalidPrefix::NoCountry),
            digits if leaves_too_few_open(&digits) => Err(InvalidPrefix::TooNarrow),
            digits => Ok(Self(digits)),
        }
    }

    /// Digits only.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// Whether a few more digits make it a number that receives messages.
fn leaves_too_few_open(digits: &str) -> bool {
    let is_number = |more: usize, digit: char| {
        let whole: String = digits.chars().chain(std::iter::repeat_n(digit, more)).collect();
        PhoneNumber::from_international(&whole).is_ok_and(|phone| phone.can_receive_sms())
    };
    (0..LEAST_OPEN_DIGITS).any(|more| ('0'..='9').any(|digit| is_number(more, digit)))
}

impl Subject {
    /// What kind it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Country(_) => Kind::Country,
            Self::Prefix(_) => Kind::Prefix,
            Self::Number(_) => Kind::Number,
            Self::Network(_) => Kind::Network,
        }
    }

    /// As in the table; of a number its keyed hash.
    pub fn text(&self) -> String {
        match self {
            Self::Country(region) => region.as_str().to_owned(),
            Self::Prefix(Prefix(digits)) => digits.clone(),
            Self::Number(id) => id.clone(),
            Self::Network(network) => network.to_string(),
        }
    }

    /// Reads what [`Self::text`] wrote.
    ///
    /// # Errors
    /// Text that names nothing of this kind.
    pub fn from_stored(kind: Kind, text: &str) -> Result<Self, NoRule> {
        match kind {
            Kind::Country => Region::parse(text).map(Self::Country).map_err(|_e| NoRule),
            Kind::Prefix => Ok(Self::Prefix(Prefix(text.to_owned()))),
            Kind::Number => Ok(Self::Number(text.to_owned())),
            Kind::Network => Network::parse(text).map(Self::Network).map_err(|_e| NoRule),
        }
    }
}

/// Not the hash of a number: it names it in every other table.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

impl SendingRules {
    /// Sorts rules for looking them up.
    pub fn new(rules: impl IntoIterator<Item = Rule>) -> Self {
        let mut all = Self::default();
        for Rule { subject, effect, expires_at } in rules {
            let entry = (effect, expires_at);
            let _before = match subject {
                Subject::Country(region) => all.countries.insert(region, entry),
                Subject::Prefix(Prefix(digits)) => all.prefixes.insert(digits, entry),
                Subject::Number(id) => all.numbers.insert(id, entry),
                Subject::Network(network) => all.networks.insert(network, entry),
            };
        }
        all.lengths = descending(all.prefixes.keys().map(String::len));
        all.bits = descending(all.networks.keys().map(Network::bits));
        all
    }

    /// What the rules say of a message to a number that is asked for from an address. The number's keyed hash costs something, and is
    /// made only where a rule is about a number.
    pub fn judge(
        &self,
        (phone, number_id): (&PhoneNumber, impl FnOnce() -> String),
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Verdict {
        let number = (!self.numbers.is_empty()).then(|| self.numbers.get(&number_id())).flatten();
        let number = number.and_then(|entry| living(entry, now));
        let one_address = || self.network(address, now, Network::is_one_customer);
        let network = || self.network(address, now, |network| !network.is_one_customer());
        let country = || self.countries.get(&phone.region()).and_then(|entry| living(entry, now));
        narrowest([(Kind::Number, number), (Kind::Network, one_address())])
            .or_else(|| {
                narrowest([(Kind::Prefix, self.prefix(phone, now)), (Kind::Network, network())])
            })
            .or_else(|| narrowest([(Kind::Country, country())]))
            .unwrap_or(Verdict::Usual)
    }

    fn prefix(&self, phone: &PhoneNumber, now: Timestamp) -> Option<Effect> {
        let digits = phone.digits();
        let mut begins = self.lengths.iter().filter_map(|length| digits.get(..*length));
        begins.find_map(|begin| self.prefixes.get(begin).and_then(|entry| living(entry, now)))
    }

    fn network(
        &self,
        address: Option<IpAddr>,
        now: Timestamp,
        is_wanted: impl Fn(&Network) -> bool,
    ) -> Option<Effect> {
        let address = address?;
        let around = self.bits.iter().map(|bits| Network::around(address, *bits));
        let mut wanted = around.filter(is_wanted);
        wanted.find_map(|network| self.networks.get(&network).and_then(|entry| living(entry, now)))
    }
}

/// What rules say that are equally narrow.
fn narrowest<const N: usize>(said: [(Kind, Option<Effect>); N]) -> Option<Verdict> {
    let of = |wanted| said.iter().find(|(_, effect)| *effect == Some(wanted));
    let blocked = of(Effect::Block).map(|(kind, _)| Verdict::Blocked(*kind));
    blocked.or_else(|| of(Effect::Allow).map(|_| Verdict::Allowed))
}

fn living((effect, expires_at): &Entry, now: Timestamp) -> Option<Effect> {
    expires_at.is_none_or(|end| end > now).then_some(*effect)
}

fn descending<T: Ord>(lengths: impl Iterator<Item = T>) -> Vec<T> {
    let mut all: Vec<T> = lengths.collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000);

    fn phone(digits: &str) -> PhoneNumber {
        PhoneNumber::from_international(digits).unwrap()
    }

    fn rule(effect: Effect, kind: Kind, text: &str) -> Rule {
        let subject = Subject::from_stored(kind, text).unwrap();
        Rule { subject, effect, expires_at: None }
    }

    fn block(kind: Kind, text: &str) -> Rule {
        rule(Effect::Block, kind, text)
    }

    fn allow(kind: Kind, text: &str) -> Rule {
        rule(Effect::Allow, kind, text)
    }

    fn judged(rules: &[Rule], digits: &str, address: &str) -> Verdict {
        let (phone, address) = (phone(digits), address.parse().ok());
        let id = || format!("id of {digits}");
        SendingRules::new(rules.to_vec()).judge((&phone, id), address, NOW)
    }

    #[test]
    fn the_narrowest_rule_decides() {
        use Kind::{Country, Network, Number, Prefix};
        let li = "8613800138000";
        let blocked = Verdict::Blocked;
        for (rules, wanted) in [
            (vec![], Verdict::Usual),
            (vec![block(Country, "VN")], Verdict::Usual),
            (vec![block(Country, "CN")], blocked(Country)),
            (vec![block(Country, "CN"), allow(Prefix, "86138")], Verdict::Allowed),
            (vec![block(Prefix, "86138"), allow(Prefix, "86")], blocked(Prefix)),
            (vec![block(Prefix, "86"), allow(Prefix, "86138")], Verdict::Allowed),
            (vec![block(Prefix, "86138"), allow(Number, "id of 8613800138000")], Verdict::Allowed),
            (vec![block(Number, "id of 8613800138000"), allow(Prefix, "86138")], blocked(Number)),
            (vec![block(Number, "id of 8613800138001")], Verdict::Usual),
            // the other side
            (vec![block(Network, "203.0.113.0/24")], blocked(Network)),
            (
                vec![block(Network, "203.0.113.0/24"), allow(Network, "203.0.113.7")],
                Verdict::Allowed,
            ),
            (
                vec![block(Network, "203.0.0.0/16"), allow(Network, "203.0.113.0/24")],
                Verdict::Allowed,
            ),
            (vec![block(Network, "203.0.113.8")], Verdict::Usual),
            // both sides: the narrower, and of equals the one that blocks
            (vec![block(Country, "CN"), allow(Network, "203.0.113.0/24")], Verdict::Allowed),
            (vec![block(Network, "203.0.113.0/24"), allow(Country, "CN")], blocked(Network)),
            (vec![block(Network, "203.0.113.0/24"), allow(Prefix, "86138")], blocked(Network)),
            (
                vec![block(Network, "203.0.113.0/24"), allow(Number, "id of 8613800138000")],
                Verdict::Allowed,
            ),
            (
                vec![block(Network, "203.0.113.7"), allow(Number, "id of 8613800138000")],
                blocked(Network),
            ),
            (vec![block(Prefix, "86138"), allow(Network, "203.0.113.7")], Verdict::Allowed),
        ] {
            assert_eq!(judged(&rules, li, "203.0.113.7"), wanted, "{rules:?}");
        }
    }

    #[test]
    fn one_customer_of_version_6_has_a_64() {
        let li = "8613800138000";
        let rules = [block(Kind::Prefix, "86138"), allow(Kind::Network, "2001:db8:1:2::/64")];
        assert_eq!(judged(&rules, li, "2001:db8:1:2::9"), Verdict::Allowed);
        assert_eq!(judged(&rules, li, "2001:db8:1:3::9"), Verdict::Blocked(Kind::Prefix));
        let wide = [block(Kind::Network, "2001:db8::/32")];
        assert_eq!(judged(&wide, li, "2001:db8:ffff::9"), Verdict::Blocked(Kind::Network));
        assert_eq!(judged(&wide, li, "203.0.113.7"), Verdict::Usual);
        let mapped = [block(Kind::Network, "203.0.113.0/24")];
        assert_eq!(judged(&mapped, li, "::ffff:203.0.113.7"), Verdict::Blocked(Kind::Network));
        assert_eq!(judged(&wide, li, "nobody knows"), Verdict::Usual);
    }

    #[test]
    fn a_rule_that_ended_gives_way_to_the_next() {
        let mut over = allow(Kind::Prefix, "86138");
        over.expires_at = Some(NOW);
        let wider = block(Kind::Prefix, "86");
        let li = "8613800138000";
        assert_eq!(judged(&[over.clone(), wider.clone()], li, ""), Verdict::Blocked(Kind::Prefix));
        over.expires_at = Some(NOW.plus_millis(1));
        assert_eq!(judged(&[over, wider], li, ""), Verdict::Allowed);
    }

    #[test]
    fn a_number_is_named_only_where_a_rule_is_about_one() {
        let rules = SendingRules::new([block(Kind::Country, "VN")]);
        let never = || -> String { panic!("nobody asked") };
        let verdict = rules.judge((&phone("8613800138000"), never), None, NOW);
        assert_eq!(verdict, Verdict::Usual);
    }

    #[test]
    fn a_prefix_is_read_as_people_write_it_and_never_nearly_a_number() {
        for (typed, wanted) in
            [("+86 138", "86138"), ("0086-1380013", "861380013"), ("+1", "1"), ("+1 (876)", "1876")]
        {
            assert_eq!(Prefix::parse(typed).unwrap().digits(), wanted, "{typed}");
        }
        for typed in ["", "170", "086", "86 138", "(+86) 138"] {
            assert_eq!(Prefix::parse(typed), Err(InvalidPrefix::NoPlus), "{typed}");
        }
        for typed in ["+", "00", "+8613x", "+1234567890123", "+86 138 万", "+0086"] {
            assert_eq!(Prefix::parse(typed), Err(InvalidPrefix::Form), "{typed}");
        }
        for typed in ["+8", "+21", "+999 1", "00 210"] {
            assert_eq!(Prefix::parse(typed), Err(InvalidPrefix::NoCountry), "{typed}");
        }
        for typed in ["+86 138 0013 8", "+86 138 0013 80", "+65 9123 45", "+84 91 234 56"] {
            assert_eq!(Prefix::parse(typed), Err(InvalidPrefix::TooNarrow), "{typed}");
        }
    }

    #[test]
    fn nothing_prints_what_a_rule_is_about() {
        let rule = block(Kind::Number, "the-hash-of-a-number");
        assert!(!format!("{rule:?}").contains("the-hash"), "{rule:?}");
    }
}
