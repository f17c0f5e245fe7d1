//! After signing in again: the form that was sent when the session was over.
use std::borrow::Cow;

use askama::Template;

use crate::views::console::parts::Again;
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// Offers to send it now.
#[derive(Clone, Template)]
#[template(path = "console/resume.html")]
pub struct ResumePage {
    /// What surrounds it.
    pub shell: Shell,
    /// What it was about.
    pub lead: String,
    /// Whether all of it is here.
    pub kept: Cow<'static, str>,
    /// Where the form went.
    pub action: String,
    /// What it held.
    pub fields: Vec<(String, String)>,
    /// Where to go instead.
    pub back: &'static str,
    /// How the page is drawn in another language.
    pub again: Again,
}

/// The fields may be secrets.
impl std::fmt::Debug for ResumePage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResumePage").field("action", &self.action).finish_non_exhaustive()
    }
}

impl Framed for ResumePage {}
