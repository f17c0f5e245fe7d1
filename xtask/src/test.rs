//! `cargo xtask test`: everything, on both databases, with a browser and other people's clients.
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::metadata::Metadata;
use crate::postgres::{Cluster, Durability};
use crate::run::{cargo, run, succeeds};
use crate::summary::Summary;
use crate::tools::{self, CHROMIUM, FONTS, NODE, POSTGRES, PYTHON};
use crate::{packages, paths};

/// The pages' script and stylesheet.
const ASSETS: &str = "crates/server/assets";
/// Browser journeys and clients of Haoma.
const JOURNEYS: &str = "e2e";
/// Clients of the Aliyun simulator.
const SDKS: &str = "e2e/sdk";
/// Programs of the guides, clients of Haoma too.
const EXAMPLES: &str = "examples";
/// The server that the journeys talk to.
const HARNESS: &str = "haoma-e2e";

/// What to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    only: Option<Part>,
    filter: Vec<String>,
}

/// A third of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Rust,
    Web,
    EndToEnd,
}

impl Options {
    /// Reads `[--only rust|web|e2e] [-- FILTER…]`.
    pub(crate) fn parse(arguments: &[String]) -> anyhow::Result<Self> {
        let mut options = Self::default();
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match (word, options.only) {
                ("--only", None) => options.only = Some(part(words.next().unwrap_or_default())?),
                ("--", _) => options.filter = words.by_ref().map(str::to_owned).collect(),
                _ => anyhow::bail!("{word:?} is not understood; a filter stands after `--`"),
            }
        }
        Ok(options)
    }

    fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }
}

fn part(name: &str) -> anyhow::Result<Part> {
    match name {
        "rust" => Ok(Part::Rust),
        "web" => Ok(Part::Web),
        "e2e" => Ok(Part::EndToEnd),
        _ => anyhow::bail!("--only takes rust, web or e2e"),
    }
}

/// What the parts may use.
struct Machine {
    cluster: Option<Cluster>,
    chromium: Option<PathBuf>,
    python: Option<PathBuf>,
}

impl Machine {
    /// Brings what the wanted parts need, and nothing else.
    fn prepare(options: &Options) -> anyhow::Result<Self> {
        let (rust, web) = (options.wants(Part::Rust), options.wants(Part::Web));
        let journeys = options.wants(Part::EndToEnd) && packages::lists(JOURNEYS, "package.json");
        let needs = [
            (rust || journeys, POSTGRES),
            (web || journeys, NODE),
            (journeys, CHROMIUM),
            (journeys, FONTS),
            (journeys, PYTHON),
        ];
        let needed: Vec<_> = needs.into_iter().filter(|(is_needed, _)| *is_needed).collect();
        tools::ensure(&needed.into_iter().map(|(_, tool)| tool).collect::<Vec<_>>())?;
        let folders = [(web, ASSETS), (journeys, JOURNEYS), (journeys, SDKS), (journeys, EXAMPLES)];
        for (is_needed, folder) in folders {
            if is_needed && packages::lists(folder, "package.json") {
                packages::npm(folder)?;
            }
        }
        let has_python = journeys && packages::lists(SDKS, "requirements.txt");
        let python = has_python.then(|| packages::python(SDKS)).transpose()?;
        let cluster = (rust || journeys).then(|| Cluster::start(Durability::None)).transpose()?;
        if let Some(cluster) = &cluster {
            println!("PostgreSQL is ready at {}", cluster.url());
        }
        Ok(Self { cluster, chromium: tools::chromium(), python })
    }

    /// Tells a command where everything is.
    fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.envs(self.cluster.as_ref().map(|cluster| ("TEST_POSTGRES_URL", cluster.url())));
        let known = [("HAOMA_CHROMIUM", &self.chromium), ("HAOMA_E2E_PYTHON", &self.python)];
        for (name, path) in known {
            command.envs(path.as_ref().map(|path| (name, path)));
        }
        command
    }
}

/// Runs the tests; `false` when one of them failed.
pub(crate) fn test(options: &Options) -> bool {
    let mut summary = Summary::default();
    let mut machine = None;
    summary.part("machine", || {
        machine = Some(Machine::prepare(options)?);
        Ok(())
    });
    if let Some(machine) = &machine {
        parts(options, machine, &mut summary);
    }
    drop(machine);
    summary.close()
}

fn parts(options: &Options, machine: &Machine, summary: &mut Summary) {
    if options.wants(Part::Web) && packages::lists(ASSETS, "package.json") {
        summary.part("pages' script", || {
            let folder = paths::root().join(ASSETS);
            run(Command::new("npm").args(["run", "--silent", "check"]).current_dir(folder))
        });
    }
    if options.wants(Part::Rust) {
        summary.part("rust", || rust(options, machine));
        if options.filter.is_empty() {
            summary.part("examples in the documentation", || {
                run(machine.tell(&mut cargo(["test", "--workspace", "--doc", "--quiet"])))
            });
        }
    }
    if options.wants(Part::EndToEnd) && packages::lists(JOURNEYS, "package.json") {
        let mut harness = None;
        let built = summary.part("the journeys' server", || {
            harness = Some(build_harness()?);
            Ok(())
        });
        if let (true, Some(harness)) = (built, harness) {
            summary.part("journeys and foreign clients, SQLite", || {
                journeys("test", machine, &harness)
            });
            summary.part("journeys and foreign clients, PostgreSQL", || {
                journeys("test:postgres", machine, &harness)
            });
        }
    }
}

fn rust(options: &Options, machine: &Machine) -> anyhow::Result<()> {
    let mut command = if succeeds(&mut cargo(["nextest", "--version"])) {
        cargo(["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        cargo(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"])
    };
    run(machine.tell(&mut command).args(&options.filter))
}

/// Builds the binaries that the journeys start; answers the harness.
fn build_harness() -> anyhow::Result<PathBuf> {
    let metadata = Metadata::load()?;
    let package = metadata.binary_package(HARNESS).context("no package has a binary haoma-e2e")?;
    run(&mut cargo(["build", "--package", package, "--bin", HARNESS]))?;
    run(&mut cargo(["build", "--package", "haoma", "--bin", "haoma"]))?;
    Ok(metadata.target_directory().join("debug").join(HARNESS))
}

fn journeys(script: &str, machine: &Machine, harness: &PathBuf) -> anyhow::Result<()> {
    let mut command = Command::new("npm");
    command
        .args(["run", "--silent", "--if-present", script])
        .current_dir(paths::root().join(JOURNEYS));
    command.env("HAOMA_E2E_BIN", harness).env("HAOMA_BIN", harness.with_file_name("haoma"));
    run(machine.tell(&mut command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> anyhow::Result<Options> {
        Options::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn everything_is_run_unless_one_part_is_named() {
        let all = parse(&[]).unwrap();
        assert!([Part::Rust, Part::Web, Part::EndToEnd].into_iter().all(|part| all.wants(part)));
        let one = parse(&["--only", "web"]).unwrap();
        assert!(one.wants(Part::Web) && !one.wants(Part::Rust));
    }

    #[test]
    fn a_filter_is_handed_on_and_a_misspelt_option_is_not_a_filter() {
        let options = parse(&["--only", "rust", "--", "passcode", "--no-capture"]).unwrap();
        assert_eq!(options.filter, ["passcode", "--no-capture"]);
        assert!(parse(&["passcode"]).is_err());
        assert!(parse(&["--only", "everything"]).is_err());
        assert!(parse(&["--only"]).is_err());
    }
}
