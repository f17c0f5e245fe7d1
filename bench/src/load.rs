//! Many visitors at once. Each registers a new number, then signs in with it, then takes the next.
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::flow::{Kind, Sample, Setup, Visitor};

/// How much, and how much at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    /// Visitors at once.
    pub(crate) concurrency: u32,
    /// Numbers: each is registered and then signs in.
    pub(crate) pairs: u32,
}

/// What a level gave.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// From the first request to the last answer.
    pub(crate) wall: Duration,
    /// One per registration.
    pub(crate) registrations: Vec<Sample>,
    /// One per sign-in.
    pub(crate) sign_ins: Vec<Sample>,
}

impl Outcome {
    /// What another round of the same level gave.
    pub(crate) fn add(&mut self, other: Self) {
        self.wall += other.wall;
        self.registrations.extend(other.registrations);
        self.sign_ins.extend(other.sign_ins);
    }
}

/// Runs one level; the first flow that fails ends it.
pub(crate) async fn run(level: Level, first: u32, setup: Setup) -> anyhow::Result<Outcome> {
    let next = Arc::new(AtomicU32::new(first));
    let end = first + level.pairs;
    let started = Instant::now();
    let mut visitors = JoinSet::new();
    for _ in 0..level.concurrency {
        visitors.spawn(visit(Arc::clone(&next), end, setup));
    }
    let mut outcome = Outcome::default();
    while let Some(done) = visitors.join_next().await {
        let mine = done??;
        outcome.registrations.extend(mine.registrations);
        outcome.sign_ins.extend(mine.sign_ins);
    }
    outcome.wall = started.elapsed();
    Ok(outcome)
}

async fn visit(next: Arc<AtomicU32>, end: u32, setup: Setup) -> anyhow::Result<Outcome> {
    let mut visitor = Visitor::new(setup);
    let mut outcome = Outcome::default();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= end {
            return Ok(outcome);
        }
        let (phone, address) = (phone(number), address(number));
        outcome.registrations.push(visitor.walk(Kind::Register, (&phone, address)).await?);
        outcome.sign_ins.push(visitor.walk(Kind::SignIn, (&phone, address)).await?);
    }
}

/// A mainland mobile number, another for each `n`.
fn phone(n: u32) -> String {
    format!("86138{:08}", n % 100_000_000)
}

/// Networks that visitors come from at a time: neighbours in `n` are no neighbours there, or so many strangers at once would be asked for work.
const NETWORKS: u32 = 64;

/// A public address, another for each `n`; 256 of them are one network.
fn address(n: u32) -> Ipv4Addr {
    let network = n % NETWORKS + n / (256 * NETWORKS) * NETWORKS;
    let host = n / NETWORKS % 256;
    Ipv4Addr::from_bits(u32::from_be_bytes([11, 0, 0, 0]) | (network << 8 & 0x00ff_ffff) | host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_mainland_mobile_numbers_and_all_different() {
        assert_eq!(phone(0), "8613800000000");
        assert_eq!(phone(12_345), "8613800012345");
        assert_ne!(phone(1), phone(2));
        assert_eq!(address(63).to_string(), "11.0.63.0");
        assert_eq!(address(64).to_string(), "11.0.0.1");
        assert_eq!(address(16_384).to_string(), "11.0.64.0");
    }
}
