//! `VerifyIntelligentCaptcha` of Captcha 2.0: judges what the stand-in of the browser's script handed over.

use super::Desk;
use crate::{captcha::Handed, refusal::Refusal, seed::CaptchaScene};
use serde_json::{Value, json};

/// <https://help.aliyun.com/en/captcha/captcha2-0/user-guide/server-access>: a check that was not passed is an answer like one that was,
/// with another `VerifyCode`.
#[expect(clippy::unnecessary_wraps, reason = "operations have one shape")]
pub(super) fn verify(desk: &mut Desk<'_>) -> Result<Value, Refusal> {
    let param = desk.param("CaptchaVerifyParam").unwrap_or_default();
    let (code, certify_id) = judge(desk, param);
    Ok(json!({
        "Code": "Success", "Message": "success", "Success": true,
        "Result": {
            "VerifyResult": code.starts_with('T'), "VerifyCode": code, "CertifyId": certify_id,
        },
    }))
}

fn judge(desk: &mut Desk<'_>, param: &str) -> (&'static str, String) {
    if param.is_empty() {
        return ("F002", String::new());
    }
    let Some(handed) = Handed::parse(param) else { return ("F003", String::new()) };
    // without a scene of the server's own, the browser's counts: whoever leaves it out has nothing compared
    let scene = desk.param("SceneId").unwrap_or(&handed.scene_id);
    let known = desk.book.captcha.scenes.iter().find(|known| known.scene_id == scene);
    let code = match known {
        None => "F005",
        Some(_) if scene != handed.scene_id => "F012",
        Some(CaptchaScene { test_passes: Some(true), .. }) => "T005",
        Some(CaptchaScene { test_passes: Some(false), .. }) => "F004",
        Some(_) => desk.state.captchas.spend(&handed, desk.now_ms),
    };
    (code, handed.certify_id)
}
