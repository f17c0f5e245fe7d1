//! How much is refused, why, and from where: figures for people. They are counted in memory and stored every few seconds, because whoever
//! is refused as often as they like must not cost a statement each time.
use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use haoma_core::network::Network;
use haoma_core::phone::Region;
use haoma_core::time::Timestamp;
use haoma_store::refusals::{self, FROM, Refused};
use haoma_store::{Result, limits};
use serde_json::json;

use crate::app::App;
use crate::own_events::By;

/// How often what was counted is stored.
pub const PAUSE: Duration = Duration::from_secs(10);
/// Numbers of a country that nobody is texted in.
pub const COUNTRY: &str = "country_not_allowed";
/// A message that costs some work, or a captcha, first.
pub const CHALLENGE: &str = "challenge";
/// A message for which a captcha had to be passed, and its provider gave no verdict.
pub const CAPTCHA_DOWN: &str = "captcha_down";
/// The same where the page could not show one.
pub const CAPTCHA_NOT_LOADED: &str = "captcha_not_loaded";
/// One more message in a walk through the pages that sent as many as it may.
pub const WALK_SENDS: &str = "walk_sends";
/// One more number in a walk that texted as many different ones as it may.
pub const WALK_NUMBERS: &str = "walk_numbers";
/// How the keys of audit events begin; a dot and the reason follow.
pub const KEYS: &str = "Refused";

/// Addresses counted between two times of storing; more are counted by country only.
const MOST_ORIGINS: usize = 4_096;
/// Of these so many are stored, the most frequent.
const STORED_ORIGINS: usize = 50;
/// Reasons that people meet who do nothing wrong: who is impatient, who is new, whose messages are late, who mistypes their number. They
/// are counted; no event of the hour tells of them.
pub const USUAL: [&str; 4] = ["cooldown", CHALLENGE, WALK_SENDS, WALK_NUMBERS];
const HOUR_MS: i64 = 60 * 60 * 1000;

/// What was refused and is not stored yet.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    reasons: HashMap<(&'static str, Region), i64>,
    origins: HashMap<Network, i64>,
    /// Stored before, when the audit log could not be told.
    untold: BTreeSet<(&'static str, Region)>,
}

impl Refusals {
    /// Counts one. `reason` is one of few words of ours.
    pub fn note(&self, reason: &'static str, region: Region, address: Option<IpAddr>) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counted.reasons.entry((reason, region)).or_default() += 1;
        let Some(origin) = address.map(Network::of_customer) else { return };
        let has_room = counted.origins.len() < MOST_ORIGINS;
        if has_room || counted.origins.contains_key(&origin) {
            *counted.origins.entry(origin).or_default() += 1;
        }
    }

    fn take(&self) -> Counted {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts again what could not be stored.
    fn put_back(&self, before: Counted) {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (what, hits) in before.reasons {
            *counted.reasons.entry(what).or_default() += hits;
        }
        for (origin, hits) in before.origins.into_iter().take(MOST_ORIGINS) {
            *counted.origins.entry(origin).or_default() += hits;
        }
        counted.untold.extend(before.untold);
    }
}

impl Counted {
    fn rows(&self) -> Vec<Refused> {
        let mut origins: Vec<_> = self.origins.iter().collect();
        origins.sort_unstable_by_key(|(_, hits)| std::cmp::Reverse(**hits));
        let origins = origins.into_iter().take(STORED_ORIGINS).map(|(origin, hits)| Refused {
            reason: FROM.to_owned(),
            place: origin.to_string(),
            hits: *hits,
        });
        let reasons = self.reasons.iter().map(|((reason, region), hits)| Refused {
            reason: (*reason).to_owned(),
            place: region.to_string(),
            hits: *hits,
        });
        let mut rows: Vec<_> = reasons.chain(origins).collect();
        // nodes that store at once wait for each other in the same order
        rows.sort_unstable_by(|a, b| (&a.reason, &a.place).cmp(&(&b.reason, &b.place)));
        rows
    }

    /// What is told of: reason and country, and what is still to be told from before.
    fn told(&self) -> BTreeSet<(&'static str, Region)> {
        let all = self.reasons.keys().copied();
        let all = all.filter(|(reason, _)| !USUAL.contains(reason));
        all.chain(self.untold.iter().copied()).collect()
    }
}

/// Stores what was counted, and tells the audit log of each reason and country once an hour.
///
/// # Errors
/// The database's; what was not stored or told is kept for the next time.
pub async fn store(app: &App) -> Result<()> {
    let now = app.clock.now();
    let counted = app.refusals.take();
    let rows = counted.rows();
    if !rows.is_empty()
        && let Err(error) = refusals::add(&app.db, &rows, now).await
    {
        app.refusals.put_back(counted);
        return Err(error);
    }
    let mut untold = BTreeSet::new();
    let mut last = Ok(());
    let until = Timestamp(now.0 - now.0.rem_euclid(HOUR_MS) + HOUR_MS);
    for (reason, region) in counted.told() {
        let payload = json!({ "reason": reason, "country": region });
        let event = By::Watch.event(&format!("{KEYS}.{reason}"), &payload, (&app.entropy, now));
        let name = format!("refused:{reason}:{region}");
        if let Err(error) = limits::tell_once(&app.db, (&name, until), &event).await {
            untold.insert((reason, region));
            last = Err(error);
        }
    }
    app.refusals.put_back(Counted { untold, ..Counted::default() });
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_from_everywhere_is_counted_in_little_memory() {
        let refusals = Refusals::default();
        for n in 0..10_000_u32 {
            let address = std::net::Ipv4Addr::from_bits(0xcb00_0000 + n);
            refusals.note("address", Region::CHINA, Some(address.into()));
        }
        let counted = refusals.take();
        assert_eq!(counted.reasons[&("address", Region::CHINA)], 10_000);
        assert_eq!(counted.origins.len(), MOST_ORIGINS);
        assert_eq!(counted.rows().len(), 1 + STORED_ORIGINS);
        refusals.put_back(counted);
        assert_eq!(refusals.take().reasons[&("address", Region::CHINA)], 10_000);
    }

    #[test]
    fn what_the_audit_log_was_not_told_is_told_the_next_time_and_counted_once() {
        let refusals = Refusals::default();
        let untold = BTreeSet::from([("address", Region::CHINA)]);
        refusals.put_back(Counted { untold: untold.clone(), ..Counted::default() });
        let counted = refusals.take();
        assert_eq!((counted.told(), counted.rows()), (untold, vec![]));
        assert!(refusals.take().told().is_empty());
    }
}
