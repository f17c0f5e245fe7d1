//! The pages of the console for somebody who is not signed in.
use askama::Template;

use crate::views::console::parts::Again;
use crate::views::frame::{Frame, Framed};
use crate::views::problem::Problem;

/// `/console/sign-in`.
#[derive(Debug, Clone, Template)]
#[template(path = "console/sign_in.html")]
pub struct SignInPage {
    /// What surrounds it.
    pub frame: Frame,
    /// What was typed.
    pub name: String,
    /// Where to go on; empty for the first page.
    pub next: String,
    /// A form to go on with, sealed; empty when nobody's session was over.
    pub form: String,
    /// With a form: how the page is drawn in another language.
    pub again: Option<Again>,
    /// What was wrong.
    pub problem: Option<Problem>,
}

/// `/console/welcome/{token}`: choosing a password.
#[derive(Debug, Clone, Template)]
#[template(path = "console/welcome.html")]
pub struct WelcomePage {
    /// What surrounds it.
    pub frame: Frame,
    /// Whose password.
    pub name: String,
    /// Where the form goes.
    pub action: String,
    /// What was wrong.
    pub problem: Option<Problem>,
}

impl Framed for SignInPage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}

impl Framed for WelcomePage {
    fn has_error(&self) -> bool {
        self.problem.is_some()
    }
}
