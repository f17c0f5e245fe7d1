//! Captchas of a third party: who is asked, whether somebody passed, and what a page needs to show one. The step up where work helps no more
//! (`docs/decisions/0020-captcha.md`).
use std::fmt;

use aliyun_sms::{CaptchaRegion, Client, Stamp, VerifyIntelligentCaptcha};
use haoma_core::entropy::Entropy;
use haoma_core::time::Timestamp;
use serde_json::{Value, json};
use url::Url;

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
        match (verdict.passed, verdict.code.as_str()) {
            (true, "T001" | "T006") => Ok(true),
            // a scene in test mode lets everybody through, which is as good as none
            (true, code) => Err(Down(format!("{code}: no verdict about a person"))),
            // the scene is ours, not the person's
            (false, "F005") => Err(Down("F005: no such scene".to_owned())),
            (false, _) => Ok(false),
        }
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
