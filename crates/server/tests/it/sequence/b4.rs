//! Wire contract B.4: identification and submit, by the rows of its table.
use haoma::experience::settings::SignInMode;

use super::*;

/// The administrator opens or closes an event.
fn set_mode(test: &TestApp, mode: SignInMode) {
    let mut loaded = (**test.app.experience.load()).clone();
    loaded.document.sign_in_mode = mode;
    test.app.experience.store(loaded.into());
}

on_both! {
    async fn b4_row_1_signing_in_needs_a_verification(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        assert_eq!(post(&mut person, "identification", json!({})).await.brief(), "400 guard.invalid_input");
    }

    async fn b4_row_2_an_unknown_verification_is_not_found(database: Database) {
        let test = TestApp::start(database).await;
        for event in ["SignIn", "Register"] {
            assert_eq!(begun(&test, event).await.identifies("nothing").await.brief(), "404 session.verification_session_not_found", "{event}");
        }
    }

    async fn b4_row_3_a_number_must_be_verified(database: Database) {
        let test = TestApp::start(database).await;
        for (event, phone) in [("SignIn", PHONE), ("Register", SECOND)] {
            let mut person = begun(&test, event).await;
            let id = sent(&mut person, phone, event).await;
            assert_eq!(person.identifies(&id).await.brief(), "400 session.verification_failed", "{event}");
        }
    }

    async fn b4_row_4_a_method_that_is_switched_off_lets_nobody_in(database: Database) {
        let test = TestApp::start(database).await;
        user(&test, PHONE, false).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        let mut loaded = (**test.app.experience.load()).clone();
        loaded.document.sign_in.methods.clear();
        test.app.experience.store(loaded.into());
        assert_eq!(person.identifies(&id).await.brief(), "422 user.sign_in_method_not_enabled");
    }

    async fn b4_row_5_nobody_with_that_number_is_told_with_the_number_as_written(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let written = format!("+{PHONE}");
        let id = sent(&mut person, &written, "SignIn").await;
        let code = person.reads_sms(PHONE);
        person.gives_code(&written, &id, &code).await;
        let refused = person.identifies(&id).await;
        assert_eq!(refused.brief(), "404 user.user_not_exist");
        assert_eq!(refused.json()["data"], json!({ "identifier": written }));
        person.switches("Register").await;
        assert_eq!(person.identifies(&id).await.brief(), "201", "the same id");
    }

    async fn b4_row_6_a_locked_account_stays_locked(database: Database) {
        let test = TestApp::start(database).await;
        user(&test, PHONE, true).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        assert_eq!(person.identifies(&id).await.brief(), "401 user.suspended");
    }

    async fn b4_row_7_a_walk_belongs_to_one_person(database: Database) {
        let test = TestApp::start(database).await;
        user(&test, PHONE, false).await;
        user(&test, SECOND, false).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        assert_eq!(person.identifies(&id).await.brief(), "204");
        let other = sent(&mut person, SECOND, "SignIn").await;
        let code = person.reads_sms(SECOND);
        person.gives_code(SECOND, &other, &code).await;
        assert_eq!(person.identifies(&other).await.brief(), "409 session.identity_conflict");
    }

    async fn b4_row_8_a_closed_event_is_forbidden_in_both_directions(database: Database) {
        // closed after the message: where only accounts may sign in, a number without one gets none
        let closed = TestApp::start(database).await;
        let mut person = closed.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        set_mode(&closed, SignInMode::SignIn);
        assert_eq!(person.identifies(&id).await.brief(), "403 auth.forbidden");
        let told = interaction(&mut person).await;
        assert_eq!(told["profile"], json!({ "primaryPhone": PHONE }), "the profile is saved before");
        let opposite = with_experience(Database::sqlite(), |sie| sie["signInMode"] = json!("Register")).await;
        let mut person = begun(&opposite, "SignIn").await;
        let id = sent(&mut person, PHONE, "SignIn").await;
        let code = person.reads_sms(PHONE);
        person.gives_code(PHONE, &id, &code).await;
        assert_eq!(person.identifies(&id).await.brief(), "403 auth.forbidden");
    }

    async fn b4_row_9_a_number_that_has_an_account_turns_registration_into_sign_in(database: Database) {
        let test = TestApp::start(database).await;
        user(&test, PHONE, false).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        assert_eq!(person.identifies(&id).await.brief(), "422 user.phone_already_in_use");
        person.switches("SignIn").await;
        assert_eq!(person.identifies(&id).await.brief(), "204", "the same id");
    }

    async fn b4_row_10_what_else_an_account_needs_is_named_and_the_number_kept(database: Database) {
        let test = with_experience(database, |sie| {
            sie["signUp"] = json!({ "identifiers": ["username"], "password": true, "verify": true });
        }).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        let refused = person.identifies(&id).await;
        assert_eq!(refused.brief(), "422 user.missing_profile");
        assert_eq!(refused.json()["data"], json!({ "missingProfile": ["username", "password"] }));
        let again = post(&mut person, "identification", json!({})).await;
        assert_eq!(again.brief(), "422 user.missing_profile", "without an id: the number is kept");
    }

    async fn b4_row_10_each_requirement_of_sign_up_is_named_as_the_contract_names_it(database: Database) {
        let test = TestApp::start(database).await;
        let secondary = |name: &str| json!([{ "identifier": name, "verify": true }]);
        for (n, (sign_up, with_number, without)) in [
            (json!({ "identifiers": ["email"], "verify": true }), json!(["email"]), json!(["email", "phone"])),
            (json!({ "identifiers": ["email", "phone"], "verify": true }), Value::Null, json!(["emailOrPhone"])),
            (json!({ "identifiers": ["username"], "secondaryIdentifiers": secondary("emailOrPhone") }), json!(["username"]), json!(["username", "emailOrPhone"])),
            (json!({ "identifiers": ["phone"], "verify": true, "secondaryIdentifiers": secondary("email") }), json!(["email"]), json!(["phone", "email"])),
            (json!({ "identifiers": ["phone"], "verify": true, "password": true }), json!(["password"]), json!(["phone", "password"])),
        ].into_iter().enumerate() {
            let mut loaded = (**test.app.experience.load()).clone();
            loaded.document.sign_up = serde_json::from_value(sign_up.clone()).unwrap();
            test.app.experience.store(loaded.into());
            let mut person = begun(&test, "Register").await;
            let nothing = post(&mut person, "identification", json!({})).await;
            assert_eq!((nothing.brief().as_str(), &nothing.json()["data"]["missingProfile"]), ("422 user.missing_profile", &without), "{sign_up}");
            let phone = format!("861380013801{n}");
            let id = person.proves("app", &phone, "Register").await;
            let answer = person.identifies(&id).await;
            if with_number.is_null() {
                assert_eq!(answer.brief(), "201", "{sign_up}");
            } else {
                assert_eq!((answer.brief().as_str(), &answer.json()["data"]["missingProfile"]), ("422 user.missing_profile", &with_number), "{sign_up}");
            }
        }
    }

    async fn b4_row_11_ours_refuses_a_number_that_is_none_before_it_is_texted(database: Database) {
        let test = TestApp::start(database).await;
        assert_eq!(begun(&test, "Register").await.asks_code("99912345", "Register").await.brief(), "422 user.invalid_phone");
        assert_eq!(test.sim.requests_seen(), 0);
    }

    async fn b4_row_12_a_phone_registers_also_where_sign_up_lists_none(database: Database) {
        let test = with_experience(database, |sie| {
            sie["signUp"] = json!({ "identifiers": [], "password": false, "verify": false });
        }).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        assert_eq!(person.identifies(&id).await.brief(), "201");
    }

    async fn b4_row_13_submit_needs_somebody(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.proves("app", PHONE, "SignIn").await;
        assert_eq!(person.submits().await.brief(), "404 session.identifier_not_found");
    }

    async fn b4_row_14_ours_lets_an_account_in_that_lacks_what_new_ones_need(database: Database) {
        let test = with_experience(database, |sie| {
            sie["signUp"] = json!({ "identifiers": ["phone", "username"], "password": false, "verify": true });
        }).await;
        user(&test, PHONE, false).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        person.identifies(&id).await;
        assert_eq!(person.submits().await.brief(), "200");
    }

    async fn b4_after_the_table_the_user_is_created_at_identification(database: Database) {
        let robot = |raw: &mut Value| raw["applications"].as_array_mut().unwrap().push(crate::support::robot());
        let test = TestApp::start_with(database, |_| {}, robot).await;
        let robot = crate::management::support::robot(&test).await;
        robot.makes("/api/roles", json!({ "name": "everybody", "description": "All", "isDefault": true })).await;
        let events = ["User.Created", "PostRegister", "PostSignIn"];
        robot.makes("/api/hooks", json!({ "name": "x", "events": events, "config": { "url": "https://hooks.example.com/" } })).await;
        let told = async || {
            let rows = test.app.db.read("SELECT event FROM hook_deliveries ORDER BY id", vec![]).await.unwrap();
            rows.iter().map(|row| row.text(0).unwrap()).collect::<Vec<_>>()
        };
        let mut person = test.visitor();
        let id = person.proves("other", PHONE, "Register").await;
        assert_eq!(told().await, Vec::<String>::new());
        assert_eq!(person.identifies(&id).await.brief(), "201");
        assert_eq!(told().await, ["User.Created"]);
        let users = robot.get("/api/users").await.json();
        assert_eq!((&users[0]["primaryPhone"], &users[0]["applicationId"], &users[0]["lastSignInAt"]), (&json!(PHONE), &json!("other"), &Value::Null));
        let path = format!("/api/users/{}", users[0]["id"].as_str().unwrap());
        assert_eq!(robot.get(&format!("{path}/roles")).await.json()[0]["name"], "everybody");
        test.app.clock.advance_millis(1000);
        person.submits().await;
        assert_eq!(told().await, ["User.Created", "PostRegister"]);
        assert_eq!(robot.get(&path).await.json()["lastSignInAt"], test.app.clock.now().0);
    }

    async fn b4_after_the_table_registering_is_checked_in_its_order(database: Database) {
        let test = with_experience(database, |sie| {
            sie["signUp"] = json!({ "identifiers": ["phone", "username"], "password": false, "verify": true });
        }).await;
        user(&test, PHONE, false).await;
        let mut person = begun(&test, "Register").await;
        // everything is wrong at once; each step mends one thing
        let id = sent(&mut person, PHONE, "Register").await;
        assert_eq!(person.identifies("nothing").await.brief(), "404 session.verification_session_not_found");
        assert_eq!(person.identifies(&id).await.brief(), "400 session.verification_failed");
        let code = person.reads_sms(PHONE);
        person.gives_code(PHONE, &id, &code).await;
        assert_eq!(person.identifies(&id).await.brief(), "422 user.phone_already_in_use");
        let id = sent(&mut person, SECOND, "Register").await;
        let code = person.reads_sms(SECOND);
        person.gives_code(SECOND, &id, &code).await;
        set_mode(&test, SignInMode::SignIn);
        assert_eq!(person.identifies(&id).await.brief(), "403 auth.forbidden");
        set_mode(&test, SignInMode::SignInAndRegister);
        let mut loaded = (**test.app.experience.load()).clone();
        assert_eq!(person.identifies(&id).await.brief(), "422 user.missing_profile");
        loaded.document.sign_up.identifiers = vec!["phone".to_owned()];
        test.app.experience.store(loaded.into());
        assert_eq!(person.identifies(&id).await.brief(), "201");
    }
}
