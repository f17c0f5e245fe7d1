//! The configuration as people have it, every problem, the choice of template, and nothing secret in print.
use super::*;
use serde_json::json;

fn problems(config: &Value) -> Vec<String> {
    build(config).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

fn logto_export() -> Value {
    json!({
        "accessKeyId": "id", "accessKeySecret": "secret", "signName": "号码",
        "strictPhoneRegionNumberCheck": true,
        "templates": [
            { "type": 2, "usageType": "SignIn", "templateCode": { "china": "SMS_1", "overseas": "SMS_2" } },
            { "type": 2, "usageType": "Generic", "templateCode": "SMS_3" },
            { "type": 2, "usageType": "Test", "templateCode": "SMS_4" },
        ],
    })
}

#[test]
fn a_configuration_exported_from_logto_is_accepted() {
    assert_eq!(problems(&logto_export()), [] as [String; 0]);
    let mut as_text = logto_export();
    as_text["templates"] = as_text["templates"].to_string().into();
    assert_eq!(problems(&as_text), [] as [String; 0], "the console's form holds the list as text");
}

#[test]
fn aliyun_hears_of_codes_abroad_and_only_where_it_is_switched_on() {
    for (written, mainland, outside) in
        [(json!(null), false, false), (json!(false), false, false), (json!(true), false, true)]
    {
        let mut config = logto_export();
        config["reportConversions"] = written;
        let connector = build(&config).unwrap();
        assert_eq!(connector.wants_reports(Place::Mainland), mainland);
        assert_eq!(connector.wants_reports(Place::Outside), outside);
    }
    assert!(!build(&logto_export()).unwrap().wants_reports(Place::Outside), "as Logto has it");
}

#[test]
fn every_problem_is_reported_with_its_place() {
    let config = json!({
        "accessKeyId": "", "accessKeySecret": 5, "endpoint": "http://example.com", "signature": "V9",
        "strictPhoneRegionNumberCheck": "yes", "reportConversions": "yes",
        "templates": [{ "usageType": "Nonsense" }],
    });
    let found = problems(&config).join("\n");
    for place in [
        "accessKeyId:",
        "accessKeySecret:",
        "signName:",
        "endpoint:",
        "signature:",
        "strictPhoneRegionNumberCheck:",
        "reportConversions:",
        "templates[0].usageType:",
        "templates[0].templateCode:",
    ] {
        assert!(found.contains(place), "{place} in\n{found}");
    }
    assert_eq!(problems(&json!({})).len(), 4);
}

#[test]
fn what_is_wrong_is_told_whatever_else_is_wrong_and_nothing_is_passed_over() {
    let config = json!({
        "accessKeyId": "id 1", "accessKeySecret": "secret", "securityToken": "tök", "region": "moon-1",
        "templates": [
            { "usageType": "SignIn", "templateCode": { "china": 5, "overseas": "SMS_1" }, "variable": 7 },
            { "usageType": "Register", "templateCode": "SMS_2", "variable": { "overseas": ["otp"] } },
            { "usageType": "SignIn", "templateCode": "SMS_3" },
            { "usageType": "Generic", "templateCode": 9 },
        ],
    });
    let found = build(&config).err().unwrap_or_default();
    let told: Vec<_> = found.iter().map(|p| (p.key_path.as_str(), p.kind.as_str())).collect();
    let wanted = [
        ("accessKeyId", "not_sendable"),
        ("securityToken", "not_sendable"),
        ("region", "not_one_of"),
        ("signName", "missing"),
        ("templates[0].templateCode.china", "not_text"),
        ("templates[0].variable", "not_text"),
        ("templates[1].variable.overseas", "not_text"),
        ("templates[2].usageType", "duplicate_usage_type"),
        ("templates[3].templateCode", "not_text"),
    ];
    assert_eq!(told, wanted);
}

#[test]
fn every_region_of_the_form_is_one_that_is_read() {
    let item = FACTORY.form.iter().find(|item| item.key == "region").unwrap();
    let offered: Vec<_> = item.kind.choices().iter().map(|choice| choice.value).collect();
    assert_eq!(offered, form::REGIONS);
}

#[test]
fn s57_no_request_goes_inside() {
    let with = |endpoint: &str| {
        let mut config = logto_export();
        config["endpoint"] = endpoint.into();
        problems(&config).join("; ")
    };
    for inside in [
        "https://10.0.0.1",
        "https://192.168.1.1:8443",
        "https://169.254.169.254",
        "https://100.100.100.200",
        "https://[fd00:ec2::254]",
        "https://[::ffff:127.0.0.1]",
    ] {
        assert!(with(inside).contains("leads to this machine"), "{inside}: {}", with(inside));
    }
    for out in ["http://127.0.0.1:3003", "http://localhost:3003", "https://sms.example.com"] {
        assert_eq!(with(out), "", "{out}");
    }
}

#[test]
fn the_template_follows_use_and_country() {
    let export = logto_export();
    let connector = AliyunSms {
        client: Client::new(aliyun_sms::Config::new(aliyun_sms::Credentials::access_key(
            "id", "secret",
        )))
        .unwrap(),
        sign_name: "号码".to_owned(),
        notice_sign_name: None,
        templates: templates(&mut Reader::new(&export)),
        reports: false,
    };
    let [china, hong_kong] =
        ["8613800138000", "85251234567"].map(|d| PhoneNumber::from_international(d).unwrap());
    let code = |connector: &AliyunSms, usage_type, phone| {
        connector.template(usage_type, phone).map(|(_, template)| template.code.clone())
    };
    let chosen = |usage_type, phone| code(&connector, usage_type, phone).unwrap_or_default();
    assert_eq!(chosen(UsageType::SignIn, &china), "SMS_1");
    assert_eq!(chosen(UsageType::SignIn, &hong_kong), "SMS_2");
    assert_eq!(chosen(UsageType::Register, &china), "SMS_3", "falls back to Generic");
    assert_eq!(connector.serving(UsageType::Register, &china), Some(UsageType::Generic));
    assert_eq!(connector.serving(UsageType::SignIn, &china), Some(UsageType::SignIn));
    assert_eq!(connector.serving(UsageType::PhoneChanged, &china), None, "no code's template");
    assert_eq!(aliyun::number(&china), "13800138000");
    assert_eq!(aliyun::number(&hong_kong), "85251234567");
    let only_sign_in = AliyunSms {
        templates: connector.templates[..1].to_vec(),
        client: connector.client.clone(),
        sign_name: String::new(),
        notice_sign_name: None,
        reports: false,
    };
    assert_eq!(code(&only_sign_in, UsageType::Register, &china), None);
    assert!(no_template(UsageType::Register, &china).explanation.contains("usage type Register"));
}

#[test]
fn nothing_secret_is_printed() {
    let config = json!({ "accessKeyId": "id", "accessKeySecret": "s3cr3t", "signName": "x",
        "templates": [{ "usageType": "Generic", "templateCode": "SMS_1" }] });
    assert!(!format!("{:?}", build(&config).unwrap()).contains("s3cr3t"));
}

#[test]
fn a_template_may_call_the_code_what_it_likes() {
    let config = json!({ "templates": [
        { "usageType": "SignIn", "templateCode": { "china": "SMS_1", "overseas": "SMS_2" },
          "variable": { "overseas": "otp" } },
        { "usageType": "Generic", "templateCode": "SMS_3", "variable": "number" },
    ] });
    let read = templates(&mut Reader::new(&config));
    let names = |template: &Template| {
        [&template.china, &template.overseas].map(|code| code.as_ref().unwrap().variable.clone())
    };
    assert_eq!(names(&read[0]), ["code", "otp"]);
    assert_eq!(names(&read[1]), ["number", "number"]);
}

#[test]
fn the_guided_steps_say_in_both_languages_all_that_has_to_be_done() {
    let actions = [
        "dysms:SendSms",
        "dysms:QuerySendDetails",
        "dysms:QuerySmsSignList",
        "dysms:QuerySmsTemplateList",
        "dysms:GetSmsSign",
        "dysms:GetSmsTemplate",
    ];
    let Text { en, zh_cn } = FACTORY.steps;
    for steps in [en, zh_cn] {
        assert_eq!(steps.matches("\n## ").count(), 10);
        for needed in
            ["${code}", "{{code}}", "验证码", "Verification Code", "AccessKey 管理", "国内消息"]
        {
            assert!(steps.contains(needed), "{needed}");
        }
        let policy = steps.split("```json").nth(1).unwrap().split("```").next().unwrap();
        let policy: Value = serde_json::from_str(policy).unwrap();
        assert_eq!(policy["Statement"][0]["Action"], json!(actions), "copied as it stands");
        assert_eq!(policy["Version"], "1");
    }
    let links = |steps: &str| -> Vec<String> {
        let addresses = steps.split("](https://").skip(1);
        addresses.map(|rest| rest.split(')').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(links(en), links(zh_cn), "the same pages in the same order");
    assert!(links(en).iter().all(|link| link.contains("aliyun.com/")), "{:?}", links(en));
}
