//! A fresh database per test, on each engine, and rows to put in.
use std::future::Future;
use std::num::NonZeroU32;
use std::ops::Deref;
use std::time::{Duration, Instant};

use haoma_core::entropy::Entropy;
use haoma_core::ids::{
    AuditId, ClientId, ConnectorId, InteractionId, MessageId, PasscodeId, UserId,
};
use haoma_core::limits::{Charge, Leaves, LimitKind};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::interactions::{self, Interaction, Outcome, Prompt, Save};
use haoma_store::messages::NewMessage;
use haoma_store::passcodes::{NewPasscode, Owner};
use haoma_store::users::User;
use haoma_store::{Db, Deadline, Options, Row, Value};

/// Later than anything is done on a busy machine.
pub(crate) fn soon() -> Deadline {
    Deadline::after(Instant::now(), Duration::from_secs(20))
}

/// The moment at which these tests begin.
pub(crate) const NOW: Timestamp = Timestamp(1_800_000_000_000);

/// Writes each test once and runs it per engine, on a database of its own.
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($db:ident: &$kind:ident) $body:block)*) => { $(
        mod $name {
            use super::*;
            $(#[$doc])*
            async fn body($db: &$kind) $body
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let fresh = $crate::support::sqlite().await;
                body(&fresh).await;
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(fresh) = $crate::support::postgres(module_path!()).await {
                    body(&fresh).await;
                }
            }
        }
    )* };
}

/// A database and the folder it lies in.
pub(crate) struct Fresh {
    db: Db,
    /// How to open it again.
    pub(crate) options: Options,
    _folder: Option<tempfile::TempDir>,
}

impl Deref for Fresh {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

pub(crate) async fn sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let options = Options::Sqlite(folder.path().join("haoma.db"));
    let db = Db::open(options.clone()).await.unwrap();
    Fresh { db, options, _folder: Some(folder) }
}

/// `None` on a machine without a server; CI must have one.
pub(crate) async fn postgres(test: &str) -> Option<Fresh> {
    let url = postgres_url(test).await?;
    let options = Options::Postgres { url, pool: 16 };
    let db = Db::open(options.clone()).await.unwrap();
    Some(Fresh { db, options, _folder: None })
}

/// The address of an empty schema of its own.
#[expect(clippy::disallowed_methods, reason = "tests find their server in the environment")]
pub(crate) async fn postgres_url(test: &str) -> Option<String> {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        assert!(std::env::var("CI").is_err(), "CI must set TEST_POSTGRES_URL");
        return None;
    };
    let (_crate_name, name) = test.split_once("::").unwrap();
    let schema = name.replace("::", "_").chars().take(60).collect::<String>();
    let admin = connect(&url).await;
    let fresh = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
    admin.batch_execute(&fresh).await.unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{separator}options=-csearch_path%3D{schema}"))
}

/// A plain connection.
pub(crate) async fn connect(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Runs `task` for 0, 1, 2, … at once and gathers the answers.
pub(crate) async fn at_once<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = (0..count).map(|n| tokio::spawn(task(n))).collect();
    let mut answers = Vec::with_capacity(count);
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}

/// The only number a query answers.
pub(crate) async fn number(db: &Db, sql: &'static str) -> i64 {
    let rows: Vec<Row> = db.read(sql, Vec::<Value>::new()).await.unwrap();
    rows[0].int(0).unwrap()
}

pub(crate) fn entropy(n: usize) -> Entropy {
    Entropy::seeded(u64::try_from(n).unwrap())
}

pub(crate) fn phone(digits: &str) -> PhoneNumber {
    PhoneNumber::from_international(digits).unwrap()
}

/// An open walk, stored.
pub(crate) async fn walk(db: &Db, n: usize) -> InteractionId {
    let interaction = interaction(n);
    interactions::create(db, &interaction, None).await.unwrap();
    interaction.id
}

pub(crate) fn interaction(n: usize) -> Interaction {
    Interaction {
        id: InteractionId::generate(NOW, &entropy(n)),
        client_id: ClientId::parse("demo-app").unwrap(),
        prompt: Prompt::Login,
        request: "{}".to_owned(),
        experience: r#"{"step":0}"#.to_owned(),
        session_id: None,
        outcome: Outcome::Open,
        version: 0,
        expires_at: NOW.plus_secs(3600),
        created_at: NOW,
    }
}

pub(crate) fn save(id: &InteractionId, version: i64) -> Save<'_> {
    Save { id, version, experience: format!(r#"{{"step":{}}}"#, version + 1) }
}

pub(crate) fn passcode(n: usize, interaction_id: &InteractionId) -> NewPasscode {
    NewPasscode {
        id: PasscodeId::generate(NOW, &entropy(n)),
        owner: Owner::Interaction(interaction_id.clone()),
        number_id: "number".to_owned(),
        usage_type: UsageType::SignIn,
        charged: vec![],
        expires_at: NOW.plus_secs(600),
        created_at: NOW,
    }
}

pub(crate) fn message(n: usize, passcode_id: Option<&PasscodeId>) -> NewMessage {
    NewMessage {
        id: MessageId::generate(NOW, &entropy(n)),
        connector_id: ConnectorId::parse("connector").unwrap(),
        connector_version: 1,
        interaction_id: None,
        passcode_id: passcode_id.cloned(),
        usage_type: UsageType::SignIn,
        number_id: "number".to_owned(),
        phone_masked: "+86 138****8000".to_owned(),
        phone_sealed: "sealed".to_owned(),
        region: "CN".to_owned(),
        check_at: NOW.plus_secs(30),
        created_at: NOW,
    }
}

pub(crate) fn user(n: usize, digits: Option<&str>) -> User {
    User {
        id: UserId::generate(NOW, &entropy(n)),
        phone: digits.map(phone),
        username: None,
        name: Some("林".to_owned()),
        avatar: None,
        profile: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        application_id: Some("demo-app".to_owned()),
        is_locked: false,
        last_sign_in_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(crate) fn event(n: usize) -> Event {
    Event {
        id: AuditId::generate(NOW, &entropy(n)),
        key: "Interaction.SignIn.Submit".to_owned(),
        error: None,
        user_id: None,
        application_id: Some("demo-app".to_owned()),
        session_id: None,
        interaction_id: None,
        ip: Some("127.0.0.1".to_owned()),
        user_agent: Some("x".repeat(300)),
        payload: "{}".to_owned(),
        at: NOW,
    }
}

/// A counter of everybody's that starts anew after `resets_at`.
pub(crate) fn counter(kind: LimitKind, bucket: String, max: u32, resets_at: Timestamp) -> Charge {
    Charge {
        kind,
        bucket,
        amount: 1,
        max: NonZeroU32::new(max).unwrap(),
        growth: 0,
        share: 100,
        solved_share: 100,
        resets_at,
        leaves: Leaves::AtOnce,
    }
}
