//! Captcha 2.0: what a browser hands over is judged once, for its scene, and within its time.

use crate::support::{Answer, Caller, deliver, demo, query};
use aliyun_sms_sim::{DEMO_CAPTCHA_PREFIX, DEMO_CAPTCHA_SCENE, Fault, FaultKind};
use axum::{body::Body, http::Request};

const ANOTHER: &str = "haoma02x";

async fn judged(caller: &Caller, param: &str, scene: &str) -> String {
    let params = [("CaptchaVerifyParam", param), ("SceneId", scene)];
    let answer = caller.call("VerifyIntelligentCaptcha", &params).await;
    assert_eq!(answer.verdict(), (200, "Success"), "{}", answer.text);
    assert_eq!(answer.json["Success"], true);
    let code = answer.json["Result"]["VerifyCode"].as_str().unwrap().to_owned();
    assert_eq!(answer.json["Result"]["VerifyResult"], code.starts_with('T'), "{code}");
    code
}

fn ticked(caller: &Caller) -> String {
    caller.sim.tick_captcha(DEMO_CAPTCHA_SCENE).unwrap()
}

#[tokio::test]
async fn what_was_ticked_passes_once() {
    let caller = demo();
    let param = ticked(&caller);
    assert_eq!(judged(&caller, &param, DEMO_CAPTCHA_SCENE).await, "T001");
    assert_eq!(judged(&caller, &param, DEMO_CAPTCHA_SCENE).await, "F018");
}

#[tokio::test]
async fn another_scene_too_late_and_made_up_do_not_pass() {
    let caller = demo();
    let param = ticked(&caller);
    for (given, scene, code) in [
        ("", DEMO_CAPTCHA_SCENE, "F002"),
        ("nonsense", DEMO_CAPTCHA_SCENE, "F003"),
        ("e30=", DEMO_CAPTCHA_SCENE, "F003"),
        (param.as_str(), "nowhere", "F005"),
        (param.as_str(), ANOTHER, "F012"),
    ] {
        assert_eq!(judged(&caller, given, scene).await, code, "{given} {scene}");
    }
    let stranger = demo();
    assert_eq!(judged(&stranger, &param, DEMO_CAPTCHA_SCENE).await, "F014");
    caller.sim.advance_ms(90_001);
    assert_eq!(judged(&caller, &param, DEMO_CAPTCHA_SCENE).await, "F019");
    assert_eq!(caller.sim.tick_captcha("nowhere"), None);
}

#[tokio::test]
async fn a_scene_in_test_mode_passes_everybody_or_nobody() {
    let caller = demo();
    for (passes, code) in [(true, "T005"), (false, "F004")] {
        let mut seed = caller.sim.seed();
        seed.captcha.scenes[0].test_passes = Some(passes);
        caller.sim.set_seed(seed);
        let param = ticked(&caller);
        assert_eq!(judged(&caller, &param, DEMO_CAPTCHA_SCENE).await, code);
        assert_eq!(judged(&caller, "nonsense", DEMO_CAPTCHA_SCENE).await, "F003");
    }
}

#[tokio::test]
async fn a_check_meets_faults_and_the_gateway_as_every_call_does() {
    let caller = demo();
    let param = ticked(&caller);
    let params = [("CaptchaVerifyParam", param.as_str())];
    let mut fault = Fault::once(FaultKind::Status { status: 503 });
    fault.action = Some("VerifyIntelligentCaptcha".to_owned());
    caller.sim.add_fault(fault);
    let answer = caller.call("VerifyIntelligentCaptcha", &params).await;
    assert_eq!(answer.verdict(), (503, "ServiceUnavailable"));
    let wrong = Caller { secret: "another".to_owned(), ..demo() };
    let answer = wrong.call("VerifyIntelligentCaptcha", &params).await;
    assert_eq!(answer.verdict(), (400, "SignatureDoesNotMatch"));
}

async fn browser(caller: &Caller, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "http://127.0.0.1:3001")
        .body(Body::from(query(fields)))
        .unwrap();
    deliver(&caller.sim, request).await
}

#[tokio::test]
async fn the_stand_in_of_the_script_draws_for_the_accounts_scenes_alone() {
    let caller = demo();
    let script = Request::get("/captcha/AliyunCaptcha.js").body(Body::empty()).unwrap();
    let script = deliver(&caller.sim, script).await;
    assert!(script.text.contains("initAliyunCaptcha"), "{}", script.status);
    let begins = |prefix: &'static str, region: &'static str| {
        [("sceneId", DEMO_CAPTCHA_SCENE), ("prefix", prefix), ("region", region)]
    };
    for (prefix, region) in [("another", "cn"), (DEMO_CAPTCHA_PREFIX, "sgp")] {
        let refused = browser(&caller, "/captcha/init", &begins(prefix, region)).await;
        assert_eq!((refused.status, refused.json["code"].as_str()), (400, Some("F006")));
    }
    let begun = browser(&caller, "/captcha/init", &begins(DEMO_CAPTCHA_PREFIX, "cn")).await;
    let id = begun.json["certifyId"].as_str().unwrap();
    assert_eq!(begun.headers["access-control-allow-origin"], "*");
    let got = browser(&caller, "/captcha/tick", &[("certifyId", id)]).await;
    let param = got.json["captchaVerifyParam"].as_str().unwrap();
    assert_eq!(judged(&caller, param, DEMO_CAPTCHA_SCENE).await, "T001");
    let again = browser(&caller, "/captcha/tick", &[("certifyId", id)]).await;
    assert_eq!(again.status, 400, "a box is ticked once");
}
