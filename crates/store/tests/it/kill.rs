//! What was answered survives the death of the process.
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use haoma_store::{Db, Options, Step};

use crate::support::{NOW, number};

/// Set for the process that is going to be killed: the file it writes to.
const FILE: &str = "HAOMA_TEST_KILL_FILE";
/// Answers the parent waits for before it kills.
const ANSWERS: usize = 3_000;

/// Not a promise of its own: the other process of the next test. Writes until it is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "how the parent tells the child what to do")]
async fn a_process_that_writes_until_it_is_killed() {
    let Ok(path) = std::env::var(FILE) else { return };
    let db = Db::open(Options::Sqlite(PathBuf::from(path))).await.unwrap();
    let tasks: Vec<_> =
        (0..32).map(|task| tokio::spawn(write_for_ever(db.clone(), task))).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

async fn write_for_ever(db: Db, task: usize) {
    let first = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)";
    let second = "INSERT INTO sign_in_experiences (id, version, document, updated_at) VALUES ($1, 1, '{}', $2)";
    for n in 0.. {
        let id = format!("{task}-{n}");
        let params = || vec![id.as_str().into(), NOW.into()];
        let mut steps = vec![Step::new(first, params())];
        if n % 2 == 0 {
            steps.push(Step::new(second, params()));
        }
        db.unit(steps).await.unwrap();
        // one call, so that a line is whole or absent
        std::io::stdout().lock().write_all(format!("answered {id}\n").as_bytes()).unwrap();
        std::io::stdout().lock().flush().unwrap();
    }
}

#[tokio::test]
async fn nothing_that_was_answered_is_lost_by_kill_9() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("haoma.db");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill::a_process_that_writes_until_it_is_killed", "--exact", "--nocapture"])
        .env(FILE, &path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut answered = Vec::new();
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 0 {
        let id = line.strip_suffix('\n').and_then(|line| line.split_once("answered "));
        answered.extend(id.map(|(_, id)| id.to_owned()));
        line.clear();
        if answered.len() == ANSWERS {
            child.kill().unwrap(); // SIGKILL; what it had printed until then is still read
        }
    }
    assert!(!child.wait().unwrap().success());
    assert!(answered.len() >= ANSWERS, "{}", answered.len());

    let db = Db::open(Options::Sqlite(path)).await.unwrap();
    for id in &answered {
        let one = "SELECT hits FROM limits WHERE bucket = $1";
        assert_eq!(db.read(one, vec![id.as_str().into()]).await.unwrap().len(), 1, "{id} is lost");
    }
    let halves = number(
        &db,
        "SELECT COUNT(*) FROM sign_in_experiences WHERE id NOT IN (SELECT bucket FROM limits)",
    );
    assert_eq!(halves.await, 0, "half a unit was stored");
}
