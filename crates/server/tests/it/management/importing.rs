//! Moving from Logto: rows of a management API become users and applications, with a report of those that do not.
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use haoma::import::source::Source;
use haoma::import::{Credentials, Importer, Kind, Remote, Tally};
use tempfile::TempDir;

use super::support::*;
use crate::oidc::support::text;

/// What an import did.
#[derive(Debug)]
struct Told {
    users: Tally,
    applications: Tally,
    lines: Vec<String>,
}

/// Takes in everything a source has.
async fn import(app: &TestApp, mut source: Source, is_dry_run: bool) -> Told {
    let mut lines = vec![];
    let mut tell = |line: String| lines.push(line);
    let mut importer = Importer::new(&app.app.db, &app.app.entropy, is_dry_run, &mut tell);
    while let Some(batch) = source.next().await.unwrap() {
        let now = app.app.clock.now();
        importer.take(batch.kind, batch.first, batch.rows, now).await.unwrap();
    }
    let (users, applications) = (importer.users, importer.applications);
    Told { users, applications, lines }
}

/// An export in a file that vanishes with its folder.
struct Export {
    folder: TempDir,
}

impl Export {
    fn of(document: &Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("export.json"), document.to_string()).unwrap();
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("export.json")
    }

    fn source(&self) -> Source {
        Source::files(vec![self.path()])
    }
}

/// A user as Logto's management API shows them.
fn exported(n: usize) -> Value {
    json!({
        "id": format!("user{n:08}"), "username": null, "primaryEmail": null, "primaryPhone": format!("86138{n:08}"),
        "name": format!("Person {n}"), "avatar": null, "customData": { "plan": n % 3 }, "identities": {},
        "lastSignInAt": null, "createdAt": 1_700_000_000_000_i64 + i64::try_from(n).unwrap(),
        "updatedAt": 1_700_000_000_000_i64 + i64::try_from(n).unwrap(), "profile": {}, "applicationId": null,
        "isSuspended": false, "hasPassword": true,
    })
}

/// The same, changed by `more`.
fn person(n: usize, more: &Value) -> Value {
    let mut row = exported(n);
    row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row
}

fn people(count: usize) -> Vec<Value> {
    (0..count).map(|n| person(n, &json!({}))).collect()
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    app.app.db.read(sql, vec![]).await.unwrap()[0].int(0).unwrap()
}

const USERS: &str = "SELECT COUNT(*) FROM users";

on_both! {
    async fn ten_thousand_come_in_whoever_does_not_is_told_why_and_a_second_run_makes_nobody_twice(database: Database) {
        let (app, robot) = managed(database).await;
        let here = robot.makes("/api/users", json!({ "primaryPhone": "8613900000000", "username": "lin" })).await;
        let mut rows = people(10_000);
        let wrong = [
            (json!({ "id": "nobody1", "primaryPhone": null }), "no phone number"),
            (json!({ "id": "nobody2", "primaryPhone": "861380" }), "none of any numbering plan"),
            (json!({ "id": "nobody3", "primaryPhone": "8613800000007" }), "belongs to user00000007"),
            (json!({ "id": "nobody4", "primaryPhone": "8613900000000" }), &format!("belongs to {}", text(&here, "id"))),
            (json!({ "id": "user00000009", "primaryPhone": "8613700000000" }), "the id belongs to something else"),
            (json!({ "id": "nobody5", "primaryPhone": "8613700000001", "username": "lin" }), "the user name belongs"),
            (json!({ "id": "nobody6", "primaryPhone": "8613700000002", "name": 7, "profile": { "gender": 1 } }), "name must be text"),
        ].map(|(row, why)| (row, why.to_owned()));
        rows.extend(wrong.iter().map(|(row, _)| row.clone()));
        let export = Export::of(&json!({ "users": rows }));
        let first = import(&app, export.source(), false).await;
        assert_eq!(first.users, Tally { created: 10_000, skipped: 7, ..Tally::default() }, "{:?}", first.lines);
        for ((row, why), place) in wrong.iter().zip(10_001..) {
            let start = format!("user {place} ({})", text(row, "id"));
            let line = first.lines.iter().find(|line| line.starts_with(&start)).unwrap();
            assert!(line.contains(why.as_str()), "{line}");
        }
        assert!(!first.lines.iter().any(|line| line.contains("861")), "no number in the report");
        assert_eq!(count(&app, USERS).await, 10_001);
        assert_eq!(audited(&app, "User.Created").await.len(), 10_001);
        let second = import(&app, export.source(), false).await;
        assert_eq!(second.users, Tally { unchanged: 10_000, skipped: 7, ..Tally::default() });
        assert_eq!(count(&app, USERS).await, 10_001);
    }

    async fn a_dry_run_tells_the_same_and_stores_nothing(database: Database) {
        let (app, robot) = managed(database).await;
        robot.makes("/api/users", json!({ "primaryPhone": "8613900000000", "username": "here" })).await;
        let named = |n: usize, name: &str| person(n, &json!({ "username": name }));
        let mut rows = people(600);
        rows.extend([named(700, "here"), named(701, "lin"), named(702, "lin")]);
        rows.push(person(3, &json!({ "id": "other" })));
        rows.push(person(3, &json!({})));
        rows.push(person(4, &json!({ "primaryPhone": "8613700000000" })));
        // in another batch, where those before are stored already
        rows.extend((1000..1250).map(|n| person(n, &json!({}))));
        rows.push(named(703, "lin"));
        let export = Export::of(&rows.into());
        let dry = import(&app, export.source(), true).await;
        assert_eq!(count(&app, USERS).await, 1);
        assert_eq!(dry.users, Tally { created: 851, unchanged: 1, skipped: 5, ..Tally::default() }, "{:?}", dry.lines);
        let real = import(&app, export.source(), false).await;
        let places = |told: &Told| told.lines.iter().map(|line| line.split_once(':').unwrap().0.to_owned()).collect::<Vec<_>>();
        assert_eq!((real.users, places(&real)), (dry.users, places(&dry)));
    }

    async fn default_roles_come_with_everybody_however_many_come_at_once(database: Database) {
        let (app, robot) = managed(database).await;
        robot.makes("/api/roles", json!({ "name": "everybody", "description": "All", "isDefault": true })).await;
        robot.makes("/api/users", json!({ "primaryPhone": "8613900000000", "username": "here" })).await;
        let mut rows = people(300);
        // whoever cannot come in makes the rest of their batch come one after the other
        rows[299]["primaryPhone"] = "8613900000000".into();
        let told = import(&app, Export::of(&rows.into()).source(), false).await;
        assert_eq!(told.users, Tally { created: 299, skipped: 1, ..Tally::default() });
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users_roles").await, 300);
    }

    /// Whoever was there before is a person, even where their number is a test number here, and however they come in.
    async fn nobody_who_comes_in_is_a_test_account(database: Database) {
        let (app, robot) = managed(database).await;
        robot.makes("/api/users", json!({ "primaryPhone": "8613900000000", "username": "here" })).await;
        for (n, taken) in [(1, false), (2, true)] {
            let mut rows = vec![person(n, &json!({}))];
            let test = json!({ "phone": rows[0]["primaryPhone"], "owner": "x", "expiresInDays": 1 });
            robot.makes("/api/test-numbers", test).await;
            // whoever cannot come in makes the rest of their batch come one after the other
            if taken {
                rows.push(person(3, &json!({ "primaryPhone": "8613900000000" })));
            }
            let told = import(&app, Export::of(&rows.into()).source(), false).await;
            assert_eq!((told.users.created, told.users.skipped), (1, u64::from(taken)));
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM users WHERE is_test = TRUE").await, 0);
    }

    async fn what_was_changed_here_outlives_every_import(database: Database) {
        let (app, robot) = managed(database).await;
        let value = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEy";
        let secrets = |more: &[&str]| {
            let one = |name: &&str| json!({ "name": name, "value": value, "createdAt": 5, "expiresAt": null });
            ["Default secret"].iter().chain(more).map(one).collect::<Vec<_>>()
        };
        let web = |id: &str, name: &str, more: &[&str]| json!({
            "id": id, "name": name, "type": "Traditional", "customClientMetadata": {}, "secrets": secrets(more),
            "oidcClientMetadata": { "redirectUris": ["https://shop.example.com/cb"], "postLogoutRedirectUris": [] },
        });
        // a user without `updatedAt`, as an export by hand may have them
        let mut somebody = person(1, &json!({}));
        somebody.as_object_mut().unwrap().remove("updatedAt");
        let rows = |name: &str, more: &[&str]| {
            let user = |n: usize| {
                let mut user = somebody.clone();
                let more = json!({ "id": format!("user{n}"), "primaryPhone": format!("86138{n:08}"), "name": name });
                user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                user
            };
            Export::of(&json!({ "applications": [web("kept", name, more), web("changed", name, more)], "users": [user(1), user(2)] }))
        };
        import(&app, rows("First", &[]).source(), false).await;
        app.advance_secs(60);
        let metadata = json!({ "customClientMetadata": { "idTokenSignedResponseAlg": "ES384" } });
        assert_eq!(robot.patch("/api/applications/changed", metadata).await.brief(), "200");
        assert_eq!(robot.delete("/api/applications/kept/secrets/Default%20secret").await.brief(), "204");
        assert_eq!(robot.patch("/api/users/user2", json!({ "avatar": "https://a.example/2.png" })).await.brief(), "200");
        app.advance_secs(60);
        for is_dry_run in [true, false] {
            let told = import(&app, rows("Second", &["another"]).source(), is_dry_run).await;
            let one_of_each = Tally { updated: 1, newer_here: 1, ..Tally::default() };
            assert_eq!((told.applications, told.users), (one_of_each, one_of_each));
        }
        let read = async |path: &str| robot.get(path).await.json();
        assert_eq!(read("/api/applications/kept").await["name"], "Second", "what nobody touched here follows");
        assert_eq!(read("/api/applications/kept/secrets").await, json!([]), "a secret that was taken back stays so");
        let changed = read("/api/applications/changed").await;
        assert_eq!((&changed["name"], &changed["customClientMetadata"]["idTokenSignedResponseAlg"]), (&json!("First"), &json!("ES384")));
        assert_eq!(read("/api/users/user1").await["name"], "Second");
        let user = read("/api/users/user2").await;
        assert_eq!((&user["name"], &user["avatar"]), (&json!("First"), &json!("https://a.example/2.png")));
    }

    async fn who_is_suspended_there_is_locked_out_here_at_once(database: Database) {
        let (app, robot) = managed(database).await;
        let mut person_here = app.visitor();
        person_here.signs_in("app", "8613800000001", "Register").await;
        let id = text(&robot.get("/api/users").await.json()[0], "id").to_owned();
        app.advance_secs(1);
        let now = app.app.clock.now();
        let row = |more: Value| {
            let mut row = person(1, &json!({ "id": id, "name": null, "customData": {}, "updatedAt": now, "isSuspended": true }));
            row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            Export::of(&json!([row]))
        };
        let told = import(&app, row(json!({})).source(), false).await;
        assert_eq!(told.users, Tally { updated: 1, ..Tally::default() });
        assert_eq!(count(&app, "SELECT COUNT(*) FROM sessions").await, 0);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM grants").await, 0);
        assert!(audited(&app, "User.Data.Updated").await.is_empty(), "nothing else was changed");
        assert_eq!(audited(&app, "User.SuspensionStatus.Updated").await.len(), 1);
        app.advance_secs(1);
        let again = import(&app, row(json!({})).source(), false).await;
        assert_eq!(again.users, Tally { unchanged: 1, ..Tally::default() });
    }

    async fn a_row_that_is_newer_changes_whoever_is_here_and_an_older_one_does_not(database: Database) {
        let (app, robot) = managed(database).await;
        let export = |more: &Value| Export::of(&json!([person(1, more)]));
        import(&app, export(&json!({})).source(), false).await;
        let later = app.app.clock.now().plus_secs(60).0;
        let newer = json!({ "name": "Wu", "customData": { "plan": 9 }, "updatedAt": later, "isSuspended": true });
        let told = import(&app, export(&newer).source(), false).await;
        assert_eq!(told.users, Tally { updated: 1, ..Tally::default() });
        let user = robot.get("/api/users/user00000001").await.json();
        assert_eq!((&user["name"], &user["customData"], &user["isSuspended"]), (&json!("Wu"), &json!({ "plan": 9 }), &json!(true)));
        assert_eq!(user["createdAt"], 1_700_000_000_001_i64, "as it was there");
        app.advance_secs(120);
        robot.patch("/api/users/user00000001", json!({ "name": "Wu Li" })).await;
        let told = import(&app, export(&newer).source(), false).await;
        assert_eq!(told.users, Tally { newer_here: 1, ..Tally::default() });
        assert_eq!(robot.get("/api/users/user00000001").await.json()["name"], "Wu Li");
    }

    async fn an_import_that_was_ended_goes_on_where_it_was(database: Database) {
        let (app, _robot) = managed(database).await;
        let export = Export::of(&people(900).into());
        let mut source = export.source();
        let first = source.next().await.unwrap().unwrap();
        let some = first.rows.len();
        assert!((1..900).contains(&some), "a batch of {some}");
        drop(source);
        import(&app, Source::files(vec![Export::of(&first.rows.into()).path()]), false).await;
        let told = import(&app, export.source(), false).await;
        let (created, unchanged) = (u64::try_from(900 - some).unwrap(), u64::try_from(some).unwrap());
        assert_eq!(told.users, Tally { created, unchanged, ..Tally::default() });
    }

    async fn applications_come_in_with_their_secrets_as_hashes(database: Database) {
        let (app, robot) = managed(database).await;
        let value = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MDEy";
        let row = |more: &Value| {
            let mut row = json!({
                "tenantId": "default", "id": "worker-of-old", "name": "Worker", "type": "MachineToMachine", "description": null,
                "oidcClientMetadata": { "redirectUris": [], "postLogoutRedirectUris": [] }, "customClientMetadata": {},
                "customData": {}, "isThirdParty": false, "createdAt": 5, "secret": "#internal:xyz",
                "secrets": [{ "name": "Default secret", "value": value, "createdAt": 5, "expiresAt": null }],
            });
            row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            row
        };
        let export = Export::of(&json!({ "applications": [row(&json!({})), row(&json!({ "id": "old-saml", "type": "SAML" }))] }));
        let told = import(&app, export.source(), false).await;
        assert_eq!(told.applications, Tally { created: 1, skipped: 1, ..Tally::default() });
        assert_eq!(told.lines, ["application 2 (old-saml): skipped: applications of the type SAML are not offered"]);
        let denied = token_of(&app, "worker-of-old", value).await;
        assert_eq!(denied["error"], "unauthorized_client", "who it is counts, and it has no right yet: {denied}");
        assert_eq!(token_of(&app, "worker-of-old", "another").await["error"], "invalid_client");
        robot.patch("/api/applications/worker-of-old", json!({ "isAdmin": true })).await;
        assert!(token_of(&app, "worker-of-old", value).await["access_token"].is_string());
        let again = import(&app, export.source(), false).await;
        assert_eq!(again.applications, Tally { unchanged: 1, skipped: 1, ..Tally::default() });
        let renamed = Export::of(&json!([row(&json!({ "name": "Toiler" })), row(&json!({ "type": "Traditional" }))]));
        let told = import(&app, renamed.source(), false).await;
        assert_eq!(told.applications, Tally { updated: 1, skipped: 1, ..Tally::default() });
        assert_eq!(told.lines, ["application 2 (worker-of-old): skipped: the id belongs to something else here"]);
        let shown = robot.get("/api/applications/worker-of-old").await.json();
        assert_eq!((&shown["name"], &shown["isAdmin"]), (&json!("Toiler"), &json!(true)), "the right stays");
    }

    async fn one_server_moves_to_another_by_its_management_api(database: Database) {
        let (from, robot) = managed(Database::sqlite()).await;
        for n in 0..130 {
            robot.makes("/api/users", json!({ "primaryPhone": format!("86138{n:08}"), "name": format!("Person {n}"), "profile": { "nickname": "P" } })).await;
        }
        let shop = json!({ "name": "Shop", "type": "Traditional", "oidcClientMetadata": { "redirectUris": ["https://shop.example.com/cb"], "postLogoutRedirectUris": [] } });
        let shop = robot.makes("/api/applications", shop).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let never = async || std::future::pending::<()>().await;
        let work = haoma::work::Work::default();
        let serving = tokio::spawn(haoma::serve::serve(listener, from.router.clone(), never, work));
        let credentials = |secret: &str| Credentials { id: "robot".to_owned(), secret: secret.into(), resource: RESOURCE.to_owned() };
        let refused = Remote::open(&base, credentials("wrong"), vec![Kind::User]).await.unwrap_err();
        assert!(refused.to_string().contains("401"), "{refused}");
        let open = || Remote::open(&base, credentials(ROBOT_SECRET), vec![Kind::Application, Kind::User]);
        let (to, there) = managed(database).await;
        let told = import(&to, Source::Remote(Box::new(open().await.unwrap())), false).await;
        assert_eq!(told.users, Tally { created: 130, ..Tally::default() });
        assert!(told.lines.iter().any(|line| line.contains(text(&shop, "id")) && line.contains("is not told")), "{:?}", told.lines);
        let id = robot.get("/api/users?page_size=1").await.json()[0]["id"].as_str().unwrap().to_owned();
        let path_of_user = format!("/api/users/{id}");
        let path = path_of_user.clone();
        assert_eq!(robot.get(&path).await.json(), there.get(&path).await.json(), "to the last member");
        let path = format!("/api/applications/{}", text(&shop, "id"));
        assert_eq!(robot.get(&path).await.json(), there.get(&path).await.json());
        let again = import(&to, Source::Remote(Box::new(open().await.unwrap())), false).await;
        assert_eq!(again.users, Tally { unchanged: 130, ..Tally::default() });
        assert_eq!((again.applications.created, again.applications.updated), (0, 0));
        let mut source = Source::Remote(Box::new(Remote::open(&base, credentials(ROBOT_SECRET), vec![Kind::User]).await.unwrap()));
        assert_eq!(source.next().await.unwrap().unwrap().rows.len(), 100);
        assert_eq!(robot.delete(&path_of_user).await.brief(), "204");
        while source.next().await.unwrap().is_some() {}
        let warnings = source.warnings();
        assert!(matches!(&warnings[..], [one] if one.starts_with("users: 1 deleted there")), "{warnings:?}");
        serving.abort();
    }
}

/// What the token endpoint says to a service.
async fn token_of(app: &TestApp, id: &str, secret: &str) -> Value {
    asks_token(app, (id, secret), &[("resource", RESOURCE), ("scope", "all")]).await.json()
}

/// `haoma import logto` on an empty database, with these arguments.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let config = folder.join("haoma.toml");
    let key = "6f1d0a7c9b3e5824d1c0f7a96b8e3d5214c7a09f8e6b3d1025f4c8a7b9e0d316";
    let database = folder.join("haoma.db");
    let written = format!(
        "endpoint = \"http://127.0.0.1:3001\"\nserver_key = \"{key}\"\n[database]\nurl = \"sqlite:{}\"\n",
        database.display()
    );
    std::fs::write(&config, written).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_haoma"));
    command.args(["import", "logto", "--config"]).arg(config).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: &std::process::Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_command_tells_what_it_did_and_what_is_wrong_with_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let export = Export::of(&json!([person(1, &json!({})), { "id": "nobody" }]));
    let file = export.path().display().to_string();
    let (code, told, _) =
        said(&command(folder.path(), &["--file", &file, "--dry-run"]).output().unwrap());
    assert_eq!(code, Some(0));
    assert_eq!(
        told,
        "user 2 (nobody): skipped: no phone number\n\
         applications: 0 created, 0 updated, 0 unchanged, 0 newer here, 0 skipped (dry run: nothing was stored)\n\
         users: 1 created, 0 updated, 0 unchanged, 0 newer here, 1 skipped (dry run: nothing was stored)\n"
    );
    for (document, wrong) in [
        ("{ \"people\": [] }", "neither `users` nor `applications`"),
        ("[{]", "line 1 column"),
        ("[]x", "trailing characters"),
        ("7", "a list of users"),
    ] {
        std::fs::write(export.path(), document).unwrap();
        let (code, _, error) = said(&command(folder.path(), &["--file", &file]).output().unwrap());
        assert_eq!(code, Some(1));
        assert!(error.contains("is no export") && error.contains(wrong), "{error}");
    }
    for (arguments, wrong) in [
        (vec![], "--file"),
        (vec!["--url", "https://logto.example.com"], "--app-id"),
        (
            vec!["--url", "http://logto.example.com", "--app-id", "a", "--app-secret", "b"],
            "https://",
        ),
    ] {
        let (code, _, error) = said(&command(folder.path(), &arguments).output().unwrap());
        assert!(code != Some(0) && error.contains(wrong), "{arguments:?}: {error}");
    }
}

#[test]
fn ctrl_c_ends_between_two_batches_and_another_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut running = command(folder.path(), &["--file", pipe.to_str().unwrap()]).spawn().unwrap();
    let mut writer = std::fs::OpenOptions::new().write(true).open(&pipe).unwrap();
    // the second batch begins with somebody who is refused; its line says that the first batch was stored
    let mut rows = vec![];
    for n in 0..250 {
        rows.push(person(n, &json!({})).to_string());
    }
    rows.push(json!({ "id": "nobody" }).to_string());
    for n in 250..500 {
        rows.push(person(n, &json!({})).to_string());
    }
    write!(writer, "[{}", rows.join(",")).unwrap();
    writer.flush().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().starts_with("user 251 (nobody)"));
    let id = running.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let rest: Vec<_> = lines.map(Result::unwrap).collect();
    let (code, _, error) = said(&running.wait_with_output().unwrap());
    assert_eq!((code, error.as_str()), (Some(1), "haoma: ended early; run again to go on\n"));
    let created: u64 = rest[1].split(' ').nth(1).unwrap().parse().unwrap();
    assert!([250, 499].contains(&created), "whole batches: {rest:?}");
    drop(writer);
    let export = Export::of(&people(500).into());
    let again =
        command(folder.path(), &["--file", export.path().to_str().unwrap()]).output().unwrap();
    let (_, told, _) = said(&again);
    let expected = format!("users: {} created, 0 updated, {created} unchanged", 500 - created);
    assert!(told.contains(&expected), "{told}");
}
