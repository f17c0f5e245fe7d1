//! Where only accounts may sign in, whoever asks for a number hears the same whether it has one (security statement 32): two people do the
//! same at the same moments, one with a number that has an account, and what they see is compared word for word.
use std::collections::BTreeSet;

use aliyun_sms_sim::{Fault, FaultKind};
use axum::http::Method;
use haoma_core::challenge::{self, Challenge};
use haoma_core::time::Timestamp;
use haoma_store::messages::{self, Settlement, Status};
use haoma_store::{Step, users};
use serde_json::{Value, json};

use crate::captcha;
use crate::support::visitor::{Answer, hidden};
use crate::support::{Database, TestApp, Visitor, people};

/// Two numbers that look the same where they are masked; the first has an account.
const PHONES: [&str; 2] = ["8613800138000", "8613811138000"];
/// Somebody else, who has an account as well.
const OWN: &str = "8613900139000";

/// Somebody with one of the numbers.
struct Side {
    phone: &'static str,
    person: Visitor,
    /// The newest verification.
    id: String,
    csrf: String,
    /// How often they went elsewhere.
    moves: u8,
}

/// Both, and what they did so far.
struct Pair<'a> {
    test: &'a TestApp,
    sides: [Side; 2],
    done: BTreeSet<String>,
}

impl Side {
    fn of(test: &TestApp, phone: &'static str) -> Self {
        // from places that count for themselves
        let address = if phone == PHONES[0] { "203.0.113.7" } else { "198.51.100.7" };
        let person = test.visitor().at(address);
        Self { phone, person, id: "none".to_owned(), csrf: String::new(), moves: 0 }
    }

    fn national(&self) -> &'static str {
        self.phone.strip_prefix("86").unwrap()
    }

    async fn arrives(&mut self) -> Answer {
        self.person.arrives_from("app").await;
        self.person.begins("SignIn").await
    }

    async fn asks(&mut self, event: &str) -> Answer {
        let answer = self.person.asks_code(self.phone, event).await;
        if let Some(id) = answer.json()["verificationId"].as_str() {
            id.clone_into(&mut self.id);
        }
        answer
    }

    /// Asks, and has the device work where that is asked for.
    async fn works(&mut self) -> Answer {
        let asked = self.asks("SignIn").await;
        let data = &asked.json()["data"];
        let (Some(text), Some(difficulty)) =
            (data["challenge"].as_str(), data["difficulty"].as_i64())
        else {
            return asked;
        };
        let work = Challenge { text: text.to_owned(), difficulty, expires_at: Timestamp(0) };
        let body = json!({
            "identifier": { "type": "phone", "value": self.phone }, "interactionEvent": "SignIn",
            "challenge": work.text, "solution": challenge::solve(&work),
        });
        self.person
            .request(Method::POST, "/api/experience/verification/verification-code", Some(body))
            .await
    }

    async fn guesses(&mut self) -> Answer {
        self.person.gives_code(self.phone, &self.id, "000000").await
    }

    /// Goes where nobody guessed yet.
    async fn goes_elsewhere(&mut self) -> Answer {
        let network = if self.phone == PHONES[0] { "203.0" } else { "198.51" };
        self.moves += 1;
        self.person = self.person.clone().at(&format!("{network}.{}.7", self.moves));
        self.sees("/api/experience/interaction").await
    }

    async fn profile(&mut self) -> Answer {
        let body = json!({ "type": "phone", "verificationId": self.id });
        self.person.request(Method::POST, "/api/experience/profile", Some(body)).await
    }

    async fn sees(&mut self, path: &str) -> Answer {
        let page = self.person.get(path).await;
        if page.text.contains("name=\"csrf\"") {
            self.csrf = hidden(&page.text, "csrf");
        }
        page
    }

    async fn types_number(&mut self) -> Answer {
        let national = self.national();
        let form = [
            ("csrf", self.csrf.as_str()),
            ("country", "CN"),
            ("phone", national),
            ("agree", "yes"),
        ];
        self.person.posts("/sign-in", &form).await
    }

    async fn types_code(&mut self) -> Answer {
        let form = [("csrf", self.csrf.as_str()), ("code", "000000")];
        self.person.posts("/sign-in/verify", &form).await
    }

    async fn wants_another(&mut self) -> Answer {
        self.person.posts("/sign-in/resend", &[("csrf", self.csrf.as_str())]).await
    }

    /// All of an answer but what is by chance: status, headers, body.
    fn seen(&self, answer: &Answer) -> String {
        let mut lines = vec![answer.status.to_string()];
        let headers = answer.headers.iter();
        lines.extend(headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())));
        lines.push(answer.text.clone());
        let text =
            lines.join("\n").replace(self.phone, "number").replace(self.national(), "number");
        without_chance(&text)
    }
}

/// The same without ids, nonces and signatures: long words of which some letters are large, or with a digit among the letters.
fn without_chance(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+' | '/');
    let by_chance = |word: &str| {
        let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
        let is_mixed = has(char::is_ascii_uppercase) || has(char::is_ascii_digit);
        word.len() >= 16 && has(char::is_ascii_lowercase) && is_mixed
    };
    let mut seen = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end.max(c.len_utf8()));
        seen.push_str(if by_chance(word) { "…" } else { word });
        rest = after;
    }
    seen
}

impl<'a> Pair<'a> {
    fn of(test: &'a TestApp) -> Self {
        Self { test, sides: PHONES.map(|phone| Side::of(test, phone)), done: BTreeSet::new() }
    }

    /// Both do it, and what became of their messages is known after it.
    async fn both(&mut self, what: &str, step: impl AsyncFn(&mut Side) -> Answer) {
        let [known, unknown] = &mut self.sides;
        let answers = [step(known).await, step(unknown).await];
        let [with, without] = [known.seen(&answers[0]), unknown.seen(&answers[1])];
        assert_eq!(with, without, "{what}");
        self.done.insert(answers[0].brief());
        self.test.app.work.ended().await;
    }

    /// Time passes, and the server does what it does meanwhile.
    async fn waits(&self, secs: i64) {
        self.test.advance_secs(secs);
        haoma::reconcile::run(&self.test.app).await.unwrap();
    }

    /// Both come again, without cookies.
    fn come_again(&mut self) {
        let test = self.test;
        self.sides = PHONES.map(|phone| Side::of(test, phone));
    }
}

async fn with_accounts(database: Database, change: impl FnOnce(&mut Value)) -> TestApp {
    let change = |raw: &mut Value| {
        raw["sign_in_experience"]["signInMode"] = "SignIn".into();
        change(raw);
    };
    let test = TestApp::start_with(database, |_| {}, change).await;
    for phone in [PHONES[0], OWN] {
        assert!(users::create(&test.app.db, &people::user(&test, Some(phone))).await.unwrap());
    }
    test
}

/// Every way a message can end for the number that gets one.
fn faults() -> Vec<Option<FaultKind>> {
    let code =
        |code: &str| Some(FaultKind::Code { code: code.to_owned(), message: None, status: None });
    vec![
        None,
        code("isv.MOBILE_NUMBER_ILLEGAL"),
        code("isv.ACCOUNT_ABNORMAL"),
        Some(FaultKind::Code {
            code: "isv.BUSINESS_LIMIT_CONTROL".to_owned(),
            message: Some("触发小时级流控Permits:5".to_owned()),
            status: None,
        }),
        Some(FaultKind::AcceptThenDrop),
        Some(FaultKind::Status { status: 503 }),
        Some(FaultKind::RefuseConnection),
    ]
}

/// The operator says that it lost what the provider took.
async fn loses_messages(test: &TestApp) {
    let rows = test
        .app
        .db
        .read("SELECT id FROM messages WHERE status = 'accepted'", vec![])
        .await
        .unwrap();
    for row in rows {
        let settlement = Settlement {
            id: row.parse(0, haoma_core::ids::MessageId::parse).unwrap(),
            status: Status::Undelivered,
            provider_message_id: None,
            provider_code: Some("MOBILE_NOT_ON_SERVICE".to_owned()),
            provider_request_id: None,
            at: test.app.clock.now(),
        };
        assert!(messages::settle(&test.app.db, &settlement, None).await.unwrap());
    }
}

/// Everything a program can do with a number that is not its own, in so many walks.
async fn walks(pair: &mut Pair<'_>, many: usize) {
    for _walk in 0..many {
        pair.come_again();
        pair.both("arrives", async |side| side.arrives().await).await;
        pair.both("asks", async |side| side.asks("SignIn").await).await;
        pair.both("looks", async |side| side.sees("/api/experience/interaction").await).await;
        pair.both("asks too early", async |side| side.asks("SignIn").await).await;
        pair.both("asks as if new", async |side| side.asks("Register").await).await;
        for _guess in 0..2 {
            pair.both("guesses", async |side| side.guesses().await).await;
        }
        pair.waits(61).await;
        loses_messages(pair.test).await;
        pair.both("looks when it is lost", async |side| {
            side.sees("/api/experience/interaction").await
        })
        .await;
        pair.both("asks again", async |side| side.asks("SignIn").await).await;
        for _guess in 0..2 {
            pair.both("guesses again", async |side| side.guesses().await).await;
        }
        pair.both("goes elsewhere", async |side| side.goes_elsewhere().await).await;
        for _guess in 0..4 {
            pair.both("guesses there", async |side| side.guesses().await).await;
        }
        pair.both("identifies", async |side| side.person.identifies(&side.id.clone()).await).await;
        pair.both("keeps the number", async |side| side.profile().await).await;
        pair.both("submits", async |side| side.person.submits().await).await;
        pair.both("switches", async |side| side.person.switches("Register").await).await;
        pair.both("begins as new", async |side| side.person.begins("Register").await).await;
        pair.both("identifies as new", async |side| side.person.identifies(&side.id.clone()).await)
            .await;
        pair.waits(301).await;
        pair.both("guesses late", async |side| side.guesses().await).await;
        pair.both("asks after its end", async |side| side.asks("Register").await).await;
        pair.waits(601).await;
        pair.both("goes on", async |side| side.goes_elsewhere().await).await;
        pair.both("guesses when it is old", async |side| side.guesses().await).await;
        pair.both("asks once more", async |side| side.asks("SignIn").await).await;
        pair.both("looks at last", async |side| side.sees("/api/experience/interaction").await)
            .await;
    }
}

/// The same on the pages.
async fn pages(pair: &mut Pair<'_>, many: usize) {
    for _walk in 0..many {
        pair.come_again();
        pair.both("arrives", async |side| side.arrives().await).await;
        pair.both("opens", async |side| side.sees("/sign-in").await).await;
        pair.both("types the number", async |side| side.types_number().await).await;
        pair.both("sees", async |side| side.sees("/sign-in/verify").await).await;
        pair.both("types it again", async |side| side.types_number().await).await;
        pair.both("wants another too early", async |side| side.wants_another().await).await;
        pair.both("types a code", async |side| side.types_code().await).await;
        pair.waits(61).await;
        loses_messages(pair.test).await;
        pair.both("sees when it is lost", async |side| side.sees("/sign-in/verify").await).await;
        pair.both("wants another", async |side| side.wants_another().await).await;
        pair.both("sees it", async |side| side.sees("/sign-in/verify?note=again").await).await;
        for _guess in 0..5 {
            pair.both("types codes", async |side| side.types_code().await).await;
        }
        pair.waits(301).await;
        pair.both("types one late", async |side| side.types_code().await).await;
        pair.both("wants one after its end", async |side| side.wants_another().await).await;
        pair.both("sees at last", async |side| side.sees("/sign-in/verify").await).await;
    }
}

/// What was answered, however the message ended that one of the numbers gets.
async fn answers(test: &TestApp, goes: impl AsyncFn(&mut Pair<'_>, usize)) -> BTreeSet<String> {
    let mut done = BTreeSet::new();
    for fault in faults() {
        // where it came, until the counters of numbers are full
        let many = if fault.is_none() { 3 } else { 1 };
        test.sim.clear_faults();
        if let Some(kind) = fault {
            test.sim.add_fault(Fault::always(kind));
        }
        let mut pair = Pair::of(test);
        goes(&mut pair, many).await;
        done.append(&mut pair.done);
        test.advance_secs(3 * 24 * 3600);
    }
    assert!(test.sim.requests_seen() > 10, "one of the numbers is texted");
    assert_eq!(test.sim.messages(Some(PHONES[1]), 10).len(), 0, "and the other is not");
    done
}

/// Somebody who has an account: for them, what comes of a message is no secret.
async fn member(test: &TestApp) -> Visitor {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let sent = person.asks_code(OWN, "SignIn").await.json();
    test.app.work.ended().await;
    let (id, code) = (sent["verificationId"].as_str().unwrap(), person.reads_sms(OWN));
    assert_eq!(person.gives_code(OWN, id, &code).await.brief(), "200");
    assert_eq!(person.identifies(id).await.brief(), "204");
    person
}

fn advance_millis(test: &TestApp, millis: i64) {
    test.app.clock.advance_millis(millis);
    test.sim.advance_ms(millis);
}

on_both! {
    async fn s32_a_program_hears_the_same_whether_or_not_a_number_has_an_account(database: Database) {
        let test = with_accounts(database, |_raw| {}).await;
        let done = answers(&test, walks).await;
        for code in [
            "200", "400 verification_code.code_mismatch", "400 verification_code.exceed_max_try", "400 verification_code.expired",
            "429 request.message_rate_limited", "429 session.too_many_messages", "422 session.captcha_required", "400 session.verification_blocked_too_many_attempts",
        ] {
            assert!(done.contains(code), "{code} is not among {done:?}");
        }
    }

    async fn s32_the_pages_say_the_same_whether_or_not_a_number_has_an_account(database: Database) {
        let test = with_accounts(database, |_raw| {}).await;
        let done = answers(&test, pages).await;
        for status in ["200", "303", "400", "429"] {
            assert!(done.contains(status), "{status} is not among {done:?}");
        }
    }

    async fn s32_a_locked_account_is_none_until_a_code_is_right(database: Database) {
        let test = with_accounts(database, |_raw| {}).await;
        let lock = Step::new("UPDATE users SET is_locked = TRUE", vec![]).must_change();
        test.app.db.write(lock).await.unwrap();
        let mut pair = Pair::of(&test);
        walks(&mut pair, 1).await;
        test.advance_secs(24 * 3600);
        pages(&mut pair, 1).await;
    }

    async fn s32_what_a_full_place_costs_is_the_same_whether_or_not_a_number_has_an_account(database: Database) {
        let test = with_accounts(database, captcha::configured).await;
        let mut pair = Pair::of(&test);
        for _walk in 0..2 {
            pair.come_again();
            pair.both("arrives", async |side| side.arrives().await).await;
            for _message in 0..2 {
                pair.both("asks", async |side| side.asks("SignIn").await).await;
                pair.both("works", async |side| side.works().await).await;
                pair.waits(121).await;
            }
            pair.both("opens", async |side| side.sees("/sign-in").await).await;
            pair.both("types the number", async |side| side.types_number().await).await;
            pair.waits(3600).await;
        }
        assert!(pair.done.contains(captcha::ASKED) && pair.done.contains("422"), "{:?}", pair.done);
        pair.both("arrives", async |side| side.arrives().await).await;
        let asked = pair.sides[0].asks("SignIn").await;
        assert!(asked.json()["data"]["captcha"].is_object(), "in the end only a captcha helps: {}", asked.text);
    }

    async fn s32_the_providers_minute_does_not_tell_whether_a_number_was_texted(database: Database) {
        let test = with_accounts(database, |_raw| {}).await;
        for phone in PHONES {
            let mut member = member(&test).await;
            // the end of one of its minutes
            advance_millis(&test, (59_900 - test.app.clock.now().0).rem_euclid(60_000));
            let mut stranger = test.visitor();
            stranger.arrives_from("app").await;
            stranger.begins("SignIn").await;
            let asked = stranger.asks_code(phone, "SignIn").await;
            assert_eq!(asked.brief(), "200", "{}", asked.text);
            // it leaves in the next
            test.sim.advance_ms(300);
            test.app.work.ended().await;
            let wait = asked.json()["resend_at"].as_i64().unwrap() - test.app.clock.now().0;
            test.app.clock.advance_millis(wait - 1);
            test.sim.advance_ms(wait - 301);
            let early = member.asks_code(phone, "SignIn").await;
            assert_eq!(early.brief(), "429 request.message_rate_limited", "{phone}: {}", early.text);
            assert_eq!(early.json()["resend_at"], asked.json()["resend_at"], "{phone}");
            advance_millis(&test, 1);
            let heard = member.asks_code(phone, "SignIn").await;
            assert_eq!(heard.brief(), "200", "{phone}: {}", heard.text);
            advance_millis(&test, 60_000);
        }
    }
}
