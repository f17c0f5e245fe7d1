//! Attackers and honest people against a whole Haoma with its default limits, and what came of it. Time is moved by hand, so a month of
//! guessing takes minutes.
#![expect(clippy::print_stdout, reason = "a tool for a terminal talks to it")]

mod browser;
mod comparing;
mod outage;
mod people;
mod report;
mod scenarios;
mod timing;
mod world;

use std::path::PathBuf;

use clap::Parser as _;

use crate::report::Report;

/// Runs every attack, prints the table and stores it.
#[derive(Debug, clap::Parser)]
struct Arguments {
    /// Only the scenarios whose names hold this.
    #[arg(long)]
    only: Option<String>,
    /// A PostgreSQL server in which the counters are locked, too: `postgres://…`.
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Where the table goes.
    #[arg(long, value_name = "DIR", default_value = "bench/results")]
    results: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let wanted = |name: &str| arguments.only.as_ref().is_none_or(|part| name.contains(part));
    let mut report = Report::default();
    for scenario in scenarios::ALL {
        if wanted(scenario.name) {
            let row = runtime.block_on(scenarios::run(&scenario))?;
            println!("{}", row.line());
            report.rows.push(row);
        }
    }
    if wanted("timing") {
        report.timing = Some(runtime.block_on(timing::run())?);
    }
    if wanted("outage") {
        let server = arguments.postgres.as_deref();
        for server in std::iter::once(None).chain(server.map(Some)) {
            let outage = runtime.block_on(outage::run(server))?;
            println!("{}", outage.line());
            report.outages.push(outage);
        }
    }
    if wanted("comparing") {
        println!("{}", comparing::run()?.line());
    }
    println!("\n{}", report.markdown());
    report.store(&arguments.results)
}
