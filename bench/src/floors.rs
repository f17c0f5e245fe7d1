//! What a release has to reach on a machine with two cores, and whether it did.
use std::fmt::Write as _;

use serde::Serialize;

use crate::arguments::Engine;

/// The figures that floors are about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// At the largest concurrency.
    pub(crate) flows_per_second: f64,
    /// Milliseconds per flow, at the largest concurrency.
    pub(crate) server_cpu_ms: f64,
    /// Millions of bytes resident after all flows.
    pub(crate) memory_mb: f64,
    /// From the start of the process to the first answer, in the median.
    pub(crate) ready_ms: f64,
    /// Flows per second with every limit, in hundredths of those without any.
    pub(crate) with_limits_percent: f64,
}

/// One figure beside its limit.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Floor {
    what: &'static str,
    wanted: String,
    measured: f64,
    holds: bool,
}

impl Floor {
    /// Whether it is reached.
    pub(crate) const fn holds(&self) -> bool {
        self.holds
    }

    fn at_least(what: &'static str, limit: f64, measured: f64) -> Self {
        Self { what, wanted: format!("at least {limit}"), measured, holds: measured >= limit }
    }

    fn at_most(what: &'static str, limit: f64, measured: f64) -> Self {
        Self { what, wanted: format!("at most {limit}"), measured, holds: measured <= limit }
    }
}

/// The floors of an engine; PostgreSQL has none yet.
pub(crate) fn of(engine: Engine, measured: &Measured) -> Vec<Floor> {
    if engine != Engine::Sqlite {
        return vec![];
    }
    vec![
        Floor::at_least("flows/s", 500.0, measured.flows_per_second),
        Floor::at_most("ms of server CPU per flow", 2.0, measured.server_cpu_ms),
        Floor::at_most("MB of memory", 60.0, measured.memory_mb),
        Floor::at_most("ms from start to ready", 200.0, measured.ready_ms),
        Floor::at_least("% of the flows/s without limits", 85.0, measured.with_limits_percent),
    ]
}

/// The floor of an import, in seconds, as many users as are measured: 10,000 where nobody asks for others.
pub(crate) fn of_import(engine: Engine, secs: f64) -> Floor {
    let what = match engine {
        Engine::Sqlite => "s for the first import, sqlite",
        Engine::Postgres => "s for the first import, postgres",
    };
    Floor::at_most(what, 10.0, secs)
}

/// For people; nothing when there are none.
pub(crate) fn table(floors: &[Floor]) -> String {
    if floors.is_empty() {
        return String::new();
    }
    let mut text = "| floor | wanted | measured | |\n|---|---|---:|---|\n".to_owned();
    for Floor { what, wanted, measured, holds } in floors {
        let verdict = if *holds { "holds" } else { "missed" };
        // Writing to a String cannot fail.
        let _infallible = writeln!(text, "| {what} | {wanted} | {measured:.2} | {verdict} |");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_on_its_limit_holds_and_one_beyond_is_missed() {
        let good = Measured {
            flows_per_second: 500.0,
            server_cpu_ms: 2.0,
            memory_mb: 60.0,
            ready_ms: 200.0,
            with_limits_percent: 85.0,
        };
        assert!(of(Engine::Sqlite, &good).iter().all(|floor| floor.holds));
        let bad = Measured {
            flows_per_second: 499.9,
            server_cpu_ms: 2.01,
            memory_mb: 60.1,
            ready_ms: 201.0,
            with_limits_percent: 84.9,
        };
        let floors = of(Engine::Sqlite, &bad);
        assert!(floors.iter().all(|floor| !floor.holds));
        assert_eq!(table(&floors).matches("missed").count(), 5);
        assert_eq!(table(&of(Engine::Postgres, &good)), "");
    }
}
