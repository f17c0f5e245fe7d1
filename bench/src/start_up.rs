//! From the start of the process to its first answer, against an empty folder.
use std::time::Instant;

use crate::arguments::Arguments;
use crate::configuration::Limits;
use crate::servers;

/// Starts that are measured.
const RUNS: usize = 7;

/// Milliseconds.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct StartUp {
    pub(crate) best_ms: f64,
    pub(crate) median_ms: f64,
}

/// Starts Haoma several times.
pub(crate) fn measure(arguments: &Arguments) -> anyhow::Result<StartUp> {
    let mut times = vec![];
    for _ in 0..RUNS {
        let folder = servers::folder(arguments)?;
        let addresses = (servers::free_address()?, servers::free_address()?);
        let started = Instant::now();
        let running = servers::haoma(arguments, folder.path(), addresses, Limits::On)?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        drop(running);
    }
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    Ok(StartUp { best_ms: at(0), median_ms: at(RUNS / 2) })
}
