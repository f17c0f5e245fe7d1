//! The counters of a captcha that a third party is asked about. Each question costs money, and whoever causes it has paid nothing: a new walk is
//! free, and so is a text that is made up.
use std::net::IpAddr;

use super::{Charge, DAY_MS, HOUR_MS, LimitKind, name, network_id, telling};
use crate::keys::Key;
use crate::policy::SendPolicy;
use crate::time::Timestamp;

/// The counters one check is charged to, in the order they are tried: that of the network, so that few addresses never use up the one of everybody.
/// Of whom nobody knows where they are there is one network.
pub fn for_captcha(
    policy: &SendPolicy,
    key: &Key,
    address: Option<IpAddr>,
    now: Timestamp,
) -> Vec<Charge> {
    let network = match address.and_then(telling) {
        Some(address) => network_id(key, address),
        None => name(key, &[b"network", b"unknown"]),
    };
    let (max, day) = (policy.captchas_per_network_day, now.plus_millis(DAY_MS));
    let of_network = Charge::new(LimitKind::CaptchaNetwork, &network, max, day);
    of_network.into_iter().chain(all_captchas(policy, now)).collect()
}

/// The counter of all checks.
pub fn all_captchas(policy: &SendPolicy, now: Timestamp) -> Option<Charge> {
    Charge::new(LimitKind::CaptchaHour, "all", policy.captchas_hour, now.plus_millis(HOUR_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::ServerKey;

    fn of(address: Option<&str>) -> Vec<Charge> {
        let key = ServerKey::new([1; 32]).derive("limits");
        let address = address.map(|text| text.parse().unwrap());
        for_captcha(&SendPolicy::default(), &key, address, Timestamp(0))
    }

    #[test]
    fn s38_checks_are_counted_by_network_and_day_and_all_of_them_by_the_hour() {
        let told: Vec<_> = of(Some("203.0.113.7"))
            .iter()
            .map(|charge| (charge.kind, charge.max.get(), charge.share, charge.resets_at.0))
            .collect();
        let (network, all) = (LimitKind::CaptchaNetwork, LimitKind::CaptchaHour);
        assert_eq!(told, [(network, 60, 100, DAY_MS), (all, 1_000, 100, HOUR_MS)]);
        let same = |a, b| of(a)[0].bucket == of(b)[0].bucket;
        assert!(same(Some("203.0.113.7"), Some("203.0.113.200")));
        assert!(!same(Some("203.0.113.7"), Some("203.0.114.7")));
        assert!(same(Some("2001:db8:1:1::1"), Some("2001:db8:1:2::1")));
        assert_eq!(of(Some("203.0.113.7"))[1], of(Some("198.51.100.7"))[1]);
        assert!(!of(Some("203.0.113.7"))[0].bucket.contains("203.0.113"));
    }

    #[test]
    fn s38_who_comes_from_nowhere_is_counted_as_everybody_from_nowhere() {
        for address in [Some("10.0.0.7"), Some("127.0.0.1"), Some("fd00::1")] {
            assert_eq!(of(address), of(None), "{address:?}");
        }
        assert_eq!(of(None).len(), 2);
        assert_ne!(of(None)[0].bucket, of(Some("203.0.113.7"))[0].bucket);
    }

    #[test]
    fn zero_turns_a_count_of_checks_off() {
        let key = ServerKey::new([1; 32]).derive("limits");
        let off =
            SendPolicy { captchas_per_network_day: 0, captchas_hour: 0, ..SendPolicy::default() };
        assert_eq!(for_captcha(&off, &key, None, Timestamp(0)), []);
    }
}
