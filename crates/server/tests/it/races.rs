//! What happens when everybody asks at once.
use std::collections::BTreeMap;

use crate::support::visitor::Answer;
use crate::support::{TestApp, Visitor};

const PHONE: &str = "8613800138000";

/// Runs the same request from many copies of one browser at once; how often each answer came.
async fn at_once<F>(
    count: usize,
    person: &Visitor,
    ask: impl Fn(Visitor) -> F,
) -> BTreeMap<String, usize>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let asking: Vec<_> = (0..count).map(|_| tokio::spawn(ask(person.clone()))).collect();
    let mut answers = BTreeMap::new();
    for one in asking {
        *answers.entry(one.await.unwrap().brief()).or_default() += 1;
    }
    answers
}

async fn asked(test: &TestApp) -> (Visitor, String) {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let sent = person.asks_code(PHONE, "SignIn").await.json();
    (person, sent["verificationId"].as_str().unwrap().to_owned())
}

on_both! {
    async fn s6_a_hundred_right_codes_give_one_success(database: Database) {
        let test = TestApp::start(database).await;
        let (person, id) = asked(&test).await;
        let code = person.reads_sms(PHONE);
        let answers = at_once(100, &person, |mut person| {
            let (id, code) = (id.clone(), code.clone());
            async move { person.gives_code(PHONE, &id, &code).await }
        }).await;
        assert_eq!(answers.get("200"), Some(&1), "{answers:?}");
        assert!(answers.keys().all(|answer| answer == "200" || answer.starts_with("400 verification_code.")), "{answers:?}");
    }

    async fn s7_a_hundred_wrong_codes_are_judged_five_times(database: Database) {
        let test = TestApp::start(database).await;
        let (person, id) = asked(&test).await;
        let wrong = if person.reads_sms(PHONE) == "000000" { "000001" } else { "000000" };
        let answers = at_once(100, &person, |mut person| {
            let id = id.clone();
            async move { person.gives_code(PHONE, &id, wrong).await }
        }).await;
        assert_eq!(answers.get("400 verification_code.code_mismatch"), Some(&5), "{answers:?}");
        assert_eq!(answers.get("400 verification_code.exceed_max_try"), Some(&95), "{answers:?}");
    }

    async fn s29_fifty_sends_inside_one_cooldown_give_one_message(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let answers = at_once(50, &person, |mut person| async move { person.asks_code(PHONE, "SignIn").await }).await;
        assert_eq!(person.messages(PHONE), 1);
        assert_eq!(answers.get("200"), Some(&1), "{answers:?}");
        assert_eq!(answers.get("429 request.message_rate_limited"), Some(&49), "{answers:?}");
    }

    async fn fifty_walks_asking_for_one_number_give_one_message(database: Database) {
        let test = TestApp::start(database).await;
        let mut walks = vec![];
        for _walk in 0..50 {
            let mut person = test.visitor();
            person.arrives_from("app").await;
            person.begins("SignIn").await;
            walks.push(person);
        }
        let asking: Vec<_> = walks
            .into_iter()
            .map(|mut person| tokio::spawn(async move { person.asks_code(PHONE, "SignIn").await.brief() }))
            .collect();
        let mut sent = 0;
        for one in asking {
            sent += usize::from(one.await.unwrap() == "200");
        }
        assert_eq!((sent, test.sim.messages(Some(PHONE), 100).len()), (1, 1));
    }

    async fn s18_two_browsers_register_one_number_as_one_account(database: Database) {
        let test = TestApp::start(database).await;
        let mut one = test.visitor();
        let first = one.proves("app", PHONE, "Register").await;
        test.advance_secs(61);
        let mut two = test.visitor();
        let second = two.proves("app", PHONE, "Register").await;
        let (a, b) = tokio::join!(one.identifies(&first), two.identifies(&second));
        let mut answers = [a.brief(), b.brief()];
        answers.sort();
        assert_eq!(answers, ["201", "422 user.phone_already_in_use"]);
    }
}
