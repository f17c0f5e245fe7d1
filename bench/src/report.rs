//! The table, for people and for programs.
use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::arguments::{Arguments, Engine};
use crate::facts::Facts;
use crate::floors::{self, Floor, Measured};
use crate::flow::{STEPS, Sample};
use crate::load::{Level, Outcome};
use crate::process::Memory;
use crate::servers::Usage;
use crate::start_up::StartUp;
use crate::statistics::Percentiles;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    engine: Engine,
    facts: Facts,
    start_up: StartUp,
    memory_after: Memory,
    levels: Vec<LevelReport>,
    /// The largest level on a server without any limit.
    without_limits: Option<LevelReport>,
    floors: Vec<Floor>,
}

/// One level of concurrency.
#[derive(Debug, Serialize)]
pub(crate) struct LevelReport {
    concurrency: u32,
    flows: u32,
    flows_per_second: f64,
    registration: Percentiles,
    sign_in: Percentiles,
    steps: Vec<StepReport>,
    cpu_ms_per_flow: CpuPerFlow,
    /// Percent of the machine's time in which its host did not let it run: the more, the longer everything takes.
    stolen_percent: f64,
}

#[derive(Debug, Serialize)]
struct StepReport {
    name: &'static str,
    #[serde(flatten)]
    took: Percentiles,
}

/// Milliseconds of CPU per flow.
#[derive(Debug, Serialize)]
struct CpuPerFlow {
    server: f64,
    database: Option<f64>,
    simulator: f64,
    driver: f64,
}

impl LevelReport {
    /// From what a level gave and used.
    pub(crate) fn new(level: Level, outcome: &Outcome, used: &Usage) -> Self {
        let flows = level.pairs * 2;
        let whole =
            |samples: &[Sample]| Percentiles::of(samples.iter().map(|s| s.iter().sum()).collect());
        let all = || outcome.registrations.iter().chain(&outcome.sign_ins);
        let step = |(index, name): (usize, &&'static str)| {
            let took = all().filter_map(|sample| sample.get(index).copied()).collect();
            StepReport { name, took: Percentiles::of(took) }
        };
        let per_flow =
            |ms: u64| f64::from(u32::try_from(ms).unwrap_or(u32::MAX)) / f64::from(flows);
        Self {
            concurrency: level.concurrency,
            flows,
            flows_per_second: f64::from(flows) / outcome.wall.as_secs_f64(),
            registration: whole(&outcome.registrations),
            sign_in: whole(&outcome.sign_ins),
            steps: STEPS.iter().enumerate().map(step).collect(),
            cpu_ms_per_flow: CpuPerFlow {
                server: per_flow(used.haoma),
                database: used.database.map(per_flow),
                simulator: per_flow(used.simulator),
                driver: per_flow(used.driver),
            },
            stolen_percent: used.machine.stolen_percent(),
        }
    }

    /// One line while it runs.
    pub(crate) fn line(&self) -> String {
        let Self { concurrency, flows, flows_per_second, stolen_percent, .. } = self;
        let server = self.cpu_ms_per_flow.server;
        format!(
            "{concurrency} at once: {flows} flows, {flows_per_second:.0} flows/s, {server:.2} ms of server CPU each, \
             {stolen_percent:.1} % of the machine taken by its host"
        )
    }
}

impl Report {
    /// Puts everything together.
    pub(crate) fn new(
        arguments: &Arguments,
        start_up: StartUp,
        (levels, without_limits): (Vec<LevelReport>, Option<LevelReport>),
        memory_after: Memory,
    ) -> Self {
        let both = (levels.as_slice(), without_limits.as_ref());
        let floors = floors::of(arguments.engine, &measured(start_up, both, memory_after));
        let (engine, facts) = (arguments.engine, Facts::look());
        Self { engine, facts, start_up, memory_after, levels, without_limits, floors }
    }

    /// For people.
    pub(crate) fn markdown(&self) -> String {
        [self.head(), self.flows(), self.steps(), self.rest(), floors::table(&self.floors)]
            .join("\n")
    }

    /// Writes `<engine>-<date>.md` and `.json`.
    pub(crate) fn store(&self, folder: &Path) -> anyhow::Result<()> {
        let name = format!("{}-{}", self.engine.as_str(), self.facts.date);
        write(folder, &name, (&self.markdown(), self))
    }

    fn head(&self) -> String {
        let Facts { date, processor, cores, kernel, rustc, revision } = &self.facts;
        let engine = self.engine.as_str();
        format!(
            "# Whole flows, {engine}, {date}\n\n\
             A flow is a registration or a sign-in: eleven requests to Haoma from `/oidc/auth` to `/oidc/me`, one SMS through the\n\
             simulated Aliyun service. Half of the flows register a new number, half sign in with it again. Every limit is on but\n\
             the cooldown between two messages, with the budget of a load test; visitors come from an address each. The level without limits\n\
             runs on a server of its own, in turns of a twentieth with the one beside it, so that both have the same machine. Driver, simulator and database share the machine with the server. What\n\
             its host takes of the machine's time, by a quota or for other machines, makes every figure worse.\n\n\
             {processor}, {cores} cores, Linux {kernel}, {rustc}, revision {revision}.\n"
        )
    }

    fn flows(&self) -> String {
        let mut text = "| at once | flows | flows/s | registration p50 / p95 / p99 ms | sign-in p50 / p95 / p99 ms | server CPU ms/flow | database | simulator | driver | taken by the host |\n\
             |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
            .to_owned();
        let all = self.levels.iter().map(|level| (level, ""));
        let unlimited = self.without_limits.iter().map(|level| (level, ", without limits"));
        for (level, note) in all.chain(unlimited) {
            let LevelReport {
                concurrency,
                flows,
                flows_per_second,
                registration,
                sign_in,
                stolen_percent,
                ..
            } = level;
            let CpuPerFlow { server, database, simulator, driver } = level.cpu_ms_per_flow;
            let database = database.map_or("in the server".to_owned(), |ms| format!("{ms:.2}"));
            // Writing to a String cannot fail; so it is everywhere here.
            let _infallible = writeln!(
                text,
                "| {concurrency}{note} | {flows} | {flows_per_second:.0} | {registration} | {sign_in} | {server:.2} | {database} | {simulator:.2} | {driver:.2} | {stolen_percent:.1} % |"
            );
        }
        text
    }

    fn steps(&self) -> String {
        let heads: Vec<String> = self
            .levels
            .iter()
            .map(|level| format!(" {} at once: p50 / p95 / p99 ms |", level.concurrency))
            .collect();
        let mut text =
            format!("| request |{}\n|---|{}\n", heads.concat(), "---:|".repeat(heads.len()));
        for (index, name) in STEPS.iter().enumerate() {
            let took = self.levels.iter().filter_map(|level| level.steps.get(index));
            let cells: Vec<String> = took.map(|step| format!(" {} |", step.took)).collect();
            let _infallible = writeln!(text, "| `{name}` |{}", cells.concat());
        }
        text
    }

    fn rest(&self) -> String {
        let StartUp { best_ms, median_ms } = self.start_up;
        let mib = |kib: u64| f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0;
        let flows: u32 = self.levels.iter().map(|level| level.flows).sum();
        format!(
            "Memory of the server after {flows} flows: {:.1} MiB resident, {:.1} MiB at most.\n\
             From the start of the process to the first answer: {best_ms:.0} ms at best, {median_ms:.0} ms in the median.\n",
            mib(self.memory_after.resident_kib),
            mib(self.memory_after.peak_kib),
        )
    }
}

/// Writes `<name>.md`, for people, and `<name>.json`, for programs.
pub(crate) fn write(
    folder: &Path,
    name: &str,
    (markdown, report): (&str, &impl Serialize),
) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join(format!("{name}.md")), markdown)?;
    let json = serde_json::to_string_pretty(report)?;
    std::fs::write(folder.join(format!("{name}.json")), json + "\n")?;
    println!("stored as {}", folder.join(name).with_extension("md").display());
    Ok(())
}

/// What the floors are about: the level with most visitors.
fn measured(
    start_up: StartUp,
    (levels, without_limits): (&[LevelReport], Option<&LevelReport>),
    memory: Memory,
) -> Measured {
    let main = levels.iter().max_by_key(|level| level.concurrency);
    let share = |(with, without): (&LevelReport, &LevelReport)| {
        with.flows_per_second * 100.0 / without.flows_per_second
    };
    Measured {
        flows_per_second: main.map_or(0.0, |level| level.flows_per_second),
        server_cpu_ms: main.map_or(f64::INFINITY, |level| level.cpu_ms_per_flow.server),
        memory_mb: f64::from(u32::try_from(memory.resident_kib).unwrap_or(u32::MAX)) * 1024.0 / 1e6,
        ready_ms: start_up.median_ms,
        with_limits_percent: main.zip(without_limits).map_or(0.0, share),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use crate::process::Ticks;

    fn level() -> LevelReport {
        let sample: Sample = [Duration::from_millis(2); STEPS.len()];
        let outcome = Outcome {
            wall: Duration::from_secs(2),
            registrations: vec![sample; 10],
            sign_ins: vec![sample; 10],
        };
        let machine = Ticks { all: 400, stolen: 6 };
        let used = Usage { haoma: 40, simulator: 10, driver: 20, database: None, machine };
        LevelReport::new(Level { concurrency: 8, pairs: 10 }, &outcome, &used)
    }

    #[test]
    fn figures_are_per_flow_and_a_flow_is_the_sum_of_its_steps() {
        let level = level();
        assert_eq!((level.flows, level.steps.len()), (20, 11));
        assert!((level.flows_per_second - 10.0).abs() < 1e-9);
        assert!((level.cpu_ms_per_flow.server - 2.0).abs() < 1e-9);
        assert!((level.sign_in.p99 - 22.0).abs() < 1e-9);
        assert!((level.stolen_percent - 1.5).abs() < 1e-9);
    }

    #[test]
    fn every_row_of_a_table_has_the_columns_of_its_head() {
        let memory = Memory { resident_kib: 1024, peak_kib: 2048 };
        let start_up = StartUp { best_ms: 50.0, median_ms: 60.0 };
        let (facts, levels) = (Facts::look(), vec![level(), level()]);
        let without_limits = Some(level());
        let both = (levels.as_slice(), without_limits.as_ref());
        let floors = floors::of(Engine::Sqlite, &measured(start_up, both, memory));
        let (engine, memory_after) = (Engine::Sqlite, memory);
        let report =
            Report { engine, facts, start_up, memory_after, levels, without_limits, floors };
        assert!(report.markdown().contains("| 8, without limits |"));
        for table in [report.flows(), report.steps(), floors::table(&report.floors)] {
            let columns: Vec<_> = table.lines().map(|line| line.matches('|').count()).collect();
            assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
        }
        assert!(report.markdown().contains("1.0 MiB resident, 2.0 MiB at most"));
    }
}
