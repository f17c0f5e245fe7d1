//! The flow recipes under wire contract B.4, by the rows of their table.
use super::*;

on_both! {
    async fn recipe_1_register(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        assert_eq!(person.identifies(&id).await.brief(), "201");
        assert_eq!(person.submits().await.brief(), "200");
    }

    async fn recipe_2_sign_in(database: Database) {
        let test = TestApp::start(database).await;
        user(&test, PHONE, false).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        assert_eq!(person.identifies(&id).await.brief(), "204");
        assert_eq!(person.submits().await.brief(), "200");
    }

    async fn recipes_3_and_4_switch_in_both_directions_with_the_same_id(database: Database) {
        let test = TestApp::start(database).await;
        for (event, refused, other, answer) in [
            ("SignIn", "404 user.user_not_exist", "Register", "201"),
            ("Register", "422 user.phone_already_in_use", "SignIn", "204"),
        ] {
            let mut person = test.visitor();
            let id = person.proves("app", PHONE, event).await;
            assert_eq!(person.identifies(&id).await.brief(), refused);
            assert_eq!(person.switches(other).await.brief(), "204");
            assert_eq!(person.identifies(&id).await.brief(), answer);
            assert_eq!(person.submits().await.brief(), "200");
            test.advance_secs(61);
        }
    }

    async fn recipe_5_resend_only_the_newest_id_counts(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "Register").await;
        let first = sent(&mut person, PHONE, "Register").await;
        test.advance_secs(61);
        let second = sent(&mut person, PHONE, "Register").await;
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, &first, &code).await.brief(), "404 session.verification_session_not_found");
        assert_eq!(person.gives_code(PHONE, &second, &code).await.brief(), "200");
    }

    async fn recipe_6_verifying_twice_harms_nothing(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        let code = person.reads_sms(PHONE);
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "400 verification_code.not_found");
        assert_eq!(person.identifies(&id).await.brief(), "201");
    }

    async fn recipe_7_an_expired_interaction_is_not_found_by_anything(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "Register").await;
        test.advance_secs(3600);
        for answer in [
            person.begins("SignIn").await, person.switches("SignIn").await, person.asks_code(PHONE, "SignIn").await,
            person.gives_code(PHONE, "x", "123456").await, person.identifies("x").await, person.submits().await,
            post(&mut person, "profile", json!({ "type": "phone", "verificationId": "x" })).await,
            person.get("/api/experience/interaction").await,
        ] {
            assert_eq!(answer.brief(), "400 session.not_found");
        }
    }

    async fn recipe_8_the_event_of_a_message_need_not_be_the_walks(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = begun(&test, "SignIn").await;
        let id = sent(&mut person, PHONE, "Register").await;
        let code = person.reads_sms(PHONE);
        person.gives_code(PHONE, &id, &code).await;
        assert_eq!(person.identifies(&id).await.brief(), "404 user.user_not_exist", "the walk still signs in");
    }
}
