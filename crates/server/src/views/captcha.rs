//! The page with a captcha of a third party, shown before another message is sent.
use askama::Template;

use crate::error::api::codes;
use crate::views::frame::{Frame, Framed};
use crate::views::problem::{Problem, Wait};
use crate::web::assets;
use crate::web::i18n::Lang;

/// Drawn instead of sending, where a message costs a captcha. Its form goes back to where it came from, with what was typed there.
#[derive(Debug, Clone, Template)]
#[template(path = "captcha.html")]
pub struct CaptchaPage {
    /// What surrounds it.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// What the form held before.
    pub fields: Vec<(&'static str, String)>,
    /// What the captcha belongs to.
    pub ticket: String,
    /// What is shown.
    pub shown: Shown,
    /// What happens, and why.
    pub problem: Problem,
    /// When it goes without, for browsers without script.
    pub wait: Option<Wait>,
    /// The way back: text and address.
    pub back: (String, String),
}

/// A captcha as its provider's script needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Where the script is.
    pub script: String,
    /// The scene.
    pub scene: String,
    /// The account's mark.
    pub prefix: String,
    /// Where it is answered.
    pub region: &'static str,
}

impl Framed for CaptchaPage {
    /// Being asked is none; not having passed is.
    fn has_error(&self) -> bool {
        self.problem.code == codes::CHALLENGE_FAILED.code
    }
}

impl CaptchaPage {
    /// The script that shows it.
    pub fn script(&self) -> &'static str {
        assets::captcha_href()
    }

    /// The language, as the provider's script calls it.
    pub const fn language(&self) -> &'static str {
        match self.frame.lang {
            Lang::En => "en",
            Lang::ZhCn => "cn",
        }
    }
}
