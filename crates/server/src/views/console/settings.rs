//! What holds for the whole server, and where each thing is changed. Never a secret.
use askama::Template;

use crate::views::console::lists::Table;
use crate::views::console::parts::{Code, Head, Notice};
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;

/// `/console/settings`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/settings.html")]
pub struct SettingsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The top of the page.
    pub head: Head,
    /// What was found about older keys.
    pub looked: Option<Notice>,
    /// The parts.
    pub parts: Vec<Part>,
    /// The keys that sign tokens.
    pub signing: Table,
    /// Whether there is an older key, so that one can look what it still seals.
    pub can_look: bool,
    /// The command that seals anew.
    pub rotate: Code,
}

/// Settings that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Names its heading in the page.
    pub id: &'static str,
    /// What they are about.
    pub title: String,
    /// What to know about them.
    pub lead: String,
    /// Each, its value, and where it is changed.
    pub table: Table,
}

impl Framed for SettingsPage {}
