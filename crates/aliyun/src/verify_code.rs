//! The request of the number verification API, which can also make the code itself.

use crate::{
    request::{Call, Product},
    template_param::TemplateParam,
};
use std::fmt;

/// `SendSmsVerifyCode` of the number verification API: mainland numbers, granted signatures and templates.
/// Source: <https://help.aliyun.com/zh/pnvs/developer-reference/api-dypnsapi-2017-05-25-sendsmsverifycode>.
#[derive(Clone, Copy)]
pub struct SendSmsVerifyCode<'a> {
    /// A mainland number, 11 digits.
    pub phone_number: &'a str,
    /// Only `86`, which is also the default.
    pub country_code: Option<&'a str>,
    /// A granted signature.
    pub sign_name: &'a str,
    /// A granted template, such as `100001`.
    pub template_code: &'a str,
    /// The value `##code##` asks the service to make the code; another value is sent as it is.
    pub template_param: &'a TemplateParam,
    /// Length of a made code, 4 to 8; by default 4.
    pub code_length: Option<u32>,
    /// Alphabet of a made code; by default digits.
    pub code_type: Option<CodeType>,
    /// Life of a made code in seconds; by default 300.
    pub valid_time_secs: Option<u32>,
    /// Least time between two messages to a number in seconds; by default 60.
    pub interval_secs: Option<u32>,
    /// What happens to earlier codes that still live; by default they die.
    pub duplicate_policy: Option<DuplicatePolicy>,
    /// Keeps codes of different uses apart; at most 20 characters.
    pub scheme_name: Option<&'a str>,
    /// Whether the answer shows the made code.
    pub return_verify_code: Option<bool>,
    /// Extension of the number people reply to.
    pub sms_up_extend_code: Option<&'a str>,
    /// Comes back in receipts.
    pub out_id: Option<&'a str>,
}

/// Alphabet of a code that the service makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum CodeType {
    Digits = 1,
    Upper = 2,
    Lower = 3,
    UpperLower = 4,
    DigitsUpper = 5,
    DigitsLower = 6,
    DigitsUpperLower = 7,
}

/// What a new code does to earlier ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuplicatePolicy {
    /// Only the latest code is valid.
    Overwrite = 1,
    /// All codes are valid for their time.
    KeepAll = 2,
}

impl<'a> SendSmsVerifyCode<'a> {
    /// The request with Aliyun's defaults.
    pub fn new(
        phone_number: &'a str,
        sign_name: &'a str,
        template_code: &'a str,
        template_param: &'a TemplateParam,
    ) -> Self {
        Self {
            phone_number,
            country_code: None,
            sign_name,
            template_code,
            template_param,
            code_length: None,
            code_type: None,
            valid_time_secs: None,
            interval_secs: None,
            duplicate_policy: None,
            scheme_name: None,
            return_verify_code: None,
            sms_up_extend_code: None,
            out_id: None,
        }
    }

    pub(crate) fn call(&self) -> Call<'a> {
        let call = Call::new("SendSmsVerifyCode", 16)
            .text("PhoneNumber", self.phone_number)
            .maybe("CountryCode", self.country_code)
            .text("SignName", self.sign_name)
            .text("TemplateCode", self.template_code)
            .text("TemplateParam", self.template_param.expose())
            .number("CodeLength", self.code_length)
            .number("CodeType", self.code_type.map(|kind| kind as u32))
            .number("ValidTime", self.valid_time_secs)
            .number("Interval", self.interval_secs)
            .number("DuplicatePolicy", self.duplicate_policy.map(|policy| policy as u32))
            .maybe("SchemeName", self.scheme_name)
            .maybe("ReturnVerifyCode", self.return_verify_code.map(flag))
            .maybe("SmsUpExtendCode", self.sms_up_extend_code)
            .maybe("OutId", self.out_id);
        Call { product: Product::Dypnsapi, ..call }
    }
}

impl fmt::Debug for SendSmsVerifyCode<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendSmsVerifyCode")
            .field("sign_name", &self.sign_name)
            .field("template_code", &self.template_code)
            .field("scheme_name", &self.scheme_name)
            .field("out_id", &self.out_id)
            .finish_non_exhaustive()
    }
}

fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
