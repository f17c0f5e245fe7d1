//! What lies in the database, its log and so in every copy of both: no code, neither one that was sent nor one that was typed.
use haoma_core::ids::PasscodeId;
use serde_json::{Value, json};

use crate::account::{SCOPES, member, set};
use crate::management::support::{Robot, managed};
use crate::support::{TestApp, Visitor, tables};

/// What is stored with a code that a program asked for: its use.
const STORED: &str = "Generic";

/// The code that came to a phone, and a wrong one that was typed in its place.
struct Codes {
    sent: String,
    typed: String,
}

impl Codes {
    /// A wrong one far from the right one, so that both are as unlikely to be anywhere by chance.
    fn of(sent: String) -> Self {
        let typed = format!("{:06}", (sent.parse::<u32>().unwrap() + 271_828) % 1_000_000);
        Self { sent, typed }
    }
}

/// Signs in by a code that was sent twice, after a wrong guess.
async fn walks(test: &TestApp, phone: &str) -> Codes {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("Register").await;
    assert_eq!(person.asks_code(phone, "Register").await.brief(), "200");
    test.advance_secs(61);
    let (id, codes) = asks(&mut person, phone, "Register").await;
    let wrong = person.gives_code(phone, &id, &codes.typed).await;
    assert_eq!(wrong.brief(), "400 verification_code.code_mismatch");
    assert_eq!(person.gives_code(phone, &id, &codes.sent).await.brief(), "200");
    assert_eq!(person.identifies(&id).await.brief(), "201");
    codes
}

async fn asks(person: &mut Visitor, phone: &str, event: &str) -> (String, Codes) {
    let sent = person.asks_code(phone, event).await;
    assert_eq!(sent.brief(), "200", "{}", sent.text);
    let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
    (id, Codes::of(person.reads_sms(phone)))
}

/// A code that nobody gives: it lies there until it is purged.
async fn leaves(test: &TestApp, phone: &str) -> Codes {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let (id, codes) = asks(&mut person, phone, "SignIn").await;
    person.gives_code(phone, &id, &codes.typed).await;
    codes
}

/// A program asks and gives.
async fn commands(test: &TestApp, robot: &Robot, phone: &str) -> Codes {
    let verify = "/api/verification-codes/verify";
    let asked = robot.post("/api/verification-codes", json!({ "phone": phone })).await;
    assert_eq!(asked.brief(), "204", "{}", asked.text);
    let codes = Codes::of(test.visitor().reads_sms(phone));
    let give = |code: &str| json!({ "phone": phone, "verificationCode": code });
    let wrong = robot.post(verify, give(&codes.typed)).await;
    assert_eq!(wrong.brief(), "400 verification_code.code_mismatch");
    assert_eq!(robot.post(verify, give(&codes.sent)).await.brief(), "204");
    codes
}

/// Somebody who is signed in proves that the number is still theirs.
async fn proves(test: &TestApp, phone: &str) -> Codes {
    let me = member(test, "app", phone, SCOPES).await;
    let id = me.record(phone).await;
    let codes = Codes::of(me.browser.reads_sms(phone));
    me.gives(phone, &id, &codes.typed).await;
    assert_eq!(me.gives(phone, &id, &codes.sent).await.brief(), "200");
    codes
}

/// Whether a text holds this code by itself: neither inside a longer row of digits nor inside a name, in both of which six digits may
/// stand by chance.
fn stands_alone(text: &str, code: &str) -> bool {
    let is_part =
        |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    // a line's end, as JSON writes it
    let text = text.replace("\\n", " ");
    let rest = text.split(code).collect::<Vec<_>>();
    rest.windows(2)
        .any(|pair| !is_part(pair[0].chars().next_back()) && !is_part(pair[1].chars().next()))
}

/// The file of an SQLite database, its log, and a copy made while it is in use: the first two hold also what was deleted and is not
/// overwritten yet.
fn files(url: &str) -> Vec<(String, Vec<u8>)> {
    let Some(path) = url.strip_prefix("sqlite:") else { return vec![] };
    let (log, copy) = (format!("{path}-wal"), format!("{path}-copy"));
    let reader = rusqlite::Connection::open(path).unwrap();
    reader.execute("VACUUM INTO ?1", [&copy]).unwrap();
    let files = [path, &log, &copy].map(|file| (file.to_owned(), std::fs::read(file).unwrap()));
    for (file, bytes) in &files[1..] {
        assert!(holds(bytes, STORED.as_bytes()), "what was written is in {file}");
    }
    files.to_vec()
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

on_both! {
    async fn s10_no_code_is_in_the_database_its_log_or_a_copy_of_them(database: Database) {
        let (test, robot) = managed(database).await;
        set(&test, |_center| {}).await;
        // two of each kind: what is stored on one of these roads is found twice
        let mut all = vec![];
        for n in 0..2 {
            all.push(walks(&test, &format!("861380013800{n}")).await);
            all.push(leaves(&test, &format!("861380013801{n}")).await);
            all.push(commands(&test, &robot, &format!("861380013802{n}")).await);
            all.push(proves(&test, &format!("861380013803{n}")).await);
        }
        test.app.work.ended().await;
        let codes: Vec<_> = all.iter().flat_map(|one| [&one.sent, &one.typed]).collect();
        let rows = "SELECT COUNT(*) FROM passcodes";
        let rows = test.app.db.read(rows, vec![]).await.unwrap()[0].int(0).unwrap();
        assert!(rows >= 8, "the rows of these codes are among what is looked at: {rows}");
        let whole = tables::dump(&test.app.db).await;
        for (table, row) in whole.iter().flat_map(|(table, rows)| rows.iter().map(move |row| (table, row))) {
            let found = codes.iter().find(|code| stands_alone(row, code));
            assert!(found.is_none(), "{found:?} in {table}: {row}");
        }
        let whole = ("the rows".to_owned(), format!("{whole:?}").into_bytes());
        for (place, bytes) in files(test.database_url()).into_iter().chain([whole]) {
            let found: Vec<_> = codes.iter().filter(|code| holds(&bytes, code.as_bytes())).collect();
            assert!(found.len() < 2, "{found:?} in {place}: one may be chance, two are a leak");
        }
    }
}

/// The search above finds what it is for.
#[test]
fn a_code_that_stands_alone_is_told_from_one_by_chance() {
    let id = PasscodeId::parse("pc1").unwrap();
    for held in [
        json!({ "id": id.as_str(), "code": "428113" }),
        json!({ "code": 428_113 }),
        json!({ "payload": json!({ "code": "428113" }).to_string() }),
        Value::from("【Haoma】您的验证码是428113，请勿告诉他人"),
        Value::from("a\n428113"),
    ] {
        assert!(stands_alone(&held.to_string(), "428113"), "{held}");
    }
    for chance in ["1795428113000", "8613428113000", "a428113", "4281130", "x_428113", "428113-a"] {
        assert!(!stands_alone(&json!({ "at": chance }).to_string(), "428113"), "{chance}");
    }
}
