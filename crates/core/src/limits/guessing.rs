//! The counters of a guess at a code. They are charged before the guess is judged, and a right one is given back.
use std::net::IpAddr;

use super::{
    Charge, DAY_MS, Leaves, LimitKind, MINUTE_MS, STAIR, Shares, Standing, address_id, name,
    network_id, telling, within,
};
use crate::keys::Key;
use crate::policy::GuessPolicy;
use crate::time::Timestamp;

/// NIST SP 800-63B: no more wrong codes in a row than a hundred. A right code ends the count, and so does an administrator; this is only
/// how long it is kept.
const IN_A_ROW_MS: i64 = 400 * DAY_MS;

/// A guess.
#[derive(Debug, Clone, Copy)]
pub struct Guess<'a> {
    /// `number_id` of the number the code went to.
    pub number_id: &'a str,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
    /// By whom.
    pub standing: Standing,
    /// When.
    pub now: Timestamp,
}

/// The counters one guess is charged to, in the order they are tried. First those of the place it comes from: somebody elsewhere does
/// not fill them.
pub fn for_guess(policy: &GuessPolicy, key: &Key, guess: &Guess<'_>) -> Vec<Charge> {
    let mut all = of_origin(policy, key, guess);
    all.extend(of_number(policy, guess));
    all
}

fn of_origin(policy: &GuessPolicy, key: &Key, guess: &Guess<'_>) -> Vec<Charge> {
    let Some(address) =
        guess.address.and_then(telling).filter(|_| guess.standing < Standing::Known)
    else {
        return vec![];
    };
    let minute = guess.now.plus_millis(MINUTE_MS);
    let address_id = address_id(key, address);
    let mut all: Vec<_> =
        Charge::new(LimitKind::GuessesAddress, &address_id, policy.per_address_minute, minute)
            .into_iter()
            .collect();
    if policy.per_address_minute > 0 {
        let network = network_id(key, address);
        let pair = name(key, &[b"guesses", network.as_bytes(), guess.number_id.as_bytes()]);
        let pair = within(guess.number_id, &pair);
        let [.., (most, secs)] = STAIR;
        // the number first, so that all of its counters are found
        let name = format!("{}:{pair}", guess.number_id);
        let waits = Charge::new(LimitKind::GuessesNetwork, &name, most, guess.now.plus_secs(secs));
        all.extend(waits.map(|charge| Charge { leaves: Leaves::Late, ..charge }));
    }
    all
}

fn of_number(policy: &GuessPolicy, guess: &Guess<'_>) -> Vec<Charge> {
    let Guess { number_id, standing, now, .. } = *guess;
    let most = (policy.per_number_hour, policy.per_number_day);
    let lately = Charge::evenly(LimitKind::GuessesNumber, number_id, most, now);
    let kept = now.plus_millis(IN_A_ROW_MS);
    let in_a_row =
        Charge::new(LimitKind::GuessesInARow, number_id, policy.per_number_in_a_row, kept);
    let all = [
        lately.map(|charge| charge.shared(Shares::GUESSES, standing)),
        in_a_row.map(|charge| charge.shared(Shares::IN_A_ROW, standing)),
    ];
    all.into_iter().flatten().collect()
}
