//! Numbers that got enough messages and codes that were guessed out are told once, whoever asked.
use super::*;
use crate::account::{SCOPES, member, open};

on_both! {
    async fn a_code_that_is_guessed_out_and_a_number_that_got_too_many_messages_are_told_once(database: Database) {
        let test = TestApp::start_with(database, |_connector| {}, |raw| {
            raw["sign_in_experience"]["verificationCodePolicy"] = json!({ "maxRetryAttempts": 2 });
            // nobody is asked to work for another first
            raw["limits"] = json!({ "per_number_hour": 1 });
        }).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sent = person.asks_code(PHONE, "SignIn").await.json();
        let id = sent["verificationId"].as_str().unwrap();
        let wrong = if person.reads_sms(PHONE) == "000000" { "111111" } else { "000000" };
        person.gives_code(PHONE, id, wrong).await;
        deliver::run(&test.app).await;
        assert!(receiver.heard().is_empty());
        for _again in 0..3 {
            person.gives_code(PHONE, id, wrong).await;
        }
        deliver::run(&test.app).await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!((&heard[0]["event"], &heard[0]["type"], &heard[0]["value"]), (&json!("Identifier.Lockout"), &json!("phone"), &json!(PHONE)));
        for _walk in 0..12 {
            test.advance_secs(180);
            let mut person = test.visitor();
            person.arrives_from("app").await;
            person.begins("SignIn").await;
            person.asks_code(PHONE, "SignIn").await;
        }
        deliver::run(&test.app).await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!((&heard[0]["event"], &heard[0]["action"], &heard[0]["recipient"]), (&json!("Message.RateLimited"), &json!("VerificationCodeSend"), &json!(PHONE)));
    }

    async fn what_somebody_does_who_is_signed_in_is_told_as_well(database: Database) {
        let test = open(database).await;
        let receiver = Receiver::listens().await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        listening(&test, &receiver).await;
        let record = me.record(PHONE).await;
        let wrong = if me.browser.reads_sms(PHONE) == "000000" { "111111" } else { "000000" };
        for _guess in 0..6 {
            me.gives(PHONE, &record, wrong).await;
        }
        deliver::run(&test.app).await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!((&heard[0]["event"], &heard[0]["type"], &heard[0]["value"]), (&json!("Identifier.Lockout"), &json!("phone"), &json!(PHONE)));
        assert!(heard[0].get("interactionEvent").is_none());
        assert_eq!(me.asks(PHONE).await.brief(), "429 request.message_rate_limited");
        deliver::run(&test.app).await;
        assert!(receiver.heard().is_empty(), "the pause between two messages is no limit");
        for _message in 0..8 {
            test.advance_secs(301);
            me.asks(PHONE).await;
        }
        deliver::run(&test.app).await;
        let heard = receiver.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        assert_eq!((&heard[0]["event"], &heard[0]["recipient"]), (&json!("Message.RateLimited"), &json!(PHONE)));
        for number in 0..12 {
            me.asks(&format!("861380013810{}", number % 10)).await;
        }
        deliver::run(&test.app).await;
        let heard = receiver.heard();
        assert_eq!((heard.len(), &heard[0]["limit"]), (1, &json!("account")));
    }

    async fn what_a_program_asks_for_is_told_nobody(database: Database) {
        let (test, _robot) = managed(database).await;
        let receiver = Receiver::listens().await;
        listening(&test, &receiver).await;
        let mut refused = 0;
        for _message in 0..12 {
            test.advance_secs(301);
            let answer = crate::management::support::robot(&test).await.post("/api/verification-codes", json!({ "phone": PHONE })).await;
            refused += usize::from(answer.status.as_u16() == 429);
        }
        assert!(refused > 0);
        let robot = crate::management::support::robot(&test).await;
        for _guess in 0..6 {
            robot.post("/api/verification-codes/verify", json!({ "phone": PHONE, "verificationCode": "x" })).await;
        }
        deliver::run(&test.app).await;
        assert!(receiver.heard().is_empty());
    }
}
