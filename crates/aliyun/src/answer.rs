//! The answers of sending and of asking for receipts. Numbers, texts and codes in them do not print.

use crate::{
    error::{Error, Failure},
    lenient,
};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use std::fmt;

/// Aliyun accepted the message. Delivery is known from a receipt only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sent {
    /// The receipt id, like `900619746936498440^0`: asks [`crate::Client::query_send_details`] for this message.
    #[serde(default, deserialize_with = "lenient::text")]
    pub biz_id: Option<String>,
    /// What Aliyun's support asks for.
    #[serde(default, deserialize_with = "lenient::words")]
    pub request_id: String,
}

/// The number verification API accepted the message.
#[derive(Debug, Clone)]
pub struct VerifyCodeSent {
    /// The receipt id.
    pub biz_id: Option<String>,
    /// What was sent along.
    pub out_id: Option<String>,
    /// What Aliyun's support asks for.
    pub request_id: String,
    /// The code the service made, if it was asked to show it.
    pub verify_code: Option<SecretString>,
}

/// Aliyun took note.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Noted {
    /// What Aliyun's support asks for.
    #[serde(default, deserialize_with = "lenient::words")]
    pub request_id: String,
}

/// Receipts, newest page first as Aliyun orders them.
#[derive(Debug, Clone, Default)]
pub struct SendDetails {
    /// Receipts on all pages.
    pub total: Option<i64>,
    /// Those of this page.
    pub details: Vec<SendDetail>,
    /// What Aliyun's support asks for.
    pub request_id: String,
}

/// One receipt. Its `Debug` shows neither number nor text.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SendDetail {
    /// The number.
    #[serde(deserialize_with = "lenient::words")]
    pub phone_num: String,
    /// How far the message came.
    #[serde(deserialize_with = "lenient::meaning")]
    pub send_status: Option<SendStatus>,
    /// `DELIVERED` or `DELIVRD`, else the reason of the failure; carriers' own codes pass through.
    #[serde(deserialize_with = "lenient::text")]
    pub err_code: Option<String>,
    /// The template.
    #[serde(deserialize_with = "lenient::text")]
    pub template_code: Option<String>,
    /// The text as the person reads it, the verification code included.
    #[serde(deserialize_with = "hidden")]
    pub content: Option<SecretString>,
    /// When it was sent, `yyyy-MM-dd HH:mm:ss` in China.
    #[serde(deserialize_with = "lenient::text")]
    pub send_date: Option<String>,
    /// When it was delivered, in the same form.
    #[serde(deserialize_with = "lenient::text")]
    pub receive_date: Option<String>,
    /// What was sent along.
    #[serde(deserialize_with = "lenient::text")]
    pub out_id: Option<String>,
}

/// How far a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendStatus {
    /// 1: no receipt yet.
    Waiting,
    /// 2: not delivered.
    Failed,
    /// 3: delivered.
    Delivered,
    /// A number that is not documented.
    Other(i64),
}

impl From<i64> for SendStatus {
    fn from(number: i64) -> Self {
        match number {
            1 => Self::Waiting,
            2 => Self::Failed,
            3 => Self::Delivered,
            other => Self::Other(other),
        }
    }
}

impl fmt::Debug for SendDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendDetail")
            .field("send_status", &self.send_status)
            .field("err_code", &self.err_code)
            .field("template_code", &self.template_code)
            .field("send_date", &self.send_date)
            .field("receive_date", &self.receive_date)
            .field("out_id", &self.out_id)
            .finish_non_exhaustive()
    }
}

/// The body of a success; the judge has already seen its `Code`.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    // the cause is not told: serde repeats the value it stumbled over
    serde_json::from_slice(body).map_err(|_cause| {
        let told = "Aliyun agreed, and the rest of its answer cannot be read";
        Error::unknown(Failure::NoVerdict, told)
    })
}

pub(crate) fn sent(body: &[u8]) -> Result<Sent, Error> {
    read(body)
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawVerify {
    #[serde(deserialize_with = "lenient::words")]
    request_id: String,
    #[serde(deserialize_with = "lenient::remark")]
    model: RawModel,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawModel {
    #[serde(deserialize_with = "lenient::text")]
    biz_id: Option<String>,
    #[serde(deserialize_with = "lenient::text")]
    out_id: Option<String>,
    #[serde(deserialize_with = "lenient::words")]
    request_id: String,
    #[serde(deserialize_with = "hidden")]
    verify_code: Option<SecretString>,
}

pub(crate) fn verify_code_sent(body: &[u8]) -> Result<VerifyCodeSent, Error> {
    let RawVerify { request_id, model } = read(body)?;
    Ok(VerifyCodeSent {
        biz_id: model.biz_id,
        out_id: model.out_id,
        request_id: if request_id.is_empty() { model.request_id } else { request_id },
        verify_code: model.verify_code,
    })
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawDetails {
    #[serde(deserialize_with = "lenient::number")]
    total_count: Option<i64>,
    #[serde(deserialize_with = "lenient::words")]
    request_id: String,
    #[serde(rename = "SmsSendDetailDTOs", deserialize_with = "lenient::content")]
    list: RawDetailList,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct RawDetailList {
    #[serde(rename = "SmsSendDetailDTO", deserialize_with = "lenient::content")]
    items: Vec<SendDetail>,
}

pub(crate) fn send_details(body: &[u8]) -> Result<SendDetails, Error> {
    let RawDetails { total_count, request_id, list } = read(body)?;
    Ok(SendDetails { total: total_count, details: list.items, request_id })
}

fn hidden<'de, D: serde::Deserializer<'de>>(source: D) -> Result<Option<SecretString>, D::Error> {
    lenient::text(source).map(|text| text.map(SecretString::from))
}
