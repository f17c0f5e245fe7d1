//! `haoma serve`, `haoma check-config`, `haoma migrate`.
use std::path::Path;

use haoma_core::entropy::Entropy;
use haoma_core::time::Clock;
use haoma_store::Db;

use crate::config::{self, Config};
use crate::{jobs, logging, routes, serve, start};

/// The only place that looks at the environment.
#[expect(clippy::disallowed_methods, reason = "configuration is read here and nowhere else")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn read(path: Option<&Path>) -> anyhow::Result<Config> {
    Ok(config::check(config::read(path, environment)?)?)
}

/// Serves until asked to end.
pub(super) async fn run(path: Option<&Path>) -> anyhow::Result<()> {
    let config = read(path)?;
    logging::start(&config.logging)?;
    let listener = super::listen(config.listen, "`listen` in the configuration").await?;
    let address = listener.local_addr()?;
    let ended = super::asked_to_end()?;
    let app = start::app(config, Clock::System, Entropy::from_os()?, None).await?;
    tracing::info!(%address, endpoint = %app.settings.endpoint, "ready");
    let jobs = jobs::start(&app);
    serve::serve(listener, routes::router(app.clone()), ended).await;
    jobs.abort();
    app.db.close().await?;
    tracing::info!("ended");
    Ok(())
}

/// Tells whether the configuration is usable.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
pub(super) fn check_config(path: Option<&Path>) -> anyhow::Result<()> {
    let config = read(path)?;
    println!("the configuration is usable: {} on {}", config.endpoint, config.listen);
    Ok(())
}

/// Opens the database, which brings its tables up to date.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
pub(super) async fn migrate(path: Option<&Path>) -> anyhow::Result<()> {
    let config = read(path)?;
    let db = Db::open(config.database).await?;
    db.close().await?;
    println!("the tables are up to date");
    Ok(())
}
