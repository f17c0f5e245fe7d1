//! The attacks. Each is a day, or a month, of steps; in each step attackers and people do what is theirs at once.
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::people::{self, Honest};
use crate::report::Row;
use crate::world::World;

/// Attackers that act at once.
const AT_ONCE: usize = 64;
const DAY_SECS: i64 = 86_400;
const HOUR_SECS: i64 = 3_600;
/// The victim comes four times a day: more is more than a number may, without any attack.
const VICTIM_SECS: i64 = 6 * HOUR_SECS;

/// An attack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// In how many steps.
    steps: u32,
    /// Seconds of one step.
    step_secs: i64,
    /// Walks in one step.
    walks: u32,
    /// From how many addresses, each in a network of its own as far as there are some.
    addresses: u32,
    /// To which numbers.
    target: Target,
    /// Wrong codes for each message.
    guesses: u32,
    /// The alarm that tells of it, where there is one.
    alarm: Option<&'static str>,
}

/// Whose numbers are attacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// One, of somebody who signs in four times a day as well.
    One,
    /// Others of the mainland, one after the other.
    Mainland,
    /// Others abroad, where a message costs more.
    Abroad,
}

/// Every attack of the first table.
pub(crate) const ALL: [Scenario; 5] = [
    Scenario {
        name: "flood from one address",
        steps: 60,
        step_secs: 60,
        walks: 160,
        addresses: 1,
        target: Target::Mainland,
        guesses: 0,
        alarm: None,
    },
    Scenario {
        name: "pumping: 10,000 addresses, 100,000 numbers abroad",
        steps: 288,
        step_secs: 300,
        walks: 348,
        addresses: 10_000,
        target: Target::Abroad,
        guesses: 0,
        alarm: Some("Alarm.Country"),
    },
    Scenario {
        name: "bombing: 5,000 sessions, one number",
        steps: 288,
        step_secs: 300,
        walks: 18,
        addresses: 5_000,
        target: Target::One,
        guesses: 0,
        alarm: None,
    },
    Scenario {
        name: "spraying: one guess at each of 100,000 numbers",
        steps: 1_440,
        step_secs: 60,
        walks: 70,
        addresses: 10_000,
        target: Target::Mainland,
        guesses: 1,
        alarm: Some("Alarm.WrongCodes"),
    },
    Scenario {
        name: "guessing at one number for 30 days",
        steps: 30 * 288,
        step_secs: 300,
        walks: 1,
        addresses: 1_000,
        target: Target::One,
        guesses: 5,
        alarm: None,
    },
];

/// What attackers got.
#[derive(Debug, Clone, Copy, Default)]
struct Gained {
    sent: u32,
    judged: u32,
}

/// Runs one.
pub(crate) async fn run(scenario: &Scenario) -> anyhow::Result<Row> {
    let world = Arc::new(World::start(|_raw| {}).await?);
    let mut people = people::settle(&world).await?.into_iter();
    let mut victim = match scenario.target {
        Target::One => Some(people::victim(&world).await?),
        Target::Mainland | Target::Abroad => None,
    };
    world.advance(HOUR_SECS).await?;
    let begun = world.now();
    let per_step = people::PEOPLE.div_ceil(scenario.steps).max(1) as usize;
    let (mut all, mut met) = (Gained::default(), Honest::default());
    let (mut today, mut worst) = (Gained::default(), Gained::default());
    for step in 0..scenario.steps {
        let gained = attack(&world, scenario, step).await?;
        all.sent += gained.sent;
        all.judged += gained.judged;
        today.sent += gained.sent;
        today.judged += gained.judged;
        // people come between two waves of attackers: who is asked to wait a minute waits it
        let secs = scenario.step_secs;
        pass(&world, secs / 2, step).await?;
        people::come(&world, people.by_ref().take(per_step), &mut met).await?;
        let is_back = i64::from(step) * secs % VICTIM_SECS == 0;
        if let Some(victim) = victim.as_mut().filter(|_| is_back) {
            victim.comes_again(&world, &mut met.victim).await?;
        }
        pass(&world, secs - secs / 2, step).await?;
        let elapsed = i64::from(step + 1) * secs;
        worst.sent = worst.sent.max(today.sent);
        worst.judged = worst.judged.max(today.judged);
        if elapsed % DAY_SECS == 0 {
            today = Gained::default();
        }
    }
    let alarm = match scenario.alarm {
        Some(key) => world.alarm(key, begun).await?,
        None => None,
    };
    let region = match scenario.target {
        Target::Abroad => "ID",
        Target::One | Target::Mainland => "CN",
    };
    let region = haoma_core::phone::Region::parse(region)?;
    let price = world.app.settings.prices.of(region);
    Ok(Row {
        name: scenario.name,
        attempts: scenario.steps * scenario.walks,
        sent: all.sent,
        sent_most_a_day: worst.sent,
        money: f64::from(all.sent) * f64::from(price) / 10_000.0,
        judged: all.judged,
        judged_most_a_day: worst.judged,
        honest: met,
        alarm: scenario.alarm.map(|key| (key, alarm.map(|at| at.secs_since(begun)))),
    })
}

/// Lets time pass; the watch looks every ten seconds until an alarm is due, later only now and then.
async fn pass(world: &World, secs: i64, step: u32) -> anyhow::Result<()> {
    let looks = if step < 10 { (secs / 10).max(1) } else { 1 };
    for _ in 0..looks {
        world.advance(secs / looks).await?;
    }
    Ok(())
}

/// One step of the attackers.
async fn attack(world: &Arc<World>, scenario: &Scenario, step: u32) -> anyhow::Result<Gained> {
    let mut gained = Gained::default();
    let mut walks = JoinSet::new();
    for nth in 0..scenario.walks {
        if walks.len() >= AT_ONCE {
            gained = add(gained, walks.join_next().await)?;
        }
        let n = step * scenario.walks + nth;
        walks.spawn(walk(Arc::clone(world), *scenario, n));
    }
    while let Some(done) = walks.join_next().await {
        gained = add(gained, Some(done))?;
    }
    Ok(gained)
}

fn add(
    gained: Gained,
    done: Option<Result<anyhow::Result<Gained>, tokio::task::JoinError>>,
) -> anyhow::Result<Gained> {
    let Some(done) = done else { return Ok(gained) };
    let more = done??;
    Ok(Gained { sent: gained.sent + more.sent, judged: gained.judged + more.judged })
}

/// One walk of an attacker, who does the work where it is asked for, and guesses what nobody told them.
async fn walk(world: Arc<World>, scenario: Scenario, n: u32) -> anyhow::Result<Gained> {
    let mut browser = world.browser(address(n % scenario.addresses));
    browser.arrives().await?;
    let phone = phone(scenario.target, n);
    let sent = browser.asks(&phone).await?;
    let Some(id) = sent.verification() else { return Ok(Gained::default()) };
    let mut gained = Gained { sent: 1, judged: 0 };
    let right = world.code(&phone).unwrap_or_default();
    let wrong = if right == "123456" { "654321" } else { "123456" };
    for _ in 0..scenario.guesses {
        let given = browser.gives((&phone, &id), wrong).await?;
        gained.judged += u32::from(given.code() == "verification_code.code_mismatch");
    }
    Ok(gained)
}

/// Networks of 256 addresses are used up one after the other: first one address of each.
fn address(n: u32) -> IpAddr {
    let (network, host) = (n % 4_096, n / 4_096);
    let base = u32::from_be_bytes([45, 0, 0, 1]);
    IpAddr::V4(Ipv4Addr::from_bits(base + (network << 8) + host))
}

fn phone(target: Target, n: u32) -> String {
    match target {
        Target::One => people::VICTIM.to_owned(),
        Target::Mainland => format!("86139{:08}", n % 100_000_000),
        Target::Abroad => format!("62812{:08}", 10_000_000 + n % 90_000_000),
    }
}
