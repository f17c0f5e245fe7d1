//! Promises of the engine itself: units, groups, errors, reads.
use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use haoma_store::{Db, Deadline, Error, Options, Step, Value, users};

use crate::support::{self, NOW, at_once, number, user};

const ADD: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, $2, $3)";
const RAISE: &str = "UPDATE limits SET hits = hits + 1 WHERE bucket = $1";

fn add(bucket: &str, hits: i64) -> Step {
    Step::new(ADD, vec![bucket.into(), hits.into(), NOW.into()])
}

fn raise(bucket: &str) -> Step {
    Step::new(RAISE, vec![bucket.into()]).must_change()
}

async fn rows(db: &Db) -> i64 {
    number(db, "SELECT COUNT(*) FROM limits").await
}

on_both! {
    async fn a_unit_that_fails_undoes_itself_and_not_its_neighbours(db: &Db) {
        db.write(add("taken", 1)).await.unwrap();
        let answers = at_once(300, |n| {
            let db = db.clone();
            let steps = match n % 3 {
                0 => vec![add(&format!("good-{n}"), 1)],
                1 => vec![add(&format!("two-{n}"), 1), raise(&format!("two-{n}"))],
                _ => vec![add(&format!("bad-{n}"), 1), add("taken", 2), add(&format!("late-{n}"), 1)],
            };
            async move { db.unit(steps).await }
        }).await;
        for (n, answer) in answers.iter().enumerate() {
            match n % 3 {
                2 => assert!(matches!(answer, Err(Error::Conflict(_))), "{n}: {answer:?}"),
                _ => assert!(answer.is_ok(), "{n}: {answer:?}"),
            }
        }
        assert_eq!(rows(db).await, 201);
        assert_eq!(number(db, "SELECT COUNT(*) FROM limits WHERE hits = 2").await, 100);
        assert_eq!(number(db, "SELECT COUNT(*) FROM limits WHERE bucket LIKE 'bad-%'").await, 0);
    }

    async fn a_step_that_must_change_and_does_not_undoes_the_unit(db: &Db) {
        let answers = at_once(100, |n| {
            let db = db.clone();
            async move {
                let absent = if n % 2 == 0 { "here" } else { "nowhere" };
                db.unit(vec![add(&format!("{absent}-{n}"), 1), raise(&format!("here-{n}")), add(&format!("after-{n}"), 1)]).await
            }
        }).await;
        for (n, answer) in answers.iter().enumerate() {
            match n % 2 {
                0 => assert_eq!(answer.as_ref().unwrap().iter().map(|done| done.changed).collect::<Vec<_>>(), [1, 1, 1]),
                _ => assert!(matches!(answer, Err(Error::Unchanged { step: 1 })), "{answer:?}"),
            }
        }
        assert_eq!(rows(db).await, 100);
    }

    async fn units_that_fail_halfway_one_after_another_hold_nobody_up(db: &Db) {
        for round in 0..20 {
            let bucket = format!("round-{round}");
            let (bad, good) = join(
                db.unit(vec![add(&format!("bad-{round}"), 1), raise("nowhere")]),
                db.unit(vec![add(&bucket, 1), raise(&bucket)]),
            ).await;
            assert!(matches!(bad, Err(Error::Unchanged { step: 1 })), "{bad:?}");
            assert!(good.is_ok(), "{good:?}");
        }
        assert_eq!(rows(db).await, 20);
        assert_eq!(number(db, "SELECT COUNT(*) FROM limits WHERE hits = 2").await, 20);
    }

    async fn the_first_step_that_fails_decides(db: &Db) {
        let answer = db.unit(vec![add("a", 1), raise("b"), add("a", 1)]).await;
        assert!(matches!(answer, Err(Error::Unchanged { step: 1 })), "{answer:?}");
        let answer = db.unit(vec![add("a", 1), add("a", 1), raise("b")]).await;
        assert!(matches!(answer, Err(Error::Conflict(_))), "{answer:?}");
        let alone = db.write(raise("b")).await;
        assert!(matches!(alone, Err(Error::Unchanged { step: 0 })), "{alone:?}");
        assert_eq!(rows(db).await, 0);
    }

    async fn a_read_sees_what_was_answered(db: &Db) {
        let seen = at_once(50, |n| {
            let db = db.clone();
            async move {
                let bucket = format!("b-{n}");
                db.write(add(&bucket, 7)).await.unwrap();
                let rows = db.read("SELECT hits FROM limits WHERE bucket = $1", vec![bucket.into()]).await.unwrap();
                rows.first().map(|row| row.int(0).unwrap())
            }
        }).await;
        assert_eq!(seen, [Some(7); 50]);
    }

    async fn readers_cannot_write(db: &Db) {
        db.write(add("a", 1)).await.unwrap();
        for sql in ["DELETE FROM limits", "UPDATE limits SET hits = 2 RETURNING hits", "INSERT INTO limits (bucket, hits, resets_at) VALUES ('b', 1, 1)"] {
            assert!(db.read(sql, vec![]).await.is_err(), "{sql}");
        }
        assert_eq!(number(db, "SELECT hits FROM limits").await, 1);
    }

    async fn every_kind_of_value_comes_back_as_it_went(db: &Db) {
        const SQL: &str = "INSERT INTO applications (id, name, kind, is_third_party, created_at, updated_at)
            VALUES ($4, $1, 'SPA', $3, $2, $2) RETURNING name, created_at, is_third_party";
        let text = "码 \u{1f600} ' \" \\ %";
        for (id, flag, n) in [("a", true, i64::MAX), ("b", false, i64::MIN)] {
            let params = vec![text.into(), n.into(), flag.into(), id.into()];
            let done = db.write(Step::new(SQL, params)).await.unwrap();
            assert_eq!(done.changed, 1);
            assert_eq!(done.rows[0].text(0).unwrap(), text);
            assert_eq!(done.rows[0].int(1).unwrap(), n);
            assert_eq!(done.rows[0].bool(2).unwrap(), flag);
            assert!(matches!(done.rows[0].int(0), Err(Error::Corrupt(_))));
            assert!(matches!(done.rows[0].bool(1), Err(Error::Corrupt(_))));
            assert!(matches!(done.rows[0].text(9), Err(Error::Corrupt(_))));
        }
    }

    async fn null_fits_every_type(db: &Db) {
        const SQL: &str = "UPDATE users SET name = $2, last_sign_in_at = $3 WHERE id = $1 RETURNING name, last_sign_in_at";
        let somebody = user(1, None);
        assert!(users::create(db, &somebody).await.unwrap());
        let params = vec![somebody.id.as_str().into(), Value::Null, Value::Null];
        let done = db.write(Step::new(SQL, params)).await.unwrap();
        assert_eq!(done.rows[0].opt_text(0).unwrap(), None);
        assert_eq!(done.rows[0].opt_time(1).unwrap(), None);
        assert!(matches!(done.rows[0].text(0), Err(Error::Corrupt(_))));
    }

    async fn a_wrong_statement_is_an_error_and_harms_nobody(db: &Db) {
        let wrong = [
            Step::new("UPDATE nowhere SET a = 1", vec![]),
            Step::new(RAISE, vec![]),
            Step::new(RAISE, vec!["a".into(), 1_i64.into()]),
        ];
        for step in wrong {
            let answer = db.unit(vec![add("a", 1), step]).await;
            assert!(matches!(answer, Err(Error::Corrupt(_))), "{answer:?}");
        }
        assert_eq!(rows(db).await, 0);
        db.write(add("a", 1)).await.unwrap();
    }

    async fn text_with_a_nul_is_refused(db: &Db) {
        let answer = db.write(add("a\0b", 1)).await;
        assert!(matches!(answer, Err(Error::Nul)), "{answer:?}");
        let answer = db.read("SELECT hits FROM limits WHERE bucket = $1", vec!["\0".into()]).await;
        assert!(matches!(answer, Err(Error::Nul)), "{answer:?}");
    }

    async fn no_error_tells_a_value(db: &Db) {
        let digits = "8613800138000";
        let params = |n: usize| -> Vec<Value> {
            vec![format!("user-{n}").into(), digits.into(), NOW.into()]
        };
        let sql = "INSERT INTO users (id, phone, created_at, updated_at) VALUES ($1, $2, $3, $3)";
        db.write(Step::new(sql, params(1))).await.unwrap();
        let session = "INSERT INTO sessions (id, secret_hash, user_id, authenticated_at, expires_at, created_at)
            VALUES ('s', 'hash', $1, 1, 1, 1)";
        let check = "UPDATE messages SET status = $1";
        let outcome = "INSERT INTO interactions (id, client_id, prompt, request, experience, expires_at, created_at)
            VALUES ('i', 'c', $1, '{}', '{}', 1, 1)";
        let not_null = "UPDATE users SET profile = CAST($1 AS TEXT) || NULL";
        let number = "UPDATE users SET created_at = $1";
        let cast = "UPDATE users SET created_at = CAST($1 AS BIGINT) / 0";
        let cases = [
            Step::new(sql, params(2)),
            Step::new(session, vec![digits.into()]),
            Step::new(check, vec![digits.into()]),
            Step::new(outcome, vec![digits.into()]),
            Step::new(not_null, vec![digits.into()]),
            Step::new(number, vec![digits.into()]),
            Step::new(cast, vec![digits.into()]),
        ];
        let mut refused = 0;
        for step in cases {
            assert!(!format!("{step:?}").contains(digits), "{step:?}");
            let Err(error) = db.write(step).await else { continue };
            refused += 1;
            let told = format!("{error} {error:?}");
            assert!(!told.contains(digits), "{told}");
        }
        assert!(refused >= 4, "{refused}");
        let row = db.read("SELECT phone FROM users WHERE id = $1", vec!["user-1".into()]).await.unwrap();
        assert!(!format!("{row:?}").contains(digits));
    }

    async fn it_answers_a_ping_and_closes_after_the_last_change(db: &Db) {
        db.ping().await.unwrap();
        let waiting: Vec<_> = (0..20).map(|n| {
            let db = db.clone();
            tokio::spawn(async move { db.write(add(&format!("b-{n}"), 1)).await })
        }).collect();
        db.clone().close().await.unwrap();
        for one in waiting {
            one.await.unwrap().unwrap();
        }
        assert_eq!(rows(db).await, 20);
    }
}

/// Somebody else who holds the file for writing.
fn lock(options: &Options) -> rusqlite::Connection {
    let Options::Sqlite(path) = options else { panic!("not a file") };
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

#[tokio::test]
async fn a_full_queue_refuses_and_what_waits_is_stored() {
    let fresh = support::sqlite().await;
    let other = lock(&fresh.options);
    let waiting = (0..6000).map(|n| {
        let db = fresh.clone();
        async move { db.write(add(&format!("b-{n}"), 1)).await.map(drop) }
    });
    // the futures are polled in order: when the last one lets go of the file, all are in the queue or refused
    let release = async {
        other.execute_batch("COMMIT").unwrap();
    };
    let (answers, ()) = join(join_all(waiting), release).await;
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!((4096..6000).contains(&stored), "{stored}");
    assert!(answers.iter().all(|answer| matches!(answer, Ok(()) | Err(Error::Unavailable(_)))));
    assert_eq!(rows(&fresh).await, i64::try_from(stored).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_and_leaves_nothing_half_done() {
    let fresh = support::sqlite().await;
    let pages = |n: i64| {
        if n == 0 { "PRAGMA max_page_count = 1" } else { "PRAGMA max_page_count = 1000000" }
    };
    fresh.write(Step::new(pages(0), vec![])).await.unwrap();
    let long = "x".repeat(20_000);
    let answers = at_once(30, |n| {
        let (db, long) = (fresh.clone(), long.clone());
        async move {
            db.unit(vec![add(&format!("a-{n}-{long}"), 1), add(&format!("b-{n}-{long}"), 1)]).await
        }
    })
    .await;
    let stored = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!(stored < 30);
    assert!(
        answers.iter().all(|answer| matches!(answer, Ok(_) | Err(Error::Unavailable(_)))),
        "{answers:?}"
    );
    assert_eq!(rows(&fresh).await, 2 * i64::try_from(stored).unwrap());
    fresh.write(Step::new(pages(1), vec![])).await.unwrap();
    fresh.write(add("later", 1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_does_not_grow_for_ever() {
    let fresh = support::sqlite().await;
    let Options::Sqlite(path) = &fresh.options else { panic!("not a file") };
    let long = "x".repeat(4_000);
    at_once(32, |task| {
        let (db, long) = (fresh.clone(), long.clone());
        async move {
            for n in 0..400 {
                db.write(add(&format!("{task}-{n}-{long}"), 1)).await.unwrap();
            }
        }
    })
    .await;
    let log = std::fs::metadata(path.with_extension("db-wal")).unwrap().len();
    assert!(rows(&fresh).await == 12_800 && log < 100 << 20, "{log} bytes");
}

/// A caller that leaves in the middle must not leave its transaction to the next one on that connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_whose_caller_left_holds_nobody_up() {
    let Some(url) = support::postgres_url("it::engine_left").await else { return };
    let options = Options::Postgres { url, pool: 1 };
    let (db, other) = (Db::open(options.clone()).await.unwrap(), Db::open(options).await.unwrap());
    db.write(add("a", 0)).await.unwrap();
    for (others, cut) in (1_i64..).zip(0..12) {
        let mut unit = pin!(db.unit(vec![raise("a"), raise("a")]));
        let mut polls = 0;
        let finished = poll_fn(|cx| {
            polls += 1;
            if polls > cut { Poll::Ready(None) } else { unit.as_mut().poll(cx).map(Some) }
        })
        .await;
        assert!(!matches!(finished, Some(Err(_))), "{finished:?}");
        drop(finished);
        // `pin!` keeps the future until the end of this block: an abandoned one is dropped by hand
        unit.set(db.unit(Vec::new()));
        other.write(raise("a")).await.unwrap();
        let hits = number(&other, "SELECT hits FROM limits").await;
        assert_eq!((hits - others) % 2, 0, "half a unit was stored");
    }
}

/// Who stops waiting for a locked table leaves nobody waiting for it, and the connection in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_for_somebody_in_a_hurry_is_given_up_before_they_are_gone() {
    const WAITING: &str = "SELECT COUNT(*) FROM pg_locks
        WHERE relation = CAST('limits' AS REGCLASS) AND NOT granted";
    let Some(url) = support::postgres_url("it::engine_hurry").await else { return };
    let holder = support::connect(&url).await;
    let db = Db::open(Options::Postgres { url, pool: 2 }).await.unwrap();
    let hurried = || db.by(Deadline::after(Instant::now(), Duration::from_millis(300)));
    db.write(add("a", 1)).await.unwrap();
    assert_eq!(number(&hurried(), "SELECT hits FROM limits").await, 1);
    holder.batch_execute("BEGIN; LOCK TABLE limits IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let answers = at_once(9, |n| {
        let db = hurried();
        async move {
            let read = db.read("SELECT hits FROM limits", vec![]).await.err();
            if n % 2 == 0 { read } else { db.write(raise("a")).await.err() }
        }
    })
    .await;
    let is_told = |answer: &Option<Error>| matches!(answer, Some(Error::Unavailable(_)));
    assert!(answers.iter().all(is_told), "{answers:?}");
    assert_eq!(holder.query_one(WAITING, &[]).await.unwrap().get::<_, i64>(0), 0);
    holder.batch_execute("ROLLBACK").await.unwrap();
    for hits in 1..9 {
        assert_eq!(number(&hurried(), "SELECT hits FROM limits").await, hits);
        hurried().write(raise("a")).await.unwrap();
        assert_eq!(number(&db, "SELECT hits FROM limits WHERE bucket <> ''").await, hits + 1);
    }
}
