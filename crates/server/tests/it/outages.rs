//! What people hear when the database fails, and that nothing is paid for meanwhile.
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use haoma::app::App;
use haoma_store::{Engine, Row, Step};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::RwLock;
use tokio::task::JoinHandle;
use tokio_postgres::NoTls;

use crate::account::{self, SCOPES, member};
use crate::management::support::managed;
use crate::support::visitor::hidden;
use crate::support::{Database, TestApp, Visitor};

const PHONE: &str = "8613800138000";
/// The number of whoever is [`Waiting`].
pub(crate) const OTHER: &str = "8613800138001";

/// Changes this test's own database as an accident would.
pub(crate) async fn happens(test: &TestApp, sql: &[&'static str]) {
    let steps = sql.iter().map(|sql| Step::new(sql, vec![])).collect();
    test.app.db.unit(steps).await.unwrap();
}

/// From now on the database is read only, or its disk is full.
async fn takes_no_changes(test: &TestApp) {
    match test.app.db.engine() {
        Engine::Sqlite(_) => happens(test, &["PRAGMA query_only = ON"]).await,
        Engine::Postgres(_) => {
            let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$";
            let trigger = "CREATE TRIGGER full_disk BEFORE INSERT ON messages
                FOR EACH ROW EXECUTE FUNCTION refuse()";
            happens(test, &[refuse, trigger]).await;
        }
    }
}

/// A person on the page that asks for the number, and its form.
pub(crate) async fn at_the_form(test: &TestApp) -> (Visitor, (&'static str, String)) {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let page = person.get("/sign-in").await;
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", &hidden(&page.text, "csrf"))
        .append_pair("country", "CN")
        .append_pair("phone", "13800138000")
        .append_pair("agree", "yes")
        .finish();
    (person, ("application/x-www-form-urlencoded", form))
}

/// Asks for a code through the API and through the page; neither reaches the provider, both are told why.
async fn hears(test: &TestApp, mut person: Visitor, form: (&str, String), answer: &str) {
    let before = test.sim.requests_seen();
    let told = person.asks_code(PHONE, "SignIn").await;
    assert_eq!(told.brief(), answer, "{}", told.text);
    let page = ("accept", "text/html");
    let shown = person.send_with(Method::POST, "/sign-in", Some(form), &[page]).await;
    assert_eq!(shown.status, told.status, "{}", shown.text);
    let code = format!("data-code=\"{}\"", told.json()["code"].as_str().unwrap());
    assert!(shown.text.contains("</html>") && shown.text.contains(&code), "{}", shown.text);
    assert_eq!(test.sim.requests_seen(), before);
}

/// Another program at work on the counters, which keeps them to itself.
pub(crate) enum Held {
    /// SQLite knows locks of the whole file only.
    File(rusqlite::Connection),
    Table(tokio_postgres::Client),
}

impl Held {
    pub(crate) async fn by_another(url: &str) -> Self {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let file = rusqlite::Connection::open(path).unwrap();
            file.execute_batch("BEGIN IMMEDIATE").unwrap();
            return Self::File(file);
        }
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute("BEGIN; LOCK TABLE limits").await.unwrap();
        Self::Table(client)
    }

    pub(crate) async fn let_go(self) {
        match self {
            Self::File(file) => file.execute_batch("ROLLBACK").unwrap(),
            Self::Table(client) => client.batch_execute("ROLLBACK").await.unwrap(),
        }
    }
}

/// From now on every message takes long to store, whatever is asked of the lock of anything; or no longer.
pub(crate) async fn takes_long_to_store(test: &TestApp, long: bool) {
    let sql: &[&'static str] = match (test.app.db.engine(), long) {
        (Engine::Sqlite(_), true) => &[
            "CREATE VIEW very_many AS WITH RECURSIVE c(n) AS
                (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 5000000) SELECT n FROM c",
            "CREATE TRIGGER long AFTER INSERT ON messages BEGIN SELECT COUNT(*) FROM very_many; END",
        ],
        (Engine::Postgres(_), true) => &[
            "CREATE FUNCTION takes_long() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(1.5); RETURN NEW; END $$",
            // at the commit: what is late before it is undone there
            "CREATE CONSTRAINT TRIGGER long AFTER INSERT ON messages DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION takes_long()",
        ],
        (Engine::Sqlite(_), false) => &["DROP TRIGGER long"],
        (Engine::Postgres(_), false) => &["DROP TRIGGER long ON messages"],
    };
    happens(test, sql).await;
}

/// Counters, codes and walks as they stand.
pub(crate) async fn stored(test: &TestApp) -> Vec<String> {
    let mut all = vec![];
    for sql in [
        "SELECT bucket, hits, verified FROM limits WHERE hits > 0 AND resets_at > $1 ORDER BY bucket",
        "SELECT id, attempts, sends FROM passcodes WHERE expires_at > $1 ORDER BY id",
        "SELECT experience, 0, 0 FROM interactions WHERE expires_at > $1 ORDER BY id",
    ] {
        let rows = test.app.db.read(sql, vec![test.app.clock.now().into()]).await.unwrap();
        let line = |row: &Row| {
            format!("{} {} {}", row.text(0).unwrap(), row.int(1).unwrap(), row.int(2).unwrap())
        };
        all.extend(rows.iter().map(line));
    }
    all
}

/// Another node, where people wait no longer than this.
pub(crate) async fn hasty(test: &TestApp, patience_ms: i64) -> App {
    let limits = json!({ "patience_ms": patience_ms });
    let node = test.second_node_with(|raw| raw["limits"] = limits).await;
    let ahead = test.app.clock.now().0 - node.clock.now().0;
    node.clock.advance_millis(ahead);
    node
}

/// Somebody who waits at the page for the code, and the code.
pub(crate) struct Waiting {
    pub(crate) person: Visitor,
    verification: String,
    code: String,
}

impl Waiting {
    pub(crate) async fn for_a_code(test: &TestApp) -> Self {
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("Register").await;
        let sent = person.asks_code(OTHER, "Register").await.json();
        let verification = sent["verificationId"].as_str().unwrap().to_owned();
        let code = person.reads_sms(OTHER);
        Self { person, verification, code }
    }

    /// Gives the code, and is registered.
    pub(crate) async fn gives(mut self) {
        let given = self.person.gives_code(OTHER, &self.verification, &self.code).await;
        assert_eq!(given.brief(), "200", "{}", given.text);
        self.person.identifies(&self.verification).await;
        assert_eq!(self.person.submits().await.brief(), "200");
    }

    /// The same; and nothing is left of what others were refused meanwhile.
    pub(crate) async fn goes_on(self, test: &TestApp) {
        self.gives().await;
        let rows = test.app.db.read("SELECT COUNT(*) FROM messages", vec![]).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 1, "who was refused left nothing");
        let mut person = test.visitor();
        person.arrives_from("other").await;
        person.begins("SignIn").await;
        let sent = person.asks_code(PHONE, "SignIn").await;
        assert_eq!(sent.brief(), "200", "nor did it cost them anything: {}", sent.text);
    }
}

on_both! {
    async fn s30_while_the_counters_are_locked_nothing_is_sent_and_a_sign_in_goes_on_afterwards(database: Database) {
        let url = database.url.clone();
        let test = TestApp::start(database).await;
        let mut waiting = Waiting::for_a_code(&test).await;
        let (mut person, form) = at_the_form(&test).await;
        test.advance_secs(61);
        let hasty = hasty(&test, 400).await;
        person.turns_to(&hasty);
        waiting.person.turns_to(&hasty);
        let before = stored(&test).await;
        let held = Held::by_another(&url).await;
        hears(&test, person, form, "503 request.unavailable").await;
        let told = waiting.person.asks_code(OTHER, "Register").await;
        assert_eq!(told.brief(), "503 request.unavailable", "nor again: {}", told.text);
        assert_eq!(told.json()["attempts_left"], 5, "the code before is good: {}", told.text);
        held.let_go().await;
        hasty.work.ended().await;
        assert_eq!(stored(&test).await, before);
        waiting.goes_on(&test).await;
    }

    async fn s30_what_is_stored_too_late_is_taken_back_and_never_sent(database: Database) {
        let test = TestApp::start(database).await;
        let mut waiting = Waiting::for_a_code(&test).await;
        let mut other = test.visitor();
        other.arrives_from("app").await;
        other.begins("SignIn").await;
        test.advance_secs(61);
        let before = stored(&test).await;
        takes_long_to_store(&test, true).await;
        let hasty = hasty(&test, 250).await;
        for (person, phone, event) in [(&mut waiting.person, OTHER, "Register"), (&mut other, PHONE, "SignIn")] {
            person.turns_to(&hasty);
            let told = person.asks_code(phone, event).await;
            assert_eq!(told.brief(), "503 request.unavailable", "{}", told.text);
            hasty.work.ended().await;
            person.turns_to(&test.app);
        }
        takes_long_to_store(&test, false).await;
        let meant = test.app.db.read("SELECT COUNT(*) FROM numbers", vec![]).await.unwrap();
        assert_eq!(meant[0].int(0).unwrap(), 2, "both were stored");
        assert_eq!(stored(&test).await, before);
        assert_eq!(test.sim.requests_seen(), 1);
        waiting.goes_on(&test).await;
    }

    async fn s30_a_test_message_that_is_stored_too_late_is_never_sent_and_takes_nothing(database: Database) {
        let (test, robot) = managed(database).await;
        let before = stored(&test).await;
        takes_long_to_store(&test, true).await;
        let hasty = hasty(&test, 250).await;
        let robot = robot.of(&hasty);
        let config = json!({ "phone": PHONE, "config": test.connector() });
        let tried = robot.post("/api/connectors/aliyun-short-message-service/test", config).await;
        assert_eq!(tried.brief(), "503 request.unavailable", "{}", tried.text);
        hasty.work.ended().await;
        let settled = test.app.db.read("SELECT status FROM messages", vec![]).await.unwrap();
        assert_eq!((settled.len(), settled[0].text(0).unwrap().as_str()), (1, "not_sent"));
        assert_eq!(stored(&test).await, before);
        assert_eq!(test.sim.requests_seen(), 0);
    }

    async fn s30_accounts_and_programs_hear_of_locked_counters_while_they_are_locked(database: Database) {
        let url = database.url.clone();
        let (test, robot) = managed(database).await;
        account::opens(&test).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let mut person = me.browser.clone();
        let csrf = hidden(&person.get("/account/phone").await.text, "csrf");
        let (sent, before) = (test.sim.requests_seen(), stored(&test).await);
        let hasty = hasty(&test, 400).await;
        let (robot, me) = (robot.of(&hasty), me.of(&hasty));
        person.turns_to(&hasty);
        let held = Held::by_another(&url).await;
        let asked = me.asks(PHONE).await;
        assert_eq!(asked.brief(), "503 request.unavailable", "{}", asked.text);
        let asked = robot.post("/api/verification-codes", json!({ "phone": OTHER })).await;
        assert_eq!(asked.brief(), "503 request.unavailable", "{}", asked.text);
        let page = person.posts("/account/phone", &[("csrf", &csrf)]).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{}", page.text);
        assert!(page.text.contains("</html>") && page.text.contains("data-code=\"request.unavailable\""));
        held.let_go().await;
        hasty.work.ended().await;
        assert_eq!((test.sim.requests_seen(), stored(&test).await), (sent, before));
    }

    async fn s30_while_the_database_takes_no_changes_nothing_is_sent_and_people_hear_it(database: Database) {
        let test = TestApp::start(database).await;
        let (person, form) = at_the_form(&test).await;
        takes_no_changes(&test).await;
        hears(&test, person, form, "503 request.unavailable").await;
    }

    async fn s30_while_a_table_is_missing_nothing_is_sent_and_people_hear_it(database: Database) {
        let test = TestApp::start(database).await;
        let (person, form) = at_the_form(&test).await;
        happens(&test, &["ALTER TABLE messages RENAME TO elsewhere"]).await;
        hears(&test, person, form, "500 request.internal").await;
    }

    async fn s30_while_the_counters_are_missing_nothing_is_sent_and_people_hear_it(database: Database) {
        let test = TestApp::start(database).await;
        let (person, form) = at_the_form(&test).await;
        happens(&test, &["ALTER TABLE limits RENAME TO elsewhere"]).await;
        hears(&test, person, form, "500 request.internal").await;
    }

    async fn an_event_that_cannot_be_stored_does_not_hide_the_answer(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sent = person.asks_code(PHONE, "SignIn").await.json();
        let id = sent["verificationId"].as_str().unwrap();
        let wrong = if person.reads_sms(PHONE) == "000000" { "000001" } else { "000000" };
        happens(&test, &["ALTER TABLE audit_events RENAME TO elsewhere"]).await;
        let answer = person.gives_code(PHONE, id, wrong).await;
        assert_eq!(answer.brief(), "400 verification_code.code_mismatch", "{}", answer.text);
        assert_eq!(answer.json()["attempts_left"], 4, "the guess was counted");
        let early = person.asks_code(PHONE, "SignIn").await;
        assert_eq!(early.brief(), "429 request.message_rate_limited", "{}", early.text);
        assert_eq!(early.json()["resend_at"], sent["resend_at"]);
    }

    async fn who_is_deleted_between_submit_and_return_has_no_session(database: Database) {
        const DELETE: &str = "DELETE FROM users";
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        person.identifies(&id).await;
        let submitted = person.submits().await.json();
        let resume = submitted["redirectTo"].as_str().unwrap();
        assert_eq!(test.app.db.write(Step::new(DELETE, vec![])).await.unwrap().changed, 1);
        let told = person.get(resume).await;
        assert_eq!(told.brief(), "400 session.not_found", "{}", told.text);
        let page = ("accept", "text/html");
        let sent = person.with_headers(Method::GET, resume, &[page]).await;
        assert_eq!((sent.status, sent.location().as_str()), (StatusCode::SEE_OTHER, "/unknown-session"));
        let rows = test.app.db.read("SELECT COUNT(*) FROM sessions", vec![]).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 0);
        assert_eq!(person.get("/consent").await.location(), "/unknown-session", "no consent was opened");
    }
}

/// A road to the database that can be cut.
struct Road {
    url: String,
    carrying: JoinHandle<()>,
    /// Whoever holds it keeps everything on its way.
    gate: Arc<RwLock<()>>,
}

/// Carries everything one way, as long as the gate is open.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, gate: Arc<RwLock<()>>) {
    let mut some = vec![0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut some).await {
        let _open = gate.read().await;
        if to.write_all(&some[..length]).await.is_err() {
            return;
        }
    }
}

impl Road {
    async fn to(database: &str) -> Self {
        Self::from("127.0.0.1:0", database).await
    }

    async fn from(near: &str, database: &str) -> Self {
        let mut url = url::Url::parse(database).unwrap();
        let far = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5432));
        let listener = TcpListener::bind(near).await.unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port())).unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        let gate = Arc::new(RwLock::new(()));
        let carried_by = Arc::clone(&gate);
        let carrying = tokio::spawn(async move {
            // dropped with this task, and every connection with it
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (near, _) = listener.accept().await.unwrap();
                let (there, back) = TcpStream::connect(&far).await.unwrap().into_split();
                let (from, to) = near.into_split();
                connections.spawn(carry(from, back, Arc::clone(&carried_by)));
                connections.spawn(carry(there, to, Arc::clone(&carried_by)));
            }
        });
        Self { url: url.into(), carrying, gate }
    }

    async fn cut(self) {
        self.carrying.abort();
        assert!(self.carrying.await.unwrap_err().is_cancelled());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_while_the_database_is_gone_nothing_is_sent_and_people_hear_it() {
    let Some(mut database) = Database::postgres(concat!(module_path!(), "::gone")).await else {
        return;
    };
    let road = Road::to(&database.url).await;
    road.url.clone_into(&mut database.url);
    let test = TestApp::start(database).await;
    let (person, form) = at_the_form(&test).await;
    road.cut().await;
    hears(&test, person, form, "503 request.unavailable").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_while_the_database_says_nothing_nothing_is_sent_and_people_hear_it() {
    let Some(mut database) = Database::postgres(concat!(module_path!(), "::silent")).await else {
        return;
    };
    let road = Road::to(&database.url).await;
    road.url.clone_into(&mut database.url);
    let test = TestApp::start(database).await;
    let mut waiting = Waiting::for_a_code(&test).await;
    let (mut person, form) = at_the_form(&test).await;
    test.advance_secs(61);
    let before = stored(&test).await;
    let hasty = hasty(&test, 400).await;
    person.turns_to(&hasty);
    waiting.person.turns_to(&hasty);
    let silent = road.gate.write().await;
    hears(&test, person, form, "503 request.unavailable").await;
    let told = waiting.person.asks_code(OTHER, "Register").await;
    assert_eq!(told.brief(), "503 request.unavailable", "{}", told.text);
    drop(silent);
    hasty.work.ended().await;
    assert_eq!(stored(&test).await, before);
    waiting.goes_on(&test).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_a_sign_in_goes_on_when_the_database_is_back() {
    let Some(mut database) = Database::postgres(concat!(module_path!(), "::back")).await else {
        return;
    };
    let far = database.url.clone();
    let road = Road::to(&far).await;
    road.url.clone_into(&mut database.url);
    let near = url::Url::parse(&road.url).unwrap();
    let test = TestApp::start(database).await;
    let waiting = Waiting::for_a_code(&test).await;
    let (person, form) = at_the_form(&test).await;
    road.cut().await;
    hears(&test, person, form, "503 request.unavailable").await;
    let near = format!("127.0.0.1:{}", near.port().unwrap());
    let _road = Road::from(&near, &far).await;
    waiting.goes_on(&test).await;
}
