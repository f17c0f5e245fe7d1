//! The code page.
use std::borrow::Cow;

use askama::Template;

use crate::error::api::Times;
use crate::views::frame::{Frame, Framed};
use crate::views::problem::Problem;
use crate::web::i18n::{Lang, Piece};

/// `/sign-in/verify` and `/register/verify`.
#[derive(Debug, Clone, Template)]
#[template(path = "code.html")]
pub struct CodePage {
    /// What surrounds it.
    pub frame: Frame,
    /// Which of several steps it belongs to, where it does.
    pub step: Option<String>,
    /// Where the code goes.
    pub action: String,
    /// Where another message is asked for.
    pub resend_action: String,
    /// The way back, such as to the phone page to change the number.
    pub change_href: String,
    /// The key of its text.
    pub change_key: &'static str,
    /// Binds the forms to their interaction.
    pub csrf: String,
    /// The number, masked.
    pub phone: String,
    /// What was typed and refused; kept, so that one digit can be mended.
    pub value: String,
    /// What was wrong with it.
    pub problem: Option<Problem>,
    /// Why no other message went out.
    pub trouble: Option<Problem>,
    /// Something to know that is no mistake.
    pub note: Note,
    /// How the code stands.
    pub times: Times,
}

/// Something to know that is no mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Nothing.
    None,
    /// Another message went out.
    SentAgain,
    /// The provider did not say whether the message left.
    Unclear,
}

impl Framed for CodePage {
    fn has_error(&self) -> bool {
        self.problem.is_some() || self.trouble.is_some()
    }
}

impl CodePage {
    /// The language of the page.
    pub fn lang(&self) -> Lang {
        self.frame.lang
    }

    /// Where the message went.
    pub fn sent_to(&self) -> Vec<Piece> {
        let key = if self.note == Note::Unclear { "code-unclear" } else { "code-sent-to" };
        self.lang().pieces(key, &[("phone", Piece::Number(self.phone.clone()))])
    }

    /// The advice to check the number.
    pub fn check_number(&self) -> Vec<Piece> {
        self.lang().pieces("tips-number", &[("phone", Piece::Number(self.phone.clone()))])
    }

    /// Whether the code has stopped working: too old, or guessed at too often.
    pub fn is_gone(&self) -> bool {
        self.life_millis() == 0 || self.times.attempts_left <= 0
    }

    /// Whether the page says how long the code works; where it is gone, the problem says so already.
    pub fn says_life(&self) -> bool {
        let tells = |problem: &Problem| problem.code.starts_with("verification_code.");
        !self.is_gone() || !self.problem.as_ref().is_some_and(tells)
    }

    /// Why the code is worth nothing any more.
    pub fn gone(&self) -> Cow<'_, str> {
        self.lang().t(if self.life_millis() == 0 { "code-gone" } else { "attempts-none" })
    }

    /// Seconds until another message may be asked for.
    pub fn resend_secs(&self) -> i64 {
        self.times.resend_at.secs_since(self.times.server_now)
    }

    /// Milliseconds the code still works.
    pub fn life_millis(&self) -> i64 {
        self.times.expires_at.0.saturating_sub(self.times.server_now.0).max(0)
    }

    /// Minutes the code still works, rounded up.
    pub fn life_minutes(&self) -> i64 {
        (self.life_millis() + 59_999) / 60_000
    }

    /// The countdown, with a place for the script to put the time.
    pub fn resend_template(&self) -> String {
        self.lang().t1("resend-in", "time", "{time}").into_owned()
    }
}
