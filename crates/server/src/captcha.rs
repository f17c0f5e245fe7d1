//! Captchas of a third party: who is asked, whether somebody passed, and what a page needs to show one. The step up where work helps no more
//! (`docs/decisions/0020-captcha.md`).
mod look;

use std::fmt;

use aliyun_sms::{CaptchaRegion, Client, Stamp, VerifyIntelligentCaptcha};
use haoma_core::entropy::Entropy;
use haoma_core::time::Timestamp;
use serde_json::{Value, json};
use url::Url;

pub use look::look;

use crate::web::headers::Sources;

/// Longer than anything that was ever handed over; a form has room for it.
const MOST_TOKEN_BYTES: usize = 16 * 1024;

/// The captcha that is configured.
#[derive(Debug, Clone)]
pub struct Captcha {
    /// Who offers it.
    pub provider: Provider,
    /// Where its script is.
    pub script: Url,
    /// What happens while it cannot be had.
    pub when_down: WhenDown,
}

/// Who offers captchas.
#[derive(Debug, Clone)]
pub enum Provider {
    /// Aliyun Captcha 2.0.
    Aliyun(Scene),
}

/// A scene of Aliyun Captcha 2.0, and who may ask about it.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Signs.
    pub client: Client,
    /// The scene.
    pub scene_id: String,
    /// The account's mark.
    pub prefix: String,
    /// Where it is answered.
    pub region: CaptchaRegion,
}

/// What somebody gets who should have passed a captcha that cannot be had. Never more than without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenDown {
    /// What they would get if none were configured: work, and the limits of who works.
    #[default]
    Challenge,
    /// Nothing.
    Refuse,
}

impl WhenDown {
    /// As configured.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Refuse => "refuse",
        }
    }
}

/// No verdict: what is known of why. Holds nothing of what was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down(String);

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Captcha {
    /// Asks once whether what was handed over was passed: two seconds to connect, five in all.
    ///
    /// # Errors
    /// Nobody said yes or no, or said yes to everybody.
    pub async fn is_passed(
        &self,
        token: &str,
        (entropy, now): (&Entropy, Timestamp),
    ) -> Result<bool, Down> {
        if token.is_empty() || token.len() > MOST_TOKEN_BYTES {
            return Ok(false);
        }
        let Provider::Aliyun(scene) = &self.provider;
        let request =
            VerifyIntelligentCaptcha { captcha_verify_param: token, scene_id: &scene.scene_id };
        let nonce = entropy.hex::<16>();
        let stamp = Stamp { unix_ms: now.0, nonce: &nonce };
        let verdict = scene.client.verify_intelligent_captcha(&request, stamp).await;
        let verdict = verdict.map_err(|error| Down(error.to_string()))?;
        tracing::info!(
            passed = verdict.passed,
            provider_code = verdict.code,
            provider_request_id = verdict.request_id,
            "captcha judged"
        );
        meaning(verdict.passed, &verdict.code)
    }

    /// What a program needs to draw it.
    pub fn described(&self) -> Value {
        let Provider::Aliyun(Scene { scene_id, prefix, region, .. }) = &self.provider;
        json!({
            "provider": self.provider.name(), "sceneId": scene_id, "prefix": prefix, "region": region.as_str(),
        })
    }

    /// What the page with it may load besides our own.
    pub fn sources(&self) -> Sources {
        let Provider::Aliyun(scene) = &self.provider;
        if self.script.as_str() == ALIYUN_SCRIPT {
            return aliyun_sources(scene.region);
        }
        let origin = self.script.origin().ascii_serialization();
        Sources { script: origin.clone(), style: origin.clone(), connect: origin }
    }
}

/// What Aliyun's verdict says of a person. Source: the codes of
/// <https://help.aliyun.com/en/captcha/captcha2-0/user-guide/server-access>.
fn meaning(passed: bool, code: &str) -> Result<bool, Down> {
    let down = |why: &str| Err(Down(format!("{code}: {why}")));
    match (passed, code) {
        (true, "T001" | "T006") => Ok(true),
        // an open door is as good as none
        (true, "T005") => down("the scene is in test mode and passes everybody"),
        (true, _) => down("no verdict about a person"),
        // these speak of the scene, which is ours, and not of the person
        (false, "F004") => down("the scene is in test mode and fails everybody"),
        (false, "F005") => down("there is no such scene"),
        (false, "F006") => down("the scene is of another account"),
        (false, _) => Ok(false),
    }
}

impl Provider {
    /// As configured, and on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Aliyun(_) => "aliyun",
        }
    }
}

/// Where Aliyun's script is. It has to be loaded from there each time.
/// Source: <https://help.aliyun.com/en/captcha/captcha2-0/user-guide/new-architecture-for-web-and-h5-client-access>.
pub const ALIYUN_SCRIPT: &str =
    "https://o.alicdn.com/captcha-frontend/aliyunCaptcha/AliyunCaptcha.js";

/// The hosts that Aliyun's script loads from and speaks to, each by its name: `*.aliyuncs.com` would be every customer's storage, too.
/// Source: <https://help.aliyun.com/zh/captcha/captcha2-0/user-guide/captcha-2-0-client-access-faq>.
fn aliyun_sources(region: CaptchaRegion) -> Sources {
    let connect = match region {
        CaptchaRegion::Mainland => {
            "https://*.captcha-open.aliyuncs.com https://*.captcha-open-b.aliyuncs.com \
             https://cloudauth-device.aliyuncs.com \
             https://cloudauth-device-dualstack.cn-shanghai.aliyuncs.com \
             https://cn-shanghai.device.saf.aliyuncs.com"
        }
        CaptchaRegion::Singapore => {
            "https://*.captcha-open-southeast.aliyuncs.com \
             https://*.captcha-open-southeast-b.aliyuncs.com https://*.captcha-open.aliyuncs.com \
             https://cloudauth-device.ap-southeast-1.aliyuncs.com \
             https://cloudauth-device-dualstack.ap-southeast-1.aliyuncs.com \
             https://ap-southeast-1.device.saf.aliyuncs.com \
             https://ap-southeast-1-ga.device.saf.aliyuncs.com"
        }
    };
    let scripts = "https://o.alicdn.com https://g.alicdn.com https://x.alicdn.com";
    Sources {
        script: scripts.to_owned(),
        // its box brings styles along in its markup
        style: format!("'unsafe-inline' {scripts}"),
        connect: connect.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s38_what_speaks_of_the_scene_is_no_verdict_about_a_person() {
        for (passed, code, wanted) in [
            (true, "T001", Ok(true)),
            (true, "T006", Ok(true)),
            (true, "T005", Err("T005: the scene is in test mode and passes everybody")),
            (true, "T999", Err("T999: no verdict about a person")),
            (true, "", Err(": no verdict about a person")),
            (false, "F004", Err("F004: the scene is in test mode and fails everybody")),
            (false, "F005", Err("F005: there is no such scene")),
            (false, "F006", Err("F006: the scene is of another account")),
            (false, "F001", Ok(false)),
            (false, "F018", Ok(false)),
            (false, "T001", Ok(false)),
            (false, "", Ok(false)),
        ] {
            let judged = meaning(passed, code).map_err(|why| why.to_string());
            assert_eq!(judged, wanted.map_err(str::to_owned), "{passed} {code}");
        }
    }

    #[test]
    fn s42_a_page_with_a_captcha_loads_from_its_provider_by_name_and_runs_nothing_inline() {
        for region in [CaptchaRegion::Mainland, CaptchaRegion::Singapore] {
            let Sources { script, connect, .. } = aliyun_sources(region);
            for given in [script, connect] {
                assert!(!given.contains('\'') && !given.contains("//*.aliyuncs.com"), "{given}");
                for source in given.split_whitespace() {
                    let host = source.strip_prefix("https://").unwrap();
                    assert!(
                        host.ends_with(".aliyuncs.com") || host.ends_with(".alicdn.com"),
                        "{host}"
                    );
                }
            }
        }
    }
}
