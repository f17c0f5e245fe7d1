//! Wire contract B.3: what verification codes do, by the numbers of its list.
use haoma::config::ConnectorConfig;

use super::*;

on_both! {
    async fn b3_item_1_sending_again_replaces_the_record(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let first = sent(&mut person, PHONE, "SignIn").await;
        test.advance_secs(61);
        let second = sent(&mut person, PHONE, "SignIn").await;
        assert_eq!(second.len(), 21);
        assert_ne!(first, second);
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, &first, &code).await.brief(), "404 session.verification_session_not_found");
        assert_eq!(interaction(&mut person).await["verificationRecords"].as_array().unwrap().len(), 1);
        assert_eq!(person.gives_code(PHONE, &second, &code).await.brief(), "200");
    }

    async fn b3_item_2_a_resend_makes_the_old_id_useless_and_ours_repeats_the_code(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        sent(&mut person, PHONE, "SignIn").await;
        let first = person.reads_sms(PHONE);
        test.advance_secs(61);
        sent(&mut person, PHONE, "SignIn").await;
        assert_eq!(person.reads_sms(PHONE), first, "within its life: a late first message still works");
        test.advance_secs(240);
        let third = sent(&mut person, PHONE, "SignIn").await;
        let code = person.reads_sms(PHONE);
        assert_ne!(code, first, "after it");
        assert_eq!(person.gives_code(PHONE, &third, &code).await.brief(), "200");
    }

    async fn b3_item_3_the_requests_event_chooses_the_template(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        sent(&mut person, PHONE, "Register").await;
        assert_eq!(test.sim.latest(PHONE).unwrap().template_code, "SMS_100000002");
        assert_eq!(interaction(&mut person).await["verificationRecords"][0]["templateType"], "Register");
        // ours knows no `BindMfa` here: somebody who is known already gets the template that was asked for
        let test = with_experience(Database::sqlite(), |sie| sie["signUp"]["identifiers"] = json!([])).await;
        let mut known = test.visitor();
        let id = known.proves("app", PHONE, "Register").await;
        assert_eq!(known.identifies(&id).await.brief(), "201");
        sent(&mut known, SECOND, "SignIn").await;
        assert_eq!(test.sim.latest(SECOND).unwrap().template_code, "SMS_100000001");
    }

    async fn b3_item_4_the_checks_come_in_their_order(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let id = sent(&mut person, PHONE, "SignIn").await;
        let code = person.reads_sms(PHONE);
        let mismatch = "400 verification_code.phone_mismatch";
        // each is wrong in all later ways as well
        assert_eq!(person.gives_code(SECOND, "nothing", "").await.brief(), "404 session.verification_session_not_found");
        assert_eq!(person.gives_code(SECOND, &id, "").await.brief(), "400 verification_code.not_found", "an empty code");
        assert_eq!(person.gives_code(SECOND, &id, wrong(&code)).await.brief(), mismatch);
        assert_eq!(person.gives_code(&format!("+{PHONE}"), &id, &code).await.brief(), mismatch, "compared as written (item 11)");
        for left in [4, 3, 2, 1, 0] {
            let answer = person.gives_code(PHONE, &id, wrong(&code)).await;
            assert_eq!((answer.brief().as_str(), &answer.json()["attempts_left"]), ("400 verification_code.code_mismatch", &json!(left)));
        }
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "400 verification_code.exceed_max_try", "also the right one");
        assert_eq!(person.gives_code(SECOND, &id, &code).await.brief(), mismatch, "before the tries");
        test.advance_secs(300);
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "400 verification_code.expired", "before the tries");
    }

    async fn b3_item_4_what_was_not_judged_cost_no_try(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let id = sent(&mut person, PHONE, "SignIn").await;
        let code = person.reads_sms(PHONE);
        for _try in 0..9 {
            person.gives_code(SECOND, &id, &code).await;
            person.gives_code(PHONE, &id, " ").await;
        }
        let left = &interaction(&mut person).await["verificationRecords"][0]["attempts_left"];
        assert_eq!(left, &json!(5));
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "200");
    }

    async fn b3_item_5_a_spent_code_is_gone_and_its_record_stays_verified_through_a_switch(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "400 verification_code.not_found");
        assert_eq!(person.gives_code(SECOND, &id, &code).await.brief(), "400 verification_code.not_found", "before the mismatch");
        for _time in 0..2 {
            assert_eq!(person.identifies(&id).await.brief(), "404 user.user_not_exist");
        }
        person.switches("Register").await;
        assert_eq!(person.identifies(&id).await.brief(), "201");
    }

    async fn b3_item_7_a_message_that_could_not_help_is_not_sent_and_looks_as_if(database: Database) {
        let test = with_experience(database, |sie| sie["signInMode"] = json!("SignIn")).await;
        user(&test, SECOND, false).await;
        let mut person = begun(&test, "SignIn").await;
        let unknown = person.asks_code(PHONE, "SignIn").await;
        let known = person.asks_code(SECOND, "SignIn").await;
        assert_eq!((unknown.brief(), known.brief()), ("200".to_owned(), "200".to_owned()));
        let names = |answer: &Answer| answer.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&unknown), names(&known));
        // nobody waits for the provider where the answer would tell who has an account
        let sent = async {
            while person.messages(SECOND) == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), sent).await.unwrap();
        assert_eq!((person.messages(PHONE), person.messages(SECOND)), (0, 1));
        assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "429 request.message_rate_limited", "it counts");
    }

    async fn b3_item_9_without_a_connector_nothing_is_kept_or_counted(database: Database) {
        let mut later = Value::Null;
        let test = TestApp::start_with(database, |_| {}, |raw| later = raw.as_object_mut().unwrap().remove("connector").unwrap()).await;
        let mut person = begun(&test, "SignIn").await;
        for _time in 0..2 {
            let answer = person.asks_code(PHONE, "SignIn").await;
            assert_eq!(answer.brief(), "501 connector.not_found");
            assert!(answer.json().get("data").is_none());
        }
        assert_eq!(interaction(&mut person).await["verificationRecords"], json!([]));
        let factory_id = later["factory"].as_str().unwrap().to_owned();
        let connector = ConnectorConfig { factory_id, config: later["config"].clone() };
        haoma::configured::store(&test.app, Some(&connector), None, &[]).await.unwrap();
        haoma::reload::run(&test.app).await.unwrap();
        // three to one walk, and a pause after each: neither was used up
        for wait in [60, 120, 0] {
            sent(&mut person, PHONE, "SignIn").await;
            test.advance_secs(wait);
        }
        assert_eq!(person.messages(PHONE), 3);
    }

    async fn b3_item_10_the_rate_is_looked_at_before_anything_is_sent(database: Database) {
        let test = TestApp::start(database).await;
        sent(&mut begun(&test, "SignIn").await, PHONE, "SignIn").await;
        let asked = test.sim.requests_seen();
        assert_eq!(begun(&test, "SignIn").await.asks_code(PHONE, "SignIn").await.brief(), "429 request.message_rate_limited");
        assert_eq!(test.sim.requests_seen(), asked);
    }

    async fn b3_item_10_a_message_that_failed_is_not_counted_and_ours_keeps_the_pause(database: Database) {
        let test = TestApp::start(database).await;
        provider_says(&test, "isv.ACCOUNT_ABNORMAL");
        for _time in 0..6 {
            let mut person = begun(&test, "SignIn").await;
            assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "400 connector.general");
            assert_eq!(person.asks_code(PHONE, "SignIn").await.brief(), "429 request.message_rate_limited");
            test.advance_secs(60);
        }
        test.sim.clear_faults();
        for _message in 0..3 {
            sent(&mut begun(&test, "SignIn").await, PHONE, "SignIn").await;
            test.advance_secs(300);
        }
        let next = begun(&test, "SignIn").await.asks_code(PHONE, "SignIn").await;
        assert_eq!(next.brief(), "422 session.captcha_required", "three an hour cost nothing: the failed ones are none of them");
    }

    async fn b3_item_11_and_b7_a_number_is_compared_as_written_and_looked_up_as_meant(database: Database) {
        let test = TestApp::start(database).await;
        let owner = user(&test, PHONE, false).await;
        let mut person = begun(&test, "SignIn").await;
        let with_plus = format!("+{PHONE}");
        let id = sent(&mut person, &with_plus, "SignIn").await;
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "400 verification_code.phone_mismatch");
        assert_eq!(person.gives_code(&with_plus, &id, &code).await.brief(), "200");
        assert_eq!(interaction(&mut person).await["verificationRecords"][0]["identifier"]["value"], with_plus);
        assert_eq!(person.identifies(&id).await.brief(), "204");
        assert_eq!(interaction(&mut person).await["userId"], owner.as_str());
    }

    async fn b3_item_11_and_b7_a_number_is_the_same_with_its_trunk_zero(database: Database) {
        let germany = json!({ "allowed": ["DE"], "default": "DE" });
        let test = with_experience(database, |sie| sie["phoneRegions"] = germany).await;
        let (plain, zero) = ("4915112345678", "49015112345678");
        // as rows may be that came from elsewhere
        let row = "INSERT INTO users (id, phone, created_at, updated_at) VALUES ('lin', '49015112345678', 1, 1)";
        test.app.db.write(haoma_store::Step::new(row, vec![])).await.unwrap();
        for written in [plain, zero] {
            let mut person = begun(&test, "SignIn").await;
            let id = sent(&mut person, written, "SignIn").await;
            let code = person.reads_sms(plain);
            let other = if written == plain { zero } else { plain };
            assert_eq!(person.gives_code(other, &id, &code).await.brief(), "400 verification_code.phone_mismatch");
            assert_eq!(person.gives_code(written, &id, &code).await.brief(), "200");
            assert_eq!(person.identifies(&id).await.brief(), "204", "{written}");
            assert_eq!(interaction(&mut person).await["userId"], "lin");
            test.advance_secs(61);
        }
        let mut person = test.visitor();
        let id = person.proves("app", plain, "Register").await;
        assert_eq!(person.identifies(&id).await.brief(), "422 user.phone_already_in_use");
        let gone = "DELETE FROM users";
        test.app.db.write(haoma_store::Step::new(gone, vec![])).await.unwrap();
        assert_eq!(person.identifies(&id).await.brief(), "201");
        let stored = test.app.db.read("SELECT phone FROM users", vec![]).await.unwrap();
        assert_eq!(stored[0].text(0).unwrap(), plain, "stored without it");
    }
}
