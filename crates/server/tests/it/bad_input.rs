//! Everything that can be wrong has a stable code, and costs nothing.
use aliyun_sms_sim::{Fault, FaultKind};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::visitor::{Answer, authorization_request};
use crate::support::{Database, TestApp};

const PHONE: &str = "8613800138000";

async fn ask(test: &TestApp, phone: &str) -> Answer {
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    person.asks_code(phone, "SignIn").await
}

async fn with_connector(change: impl FnOnce(&mut Value)) -> TestApp {
    TestApp::start_with(Database::sqlite(), change, |_raw| {}).await
}

#[tokio::test]
async fn numbers_that_cannot_be_texted_are_refused_before_anything_is_paid() {
    let test = TestApp::start(Database::sqlite()).await;
    for (phone, answer) in [
        ("1", "422 user.invalid_phone"),
        ("8613800", "422 user.invalid_phone"),
        ("999123456789", "422 user.invalid_phone"),
        ("88212345678", "422 user.invalid_phone"),
        ("", "400 guard.invalid_input"),
        ("+", "400 guard.invalid_input"),
        ("86 138", "400 guard.invalid_input"),
        ("８６１３８００１３８０００", "400 guard.invalid_input"),
        (
            "86138001380008613800138000861380013800086138001380008613800138000",
            "400 guard.invalid_input",
        ),
        ("447400123456", "422 user.phone_country_not_allowed"),
        ("14165550123", "422 user.phone_country_not_allowed"),
        ("861058888888", "422 user.phone_cannot_receive_sms"),
    ] {
        assert_eq!(ask(&test, phone).await.brief(), answer, "{phone}");
    }
    assert_eq!(test.sim.requests_seen(), 0);
}

#[tokio::test]
async fn what_is_not_the_json_we_want_is_told_without_repeating_it() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    for (kind, body) in [
        ("application/json", "{"),
        ("application/json", "{\"interactionEvent\":\"Nonsense-canary\"}"),
        ("application/json", "[]"),
        ("text/plain", "{\"interactionEvent\":\"SignIn\"}"),
    ] {
        let answer =
            person.send(Method::PUT, "/api/experience", Some((kind, body.to_owned()))).await;
        assert_eq!(answer.brief(), "400 guard.invalid_input", "{body}");
        assert!(!answer.text.contains("canary"), "{}", answer.text);
    }
    let huge = format!("{{\"interactionEvent\":\"{}\"}}", "x".repeat(100_000));
    let answer =
        person.send(Method::PUT, "/api/experience", Some(("application/json", huge))).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn an_authorization_request_that_cannot_be_trusted_leads_nowhere() {
    let test = TestApp::start(Database::sqlite()).await;
    let good = authorization_request("app", "");
    for (what, path, code) in [
        (
            "unknown client",
            good.replace("client_id=app", "client_id=nobody"),
            "oidc.invalid_client",
        ),
        (
            "other redirect",
            good.replace("app.example.com%2Fcallback", "evil.example.com%2Fcallback"),
            "oidc.invalid_redirect_uri",
        ),
        ("no redirect", good.replace("redirect_uri=", "redirect="), "oidc."),
        ("no client", good.replace("client_id=", "client="), "oidc.invalid_request"),
    ] {
        let answer = test.visitor().get(&path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}: {}", answer.text);
        assert!(
            answer.json()["code"].as_str().unwrap().starts_with(code),
            "{what}: {}",
            answer.text
        );
        assert!(answer.json()["message"].is_string(), "{what}");
    }
    for (what, path, error) in [
        (
            "no PKCE",
            good.split("&code_challenge").next().unwrap().to_owned(),
            "error=invalid_request",
        ),
        ("plain PKCE", good.replace("S256", "plain"), "error=invalid_request"),
        (
            "implicit",
            good.replace("response_type=code", "response_type=token"),
            "error=unsupported_response_type",
        ),
    ] {
        let answer = test.visitor().get(&path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{what}: {}", answer.text);
        let location = answer.location();
        assert!(
            location.starts_with("https://app.example.com/callback?") && location.contains(error),
            "{what}: {location}"
        );
        assert!(location.contains("state=a-state"), "{what}: {location}");
    }
}

/// What the provider said of the only message.
async fn recorded(test: &TestApp) -> String {
    let rows = test.app.db.read("SELECT provider_code FROM messages", vec![]).await.unwrap();
    rows[0].text(0).unwrap()
}

#[tokio::test]
async fn a_wrong_access_key_is_the_administrators_trouble() {
    let test = with_connector(|config| config["accessKeySecret"] = "wrong".into()).await;
    let answer = ask(&test, PHONE).await;
    assert_eq!(answer.brief(), "400 connector.general");
    assert_eq!(recorded(&test).await, "SignatureDoesNotMatch");
    assert!(
        !answer.text.contains("Signature"),
        "only the administrator learns it: {}",
        answer.text
    );
    assert_eq!(test.sim.messages(None, 10).len(), 0);
}

#[tokio::test]
async fn an_unapproved_signature_is_the_administrators_trouble() {
    let test = with_connector(|config| config["signName"] = "号码演示待审".into()).await;
    let answer = ask(&test, PHONE).await;
    assert_eq!(answer.brief(), "400 connector.general");
    let code = recorded(&test).await;
    assert!(code.starts_with("isv.S"), "{code}");
}

#[tokio::test]
async fn a_template_of_the_wrong_region_is_the_administrators_trouble() {
    let test = with_connector(|config| {
        config["templates"][0]["templateCode"]["china"] = "SMS_200000001".into();
    })
    .await;
    let answer = ask(&test, PHONE).await;
    assert_eq!(answer.brief(), "400 connector.general");
    assert_eq!(recorded(&test).await, "isv.DOMESTIC_NUMBER_NOT_SUPPORTED");
}

#[tokio::test]
async fn a_use_without_template_is_named_and_nothing_is_sent() {
    let test = with_connector(|config| {
        config["templates"] = json!([{ "usageType": "Register", "templateCode": "SMS_100000002" }]);
    })
    .await;
    assert_eq!(ask(&test, PHONE).await.brief(), "400 connector.template_not_found");
    assert_eq!(test.sim.requests_seen(), 0);
}

#[tokio::test]
async fn a_provider_that_is_down_means_surely_not_sent() {
    let test = with_connector(|config| config["endpoint"] = "http://127.0.0.1:9".into()).await;
    assert_eq!(ask(&test, PHONE).await.brief(), "502 connector.unreachable");
}

#[tokio::test]
async fn a_silent_provider_means_perhaps_sent_and_the_code_stays_good() {
    let test = with_connector(|config| config["timeoutMs"] = 300.into()).await;
    test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
    let mut person = test.visitor();
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    let answer = person.asks_code(PHONE, "SignIn").await;
    assert_eq!(answer.brief(), "504 connector.outcome_unknown");
    assert_eq!(person.messages(PHONE), 1, "never sent again by itself");
    let id = answer.json()["data"]["verificationId"].as_str().unwrap().to_owned();
    let code = person.reads_sms(PHONE);
    assert_eq!(person.gives_code(PHONE, &id, &code).await.brief(), "200");
}

#[tokio::test]
async fn garbage_from_the_provider_means_perhaps_sent() {
    let test = TestApp::start(Database::sqlite()).await;
    for kind in
        [FaultKind::GarbageBody, FaultKind::DropAfterRead, FaultKind::Status { status: 500 }]
    {
        let phone = format!("8613800138{:03}", test.sim.requests_seen());
        test.sim.add_fault(Fault::once(kind.clone()));
        let before = test.sim.requests_seen();
        assert_eq!(ask(&test, &phone).await.brief(), "504 connector.outcome_unknown", "{kind:?}");
        assert_eq!(test.sim.requests_seen() - before, 1, "{kind:?}: asked once");
    }
}

#[tokio::test]
async fn the_providers_own_limit_tells_the_wait() {
    let test = TestApp::start(Database::sqlite()).await;
    test.sim.add_fault(Fault::once(FaultKind::Code {
        code: "isv.BUSINESS_LIMIT_CONTROL".to_owned(),
        message: None,
        status: None,
    }));
    let answer = ask(&test, PHONE).await;
    assert_eq!(answer.brief(), "429 connector.rate_limit_exceeded");
    assert!(answer.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn without_a_connector_people_hear_it_and_nothing_breaks() {
    let test = TestApp::start_with(
        Database::sqlite(),
        |_| {},
        |raw| {
            raw.as_object_mut().unwrap().remove("connector");
        },
    )
    .await;
    assert_eq!(ask(&test, PHONE).await.brief(), "501 connector.not_found");
}

#[tokio::test]
async fn s39_another_sites_page_changes_nothing() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    person.arrives_from("app").await;
    for (header, value) in [
        ("origin", "https://evil.example.com"),
        ("sec-fetch-site", "cross-site"),
        ("origin", "null"),
    ] {
        let answer = person.with_headers(Method::PUT, "/api/experience", &[(header, value)]).await;
        assert_eq!(answer.brief(), "403 request.cross_site", "{header}: {value}");
    }
    let own = person
        .with_headers(Method::PUT, "/api/experience", &[("origin", "https://id.example.com")])
        .await;
    assert_eq!(own.brief(), "204");
}

#[tokio::test]
async fn a_lost_message_is_looked_up_and_never_sent_again() {
    let test = with_connector(|config| config["timeoutMs"] = 300.into()).await;
    test.sim.add_fault(Fault::once(FaultKind::AcceptThenSilent));
    assert_eq!(ask(&test, PHONE).await.brief(), "504 connector.outcome_unknown");
    haoma::reconcile::run(&test.app).await.unwrap();
    assert_eq!(test.sim.requests_by_action().get("QuerySendDetails"), None, "not yet due");
    test.advance_secs(31);
    haoma::reconcile::run(&test.app).await.unwrap();
    haoma::reconcile::run(&test.app).await.unwrap();
    assert_eq!(
        test.sim.requests_by_action().get("QuerySendDetails"),
        Some(&1),
        "settled after one look"
    );
    assert_eq!(test.sim.messages(Some(PHONE), 10).len(), 1);
    let due =
        haoma_store::messages::list_due(&test.app.db, test.app.clock.now().plus_secs(99_999), 9)
            .await;
    assert_eq!(due.unwrap(), []);
}

#[tokio::test]
async fn programs_hear_an_error_in_their_language_and_people_see_a_page() {
    let test = TestApp::start(Database::sqlite()).await;
    let mut person = test.visitor();
    let chinese = ("accept-language", "zh-CN,en;q=0.5");
    let page = ("accept", "text/html,*/*");
    let evil = ("origin", "https://evil.example.com");
    let said = person.with_headers(Method::PUT, "/api/experience", &[chinese, page]).await;
    assert_eq!(said.brief(), "400 session.not_found");
    assert!(said.json()["message"].as_str().unwrap().contains("登录"), "{}", said.text);
    let shown = person.with_headers(Method::POST, "/sign-in", &[chinese, page, evil]).await;
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
    assert!(shown.text.contains("</html>") && shown.text.contains("zh-CN"), "{}", shown.text);
}
