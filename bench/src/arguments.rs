//! The command line.
use std::path::PathBuf;

use crate::load::Level;

/// Runs whole registrations and sign-ins against Haoma and the Aliyun simulator, and stores what it measured.
#[derive(Debug, clap::Parser)]
pub(crate) struct Arguments {
    /// The `haoma` binary, a release build.
    #[arg(long, value_name = "FILE")]
    pub(crate) haoma: PathBuf,
    /// The database.
    #[arg(long, value_enum, default_value = "sqlite")]
    pub(crate) engine: Engine,
    /// The address of an empty PostgreSQL database.
    #[arg(long, value_name = "URL", required_if_eq("engine", "postgres"), hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// The process under which all others of PostgreSQL run, for its CPU time.
    #[arg(long, value_name = "PID", required_if_eq("engine", "postgres"))]
    pub(crate) database_pid: Option<u32>,
    /// Flows of the largest concurrency, half of them registrations; the others run a tenth of it.
    #[arg(long, default_value_t = 20_000)]
    pub(crate) flows: u32,
    /// Visitors at once, a level each.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32])]
    pub(crate) concurrency: Vec<u32>,
    /// Measures an import of so many users from a file instead: into SQLite, and into the database of `--database-url` where that is given.
    #[arg(long, value_name = "USERS", value_parser = clap::value_parser!(u32).range(1..100_000_000))]
    pub(crate) import: Option<u32>,
    /// Where the tables go.
    #[arg(long, value_name = "DIR", default_value = "bench/results")]
    pub(crate) results: PathBuf,
    /// A folder on the disk to be measured, for the database.
    #[arg(long, value_name = "DIR", default_value = "target")]
    pub(crate) disk: PathBuf,
}

/// A database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Engine {
    /// In the server.
    Sqlite,
    /// Beside it.
    Postgres,
}

impl Engine {
    /// As in names of files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

impl Arguments {
    /// What to run, in the order given.
    pub(crate) fn levels(&self) -> Vec<Level> {
        let most = self.concurrency.iter().copied().max().unwrap_or(1);
        let level = |concurrency: u32| {
            let flows = if concurrency == most { self.flows } else { self.flows / 10 };
            Level { concurrency, pairs: (flows / 2).max(concurrency) }
        };
        self.concurrency.iter().map(|concurrency| level((*concurrency).max(1))).collect()
    }
}

impl Arguments {
    /// The largest level, where it can be run on another fresh database as well: that of PostgreSQL is the caller's.
    pub(crate) fn main_level(&self) -> Option<Level> {
        let main = self.levels().into_iter().max_by_key(|level| level.concurrency);
        main.filter(|_| self.engine == Engine::Sqlite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    #[test]
    fn the_largest_concurrency_is_the_main_run() {
        let arguments = Arguments::parse_from(["bench", "--haoma", "haoma"]);
        let flows: Vec<_> =
            arguments.levels().iter().map(|l| (l.concurrency, l.pairs * 2)).collect();
        assert_eq!(flows, [(1, 2_000), (8, 2_000), (32, 20_000)]);
    }

    #[test]
    fn postgres_needs_its_address_and_process() {
        let given = ["bench", "--haoma", "haoma", "--engine", "postgres"];
        assert!(Arguments::try_parse_from(given).is_err());
    }
}
