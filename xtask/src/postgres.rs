//! A PostgreSQL server of our own, for one run: nothing that exists on the machine is touched.
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::paths::program;
use crate::run::{output, succeeds};
use crate::tools;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);
const FOLDER: &str = "haoma-postgres-";

/// Whether what was committed must survive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// As in production; for measuring.
    Full,
    /// For tests.
    None,
}

/// A running server. Dropping it stops the server and removes its files; when we are killed instead, the kernel tells the
/// server to stop, and the next start removes the files.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes and starts one on a free port of this machine.
    pub(crate) fn start(durability: Durability) -> anyhow::Result<Self> {
        let bin = tools::postgres_bin().context("no PostgreSQL server programs")?;
        remove_left_over();
        let folder = std::env::temp_dir().join(format!("{FOLDER}{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        if tools::is_root() {
            output(Command::new("chown").arg("postgres:").arg(&folder))?;
        }
        let initdb = [
            "--username=postgres",
            "--auth=trust",
            "--locale=C.UTF-8",
            "--encoding=UTF8",
            "--no-sync",
            "--pgdata=data",
        ];
        output(as_postgres(&bin.join("initdb"), &folder).args(initdb))?;
        let port = free_port()?;
        let server = serve(&bin, &folder, port, durability)?;
        let mut cluster = Self { server, folder, port };
        cluster.wait(&bin)?;
        Ok(cluster)
    }

    /// The connection string of a database that may be filled at will; its role may make more databases.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The process under which all others of the server run.
    pub(crate) fn pid(&self) -> u32 {
        self.server.id()
    }

    fn wait(&mut self, bin: &Path) -> anyhow::Result<()> {
        let started = Instant::now();
        let port = self.port.to_string();
        let mut ask = Command::new(bin.join("pg_isready"));
        ask.args(["--quiet", "--host=127.0.0.1", "--port", &port]);
        while !succeeds(&mut ask) {
            let ended = self.server.try_wait()?;
            if ended.is_some() || started.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                anyhow::bail!("PostgreSQL did not start:\n{log}");
            }
            pause();
        }
        Ok(())
    }

    fn stop(&mut self) -> std::io::Result<()> {
        // SIGINT is its "fast shutdown".
        let stopping = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let started = Instant::now();
        while self.server.try_wait()?.is_none() {
            if !stopping.as_ref().is_ok_and(std::process::ExitStatus::success)
                || started.elapsed() > PATIENCE
            {
                self.server.kill()?;
            }
            pause();
        }
        std::fs::remove_dir_all(&self.folder)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            eprintln!("PostgreSQL in {}: {error}", self.folder.display());
        }
    }
}

fn serve(bin: &Path, folder: &Path, port: u16, durability: Durability) -> anyhow::Result<Child> {
    let mut command = as_postgres(&bin.join("postgres"), folder);
    command.args(["-D", "data", "-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    command.args(["-c", "unix_socket_directories=", "-c", "max_connections=200"]);
    if durability == Durability::None {
        command.args([
            "-c",
            "fsync=off",
            "-c",
            "full_page_writes=off",
            "-c",
            "synchronous_commit=off",
        ]);
    }
    let log = File::create(folder.join("log"))?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    command.spawn().context("PostgreSQL did not start")
}

/// PostgreSQL refuses to run as root. Whoever it runs as, it must not outlive us.
fn as_postgres(binary: &Path, folder: &Path) -> Command {
    let Some(setpriv) = program("setpriv") else {
        let mut command = Command::new(binary);
        command.current_dir(folder);
        return command;
    };
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "INT"]).current_dir(folder);
    if tools::is_root() {
        command.args(["--reuid", "postgres", "--regid", "postgres", "--init-groups"]);
    }
    command.arg(binary);
    command
}

/// Removes the files of servers whose starter was killed.
fn remove_left_over() {
    let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let starter = name.strip_prefix(FOLDER).and_then(|pid| pid.parse::<u32>().ok());
        if starter.is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists())
            && let Err(error) = std::fs::remove_dir_all(entry.path())
        {
            eprintln!("{name}: {error}");
        }
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

#[expect(
    clippy::disallowed_methods,
    reason = "another process is waited for, which tells nobody when it is ready"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(20));
}
