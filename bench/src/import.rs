//! How long `haoma import logto` takes for an export in a file, and for the same file once more: from the start of the process to its end.
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Context as _;
use serde::Serialize;
use serde_json::{Value, json};

use crate::arguments::{Arguments, Engine};
use crate::configuration::{self, Limits};
use crate::facts::Facts;
use crate::floors::{self, Floor};
use crate::report;
use crate::servers;

/// Everything that was measured.
#[derive(Debug, Serialize)]
struct Report {
    facts: Facts,
    users: u32,
    export_mib: f64,
    runs: Vec<Run>,
    floors: Vec<Floor>,
}

/// One database, empty at first.
#[derive(Debug, Clone, Copy, Serialize)]
struct Run {
    engine: Engine,
    /// Everybody is new.
    first_secs: f64,
    /// Everybody is there, and the same.
    again_secs: f64,
}

/// Measures SQLite, and PostgreSQL where its address is given; prints and stores the table.
pub(crate) fn measure(arguments: &Arguments, users: u32) -> anyhow::Result<()> {
    let folder = servers::folder(arguments)?;
    let export = folder.path().join("export.json");
    std::fs::write(&export, exported(users).to_string())?;
    let bytes = u32::try_from(std::fs::metadata(&export)?.len()).unwrap_or(u32::MAX);
    let sqlite = format!("sqlite:{}", folder.path().join("haoma.db").display());
    let mut databases = vec![(Engine::Sqlite, sqlite)];
    databases.extend(arguments.database_url.clone().map(|url| (Engine::Postgres, url)));
    let mut runs = vec![];
    for (engine, url) in databases {
        let config = folder.path().join(engine.as_str()).with_extension("toml");
        // nobody listens or sends while an import runs
        std::fs::write(
            &config,
            configuration::haoma("127.0.0.1:1", "127.0.0.1:1", (&url, Limits::On)),
        )?;
        let import = |said: &str| import(&arguments.haoma, (&config, &export), said);
        let first_secs = import(&format!("users: {users} created"))?;
        let again_secs = import(&format!("users: 0 created, 0 updated, {users} unchanged"))?;
        runs.push(Run { engine, first_secs, again_secs });
    }
    let floors = runs.iter().map(|run| floors::of_import(run.engine, run.first_secs)).collect();
    let report = Report {
        facts: Facts::look(),
        users,
        export_mib: f64::from(bytes) / 1_048_576.0,
        runs,
        floors,
    };
    println!("{}", report.markdown());
    let name = format!("import-{}", report.facts.date);
    report::write(&arguments.results, &name, (&report.markdown(), &report))
        .context("the results cannot be stored")?;
    anyhow::ensure!(report.floors.iter().all(Floor::holds), "a floor is missed");
    Ok(())
}

/// Runs one import that has to say this; how many seconds it took.
fn import(haoma: &Path, (config, export): (&Path, &Path), said: &str) -> anyhow::Result<f64> {
    let mut command = Command::new(haoma);
    command.args(["import", "logto", "--config"]).arg(config).arg("--file").arg(export);
    let started = Instant::now();
    let output = command.output().with_context(|| format!("{} did not start", haoma.display()))?;
    let took = started.elapsed().as_secs_f64();
    let (told, error) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    anyhow::ensure!(output.status.success() && told.contains(said), "not {said:?}: {told}{error}");
    Ok(took)
}

/// Users as Logto's management API shows them.
fn exported(users: u32) -> Value {
    let user = |n: u32| {
        let at = 1_700_000_000_000_i64 + i64::from(n);
        json!({
            "tenantId": "default", "id": format!("user{n:08}"), "username": format!("person_{n}"), "primaryEmail": null,
            "primaryPhone": format!("86138{n:08}"), "name": format!("Person {n}"),
            "avatar": format!("https://pictures.example.com/{n}.png"), "customData": { "plan": n % 3 }, "identities": {},
            "profile": { "nickname": format!("P{n}"), "zoneinfo": "Asia/Shanghai" }, "applicationId": "bench",
            "isSuspended": false, "hasPassword": true, "lastSignInAt": at, "createdAt": at, "updatedAt": at,
        })
    };
    json!({ "users": (0..users).map(user).collect::<Vec<_>>() })
}

impl Report {
    fn markdown(&self) -> String {
        let Self { facts, users, export_mib, runs, floors } = self;
        let Facts { date, processor, cores, kernel, rustc, revision } = facts;
        let mut text = format!(
            "# Import, {date}\n\n\
             `haoma import logto --file` of {users} users ({export_mib:.1} MiB of JSON), from the start of the process to its end, into an\n\
             empty database; then the same file once more. The database is on the same machine and as durable as in production.\n\n\
             {processor}, {cores} cores, Linux {kernel}, {rustc}, revision {revision}.\n\n\
             | database | first s | users/s | once more s | users/s |\n|---|---:|---:|---:|---:|\n"
        );
        for Run { engine, first_secs, again_secs } in runs {
            let rate = |secs: &f64| f64::from(*users) / secs;
            // Writing to a String cannot fail.
            let _infallible = writeln!(
                text,
                "| {} | {first_secs:.2} | {:.0} | {again_secs:.2} | {:.0} |",
                engine.as_str(),
                rate(first_secs),
                rate(again_secs)
            );
        }
        format!("{text}\n{}", floors::table(floors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_a_table_has_the_columns_of_its_head() {
        let run = |engine| Run { engine, first_secs: 2.0, again_secs: 0.5 };
        let runs = vec![run(Engine::Sqlite), run(Engine::Postgres)];
        let floors = runs.iter().map(|run| floors::of_import(run.engine, run.first_secs)).collect();
        let report = Report { facts: Facts::look(), users: 100, export_mib: 0.1, runs, floors };
        let text = report.markdown();
        assert!(text.contains("| sqlite | 2.00 | 50 | 0.50 | 200 |"), "{text}");
        for table in text.split("\n\n").filter(|part| part.starts_with('|')) {
            let columns: Vec<_> = table.lines().map(|line| line.matches('|').count()).collect();
            assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
        }
    }

    #[test]
    fn everybody_has_an_id_a_name_and_a_number_of_their_own() {
        let export = exported(300);
        let users = export["users"].as_array().unwrap();
        for key in ["id", "username", "primaryPhone"] {
            let mut all: Vec<_> = users.iter().map(|user| user[key].to_string()).collect();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 300, "{key}");
        }
    }
}
