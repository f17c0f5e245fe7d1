//! Opening: what is refused, what survives, and what a broken database says.
use std::path::Path;

use haoma_store::{Db, Error, Options, Step};

use crate::support::{self, Fresh, NOW, at_once, number};

fn counter(bucket: &str) -> Step {
    let sql = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)";
    Step::new(sql, vec![bucket.into(), NOW.into()])
}

async fn refusal(options: Options) -> Error {
    Db::open(options).await.unwrap_err()
}

on_both! {
    async fn what_was_stored_is_there_after_opening_again(fresh: &Fresh) {
        fresh.write(counter("a")).await.unwrap();
        let again = Db::open(fresh.options.clone()).await.unwrap();
        assert_eq!(number(&again, "SELECT COUNT(*) FROM limits").await, 1);
        again.close().await.unwrap();
    }

    async fn a_migration_that_fails_leaves_nothing(fresh: &Fresh) {
        let drop_all = Step::new("DELETE FROM haoma_migrations", vec![]);
        fresh.write(drop_all).await.unwrap();
        // tables without their record: a second run of the migration cannot succeed, nor leave anything
        assert!(Db::open(fresh.options.clone()).await.is_err());
        assert_eq!(number(fresh, "SELECT COUNT(*) FROM haoma_migrations").await, 0);
    }

    async fn a_changed_migration_is_refused(fresh: &Fresh) {
        let changed = Step::new("UPDATE haoma_migrations SET checksum = 'other' WHERE version = 1", vec![]);
        fresh.write(changed).await.unwrap();
        let error = refusal(fresh.options.clone()).await;
        assert!(matches!(&error, Error::Corrupt(why) if why.contains("migration 1 (init)")), "{error}");
    }

    async fn a_database_of_a_newer_version_is_refused(fresh: &Fresh) {
        let newer = Step::new("INSERT INTO haoma_migrations (version, name, checksum) VALUES (999, 'x', 'x')", vec![]);
        fresh.write(newer).await.unwrap();
        let error = refusal(fresh.options.clone()).await;
        assert!(matches!(&error, Error::Corrupt(why) if why.contains("newer version")), "{error}");
    }
}

/// Eight openings of one empty database.
async fn together(options: Options) {
    let opened = at_once(8, |_| {
        let options = options.clone();
        async move { Db::open(options).await.map(drop) }
    })
    .await;
    assert!(opened.iter().all(Result::is_ok), "{opened:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_file_is_opened_by_many_at_once() {
    let folder = tempfile::tempdir().unwrap();
    together(Options::Sqlite(folder.path().join("new.db"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_schema_is_opened_by_many_at_once() {
    let Some(url) = support::postgres_url("it::opening_by_many").await else { return };
    together(Options::Postgres { url, pool: 1 }).await;
}

#[test]
fn sqlite_does_not_lose_commits_to_a_checkpoint() {
    assert!(rusqlite::version_number() >= 3_051_003, "{}", rusqlite::version());
}

#[tokio::test]
async fn a_file_is_private_and_its_log_is_gone_after_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("haoma.db");
    let db = Db::open(Options::Sqlite(path.clone())).await.unwrap();
    db.write(counter("a")).await.unwrap();
    let log = folder.path().join("haoma.db-wal");
    assert!(log.exists());
    #[cfg(unix)]
    for file in [&path, &log] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600, "{}", file.display());
    }
    db.close().await.unwrap();
    assert!(!log.exists());
}

#[tokio::test]
async fn a_file_that_is_no_database_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "dear diary ".repeat(1000)).unwrap();
    let error = refusal(Options::Sqlite(path.clone())).await;
    assert!(matches!(&error, Error::Corrupt(why) if why.contains("notes.txt")), "{error}");
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("dear diary"));
}

#[tokio::test]
async fn a_damaged_file_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("haoma.db");
    Db::open(Options::Sqlite(path.clone())).await.unwrap().close().await.unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let error = refusal(Options::Sqlite(path)).await;
    assert!(matches!(error, Error::Corrupt(_)), "{error}");
}

#[tokio::test]
async fn a_folder_that_does_not_exist_says_so() {
    let path = Path::new("/nowhere/at/all/haoma.db").to_path_buf();
    let error = refusal(Options::Sqlite(path)).await;
    assert!(
        matches!(&error, Error::Unavailable(why) if why.contains("/nowhere/at/all")),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_is_not_there_says_so() {
    let url = "postgres://haoma:kiwi@127.0.0.1:1/haoma".to_owned();
    let options = Options::Postgres { url, pool: 1 };
    assert!(!format!("{options:?}").contains("kiwi"));
    let error = refusal(options).await;
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert!(!format!("{error} {error:?}").contains("kiwi"));
}

#[tokio::test]
async fn a_connection_string_that_cannot_be_kept_is_refused_and_not_quoted() {
    for (url, wanted) in [
        ("postgres://haoma:kiwi@127.0.0.1/haoma?sslmode=require", "sslmode"),
        ("host=127.0.0.1 password=kiwi fruit", "cannot be read"),
        ("postgres://haoma:kiwi@127.0.0.1:x/haoma", "cannot be read"),
    ] {
        let error = refusal(Options::Postgres { url: url.to_owned(), pool: 1 }).await;
        let told = format!("{error} {error:?}");
        assert!(matches!(error, Error::Unavailable(_)), "{told}");
        assert!(
            told.contains(wanted) && !told.contains("kiwi") && !told.contains("fruit"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_database_that_does_not_sort_by_bytes_is_refused() {
    let Some(url) = support::postgres_url("it::unsorted").await else { return };
    let admin = support::connect(&url).await;
    admin.batch_execute("DROP DATABASE IF EXISTS haoma_unsorted").await.unwrap();
    let create = "CREATE DATABASE haoma_unsorted TEMPLATE template0 ENCODING 'UTF8'
        LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C.UTF-8'";
    admin.batch_execute(create).await.unwrap();
    let config = url.parse::<tokio_postgres::Config>().unwrap();
    let user = config.get_user().unwrap_or("postgres");
    let password = config.get_password().map(String::from_utf8_lossy).unwrap_or_default();
    let tokio_postgres::config::Host::Tcp(host) = &config.get_hosts()[0] else { return };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let url =
        format!("host={host} port={port} user={user} password='{password}' dbname=haoma_unsorted");
    let error = refusal(Options::Postgres { url, pool: 1 }).await;
    admin.batch_execute("DROP DATABASE haoma_unsorted WITH (FORCE)").await.unwrap();
    assert!(matches!(&error, Error::Unavailable(why) if why.contains("LOCALE 'C'")), "{error}");
}
