//! An administrator's own account.
use askama::Template;

use crate::views::console::parts::Confirm;
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::views::moment::Moment;
use crate::views::problem::Problem;

/// `/console/account`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/account.html")]
pub struct AccountPage {
    /// What surrounds it.
    pub shell: Shell,
    /// Where one is signed in, the newest first.
    pub sessions: Vec<SessionLine>,
    /// How the second step is switched off; `None` where it is not on.
    pub second_off: Option<Confirm>,
    /// What was wrong with the current password.
    pub current: Option<Problem>,
    /// What was wrong with the new one.
    pub new: Option<Problem>,
}

/// One browser that is signed in.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// Names it in the address of its form.
    pub id: String,
    /// How it is ended; the one that looks at this page is signed out instead.
    pub end: Option<Confirm>,
    /// What the browser calls itself.
    pub program: Option<String>,
    /// From where.
    pub ip: Option<String>,
    /// When it began.
    pub began: Moment,
    /// When it was used last.
    pub seen: Moment,
}

impl Framed for AccountPage {
    fn has_error(&self) -> bool {
        self.current.is_some() || self.new.is_some()
    }
}
