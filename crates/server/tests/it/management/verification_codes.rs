//! Codes that a program asks for: every limit of the sending road, tries that are charged, spent once.
use std::net::SocketAddr;

use aliyun_sms_sim::{Fault, FaultKind};
use axum::Extension;
use axum::extract::ConnectInfo;

use super::support::*;
use crate::oidc::support::PHONE;

const SEND: &str = "/api/verification-codes";
const VERIFY: &str = "/api/verification-codes/verify";

async fn gives(robot: &Robot, phone: &str, code: &str) -> String {
    robot.post(VERIFY, json!({ "phone": phone, "verificationCode": code })).await.brief()
}

/// What many answers to the same request are.
async fn at_once(count: usize, robot: &Robot, path: &'static str, body: Value) -> Vec<String> {
    let one = |robot: Robot, body| async move { robot.post(path, body).await.brief() };
    let asking: Vec<_> =
        (0..count).map(|_| tokio::spawn(one(robot.clone(), body.clone()))).collect();
    let mut answers = vec![];
    for one in asking {
        answers.push(one.await.unwrap());
    }
    answers
}

/// Messages of this kind of counter that nobody verified.
async fn unverified(app: &TestApp, bucket: &str) -> i64 {
    let found = haoma_store::limits::find(&app.app.db, bucket).await.unwrap();
    found.map_or(0, |(count, _)| count.hits)
}

/// A code that is not this one.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

on_both! {
    async fn a_code_comes_by_generic_template_and_proves_the_number_once(database: Database) {
        let (app, robot) = managed(database).await;
        assert_eq!(robot.post(SEND, json!({ "phone": PHONE })).await.brief(), "204");
        let message = app.sim.latest(PHONE).unwrap();
        assert_eq!(message.template_code, "SMS_100000003");
        let code = app.visitor().reads_sms(PHONE);
        assert_eq!(gives(&robot, PHONE, &code).await, "204");
        assert_eq!(gives(&robot, PHONE, &code).await, "400 verification_code.not_found", "spent");
        for (key, expected) in [("VerificationCode.Created", 1), ("VerificationCode.Verified", 1)] {
            let told = audited(&app, key).await;
            assert_eq!(told.len(), expected, "{key}");
            assert_eq!(told[0], (Some("robot".to_owned()), None, json!({ "usageType": "Generic" })));
        }
    }

    async fn s21_a_number_counts_as_one_however_it_is_written(database: Database) {
        let (app, robot) = managed(database).await;
        assert_eq!(robot.post(SEND, json!({ "phone": format!("+{PHONE}") })).await.brief(), "204");
        assert_eq!(robot.post(SEND, json!({ "phone": PHONE })).await.brief(), "429 request.message_rate_limited");
        let code = app.visitor().reads_sms(PHONE);
        assert_eq!(gives(&robot, PHONE, &code).await, "204");
    }

    async fn s20_programs_and_people_share_the_limits_of_a_number(database: Database) {
        let (app, robot) = managed(database).await;
        assert_eq!(robot.post(SEND, json!({ "phone": PHONE })).await.brief(), "204");
        let mut person = app.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "429 request.message_rate_limited");
        // the fifth is kept for a browser the number signed in in before
        for _ in 0..3 {
            app.advance_secs(301);
            assert_eq!(robot.post(SEND, json!({ "phone": PHONE })).await.brief(), "204");
        }
        app.advance_secs(301);
        let full = robot.post(SEND, json!({ "phone": PHONE })).await;
        assert_eq!((full.brief(), &full.json()["data"]["limit"]), ("429 request.message_rate_limited".to_owned(), &json!("number")));
        assert!(full.headers.contains_key("retry-after"));
        assert_eq!(app.visitor().messages(PHONE), 4);
    }

    async fn a_second_message_repeats_the_code_while_it_lives_and_a_new_one_replaces_it(database: Database) {
        let (app, robot) = managed(database).await;
        robot.post(SEND, json!({ "phone": PHONE })).await;
        let first = app.visitor().reads_sms(PHONE);
        app.advance_secs(61);
        assert_eq!(robot.post(SEND, json!({ "phone": PHONE })).await.brief(), "204");
        assert_eq!(app.visitor().reads_sms(PHONE), first);
        assert_eq!(robot.post(SEND, json!({ "phone": PHONE })).await.json()["data"]["limit"], "cooldown", "120 seconds now");
        app.advance_secs(301);
        assert_eq!(gives(&robot, PHONE, &first).await, "400 verification_code.expired");
        assert_eq!(robot.post(SEND, json!({ "phone": PHONE })).await.brief(), "204");
        let second = app.visitor().reads_sms(PHONE);
        assert_ne!(second, first);
        assert_eq!(gives(&robot, PHONE, &first).await, "400 verification_code.code_mismatch");
        assert_eq!(gives(&robot, PHONE, &second).await, "204");
        assert_eq!(rows(&app, "SELECT id FROM passcodes").await.len(), 1);
    }

    async fn s9_a_resend_gives_no_tries_back(database: Database) {
        let (app, robot) = managed(database).await;
        robot.post(SEND, json!({ "phone": PHONE })).await;
        let code = app.visitor().reads_sms(PHONE);
        for _ in 0..4 {
            assert_eq!(gives(&robot, PHONE, &wrong(&code)).await, "400 verification_code.code_mismatch");
        }
        app.advance_secs(61);
        robot.post(SEND, json!({ "phone": PHONE })).await;
        assert_eq!(gives(&robot, PHONE, &wrong(&code)).await, "400 verification_code.code_mismatch");
        assert_eq!(gives(&robot, PHONE, &code).await, "400 verification_code.exceed_max_try", "right, but too late");
        app.advance_secs(121);
        robot.post(SEND, json!({ "phone": PHONE })).await;
        let fresh = app.visitor().reads_sms(PHONE);
        assert_ne!(fresh, code, "a code that takes no guess is not repeated");
        assert_eq!(gives(&robot, PHONE, &fresh).await, "204");
        let failed = rows(&app, "SELECT error FROM audit_events WHERE key = 'VerificationCode.Verified' AND error IS NOT NULL").await;
        assert_eq!(failed.len(), 5, "a guess that was not charged is not recorded");
    }

    async fn s22_the_address_of_a_program_says_nothing_of_its_visitors(database: Database) {
        let limits = |raw: &mut Value| raw["limits"] = json!({ "per_address_day": 1, "per_network_day": 1 });
        let (app, robot) = managed_with(database, limits).await;
        let address = SocketAddr::from(([203, 0, 113, 7], 40_000));
        let robot = Robot { router: app.router.clone().layer(Extension(ConnectInfo(address))), ..robot };
        for n in 0..5 {
            assert_eq!(robot.post(SEND, json!({ "phone": format!("861380013800{n}") })).await.brief(), "204", "{n}");
        }
    }

    async fn s28_codes_that_programs_verify_trip_no_breaker(database: Database) {
        let limits = |raw: &mut Value| raw["limits"] = json!({ "per_country_unverified": 2 });
        let (app, robot) = managed_with(database, limits).await;
        for n in 0..4 {
            let phone = format!("861380013800{n}");
            assert_eq!(robot.post(SEND, json!({ "phone": phone })).await.brief(), "204", "{n}");
            assert_eq!(unverified(&app, "country:CN").await, 1, "{n}");
            let code = app.visitor().reads_sms(&phone);
            assert_eq!(gives(&robot, &phone, &code).await, "204");
            assert_eq!(unverified(&app, "country:CN").await, 0, "{n}");
        }
    }

    async fn s7_a_hundred_guesses_at_once_are_five(database: Database) {
        let (app, robot) = managed(database).await;
        robot.post(SEND, json!({ "phone": PHONE })).await;
        let code = wrong(&app.visitor().reads_sms(PHONE));
        let answers = at_once(100, &robot, VERIFY, json!({ "phone": PHONE, "verificationCode": code })).await;
        let judged = answers.iter().filter(|answer| answer.ends_with("code_mismatch")).count();
        assert_eq!(judged, 5);
        assert!(answers.iter().all(|answer| answer.ends_with("code_mismatch") || answer.ends_with("exceed_max_try")));
    }

    async fn s6_of_many_right_codes_at_once_one_counts(database: Database) {
        let (app, robot) = managed(database).await;
        robot.post(SEND, json!({ "phone": PHONE })).await;
        let code = app.visitor().reads_sms(PHONE);
        let answers = at_once(5, &robot, VERIFY, json!({ "phone": PHONE, "verificationCode": code })).await;
        assert_eq!(answers.iter().filter(|answer| *answer == "204").count(), 1, "{answers:?}");
    }

    async fn s29_of_many_requests_at_once_one_sends(database: Database) {
        let (app, robot) = managed(database).await;
        let answers = at_once(20, &robot, SEND, json!({ "phone": PHONE })).await;
        assert_eq!(answers.iter().filter(|answer| *answer == "204").count(), 1, "{answers:?}");
        assert_eq!(app.visitor().messages(PHONE), 1);
    }

    /// With the limits off nothing but the row itself keeps two from making a code each.
    async fn codes_asked_for_at_once_are_one_code(database: Database) {
        let (app, robot) = managed_with(database, |raw| {
            raw["limits"] = json!({ "cooldown_secs": [0, 0, 0], "per_number_hour": 0, "per_number_day": 0, "provider_hour": 0 });
        }).await;
        let phone = "12015550123";
        let answers = at_once(5, &robot, SEND, json!({ "phone": phone })).await;
        let sent: Vec<_> = app.sim.messages(Some(phone), 100).into_iter().map(|message| message.template_param).collect();
        assert!(!sent.is_empty() && sent.iter().all(|param| *param == sent[0]), "{sent:?}");
        assert!(answers.iter().all(|answer| matches!(&**answer, "204" | "409 request.conflict")));
    }

    async fn s13_a_code_works_only_where_it_was_asked_for(database: Database) {
        let (app, robot) = managed(database).await;
        robot.post(SEND, json!({ "phone": PHONE })).await;
        let of_program = app.visitor().reads_sms(PHONE);
        app.advance_secs(61);
        let mut person = app.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sent = person.asks_code(PHONE, "SignIn").await.json();
        let of_person = app.visitor().reads_sms(PHONE);
        assert_ne!(of_person, of_program);
        let id = sent["verificationId"].as_str().unwrap();
        assert_eq!(person.gives_code(PHONE, id, &of_program).await.brief(), "400 verification_code.code_mismatch");
        assert_eq!(gives(&robot, PHONE, &of_person).await, "400 verification_code.code_mismatch");
        assert_eq!(gives(&robot, "85261234567", &of_program).await, "400 verification_code.not_found");
        assert_eq!(gives(&robot, PHONE, &of_program).await, "204");
    }

    async fn what_cannot_be_sent_to_is_refused_before_anything_is_paid(database: Database) {
        let (app, robot) = managed(database).await;
        for (body, expected) in [
            (json!({ "email": "a@b.example" }), "501 connector.not_found"),
            (json!({ "phone": "8821234567890" }), "422 user.invalid_phone"),
            (json!({ "phone": "4915112345678" }), "422 user.phone_country_not_allowed"),
            (json!({ "phone": "861058888888" }), "422 user.phone_cannot_receive_sms"),
        ] {
            assert_eq!(robot.post(SEND, body.clone()).await.brief(), expected, "{body}");
        }
        for (body, expected) in [
            (json!({}), &["phone"][..]),
            (json!({ "phone": null }), &["phone"]),
            (json!({ "phone": PHONE, "email": "a@b.example" }), &["phone"]),
            (json!({ "phone": "138 0013" }), &["phone"]),
            (json!({ "phone": 13_800_138_000_i64 }), &["phone"]),
            (json!([]), &["", "phone"]),
        ] {
            assert_eq!(places(&robot.post(SEND, body.clone()).await), expected, "{body}");
        }
        assert_eq!(places(&robot.post(VERIFY, json!({ "phone": "x", "verificationCode": "" })).await), ["phone", "verificationCode"]);
        assert_eq!(robot.post(VERIFY, json!({ "email": "a@b.example", "verificationCode": "1" })).await.brief(), "400 verification_code.not_found");
        assert_eq!(gives(&robot, PHONE, "123456").await, "400 verification_code.not_found");
        assert_eq!(gives(&robot, "1", "123456").await, "400 verification_code.not_found");
        assert_eq!(app.sim.messages(None, 10).len(), 0);
        assert_eq!(rows(&app, "SELECT id FROM messages").await.len(), 0);
    }

    async fn a_message_of_unknown_outcome_may_arrive_and_its_code_works(database: Database) {
        let (app, robot) = managed(database).await;
        app.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
        let answer = robot.post(SEND, json!({ "phone": PHONE })).await;
        assert_eq!(answer.brief(), "504 connector.outcome_unknown", "{}", answer.text);
        assert_eq!(answer.json().get("data"), None, "there is no walk in which an id would mean something");
        let code = app.visitor().reads_sms(PHONE);
        assert_eq!(gives(&robot, PHONE, &code).await, "204");
    }
}
