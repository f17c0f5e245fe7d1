//! What the road of a message promises to the person whose number it is, and to whoever pays.
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use aliyun_sms_sim::{Fault, FaultKind};
use haoma_store::users;
use haoma_store::{Db, Step};
use serde_json::Value;

use crate::support::visitor::hidden;
use crate::support::{TestApp, Visitor, people};

const PHONE: &str = "8613800138000";
const CODE_PAGE: &str = "/sign-in/verify";

async fn arrived(test: &TestApp) -> Visitor {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    person
}

fn provider_says(test: &TestApp, code: &str) {
    let (code, message, status) = (code.to_owned(), None, None);
    test.sim.add_fault(Fault::always(FaultKind::Code { code, message, status }));
}

async fn count(db: &Db, sql: &'static str) -> i64 {
    db.read(sql, vec![]).await.unwrap()[0].int(0).unwrap()
}

/// Somebody has this number.
async fn has_account(test: &TestApp, digits: &str) {
    let user = people::user(test, Some(digits));
    assert!(users::create(&test.app.db, &user).await.unwrap());
}

/// Until what became of every message is known.
async fn settles(db: &Db) {
    let settled = async {
        while count(db, "SELECT COUNT(*) FROM messages WHERE status = 'pending'").await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), settled).await.unwrap();
}

fn only_accounts(raw: &mut Value) {
    raw["sign_in_experience"]["signInMode"] = "SignIn".into();
}

/// A person on the code page, and the form with the right code.
async fn at_the_code_page(test: &TestApp) -> (Visitor, [(&'static str, String); 2]) {
    let mut person = arrived(test).await;
    person.asks_code(PHONE, "SignIn").await;
    let page = person.get(CODE_PAGE).await;
    let form = [("csrf", hidden(&page.text, "csrf")), ("code", person.reads_sms(PHONE))];
    (person, form)
}

async fn posts(person: &mut Visitor, form: &[(&str, String)]) -> (u16, String) {
    let fields: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = person.posts(CODE_PAGE, &fields).await;
    (answer.status.as_u16(), answer.text)
}

on_both! {
    async fn a_fault_that_is_not_theirs_takes_no_messages_from_people(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = arrived(&test).await;
        provider_says(&test, "isv.ACCOUNT_ABNORMAL");
        for _ in 0..12 {
            assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "400 connector.general");
            let soon = person.asks_code(PHONE, "SignIn").await;
            assert_eq!(soon.brief(), "429 request.message_rate_limited", "the pause stays");
            test.advance_secs(60);
        }
        test.sim.clear_faults();
        let sent = person.asks_code(PHONE, "SignIn").await;
        assert_eq!(sent.brief(), "200", "{}", sent.text);
    }

    async fn a_code_that_came_is_good_after_a_message_that_was_refused(database: Database) {
        let test = TestApp::start(database).await;
        let refusals = ["isv.ACCOUNT_ABNORMAL", "isv.BUSINESS_LIMIT_CONTROL", "isv.MOBILE_NUMBER_ILLEGAL"];
        for (n, refusal) in refusals.into_iter().enumerate() {
            let phone = format!("861380013800{n}");
            let mut person = arrived(&test).await;
            let sent = person.asks_code(&phone, "SignIn").await.json();
            let (id, code) = (sent["verificationId"].as_str().unwrap(), person.reads_sms(&phone));
            test.advance_secs(61);
            provider_says(&test, refusal);
            let again = person.asks_code(&phone, "SignIn").await;
            assert!(again.brief().contains(" connector."), "{refusal}: {}", again.text);
            let other = person.asks_code("8613900139000", "SignIn").await;
            assert!(other.brief().contains(" connector."), "{refusal}: {}", other.text);
            test.sim.clear_faults();
            let soon = person.asks_code(&phone, "SignIn").await;
            assert_eq!(soon.status.as_u16(), 429, "no more than before: {}", soon.text);
            let known = person.get("/api/experience/interaction").await.json();
            let record = &known["verificationRecords"][0];
            assert_eq!((&record["id"], &record["resend_at"]), (&sent["verificationId"], &again.json()["resend_at"]), "{refusal}");
            let given = person.gives_code(&phone, id, &code).await;
            assert_eq!(given.brief(), "200", "{refusal}: {}", given.text);
            test.advance_secs(24 * 3600);
        }
    }

    async fn the_page_goes_on_with_a_code_that_came_after_one_that_was_refused(database: Database) {
        let test = TestApp::start(database).await;
        let (mut person, form) = at_the_code_page(&test).await;
        test.advance_secs(61);
        provider_says(&test, "isv.ACCOUNT_ABNORMAL");
        let number = [("csrf", form[0].1.as_str()), ("country", "CN"), ("phone", "13800138000"), ("agree", "yes")];
        let refused = person.posts("/sign-in", &number).await;
        assert!(refused.text.contains("data-code=\"connector.general\""), "{}", refused.text);
        let soon = person.posts("/sign-in", &number).await;
        assert_eq!(soon.location(), CODE_PAGE, "in the pause there is the code that came");
        let other = [("csrf", form[0].1.as_str()), ("country", "CN"), ("phone", "13900139000"), ("agree", "yes")];
        let refused = person.posts("/sign-in", &other).await;
        assert!(refused.text.contains("data-code=\"connector.general\""), "{}", refused.text);
        let (status, text) = posts(&mut person, &form).await;
        assert!(status == 200 && text.contains("/oidc/auth/"), "{text}");
    }

    async fn a_number_that_is_none_counts_like_a_message(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = arrived(&test).await;
        provider_says(&test, "isv.MOBILE_NUMBER_ILLEGAL");
        for wait in [60, 120, 300] {
            let refused = person.asks_code(PHONE, "SignIn").await;
            assert_eq!(refused.brief(), "400 connector.invalid_request_parameters", "{}", refused.text);
            test.advance_secs(wait);
        }
        assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "429 session.too_many_messages");
    }

    async fn what_was_charged_is_sent_though_the_browser_went_away(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = arrived(&test).await;
        let intended = || count(&test.app.db, "SELECT COUNT(*) FROM messages");
        {
            let mut asking = pin!(person.asks_code(PHONE, "SignIn"));
            while intended().await == 0 {
                poll_fn(|cx| Poll::Ready(asking.as_mut().poll(cx).is_ready())).await;
            }
        }
        settles(&test.app.db).await;
        assert_eq!(person.messages(PHONE), 1);
    }

    async fn s32_where_only_accounts_may_sign_in_no_fault_tells_which_number_has_one(database: Database) {
        let test = TestApp::start_with(database, |_| {}, only_accounts).await;
        has_account(&test, PHONE).await;
        for code in ["isv.BUSINESS_LIMIT_CONTROL", "isv.MOBILE_NUMBER_ILLEGAL", "isv.ACCOUNT_ABNORMAL"] {
            test.sim.clear_faults();
            provider_says(&test, code);
            let mut answers = vec![];
            for phone in [PHONE, "8613900139000"] {
                let mut person = arrived(&test).await;
                let answer = person.asks_code(phone, "SignIn").await;
                settles(&test.app.db).await;
                answers.push((answer.brief(), answer.json()["attempts_left"].clone()));
            }
            assert_eq!(answers[0], answers[1], "{code}");
            test.advance_secs(3600);
        }
        assert_eq!(test.sim.requests_seen(), 3, "the known number's messages went on their way");
    }

    async fn s32_what_reaches_nobody_takes_nothing_from_what_all_messages_may_cost(database: Database) {
        let one = |raw: &mut Value| {
            only_accounts(raw);
            raw["limits"] = serde_json::json!({ "budget_hour": 1 });
        };
        let test = TestApp::start_with(database, |_| {}, one).await;
        has_account(&test, PHONE).await;
        for phone in ["8613900139000", "8613900139001", PHONE] {
            let asked = arrived(&test).await.asks_code(phone, "SignIn").await;
            assert_eq!(asked.brief(), "200", "{phone}: {}", asked.text);
            settles(&test.app.db).await;
        }
        let over = arrived(&test).await.asks_code("8613900139002", "SignIn").await;
        assert_eq!(over.json()["data"]["limit"], "budget_hour", "{}", over.text);
    }

    async fn s20_what_the_provider_counted_elsewhere_is_full_for_us_too_until_its_window_ends(database: Database) {
        let test = TestApp::start(database).await;
        let (code, message) = ("isv.BUSINESS_LIMIT_CONTROL".to_owned(), Some("触发小时级流控Permits:5".to_owned()));
        test.sim.add_fault(Fault::always(FaultKind::Code { code, message, status: None }));
        let refused = arrived(&test).await.asks_code(PHONE, "SignIn").await;
        assert_eq!(refused.brief(), "429 connector.rate_limit_exceeded", "{}", refused.text);
        test.sim.clear_faults();
        test.advance_secs(61);
        let again = arrived(&test).await.asks_code(PHONE, "SignIn").await;
        assert_eq!(again.brief(), "429 request.message_rate_limited", "{}", again.text);
        assert_eq!(again.json()["data"]["limit"], "provider");
        assert_eq!(again.json()["resend_at"], refused.json()["resend_at"], "the end of the provider's hour");
        assert_eq!(test.sim.requests_seen(), 1, "a message that the provider would refuse is not tried");
        test.advance_secs(3600);
        let sent = arrived(&test).await.asks_code(PHONE, "SignIn").await;
        assert_eq!(sent.brief(), "200", "{}", sent.text);
    }

    async fn what_the_provider_says_of_a_minute_or_of_the_account_fills_no_count_of_a_number(database: Database) {
        let test = TestApp::start(database).await;
        for (code, message) in [("isv.BUSINESS_LIMIT_CONTROL", "触发分钟级流控Permits:1"), ("Throttling.User", "Request was denied due to user flow control.")] {
            let (code, message) = (code.to_owned(), Some(message.to_owned()));
            test.sim.add_fault(Fault::always(FaultKind::Code { code: code.clone(), message, status: None }));
            let refused = arrived(&test).await.asks_code(PHONE, "SignIn").await;
            assert_eq!(refused.brief(), "429 connector.rate_limit_exceeded", "{code}");
            test.sim.clear_faults();
            test.advance_secs(61);
            assert_eq!(arrived(&test).await.asks_code(PHONE, "SignIn").await.brief(), "200", "{code}");
            test.advance_secs(24 * 3600);
        }
    }

    async fn what_costs_nothing_leaves_no_event(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = arrived(&test).await;
        person.asks_code(PHONE, "SignIn").await;
        let events = || count(&test.app.db, "SELECT COUNT(*) FROM audit_events");
        let before = events().await;
        person.asks_code(PHONE, "SignIn").await;
        person.identifies("no such verification").await;
        person.begins("Register").await;
        assert_eq!(events().await, before);
    }

    async fn s32_no_word_of_a_client_opens_what_is_for_accounts_only(database: Database) {
        let test = TestApp::start_with(database, |_| {}, only_accounts).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        let page = person.get("/sign-in").await;
        let form = [("csrf", hidden(&page.text, "csrf")), ("phone", "13800138000".to_owned()), ("agree", "yes".to_owned())];
        let fields = form.each_ref().map(|(name, value)| (*name, value.as_str()));
        assert_eq!(person.posts("/register", &fields).await.location(), "/sign-in");
        person.begins("Register").await;
        let asked = person.asks_code(PHONE, "Register").await;
        assert_eq!(asked.brief(), "200", "{}", asked.text);
        settles(&test.app.db).await;
        assert_eq!(test.sim.requests_seen(), 0);
        let stored = test.app.db.read("SELECT status, provider_code FROM messages", vec![]).await.unwrap();
        let stored: Vec<_> = stored.iter().map(|row| (row.text(0).unwrap(), row.text(1).unwrap())).collect();
        assert_eq!(stored, [("not_sent".to_owned(), "no_account".to_owned())]);
        let counted = test.app.statistics.last(&test.app.db, 1, test.app.clock.now()).await.unwrap();
        assert_eq!(counted.days[0].failed, 0, "nothing failed");
    }

    async fn the_code_form_sent_twice_leads_on_twice(database: Database) {
        let test = TestApp::start(database).await;
        let (mut person, form) = at_the_code_page(&test).await;
        for again in 0..2 {
            let (status, text) = posts(&mut person, &form).await;
            assert_eq!(status, 200, "{again}: {text}");
            assert!(text.contains("/oidc/auth/"), "{again}: {text}");
        }
        let stranger = posts(&mut test.visitor(), &form).await;
        assert!(!stranger.1.contains("/oidc/auth/"), "{}", stranger.1);
    }

    async fn a_right_code_is_not_lost_to_a_fault_behind_it(database: Database) {
        let test = TestApp::start(database).await;
        let (mut person, form) = at_the_code_page(&test).await;
        let happens = |sql: &'static str| test.app.db.write(Step::new(sql, vec![]));
        happens("ALTER TABLE users RENAME TO elsewhere").await.unwrap();
        let (status, text) = posts(&mut person, &form).await;
        assert_eq!(status, 500, "{text}");
        assert!(text.contains("data-code=\"request.internal\"") && text.contains("name=\"code\""), "{text}");
        happens("ALTER TABLE elsewhere RENAME TO users").await.unwrap();
        let (status, text) = posts(&mut person, &form).await;
        assert!(status == 200 && text.contains("/oidc/auth/"), "{status}: {text}");
    }
}
