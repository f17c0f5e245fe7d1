//! `haoma keys …`.
use haoma_core::entropy::Entropy;
use haoma_core::time::Clock;
use haoma_oidc::algorithm::Algorithm;
use haoma_store::{Db, audit};
use serde_json::json;

use super::{ConfigFile, serve};
use crate::app::Keys;
use crate::config::Config;
use crate::error::api::codes;
use crate::oidc::keys::{Promoted, promote};
use crate::own_events::By;
use crate::seal;

/// What can be done about keys.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Seals every secret in the database anew with `sealing_key`; after it, `previous_sealing_key` can be removed.
    ///
    /// With several servers: first give all of them the new key as `previous_sealing_key`, so that each can open what another
    /// seals; then exchange the two keys everywhere; then run this, beside the running servers.
    Rotate(ConfigFile),
    /// Lets the next keys that sign tokens sign now instead of when the current ones are 90 days old.
    RotateSigning(Signing),
}

/// Which keys, and why.
#[derive(Debug, clap::Args)]
pub(super) struct Signing {
    #[command(flatten)]
    file: ConfigFile,
    /// Only the keys of this algorithm: ES256, ES384, RS256 or EdDSA.
    #[arg(long, value_name = "NAME", value_parser = Algorithm::parse)]
    algorithm: Option<Algorithm>,
    /// The current keys are in wrong hands: tokens they signed count no more, and people may have to sign in again.
    #[arg(long)]
    leaked: bool,
}

/// Carries the command out, beside running servers.
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Rotate(file) => seal_anew(serve::read(file.config.as_deref())?).await,
        Command::RotateSigning(wanted) => {
            rotate_signing(serve::read(wanted.file.config.as_deref())?, &wanted).await
        }
    }
}

#[expect(clippy::print_stdout, reason = "the answer of a command")]
async fn rotate_signing(config: Config, wanted: &Signing) -> anyhow::Result<()> {
    let db = Db::open(config.database).await?;
    let (entropy, now) = (Entropy::from_os()?, Clock::System.now());
    let all =
        Algorithm::ALL.into_iter().filter(|one| wanted.algorithm.is_none_or(|only| only == *one));
    let mut answers = Vec::new();
    for algorithm in all {
        let answer = promote(&db, algorithm, wanted.leaked, (&entropy, now)).await?;
        answers.push((algorithm.as_str(), answer));
    }
    db.close().await?;
    for (name, answer) in &answers {
        println!("{name}: {}", said(*answer));
    }
    anyhow::ensure!(
        answers.iter().any(|(_, answer)| *answer == Promoted::Done),
        "no key took over"
    );
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the answer of a command")]
async fn seal_anew(config: Config) -> anyhow::Result<()> {
    let keys = Keys::derive(&config.server_key, &config.sealing);
    let db = Db::open(config.database).await?;
    let entropy = Entropy::from_os()?;
    let rotated = seal::rotate(&db, &keys.seal, &entropy).await;
    record(&db, &rotated, &entropy).await?;
    let done = rotated?;
    let is_anything_left = seal::is_anything_left(&db, &keys.seal).await?;
    db.close().await?;
    anyhow::ensure!(
        !is_anything_left,
        "{done} secrets sealed anew, but a server still seals with an older key: exchange the keys everywhere, then run this again"
    );
    println!("{done} secrets sealed anew; 0 left under an older key");
    Ok(())
}

/// The texts change one by one, so the event comes after the last, also where some could not be sealed anew.
async fn record(db: &Db, rotated: &anyhow::Result<u64>, entropy: &Entropy) -> anyhow::Result<()> {
    let payload = json!({ "sealedAnew": rotated.as_ref().ok() });
    let at = (entropy, Clock::System.now());
    let mut event = By::Command.event("SealingKey.Rotated", &payload, at);
    event.error = rotated.as_ref().err().map(|_| codes::INTERNAL.code.to_owned());
    Ok(db.write(audit::record(&event)).await.map(drop)?)
}

fn said(answer: Promoted) -> &'static str {
    match answer {
        Promoted::Done => "the next key signs; running servers follow within a minute",
        Promoted::TooNew => {
            "nothing changed: the next key was made less than a day ago, and programs that keep a copy of the key list do not know it yet; --leaked does it all the same"
        }
        Promoted::Nothing => "nothing changed: there is no next key; a running server makes one",
    }
}
