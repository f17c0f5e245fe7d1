//! The load driver: whole registrations and sign-ins over HTTP against a running Haoma.
#![expect(clippy::print_stdout, reason = "a tool for a terminal talks to it")]

mod arguments;
mod configuration;
mod facts;
mod floors;
mod flow;
mod http;
mod import;
mod jar;
mod load;
mod process;
mod report;
mod servers;
mod start_up;
mod statistics;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use crate::arguments::Arguments;
use crate::configuration::Limits;
use crate::load::{Level, Outcome};
use crate::report::{LevelReport, Report};
use crate::servers::{Servers, Usage};

fn main() -> ExitCode {
    match measure(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Starts the servers, runs every level, prints and stores the table; or measures an import instead.
fn measure(arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(users) = arguments.import {
        return import::measure(arguments, users);
    }
    let start_up = start_up::measure(arguments)?;
    println!(
        "ready in {:.0} ms at best, {:.0} ms in the median",
        start_up.best_ms, start_up.median_ms
    );
    let servers = Servers::start(arguments, Limits::On)?;
    // One thread: the other core belongs to the server.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let main = arguments.main_level();
    let (mut levels, mut unlimited) = (vec![], None);
    let mut next_number = 0;
    for level in arguments.levels() {
        let is_main = main.is_some_and(|main| main.concurrency == level.concurrency);
        let report = if is_main {
            let others = Servers::start(arguments, Limits::Off)?;
            let both = [&servers, &others];
            let [limited, free] = runtime.block_on(in_turns(level, next_number, both))?;
            println!("without limits, {}", free.line());
            unlimited = Some(free);
            limited
        } else {
            runtime.block_on(one_level(level, next_number, &servers))?
        };
        println!("{}", report.line());
        levels.push(report);
        next_number += level.pairs;
    }
    let memory = process::memory(servers.haoma())?;
    drop(servers);
    let report = Report::new(arguments, start_up, (levels, unlimited), memory);
    println!("\n{}", report.markdown());
    report.store(&arguments.results).context("the results cannot be stored")
}

/// Rounds of a level that is run on two servers. A machine whose speed changes within minutes changes it for both.
const ROUNDS: u32 = 20;

/// One level on two servers in turns, each first as often as the other.
async fn in_turns(
    level: Level,
    first: u32,
    both: [&Servers; 2],
) -> anyhow::Result<[LevelReport; 2]> {
    let pairs = (level.pairs / ROUNDS).max(level.concurrency);
    let part = Level { pairs, ..level };
    let mut outcomes = [Outcome::default(), Outcome::default()];
    let mut used = [Usage::default(); 2];
    for round in 0..ROUNDS {
        let mut turns: Vec<_> = both.iter().zip(&mut outcomes).zip(&mut used).collect();
        if round % 2 == 1 {
            turns.reverse();
        }
        for ((servers, outcome), used) in turns {
            let before = servers.usage()?;
            outcome.add(load::run(part, first + round * pairs, servers.setup()).await?);
            *used = used.plus(&servers.usage()?.since(&before));
        }
    }
    let whole = Level { pairs: pairs * ROUNDS, ..level };
    let [limited, free] = outcomes;
    let [used_limited, used_free] = used;
    Ok([
        LevelReport::new(whole, &limited, &used_limited),
        LevelReport::new(whole, &free, &used_free),
    ])
}

async fn one_level(level: Level, first: u32, servers: &Servers) -> anyhow::Result<LevelReport> {
    let before = servers.usage()?;
    let outcome = load::run(level, first, servers.setup()).await?;
    Ok(LevelReport::new(level, &outcome, &servers.usage()?.since(&before)))
}
