//! Aliyun number verification against the simulator.
use std::sync::Arc;

use aliyun_sms_sim::{Seed, Sim};
use haoma::connectors::build;
use haoma::connectors::kit::{
    Accepted, Connector, Content, Lost, NextStep, Outgoing, Requester, SendError, Text, Trace,
};
use haoma_core::entropy::Entropy;
use haoma_core::ids::MessageId;
use haoma_core::passcode::Passcode;
use haoma_core::phone::PhoneNumber;
use haoma_core::usage_type::UsageType;
use serde_json::{Value, json};

use super::{NOW, simulator};

const ID: &str = "aliyun-short-message-auth-service";
const MAINLAND: &str = "8613800138000";

async fn configured(change: impl FnOnce(&mut Value)) -> (Sim, Arc<dyn Connector>) {
    let (sim, mut config) = simulator(Seed::default()).await;
    config["signName"] = "号码演示认证".into();
    config["templates"] = json!([{ "usageType": "Generic", "templateCode": "100001" }]);
    change(&mut config);
    (sim, build(ID, &config).unwrap())
}

async fn send(connector: &dyn Connector, to: &str, nonce: &str) -> Result<Accepted, SendError> {
    send_for(connector, to, nonce, 300).await
}

/// Sends a code that lives so long.
async fn send_for(
    connector: &dyn Connector,
    to: &str,
    nonce: &str,
    life_secs: i64,
) -> Result<Accepted, SendError> {
    let phone = PhoneNumber::from_international(to).unwrap();
    let id = MessageId::generate(NOW, &Entropy::seeded(1));
    let message = Outgoing {
        id: &id,
        phone: &phone,
        content: Content::Code {
            usage_type: UsageType::SignIn,
            passcode: &Passcode::parse("123456").unwrap(),
            expires_at: NOW.plus_secs(life_secs),
        },
        requester: Requester::default(),
        now: NOW,
        nonce,
    };
    connector.send(message).await
}

#[tokio::test]
async fn our_own_code_arrives_with_the_minutes_it_is_valid() {
    let (sim, connector) = configured(|_config| {}).await;
    let accepted = send(&*connector, MAINLAND, "n1").await.unwrap();
    let message = sim.latest(MAINLAND).unwrap();
    assert!(message.content.contains("123456") && message.content.contains("5分钟"), "{message:?}");
    assert_eq!(accepted.provider_message_id, Some(message.biz_id));
    assert_eq!(message.out_id, MessageId::generate(NOW, &Entropy::seeded(1)).as_str());
    assert_eq!(sim.requests_by_action().get("SendSmsVerifyCode"), Some(&1));
    let (sim, connector) = configured(|config| config["min"] = 5.into()).await;
    send_for(&*connector, MAINLAND, "n1", 600).await.unwrap();
    let content = sim.latest(MAINLAND).unwrap().content;
    assert!(content.contains("10分钟"), "what the code has, whatever a setting said: {content}");
}

#[test]
fn the_guided_steps_have_the_least_rights_to_copy_in_both_languages() {
    let Text { en, zh_cn } = haoma::connectors::aliyun_sms_mas::FACTORY.steps;
    for steps in [en, zh_cn] {
        let policy = steps.split("```json").nth(1).unwrap().split("```").next().unwrap();
        let policy: Value = serde_json::from_str(policy).unwrap();
        assert_eq!(policy["Statement"][0]["Action"], json!(["dypns:SendSmsVerifyCode"]));
        assert_eq!(policy["Version"], "1");
    }
}

#[tokio::test]
async fn a_number_outside_the_mainland_is_refused_without_a_call() {
    let (sim, connector) = configured(|_config| {}).await;
    let error = send(&*connector, "85251234567", "n1").await.unwrap_err();
    assert_eq!((error.next, sim.requests_seen()), (NextStep::FixNumber, 0));
    let hong_kong = PhoneNumber::from_international("85251234567").unwrap();
    assert!(!connector.has_template(UsageType::SignIn, &hong_kong));
}

#[tokio::test]
async fn refusals_say_what_is_to_be_done() {
    let (_sim, connector) = configured(|_config| {}).await;
    send(&*connector, MAINLAND, "n1").await.unwrap();
    let again = send(&*connector, MAINLAND, "n2").await.unwrap_err();
    assert!(matches!(again.next, NextStep::Wait { .. }), "{again:?}");
    assert_eq!(again.provider_code.as_deref(), Some("biz.FREQUENCY"));
    let (_sim, connector) = configured(|config| config["signName"] = "自己的签名".into()).await;
    let refused = send(&*connector, MAINLAND, "n1").await.unwrap_err();
    assert_eq!(refused.next, NextStep::FixConfiguration, "only granted signatures");
}

#[tokio::test]
async fn a_use_without_template_names_itself() {
    let (sim, connector) = configured(|config| {
        config["templates"] = json!([{ "usageType": "Register", "templateCode": "100001" }]);
    })
    .await;
    let error = send(&*connector, MAINLAND, "n1").await.unwrap_err();
    assert_eq!((error.next, sim.requests_seen()), (NextStep::AddTemplate, 0));
    assert!(error.explanation.contains("SignIn"), "{error}");
}

#[tokio::test]
async fn a_lost_message_leaves_no_trace_to_find() {
    let (_sim, connector) = configured(|_config| {}).await;
    let phone = PhoneNumber::from_international(MAINLAND).unwrap();
    let id = MessageId::generate(NOW, &Entropy::seeded(1));
    let lost = Lost { id: &id, phone: &phone, sent_at: NOW, now: NOW, nonce: "n" };
    assert_eq!(connector.look_up(lost).await, Ok(Trace::NoTrace));
}

#[test]
fn a_configuration_from_elsewhere_is_accepted_and_its_problems_are_told() {
    let all: Vec<_> = UsageType::ALL
        .iter()
        .filter(|usage| !usage.is_notice())
        .map(|usage| json!({ "usageType": usage, "templateCode": "100001" }))
        .collect();
    let export = json!({
        "accessKeyId": "id", "accessKeySecret": "s3cr3t", "signName": "号码", "templates": all,
    });
    let connector = build(ID, &export).unwrap();
    assert!(!format!("{connector:?}").contains("s3cr3t"));
    let wrong = json!({
        "accessKeyId": "id", "accessKeySecret": "secret", "signName": "号码", "timeoutMs": 0,
        "templates": [{ "usageType": "SignIn" }, { "usageType": "PhoneChanged", "templateCode": "100001" }],
    });
    let problems = build(ID, &wrong).unwrap_err();
    let told: Vec<_> = problems.iter().map(|p| (p.key_path.as_str(), p.kind.as_str())).collect();
    let wanted = [
        ("timeoutMs", "out_of_range"),
        ("templates[0].templateCode", "no_template_code"),
        ("templates[1].usageType", "codes_only"),
    ];
    assert_eq!(told, wanted);
}
