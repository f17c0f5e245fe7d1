//! Where log lines go. What may stand in them: `docs/LOGGING.md`.
use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{LogFormat, Logging};

/// Starts logging to standard error. A second call in one process changes nothing.
///
/// # Errors
/// A filter that does not parse.
pub fn start(logging: &Logging) -> anyhow::Result<()> {
    let filter = EnvFilter::builder().parse(&logging.filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    let started = match logging.format {
        LogFormat::Text => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Json => registry
            .with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr))
            .try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging had already started");
    }
    Ok(())
}
