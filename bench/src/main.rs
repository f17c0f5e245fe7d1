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
use crate::load::Level;
use crate::report::{LevelReport, Report};
use crate::servers::Servers;

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
    let mut levels = vec![];
    let mut next_number = 0;
    for level in arguments.levels() {
        let report = runtime.block_on(one_level(level, next_number, &servers))?;
        println!("{}", report.line());
        levels.push(report);
        next_number += level.pairs;
    }
    let memory = process::memory(servers.haoma())?;
    drop(servers);
    let unlimited = match arguments.main_level() {
        Some(level) => Some(runtime.block_on(without_limits(arguments, level, next_number))?),
        None => None,
    };
    let report = Report::new(arguments, start_up, (levels, unlimited), memory);
    println!("\n{}", report.markdown());
    report.store(&arguments.results).context("the results cannot be stored")
}

/// The largest level once more, on a server without any limit.
async fn without_limits(
    arguments: &Arguments,
    level: Level,
    first: u32,
) -> anyhow::Result<LevelReport> {
    let servers = Servers::start(arguments, Limits::Off)?;
    let report = one_level(level, first, &servers).await?;
    println!("without limits, {}", report.line());
    Ok(report)
}

async fn one_level(level: Level, first: u32, servers: &Servers) -> anyhow::Result<LevelReport> {
    let before = servers.usage()?;
    let outcome = load::run(level, first, servers.setup()).await?;
    Ok(LevelReport::new(level, &outcome, &servers.usage()?.since(&before)))
}
