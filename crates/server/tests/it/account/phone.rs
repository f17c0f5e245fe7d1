//! Another number: the old one proved, the new one verified, once (security statements 5 to 7, 13, 16, 17, 19, 65).
use super::page::sends;
use super::*;

on_both! {
    async fn no_code_goes_to_a_number_that_could_not_become_theirs(database: Database) {
        let test = open_with(database, |center| control(center, "phone", Control::ReadOnly)).await;
        let one = member(&test, "app", PHONE, SCOPES).await;
        assert_eq!(one.asks(NEW).await.brief(), "400 account_center.field_not_editable");
        assert_eq!(one.asks(PHONE).await.status.as_u16(), 201, "their own is proved for other things, too");
        set(&test, |_center| {}).await;
        let narrow = member(&test, "app", OTHER, "openid profile").await;
        assert_eq!(narrow.asks(NEW).await.brief(), "400 auth.unauthorized", "without the scope");
        assert_eq!(one.browser.messages(NEW), 0);
        assert_eq!(one.asks(NEW).await.status.as_u16(), 201);
    }

    async fn who_is_signed_in_meets_the_rules_of_sending_in_the_api_and_on_the_pages(database: Database) {
        let manage = |raw: &mut Value| raw["applications"].as_array_mut().unwrap().push(crate::support::robot());
        let test = TestApp::start_with(database, |_connector| {}, manage).await;
        set(&test, |_center| {}).await;
        let mut me = member(&test, "app", PHONE, SCOPES).await;
        let sent = sends(&mut me.browser, "/account/phone", "/account/phone", &[]).await;
        assert_eq!(sent.location(), "/account/phone/confirm");
        let code = me.browser.reads_sms(PHONE);
        let given = sends(&mut me.browser, "/account/phone/confirm", "/account/phone/confirm", &[("code", &code)]).await;
        assert_eq!(given.location(), "/account/phone/new");
        let body = json!({ "type": "block", "kind": "number", "value": format!("+{NEW}") });
        crate::management::support::robot(&test).await.makes("/api/security/sending-rules", body).await;
        assert_eq!(me.asks(NEW).await.brief(), "403 request.sending_blocked");
        let typed = [("country", "CN"), ("phone", NEW.strip_prefix("86").unwrap())];
        let page = sends(&mut me.browser, "/account/phone/new", "/account/phone/new", &typed).await;
        assert_eq!(page.status.as_u16(), 403, "{}", page.text);
        assert!(page.text.contains("request.sending_blocked"), "{}", page.text);
        assert_eq!(me.browser.messages(NEW), 0);
        assert_eq!(me.asks(OTHER).await.status.as_u16(), 201, "the neighbour");
    }

    async fn s65_a_number_is_changed_by_who_proves_both(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let sent = me.asks(PHONE).await;
        assert_eq!(sent.status.as_u16(), 201);
        let told = sent.json();
        assert_eq!(text(&told, "verificationRecordId").len(), 21);
        let ends = text(&told, "expiresAt").parse::<jiff::Timestamp>().unwrap().as_millisecond();
        assert_eq!(ends - told["server_now"].as_i64().unwrap(), 600_000, "records live ten minutes");
        let proof = text(&told, "verificationRecordId").to_owned();
        let code = me.browser.reads_sms(PHONE);
        let given = me.gives(PHONE, &proof, &code).await;
        assert_eq!(given.json(), json!({ "verificationRecordId": proof }));
        let record = me.proves(NEW).await;
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "204");
        assert_eq!(me.get("/api/my-account").await.json()["primaryPhone"], NEW);
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "401 verification_record.permission_denied", "used up");
        let log = test.app.db.read("SELECT payload FROM audit_events WHERE key = 'Account.PrimaryPhone.Updated' AND result = 'Success'", vec![]).await.unwrap();
        let payload: Value = serde_json::from_str(&log[0].text(0).unwrap()).unwrap();
        assert_eq!((&payload["oldNumberTold"], &payload["why"]), (&json!(false), &json!("no_template")));
        assert!(!payload.to_string().contains("13800138"));
    }

    async fn s28_the_code_of_a_new_number_trips_no_breaker(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        me.proves(NEW).await;
        let (count, _) = haoma_store::limits::find(&test.app.db, "country:CN").await.unwrap().unwrap();
        assert_eq!((count.hits, count.verified), (0, 2), "the sign-in's and this one");
    }

    async fn s65_the_other_sessions_end_when_the_person_wants_it(database: Database) {
        let test = open(database).await;
        let elsewhere = member(&test, "other", PHONE, SCOPES).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let (proof, record) = (me.proves(PHONE).await, me.proves(NEW).await);
        assert_eq!(me.changes(&proof, NEW, &record, json!({ "endOtherSessions": true })).await.brief(), "204");
        assert_eq!(elsewhere.get("/api/my-account").await.brief(), "401 auth.unauthorized");
        assert_eq!(me.get("/api/my-account/sessions").await.json()["sessions"].as_array().unwrap().len(), 1);
        test.advance_secs(61);
        let again = member(&test, "other", NEW, SCOPES).await;
        assert_eq!(again.get("/api/my-account").await.json()["id"], me.get("/api/my-account").await.json()["id"], "the same account");
    }

    async fn s65_a_proof_counts_five_minutes(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let proof = me.proves(PHONE).await;
        test.advance_secs(200);
        let record = me.proves(NEW).await;
        test.advance_secs(99);
        assert_eq!(me.changes(&proof, OTHER, &record, json!({})).await.brief(), "400 verification_record.not_found", "still proved");
        test.advance_secs(1);
        assert_eq!(me.changes(&proof, NEW, &record, json!({})).await.brief(), "401 verification_record.permission_denied");
    }

    async fn the_checks_come_in_the_contracts_order(database: Database) {
        let test = open_with(database, |center| control(center, "phone", Control::ReadOnly)).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let little = member(&test, "app", PHONE, "openid").await;
        member(&test, "app", NEW, SCOPES).await;
        assert_eq!(little.changes("", NEW, "x", json!({})).await.brief(), "401 verification_record.permission_denied", "no proof");
        let unverified = me.record(PHONE).await;
        assert_eq!(little.changes(&unverified, NEW, "x", json!({})).await.brief(), "401 verification_record.permission_denied", "not verified");
        let code = me.browser.reads_sms(PHONE);
        me.gives(PHONE, &unverified, &code).await;
        let proof = unverified;
        assert_eq!(little.changes(&proof, NEW, "x", json!({})).await.brief(), "400 account_center.field_not_editable");
        assert_eq!(little.removes(&proof).await.brief(), "400 account_center.field_not_editable");
        set(&test, |_center| {}).await;
        assert_eq!(little.changes(&proof, NEW, "x", json!({})).await.brief(), "400 auth.unauthorized");
        assert_eq!(me.changes(&proof, NEW, "x", json!({})).await.brief(), "400 verification_record.not_found", "unknown");
        assert_eq!(me.changes(&proof, PHONE, &proof, json!({})).await.brief(), "400 verification_record.not_found", "of another use");
        let fresh = me.record(NEW).await;
        assert_eq!(me.changes(&proof, NEW, &fresh, json!({})).await.brief(), "400 verification_record.not_found", "not verified");
        let code = me.browser.reads_sms(NEW);
        me.gives(NEW, &fresh, &code).await;
        assert_eq!(me.changes(&proof, OTHER, &fresh, json!({})).await.brief(), "400 verification_record.not_found", "another number");
        assert_eq!(me.changes(&proof, NEW, &fresh, json!({})).await.brief(), "422 user.phone_already_in_use");
        assert_eq!(me.changes(&proof, NEW, &fresh, json!({})).await.brief(), "422 user.phone_already_in_use", "a refusal uses nothing up");
        assert_eq!(me.removes(&proof).await.brief(), "400 user.last_sign_in_method_required");
        assert_eq!(me.changes(&proof, "x", "", json!({ "endOtherSessions": 1 })).await.brief(), "400 guard.invalid_input");
    }

    async fn s13_s17_a_code_works_for_its_user_and_its_use_alone(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let other = member(&test, "app", OTHER, SCOPES).await;
        // of a sign-in
        let mut walk = test.visitor();
        walk.arrives_from("app").await;
        walk.begins("SignIn").await;
        let sent = walk.asks_code(PHONE, "SignIn").await.json();
        let of_sign_in = walk.reads_sms(PHONE);
        test.advance_secs(61);
        let record = me.record(PHONE).await;
        let mine = me.browser.reads_sms(PHONE);
        assert_ne!(of_sign_in, mine);
        assert_eq!(me.gives(PHONE, text(&sent, "verificationId"), &of_sign_in).await.brief(), "400 verification_record.not_found");
        assert_eq!(me.gives(PHONE, &record, &of_sign_in).await.brief(), "400 verification_code.code_mismatch");
        assert_eq!(walk.gives_code(PHONE, text(&sent, "verificationId"), &mine).await.brief(), "400 verification_code.code_mismatch");
        // of another person
        assert_eq!(other.gives(PHONE, &record, &mine).await.brief(), "400 verification_record.not_found");
        assert_eq!(me.gives(PHONE, &record, &mine).await.brief(), "200");
        assert_eq!(other.changes(&record, NEW, "x", json!({})).await.brief(), "401 verification_record.permission_denied");
        // a number that was proved as one's own before it was another's
        let record = other.proves(NEW).await;
        assert_eq!(other.changes(&record, NEW, &record, json!({})).await.brief(), "401 verification_record.permission_denied", "a new number proves nothing");
    }

    async fn s5_s7_guesses_are_charged_before_they_are_judged_and_run_out(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let record = me.record(PHONE).await;
        let code = me.browser.reads_sms(PHONE);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        assert_eq!(me.gives(NEW, &record, &code).await.brief(), "400 verification_code.phone_mismatch");
        assert_eq!(me.gives(PHONE, &record, " ").await.brief(), "400 verification_code.not_found");
        for left in [4, 3, 2, 1] {
            let answer = me.gives(PHONE, &record, wrong).await;
            assert_eq!((answer.brief().as_str(), &answer.json()["attempts_left"]), ("400 verification_code.code_mismatch", &json!(left)));
        }
        test.advance_secs(61);
        let again = me.asks(PHONE).await.json();
        assert_eq!(again["attempts_left"], 1, "a resend gives no tries back");
        let second = text(&again, "verificationRecordId");
        assert_eq!(me.browser.reads_sms(PHONE), code, "inside its life it is the same code");
        assert_eq!(me.gives(PHONE, second, wrong).await.brief(), "400 verification_code.code_mismatch");
        assert_eq!(me.gives(PHONE, second, &code).await.brief(), "400 verification_code.exceed_max_try");
        assert_eq!(me.gives(PHONE, &record, &code).await.brief(), "400 verification_code.exceed_max_try");
    }

    async fn s5_a_code_is_accepted_once_and_dies_when_it_says(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let record = me.record(PHONE).await;
        let code = me.browser.reads_sms(PHONE);
        let all = futures_util::future::join_all((0..6).map(|_| me.gives(PHONE, &record, &code))).await;
        assert_eq!(all.iter().filter(|answer| answer.status.as_u16() == 200).count(), 1, "however many ask");
        assert_eq!(me.gives(PHONE, &record, &code).await.brief(), "400 verification_code.not_found");
        test.advance_secs(61);
        let record = me.record(NEW).await;
        let code = me.browser.reads_sms(NEW);
        test.advance_secs(300);
        assert_eq!(me.gives(NEW, &record, &code).await.brief(), "400 verification_code.expired");
        test.advance_secs(300);
        assert_eq!(me.gives(NEW, &record, &code).await.brief(), "400 verification_record.not_found");
    }

    async fn s19_messages_count_on_the_one_road_and_by_person(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        me.record(PHONE).await;
        let early = me.asks(PHONE).await;
        assert_eq!(early.brief(), "429 request.message_rate_limited");
        assert!(early.headers.contains_key("retry-after"));
        for number in 0..9 {
            me.record(&format!("861380013810{number}")).await;
        }
        let refused = me.asks("8613800138110").await;
        assert_eq!((refused.brief().as_str(), &refused.json()["data"]["limit"]), ("429 request.message_rate_limited", &json!("account")));
        for (number, code) in [("14165550123", "422 user.phone_country_not_allowed"), ("999123", "422 user.invalid_phone"), ("861058888888", "422 user.phone_cannot_receive_sms")] {
            assert_eq!(me.asks(number).await.brief(), code);
        }
        let email = json!({ "identifier": { "type": "email", "value": "a@b.example" } });
        assert_eq!(me.post("/api/verifications/verification-code", email).await.brief(), "501 connector.not_found");
        for bad in [json!({}), json!({ "identifier": { "type": "phone" } }), json!({ "identifier": { "type": "pigeon", "value": "1" } }), json!({ "identifier": { "type": "phone", "value": PHONE }, "templateType": "SignIn" })] {
            assert_eq!(me.post("/api/verifications/verification-code", bad.clone()).await.brief(), "400 guard.invalid_input", "{bad}");
        }
    }

    async fn s18_a_number_that_somebody_took_meanwhile_is_taken(database: Database) {
        let test = open(database).await;
        let me = member(&test, "app", PHONE, SCOPES).await;
        let other = member(&test, "app", OTHER, SCOPES).await;
        let (mine, theirs) = (me.proves(PHONE).await, other.proves(OTHER).await);
        let first = me.proves(NEW).await;
        test.advance_secs(61);
        let second = other.proves(NEW).await;
        let (one, two) = tokio::join!(me.changes(&mine, NEW, &first, json!({})), other.changes(&theirs, NEW, &second, json!({})));
        let mut answers = [one.brief(), two.brief()];
        answers.sort();
        assert_eq!(answers, ["204", "422 user.phone_already_in_use"]);
    }
}
