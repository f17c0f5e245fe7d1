//! `haoma import …`: moving from elsewhere.
use std::path::PathBuf;

use anyhow::Context as _;
use haoma_core::entropy::Entropy;
use haoma_core::time::Clock;
use haoma_oidc::machine::MANAGEMENT_API;
use haoma_store::Db;
use secrecy::SecretString;

use super::{ConfigFile, serve};
use crate::import::source::Source;
use crate::import::{Credentials, Importer, Kind, Remote, Tally};

/// Where people and applications come from.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Users and applications of Logto, from its management API or from JSON files of its answers. Safe to repeat.
    Logto(Logto),
}

/// `haoma import logto`.
#[derive(Debug, clap::Args)]
pub(super) struct Logto {
    #[command(flatten)]
    config: ConfigFile,
    /// A JSON file: a list of users or of applications, or an object with `users` and `applications`. May be repeated.
    #[arg(long, value_name = "FILE", required_unless_present = "url", conflicts_with = "url")]
    file: Vec<PathBuf>,
    /// The address of the server to read from.
    #[arg(long, value_name = "URL", requires = "app_id")]
    url: Option<String>,
    /// The id of a machine-to-machine application there that may use its management API.
    #[arg(long, value_name = "ID")]
    app_id: Option<String>,
    /// Its secret; better handed over as `HAOMA_IMPORT_APP_SECRET`, which other people of this machine cannot see.
    #[arg(long, value_name = "SECRET", env = "HAOMA_IMPORT_APP_SECRET", hide_env_values = true)]
    app_secret: Option<SecretString>,
    /// What the token is for: the indicator of the management API there.
    #[arg(long, value_name = "RESOURCE", default_value = MANAGEMENT_API)]
    resource: String,
    /// Only users, or only applications.
    #[arg(long, value_name = "KIND", value_parser = ["users", "applications"])]
    only: Option<String>,
    /// Tells what would happen and stores nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Logto {
    fn kinds(&self) -> Vec<Kind> {
        match self.only.as_deref() {
            Some("users") => vec![Kind::User],
            Some(_) => vec![Kind::Application],
            None => vec![Kind::Application, Kind::User],
        }
    }

    async fn source(&self) -> anyhow::Result<Source> {
        let Some(url) = &self.url else { return Ok(Source::files(self.file.clone())) };
        let secret = self.app_secret.clone();
        let credentials = Credentials {
            id: self.app_id.clone().unwrap_or_default(),
            secret: secret.context("--app-secret is missing")?,
            resource: self.resource.clone(),
        };
        Ok(Source::Remote(Box::new(Remote::open(url, credentials, self.kinds()).await?)))
    }
}

/// Carries the command out, beside running servers.
pub(super) async fn run(command: Command) -> anyhow::Result<()> {
    let Command::Logto(wanted) = command;
    let config = serve::read(wanted.config.config.as_deref())?;
    let mut asked_to_end = super::asked_to_end()?;
    let mut source = wanted.source().await?;
    let db = Db::open(config.database).await?;
    let entropy = Entropy::from_os()?;
    let mut tell = |line: String| serve::say(&format!("{line}\n"));
    let mut importer = Importer::new(&db, &entropy, wanted.dry_run, &mut tell);
    let kinds = wanted.kinds();
    let outcome = loop {
        // a batch that was begun is stored; only between two of them is there an end
        let next = tokio::select! {
            biased;
            () = asked_to_end() => break Err(anyhow::anyhow!("ended early; run again to go on")),
            next = source.next() => next,
        };
        match next {
            Ok(Some(batch)) if kinds.contains(&batch.kind) => {
                let now = Clock::System.now();
                if let Err(error) = importer.take(batch.kind, batch.first, batch.rows, now).await {
                    break Err(error.into());
                }
            }
            Ok(Some(_unwanted)) => {}
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let told = [("applications", importer.applications), ("users", importer.users)];
    db.close().await?;
    for line in source.warnings() {
        serve::say(&format!("{line}\n"));
    }
    for (name, tally) in told {
        serve::say(&summary(name, &tally, wanted.dry_run));
    }
    outcome
}

fn summary(name: &str, tally: &Tally, is_dry_run: bool) -> String {
    let Tally { created, updated, unchanged, newer_here, skipped } = tally;
    let would = if is_dry_run { " (dry run: nothing was stored)" } else { "" };
    format!(
        "{name}: {created} created, {updated} updated, {unchanged} unchanged, {newer_here} newer here, {skipped} skipped{would}\n"
    )
}
