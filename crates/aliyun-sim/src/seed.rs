//! What the simulator knows at the start: accounts, signatures, templates. JSON, keys in camelCase.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything the simulator starts from, and goes back to on reset.
///
/// Signatures and templates belong to all accounts of the seed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seed {
    /// The access keys that may call.
    pub accounts: Vec<Account>,
    /// Signatures (签名); a name may be listed twice, once for each usage.
    #[serde(default)]
    pub signatures: Vec<Signature>,
    /// Templates (模板).
    #[serde(default)]
    pub templates: Vec<Template>,
    /// What the number-verification product (`SendSmsVerifyCode`) has granted.
    #[serde(default)]
    pub dypns: Dypns,
    /// What Captcha 2.0 (`VerifyIntelligentCaptcha`) knows.
    #[serde(default)]
    pub captcha: Captcha,
    /// Delivery receipts.
    #[serde(default)]
    pub receipts: Receipts,
}

/// A secret of the seed: made up, and still never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// The secret itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        SecretText(text.to_owned())
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// One access key and the state of the account behind it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Account {
    /// The public half of the key.
    pub access_key_id: String,
    /// The secret half of the key.
    pub access_key_secret: SecretText,
    /// A temporary (STS) key must come with this token.
    #[serde(default)]
    pub security_token: Option<SecretText>,
    /// When the token stops being valid, in milliseconds since 1970; never, when absent.
    #[serde(default)]
    pub security_token_expires_at: Option<i64>,
    /// A disabled key answers `InvalidAccessKeyId.Inactive`.
    #[serde(default = "yes")]
    pub active: bool,
    /// A suspended account answers `isv.OUT_OF_SERVICE`.
    #[serde(default)]
    pub out_of_service: bool,
    /// How many messages are still paid for; unlimited when absent.
    #[serde(default)]
    pub balance: Option<u64>,
    /// Actions for which the key has no rights (`isp.RAM_PERMISSION_DENY`).
    #[serde(default)]
    pub denied_actions: Vec<String>,
    /// Flow control; `null` switches all of it off.
    #[serde(default = "standard_flow")]
    pub flow: Option<FlowLimits>,
    /// Numbers that agreed to receive from test signatures and templates.
    #[serde(default)]
    pub bound_numbers: Vec<String>,
}

impl Account {
    /// A working account with the standard limits.
    pub fn new(access_key_id: &str, access_key_secret: &str) -> Self {
        Account {
            access_key_id: access_key_id.to_owned(),
            access_key_secret: access_key_secret.into(),
            security_token: None,
            security_token_expires_at: None,
            active: true,
            out_of_service: false,
            balance: None,
            denied_actions: Vec::new(),
            flow: standard_flow(),
            bound_numbers: Vec::new(),
        }
    }
}

/// Messages allowed to one mainland number; `null` switches one limit off.
/// <https://help.aliyun.com/document_detail/2881383.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FlowLimits {
    /// Verification messages of one signature in a calendar minute.
    pub per_minute: Option<u32>,
    /// Verification messages of one signature in a calendar hour of UTC+8.
    pub per_hour: Option<u32>,
    /// Verification messages of one signature in 24 hours from the first.
    pub per_day: Option<u32>,
    /// Verification messages of all signatures in 24 hours from the first.
    pub per_number_day: Option<u32>,
    /// Other messages of one signature and template in 24 hours from the first.
    pub other_per_day: Option<u32>,
}

impl FlowLimits {
    /// What Aliyun applies unless an account asked for more.
    pub const STANDARD: FlowLimits = FlowLimits {
        per_minute: Some(1),
        per_hour: Some(5),
        per_day: Some(10),
        per_number_day: Some(40),
        other_per_day: Some(50),
    };
}

/// The review state of a signature or template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not looked at yet.
    InReview,
    /// May be used.
    Approved,
    /// Turned down.
    Rejected,
    /// Taken back by the applicant.
    Cancelled,
    /// Signatures only: banned (`isv.SMS_SIGN_ILLEGAL`).
    Forbidden,
    /// Signatures only: approved once, not usable now (`isv.SIGN_STATE_ILLEGAL`).
    Unusable,
}

/// What a message is for; also what a signature may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 验证码
    Verification,
    /// 通知
    Notification,
    /// 推广
    Promotion,
}

/// What a signature may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureUse {
    /// With verification templates only.
    Verification,
    /// With every template.
    General,
}

/// A signature (签名), without its brackets.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signature {
    /// The text between 【 and 】.
    pub name: String,
    /// Its review state.
    #[serde(default = "approved")]
    pub status: Status,
    /// What it may be used for.
    #[serde(default = "verification_only")]
    pub usage: SignatureUse,
    /// Test signatures go together with test templates, to bound numbers only.
    #[serde(default)]
    pub test: bool,
    /// Why it was rejected.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Where a template may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Numbers of mainland China.
    Mainland,
    /// All others, Hong Kong, Macao and Taiwan included (`TemplateType` 3).
    International,
}

/// What may stand in the place of a verification template's variable.
/// <https://help.aliyun.com/document_detail/2806243.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum VariableRule {
    /// 4–6 digits.
    #[serde(rename = "numberCaptcha")]
    NumberCaptcha,
    /// 4–6 digits or letters.
    #[serde(rename = "characterWithNumber2")]
    CharacterWithNumber2,
}

/// A template (模板); variables are written `${name}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// `SMS_<digits>`.
    pub code: String,
    /// Its name in the console.
    pub name: String,
    /// The text, with `${name}` for each variable.
    pub content: String,
    /// What its messages are for.
    #[serde(default = "verification")]
    pub kind: Kind,
    /// Where it may be sent.
    #[serde(default = "mainland")]
    pub region: Region,
    /// Its review state.
    #[serde(default = "approved")]
    pub status: Status,
    /// Test templates go together with test signatures, to bound numbers only.
    #[serde(default)]
    pub test: bool,
    /// What a verification template's variable may hold.
    #[serde(default = "any_captcha")]
    pub variable: VariableRule,
    /// The sign-in product's own word for it (`SignIn`, `Register`, …): shown in the inbox, unknown to Aliyun.
    #[serde(default)]
    pub usage: Option<String>,
    /// Why it was rejected.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Signatures and templates granted by the number-verification product.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Dypns {
    /// Granted signatures; custom ones are not supported.
    pub signatures: Vec<String>,
    /// Granted templates.
    pub templates: Vec<DypnsTemplate>,
}

/// A granted template of the number-verification product.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DypnsTemplate {
    /// Such as `100001`.
    pub code: String,
    /// The text, with `${name}` for each variable.
    pub content: String,
}

/// The scenes of Captcha 2.0.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Captcha {
    /// Where checks may stand.
    pub scenes: Vec<CaptchaScene>,
}

/// A place where a check may stand (验证场景).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaptchaScene {
    /// Its id.
    pub scene_id: String,
    /// The account's mark, which the browser's script names (身份标).
    pub prefix: String,
    /// `cn` or `sgp`.
    #[serde(default = "mainland_region")]
    pub region: String,
    /// Its test mode (策略状态: 测试), if that is on: whether it passes everybody or nobody.
    #[serde(default)]
    pub test_passes: Option<bool>,
}

/// When and where delivery receipts go.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Receipts {
    /// Where batches are posted; nowhere, when absent.
    pub url: Option<String>,
    /// Milliseconds from acceptance to delivery, by the simulated clock.
    pub delay_ms: i64,
    /// Whether an address other than this machine is allowed.
    pub allow_remote: bool,
}

impl Default for Receipts {
    fn default() -> Self {
        Receipts { url: None, delay_ms: 1_500, allow_remote: false }
    }
}

fn yes() -> bool {
    true
}

#[expect(clippy::unnecessary_wraps, reason = "serde wants the field's own type")]
fn standard_flow() -> Option<FlowLimits> {
    Some(FlowLimits::STANDARD)
}

fn approved() -> Status {
    Status::Approved
}

fn verification_only() -> SignatureUse {
    SignatureUse::Verification
}

fn verification() -> Kind {
    Kind::Verification
}

fn mainland_region() -> String {
    "cn".to_owned()
}

fn mainland() -> Region {
    Region::Mainland
}

fn any_captcha() -> VariableRule {
    VariableRule::NumberCaptcha
}
