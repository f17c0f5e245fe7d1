//! `haoma sim`: the simulated Aliyun SMS alone.
use std::net::SocketAddr;
use std::path::PathBuf;

use aliyun_sms_sim::{Seed, Sim, SimClock};
use anyhow::Context as _;

/// `haoma sim`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address of the API and of the inbox page.
    #[arg(long, default_value = "127.0.0.1:3003")]
    listen: SocketAddr,
    /// A JSON file with accounts, signatures and templates; without it a ready demo account is there.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
}

/// Serves until asked to end.
#[expect(clippy::print_stdout, reason = "tells people where to look")]
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let seed = match &arguments.seed {
        None => Seed::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("the seed {} cannot be read", path.display()))?;
            serde_json::from_str(&text)
                .with_context(|| format!("the seed {} does not fit", path.display()))?
        }
    };
    let listener = super::listen(arguments.listen, "--listen").await?;
    let address = listener.local_addr()?;
    let mut asked_to_end = super::asked_to_end()?;
    println!("Aliyun SMS simulator  http://{address}");
    if arguments.seed.is_none() {
        println!(
            "AccessKey             {} / {}",
            aliyun_sms_sim::DEMO_ACCESS_KEY_ID,
            aliyun_sms_sim::DEMO_ACCESS_KEY_SECRET
        );
    }
    aliyun_sms_sim::serve(listener, Sim::new(seed, SimClock::System), asked_to_end()).await;
    Ok(())
}
