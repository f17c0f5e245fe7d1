//! The live check of Aliyun SMS: what the account holds, told before anything is saved.
use std::time::Duration;

use aliyun_sms_sim::{Fault, FaultKind, Seed, Sim};
use haoma::connectors::desk::Actor;
use haoma::connectors::factory;
use haoma::connectors::kit::account::{
    Account, InspectError, Looking, Review, Signature, Template,
};
use haoma::connectors::kit::{Place, ProblemKind};
use haoma_core::entropy::Entropy;
use serde_json::{Value, json};

use super::{NOW, simulator};

async fn look(config: &Value) -> Result<Account, InspectError> {
    look_within(config, Duration::from_mins(1)).await
}

async fn look_within(config: &Value, within: Duration) -> Result<Account, InspectError> {
    let inspect = factory("aliyun-short-message-service").unwrap().inspect.unwrap();
    // no nonce twice at one simulator
    let entropy = Entropy::seeded(u64::try_from(within.as_millis()).unwrap());
    inspect(Looking { config, now: NOW, entropy: &entropy, within }).await
}

async fn demo() -> Account {
    look(&simulator(Seed::default()).await.1).await.unwrap()
}

fn signature<'a>(account: &'a Account, name: &str) -> &'a Signature {
    account.signatures.iter().find(|signature| signature.name == name).unwrap()
}

fn template<'a>(account: &'a Account, code: &str) -> &'a Template {
    account.templates.iter().find(|template| template.code == code).unwrap()
}

/// The code and the desk's actor of a refusal.
fn refusal(answer: Result<Account, InspectError>) -> (Option<String>, Option<Actor>) {
    match answer.unwrap_err() {
        InspectError::Refused { code, entry, .. } => (code, entry.map(|entry| entry.who)),
        InspectError::Configuration(problems) => panic!("{problems:?}"),
    }
}

fn calls(sim: &Sim, action: &str) -> u64 {
    sim.requests_by_action().get(action).copied().unwrap_or_default()
}

#[tokio::test]
async fn the_state_of_every_signature_is_told() {
    let account = demo().await;
    let usual = signature(&account, "号码演示");
    assert_eq!((&usual.review, usual.is_test_only), (&Review::Approved, Some(false)));
    assert_eq!(usual.is_for_verification, Some(true));
    assert_eq!(signature(&account, "号码演示通用").is_for_verification, Some(true));
    assert_eq!(signature(&account, "阿里云短信测试").is_test_only, Some(true));
    let since = Some("2026-01-05 10:00:00".to_owned());
    assert_eq!(signature(&account, "号码演示待审").review, Review::InReview { since });
    let reason = Some("缺少签名来源的证明材料".to_owned());
    assert_eq!(signature(&account, "号码演示驳回").review, Review::Rejected { reason });
}

#[tokio::test]
async fn templates_that_can_carry_a_code_are_told_from_those_that_cannot() {
    let account = demo().await;
    let mainland = template(&account, "SMS_100000001");
    assert_eq!((mainland.place, mainland.is_test_only), (Place::Mainland, Some(false)));
    assert_eq!(mainland.variables, ["code"]);
    let outside = template(&account, "SMS_200000001");
    assert_eq!((outside.place, outside.is_for_verification), (Place::Outside, Some(true)));
    assert_eq!(template(&account, "SMS_154950909").is_test_only, Some(true));
    let notice = template(&account, "SMS_300000003");
    assert_eq!(notice.is_for_verification, Some(false));
    assert_eq!(template(&account, "SMS_300000005").variables, ["product", "code"]);
    let reason = Some("验证码模板不能引导点击".to_owned());
    assert_eq!(template(&account, "SMS_300000002").review, Review::Rejected { reason });
    let unusable: Vec<_> =
        account.templates.iter().filter(|t| !t.is_usable).map(|t| t.code.as_str()).collect();
    let wanted = [
        "SMS_100000006",
        "SMS_200000006",
        "SMS_300000001",
        "SMS_300000002",
        "SMS_300000003",
        "SMS_300000005",
    ];
    assert_eq!(unusable, wanted, "notices, in review, rejected, a notice, two variables");
    let for_notices = account.templates.iter().filter(|t| t.is_usable_for_notices);
    let for_notices: Vec<_> = for_notices.map(|t| (t.code.as_str(), t.place)).collect();
    let wanted = [("SMS_100000006", Place::Mainland), ("SMS_200000006", Place::Outside)];
    assert_eq!(for_notices, wanted, "with both variables, and none of codes");
    let of = |name: &str| signature(&account, name).is_for_notices;
    assert_eq!((of("号码演示"), of("号码演示通用")), (Some(false), Some(true)));
}

#[tokio::test]
async fn a_template_for_notices_abroad_is_not_offered_for_codes() {
    let mut seed = Seed::default();
    let abroad = seed.templates.iter_mut().find(|t| t.code == "SMS_200000001").unwrap();
    abroad.kind = aliyun_sms_sim::Kind::Notification;
    let account = look(&simulator(seed).await.1).await.unwrap();
    let found = template(&account, "SMS_200000001");
    assert_eq!((found.is_for_verification, found.is_usable), (Some(false), false));
}

#[tokio::test]
async fn a_cancelled_application_is_told_as_one() {
    let mut seed = Seed::default();
    seed.signatures[0].status = aliyun_sms_sim::Status::Cancelled;
    let account = look(&simulator(seed).await.1).await.unwrap();
    assert_eq!(signature(&account, "号码演示").review, Review::Cancelled);
}

#[tokio::test]
async fn all_pages_are_read_and_a_huge_account_is_cut_off() {
    let with = |count: usize| {
        let mut seed = Seed::default();
        let usual = seed.templates[0].clone();
        let copy = |n: usize| aliyun_sms_sim::Template {
            code: format!("SMS_{:09}", 400_000_000 + n),
            ..usual.clone()
        };
        seed.templates = (0..count).map(copy).collect();
        seed
    };
    for (count, listed, is_whole, asked) in
        [(40, 40, true, 2), (45, 45, true, 3), (250, 200, false, 10)]
    {
        let (sim, config) = simulator(with(count)).await;
        let account = look(&config).await.unwrap();
        assert_eq!((account.templates.len(), account.is_whole), (listed, is_whole), "{count}");
        assert_eq!(calls(&sim, "QuerySmsTemplateList"), asked, "{count}");
        assert_eq!(calls(&sim, "GetSmsTemplate"), listed.min(50) as u64, "{count}");
        let codes: Vec<_> = account.templates.iter().map(|template| &template.code).collect();
        assert!(codes.is_sorted(), "in the order of the account");
    }
}

#[tokio::test]
async fn what_was_read_in_time_is_shown_and_said_not_to_be_all() {
    let (sim, mut config) = simulator(Seed::default()).await;
    config["timeoutMs"] = 10_000.into();
    let whole = look(&config).await.unwrap();
    assert!(whole.is_whole);
    let silent = |action: &str| {
        let action = Some(action.to_owned());
        sim.add_fault(Fault { action, ..Fault::always(FaultKind::Silent) });
    };
    silent("GetSmsTemplate");
    let within = Duration::from_secs(4);
    let part = look_within(&config, within).await.unwrap();
    assert!(!part.is_whole);
    let codes = |account: &Account| {
        account.templates.iter().map(|one| one.code.clone()).collect::<Vec<_>>()
    };
    assert_eq!((codes(&part), &part.signatures), (codes(&whole), &whole.signatures));
    assert_eq!(
        template(&part, "SMS_154950909").is_test_only,
        None,
        "there was no time to look closer"
    );
    silent("QuerySmsSignList");
    let told = refusal(look_within(&config, Duration::from_millis(300)).await);
    assert_eq!(told, (None, Some(Actor::Administrator)), "nothing to show");
}

#[tokio::test]
async fn without_the_right_to_look_closer_the_lists_still_help() {
    let mut seed = Seed::default();
    seed.accounts[0].denied_actions = vec!["GetSmsSign".to_owned(), "GetSmsTemplate".to_owned()];
    let account = look(&simulator(seed).await.1).await.unwrap();
    assert_eq!(signature(&account, "阿里云短信测试").is_test_only, None);
    let outside = template(&account, "SMS_200000001");
    assert_eq!((outside.is_for_verification, outside.is_usable), (None, true));
}

#[tokio::test]
async fn a_refusal_comes_with_its_entry_at_the_error_desk() {
    let administrator = Some(Actor::Administrator);
    let (_sim, mut config) = simulator(Seed::default()).await;
    config["accessKeySecret"] = "wrong".into();
    let told = refusal(look(&config).await);
    assert_eq!(told, (Some("SignatureDoesNotMatch".to_owned()), administrator));
    let mut seed = Seed::default();
    seed.accounts[0].denied_actions = vec!["QuerySmsTemplateList".to_owned()];
    let told = refusal(look(&simulator(seed).await.1).await);
    assert_eq!(told, (Some("isp.RAM_PERMISSION_DENY".to_owned()), administrator));
    config["endpoint"] = "http://127.0.0.1:9".into();
    let told = refusal(look(&config).await);
    assert_eq!(
        told,
        (None, administrator),
        "nobody answers, so nobody has a code, but it is explained"
    );
}

#[tokio::test]
async fn a_key_pair_is_enough_and_less_is_not() {
    let (_sim, mut config) = simulator(Seed::default()).await;
    assert!(look(&config).await.is_ok());
    config["accessKeySecret"] = json!(null);
    let Err(InspectError::Configuration(problems)) = look(&config).await else { panic!() };
    let told: Vec<_> = problems.iter().map(|p| (p.key_path.as_str(), &p.kind)).collect();
    assert_eq!(told, [("accessKeySecret", &ProblemKind::Missing)]);
}
