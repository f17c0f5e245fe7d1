//! Whether the time of an answer tells which numbers have an account, where only accounts may sign in (security statement 32): the number
//! that is asked for, or the one before it.
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use haoma_core::ids::UserId;
use haoma_core::phone::PhoneNumber;
use haoma_store::users::{self, User};
use serde_json::{Value, json};

use crate::world::World;

/// Tries; a coin decides of each whether its number has an account.
pub(crate) const TRIES: u32 = 10_000;

/// From an answer to the next try: what differs between numbers is done 50 to 305 ms after the answer, by chance, so whoever tries within that
/// time finds the server right after it once in some fifty tries, whatever their pause is.
const PAUSE: Duration = Duration::from_millis(55);

/// What the statistics say of the times of the answers.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Timing {
    /// By the number that was asked for.
    pub(crate) own: Comparison,
    /// By the number that was asked for before it, whose message is settled after its answer has left.
    pub(crate) before: Comparison,
}

/// Numbers with an account, and others.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Comparison {
    pub(crate) known_median_us: f64,
    pub(crate) unknown_median_us: f64,
    /// Of the Mann-Whitney test, both sides: how often chance alone would give a difference so large.
    pub(crate) p: f64,
}

impl Comparison {
    fn of(times: impl Iterator<Item = (bool, f64)>) -> Self {
        let (mut known, mut unknown) = (vec![], vec![]);
        for (is_known, took) in times {
            if is_known { known.push(took) } else { unknown.push(took) }
        }
        let p = mann_whitney(&known, &unknown);
        Self { known_median_us: median(&mut known), unknown_median_us: median(&mut unknown), p }
    }
}

/// Asks for numbers with and without an account. The coins are thrown independently: in any order with a pattern, what the try before left
/// behind would be counted for one side.
pub(crate) async fn run() -> anyhow::Result<Timing> {
    let world = World::start(|raw| {
        let far = json!({
            "per_country_unverified": 1_000_000, "budget_hour": 1_000_000, "budget_day": 1_000_000,
            "money_hour": 4_000_000_000_i64, "money_day": 4_000_000_000_i64,
            // one slow commit of ten thousand is to end nothing
            "patience_ms": 10_000,
        });
        let Some(raw) = raw.as_object_mut() else { return };
        raw.insert("limits".to_owned(), far);
        let experience = raw.get_mut("sign_in_experience").and_then(Value::as_object_mut);
        experience.map(|experience| experience.insert("signInMode".to_owned(), "SignIn".into()));
    })
    .await?;
    let phone = |n: u32| format!("86137{n:08}");
    let coins: Vec<_> = (0..TRIES).map(|_n| world.app.entropy.bytes::<1>() < [128]).collect();
    for (n, _known) in (0..).zip(&coins).filter(|(_n, is_known)| **is_known) {
        add(&world, &phone(n)).await?;
    }
    let mut times = Vec::with_capacity(coins.len());
    for n in 0..TRIES {
        let base = u32::from_be_bytes([45, 0, 0, 1]);
        let mut browser = world.browser(IpAddr::V4(Ipv4Addr::from_bits(base + (n << 8))));
        browser.arrives().await?;
        let begun = Instant::now();
        let answer = browser.asks(&phone(n)).await?;
        let took = begun.elapsed().as_secs_f64() * 1e6;
        anyhow::ensure!(answer.status == 200, "{}", answer.body);
        times.push(took);
        tokio::time::sleep(PAUSE).await;
    }
    let by = |coins: &[bool], times: &[f64]| {
        Comparison::of(coins.iter().copied().zip(times.iter().copied()))
    };
    Ok(Timing { own: by(&coins, &times), before: by(&coins, times.get(1..).unwrap_or_default()) })
}

async fn add(world: &World, digits: &str) -> anyhow::Result<()> {
    let now = world.now();
    let user = User {
        id: UserId::generate(now, &world.app.entropy),
        phone: Some(PhoneNumber::from_international(digits)?),
        username: None,
        name: None,
        avatar: None,
        profile: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        application_id: None,
        is_locked: false,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    };
    anyhow::ensure!(users::create(&world.app.db, &user).await?, "a number twice");
    Ok(())
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The normal approximation, good for samples so large; of nanoseconds too few are the same to matter.
fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<_> =
        one.iter().map(|t| (*t, true)).chain(other.iter().map(|t| (*t, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ranks: f64 = (1_u32..)
        .zip(&all)
        .filter(|(_, (_, is_one))| *is_one)
        .map(|(rank, _)| f64::from(rank))
        .sum();
    let count = |times: &[f64]| f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX));
    let (n, m) = (count(one), count(other));
    let u = ranks - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    2.0 * tail(z.abs())
}

/// The normal distribution beyond `z` (Abramowitz and Stegun 26.2.17, good to 7.5e-8).
fn tail(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let sum = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429]
        .iter()
        .rev()
        .fold(0.0, |sum, b| (sum + b) * t);
    (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_tells_a_difference_from_chance() {
        assert!((tail(1.959_964) - 0.025).abs() < 1e-6);
        let times =
            |from: f64| (0..500_u32).map(|n| from + f64::from(n * 7919 % 500)).collect::<Vec<_>>();
        assert!(mann_whitney(&times(0.0), &times(0.5)) > 0.9);
        assert!(mann_whitney(&times(0.0), &times(100.0)) < 1e-6);
    }
}
