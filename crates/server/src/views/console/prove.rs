//! The page that asks for the password again.
use askama::Template;

use crate::views::console::parts::Again;
use crate::views::console::shell::Shell;
use crate::views::frame::Framed;
use crate::views::problem::Problem;

/// Instead of the page that was asked for; sends the same form again, with the password.
#[derive(Clone, Template)]
#[template(path = "console/prove.html")]
pub struct ProvePage {
    /// What surrounds it.
    pub shell: Shell,
    /// What is about to be done.
    pub text: String,
    /// The form that was sent.
    pub again: Again,
    /// Where to go instead.
    pub back: &'static str,
    /// What was wrong.
    pub problem: Option<Problem>,
}

/// The fields may be secrets.
impl std::fmt::Debug for ProvePage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProvePage").field("again", &self.again).finish_non_exhaustive()
    }
}

impl Framed for ProvePage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}
