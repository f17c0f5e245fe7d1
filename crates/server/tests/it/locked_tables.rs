//! While another program keeps a whole table to itself, which only PostgreSQL knows, whoever asks for a message hears soon that there is
//! none, and nothing of ours is left behind in the queue for the lock.
use std::time::Duration;

use axum::http::Method;
use futures_util::future::join_all;
use haoma::app::App;
use serde_json::{Value, json};
use tokio_postgres::{Client, NoTls};

use crate::account::page::sends;
use crate::account::{self, SCOPES, member};
use crate::management::support::managed;
use crate::outages::{Waiting, at_the_form, stored};
use crate::support::visitor::{Answer, hidden};
use crate::support::{Database, TestApp, Visitor};

/// More than the connections that a node has here.
const MANY: usize = 20;
/// Long before the database gives a lock up by itself.
const SOON: Duration = Duration::from_secs(30);

/// The other program.
struct Holder {
    client: Client,
    table: &'static str,
}

impl Holder {
    async fn of(table: &'static str, url: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
        tokio::spawn(connection);
        let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        client.batch_execute(&lock).await.unwrap();
        Self { client, table }
    }

    /// How many connections wait for it.
    async fn queue(&self) -> i64 {
        const SQL: &str = "SELECT COUNT(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
            WHERE relation = CAST(CAST($1 AS TEXT) AS REGCLASS) AND NOT granted";
        self.client.query_one(SQL, &[&self.table]).await.unwrap().get(0)
    }

    /// Waits until whoever was told waits no more either: at the edge of their patience the database may be a moment later than they are, but
    /// much sooner than by itself.
    async fn is_alone(&self) {
        let alone = async {
            while self.queue().await > 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(SOON, alone).await.expect("somebody still waits for the lock");
    }

    async fn lets_go(self) {
        self.client.batch_execute("ROLLBACK").await.unwrap();
    }
}

fn number(n: usize) -> String {
    format!("86138001380{n:02}")
}

/// A node whose people have two seconds, unless they are given others. Its database gives a lock up after a minute, not after two seconds:
/// who hears sooner, hears because of their own time.
async fn hurried(test: &TestApp, change: impl FnOnce(&mut Value)) -> App {
    let node = test
        .second_node_with(|raw| {
            let url = raw["database"]["url"].as_str().unwrap();
            let minute = "%20-clock_timeout%3D60000%20-cstatement_timeout%3D60000";
            raw["database"]["url"] = format!("{url}{minute}").into();
            raw["limits"] = json!({ "patience_ms": 2000 });
            change(raw);
        })
        .await;
    node.clock.advance_millis(test.app.clock.now().0 - node.clock.now().0);
    node
}

/// People who are about to ask this node for a code, each for a number of their own.
async fn about_to_ask(test: &TestApp, node: &App) -> Vec<(Visitor, String)> {
    let mut people = vec![];
    for n in 0..MANY {
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        person.turns_to(node);
        people.push((person, number(n)));
    }
    people
}

/// What comes of it by then.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, work).await.expect("they are told soon")
}

/// Somebody was told soon, and waits no more.
async fn hears_soon(holder: &Holder, asking: impl Future<Output = Answer>) {
    let told = soon(asking).await;
    assert_eq!(told.status.as_u16(), 503, "{}", told.text);
    assert!(told.text.contains("request.unavailable"), "{}", told.text);
    holder.is_alone().await;
}

/// What all of them hear who ask at once.
async fn hear(people: &mut [(Visitor, String)]) -> Vec<String> {
    let asking =
        people.iter_mut().map(async |(person, phone)| person.asks_code(phone, "SignIn").await);
    soon(join_all(asking)).await.iter().map(Answer::brief).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_while_walks_are_locked_nothing_piles_up_and_a_sign_in_goes_on_afterwards() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::walks")).await else {
        return;
    };
    let url = database.url.clone();
    let test = TestApp::start(database).await;
    let mut waiting = Waiting::for_a_code(&test).await;
    let node = hurried(&test, |_| {}).await;
    let mut people = about_to_ask(&test, &node).await;
    waiting.person.turns_to(&node);
    let before = stored(&test).await;
    let holder = Holder::of("interactions", &url).await;
    assert_eq!(hear(&mut people).await, vec!["503 request.unavailable"; MANY]);
    holder.is_alone().await;
    holder.lets_go().await;
    assert_eq!(stored(&test).await, before, "it cost nobody anything");
    assert_eq!(hear(&mut people[..1]).await, ["200"], "at once");
    waiting.gives().await;
    assert_eq!(test.sim.requests_seen(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_while_users_are_locked_nothing_piles_up() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::users")).await else {
        return;
    };
    let url = database.url.clone();
    let test = TestApp::start(database).await;
    account::opens(&test).await;
    let me = member(&test, "app", "8613800138099", SCOPES).await;
    let csrf = hidden(&me.browser.clone().get("/account/phone").await.text, "csrf");
    // whether a number has an account is asked only where nobody registers
    let only_accounts = |raw: &mut Value| raw["sign_in_experience"]["signInMode"] = "SignIn".into();
    let node = hurried(&test, only_accounts).await;
    let mut people = about_to_ask(&test, &node).await;
    let mut browsers: Vec<_> = people.iter().map(|_| me.browser.clone()).collect();
    for browser in &mut browsers {
        browser.turns_to(&node);
    }
    let sent = test.sim.requests_seen();
    let holder = Holder::of("users", &url).await;
    assert_eq!(hear(&mut people).await, vec!["503 request.unavailable"; MANY]);
    holder.is_alone().await;
    let form = [("csrf", csrf.as_str())];
    let asking =
        browsers.iter_mut().map(async |browser| browser.posts("/account/phone", &form).await);
    for page in soon(join_all(asking)).await {
        let is_told = page.text.contains("data-code=\"request.unavailable\"");
        assert!(page.status.as_u16() == 503 && is_told, "{}", page.text);
    }
    holder.is_alone().await;
    holder.lets_go().await;
    let page = browsers[0].posts("/account/phone", &form).await;
    assert_eq!(page.location(), "/account/phone/confirm", "at once: {}", page.text);
    assert_eq!(hear(&mut people[..1]).await, ["200"]);
    node.work.ended().await;
    assert_eq!(test.sim.requests_seen(), sent + 1, "nobody has the other number");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_while_test_numbers_are_locked_whoever_meets_a_full_budget_hears_it_soon() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::test_numbers")).await else {
        return;
    };
    let url = database.url.clone();
    let test = TestApp::start(database).await;
    // the one budget that refuses them all takes its time on a busy machine
    let change = |raw: &mut Value| raw["limits"] = json!({ "patience_ms": 5000, "budget_hour": 1 });
    let node = hurried(&test, change).await;
    let mut people = about_to_ask(&test, &node).await;
    assert_eq!(hear(&mut people[..1]).await, ["200"], "the message of this hour");
    let full = "429 request.message_rate_limited";
    // each connection knows the statements then, and waits for no lock to learn them
    assert_eq!(hear(&mut people[1..]).await, [full; MANY - 1]);
    // as few as need not wait for a connection: whether a number is a test number is asked when the budget is found full
    let few = &mut people[1..3];
    let holder = Holder::of("test_numbers", &url).await;
    assert_eq!(hear(few).await, ["503 request.unavailable"; 2]);
    soon(node.work.ended()).await;
    holder.is_alone().await;
    holder.lets_go().await;
    assert_eq!(hear(few).await, [full; 2]);
    assert_eq!(test.sim.requests_seen(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_while_walks_are_locked_the_pages_say_it_soon() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::pages")).await else {
        return;
    };
    let url = database.url.clone();
    let test = TestApp::start(database).await;
    let (mut person, form) = at_the_form(&test).await;
    let (mut waiting, _) = at_the_form(&test).await;
    assert_eq!(waiting.asks_code(&number(0), "SignIn").await.brief(), "200");
    let csrf = hidden(&waiting.get("/sign-in/verify").await.text, "csrf");
    test.advance_secs(61);
    let node = hurried(&test, |_| {}).await;
    person.turns_to(&node);
    waiting.turns_to(&node);
    let holder = Holder::of("interactions", &url).await;
    let page = [("accept", "text/html")];
    hears_soon(&holder, person.send_with(Method::POST, "/sign-in", Some(form), &page)).await;
    waiting.reads_html();
    hears_soon(&holder, waiting.posts("/sign-in/resend", &[("csrf", &csrf)])).await;
    holder.lets_go().await;
    assert_eq!(test.sim.requests_seen(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s30_while_codes_or_records_are_locked_accounts_and_programs_hear_it_soon() {
    let Some(database) = Database::postgres(concat!(module_path!(), "::codes")).await else {
        return;
    };
    let url = database.url.clone();
    let (test, robot) = managed(database).await;
    account::opens(&test).await;
    let mine = "8613800138099";
    let me = member(&test, "app", mine, SCOPES).await;
    let mut browser = me.browser.clone();
    sends(&mut browser, "/account/phone", "/account/phone", &[]).await;
    let confirm = "/account/phone/confirm";
    let csrf = hidden(&browser.get(confirm).await.text, "csrf");
    let code = browser.reads_sms(mine);
    let given = sends(&mut browser, confirm, confirm, &[("code", &code)]).await;
    assert_eq!(given.location(), "/account/phone/new", "{}", given.text);
    test.advance_secs(61);
    let sent = test.sim.requests_seen();
    let node = hurried(&test, |_| {}).await;
    let (robot, me) = (robot.of(&node), me.of(&node));
    browser.turns_to(&node);
    let holder = Holder::of("passcodes", &url).await;
    hears_soon(&holder, me.asks(mine)).await;
    hears_soon(&holder, robot.post("/api/verification-codes", json!({ "phone": number(0) }))).await;
    holder.lets_go().await;
    let holder = Holder::of("verification_records", &url).await;
    let form = [("csrf", csrf.as_str()), ("country", "CN"), ("phone", "13800138001")];
    hears_soon(&holder, browser.posts("/account/phone/new", &form)).await;
    hears_soon(&holder, browser.posts("/account/phone/confirm/resend", &form[..1])).await;
    holder.lets_go().await;
    assert_eq!(test.sim.requests_seen(), sent);
}
