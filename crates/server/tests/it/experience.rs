//! What the Experience API promises besides the rows of wire contract B, which are in `sequence/`.
use crate::support::visitor::authorization_request;
use crate::support::{Database, TestApp};

const PHONE: &str = "8613800138000";

on_both! {
    async fn a_walk_fills_no_log_however_often_its_steps_are_taken(database: Database) {
        let asks_more = |raw: &mut serde_json::Value| raw["sign_in_experience"]["signUp"]["password"] = true.into();
        let test = TestApp::start_with(database, |_connector| {}, asks_more).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "SignIn").await;
        for _time in 0..3 {
            assert_eq!(person.identifies(&id).await.brief(), "404 user.user_not_exist");
            assert_eq!(person.switches("SignIn").await.brief(), "204", "no change");
            for event in ["Register", "SignIn", "Register"] {
                assert_eq!(person.switches(event).await.brief(), "204");
            }
            assert_eq!(person.identifies(&id).await.brief(), "422 user.missing_profile");
            person.switches("SignIn").await;
        }
        person.begins("SignIn").await;
        person.switches("Register").await;
        let sql = "SELECT key, error FROM audit_events WHERE interaction_id IS NOT NULL ORDER BY id";
        let rows = test.app.db.read(sql, vec![]).await.unwrap();
        let mut told: Vec<_> = rows.iter().map(|row| (row.text(0).unwrap(), row.opt_text(1).unwrap())).collect();
        told.sort();
        let told: Vec<_> = told.iter().map(|(key, error)| (key.as_str(), error.as_deref())).collect();
        assert_eq!(told, [
            ("Interaction.Register.Identifier.Submit", Some("user.missing_profile")),
            ("Interaction.Register.Profile.Update", None),
            ("Interaction.Register.Update", None),
            ("Interaction.SignIn.Create", None),
            ("Interaction.SignIn.Identifier.Submit", Some("user.user_not_exist")),
            ("Interaction.SignIn.Update", None),
            ("Interaction.SignIn.Verification.PhoneVerificationCode.Create", None),
            ("Interaction.SignIn.Verification.PhoneVerificationCode.Submit", None),
        ]);
    }

    async fn a_wrong_code_counts_down_and_the_right_one_still_works(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sent = person.asks_code(PHONE, "SignIn").await.json();
        assert_eq!(sent["attempts_left"], 5);
        assert_eq!(sent["resend_at"].as_i64().unwrap() - sent["server_now"].as_i64().unwrap(), 60_000);
        assert_eq!(sent["expires_at"].as_i64().unwrap() - sent["server_now"].as_i64().unwrap(), 300_000);
        let id = sent["verificationId"].as_str().unwrap();
        let code = person.reads_sms(PHONE);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for left in [4, 3, 2, 1] {
            let answer = person.gives_code(PHONE, id, wrong).await;
            assert_eq!(answer.brief(), "400 verification_code.code_mismatch");
            assert_eq!(answer.json()["attempts_left"], left);
        }
        assert_eq!(person.gives_code(PHONE, id, &code).await.brief(), "200");
        let again = person.gives_code(PHONE, id, &code).await;
        assert_eq!(again.brief(), "400 verification_code.not_found", "spent");
        assert_eq!(person.identifies(id).await.brief(), "404 user.user_not_exist", "still verified");
    }

    async fn s9_guesses_run_out_and_a_resend_does_not_refill_them(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sent = person.asks_code(PHONE, "SignIn").await.json();
        let id = sent["verificationId"].as_str().unwrap().to_owned();
        let code = person.reads_sms(PHONE);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _guess in 0..4 {
            person.gives_code(PHONE, &id, wrong).await;
        }
        test.advance_secs(60);
        let again = person.asks_code(PHONE, "SignIn").await.json();
        assert_eq!(again["attempts_left"], 1, "the same code, the same count");
        assert_eq!(person.reads_sms(PHONE), code);
        let new_id = again["verificationId"].as_str().unwrap();
        assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "404 session.verification_session_not_found");
        assert_eq!(person.gives_code(PHONE, new_id, wrong).await.brief(), "400 verification_code.code_mismatch");
        assert_eq!(person.gives_code(PHONE, new_id, &code).await.brief(), "400 verification_code.exceed_max_try");
    }

    async fn s4_a_code_dies_exactly_when_it_says(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let sent = person.asks_code(PHONE, "SignIn").await.json();
        let id = sent["verificationId"].as_str().unwrap();
        let code = person.reads_sms(PHONE);
        test.app.clock.advance_millis(300_000);
        assert_eq!(person.gives_code(PHONE, id, &code).await.brief(), "400 verification_code.expired");
        test.app.clock.advance_millis(-1);
        assert_eq!(person.gives_code(PHONE, id, &code).await.brief(), "200");
    }

    async fn s19_the_cooldown_is_decided_by_the_server(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        person.arrives_from("app").await;
        person.begins("SignIn").await;
        let first = person.asks_code(PHONE, "SignIn").await.json();
        test.advance_secs(59);
        let early = person.asks_code(PHONE, "SignIn").await;
        assert_eq!(early.brief(), "429 request.message_rate_limited");
        assert_eq!(early.headers["retry-after"], "1");
        assert_eq!(early.json()["resend_at"], first["resend_at"]);
        assert_eq!(person.messages(PHONE), 1);
        test.advance_secs(1);
        let second = person.asks_code(PHONE, "SignIn").await;
        assert_eq!(second.brief(), "200");
        assert_eq!(person.messages(PHONE), 2);
        let wait = second.json()["resend_at"].as_i64().unwrap() - second.json()["server_now"].as_i64().unwrap();
        assert_eq!(wait, 120_000, "the second wait is longer");
    }

    async fn s13_a_code_works_only_in_the_walk_it_was_sent_for(database: Database) {
        let test = TestApp::start(database).await;
        let mut one = test.visitor();
        one.arrives_from("app").await;
        one.begins("SignIn").await;
        one.asks_code(PHONE, "SignIn").await;
        let code = one.reads_sms(PHONE);
        test.advance_secs(61);
        let mut two = test.visitor();
        two.arrives_from("app").await;
        two.begins("SignIn").await;
        let sent = two.asks_code(PHONE, "SignIn").await.json();
        let id = sent["verificationId"].as_str().unwrap();
        assert_ne!(code, two.reads_sms(PHONE));
        assert_eq!(two.gives_code(PHONE, id, &code).await.brief(), "400 verification_code.code_mismatch");
    }

    async fn s15_s16_a_finished_walk_cannot_be_used_again(database: Database) {
        let test = TestApp::start(database).await;
        let mut person = test.visitor();
        let id = person.proves("app", PHONE, "Register").await;
        person.identifies(&id).await;
        let other = person.gives_code("8613800138001", &id, "123456").await;
        assert_eq!(other.brief(), "400 verification_code.not_found", "the number cannot be swapped");
        assert_eq!(person.submits().await.brief(), "200");
        for answer in [person.submits().await, person.identifies(&id).await, person.begins("SignIn").await] {
            assert_eq!(answer.brief(), "400 session.not_found");
        }
    }
}

#[tokio::test]
async fn an_interaction_lives_an_hour() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    test.advance_secs(3599);
    assert_eq!(person.begins("SignIn").await.brief(), "204");
    test.advance_secs(1);
    assert_eq!(person.begins("SignIn").await.brief(), "400 session.not_found");
}

#[tokio::test]
async fn numbers_abroad_get_the_international_template() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    assert_eq!(person.asks_code("85251234567", "SignIn").await.brief(), "200");
    assert_eq!(test.sim.latest("85251234567").unwrap().template_code, "SMS_200000001");
    assert_eq!(person.asks_code(PHONE, "Register").await.brief(), "200");
    assert_eq!(test.sim.latest(PHONE).unwrap().template_code, "SMS_100000002");
}

#[tokio::test]
async fn every_page_leads_where_it_should_and_looking_sends_nothing() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    person.asks_code(PHONE, "SignIn").await;
    test.advance_secs(3000);
    let authorization = authorization_request("app", "");
    for (path, answer) in [
        ("/", "303 /sign-in"),
        ("/sign-in", "200"),
        ("/register", "200"),
        ("/sign-in/verify", "200"),
        ("/register/verify", "200"),
        ("/sign-in/resend", "303 /sign-in/verify"),
        ("/register/resend", "303 /register/verify"),
        ("/identifier-sign-in", "303 /sign-in"),
        ("/identifier-register", "303 /register"),
        ("/reset-password", "303 /sign-in"),
        ("/single-sign-on", "303 /sign-in"),
        ("/direct/sso/somewhere", "303 /sign-in"),
        ("/consent", "303 /unknown-session"),
        ("/unknown-session", "200"),
        ("/api/experience", "405"),
        ("/api/experience/interaction-event", "405"),
        ("/api/experience/verification/verification-code", "405"),
        ("/api/experience/verification/verification-code/verify", "405"),
        ("/api/experience/identification", "405"),
        ("/api/experience/profile", "405"),
        ("/api/experience/submit", "405"),
        ("/api/experience/interaction", "200"),
        ("/api/.well-known/sign-in-exp", "200"),
        ("/api/.well-known/phrases", "200"),
        ("/api/status", "204"),
        ("/oidc/.well-known/openid-configuration", "200"),
        ("/oidc/jwks", "200"),
        (authorization.as_str(), "303 /sign-in?app_id=app"),
    ] {
        let got = person.get(path).await;
        let to = if got.status.is_redirection() { got.location() } else { String::new() };
        let got = format!("{} {to}", got.status.as_u16());
        assert_eq!(got.trim_end(), answer, "{path}");
    }
    assert_eq!(test.sim.messages(None, 10).len(), 1);
}

#[tokio::test]
async fn s32_where_only_accounts_may_sign_in_an_unknown_number_gets_the_same_answer_and_no_message()
{
    let only_existing =
        |raw: &mut serde_json::Value| raw["sign_in_experience"]["signInMode"] = "SignIn".into();
    let test = TestApp::start_with(Database::sqlite(), |_| {}, only_existing).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let answer = person.asks_code(PHONE, "SignIn").await;
    assert_eq!(answer.brief(), "200");
    assert_eq!(answer.json()["attempts_left"], 5);
    test.app.work.ended().await;
    assert_eq!(test.sim.requests_seen(), 0);
    assert_eq!(
        person.asks_code(PHONE, "SignIn").await.brief(),
        "429 request.message_rate_limited",
        "counted as ever"
    );
}

#[tokio::test]
async fn no_code_is_ever_sent_for_account_recovery() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    let refused = "400 session.not_supported_for_forgot_password";
    assert_eq!(person.begins("ForgotPassword").await.brief(), refused);
    person.begins("SignIn").await;
    assert_eq!(person.asks_code(PHONE, "ForgotPassword").await.brief(), refused);
    assert_eq!(test.sim.requests_seen(), 0);
}

#[tokio::test]
async fn an_expired_code_is_called_expired_also_after_the_purge() {
    use haoma_store::purge::{Retention, purge};
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let sent = person.asks_code(PHONE, "SignIn").await.json();
    let code = person.reads_sms(PHONE);
    test.advance_secs(301);
    let now = test.app.clock.now();
    let ago = now.plus_secs(-86_400);
    let retention = Retention {
        messages: ago,
        audit_events: ago,
        hook_deliveries: ago,
        expired_codes: ago,
        deleted_connectors: ago,
    };
    purge(&test.app.db, now, retention, 100).await.unwrap();
    let answer = person.gives_code(PHONE, sent["verificationId"].as_str().unwrap(), &code).await;
    assert_eq!(answer.brief(), "400 verification_code.expired");
}
