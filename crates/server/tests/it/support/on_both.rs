//! Every promise on both engines, on a database of its own.
use tempfile::TempDir;

/// Writes each test once and runs it per engine.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($database:ident: Database) $body:block)*) => { $(
        mod $name {
            use super::*;
            $(#[$doc])*
            async fn body($database: $crate::support::Database) $body
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() { body($crate::support::Database::sqlite()).await }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = $crate::support::Database::postgres(module_path!()).await { body(database).await }
            }
        }
    )* };
}

/// A fresh database.
pub(crate) struct Database {
    pub(crate) url: String,
    /// How often a server started on it: each start has chance of its own.
    pub(crate) starts: u64,
    _folder: Option<TempDir>,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self { url, starts: 0, _folder: Some(folder) }
    }

    /// A schema of its own in the server that `TEST_POSTGRES_URL` names; required in CI, optional on a laptop.
    #[expect(clippy::disallowed_methods, reason = "tests find their server in the environment")]
    pub(crate) async fn postgres(test: &str) -> Option<Self> {
        let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
            assert!(std::env::var("CI").is_err(), "TEST_POSTGRES_URL must be set in CI");
            return None;
        };
        let schema: String =
            format!("server_{}", test.replace("::", "_")).chars().take(60).collect();
        let (client, connection) =
            tokio_postgres::connect(&server, tokio_postgres::NoTls).await.unwrap();
        let connection = tokio::spawn(connection);
        let fresh = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        client.batch_execute(&fresh).await.unwrap();
        drop(client);
        connection.await.unwrap().unwrap();
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options=-csearch_path%3D{schema}");
        Some(Self { url, starts: 0, _folder: None })
    }
}
