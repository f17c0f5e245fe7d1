//! `haoma serve`, `haoma check-config`, `haoma migrate`.
use std::path::Path;

use haoma_core::entropy::Entropy;
use haoma_core::time::Clock;
use haoma_store::Db;

use crate::config::{self, Config};
use crate::console::first;
use crate::experience::settings::SignInExperience;
use crate::{jobs, logging, routes, serve, start};

/// The only place that looks at the environment.
#[expect(clippy::disallowed_methods, reason = "configuration is read here and nowhere else")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Variables that look like ours and mean nothing: misspelt, or another program's.
fn unknown_variables() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _value)| name.into_string().ok());
    config::unknown_variables(names)
}

/// The configuration, fit to be used in public.
pub(super) fn read(path: Option<&Path>) -> anyhow::Result<Config> {
    let config = config::check(config::read(path, environment)?)?;
    config::check_public(&config)?;
    Ok(config)
}

/// Serves until asked to end.
pub(super) async fn run(path: Option<&Path>) -> anyhow::Result<()> {
    let config = read(path)?;
    logging::start(&config.logging)?;
    for name in unknown_variables() {
        tracing::warn!(name, "this environment variable means nothing to Haoma");
    }
    if let Some(advice) = proxy_advice(&config) {
        tracing::warn!("{advice}");
    }
    let listener = super::listen(config.listen, "`listen` in the configuration").await?;
    let address = listener.local_addr()?;
    let asked_to_end = super::asked_to_end()?;
    let app = start::app(config, Clock::System, Entropy::from_os()?, None).await?;
    if let Some(advice) = advice(&app.experience.load()) {
        tracing::warn!("{advice}");
    }
    if let Some(link) = first::link(&app).await? {
        say(&format!(
            "Nobody administers this server yet. Within 15 minutes, this link lets one in:\n\n  {link}\n\n"
        ));
    }
    tracing::info!(%address, endpoint = %app.settings.endpoint, "ready");
    let jobs = jobs::start(&app);
    serve::serve(listener, routes::router(app.clone()), asked_to_end, app.work.clone()).await;
    app.hooks_under_way.end().await;
    jobs.abort();
    // what they had begun that nobody may cut off
    app.work.ended().await;
    // The last handle of the database writes what is queued and closes the file.
    drop(app);
    tracing::info!("ended");
    Ok(())
}

/// Tells whoever looks at the terminal, not the log; nobody may be reading, which is no reason to end.
pub(super) fn say(text: &str) {
    use std::io::Write as _;
    let mut out = std::io::stdout();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        tracing::debug!(%error, "nobody reads what the server says");
    }
}

/// What is allowed and hardly meant.
fn advice(experience: &SignInExperience) -> Option<&'static str> {
    (!experience.phone_sign_in()).then_some(
        "phone sign-in is switched off: nobody can sign in until it is switched on in the console, or `sign_in_experience.signIn.methods` has an entry with `identifier = \"phone\"` and `verificationCode = true`",
    )
}

/// TLS ends before us, so whoever has an https address has a proxy.
fn proxy_advice(config: &Config) -> Option<&'static str> {
    let is_behind_one = config.endpoint.scheme() == "https";
    (is_behind_one && config.trusted_proxies.is_empty()).then_some(
        "`trusted_proxies` is empty: everybody seems to come from the address of the proxy that ends TLS, until it is named there",
    )
}

/// Tells whether the configuration is usable.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
pub(super) fn check_config(path: Option<&Path>) -> anyhow::Result<()> {
    let config = read(path)?;
    for name in unknown_variables() {
        println!("{name} means nothing to Haoma; is it misspelt?");
    }
    if let Some(advice) = config.sign_in_experience.as_ref().and_then(advice) {
        println!("{advice}");
    }
    if let Some(advice) = proxy_advice(&config) {
        println!("{advice}");
    }
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
