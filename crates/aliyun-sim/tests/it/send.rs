//! The rules of `SendSms` and `SendBatchSms`.

use crate::support::{ABROAD, Caller, TEMPLATE, code, demo, demo_with};
use aliyun_sms_sim::{DEMO_SIGN_NAME, Status};

const NUMBER: &str = "13800001234";

async fn verdict(caller: &Caller, params: &[(&str, &str)]) -> String {
    let answer = caller.call("SendSms", params).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.verdict().1.to_owned()
}

async fn send(sign_name: &str, template: &str, phone: &str, param: &str) -> String {
    let params = [
        ("PhoneNumbers", phone),
        ("SignName", sign_name),
        ("TemplateCode", template),
        ("TemplateParam", param),
    ];
    verdict(&demo(), &params).await
}

#[tokio::test]
async fn an_accepted_message_reads_as_the_person_reads_it() {
    let caller = demo();
    let answer = caller.send("+8613800001234", TEMPLATE, &code("271828")).await;
    assert_eq!(answer.verdict(), (200, "OK"));
    assert_eq!(answer.json["Message"], "OK");
    let biz_id = answer.json["BizId"].as_str().unwrap();
    assert!(biz_id.len() == 20 && biz_id.ends_with("^0"), "{biz_id}");
    let message = caller.sim.latest(NUMBER).unwrap();
    assert_eq!(message.content, "【号码演示】您的验证码是271828，5分钟内有效，请勿告诉他人。");
    assert_eq!(
        (message.phone.as_str(), message.usage.as_deref()),
        ("8613800001234", Some("Generic"))
    );
    assert_eq!((message.template_param, message.biz_id.as_str()), (code("271828"), biz_id));
}

#[tokio::test]
async fn numbers_are_accepted_in_the_documented_forms_only() {
    for phone in [NUMBER, "+8613800001234", "008613800001234", "8613800001234"] {
        assert_eq!(send(DEMO_SIGN_NAME, TEMPLATE, phone, &code("1234")).await, "OK", "{phone}");
    }
    for phone in [
        "1380000123",
        "138000012345",
        "+86 13800001234",
        "abc",
        "12800001234",
        "0013800001234",
        "86138",
    ] {
        let verdict = send(DEMO_SIGN_NAME, TEMPLATE, phone, &code("1234")).await;
        assert_eq!(verdict, "isv.MOBILE_NUMBER_ILLEGAL", "{phone}");
    }
    for phone in ["85291234567", "14155550123", "19175550123", "447700900123"] {
        assert_eq!(send(DEMO_SIGN_NAME, ABROAD, phone, &code("1234")).await, "OK", "{phone}");
    }
    assert_eq!(
        send(DEMO_SIGN_NAME, ABROAD, "+85291234567", &code("1234")).await,
        "isv.MOBILE_NUMBER_ILLEGAL"
    );
}

#[tokio::test]
async fn templates_stay_in_their_region() {
    let mainland_abroad = send(DEMO_SIGN_NAME, TEMPLATE, "85291234567", &code("1234")).await;
    assert_eq!(mainland_abroad, "isv.MOBILE_NUMBER_ILLEGAL");
    for phone in [NUMBER, "8613912345678"] {
        let abroad_at_home = send(DEMO_SIGN_NAME, ABROAD, phone, &code("1234")).await;
        assert_eq!(abroad_at_home, "isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "{phone}");
    }
}

#[tokio::test]
async fn signatures_and_templates_must_have_passed_review() {
    for name in ["没有这个", "号码演示待审", "号码演示驳回"] {
        let verdict = send(name, TEMPLATE, NUMBER, &code("1234")).await;
        assert_eq!(verdict, "isv.SMS_SIGNATURE_ILLEGAL", "{name}");
    }
    for template in ["SMS_404", "SMS_300000001", "SMS_300000002"] {
        let verdict = send(DEMO_SIGN_NAME, template, NUMBER, &code("1234")).await;
        assert_eq!(verdict, "isv.SMS_TEMPLATE_ILLEGAL", "{template}");
    }
    for (status, wanted) in
        [(Status::Forbidden, "isv.SMS_SIGN_ILLEGAL"), (Status::Unusable, "isv.SIGN_STATE_ILLEGAL")]
    {
        let caller = demo_with(|seed| seed.signatures[0].status = status);
        assert_eq!(caller.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(), (200, wanted));
    }
}

#[tokio::test]
async fn a_verification_signature_carries_verification_messages_only() {
    let param = r#"{"name":"小明"}"#;
    assert_eq!(
        send(DEMO_SIGN_NAME, "SMS_300000003", NUMBER, param).await,
        "isv.SMS_SIGNATURE_SCENE_ILLEGAL"
    );
    assert_eq!(send("号码演示通用", "SMS_300000003", NUMBER, param).await, "OK");
}

#[tokio::test]
async fn a_verification_template_takes_one_code_of_four_to_six_characters() {
    for (param, wanted) in [
        (r#"{"code":"1234"}"#, "OK"),
        (r#"{"code":"123456"}"#, "OK"),
        ("", "isv.TEMPLATE_MISSING_PARAMETERS"),
        ("{}", "isv.TEMPLATE_MISSING_PARAMETERS"),
        (r#"{"code":""}"#, "isv.TEMPLATE_MISSING_PARAMETERS"),
        (r#"{"other":"1234"}"#, "isv.TEMPLATE_MISSING_PARAMETERS"),
        (r#"{"code":"123"}"#, "isv.PARAM_LENGTH_LIMIT"),
        (r#"{"code":"1234567"}"#, "isv.PARAM_LENGTH_LIMIT"),
        (r#"{"code":"12 34"}"#, "isv.TEMPLATE_PARAMS_ILLEGAL"),
        (r#"{"code":"abcd"}"#, "isv.TEMPLATE_PARAMS_ILLEGAL"),
        (r#"{"code":"1234","locale":"zh-CN"}"#, "isv.INVALID_JSON_PARAM"),
        (r#"{"code":1234}"#, "isv.INVALID_JSON_PARAM"),
        ("code=1234", "isv.INVALID_JSON_PARAM"),
        (r#"["1234"]"#, "isv.INVALID_JSON_PARAM"),
    ] {
        assert_eq!(send(DEMO_SIGN_NAME, TEMPLATE, NUMBER, param).await, wanted, "{param}");
    }
    assert_eq!(send(DEMO_SIGN_NAME, "SMS_300000004", NUMBER, &code("aB3d")).await, "OK");
    let two = r#"{"product":"1234","code":"1234"}"#;
    assert_eq!(
        send(DEMO_SIGN_NAME, "SMS_300000005", NUMBER, two).await,
        "template_parameter_count_illegal"
    );
}

#[tokio::test]
async fn test_signature_and_template_go_together_and_to_bound_numbers() {
    let (sign, template, bound) = ("阿里云短信测试", "SMS_154950909", "13800000000");
    assert_eq!(send(sign, template, bound, &code("1234")).await, "OK");
    assert_eq!(send(sign, template, NUMBER, &code("1234")).await, "isv.SMS_TEST_NUMBER_LIMIT");
    assert_eq!(
        send(sign, TEMPLATE, bound, &code("1234")).await,
        "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT"
    );
    assert_eq!(
        send(DEMO_SIGN_NAME, template, bound, &code("1234")).await,
        "isv.SMS_TEST_SIGN_TEMPLATE_LIMIT"
    );
    assert_eq!(
        send(sign, template, bound, &code("abcd")).await,
        "isv.SMS_TEST_TEMPLATE_PARAMS_ILLEGAL"
    );
}

#[tokio::test]
async fn an_account_pays_or_is_refused() {
    let caller = demo_with(|seed| seed.accounts[0].balance = Some(1));
    assert_eq!(caller.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
    let answer = caller.send("13900001234", TEMPLATE, &code("1234")).await;
    assert_eq!(answer.verdict(), (200, "isv.AMOUNT_NOT_ENOUGH"));
    let caller = demo_with(|seed| seed.accounts[0].out_of_service = true);
    assert_eq!(
        caller.send(NUMBER, TEMPLATE, &code("1234")).await.verdict(),
        (200, "isv.OUT_OF_SERVICE")
    );
}

#[tokio::test]
async fn a_thousand_numbers_are_the_most_and_all_or_none_are_sent() {
    let caller = demo();
    let numbers =
        |count: usize| (0..count).map(|at| format!("138{at:08}")).collect::<Vec<_>>().join(",");
    let over = caller.send(&numbers(1_001), TEMPLATE, &code("1234")).await;
    assert_eq!(over.verdict(), (200, "isv.MOBILE_COUNT_OVER_LIMIT"));
    let spoiled = caller.send("13800001234,banana", TEMPLATE, &code("1234")).await;
    assert_eq!(spoiled.verdict(), (200, "isv.MOBILE_NUMBER_ILLEGAL"));
    assert!(caller.sim.messages(None, 10).is_empty());
    assert_eq!(caller.send(&numbers(1_000), TEMPLATE, &code("1234")).await.verdict(), (200, "OK"));
    assert_eq!(caller.sim.messages(None, 2_000).len(), 1_000);
}

#[tokio::test]
async fn an_out_id_has_fewer_than_256_characters() {
    for (length, wanted) in [(255, "OK"), (256, "isv.INVALID_PARAMETERS")] {
        let (out_id, param) = ("号".repeat(length), code("1234"));
        let params = [
            ("PhoneNumbers", NUMBER),
            ("SignName", DEMO_SIGN_NAME),
            ("TemplateCode", TEMPLATE),
            ("TemplateParam", &param),
            ("OutId", &out_id),
        ];
        assert_eq!(verdict(&demo(), &params).await, wanted, "{length}");
    }
}

#[tokio::test]
async fn a_batch_gives_each_number_its_own_code() {
    let caller = demo();
    let names = r#"["号码演示","号码演示"]"#;
    let batch = |names: &'static str, values: &'static str| {
        [
            ("PhoneNumberJson", r#"["13800001234","13900001234"]"#),
            ("SignNameJson", names),
            ("TemplateCode", TEMPLATE),
            ("TemplateParamJson", values),
        ]
    };
    let answer =
        caller.call("SendBatchSms", &batch(names, r#"[{"code":"1111"},{"code":"2222"}]"#)).await;
    assert_eq!(answer.verdict(), (200, "OK"));
    assert!(caller.sim.latest("13900001234").unwrap().content.contains("2222"));
    let uneven = caller
        .call("SendBatchSms", &batch(r#"["号码演示"]"#, r#"[{"code":"1111"},{"code":"2222"}]"#))
        .await;
    assert_eq!(uneven.verdict(), (200, "isv.INVALID_PARAMETERS"));
    let broken = caller.call("SendBatchSms", &batch(names, "nonsense")).await;
    assert_eq!(broken.verdict(), (200, "isv.INVALID_JSON_PARAM"));
    assert_eq!(caller.call("SendBatchSms", &[]).await.verdict(), (400, "MissingPhoneNumberJson"));
}
