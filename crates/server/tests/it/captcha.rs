//! The step up where work helps no more: a captcha of a third party, and what happens when that cannot be had.
use aliyun_sms_sim::{
    DEMO_ACCESS_KEY_ID, DEMO_ACCESS_KEY_SECRET, DEMO_CAPTCHA_PREFIX, DEMO_CAPTCHA_SCENE, Fault,
    FaultKind,
};
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, Method, StatusCode};
use haoma_core::challenge::{self, Challenge};
use haoma_core::time::Timestamp;
use serde_json::{Value, json};

use crate::support::visitor::{Answer, hidden};
use crate::support::{Database, TestApp, Visitor};

const SEND: &str = "/api/experience/verification/verification-code";
pub(crate) const HERE: &str = "203.0.113.7";
pub(crate) const ASKED: &str = "422 session.captcha_required";
pub(crate) const FAILED: &str = "422 session.captcha_failed";
pub(crate) const WAIT: &str = "429 request.message_rate_limited";
const UNAVAILABLE: &str = "503 session.captcha_unavailable";

/// The `n`th number of a row.
pub(crate) fn phone(n: usize) -> String {
    format!("86138001{:05}", 38_000 + n)
}

/// The simulator's captcha, and an address that has one message for nothing, a second for work, and two more for captchas.
pub(crate) fn configured(raw: &mut Value) {
    let sim = raw["connector"]["config"]["endpoint"].as_str().unwrap().to_owned();
    raw["limits"] = json!({ "per_address_day": 2 });
    raw["captcha"] = json!({
        "provider": "aliyun", "scene_id": DEMO_CAPTCHA_SCENE, "prefix": DEMO_CAPTCHA_PREFIX,
        "access_key_id": DEMO_ACCESS_KEY_ID, "access_key_secret": DEMO_ACCESS_KEY_SECRET,
        "script": format!("{sim}/captcha/AliyunCaptcha.js"), "endpoint": sim,
    });
}

/// The same after these changes, where two messages were sent to one address.
pub(crate) async fn started(database: Database, change: impl FnOnce(&mut Value)) -> TestApp {
    let change = |raw: &mut Value| {
        configured(raw);
        change(raw);
    };
    let test = TestApp::start_with(database, |_connector| {}, change).await;
    two_for(&test, (Some(HERE), 1)).await;
    test
}

/// The first of two messages costs nothing, the second work: to the `n`th number and the one after it.
pub(crate) async fn two_for(test: &TestApp, (from, n): (Option<&str>, usize)) {
    let first = arrived_from(test, from).await.asks_code(&phone(n), "SignIn").await;
    assert_eq!(first.brief(), "200", "{}", first.text);
    let mut worker = arrived_from(test, from).await;
    let asked = worker.asks_code(&phone(n + 1), "SignIn").await.json();
    let work = Challenge {
        text: asked["data"]["challenge"].as_str().unwrap().to_owned(),
        difficulty: asked["data"]["difficulty"].as_i64().unwrap(),
        expires_at: Timestamp(0),
    };
    let body = json!({
        "identifier": { "type": "phone", "value": phone(n + 1) }, "interactionEvent": "SignIn",
        "challenge": work.text, "solution": challenge::solve(&work),
    });
    assert_eq!(worker.request(Method::POST, SEND, Some(body)).await.brief(), "200");
}

pub(crate) async fn arrived(test: &TestApp) -> Visitor {
    arrived_from(test, Some(HERE)).await
}

/// Somebody in a new walk; `None`: nobody knows where.
pub(crate) async fn arrived_from(test: &TestApp, from: Option<&str>) -> Visitor {
    let mut person = match from {
        Some(address) => test.visitor().at(address),
        None => test.visitor(),
    };
    person.arrives_from("app").await;
    person.begins("SignIn").await;
    person
}

/// Asks again, with what came with the captcha and what its script handed over.
pub(crate) async fn hands_over(
    person: &mut Visitor,
    n: usize,
    asked: &Answer,
    token: &str,
) -> Answer {
    let body = json!({
        "identifier": { "type": "phone", "value": phone(n) }, "interactionEvent": "SignIn",
        "challenge": asked.json()["data"]["challenge"], "captchaToken": token,
    });
    person.request(Method::POST, SEND, Some(body)).await
}

/// Somebody who is asked for a captcha.
pub(crate) async fn asked(test: &TestApp, n: usize) -> (Visitor, Answer) {
    let mut person = arrived(test).await;
    let asked = person.asks_code(&phone(n), "SignIn").await;
    assert_eq!(asked.brief(), ASKED, "{}", asked.text);
    (person, asked)
}

pub(crate) fn ticked(test: &TestApp) -> String {
    test.sim.tick_captcha(DEMO_CAPTCHA_SCENE).unwrap()
}

pub(crate) fn sent(test: &TestApp) -> usize {
    test.sim.messages(None, 10_000).len()
}

/// How often the provider was asked about a captcha.
pub(crate) fn checks(test: &TestApp) -> u64 {
    test.sim.requests_by_action().get("VerifyIntelligentCaptcha").copied().unwrap_or_default()
}

pub(crate) async fn count(test: &TestApp, sql: &'static str) -> i64 {
    test.app.db.read(sql, vec![]).await.unwrap()[0].int(0).unwrap()
}

pub(crate) async fn alarms(test: &TestApp) -> i64 {
    count(test, "SELECT COUNT(*) FROM audit_events WHERE key = 'Alarm.Captcha'").await
}

async fn counted(test: &TestApp) -> i64 {
    refused(test, "captcha_down").await
}

/// Why the last alarm was raised.
pub(crate) async fn reason_of_alarm(test: &TestApp) -> String {
    let sql =
        "SELECT payload FROM audit_events WHERE key = 'Alarm.Captcha' ORDER BY id DESC LIMIT 1";
    let payload = test.app.db.read(sql, vec![]).await.unwrap()[0].text(0).unwrap();
    let payload: Value = serde_json::from_str(&payload).unwrap();
    payload["reason"].as_str().unwrap().to_owned()
}

/// How often that was counted as the reason why something was refused.
pub(crate) async fn refused(test: &TestApp, reason: &str) -> i64 {
    const SQL: &str =
        "SELECT CAST(COALESCE(SUM(hits), 0) AS BIGINT) FROM refusals WHERE reason = $1";
    haoma::refusals::store(&test.app).await.unwrap();
    test.app.db.read(SQL, vec![reason.into()]).await.unwrap()[0].int(0).unwrap()
}

on_both! {
    async fn s38_where_work_helps_no_more_a_captcha_does_once(database: Database) {
        let test = started(database, |_| {}).await;
        let (mut person, shown) = asked(&test, 3).await;
        let data = &shown.json()["data"];
        assert_eq!(data["captcha"], json!({
            "provider": "aliyun", "sceneId": DEMO_CAPTCHA_SCENE, "prefix": DEMO_CAPTCHA_PREFIX, "region": "cn",
        }));
        assert!(data["challenge"].is_string() && data["expiresAt"].is_i64() && data.get("difficulty").is_none(), "{data}");
        let token = ticked(&test);
        let passed = hands_over(&mut person, 3, &shown, &token).await;
        assert_eq!(passed.brief(), "200", "{}", passed.text);
        let (mut other, shown) = asked(&test, 4).await;
        let reused = hands_over(&mut other, 4, &shown, &token).await;
        assert_eq!(reused.brief(), FAILED, "{}", reused.text);
        assert_eq!(sent(&test), 3);
        assert_eq!(hands_over(&mut other, 4, &reused, &ticked(&test)).await.brief(), "200", "they may try again");
        let full = arrived(&test).await.asks_code(&phone(5), "SignIn").await;
        assert_eq!((full.brief().as_str(), &full.json()["data"]["limit"]), (WAIT, &json!("address")));
        assert_eq!((sent(&test), alarms(&test).await, counted(&test).await), (4, 0, 0));
    }

    async fn s38_what_is_no_captcha_of_this_message_raises_nobody(database: Database) {
        let test = started(database, |_| {}).await;
        let (mut person, shown) = asked(&test, 3).await;
        let before = checks(&test);
        let foreign = asked(&test, 3).await.1;
        assert_eq!(hands_over(&mut person, 3, &foreign, &ticked(&test)).await.brief(), FAILED, "another walk's");
        assert_eq!(hands_over(&mut person, 4, &shown, &ticked(&test)).await.brief(), FAILED, "another number's");
        test.advance_secs(300);
        assert_eq!(hands_over(&mut person, 3, &shown, &ticked(&test)).await.brief(), FAILED, "too late");
        assert_eq!(checks(&test), before, "nobody is asked about what nobody was asked for");
        let mut shown = person.asks_code(&phone(3), "SignIn").await;
        let late = ticked(&test);
        test.advance_secs(91);
        for (token, why) in [
            (test.sim.tick_captcha("haoma02x").unwrap(), "another scene's"),
            ("made up".to_owned(), "made up"),
            (late, "the provider's time is over"),
            ("x".repeat(17 * 1024), "too long"),
        ] {
            let again = hands_over(&mut person, 3, &shown, &token).await;
            assert_eq!(again.brief(), FAILED, "{why}");
            assert_eq!(hands_over(&mut person, 3, &shown, &ticked(&test)).await.brief(), FAILED, "asked about once");
            shown = again;
        }
        assert_eq!(checks(&test), before + 3, "what is too long is not even asked about");
        let ticket = shown.json()["data"]["challenge"].clone();
        let as_work = json!({
            "identifier": { "type": "phone", "value": phone(3) }, "interactionEvent": "SignIn", "challenge": ticket, "solution": "0",
        });
        assert_eq!(person.request(Method::POST, SEND, Some(as_work)).await.brief(), FAILED, "it is no work");
        assert_eq!((sent(&test), alarms(&test).await), (2, 0));
    }

    async fn s38_of_many_at_once_with_one_captcha_one_is_asked_about(database: Database) {
        let test = started(database, |_| {}).await;
        let (person, shown) = asked(&test, 3).await;
        let token = ticked(&test);
        let asking: Vec<_> = (0..8).map(|_| {
            let (mut tab, text, token) = (person.clone(), shown.text.clone(), token.clone());
            tokio::spawn(async move {
                let shown = Answer { text, status: StatusCode::OK, headers: HeaderMap::new() };
                hands_over(&mut tab, 3, &shown, &token).await.brief()
            })
        }).collect();
        let mut passed = 0;
        for one in asking {
            passed += usize::from(one.await.unwrap() == "200");
        }
        assert_eq!((passed, checks(&test), sent(&test)), (1, 1, 3));
    }

    async fn s38_a_walk_has_so_many_captchas_checked_and_then_waits(database: Database) {
        let test = started(database, |_| {}).await;
        let (mut person, mut shown) = asked(&test, 3).await;
        for n in 1..6 {
            shown = hands_over(&mut person, 3, &shown, "wrong").await;
            assert_eq!(shown.brief(), FAILED, "{n}");
        }
        assert_eq!(hands_over(&mut person, 3, &shown, "wrong").await.brief(), WAIT);
        assert_eq!(hands_over(&mut person, 3, &shown, &ticked(&test)).await.brief(), WAIT);
        person.begins("SignIn").await;
        assert_eq!(person.asks_code(&phone(3), "SignIn").await.brief(), WAIT, "nor does starting over help");
        assert_eq!((checks(&test), sent(&test)), (6, 2));
    }

    async fn s38_a_provider_that_is_down_opens_nothing_and_takes_nothing_from_the_neighbours(database: Database) {
        let test = started(database, |raw| raw["limits"]["captchas_per_network_day"] = 1.into()).await;
        let refused = FaultKind::Code { code: "SignatureDoesNotMatch".to_owned(), message: None, status: None };
        let faults = [
            FaultKind::Status { status: 503 }, FaultKind::Status { status: 500 }, FaultKind::GarbageBody,
            FaultKind::DropAfterRead, FaultKind::RefuseConnection, refused,
        ];
        for (n, kind) in faults.into_iter().enumerate() {
            let (mut person, shown) = asked(&test, 10 + n).await;
            test.sim.add_fault(Fault::once(kind.clone()));
            let answer = hands_over(&mut person, 10 + n, &shown, &ticked(&test)).await;
            assert_eq!(answer.brief(), WAIT, "{kind:?}: what there is without a captcha: {}", answer.text);
            assert_eq!(answer.json()["data"], json!({ "limit": "address" }));
            assert!(test.sim.faults().is_empty(), "{kind:?} met the check");
        }
        assert_eq!(sent(&test), 2);
        assert_eq!((alarms(&test).await, counted(&test).await), (1, 6), "one alarm an hour, and every time is counted");
        let (mut person, shown) = asked(&test, 20).await;
        assert_eq!(hands_over(&mut person, 20, &shown, &ticked(&test)).await.brief(), "200", "it is back");
    }

    async fn s38_down_and_told_to_refuse_nothing_goes_out_and_it_is_said(database: Database) {
        let test = started(database, |raw| raw["captcha"]["when_down"] = "refuse".into()).await;
        let (mut person, shown) = asked(&test, 3).await;
        test.sim.add_fault(Fault::once(FaultKind::Status { status: 503 }));
        let answer = hands_over(&mut person, 3, &shown, &ticked(&test)).await;
        assert_eq!(answer.brief(), UNAVAILABLE, "{}", answer.text);
        assert!(answer.headers.contains_key("retry-after"));
        assert_eq!((sent(&test), alarms(&test).await, counted(&test).await), (2, 1, 1));
        let (mut other, shown) = asked(&test, 4).await;
        assert_eq!(hands_over(&mut other, 4, &shown, "").await.brief(), UNAVAILABLE, "nor without trying");
        assert_eq!((sent(&test), checks(&test)), (2, 1));
    }

    async fn s38_keys_that_are_refused_are_a_provider_that_is_down(database: Database) {
        let test = started(database, |raw| raw["captcha"]["access_key_secret"] = "not-the-secret".into()).await;
        let (mut person, shown) = asked(&test, 3).await;
        assert_eq!(hands_over(&mut person, 3, &shown, &ticked(&test)).await.brief(), WAIT);
        assert_eq!((sent(&test), alarms(&test).await), (2, 1));
    }

    async fn s38_a_scene_in_test_mode_is_a_provider_that_is_down(database: Database) {
        let test = started(database, |_| {}).await;
        for (n, passes, why) in [(3, true, "T005: the scene is in test mode and passes everybody"), (4, false, "F004: the scene is in test mode and fails everybody")] {
            let mut seed = test.sim.seed();
            seed.captcha.scenes[0].test_passes = Some(passes);
            test.sim.set_seed(seed);
            let (mut person, shown) = asked(&test, n).await;
            assert_eq!(hands_over(&mut person, n, &shown, &ticked(&test)).await.brief(), WAIT, "{why}");
            assert_eq!(reason_of_alarm(&test).await, why);
            test.advance_secs(3600);
        }
        assert_eq!((sent(&test), alarms(&test).await, counted(&test).await), (2, 2, 2));
    }

    async fn s38_a_page_that_cannot_show_it_goes_on_with_what_there_is_without(database: Database) {
        let test = started(database, |_| {}).await;
        let (mut person, shown) = asked(&test, 3).await;
        assert_eq!(hands_over(&mut person, 3, &shown, "").await.brief(), WAIT);
        assert_eq!((checks(&test), sent(&test), alarms(&test).await), (0, 2, 0), "whoever says so raises no alarm");
        test.advance_secs(86_400);
        let mut later = arrived(&test).await;
        assert_eq!(hands_over(&mut later, 3, &shown, "").await.brief(), "200", "where nothing is due it is not missed");
    }

    async fn s38_without_a_captcha_nobody_is_asked_for_one(database: Database) {
        let test = started(database, |raw| raw["captcha"] = Value::Null).await;
        let full = arrived(&test).await.asks_code(&phone(3), "SignIn").await;
        assert_eq!(full.brief(), WAIT, "{}", full.text);
        let mut person = arrived(&test).await;
        assert_eq!(hands_over(&mut person, 3, &full, &ticked(&test)).await.brief(), WAIT);
        assert_eq!(sent(&test), 2);
    }

    async fn a_page_shows_the_captcha_and_loads_it_from_its_provider_alone(database: Database) {
        let test = started(database, |_| {}).await;
        let sim = test.connector_endpoint().as_str().unwrap().to_owned();
        let mut person = test.visitor().at(HERE);
        person.arrives_from("app").await;
        let page = person.get("/sign-in").await;
        assert!(!page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap().contains(&sim), "no other page");
        let csrf = hidden(&page.text, "csrf");
        let form = [("csrf", csrf.as_str()), ("phone", "13800138003"), ("country", "CN"), ("agree", "yes")];
        let page = person.posts("/sign-in", &form).await;
        assert_eq!(page.status.as_u16(), 422);
        assert!(page.text.contains("data-form=\"captcha\"") && page.text.contains("<noscript>"), "{}", page.text);
        let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains(&format!("script-src 'self' {sim};")) && !policy.contains("unsafe"), "{policy}");
        let mut again: Vec<_> = ["csrf", "phone", "country", "agree", "challenge"].map(|name| (name, hidden(&page.text, name))).into();
        again.push(("captcha_token", ticked(&test)));
        let fields: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(person.posts("/sign-in", &fields).await.location(), "/sign-in/verify");
        assert_eq!(person.messages("8613800138003"), 1);
    }
}
