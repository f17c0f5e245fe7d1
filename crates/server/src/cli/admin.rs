//! `haoma admin …`: where nobody can sign in yet, or any more.
use haoma_core::entropy::Entropy;
use haoma_core::time::Clock;

use super::{ConfigFile, serve};
use crate::config::Config;
use crate::console::first;
use crate::start;

/// What can be done about administrators.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes an owner, or lets one in again who forgot the password: prints a link that works once, for 15 minutes.
    Create {
        /// What is typed to sign in, such as `li`.
        #[arg(value_parser = first::name)]
        name: String,
        #[command(flatten)]
        file: ConfigFile,
    },
}

/// Carries the command out; a running server sees it at once.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Create { name, file } = command;
    let config = serve::read(file.config.as_deref())?;
    // nothing of the file is published but an administrator
    let config =
        Config { connector: None, sign_in_experience: None, applications: vec![], ..config };
    let app = start::app(config, Clock::System, Entropy::from_os()?, None).await?;
    let link = first::create(&app, &name).await?;
    app.db.clone().close().await?;
    println!(
        "{name} can sign in to the console with this link, once, within 15 minutes:\n\n  {link}\n"
    );
    Ok(())
}
