//! The counters of a message.
use std::collections::BTreeMap;
use std::net::IpAddr;

use super::{
    Charge, DAY_MS, HOUR_MS, LimitKind, Shares, Standing, address_id, name, network_id, number_id,
    telling, within,
};
use crate::keys::Key;
use crate::phone::{PhoneNumber, Region};
use crate::policy::SendPolicy;
use crate::time::Timestamp;

/// Aliyun counts in the calendar of UTC+8.
const PROVIDER_OFFSET_MS: i64 = 8 * HOUR_MS;
/// What a verified code adds to the counters of where it was asked for, in hundredths. Where two of three messages are verified nothing
/// is ever full, however many people share an address.
const GROWTH: u32 = 50;
/// How long the breaker of a country counts: it recovers by itself.
const BREAKER_MS: i64 = 6 * HOUR_MS;

/// How the names of countries' counters begin; the country follows.
pub const COUNTRIES: &str = "country:";

/// A message that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// To whom.
    pub phone: &'a PhoneNumber,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
    /// By whom.
    pub standing: Standing,
    /// What it costs, in ten-thousandths of the currency.
    pub price: u32,
    /// From when on the next message to the number may be asked for; `now` where there is no pause.
    pub resend_at: Timestamp,
    /// When.
    pub now: Timestamp,
}

/// The counters one message is charged to, in the order they are tried.
pub fn for_message(policy: &SendPolicy, key: &Key, ask: &Ask<'_>) -> Vec<Charge> {
    let mut all = of_number(policy, key, ask);
    all.extend(of_origin(policy, key, ask));
    all.extend(of_country(policy, ask));
    all.extend(of_budget(policy, ask));
    all
}

fn of_number(policy: &SendPolicy, key: &Key, ask: &Ask<'_>) -> Vec<Charge> {
    let number = number_id(key, ask.phone);
    let (now, standing) = (ask.now, ask.standing);
    let charge = |kind, max, resets_at| Charge::new(kind, &number, max, resets_at);
    let kept = |charge: Charge| charge.shared(Shares::KEPT, standing);
    let pause = i64::from(ask.resend_at > now);
    let most = (policy.per_number_hour, policy.per_number_day);
    let is_mirrored = ask.phone.region() == Region::CHINA;
    let provider = if is_mirrored { policy.provider_hour } else { 0 };
    let all = [
        charge(LimitKind::Cooldown, pause, ask.resend_at),
        Charge::evenly(LimitKind::Number, &number, most, now).map(kept),
        charge(LimitKind::Provider, provider, provider_hour_end(now)).map(kept),
    ];
    all.into_iter().flatten().collect()
}

/// Where it was asked for. A browser in which the number signed in before may be anywhere, and whoever is let through.
fn of_origin(policy: &SendPolicy, key: &Key, ask: &Ask<'_>) -> Vec<Charge> {
    let Some(address) =
        ask.address.and_then(telling).filter(|_| ask.standing < Standing::LetThrough)
    else {
        return vec![];
    };
    let day = ask.now.plus_millis(DAY_MS);
    let growing = |charge: Charge| charge.growing(GROWTH).shared(Shares::CHALLENGED, ask.standing);
    let network = network_id(key, address);
    let pair = name(key, &[network.as_bytes(), ask.phone.digits().as_bytes()]);
    let pair = within(&number_id(key, ask.phone), &pair);
    let all = [
        Charge::new(LimitKind::NumberNetwork, &pair, policy.per_number_and_network_day, day),
        Charge::new(LimitKind::Address, &address_id(key, address), policy.per_address_day, day)
            .map(growing),
        Charge::new(LimitKind::Network, &network, policy.per_network_day, day).map(growing),
    ];
    all.into_iter().flatten().collect()
}

/// The breaker: messages to one country that nobody verifies are somebody's income. They never cost more than a tenth of what all messages
/// may cost in an hour, so that an expensive country does not take the others' budget.
fn of_country(policy: &SendPolicy, ask: &Ask<'_>) -> Option<Charge> {
    if ask.standing >= Standing::LetThrough {
        return None;
    }
    let until = ask.now.plus_millis(BREAKER_MS);
    let max = unverified_of_country(policy, ask.price);
    let charge = Charge::new(LimitKind::Country, "", max, until)?;
    // the kind first: all of them lie together, to be looked at
    let bucket = format!("{COUNTRIES}{}", ask.phone.region());
    let charge = Charge { bucket, ..charge };
    Some(charge.growing(GROWTH).shared(Shares::CHALLENGED, ask.standing))
}

/// The counters that several messages of one code leave, each once and how often, in the order in which a message is charged to them: who
/// takes rows in another order waits for who waits for them.
pub fn credited(names: &[String]) -> Vec<(&str, i64)> {
    let mut times = BTreeMap::new();
    for name in names {
        let kind = if name.starts_with(COUNTRIES) { LimitKind::Country.as_str() } else { name };
        let rank = [LimitKind::Address, LimitKind::Network, LimitKind::Country]
            .iter()
            .position(|growing| kind.ends_with(growing.as_str()));
        *times.entry((rank, name.as_str())).or_default() += 1;
    }
    times.into_iter().map(|((_rank, name), times)| (name, times)).collect()
}

/// How many messages to a country of this price may stay without their codes; 0 for as many as there are.
pub fn unverified_of_country(policy: &SendPolicy, price: u32) -> i64 {
    let price = i64::from(price);
    if policy.money_hour == 0 || price == 0 || policy.per_country_unverified == 0 {
        return policy.per_country_unverified;
    }
    policy.per_country_unverified.min((policy.money_hour / 10 / price).max(1))
}

/// What all messages together may be and cost.
pub(super) fn of_budget(policy: &SendPolicy, ask: &Ask<'_>) -> Vec<Charge> {
    let priced = |charge: Charge| match charge.kind {
        LimitKind::MoneyHour | LimitKind::MoneyDay => charge.of(ask.price),
        _ => charge,
    };
    let all = budgets(policy, ask.now).into_iter().map(priced);
    all.filter(|charge| charge.amount > 0)
        .map(|charge| charge.shared(Shares::KEPT, ask.standing))
        .collect()
}

/// The counters of all messages together, as one that cost nothing would be charged.
pub fn budgets(policy: &SendPolicy, now: Timestamp) -> Vec<Charge> {
    let (hour, day) = (now.plus_millis(HOUR_MS), now.plus_millis(DAY_MS));
    let all = [
        Charge::new(LimitKind::BudgetHour, "all", policy.budget_hour, hour),
        Charge::new(LimitKind::BudgetDay, "all", policy.budget_day, day),
        Charge::new(LimitKind::MoneyHour, "all", policy.money_hour, hour),
        Charge::new(LimitKind::MoneyDay, "all", policy.money_day, day),
    ];
    all.into_iter().flatten().collect()
}

/// The counters of a country that an address has not texted today, and the mark that it has.
pub fn for_new_country(policy: &SendPolicy, key: &Key, ask: &Ask<'_>) -> Option<[Charge; 2]> {
    let address = ask.address.and_then(telling).filter(|_| ask.standing < Standing::LetThrough)?;
    let name = address_id(key, address);
    let day = ask.now.plus_millis(DAY_MS);
    let max = policy.countries_per_address_day.saturating_mul(2);
    let count = Charge::new(LimitKind::AddressCountries, &name, max, day)?;
    let mark = format!("{name}:{}", ask.phone.region());
    let mark = Charge::new(LimitKind::AddressCountries, &mark, i64::MAX, day)?;
    Some([count.shared(Shares::WORKED, ask.standing), mark])
}

/// The end of the current calendar hour in UTC+8.
fn provider_hour_end(now: Timestamp) -> Timestamp {
    let local = now.0.saturating_add(PROVIDER_OFFSET_MS);
    Timestamp(local - local.rem_euclid(HOUR_MS) + HOUR_MS - PROVIDER_OFFSET_MS)
}
