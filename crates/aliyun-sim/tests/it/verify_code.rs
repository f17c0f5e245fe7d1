//! The number-verification product: it makes codes, sends them and checks them.

use crate::support::{Answer, Caller, demo};

const NUMBER: &str = "13800001234";

async fn send(caller: &Caller, more: &[(&str, &str)]) -> Answer {
    let params = [
        ("PhoneNumber", NUMBER),
        ("SignName", "号码演示认证"),
        ("TemplateCode", "100001"),
        ("TemplateParam", r###"{"code":"##code##","min":"5"}"###),
        ("ReturnVerifyCode", "True"),
    ];
    caller.call("SendSmsVerifyCode", &[&params[..], more].concat()).await
}

async fn check(caller: &Caller, code: &str) -> (u16, String) {
    let answer =
        caller.call("CheckSmsVerifyCode", &[("PhoneNumber", NUMBER), ("VerifyCode", code)]).await;
    let verdict = answer.json["Model"]["VerifyResult"].as_str().unwrap_or(answer.verdict().1);
    (answer.status, verdict.to_owned())
}

fn code_of(answer: &Answer) -> String {
    assert_eq!(answer.verdict(), (200, "OK"), "{}", answer.text);
    answer.json["Model"]["VerifyCode"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_generated_code_is_sent_and_checks_once() {
    let caller = demo();
    let answer = send(&caller, &[("CodeLength", "6")]).await;
    let code = code_of(&answer);
    assert_eq!((code.len(), &answer.json["Success"]), (6, &true.into()));
    let text = caller.sim.latest(NUMBER).unwrap().content;
    assert_eq!(text, format!("【号码演示认证】您的验证码为{code}，5分钟内有效，请勿告知他人。"));
    assert_eq!(check(&caller, "nonono").await, (400, "isv.ValidateFail".to_owned()));
    assert_eq!(check(&caller, &code).await, (200, "PASS".to_owned()));
    assert_eq!(check(&caller, &code).await, (400, "isv.ValidateFail".to_owned()));
}

#[tokio::test]
async fn a_code_ends_with_its_time_or_with_the_next_one() {
    let caller = demo();
    let first = code_of(&send(&caller, &[]).await);
    assert_eq!(send(&caller, &[]).await.verdict(), (200, "biz.FREQUENCY"));
    caller.sim.advance_ms(60_000);
    let second = code_of(&send(&caller, &[]).await);
    assert_eq!(check(&caller, &first).await.0, 400);
    caller.sim.advance_ms(300_000);
    assert_eq!(check(&caller, &second).await.0, 400);
}

#[tokio::test]
async fn both_codes_hold_when_the_caller_keeps_them() {
    let caller = demo();
    let first = code_of(&send(&caller, &[("DuplicatePolicy", "2"), ("Interval", "0")]).await);
    let second = code_of(&send(&caller, &[("DuplicatePolicy", "2"), ("Interval", "0")]).await);
    assert_eq!(check(&caller, &first).await.1, "PASS");
    assert_eq!(check(&caller, &second).await.1, "PASS");
}

#[tokio::test]
async fn a_code_of_the_callers_own_is_sent_but_never_checks() {
    let caller = demo();
    let params = [
        ("PhoneNumber", NUMBER),
        ("SignName", "号码演示认证"),
        ("TemplateCode", "100001"),
        ("TemplateParam", r#"{"code":"314159","min":"5"}"#),
    ];
    assert_eq!(caller.call("SendSmsVerifyCode", &params).await.verdict(), (200, "OK"));
    assert!(caller.sim.latest(NUMBER).unwrap().content.contains("314159"));
    assert_eq!(check(&caller, "314159").await, (400, "isv.ValidateFail".to_owned()));
}

#[tokio::test]
async fn only_granted_signatures_templates_and_mainland_numbers_work() {
    for (name, value, wanted) in [
        ("SignName", "号码演示", "isv.SMS_SIGNATURE_ILLEGAL"),
        ("TemplateCode", "SMS_100000003", "isv.SMS_TEMPLATE_ILLEGAL"),
        ("PhoneNumber", "85291234567", "isv.MOBILE_NUMBER_ILLEGAL"),
        ("CountryCode", "852", "isv.MOBILE_NUMBER_ILLEGAL"),
        ("TemplateParam", r###"{"code":"##code##"}"###, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ("CodeLength", "9", "isv.INVALID_PARAMETERS"),
        ("CodeType", "7", "OK"),
    ] {
        let mut params = vec![
            ("PhoneNumber", NUMBER),
            ("SignName", "号码演示认证"),
            ("TemplateCode", "100001"),
            ("TemplateParam", r###"{"code":"##code##","min":"5"}"###),
        ];
        params.retain(|(have, _)| *have != name);
        params.push((name, value));
        assert_eq!(
            demo().call("SendSmsVerifyCode", &params).await.verdict(),
            (200, wanted),
            "{name}"
        );
    }
}
