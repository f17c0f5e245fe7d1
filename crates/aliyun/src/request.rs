//! The requests, one struct per operation, and what each puts on the wire. Numbers and codes do not print.

use crate::template_param::TemplateParam;
use jiff::{Timestamp, tz::Offset};
use std::{borrow::Cow, fmt};

/// Which API an operation belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Product {
    Dysmsapi,
    Dypnsapi,
    Captcha,
}

impl Product {
    /// The version of its API.
    pub(crate) const fn version(self) -> &'static str {
        match self {
            Self::Dysmsapi | Self::Dypnsapi => "2017-05-25",
            Self::Captcha => "2023-03-05",
        }
    }

    /// The one `Code` that is a success.
    pub(crate) const fn yes(self) -> &'static str {
        match self {
            Self::Dysmsapi | Self::Dypnsapi => "OK",
            Self::Captcha => "Success",
        }
    }

    /// Whether parameters stand in the body under either signature: what a browser hands over is longer than an address may be.
    pub(crate) const fn is_form(self) -> bool {
        matches!(self, Self::Captcha)
    }
}

/// An operation with its parameters, before signing.
pub(crate) struct Call<'a> {
    pub(crate) product: Product,
    pub(crate) action: &'static str,
    pub(crate) pairs: Vec<(&'static str, Cow<'a, str>)>,
}

/// `SendSms`: one text to one number or to up to 1000 with commas between (slower; send codes one at a time).
#[derive(Clone, Copy)]
pub struct SendSms<'a> {
    /// Mainland: 11 digits, with or without `+86`, `86`, `0086`. Elsewhere: country code and number, no plus.
    pub phone_numbers: &'a str,
    /// An approved signature, without brackets.
    pub sign_name: &'a str,
    /// An approved template, `SMS_` and digits.
    pub template_code: &'a str,
    /// Needed if the template has variables.
    pub template_param: Option<&'a TemplateParam>,
    /// Extension of the number people reply to.
    pub sms_up_extend_code: Option<&'a str>,
    /// Comes back in receipts; fewer than 256 characters.
    pub out_id: Option<&'a str>,
}

impl<'a> SendSms<'a> {
    pub(crate) fn call(&self) -> Call<'a> {
        Call::new("SendSms", 8)
            .text("PhoneNumbers", self.phone_numbers)
            .text("SignName", self.sign_name)
            .text("TemplateCode", self.template_code)
            .maybe("TemplateParam", self.template_param.map(TemplateParam::expose))
            .maybe("SmsUpExtendCode", self.sms_up_extend_code)
            .maybe("OutId", self.out_id)
    }
}

impl fmt::Debug for SendSms<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendSms")
            .field("sign_name", &self.sign_name)
            .field("template_code", &self.template_code)
            .field("out_id", &self.out_id)
            .finish_non_exhaustive()
    }
}

/// `QuerySendDetails`: the receipts of one number on one day of the last 30.
#[derive(Clone, Copy)]
pub struct QuerySendDetails<'a> {
    /// The number as it was given to `SendSms`.
    pub phone_number: &'a str,
    /// The receipt id `SendSms` answered, to see that message alone.
    pub biz_id: Option<&'a str>,
    /// Day of sending in China, `yyyyMMdd`; see [`china_date`].
    pub send_date: &'a str,
    /// Which part of the list.
    pub page: Page,
}

impl<'a> QuerySendDetails<'a> {
    pub(crate) fn call(&self) -> Call<'a> {
        Call::new("QuerySendDetails", 5)
            .text("PhoneNumber", self.phone_number)
            .maybe("BizId", self.biz_id)
            .text("SendDate", self.send_date)
            .number("PageSize", Some(self.page.size))
            .number("CurrentPage", Some(self.page.index))
    }
}

impl fmt::Debug for QuerySendDetails<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QuerySendDetails")
            .field("biz_id", &self.biz_id)
            .field("send_date", &self.send_date)
            .field("page", &self.page)
            .finish_non_exhaustive()
    }
}

/// `SmsConversionIntl`: whether the person gave the code of a message that went outside the mainland, so that Aliyun learns which routes
/// arrive. Its documentation advises to call it beside one's own business and to be able to do without it.
///
/// Which id is meant is nowhere said: `MessageId` is "the id of the message", and no answer of this version of the API has a field of that
/// name. `SendSms` answers one id only, `BizId`; the receipts of the international site describe their `MessageId` in the words that those
/// of the mainland have for `biz_id` (发送回执ID). So it most likely is the `BizId`; no recorded call with a real id is known to us.
/// <https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-smsconversionintl>
#[derive(Debug, Clone, Copy)]
pub struct SmsConversionIntl<'a> {
    /// The id of the message; [`crate::Sent::biz_id`], most likely.
    pub message_id: &'a str,
    /// Whether the person answered the message: for a code, gave it.
    pub delivered: bool,
    /// When, in Unix milliseconds: after the message was sent and before now. Without it Aliyun takes the moment it is told.
    pub conversion_time_ms: Option<i64>,
}

impl<'a> SmsConversionIntl<'a> {
    pub(crate) fn call(&self) -> Call<'a> {
        Call::new("SmsConversionIntl", 3)
            .number("ConversionTime", self.conversion_time_ms)
            .text("Delivered", if self.delivered { "true" } else { "false" })
            .text("MessageId", self.message_id)
    }
}

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub index: u32,
    /// Entries per page, 1 to 50.
    pub size: u32,
}

impl Page {
    /// Page `index` (from 1) of as many entries as Aliyun allows, 50.
    pub fn at(index: u32) -> Self {
        Self { index, size: 50 }
    }

    pub(crate) fn sign_list(self) -> Call<'static> {
        self.list("QuerySmsSignList")
    }

    pub(crate) fn template_list(self) -> Call<'static> {
        self.list("QuerySmsTemplateList")
    }

    fn list(self, action: &'static str) -> Call<'static> {
        Call::new(action, 2)
            .number("PageIndex", Some(self.index))
            .number("PageSize", Some(self.size))
    }
}

/// `GetSmsSign`: one signature and the state of its review.
#[derive(Debug, Clone, Copy)]
pub struct GetSmsSign<'a> {
    /// The signature, without brackets.
    pub sign_name: &'a str,
}

impl<'a> GetSmsSign<'a> {
    pub(crate) fn call(&self) -> Call<'a> {
        Call::new("GetSmsSign", 1).text("SignName", self.sign_name)
    }
}

/// `GetSmsTemplate`: one template and the state of its review.
#[derive(Debug, Clone, Copy)]
pub struct GetSmsTemplate<'a> {
    /// `SMS_` and digits.
    pub template_code: &'a str,
}

impl<'a> GetSmsTemplate<'a> {
    pub(crate) fn call(&self) -> Call<'a> {
        Call::new("GetSmsTemplate", 1).text("TemplateCode", self.template_code)
    }
}

/// The day in China (UTC+8, no summer time) as `yyyyMMdd`, the form of [`QuerySendDetails::send_date`]. Empty for
/// a time outside the years -9999 to 9999.
pub fn china_date(unix_ms: i64) -> String {
    let day = Timestamp::from_millisecond(unix_ms).map(|now| Offset::constant(8).to_datetime(now));
    day.map(|day| day.strftime("%Y%m%d").to_string()).unwrap_or_default()
}

impl<'a> Call<'a> {
    /// `room` is for the most parameters the operation can have, so that the list never grows.
    pub(crate) fn new(action: &'static str, room: usize) -> Self {
        Self { product: Product::Dysmsapi, action, pairs: Vec::with_capacity(room) }
    }

    pub(crate) fn text(mut self, name: &'static str, value: &'a str) -> Self {
        self.pairs.push((name, Cow::Borrowed(value)));
        self
    }

    pub(crate) fn maybe(self, name: &'static str, value: Option<&'a str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn number(mut self, name: &'static str, value: Option<impl Into<i64>>) -> Self {
        if let Some(value) = value {
            self.pairs.push((name, Cow::Owned(value.into().to_string())));
        }
        self
    }

    /// The numbers, template values and what browsers hand over, which no message may repeat.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, value) in &self.pairs {
            match *name {
                "PhoneNumber" | "PhoneNumbers" => {
                    found.extend(
                        value.split(',').map(|number| number.trim_start_matches('+').to_owned()),
                    );
                }
                "TemplateParam" => found.extend(values_of(value)),
                "CaptchaVerifyParam" => found.push(value.to_string()),
                _ => {}
            }
        }
        found
    }
}

fn values_of(json: &str) -> Vec<String> {
    let Ok(serde_json::Value::Object(values)) = serde_json::from_str(json) else {
        return vec![json.to_owned()];
    };
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    values.into_iter().map(|(_, value)| text(value)).collect()
}
