//! The answers of `GetSmsSign` and `GetSmsTemplate`.

use crate::{
    lenient,
    lists::{AuditState, TemplateKind, audit_state, reject_info},
};
use serde::{Deserialize, Deserializer};

/// A signature with the state of its review and of its registration with the carriers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SmsSign {
    /// The signature, without brackets.
    #[serde(deserialize_with = "lenient::words")]
    pub sign_name: String,
    /// Aliyun's id of it.
    #[serde(deserialize_with = "lenient::text")]
    pub sign_code: Option<String>,
    /// The state of its review.
    #[serde(rename = "SignStatus", deserialize_with = "audit_state")]
    pub state: Option<AuditState>,
    /// Where it comes from.
    #[serde(rename = "SignTag", deserialize_with = "lenient::meaning")]
    pub origin: Option<Origin>,
    /// What it was applied for.
    #[serde(deserialize_with = "lenient::text")]
    pub sign_usage: Option<String>,
    /// The applicant's note.
    #[serde(deserialize_with = "lenient::text")]
    pub remark: Option<String>,
    /// The scene it was applied for.
    #[serde(deserialize_with = "lenient::text")]
    pub apply_scene: Option<String>,
    /// `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(deserialize_with = "lenient::text")]
    pub create_date: Option<String>,
    /// The application's number.
    #[serde(deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// Why it was rejected.
    #[serde(rename = "AuditInfo", deserialize_with = "reject_info")]
    pub reject_reason: Option<String>,
    /// What each carrier says; messages under an unregistered signature may be blocked.
    #[serde(rename = "SignIspRegisterDetailList", deserialize_with = "lenient::remark")]
    pub carriers: Vec<CarrierRegistration>,
    /// What Aliyun's support asks for.
    #[serde(deserialize_with = "lenient::words")]
    pub request_id: String,
}

/// What one carrier says of a signature.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CarrierRegistration {
    /// `mobile`, `unicom` or `telecom`.
    #[serde(rename = "OperatorCode", deserialize_with = "lenient::words")]
    pub carrier: String,
    /// How far the registration is.
    #[serde(rename = "RegisterStatus", deserialize_with = "lenient::meaning")]
    pub state: Option<RegisterState>,
    /// When it was completed.
    #[serde(rename = "OperatorCompleteTime", deserialize_with = "lenient::text")]
    pub completed: Option<String>,
    /// Why it failed.
    #[serde(rename = "RegisterStatusReasons", deserialize_with = "reasons")]
    pub reasons: Vec<String>,
}

/// How far a registration with a carrier is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterState {
    /// -2: nobody asked.
    NotRegistered,
    /// -1: asked.
    InProgress,
    /// 0: refused.
    Failed,
    /// 1: registered, not yet verified.
    AwaitingVerification,
    /// 2: unused for six months.
    Lapsed,
    /// 3: registered.
    Registered,
    /// A number that is not documented.
    Other(i64),
}

impl From<i64> for RegisterState {
    fn from(number: i64) -> Self {
        match number {
            -2 => Self::NotRegistered,
            -1 => Self::InProgress,
            0 => Self::Failed,
            1 => Self::AwaitingVerification,
            2 => Self::Lapsed,
            3 => Self::Registered,
            other => Self::Other(other),
        }
    }
}

/// Where a signature or a template comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// 2: the account's own.
    Own,
    /// 3: granted by the system.
    Granted,
    /// 4: for tests, to bound numbers only.
    Test,
    /// 5: for trial.
    Trial,
    /// A number that is not documented.
    Other(i64),
}

impl From<i64> for Origin {
    fn from(number: i64) -> Self {
        match number {
            2 => Self::Own,
            3 => Self::Granted,
            4 => Self::Test,
            5 => Self::Trial,
            other => Self::Other(other),
        }
    }
}

/// A template with the state of its review.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SmsTemplate {
    /// `SMS_` and digits.
    #[serde(deserialize_with = "lenient::words")]
    pub template_code: String,
    /// Its name in the console.
    #[serde(deserialize_with = "lenient::words")]
    pub template_name: String,
    /// Its text with variables as `${code}`.
    #[serde(deserialize_with = "lenient::words")]
    pub template_content: String,
    /// The state of its review.
    #[serde(rename = "TemplateStatus", deserialize_with = "audit_state")]
    pub state: Option<AuditState>,
    /// What it may be used for.
    #[serde(rename = "TemplateType", deserialize_with = "lenient::meaning")]
    pub kind: Option<TemplateKind>,
    /// Of an international template, what it may be used for there.
    #[serde(rename = "IntlType", deserialize_with = "intl_kind")]
    pub international_kind: Option<TemplateKind>,
    /// Where it comes from.
    #[serde(rename = "TemplateTag", deserialize_with = "lenient::meaning")]
    pub origin: Option<Origin>,
    /// JSON text: what each variable may hold, such as `numberCaptcha`.
    #[serde(deserialize_with = "lenient::text")]
    pub variable_attribute: Option<String>,
    /// The signature it was applied for with.
    #[serde(deserialize_with = "lenient::text")]
    pub related_sign_name: Option<String>,
    /// The applicant's note.
    #[serde(deserialize_with = "lenient::text")]
    pub remark: Option<String>,
    /// `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(deserialize_with = "lenient::text")]
    pub create_date: Option<String>,
    /// The application's number.
    #[serde(deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// Why it was rejected.
    #[serde(rename = "AuditInfo", deserialize_with = "reject_info")]
    pub reject_reason: Option<String>,
    /// Signatures it may be used with.
    #[serde(rename = "SignList", deserialize_with = "sign_list")]
    pub signs: Vec<String>,
    /// What Aliyun's support asks for.
    #[serde(deserialize_with = "lenient::words")]
    pub request_id: String,
}

impl SmsTemplate {
    /// True if only numbers bound in the console receive it.
    pub fn is_test_only(&self) -> bool {
        self.origin == Some(Origin::Test)
    }
}

impl SmsSign {
    /// True if only numbers bound in the console receive messages under it.
    pub fn is_test_only(&self) -> bool {
        self.origin == Some(Origin::Test)
    }
}

fn intl_kind<'de, D: Deserializer<'de>>(source: D) -> Result<Option<TemplateKind>, D::Error> {
    lenient::number(source).map(|number| number.map(TemplateKind::from_intl))
}

/// `SignList:{"SignList":["…"]}`.
fn sign_list<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "PascalCase", default)]
    struct Wrapped {
        sign_list: Vec<String>,
    }
    lenient::remark::<D, Wrapped>(source).map(|wrapped| wrapped.sign_list)
}

/// `[{"ReasonCode":…,"ReasonDescList":["…"]}]`.
fn reasons<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize, Default)]
    #[serde(rename_all = "PascalCase", default)]
    struct Reason {
        reason_desc_list: Vec<String>,
    }
    let reasons = lenient::remark::<D, Vec<Reason>>(source)?;
    Ok(reasons.into_iter().flat_map(|reason| reason.reason_desc_list).collect())
}
