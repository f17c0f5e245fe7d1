//! What guessing, bombing and pumping meet, and what honest people do not notice of it.
use axum::http::Method;
use haoma_core::challenge::{self, Challenge};
use haoma_core::time::Timestamp;
use serde_json::{Value, json};

use crate::support::visitor::{Answer, hidden};
use crate::support::{TestApp, Visitor};

const PHONE: &str = "8613800138000";
const SEND: &str = "/api/experience/verification/verification-code";

/// Somebody in the middle of signing in, at an address.
pub(crate) async fn arrived(test: &TestApp, address: &str) -> Visitor {
    let mut person = test.visitor().at(address);
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    person
}

/// The same browser later, when its session is over.
pub(crate) async fn comes_back(test: &TestApp, known: &Visitor) -> Visitor {
    let mut again = test.visitor().at("198.51.100.1");
    again.plants(known, &["__Host-_browser", "_known", "_known.sig"]);
    again.arrives_from("app").await;
    again.begins("SignIn").await;
    again
}

/// The `n`th number of a row.
pub(crate) fn phone(n: usize) -> String {
    format!("86138001{:05}", 38_000 + n)
}

/// Asks for a code as one who has just come; whether it was sent.
pub(crate) async fn asks(test: &TestApp, address: &str, phone: &str) -> Answer {
    arrived(test, address).await.asks_code(phone, "SignIn").await
}

/// The challenge of an answer.
pub(crate) fn challenge(answer: &Answer) -> Challenge {
    let data = &answer.json()["data"];
    Challenge {
        text: data["challenge"].as_str().expect("a challenge").to_owned(),
        difficulty: data["difficulty"].as_i64().unwrap(),
        expires_at: Timestamp(data["expiresAt"].as_i64().unwrap()),
    }
}

async fn asks_with(person: &mut Visitor, phone: &str, text: &str, solution: &str) -> Answer {
    let body = json!({
        "identifier": { "type": "phone", "value": phone }, "interactionEvent": "SignIn",
        "challenge": text, "solution": solution,
    });
    person.request(Method::POST, SEND, Some(body)).await
}

/// Asks, and does the work where a message costs it.
pub(crate) async fn asks_and_works(person: &mut Visitor, phone: &str) -> Answer {
    let answer = person.asks_code(phone, "SignIn").await;
    if answer.brief() != "422 session.captcha_required" {
        return answer;
    }
    let asked = challenge(&answer);
    asks_with(person, phone, &asked.text, &challenge::solve(&asked)).await
}

/// Messages that went out to everybody.
fn sent(test: &TestApp) -> usize {
    test.sim.messages(None, 10_000).len()
}

pub(crate) fn limits(change: Value) -> impl FnOnce(&mut Value) {
    move |raw| {
        let limits = raw["limits"].as_object_mut();
        match (limits, change) {
            (Some(limits), Value::Object(more)) => limits.extend(more),
            (_, change) => raw["limits"] = change,
        }
    }
}

on_both! {
    async fn s20_a_number_gets_five_messages_an_hour_whoever_asks(database: Database) {
        let test = TestApp::start(database).await;
        let mut owner = test.visitor().at("198.51.100.1");
        owner.signs_in("app", PHONE, "Register").await;
        for (n, wanted) in ["200", "200", "422 session.captcha_required"].into_iter().enumerate() {
            test.advance_secs(300);
            let mut stranger = test.visitor().at(&format!("203.0.{n}.7"));
            stranger.arrives_from("other").await;
            stranger.begins("Register").await;
            assert_eq!(stranger.asks_code(PHONE, "Register").await.brief(), wanted, "{n}");
        }
        let mut worker = arrived(&test, "203.0.9.7").await;
        assert_eq!(asks_and_works(&mut worker, PHONE).await.brief(), "200");
        test.advance_secs(300);
        let refused = asks_and_works(&mut arrived(&test, "203.0.10.7").await, PHONE).await;
        assert_eq!(refused.brief(), "429 request.message_rate_limited", "{}", refused.text);
        assert_eq!(refused.json()["data"]["limit"], "number");
        assert_eq!(comes_back(&test, &owner).await.asks_code(PHONE, "SignIn").await.brief(), "200");
        test.advance_secs(300);
        let refused = comes_back(&test, &owner).await.asks_code(PHONE, "SignIn").await;
        assert_eq!(refused.brief(), "429 request.message_rate_limited");
        assert_eq!(test.visitor().messages(PHONE), 5);
    }

    async fn s22_one_address_gets_ten_messages_for_nothing_and_twenty_at_all(database: Database) {
        let test = TestApp::start(database).await;
        for n in 0..10 {
            assert_eq!(asks(&test, "203.0.113.7", &phone(n)).await.brief(), "200", "{n}");
        }
        let asked = asks(&test, "203.0.113.7", &phone(10)).await;
        assert_eq!(asked.brief(), "422 session.captcha_required", "{}", asked.text);
        for n in 10..20 {
            let mut worker = arrived(&test, "203.0.113.7").await;
            assert_eq!(asks_and_works(&mut worker, &phone(n)).await.brief(), "200", "{n}");
        }
        let mut worker = arrived(&test, "203.0.113.7").await;
        let refused = asks_and_works(&mut worker, &phone(20)).await;
        assert_eq!(refused.brief(), "429 request.message_rate_limited");
        assert_eq!(refused.json()["data"]["limit"], "address");
        assert_eq!(asks(&test, "198.51.100.7", &phone(20)).await.brief(), "200", "others go on");
        assert_eq!(sent(&test), 21);
    }

    async fn s22_rotating_within_a_64_is_one_address(database: Database) {
        let test = TestApp::start(database).await;
        for n in 0..10 {
            assert_eq!(asks(&test, &format!("2001:db8:1:1::{n}"), &phone(n)).await.brief(), "200");
        }
        let next = asks(&test, "2001:db8:1:1:ffff::1", &phone(10)).await;
        assert_eq!(next.brief(), "422 session.captcha_required");
    }

    async fn an_address_whose_codes_are_verified_is_never_in_the_way(database: Database) {
        let test = TestApp::start(database).await;
        for n in 0..40 {
            let mut person = test.visitor().at("203.0.113.7");
            person.proves("app", &phone(n), "SignIn").await;
        }
        assert_eq!(sent(&test), 40);
    }

    async fn s25_an_address_texts_three_countries_a_day_besides_its_own(database: Database) {
        let countries = ["CN", "HK", "MO", "TW", "SG", "JP"];
        let test = TestApp::start_with(database, |_| {}, |raw| {
            raw["sign_in_experience"]["phoneRegions"] = json!({ "allowed": countries, "default": "CN" });
        }).await;
        let numbers = ["85251234567", "85366123456", "886912345678", "6581234567"];
        for (n, number) in numbers.iter().enumerate() {
            let answer = asks(&test, "203.0.113.7", number).await;
            let wanted = if n < 3 { "200" } else { "422 session.captcha_required" };
            assert_eq!(answer.brief(), wanted, "{number}: {}", answer.text);
        }
        test.advance_secs(61);
        assert_eq!(asks(&test, "203.0.113.7", "85251234567").await.brief(), "200", "it is one of the three");
        assert_eq!(asks(&test, "203.0.113.7", PHONE).await.brief(), "200", "home does not count");
    }

    async fn s27_a_budget_is_never_exceeded_and_its_last_fifth_is_for_people_who_are_known(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "budget_hour": 10 }))).await;
        let mut known = test.visitor().at("198.51.100.1");
        known.signs_in("app", PHONE, "Register").await;
        test.advance_secs(61);
        for n in 1..6 {
            assert_eq!(asks(&test, &format!("203.0.113.{n}"), &phone(n)).await.brief(), "200", "{n}");
        }
        let mut workers = 0;
        for n in 6..20 {
            let mut worker = arrived(&test, &format!("203.0.113.{n}")).await;
            workers += usize::from(asks_and_works(&mut worker, &phone(n)).await.brief() == "200");
        }
        assert_eq!(workers, 2, "the fourth fifth costs work");
        let mut known = comes_back(&test, &known).await;
        assert_eq!(known.asks_code(PHONE, "SignIn").await.brief(), "200");
        assert!(sent(&test) <= 10, "{}", sent(&test));
    }

    async fn s27_what_messages_cost_is_a_budget_too(database: Database) {
        let test = TestApp::start_with(database, |_| {}, |raw| {
            limits(json!({ "money_day": 1_000 }))(raw);
            raw["prices"] = json!({ "CN": 0.05 });
        }).await;
        assert_eq!(asks(&test, "203.0.113.1", &phone(1)).await.brief(), "200");
        let second = asks(&test, "203.0.113.2", &phone(2)).await;
        assert_eq!(second.brief(), "429 request.message_rate_limited", "{}", second.text);
        assert_eq!(second.json()["data"]["limit"], "money_day");
    }

    async fn s34_whoever_bombs_a_number_leaves_its_owner_their_messages(database: Database) {
        let test = TestApp::start(database).await;
        let mut owner = test.visitor().at("198.51.100.1");
        owner.signs_in("app", PHONE, "Register").await;
        test.advance_secs(24 * 3600);
        let mut bombs = 0;
        for n in 0..60 {
            test.advance_secs(300);
            let mut bomber = arrived(&test, &format!("203.0.{n}.7")).await;
            bombs += usize::from(asks_and_works(&mut bomber, PHONE).await.brief() == "200");
        }
        assert_eq!(bombs, 5, "four fifths of five at once, and the one that left in four hours");
        let mut owner = comes_back(&test, &owner).await;
        let sent = owner.asks_code(PHONE, "SignIn").await;
        assert_eq!(sent.brief(), "200", "{}", sent.text);
        let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
        let code = owner.reads_sms(PHONE);
        assert_eq!(owner.gives_code(PHONE, &id, &code).await.brief(), "200");
    }

    async fn s34_s35_guesses_of_strangers_run_out_and_keep_nobody_out_who_is_known(database: Database) {
        let test = TestApp::start(database).await;
        let mut owner = test.visitor().at("198.51.100.1");
        owner.signs_in("app", PHONE, "Register").await;
        test.advance_secs(24 * 3600);
        let (mut judged, mut blocked) = (0, 0);
        for n in 0..5 {
            test.advance_secs(301);
            let mut guesser = arrived(&test, &format!("203.0.{n}.7")).await;
            let sent = asks_and_works(&mut guesser, PHONE).await;
            if sent.brief() != "200" {
                continue;
            }
            let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
            let right = guesser.reads_sms(PHONE);
            let wrong = if right == "000000" { "000001" } else { "000000" };
            for _ in 0..5 {
                match guesser.gives_code(PHONE, &id, wrong).await.brief().as_str() {
                    "400 verification_code.code_mismatch" => judged += 1,
                    "400 session.verification_blocked_too_many_attempts" => blocked += 1,
                    other => panic!("{other}"),
                }
            }
            let late = guesser.gives_code(PHONE, &id, &right).await.brief();
            assert!(judged < 7 || late != "200", "nor is a right one judged: {late}");
        }
        assert_eq!(judged, 7, "three quarters of nine");
        assert!(blocked > 0);
        let mut owner = comes_back(&test, &owner).await;
        let sent = owner.asks_code(PHONE, "SignIn").await;
        assert_eq!(sent.brief(), "200", "{}", sent.text);
        let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
        let code = owner.reads_sms(PHONE);
        assert_eq!(owner.gives_code(PHONE, &id, &code).await.brief(), "200");
    }

    async fn s35_wrong_codes_in_a_row_end_at_a_hundred_until_a_right_one(database: Database) {
        let test = TestApp::start_with(database, |_| {}, |raw| {
            raw["guesses"] = json!({ "per_number_hour": 0, "per_number_day": 0, "per_number_in_a_row": 5 });
        }).await;
        let mut owner = test.visitor().at("198.51.100.1");
        owner.signs_in("app", PHONE, "Register").await;
        test.advance_secs(61);
        let guess = async |mut person: Visitor, right: bool| {
            let sent = person.asks_code(PHONE, "SignIn").await;
            assert_eq!(sent.brief(), "200", "{}", sent.text);
            let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
            let code = person.reads_sms(PHONE);
            let wrong = if code == "000000" { "000001" } else { "000000" };
            let mut answers = vec![];
            for _ in 0..if right { 1 } else { 5 } {
                let typed = if right { code.as_str() } else { wrong };
                // the wait between wrong ones is another promise
                test.advance_secs(31);
                let answer = person.gives_code(PHONE, &id, typed).await;
                let is_blocked = answer.json()["data"]["limit"] == "guesses_in_a_row";
                assert!(!is_blocked || answer.json().get("resend_at").is_none(), "no time ends it");
                answers.push(answer.brief());
            }
            answers.pop().unwrap()
        };
        let stranger = async || arrived(&test, "203.0.113.7").await;
        let blocked = "400 session.verification_blocked_too_many_attempts";
        assert_eq!(guess(stranger().await, false).await, blocked, "the fifth is kept for the owner");
        test.advance_secs(100 * 24 * 3600);
        assert_eq!(guess(stranger().await, true).await, blocked, "no time ends it");
        test.advance_secs(61);
        assert_eq!(guess(comes_back(&test, &owner).await, true).await, "200", "a browser that is known proves it anew");
        test.advance_secs(24 * 3600);
        assert_eq!(guess(stranger().await, true).await, "200");
    }

    async fn s35_after_three_wrong_codes_a_network_waits_and_a_right_one_ends_it(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = arrived(&test, "203.0.113.7").await;
        for round in [0, 1] {
            let sent = asks_and_works(&mut person, PHONE).await;
            assert_eq!(sent.brief(), "200", "{}", sent.text);
            let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
            let right = person.reads_sms(PHONE);
            let wrong = if right == "000000" { "000001" } else { "000000" };
            for _ in 0..3 {
                test.advance_secs(5);
                let judged = person.gives_code(PHONE, &id, wrong).await;
                assert_eq!(judged.brief(), "400 verification_code.code_mismatch", "{round}: {}", judged.text);
            }
            for secs in [30, 1] {
                let waits = person.gives_code(PHONE, &id, &right).await;
                assert_eq!(waits.brief(), "400 session.verification_blocked_too_many_attempts", "{}", waits.text);
                let told = waits.json();
                assert_eq!(told["data"]["limit"], "guesses_network");
                let wait = told["resend_at"].as_i64().unwrap() - told["server_now"].as_i64().unwrap();
                assert_eq!(wait, secs * 1000, "after the last wrong one, whoever asks meanwhile");
                test.advance_secs(if secs == 30 { 29 } else { 1 });
            }
            assert_eq!(person.gives_code(PHONE, &id, &right).await.brief(), "200");
            test.advance_secs(61);
            person = arrived(&test, "203.0.113.7").await;
        }
    }

    async fn s36_a_challenge_is_worth_one_message(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_address_day": 4, "cooldown_secs": [0, 0, 0] }))).await;
        for n in 1..3 {
            assert_eq!(asks(&test, "203.0.113.7", &phone(n)).await.brief(), "200");
        }
        let mut person = arrived(&test, "203.0.113.7").await;
        let asked = challenge(&person.asks_code(PHONE, "SignIn").await);
        let solution = challenge::solve(&asked);
        for (text, solution) in [(asked.text.as_str(), "0"), ("", "0"), ("15.1.x", "0")] {
            let refused = asks_with(&mut person, PHONE, text, solution).await;
            assert_eq!(refused.brief(), "422 session.captcha_failed", "{text} {solution}");
        }
        let other = asks_with(&mut person, &phone(3), &asked.text, &solution).await;
        assert_eq!(other.brief(), "422 session.captcha_failed", "it is for one number");
        assert_eq!(asks_with(&mut person, PHONE, &asked.text, &solution).await.brief(), "200");
        let again = asks_with(&mut person, PHONE, &asked.text, &solution).await;
        assert_eq!(again.brief(), "422 session.captcha_failed", "and for one message");
        let mut elsewhere = arrived(&test, "203.0.113.7").await;
        let asked = challenge(&elsewhere.asks_code(PHONE, "SignIn").await);
        let solution = challenge::solve(&asked);
        test.advance_secs(300);
        let late = asks_with(&mut elsewhere, PHONE, &asked.text, &solution).await;
        assert_eq!(late.brief(), "422 session.captcha_failed", "and for five minutes");
        assert_ne!(challenge(&late).text, asked.text, "there is always a new one");
    }

    async fn s37_who_fails_gets_what_is_due_no_easier_and_no_harder(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_address_day": 4 }))).await;
        for n in 1..3 {
            assert_eq!(asks(&test, "203.0.113.7", &phone(n)).await.brief(), "200");
        }
        let mut person = arrived(&test, "203.0.113.7").await;
        let asked = challenge(&person.asks_code(PHONE, "SignIn").await);
        let (text, solution) = (asked.text.as_str(), challenge::solve(&asked));
        test.advance_secs(300);
        for (text, solution) in [("x", "0"), (text, "0"), (text, solution.as_str())] {
            let refused = asks_with(&mut person, PHONE, text, solution).await;
            assert_eq!(refused.brief(), "422 session.captcha_failed");
            assert_eq!(challenge(&refused).difficulty, asked.difficulty, "{text}");
        }
        test.advance_secs(86_400);
        let mut later = arrived(&test, "203.0.113.7").await;
        assert_eq!(asks_with(&mut later, PHONE, "x", "0").await.brief(), "200", "nothing is due any more");
    }

    async fn a_code_is_credited_where_it_was_asked_for_and_nowhere_else(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_address_day": 2 }))).await;
        let (home, elsewhere) = ("203.0.113.7", "198.51.100.7");
        assert_eq!(asks(&test, elsewhere, &phone(10)).await.brief(), "200", "the only one without work");
        for n in 0..3 {
            // asked for at home, entered on the way
            let mut person = arrived(&test, home).await;
            let sent = person.asks_code(&phone(n), "SignIn").await;
            assert_eq!(sent.brief(), "200", "{n}: home is free again");
            let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
            let code = person.reads_sms(&phone(n));
            assert_eq!(person.at(elsewhere).gives_code(&phone(n), &id, &code).await.brief(), "200");
        }
        assert_eq!(asks(&test, elsewhere, &phone(11)).await.brief(), "422 session.captcha_required", "nothing was made there");
    }

    async fn s28_another_use_is_no_second_breaker(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_country_unverified": 4 }))).await;
        for (n, event) in ["SignIn", "Register", "Register"].into_iter().enumerate() {
            let mut bot = arrived(&test, &format!("203.0.{n}.7")).await;
            let wanted = if n < 2 { "200" } else { "422 session.captcha_required" };
            assert_eq!(bot.asks_code(&phone(n), event).await.brief(), wanted, "{n}");
        }
    }

    async fn a_page_asks_for_the_work_and_goes_on_where_it_was(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_address_day": 2 }))).await;
        assert_eq!(asks(&test, "203.0.113.7", &phone(1)).await.brief(), "200");
        let mut person = test.visitor().at("203.0.113.7");
        person.arrives_from("app").await;
        let page = person.get("/sign-in").await;
        let csrf = hidden(&page.text, "csrf");
        let form = [("csrf", csrf.as_str()), ("phone", "13800138000"), ("country", "CN"), ("agree", "yes")];
        let page = person.posts("/sign-in", &form).await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.text.contains("data-form=\"task\"") && page.text.contains("<noscript>"), "{}", page.text);
        let asked = Challenge {
            text: hidden(&page.text, "challenge"),
            difficulty: page.text.split("data-difficulty=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap(),
            expires_at: Timestamp(0),
        };
        let solution = challenge::solve(&asked);
        let mut again: Vec<_> = ["csrf", "phone", "country", "agree"].map(|name| (name, hidden(&page.text, name))).into();
        again.extend([("challenge", asked.text), ("solution", solution)]);
        let fields: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(person.posts("/sign-in", &fields).await.location(), "/sign-in/verify");
        assert_eq!(person.messages(PHONE), 1);
    }

    async fn a_code_whose_message_did_not_go_out_takes_no_guess(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = arrived(&test, "203.0.113.7").await;
        let (code, message, status) = ("isv.ACCOUNT_ABNORMAL".to_owned(), None, None);
        test.sim.add_fault(aliyun_sms_sim::Fault::always(aliyun_sms_sim::FaultKind::Code { code, message, status }));
        assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "400 connector.general");
        let told = person.get("/api/experience/interaction").await.json();
        assert_eq!(told["verificationRecords"], json!([]));
        let codes = test.app.db.read("SELECT COUNT(*) FROM passcodes", vec![]).await.unwrap();
        assert_eq!(codes[0].int(0).unwrap(), 0, "nobody can guess what nobody was sent");
    }

    async fn limits_hold_for_whoever_answers(database: Database) {
        let test = TestApp::start(database).await;
        for n in 0..10 {
            asks(&test, "203.0.113.7", &phone(n)).await;
        }
        let node = test.second_node().await;
        let mut person = Visitor::new(haoma::routes::router(node), test.sim.clone()).at("203.0.113.7");
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        assert_eq!(person.asks_code(&phone(10), "SignIn").await.brief(), "422 session.captcha_required");
    }

    async fn s31_one_wrong_code_for_each_of_many_numbers_is_an_alarm(database: Database) {
        let test = TestApp::start(database).await;
        for n in 0..20 {
            let mut sprayer = arrived(&test, &format!("203.0.{n}.7")).await;
            let sent = sprayer.asks_code(&phone(n), "SignIn").await;
            let id = sent.json()["verificationId"].as_str().unwrap().to_owned();
            let wrong = if sprayer.reads_sms(&phone(n)) == "123456" { "654321" } else { "123456" };
            assert_eq!(alarms(&test).await, Vec::<String>::new(), "{n}");
            sprayer.gives_code(&phone(n), &id, wrong).await;
        }
        assert_eq!(alarms(&test).await, ["Alarm.WrongCodes"]);
        assert_eq!(alarms(&test).await, ["Alarm.WrongCodes"], "once");
        test.advance_secs(3601);
        assert_eq!(alarms(&test).await, ["Alarm.WrongCodes"], "and it is over");
    }

    async fn s28_a_country_in_which_messages_cost_work_is_an_alarm(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "per_country_unverified": 4 }))).await;
        let mut told = vec![];
        for n in 0..3 {
            asks_and_works(&mut arrived(&test, &format!("203.0.{n}.7")).await, &phone(n)).await;
            told.push(alarms(&test).await);
        }
        assert_eq!(told, [vec![], vec!["Alarm.Country".to_owned()], vec!["Alarm.Country".to_owned()]]);
    }

    async fn s27_a_budget_is_told_of_once_at_every_step(database: Database) {
        let test = TestApp::start_with(database, |_| {}, limits(json!({ "budget_hour": 4 }))).await;
        let mut told = vec![];
        for n in 0..6 {
            let mut worker = arrived(&test, &format!("203.0.{n}.7")).await;
            asks_and_works(&mut worker, &phone(n)).await;
            told.push(alarms(&test).await.len());
        }
        assert_eq!(told, [0, 1, 1, 2, 2, 2], "at a half, and when it is used up");
    }
}

/// Looks, and names every alarm so far.
async fn alarms(test: &TestApp) -> Vec<String> {
    haoma::watch::run(&test.app).await.unwrap();
    let sql = "SELECT key FROM audit_events WHERE key LIKE 'Alarm.%' ORDER BY id";
    let rows = test.app.db.read(sql, vec![]).await.unwrap();
    rows.iter().map(|row| row.text(0).unwrap()).collect()
}
