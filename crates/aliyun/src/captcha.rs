//! Captcha 2.0: asks whether what a browser handed over came from somebody who passed the check.
//! Source: <https://help.aliyun.com/en/captcha/captcha2-0/user-guide/server-access>; names and places of the parameters as in the
//! official SDK (`captcha-20230305` of <https://github.com/aliyun/alibabacloud-typescript-sdk>).

use crate::{
    error::{Error, Failure},
    lenient, redact,
    request::{Call, Product},
};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// Where checks are answered, which has to be where the browser's script is told to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CaptchaRegion {
    /// The mainland of China.
    #[default]
    Mainland,
    /// Singapore, for everywhere else.
    Singapore,
}

impl CaptchaRegion {
    /// As the browser's script wants it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mainland => "cn",
            Self::Singapore => "sgp",
        }
    }

    /// Reads `cn` or `sgp`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Mainland, Self::Singapore].into_iter().find(|region| region.as_str() == text)
    }

    pub(crate) const fn host(self) -> &'static str {
        match self {
            Self::Mainland => "captcha.cn-shanghai.aliyuncs.com",
            Self::Singapore => "captcha.ap-southeast-1.aliyuncs.com",
        }
    }
}

/// `VerifyIntelligentCaptcha`: judges, once, what a browser handed over. Aliyun takes it within 90 seconds after it was made.
#[derive(Clone, Copy)]
pub struct VerifyIntelligentCaptcha<'a> {
    /// What the script gave to the page, unchanged.
    pub captcha_verify_param: &'a str,
    /// The scene it has to be for: what was made for another counts for nothing.
    pub scene_id: &'a str,
}

impl<'a> VerifyIntelligentCaptcha<'a> {
    pub(crate) fn call(&self) -> Call<'a> {
        let call = Call::new("VerifyIntelligentCaptcha", 2)
            .text("CaptchaVerifyParam", self.captcha_verify_param)
            .text("SceneId", self.scene_id);
        Call { product: Product::Captcha, ..call }
    }
}

impl fmt::Debug for VerifyIntelligentCaptcha<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyIntelligentCaptcha")
            .field("scene_id", &self.scene_id)
            .finish_non_exhaustive()
    }
}

/// What Aliyun says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptchaVerdict {
    /// Whether it counts.
    pub passed: bool,
    /// Why: `T001` passed, `T005` the scene is in test mode and passes everybody, `T006` on the account's list of those to pass; `F…`
    /// did not pass, such as `F001` a suspected attack, `F004` the scene is in test mode and fails everybody, `F005` there is no such scene,
    /// `F006` it is another account's, `F008` and `F018` used before, `F012` another scene, `F019` too late.
    pub code: String,
    /// What Aliyun's support asks for.
    pub request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    #[serde(default, deserialize_with = "lenient::words")]
    request_id: String,
    success: bool,
    result: RawResult,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawResult {
    verify_result: bool,
    #[serde(default, deserialize_with = "label")]
    verify_code: String,
}

/// Codes are four characters long; whatever else stands there is not repeated at length.
fn label<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    lenient::words(source).map(|code| redact::label(&code, 16))
}

/// Whatever does not say yes in so many words is no verdict: neither field may be missing or of another kind.
pub(crate) fn verdict(body: &[u8]) -> Result<CaptchaVerdict, Error> {
    // serde repeats the value it stumbled over, so the cause is not told
    let Ok(Raw { request_id, success: true, result }) = serde_json::from_slice(body) else {
        let told = "Aliyun agreed, and the rest of its answer is no verdict";
        return Err(Error::unknown(Failure::NoVerdict, told));
    };
    Ok(CaptchaVerdict { passed: result.verify_result, code: result.verify_code, request_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_a_clear_yes_passes() {
        let read = |text: &str| verdict(text.as_bytes()).map(|verdict| verdict.passed);
        let yes = r#"{"Success":true,"Code":"Success","RequestId":"A","Result":{"VerifyResult":true,"VerifyCode":"T001"}}"#;
        assert_eq!(read(yes), Ok(true));
        assert_eq!(read(&yes.replace(r#"Result":true"#, r#"Result":false"#)), Ok(false));
        for other in [
            yes.replace(r#""Success":true"#, r#""Success":false"#),
            yes.replace(r#""Success":true"#, r#""Success":"true""#),
            yes.replace(r#"Result":true"#, r#"Result":"true""#),
            yes.replace(r#""VerifyResult":true,"#, ""),
            r#"{"Success":true,"Code":"Success","Result":null}"#.to_owned(),
            r#"{"Success":true,"Code":"Success"}"#.to_owned(),
        ] {
            assert_eq!(read(&other).unwrap_err().failure(), Some(Failure::NoVerdict), "{other}");
        }
    }

    #[test]
    fn a_region_is_one_of_two() {
        for (text, host) in [
            ("cn", Some("captcha.cn-shanghai.aliyuncs.com")),
            ("sgp", Some("captcha.ap-southeast-1.aliyuncs.com")),
            ("", None),
            ("CN", None),
        ] {
            assert_eq!(CaptchaRegion::parse(text).map(CaptchaRegion::host), host, "{text}");
        }
    }
}
