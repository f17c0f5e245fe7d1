//! `haoma keys …`.
use haoma_core::entropy::Entropy;
use haoma_store::Db;

use super::{ConfigFile, serve};
use crate::app::Keys;
use crate::seal;

/// What can be done about keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Seals every secret in the database anew with `sealing_key`; after it, `previous_sealing_key` can be removed.
    ///
    /// With several servers: first give all of them the new key as `previous_sealing_key`, so that each can open what another
    /// seals; then exchange the two keys everywhere; then run this, beside the running servers.
    Rotate(ConfigFile),
}

/// Carries the command out, beside running servers.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Rotate(file) = command;
    let config = serve::read(file.config.as_deref())?;
    let keys = Keys::derive(&config.server_key, &config.sealing);
    let db = Db::open(config.database).await?;
    let done = seal::rotate(&db, &keys.seal, &Entropy::from_os()?).await?;
    let is_anything_left = seal::is_anything_left(&db, &keys.seal).await?;
    db.close().await?;
    anyhow::ensure!(
        !is_anything_left,
        "{done} secrets sealed anew, but a server still seals with an older key: exchange the keys everywhere, then run this again"
    );
    println!("{done} secrets sealed anew; 0 left under an older key");
    Ok(())
}
