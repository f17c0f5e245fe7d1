//! The lists of signatures and templates, and the words both lists and single answers share.

use crate::lenient;
use serde::{Deserialize, Deserializer};

/// One page of the account's signatures.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SignList {
    /// Signatures on all pages.
    #[serde(rename = "TotalCount", deserialize_with = "lenient::number")]
    pub total: Option<i64>,
    /// Those of this page.
    #[serde(rename = "SmsSignList", deserialize_with = "lenient::content")]
    pub signs: Vec<SignItem>,
    /// What Aliyun's support asks for.
    #[serde(deserialize_with = "lenient::words")]
    pub request_id: String,
}

/// A signature in a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SignItem {
    /// The signature, without brackets.
    #[serde(deserialize_with = "lenient::words")]
    pub sign_name: String,
    /// The state of its review.
    #[serde(rename = "AuditStatus", deserialize_with = "audit_state")]
    pub state: Option<AuditState>,
    /// What it is for, in Chinese, such as `验证码类型`.
    #[serde(deserialize_with = "lenient::text")]
    pub business_type: Option<String>,
    /// `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(deserialize_with = "lenient::text")]
    pub create_date: Option<String>,
    /// The application's number.
    #[serde(deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// Why it was rejected.
    #[serde(rename = "Reason", deserialize_with = "reject_info")]
    pub reject_reason: Option<String>,
}

/// One page of the account's templates.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TemplateList {
    /// Templates on all pages.
    #[serde(rename = "TotalCount", deserialize_with = "lenient::number")]
    pub total: Option<i64>,
    /// Those of this page.
    #[serde(rename = "SmsTemplateList", deserialize_with = "lenient::content")]
    pub templates: Vec<TemplateItem>,
    /// What Aliyun's support asks for.
    #[serde(deserialize_with = "lenient::words")]
    pub request_id: String,
}

/// A template in a list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TemplateItem {
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
    #[serde(rename = "AuditStatus", deserialize_with = "audit_state")]
    pub state: Option<AuditState>,
    /// `OuterTemplateType`, numbered as in every single answer.
    #[serde(rename = "OuterTemplateType", deserialize_with = "lenient::meaning")]
    outer_kind: Option<TemplateKind>,
    /// `TemplateType`, which lists number in their own way.
    #[serde(rename = "TemplateType", deserialize_with = "lenient::number")]
    list_kind: Option<i64>,
    /// `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(deserialize_with = "lenient::text")]
    pub create_date: Option<String>,
    /// The application's number.
    #[serde(deserialize_with = "lenient::text")]
    pub order_id: Option<String>,
    /// The signature it was applied for with.
    #[serde(deserialize_with = "lenient::text")]
    pub signature_name: Option<String>,
    /// Why it was rejected.
    #[serde(rename = "Reason", deserialize_with = "reject_info")]
    pub reject_reason: Option<String>,
}

impl TemplateItem {
    /// What the template may be used for.
    pub fn kind(&self) -> Option<TemplateKind> {
        self.outer_kind.or_else(|| self.list_kind.map(TemplateKind::from_list))
    }
}

/// The state of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditState {
    /// Somebody at Aliyun still has to look.
    InReview,
    /// Usable.
    Approved,
    /// Refused; there is a reason.
    Rejected,
    /// Withdrawn by the applicant.
    Cancelled,
    /// A word that is not documented.
    Other(String),
}

impl AuditState {
    /// Reads all three spellings: words of lists (`AUDIT_STATE_PASS`, also with the `AUDIT_SATE_` of the template
    /// page), numbers of single answers (`1`), words of pushed reports (`approved`).
    pub fn parse(text: &str) -> Self {
        let word = ["AUDIT_STATE_", "AUDIT_SATE_"].iter().find_map(|p| text.strip_prefix(p));
        match word.unwrap_or(text) {
            "INIT" | "0" | "approving" => Self::InReview,
            "PASS" | "1" | "approved" => Self::Approved,
            "NOT_PASS" | "2" | "rejected" => Self::Rejected,
            "CANCEL" | "10" => Self::Cancelled,
            _ => Self::Other(text.to_owned()),
        }
    }
}

/// What a template may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateKind {
    /// Verification codes.
    Verification,
    /// Notices.
    Notification,
    /// Advertising.
    Promotion,
    /// Messages outside the mainland.
    International,
    /// A number that is not documented.
    Other(i64),
}

impl From<i64> for TemplateKind {
    /// The numbering of single answers and of `OuterTemplateType`.
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Verification,
            1 => Self::Notification,
            2 => Self::Promotion,
            3 => Self::International,
            other => Self::Other(other),
        }
    }
}

impl TemplateKind {
    /// The numbering of `QuerySmsTemplateList.TemplateType`.
    fn from_list(number: i64) -> Self {
        match number {
            6 => Self::International,
            other => Self::from_intl(other),
        }
    }

    /// The numbering of `IntlType`.
    pub(crate) fn from_intl(number: i64) -> Self {
        match number {
            0 => Self::Notification,
            1 => Self::Promotion,
            2 => Self::Verification,
            other => Self::Other(other),
        }
    }
}

pub(crate) fn audit_state<'de, D>(source: D) -> Result<Option<AuditState>, D::Error>
where
    D: Deserializer<'de>,
{
    lenient::text(source).map(|text| text.map(|text| AuditState::parse(&text)))
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Reason {
    #[serde(deserialize_with = "lenient::words")]
    reject_info: String,
    #[serde(deserialize_with = "lenient::words")]
    reject_sub_info: String,
}

/// `Reason` of lists and `AuditInfo` of single answers: the words of a rejection, if there are any.
pub(crate) fn reject_info<'de, D>(source: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    let Reason { reject_info, reject_sub_info } = lenient::remark(source)?;
    let words = [reject_info, reject_sub_info].join(" ").trim().to_owned();
    Ok((!words.is_empty()).then_some(words))
}
