//! Units per second on this machine: `cargo run --release -p haoma-store --example throughput -- [postgres://…]`.
#![expect(clippy::print_stdout, reason = "a program for people")]
#![expect(clippy::unwrap_used, reason = "a measurement that fails may panic")]
use std::future::Future;
use std::time::{Duration, Instant};

use haoma_core::entropy::Entropy;
use haoma_core::ids::{AuditId, ClientId, ConnectorId, InteractionId, MessageId, PasscodeId};
use haoma_core::limits::{Charge, Leaves, LimitKind};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;
use haoma_store::audit::Event;
use haoma_store::interactions::{self, Interaction, Outcome, Prompt, Save};
use haoma_store::limits::Credits;
use haoma_store::messages::{self, Code, Intended, Intent, NewMessage};
use haoma_store::passcodes::{self, NewPasscode, Owner, Tried};
use haoma_store::{Db, Deadline, Options, Step, users};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const TASKS: u64 = 32;
const LASTS: Duration = Duration::from_secs(5);

#[tokio::main(worker_threads = 2)]
async fn main() {
    let folder = tempfile::tempdir_in(".").unwrap();
    let options = match std::env::args().nth(1) {
        Some(url) => Options::Postgres { url, pool: 16 },
        None => Options::Sqlite(folder.path().join("throughput.db")),
    };
    let db = Db::open(options).await.unwrap();
    measure(&db, "one insert", |db, n| async move { insert(&db, n).await }).await;
    measure(
        &db,
        "a walk: insert, intent of 8 steps, charge, consume, 3 reads",
        |db, n| async move {
            walk(&db, n).await;
        },
    )
    .await;
    db.close().await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "all of them are waited for")]
async fn measure<F: Future<Output = ()> + Send>(
    db: &Db,
    what: &str,
    work: impl Fn(Db, u64) -> F + Copy + Send + 'static,
) {
    let start = Instant::now();
    let tasks = (0..TASKS).map(|task| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut slowest = Duration::ZERO;
            let mut done = 0_u64;
            while start.elapsed() < LASTS {
                let began = Instant::now();
                work(db.clone(), u64::from(std::process::id()) << 32 | task << 24 | done).await;
                slowest = slowest.max(began.elapsed());
                done += 1;
            }
            (done, slowest)
        })
    });
    let (mut done, mut slowest) = (0, Duration::ZERO);
    for task in tasks.collect::<Vec<_>>() {
        let (one, slow) = task.await.unwrap();
        done += one;
        slowest = slowest.max(slow);
    }
    let rate = u128::from(done) * 1000 / start.elapsed().as_millis();
    println!("{what}: {rate}/s, slowest {} ms", slowest.as_millis());
}

async fn insert(db: &Db, n: u64) {
    let sql = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)";
    db.write(Step::new(sql, vec![format!("insert-{n}").into(), NOW.into()])).await.unwrap();
}

async fn walk(db: &Db, n: u64) {
    let entropy = Entropy::seeded(n);
    let now = NOW.plus_millis(i64::try_from(n & 0xff_ffff).unwrap()); // ids that grow, as in life
    let walk = Interaction {
        id: InteractionId::generate(now, &entropy),
        client_id: ClientId::parse("demo").unwrap(),
        prompt: Prompt::Login,
        request: "{}".repeat(200),
        experience: "{}".repeat(100),
        session_id: None,
        outcome: Outcome::Open,
        version: 0,
        expires_at: NOW.plus_secs(60),
        created_at: NOW,
    };
    interactions::create(db, &walk, None).await.unwrap();
    let save = |version| Save { id: &walk.id, version, experience: "{}".repeat(150) };
    let code = send(db, (n, now), &entropy, save(0)).await;
    interactions::find(db, &walk.id, NOW).await.unwrap().unwrap();
    assert_eq!(passcodes::charge(db, (&code, 5), &[], NOW).await.unwrap(), Tried::Yes);
    passcodes::consume(db, &code, NOW, &save(1), Some(&event(now, &entropy)), &Credits::default())
        .await
        .unwrap();
    interactions::find(db, &walk.id, NOW).await.unwrap().unwrap();
    let phone = PhoneNumber::from_international("8613800138000").unwrap();
    users::find_by_phone(db, &phone).await.unwrap();
}

async fn send(
    db: &Db,
    (n, now): (u64, Timestamp),
    entropy: &Entropy,
    save: Save<'_>,
) -> PasscodeId {
    let charges =
        [LimitKind::Cooldown, LimitKind::Number, LimitKind::Provider].map(|kind| Charge {
            kind,
            bucket: format!("{n}:{}", kind.as_str()),
            amount: 1,
            max: std::num::NonZeroU32::MAX,
            growth: 0,
            share: 100,
            solved_share: 100,
            resets_at: NOW,
            leaves: Leaves::AtOnce,
        });
    let code = NewPasscode {
        id: PasscodeId::generate(now, entropy),
        owner: Owner::Interaction(save.id.clone()),
        number_id: format!("number-{n}"),
        usage_type: UsageType::SignIn,
        charged: vec![],
        expires_at: NOW.plus_secs(60),
        created_at: NOW,
    };
    let id = code.id.clone();
    let message = NewMessage {
        id: MessageId::generate(now, entropy),
        connector_id: ConnectorId::parse("connector").unwrap(),
        connector_version: 1,
        interaction_id: Some(save.id.clone()),
        passcode_id: Some(id.clone()),
        usage_type: UsageType::SignIn,
        number_id: format!("number-{n}"),
        phone_masked: "+86 138****8000".to_owned(),
        phone_sealed: "s".repeat(60),
        region: "CN".to_owned(),
        check_at: NOW.plus_secs(10),
        created_at: NOW,
    };
    let event = event(now, entropy);
    let intent = Intent {
        charges: &charges,
        code: Some(Code::New(code)),
        message,
        save: Some(save),
        record: None,
        event: Some(&event),
        now: NOW,
        until: Deadline::after(Instant::now(), Duration::from_secs(10)),
    };
    assert_eq!(messages::intend(db, &intent).await.unwrap(), Intended::Committed);
    id
}

fn event(now: Timestamp, entropy: &Entropy) -> Event {
    Event {
        id: AuditId::generate(now, entropy),
        key: "Interaction.SignIn.Verification.VerificationCode.Create".to_owned(),
        error: None,
        user_id: None,
        application_id: Some("demo".to_owned()),
        session_id: None,
        interaction_id: None,
        ip: Some("127.0.0.1".to_owned()),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64)".to_owned()),
        payload: "{}".to_owned(),
        at: NOW,
    }
}
