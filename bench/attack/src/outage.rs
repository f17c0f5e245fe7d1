//! How soon people hear that there is no message while somebody else keeps the counters to themselves (security statement 30).
use std::net::{IpAddr, Ipv4Addr};
use std::time::Instant;

use anyhow::Context as _;
use serde_json::{Value, json};
use tokio_postgres::NoTls;

use crate::world::World;

/// Messages that are asked for.
const TRIES: u32 = 200;
/// At a time.
const AT_ONCE: u32 = 8;
/// The part of the server that this makes anew.
const SCHEMA: &str = "haoma_attack_outage";

/// How long the answers took.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub(crate) struct Outage {
    pub(crate) engine: &'static str,
    pub(crate) median_ms: f64,
    pub(crate) slowest_ms: f64,
}

impl Outage {
    /// For the terminal and for the table.
    pub(crate) fn line(&self) -> String {
        let Self { engine, median_ms, slowest_ms } = self;
        format!(
            "| locked counters ({engine}) | {TRIES} refused | {median_ms:.0} ms in the median | {slowest_ms:.0} ms at most |"
        )
    }
}

/// The counters, kept from everybody else.
enum Held {
    /// SQLite knows locks of the whole file only.
    File(rusqlite::Connection),
    Table(tokio_postgres::Client),
}

/// Asks for messages while the counters are locked: in a file, or in a PostgreSQL server.
pub(crate) async fn run(server: Option<&str>) -> anyhow::Result<Outage> {
    let url = match server {
        Some(server) => Some(fresh(server).await?),
        None => None,
    };
    let world = World::start(|raw| {
        // as people have it
        raw.as_object_mut().map(|raw| raw.remove("limits"));
        let database = raw.get_mut("database").and_then(Value::as_object_mut);
        if let (Some(database), Some(url)) = (database, &url) {
            database.insert("url".to_owned(), json!(url));
        }
    })
    .await?;
    let mut browsers = vec![];
    for n in 0..TRIES {
        let base = u32::from_be_bytes([45, 0, 0, 1]);
        let mut browser = world.browser(IpAddr::V4(Ipv4Addr::from_bits(base + (n << 8))));
        browser.arrives().await?;
        browsers.push((format!("86137{n:08}"), browser));
    }
    let held = if let Some(url) = &url {
        let client = connected(url).await?;
        client.batch_execute("BEGIN; LOCK TABLE limits").await?;
        Held::Table(client)
    } else {
        let file = rusqlite::Connection::open(world.file())?;
        file.execute_batch("BEGIN IMMEDIATE")?;
        Held::File(file)
    };
    let mut times = vec![];
    while !browsers.is_empty() {
        let mut group = tokio::task::JoinSet::new();
        for (phone, mut browser) in browsers.drain(..browsers.len().min(AT_ONCE as usize)) {
            group.spawn(async move {
                let begun = Instant::now();
                let answer = browser.asks(&phone).await?;
                let took = begun.elapsed().as_secs_f64() * 1e3;
                anyhow::ensure!(answer.code() == "request.unavailable", "{}", answer.body);
                Ok(took)
            });
        }
        for took in group.join_all().await {
            times.push(took?);
        }
    }
    match held {
        Held::File(file) => file.execute_batch("ROLLBACK")?,
        Held::Table(client) => client.batch_execute("ROLLBACK").await?,
    }
    world.app.work.ended().await;
    let left = world.app.db.read("SELECT COUNT(*) FROM messages", vec![]).await?;
    let left = left.first().context("no count")?.int(0)?;
    anyhow::ensure!(left == 0 && world.sim.requests_seen() == 0, "somebody was texted");
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or_default();
    let engine = if url.is_some() { "PostgreSQL" } else { "SQLite" };
    Ok(Outage { engine, median_ms: at(times.len() / 2), slowest_ms: at(times.len() - 1) })
}

/// An empty schema in a server.
async fn fresh(server: &str) -> anyhow::Result<String> {
    let anew = format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}");
    connected(server).await?.batch_execute(&anew).await?;
    let joint = if server.contains('?') { '&' } else { '?' };
    Ok(format!("{server}{joint}options=-csearch_path%3D{SCHEMA}"))
}

#[expect(clippy::disallowed_methods, reason = "it ends with its client")]
async fn connected(url: &str) -> anyhow::Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
