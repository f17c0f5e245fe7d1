//! Haoma and the Aliyun simulator in one process, for tests of the whole: free loopback ports, a fresh
//! database, a clock that a control server moves for both. Nothing of this is in the `haoma` binary.
#![expect(clippy::print_stdout, reason = "the first line tells the tests where everything is")]

mod control;
mod database;
mod settings;
mod simulator;
mod stop;

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use anyhow::Context as _;
use clap::Parser;
use haoma::work::Work;
use haoma_core::entropy::Entropy;
use haoma_core::time::Clock;
use tokio::net::TcpListener;
use url::Url;

use crate::control::Control;
use crate::database::{Database, Engine};
use crate::settings::Places;
use crate::simulator::Simulator;
use crate::stop::Stop;

/// Starts everything, prints one line of JSON with the addresses, and ends when standard input closes, at
/// SIGTERM, or at `POST /shutdown` of the control server.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where data is kept.
    #[arg(long, value_enum, env = "HAOMA_E2E_ENGINE", default_value = "sqlite")]
    engine: Engine,
    /// A PostgreSQL server in which schemas may be made, for `--engine postgres`.
    #[arg(long, env = "TEST_POSTGRES_URL", hide_env_values = true)]
    postgres_url: Option<String>,
    /// Which log lines go to standard error.
    #[arg(long, env = "HAOMA_LOG", default_value = "warn")]
    log: String,
    /// As somebody finds it who just installed it: no connector, no application, nothing chosen for the sign-in pages.
    #[arg(long)]
    empty: bool,
    /// With the simulator's captcha. A country gets one message for nothing, a second for a small task, and two more for captchas.
    #[arg(long)]
    captcha: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(arguments))
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let entropy = Entropy::from_os()?;
    let server = arguments.postgres_url.clone();
    let database = Database::open(arguments.engine, server, &entropy).await?;
    let outcome = serve(&database, &arguments, entropy).await;
    database.remove().await?;
    outcome
}

async fn serve(database: &Database, arguments: &Arguments, entropy: Entropy) -> anyhow::Result<()> {
    let haoma = free_port().await?;
    let control = free_port().await?;
    let simulator = Simulator::start().await?;
    let shift = Arc::new(AtomicI64::new(0));
    let places = Places {
        haoma: haoma.local_addr()?,
        simulator: simulator.address(),
        control: control.local_addr()?,
        data: database.folder().map(ToOwned::to_owned),
    };
    let settings = settings::written(&places, &database.url(), arguments, &entropy);
    let config = settings::check(&settings)?;
    haoma::logging::start(&config.logging)?;
    let inbox = Url::parse(&format!("http://{}/", simulator.address()))?;
    let clock = Clock::Shifted(Arc::clone(&shift));
    let app = haoma::start::app(config, clock, entropy, Some(inbox))
        .await
        .context("Haoma does not start")?;
    let stop = Stop::listening()?;
    let info = settings::info(&places, &settings);
    let control_router = control::router(Control {
        info,
        shift,
        simulator: simulator.clone(),
        dump: database.dumper(),
        app: app.clone(),
        engine: database.engine(),
        stop: stop.clone(),
    });
    println!("{}", settings::addresses(&places));
    let jobs = haoma::jobs::start(&app);
    tokio::join!(
        haoma::serve::serve(
            haoma,
            haoma::routes::router(app.clone()),
            stop.asked(),
            app.work.clone()
        ),
        haoma::serve::serve(control, control_router, stop.asked(), Work::default()),
    );
    jobs.abort();
    // The last handle of the database writes what is queued and closes the file.
    drop(app);
    simulator.stop().await;
    Ok(())
}

async fn free_port() -> anyhow::Result<TcpListener> {
    TcpListener::bind("127.0.0.1:0").await.context("no free port on 127.0.0.1")
}
