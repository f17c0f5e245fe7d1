//! The processes of a run: the simulator and Haoma, each for itself, so that their CPU can be told apart.
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tempfile::TempDir;

use crate::arguments::{Arguments, Engine};
use crate::configuration::{self, Limits};
use crate::flow::Setup;
use crate::process::{self, Ticks};

/// Seconds a server may take to answer the first time.
const PATIENCE: Duration = Duration::from_secs(20);

/// A process that ends with us.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// Starts a command with its output in a file.
    pub(crate) fn start(command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let log = File::create(log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(Self(
            command
                .spawn()
                .with_context(|| format!("{} did not start", command.get_program().display()))?,
        ))
    }

    /// Waits until the address answers a request for `path` with `status`.
    pub(crate) fn wait(
        &mut self,
        address: SocketAddr,
        path: &str,
        status: &str,
    ) -> anyhow::Result<()> {
        let started = Instant::now();
        while !answers(address, path, status) {
            anyhow::ensure!(self.0.try_wait()?.is_none(), "a server ended");
            anyhow::ensure!(started.elapsed() < PATIENCE, "a server did not answer in time");
            pause();
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended already cannot be killed; either way it is gone.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Everything that runs.
#[derive(Debug)]
pub(crate) struct Servers {
    haoma: Running,
    simulator: Running,
    database: Option<u32>,
    setup: Setup,
    _folder: TempDir,
}

/// What was used so far: milliseconds of CPU, and the machine's clock ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Usage {
    pub(crate) haoma: u64,
    pub(crate) simulator: u64,
    pub(crate) driver: u64,
    pub(crate) database: Option<u64>,
    pub(crate) machine: Ticks,
}

impl Usage {
    /// Both together.
    pub(crate) fn plus(&self, other: &Self) -> Self {
        let database = [self.database, other.database].into_iter().flatten().reduce(|a, b| a + b);
        Self {
            haoma: self.haoma + other.haoma,
            simulator: self.simulator + other.simulator,
            driver: self.driver + other.driver,
            database,
            machine: self.machine.plus(other.machine),
        }
    }

    /// What was used after `before`.
    pub(crate) fn since(&self, before: &Self) -> Self {
        let database = self.database.zip(before.database);
        Self {
            haoma: self.haoma.saturating_sub(before.haoma),
            simulator: self.simulator.saturating_sub(before.simulator),
            driver: self.driver.saturating_sub(before.driver),
            database: database.map(|(now, then)| now.saturating_sub(then)),
            machine: self.machine.since(before.machine),
        }
    }
}

impl Servers {
    /// Starts them on free ports and waits until they answer.
    pub(crate) fn start(arguments: &Arguments, limits: Limits) -> anyhow::Result<Self> {
        let folder = folder(arguments)?;
        let simulator_address = free_address()?;
        let seed = folder.path().join("seed.json");
        std::fs::write(&seed, configuration::seed().to_string())?;
        let mut command = Command::new(&arguments.haoma);
        command.args(["sim", "--listen", &simulator_address.to_string(), "--seed"]).arg(&seed);
        let mut simulator = Running::start(&mut command, &folder.path().join("sim.log"))?;
        simulator.wait(simulator_address, "/_sim/messages", "200").context("the simulator")?;
        let address = free_address()?;
        let haoma = haoma(arguments, folder.path(), (address, simulator_address), limits)?;
        let setup = Setup { haoma: address, simulator: simulator_address };
        Ok(Self { haoma, simulator, database: arguments.database_pid, setup, _folder: folder })
    }

    /// Where they are.
    pub(crate) fn setup(&self) -> Setup {
        self.setup
    }

    /// Haoma's process.
    pub(crate) fn haoma(&self) -> u32 {
        self.haoma.0.id()
    }

    /// Used so far.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        Ok(Usage {
            haoma: process::cpu_ms(self.haoma.0.id())?,
            simulator: process::cpu_ms(self.simulator.0.id())?,
            driver: process::cpu_ms(std::process::id())?,
            database: self.database.map(process::tree_cpu_ms).transpose()?,
            machine: process::ticks()?,
        })
    }
}

/// Starts Haoma and waits for its first answer.
pub(crate) fn haoma(
    arguments: &Arguments,
    folder: &Path,
    (address, simulator): (SocketAddr, SocketAddr),
    limits: Limits,
) -> anyhow::Result<Running> {
    let sqlite = format!("sqlite:{}", folder.join("haoma.db").display());
    let url = match (arguments.engine, &arguments.database_url) {
        (Engine::Postgres, Some(url)) => url.clone(),
        _ => sqlite,
    };
    let file = folder.join("haoma.toml");
    std::fs::write(
        &file,
        configuration::haoma(&address.to_string(), &simulator.to_string(), (&url, limits)),
    )?;
    let log = folder.join("haoma.log");
    let mut running = Running::start(
        Command::new(&arguments.haoma).args(["serve", "--config"]).arg(&file),
        &log,
    )?;
    let ready = running.wait(address, "/api/status", "204");
    ready
        .with_context(|| format!("Haoma: {}", std::fs::read_to_string(&log).unwrap_or_default()))?;
    Ok(running)
}

/// A folder on the disk to be measured, removed at the end.
pub(crate) fn folder(arguments: &Arguments) -> anyhow::Result<TempDir> {
    let disk: &PathBuf = &arguments.disk;
    std::fs::create_dir_all(disk)?;
    tempfile::Builder::new().prefix("bench-").tempdir_in(disk).context("a folder for the database")
}

/// An address nobody listens on.
pub(crate) fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

fn answers(address: SocketAddr, path: &str, status: &str) -> bool {
    let ask = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )?;
        let mut head = vec![0; 12];
        stream.read_exact(&mut head)?;
        Ok(head)
    };
    ask().is_ok_and(|head| head == format!("HTTP/1.1 {status}").into_bytes())
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process is waited for, which tells nobody when it is ready"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(1));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_a_difference_and_a_missing_database_stays_missing() {
        let machine = |all, stolen| Ticks { all, stolen };
        let before =
            Usage { haoma: 10, simulator: 5, driver: 1, database: None, machine: machine(100, 7) };
        let after =
            Usage { haoma: 30, simulator: 5, driver: 4, database: None, machine: machine(300, 9) };
        let used = after.since(&before);
        let wanted =
            Usage { haoma: 20, simulator: 0, driver: 3, database: None, machine: machine(200, 2) };
        assert_eq!(used, wanted);
        let with = |ms| Usage { database: Some(ms), ..before };
        assert_eq!(with(9).since(&with(4)).database, Some(5));
    }
}
