//! A database of its own for every run: a file in a folder that vanishes, or a schema that is dropped.
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use haoma::app::App;
use haoma_core::entropy::Entropy;
use serde_json::{Map, Value};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

/// Where data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Engine {
    /// A file in a new folder.
    Sqlite,
    /// A new schema in a running server.
    Postgres,
}

/// A database nobody else uses.
#[derive(Debug)]
pub(crate) enum Database {
    /// The folder that holds the file.
    Sqlite(TempDir),
    /// The server and the schema.
    Postgres { schema: Schema, url: String },
}

/// A schema of our own in a server that others use as well.
#[derive(Debug, Clone)]
pub(crate) struct Schema {
    server: String,
    name: String,
    /// The file of the write-ahead log that was being written when the schema was made.
    log_since: String,
}

/// Reads everything a database holds.
#[derive(Debug, Clone)]
pub(crate) enum Dumper {
    /// Every file of a folder.
    Folder(PathBuf),
    /// Every table of a schema, and the server's write-ahead log.
    Schema(Schema),
}

impl Database {
    /// Makes it.
    pub(crate) async fn open(
        engine: Engine,
        server: Option<String>,
        entropy: &Entropy,
    ) -> anyhow::Result<Self> {
        if engine == Engine::Sqlite {
            return Ok(Self::Sqlite(tempfile::Builder::new().prefix("haoma-e2e-").tempdir()?));
        }
        let server = server.context("--engine postgres needs TEST_POSTGRES_URL")?;
        let name = format!("haoma_e2e_{}", hexadecimal(&entropy.bytes::<6>()));
        let client = connect(&server).await?;
        let now = "SELECT pg_walfile_name(pg_current_wal_lsn())";
        let log_since = client.query_one(now, &[]).await?.try_get(0)?;
        let sql = format!("CREATE SCHEMA {name}");
        client.batch_execute(&sql).await.context("no schema could be made")?;
        let joint = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{joint}options=-c%20search_path%3D{name}");
        Ok(Self::Postgres { schema: Schema { server, name, log_since }, url })
    }

    /// The address, as the configuration wants it.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("haoma.db").display()),
            Self::Postgres { url, .. } => url.clone(),
        }
    }

    /// Which kind it is.
    pub(crate) fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }

    /// The folder of the file.
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(folder) => Some(folder.path()),
            Self::Postgres { .. } => None,
        }
    }

    /// Reads everything it holds, whenever it is asked to.
    pub(crate) fn dumper(&self) -> Dumper {
        match self {
            Self::Sqlite(folder) => Dumper::Folder(folder.path().to_owned()),
            Self::Postgres { schema, .. } => Dumper::Schema(schema.clone()),
        }
    }

    /// Removes it.
    pub(crate) async fn remove(self) -> anyhow::Result<()> {
        match self {
            Self::Sqlite(folder) => folder.close().context("the data folder could not be removed"),
            Self::Postgres { schema: Schema { server, name, .. }, .. } => {
                let sql = format!("DROP SCHEMA {name} CASCADE");
                let client = connect(&server).await?;
                client.batch_execute(&sql).await.context("the schema could not be dropped")
            }
        }
    }
}

impl Dumper {
    /// Everything, as bytes: the files as they lie on disk, or each row as text; the write-ahead log behind it.
    pub(crate) async fn dump(&self) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::Folder(folder) => files(folder),
            Self::Schema(schema) => {
                let client = connect(&schema.server).await?;
                let mut bytes = rows(&client, &schema.name).await?.into_bytes();
                bytes.extend(log(&client, &schema.log_since).await?);
                Ok(bytes)
            }
        }
    }
}

fn files(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        bytes.extend(std::fs::read(entry?.path())?);
        bytes.push(b'\n');
    }
    Ok(bytes)
}

async fn rows(client: &Client, schema: &str) -> anyhow::Result<String> {
    let tables = client
        .query("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY 1", &[&schema])
        .await?;
    let mut text = String::new();
    for table in tables {
        let name: String = table.try_get(0)?;
        writeln!(text, "# {name}")?;
        for row in client.query(&format!("SELECT t::text FROM {schema}.{name} t"), &[]).await? {
            writeln!(text, "{}", row.try_get::<_, String>(0)?)?;
        }
    }
    Ok(text)
}

async fn log(client: &Client, since: &str) -> anyhow::Result<Vec<u8>> {
    const SQL: &str = "SELECT pg_read_binary_file('pg_wal/' || name) FROM pg_ls_waldir()
        WHERE name >= $1 AND name <= pg_walfile_name(pg_current_wal_lsn())";
    let mut bytes = Vec::new();
    let files = client.query(SQL, &[&since]).await;
    for file in files.context("only a superuser may read the write-ahead log")? {
        bytes.extend(file.try_get::<_, Vec<u8>>(0)?);
    }
    Ok(bytes)
}

#[expect(clippy::disallowed_methods, reason = "it ends with its client")]
async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("PostgreSQL does not answer")?;
    // An error of the connection shows in the next query.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

/// Every table with its rows, each an object of its columns.
pub(crate) async fn tables(app: &App, engine: Engine) -> anyhow::Result<Value> {
    const SQLITE: &str = "SELECT name, 'SELECT json_object(' || (
            SELECT group_concat(format('%Q, %s', name, name)) FROM pragma_table_info(tables.name)
        ) || ') FROM ' || name
        FROM sqlite_schema AS tables WHERE type = 'table' AND name NOT LIKE 'sqlite%'";
    const POSTGRES: &str =
        "SELECT tablename::text, 'SELECT row_to_json(t)::text FROM ' || tablename || ' AS t'
        FROM pg_tables WHERE schemaname = current_schema()";
    let listed = if engine == Engine::Sqlite { SQLITE } else { POSTGRES };
    let mut tables = Map::new();
    for table in app.db.read(listed, vec![]).await? {
        // The product runs texts of the program only; there are as many as tables.
        let sql = table.text(1)?.leak();
        let rows = app.db.read(sql, vec![]).await?;
        let rows = rows.iter().map(|row| anyhow::Ok(serde_json::from_str::<Value>(&row.text(0)?)?));
        tables.insert(table.text(0)?, rows.collect::<anyhow::Result<_>>()?);
    }
    Ok(Value::Object(tables))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}
