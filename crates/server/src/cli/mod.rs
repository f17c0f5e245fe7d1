//! The commands: what their names say.
mod admin;
mod demo;
mod import;
mod keys;
mod serve;
mod sim;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use tokio::net::TcpListener;

/// Sign-in with a phone number and an SMS code.
#[derive(Debug, Parser)]
#[command(name = "haoma", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything at once, with a simulated SMS service: nothing else needs to be installed.
    Demo(demo::Arguments),
    /// The server.
    Serve(ConfigFile),
    /// Reads the configuration and tells everything that is wrong with it.
    CheckConfig(ConfigFile),
    /// Brings the tables of the database up to date and ends.
    Migrate(ConfigFile),
    /// Administrators of the console.
    #[command(subcommand)]
    Admin(admin::Command),
    /// The keys that seal secrets in the database.
    #[command(subcommand)]
    Keys(keys::Command),
    /// People and applications that come from elsewhere.
    #[command(subcommand)]
    Import(import::Command),
    /// The simulated SMS service alone, for testing programs that use Aliyun SMS.
    Sim(sim::Arguments),
}

/// Where the configuration is.
#[derive(Debug, clap::Args)]
struct ConfigFile {
    /// The configuration file; without it only the environment (HAOMA_…) is read.
    #[arg(long, env = "HAOMA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Reads the arguments and carries out the command.
pub fn run() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Demo(arguments) => demo::run(arguments).await,
            Command::Serve(file) => serve::run(file.config.as_deref()).await,
            Command::CheckConfig(file) => serve::check_config(file.config.as_deref()),
            Command::Migrate(file) => serve::migrate(file.config.as_deref()).await,
            Command::Admin(command) => admin::run(command).await,
            Command::Keys(command) => keys::run(command).await,
            Command::Import(command) => import::run(command).await,
            Command::Sim(arguments) => sim::run(arguments).await,
        }
    })
}

/// Reads an address to listen on.
fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_e| "an address has a port, such as 127.0.0.1:3001".to_owned())
}

/// Listens, or says in one sentence why not.
async fn listen(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => anyhow::bail!(
            "{address} is in use: end the program that listens there, or choose another address with {flag}"
        ),
        Err(error) => Err(error).with_context(|| format!("cannot listen on {address}")),
    }
}

/// Done each time the process is asked to end: Ctrl-C, or SIGTERM from a service manager.
fn asked_to_end() -> anyhow::Result<impl AsyncFnMut()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
